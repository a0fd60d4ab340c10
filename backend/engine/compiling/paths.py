"""Where tokens can go, worked out once: link jumps, joins' reach, quantities, what instantiates."""

from typing import Final

from backend.engine.elements import complex_gateway, joins, settling
from backend.engine.elements.quantities import gathering, multiplying
from backend.engine.elements.tasks import script, through
from backend.engine.model import Element
from backend.engine.moves import enter
from backend.engine.nodes import Container, Join, Node, Process

from .faulty import Compilation

MOST: Final = 1000  # tokens that one activity may gather or give


def link(inside: dict[str, Node]) -> None:
    """A throwing link's token goes on at the catching link of its name (X-LINK-01)."""
    links = [node for node in inside.values() if node.trigger.kind == "link"]
    caught = {_name(node): node.id for node in links if node.kind == "intermediateCatchEvent"}
    for node in links:
        if node.kind == "intermediateThrowEvent" and _name(node) in caught:
            node.taken = (caught[_name(node)],)


def _name(node: Node) -> str:
    return node.trigger.name.text if node.trigger.name is not None else ""


def gather(
    compilation: Compilation, around: Element, inside: dict[str, Node], elements: dict[str, Element]
) -> None:
    """Activities with a startQuantity or completionQuantity (X-ACT-02, X-ACT-03); in an ad-hoc sub-process
    each is an instance."""
    for key, node in inside.items():
        needed = _quantity(compilation, elements[key], "startQuantity")
        given = _quantity(compilation, elements[key], "completionQuantity")
        node.quantity = max(needed, given)
        if needed > 1 and node.incoming:
            held = around.kind == "adHocSubProcess" and node.enter in (through, script)
            node.enter = gathering(needed, enter if held else node.enter)
        if given > 1:
            node.choose = multiplying(given, node.choose, node.taken)
            node.taken = None


def _quantity(compilation: Compilation, element: Element, attribute: str) -> int:
    text = element.get(attribute, "1").strip()
    quantity = int(text) if text.isascii() and text.isdigit() else 1
    if quantity > MOST:
        compilation.fault(element, "L-VALUE", f"{attribute} is over {MOST:,}", "make it smaller")
    return quantity


def join(process: Process, container: Container, inside: dict[str, Node]) -> None:
    """Inclusive and complex gateways that wait for what can still come."""
    found = [node for node in inside.values() if _waits(node)]
    if not found:
        return
    before = _before(inside)
    for node in found:
        node.enter = joins.arrive if node.kind == "inclusiveGateway" else complex_gateway.arrive
        node.join = reach(node, before)
    container.joins = tuple(found)
    process.settle = settling.settle


def _waits(node: Node) -> bool:
    if node.kind == "complexGateway" and node.activation is not None:
        return bool(node.incoming)
    return node.kind in settling.SETTLE and len(node.incoming) > 1


def _before(inside: dict[str, Node]) -> dict[str, list[str]]:
    """By flow and node, from where a token comes to it in one step, boundary events and links included
    (X-INCL-04)."""
    before: dict[str, list[str]] = {node.id: [] for node in inside.values()}
    for node in inside.values():
        for flow in node.outgoing:
            before[flow.id] = [node.id]
            before[flow.target].append(flow.id)
        if node.kind == "boundaryEvent" and node.owner is not None:
            before[node.id].append(node.owner.id)
        if node.trigger.kind == "link" and node.kind == "intermediateThrowEvent":
            for target in node.taken or ():
                before[target].append(node.id)
    return before


def reach(node: Node, before: dict[str, list[str]]) -> Join:
    """Which incoming flows of a join can be reached from where without visiting it (X-INCL-02)."""
    bits = {flow: 1 << index for index, flow in enumerate(node.incoming)}
    paths = dict(bits)
    stack = list(bits)
    while stack:
        at = stack.pop()
        for behind in before[at] if at != node.id else ():
            known = paths.get(behind, 0)
            if paths[at] | known != known:
                paths[behind] = paths[at] | known
                stack.append(behind)
    return Join(bits, paths)


def instantiate(container: Container, inside: dict[str, Node], elements: dict[str, Element]) -> None:
    """Receive tasks and events behind a gateway that begin an instance of the process (X-INST-05 to
    X-INST-07)."""
    for key, node in inside.items():
        if not instantiates(elements[key]):
            continue
        if node.kind == "receiveTask":
            container.instantiating[node.id] = ()
        for flow in node.outgoing if node.kind == "eventBasedGateway" else ():
            others = tuple(other.id for other in node.outgoing if other is not flow)
            parallel = elements[key].get("eventGatewayType") == "Parallel"
            container.instantiating[flow.target] = others if parallel else ()


def instantiates(element: Element) -> bool:
    """Whether it begins an instance of its process when a message comes to it."""
    around = element.parent
    return element.get("instantiate") in ("true", "1") and around is not None and around.kind == "process"
