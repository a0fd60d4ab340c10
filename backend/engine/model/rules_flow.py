"""A5, A6: sequence flows, starts and ends, gateways."""

from collections.abc import Iterator
from typing import Final

from .element import Element
from .facts import CONTAINERS, Facts, Found, executable, handler, true
from .metamodel import is_a

NO_CONDITION: Final = frozenset({"parallelGateway", "eventBasedGateway"})
DEFAULTS: Final = frozenset({"exclusiveGateway", "inclusiveGateway", "complexGateway"})
EBG_TARGETS: Final = frozenset({"message", "signal", "timer", "conditional", "multiple"})


def ends(facts: Facts) -> Iterator[Found]:
    """V-FLOW-01 to V-FLOW-05, V-FLOW-12."""
    seen: set[tuple[str, str]] = set()
    for flow in facts.flows:
        source, target = facts.target(flow, "sourceRef"), facts.target(flow, "targetRef")
        for end in (source, target):
            if end is not None and not is_a(end.kind, "FlowNode"):
                yield Found(
                    flow, "V-FLOW-05", "E", f"the flow touches a {end.kind}", "connect flow nodes only"
                )
        if source is None or target is None:
            continue
        if target.kind == "startEvent":
            yield Found(flow, "V-FLOW-01", "E", f"the flow leads to the start event {target.id}", "delete it")
        if target.kind == "boundaryEvent":
            yield Found(
                flow, "V-FLOW-04", "E", f"the flow leads to the boundary event {target.id}", "delete it"
            )
        if source.kind == "endEvent":
            yield Found(flow, "V-FLOW-02", "E", f"the flow leaves the end event {source.id}", "delete it")
        if not (source.parent is target.parent is flow.parent):
            text = "the flow crosses the border of a pool or sub-process"
            yield Found(flow, "V-FLOW-03", "E", text, "connect the sub-process itself, or use a message")
        pair = (source.id, target.id)
        if pair in seen:
            yield Found(flow, "V-FLOW-12", "W", "a second flow between the same two nodes", "delete one")
        seen.add(pair)


def conditions(facts: Facts) -> Iterator[Found]:
    """V-FLOW-06, V-FLOW-07, V-FLOW-10, V-FLOW-13."""
    for flow in facts.flows:
        source = facts.target(flow, "sourceRef")
        conditional = flow.first("conditionExpression") is not None
        if flow.get("isImmediate").strip() in ("false", "0") and executable(flow):
            yield Found(flow, "V-FLOW-10", "E", "isImmediate=false in an executable process", "remove it")
        if source is None:
            continue
        alone = len(facts.outgoing.get(source.id, ())) == 1
        if conditional and (is_a(source.kind, "Event") or source.kind in NO_CONDITION):
            yield Found(
                flow,
                "V-FLOW-06",
                "E",
                f"a {source.kind} may not have conditional flows",
                "delete the condition",
            )
        elif conditional and is_a(source.kind, "Activity") and alone:
            yield Found(
                flow, "V-FLOW-07", "M", "the only flow out of the activity has a condition", "add a default"
            )
        splits = source.kind in DEFAULTS and not alone
        if splits and not conditional and source.get("default") != flow.id:
            yield Found(
                flow,
                "V-FLOW-13",
                "W",
                "no condition: counts as true",
                "write a condition or make it the default",
            )


def defaults(facts: Facts) -> Iterator[Found]:
    """V-FLOW-08, V-FLOW-09, V-FLOW-11."""
    for node in facts.nodes:
        if "default" not in node.attributes:
            continue
        leaving = facts.outgoing.get(node.id, [])
        chosen = next((flow for flow in leaving if flow.id == node.get("default")), None)
        if chosen is None or not (is_a(node.kind, "Activity") or node.kind in DEFAULTS):
            yield Found(
                node, "V-FLOW-08", "E", "the default is no flow that leaves this element", "correct it"
            )
            continue
        if chosen.first("conditionExpression") is not None:
            yield Found(chosen, "V-FLOW-09", "W", "the default flow's condition is ignored", "delete it")
        if not any(flow.first("conditionExpression") is not None for flow in leaving if flow is not chosen):
            yield Found(
                node, "V-FLOW-11", "W", "a default where no other flow is conditional", "add conditions"
            )


def _no_flow_needed(facts: Facts, node: Element) -> bool:
    """Nodes that stand outside the flow by their nature."""
    return (
        handler(node)
        or true(node, "isForCompensation")
        or (node.kind == "boundaryEvent" and facts.trigger(node) == "compensation")
    )


def scopes(facts: Facts) -> Iterator[Found]:
    """V-START-01 to V-START-06, V-END-01, V-END-02, V-INT-01, V-INT-02."""
    for container in facts.containers:
        if container.kind == "adHocSubProcess":
            continue
        nodes = facts.children(container)
        starts = [node for node in nodes if node.kind == "startEvent"]
        finals = [node for node in nodes if node.kind == "endEvent"]
        if starts and not finals:
            yield Found(container, "V-START-02", "M", "a start event but no end event", "add an end event")
        if finals and not starts:
            yield Found(container, "V-START-03", "M", "an end event but no start event", "add a start event")
        none = [start for start in starts if facts.trigger(start) == "none"]
        if len(none) > 1 and container.kind == "process":
            yield Found(none[1], "V-START-06", "W", "several none start events", "name the one to start")
        elif len(none) > 1:
            yield Found(
                none[1], "V-START-05", "E", "a second none start event in a sub-process", "delete one"
            )
        for node in nodes:
            yield from _node(facts, node, bool(starts), bool(finals))


def _node(facts: Facts, node: Element, starts: bool, finals: bool) -> Iterator[Found]:
    incoming, outgoing = facts.incoming.get(node.id), facts.outgoing.get(node.id)
    if node.kind == "startEvent":
        if not outgoing:
            yield Found(node, "V-START-01", "M", "the start event leads nowhere", "draw a flow")
        return
    if node.kind == "endEvent":
        if not incoming:
            yield Found(node, "V-END-01", "M", "nothing leads to the end event", "draw a flow")
        return
    if node.kind == "boundaryEvent" or _no_flow_needed(facts, node):
        return
    link = node.kind.startswith("intermediate") and facts.trigger(node) == "link"
    instantiates = true(node, "instantiate")
    if not incoming and not (link and node.kind == "intermediateCatchEvent") and not instantiates:
        if node.kind.startswith("intermediate"):
            yield Found(node, "V-INT-01", "M", "nothing leads to the intermediate event", "draw a flow")
        elif starts:
            yield Found(
                node, "V-START-04", "M", "nothing leads here though the scope has a start", "draw a flow"
            )
    if not outgoing and not (link and node.kind == "intermediateThrowEvent"):
        if node.kind.startswith("intermediate"):
            yield Found(node, "V-INT-02", "M", "the intermediate event leads nowhere", "draw a flow")
        elif finals:
            yield Found(node, "V-END-02", "M", "leads nowhere though the scope has an end", "draw a flow")


def reach(facts: Facts) -> Iterator[Found]:
    """V-REACH-01."""
    for container in facts.containers:
        nodes = facts.children(container)
        starts = [n for n in nodes if n.kind == "startEvent"]
        if not starts:
            continue
        free = [n for n in nodes if _no_flow_needed(facts, n) or true(n, "instantiate")]
        free += [n for n in nodes if n.kind == "intermediateCatchEvent" and facts.trigger(n) == "link"]
        reached: set[str] = set()
        stack = [node.id for node in (*starts, *free)]
        while stack:
            at = stack.pop()
            if at not in reached:
                reached.add(at)
                stack += [flow.get("targetRef") for flow in facts.outgoing.get(at, ())]
                stack += [event.id for event in facts.boundaries.get(at, ())]
        for node in nodes:
            if node.id not in reached and container.kind in CONTAINERS:
                yield Found(node, "V-REACH-01", "W", "no start reaches this node", "connect or delete it")


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
    kinds = {target.kind for target in targets if target is not None}
    messages = [t for t in targets if t is not None and facts.trigger(t) == "message"]
    if "receiveTask" in kinds and messages:
        yield Found(node, "V-EBG-03", "E", "message events and receive tasks are mixed", "use one of them")
    for target in targets:
        if target is None:
            continue
        event = target.kind == "intermediateCatchEvent" and facts.trigger(target) in EBG_TARGETS
        if not event and target.kind != "receiveTask":
            yield Found(
                target, "V-EBG-02", "E", "an event-based gateway may not lead here", "use a catching event"
            )
        elif instantiate and facts.trigger(target) != "message" and target.kind != "receiveTask":
            yield Found(
                target, "V-EBG-09", "M", "an instantiating gateway waits for messages only", "use a message"
            )
        if len(facts.incoming.get(target.id, ())) > 1:
            yield Found(target, "V-EBG-04", "E", "a target of the gateway has a further flow", "delete it")
        if target.kind == "receiveTask" and target.id in facts.boundaries:
            yield Found(
                target, "V-EBG-05", "E", "a receive task of the gateway has boundary events", "delete them"
            )
    incoming = facts.incoming.get(node.id)
    if instantiate and incoming:
        yield Found(node, "V-EBG-06", "E", "an instantiating gateway has an incoming flow", "delete it")
    if node.get("eventGatewayType") == "Parallel" and not instantiate:
        yield Found(
            node, "V-EBG-07", "E", "a parallel event gateway must instantiate", "set instantiate=true"
        )
    if not instantiate and not incoming and node.parent is not None and node.parent.first("startEvent"):
        yield Found(node, "V-EBG-08", "M", "nothing leads to the gateway", "draw a flow or set instantiate")


RULES: Final = (ends, conditions, defaults, scopes, reach, gateways)
