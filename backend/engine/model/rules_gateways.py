"""A6: gateways."""

from collections.abc import Iterator
from typing import Final

from .element import Element
from .facts import Facts, Found, true
from .metamodel import is_a

EBG_TARGETS: Final = frozenset({"message", "signal", "timer", "conditional"})


def gateways(facts: Facts) -> Iterator[Found]:
    """V-GW-01 to V-GW-04, V-CPLX-01."""
    for node in facts.nodes:
        if not is_a(node.kind, "Gateway"):
            continue
        incoming, outgoing = len(facts.incoming.get(node.id, ())), len(facts.outgoing.get(node.id, ()))
        direction = node.get("gatewayDirection", "Unspecified")
        too_many = {"Converging": outgoing, "Diverging": incoming}.get(direction, 0) > 1
        if too_many:
            yield Found(node, "V-GW-01", "E", f"a {direction} gateway with too many flows", "set Unspecified")
        few = {"Converging": incoming < 2, "Diverging": outgoing < 2, "Mixed": min(incoming, outgoing) < 2}
        if few.get(direction, False):
            yield Found(node, "V-GW-02", "M", f"a {direction} gateway with too few flows", "set Unspecified")
        if incoming < 2 and outgoing < 2:
            yield Found(node, "V-GW-03", "M", "the gateway neither merges nor splits", "remove it")
        if incoming > 1 and outgoing > 1:
            yield Found(node, "V-GW-04", "W", "the gateway both merges and splits", "use two")
        if node.kind == "complexGateway" and incoming > 1 and node.first("activationCondition") is None:
            yield Found(
                node, "V-CPLX-01", "W", "no activationCondition: the first token activates", "write one"
            )
        if node.kind == "eventBasedGateway":
            yield from _event_based(facts, node)


def _event_based(facts: Facts, node: Element) -> Iterator[Found]:
    """V-EBG-01 to V-EBG-09."""
    instantiate = true(node, "instantiate")
    targets = [facts.target(flow, "targetRef") for flow in facts.outgoing.get(node.id, ())]
    if len(targets) < 2:
        yield Found(node, "V-EBG-01", "E", "an event-based gateway needs two outgoing flows", "add events")
    known = [target for target in targets if target is not None]
    receives = any(target.kind == "receiveTask" for target in known)
    if receives and any("message" in facts.kinds(target) for target in known):
        yield Found(node, "V-EBG-03", "E", "message events and receive tasks are mixed", "use one of them")
    for target in known:
        yield from _awaited(facts, target, instantiate)
    incoming = facts.incoming.get(node.id)
    if instantiate and incoming:
        yield Found(node, "V-EBG-06", "E", "an instantiating gateway has an incoming flow", "delete it")
    if node.get("eventGatewayType") == "Parallel" and not instantiate:
        text = "a parallel event gateway must instantiate"
        yield Found(node, "V-EBG-07", "E", text, "set instantiate=true")
    scope = node.parent
    if not instantiate and not incoming and scope is not None and scope.first("startEvent") is not None:
        text = "nothing leads to the gateway"
        yield Found(node, "V-EBG-08", "M", text, "draw a flow or set instantiate=true")


def _awaited(facts: Facts, target: Element, instantiate: bool) -> Iterator[Found]:
    """What may follow an event-based gateway."""
    kinds = set(facts.kinds(target))
    catches = target.kind == "intermediateCatchEvent" and kinds and kinds <= EBG_TARGETS
    if not catches and target.kind != "receiveTask":
        text = "an event-based gateway may not lead here"
        yield Found(target, "V-EBG-02", "E", text, "use a catching event")
    elif instantiate and catches and kinds != {"message"}:
        text = "an instantiating gateway waits for messages only"
        yield Found(target, "V-EBG-09", "M", text, "use a message")
    if len(facts.incoming.get(target.id, ())) > 1:
        yield Found(target, "V-EBG-04", "E", "a target of the gateway has a further flow", "delete it")
    if target.kind == "receiveTask" and target.id in facts.boundaries:
        text = "a receive task of the gateway has boundary events"
        yield Found(target, "V-EBG-05", "E", text, "delete them")


RULES: Final = (gateways,)
