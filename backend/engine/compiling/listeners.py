"""zeebe:executionListeners: read, put around a node's work, refused where nothing would wait for them."""

from typing import Final

from backend.engine.elements import events, gateways, listening, throwing
from backend.engine.elements.tasks import script, through
from backend.engine.expressions import constant
from backend.engine.model import Element
from backend.engine.moves import enter
from backend.engine.nodes import JobPlan, Listener, Listeners, Node

from .faulty import Compilation

PASSING: Final = (through, script, events.start, gateways.exclusive, gateways.parallel, throwing.throw)
"""What a token goes through without an instance, where a listener needs one."""


def read_listeners(compilation: Compilation, element: Element) -> Listeners | None:
    """The listeners of an element, in document order; None without."""
    found = [one for holder in element.extensions("zeebe:executionListeners") for one in holder.children]
    before = tuple(_listener(compilation, one) for one in found if one.get("eventType") == "start")
    after = tuple(_listener(compilation, one) for one in found if one.get("eventType") == "end")
    if len(before) + len(after) < len(found):
        compilation.fault(element, "C8-EL-01", "an execution listener is neither start nor end", "say which")
    return Listeners(before, after) if found else None


def _listener(compilation: Compilation, element: Element) -> Listener:
    kind = compilation.value(element, element.get("type"))
    retries = compilation.value(element, element.get("retries") or "3")
    if not element.get("type"):
        compilation.fault(element, "C8-EL-01", "the execution listener has no type", "name the job type")
    headers = {
        one.get("key"): one.get("value") for one in element.all("zeebe:header")
    } | {
        one.get("key"): one.get("value")
        for holder in (*element.all("zeebe:taskHeaders"), *element.extensions("zeebe:taskHeaders"))
        for one in holder.all("zeebe:header")
    }  # fmt: skip
    return Listener(JobPlan(kind or constant(""), retries or constant("3")), headers)


def listen(compilation: Compilation, element: Element, node: Node) -> None:
    """Let the node's work wait for its listeners."""
    plan = node.listeners
    if plan is None:
        return
    for side, why in _deaf(compilation, element, node):
        compilation.fault(element, "C8-EL-01", f"{why} has no {side} listener", f"remove the {side} listener")
    if node.enter in PASSING:
        node.enter = enter
    plan.work, plan.done = node.work, node.done
    if plan.before:
        node.work = listening.start
    if node.kind == "process" or (plan.after and node.handler):
        node.done = listening.emptied


def _deaf(compilation: Compilation, element: Element, node: Node) -> list[tuple[str, str]]:
    """(side, what it is) of listeners that nothing would wait for."""
    plan = node.listeners
    assert plan is not None
    found = []
    throws = node.kind == "endEvent" and node.trigger.kind != "none" and node.job is None
    if plan.before and (node.kind == "boundaryEvent" or _behind_gateway(compilation, element)):
        found.append(("start", "an event that has come already"))
    if plan.after and throws:
        found.append(("end", "an end event that throws"))
    if node.kind == "complexGateway" or (node.kind in JOINS and len(node.incoming) > 1):
        found.append(("start or end", "a gateway that joins"))
    return found


JOINS: Final = frozenset({"parallelGateway", "inclusiveGateway"})


def _behind_gateway(compilation: Compilation, element: Element) -> bool:
    """Whether it is one of the events that an event-based gateway awaits."""
    sources = [
        compilation.definitions.by_id.get(flow.get("sourceRef").rpartition(":")[2])
        for flow in compilation.definitions.flows(element.parent or element)
        if flow.get("targetRef").rpartition(":")[2] == element.id
    ]
    return any(source is not None and source.kind == "eventBasedGateway" for source in sources)
