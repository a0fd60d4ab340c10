"""A5: sequence flows, starts and ends."""

from collections.abc import Iterator
from typing import Final

from .element import Element, local
from .facts import Facts, Found, conditional, handler, true
from .metamodel import is_a

NO_CONDITION: Final = frozenset({"parallelGateway", "eventBasedGateway"})
DEFAULTS: Final = frozenset({"exclusiveGateway", "inclusiveGateway", "complexGateway"})


def ends(facts: Facts) -> Iterator[Found]:
    """V-FLOW-01 to V-FLOW-05, V-FLOW-12."""
    seen: set[tuple[str, str]] = set()
    for flow in facts.flows:
        source, target = facts.target(flow, "sourceRef"), facts.target(flow, "targetRef")
        wrong = [end for end in (source, target) if end is not None and not is_a(end.kind, "FlowNode")]
        for end in wrong:
            text = f"the flow touches a {end.kind}"
            yield Found(flow, "V-FLOW-05", "E", text, "connect flow nodes only")
        if source is None or target is None or wrong:
            continue
        if target.kind == "startEvent":
            yield Found(flow, "V-FLOW-01", "E", f"the flow leads to the start event {target.id}", "delete it")
        if target.kind == "boundaryEvent":
            yield Found(
                flow, "V-FLOW-04", "E", f"the flow leads to the boundary event {target.id}", "delete it"
            )
        if source.kind == "endEvent":
            yield Found(flow, "V-FLOW-02", "E", f"the flow leaves the end event {source.id}", "delete it")
        if source.parent is not target.parent:
            text = "the flow crosses the border of a pool or sub-process"
            remedy = "connect the sub-process itself, or use a message"
            yield Found(flow, "V-FLOW-03", "E", text, remedy, source)
        elif source.parent is not flow.parent:
            text = "the flow is written in another scope than the nodes that it connects"
            yield Found(flow, "V-FLOW-03", "M", text, "move it into their scope", source)
        pair = (source.id, target.id)
        if pair in seen:
            yield Found(flow, "V-FLOW-12", "W", "a second flow between the same two nodes", "delete one")
        seen.add(pair)


def conditions(facts: Facts) -> Iterator[Found]:
    """V-FLOW-06, V-FLOW-07, V-FLOW-10, V-FLOW-13."""
    for flow in facts.flows:
        source = facts.target(flow, "sourceRef")
        if flow.get("isImmediate") in ("false", "0") and facts.runs(flow):
            yield Found(flow, "V-FLOW-10", "E", "isImmediate=false in an executable process", "remove it")
        if source is None:
            continue
        alone = len(facts.outgoing.get(source.id, ())) == 1
        if not conditional(flow):
            if source.kind in DEFAULTS and not alone and local(source.get("default")) != flow.id:
                remedy = "write a condition or make it the default"
                yield Found(flow, "V-FLOW-13", "W", "no condition: counts as true", remedy)
        elif is_a(source.kind, "Event") or source.kind in NO_CONDITION:
            text = f"a {source.kind} may not have conditional flows"
            yield Found(flow, "V-FLOW-06", "E", text, "delete the condition")
        elif is_a(source.kind, "Activity") and alone:
            text = "the only flow out of the activity has a condition"
            yield Found(flow, "V-FLOW-07", "M", text, "add a default")


def defaults(facts: Facts) -> Iterator[Found]:
    """V-FLOW-08, V-FLOW-09, V-FLOW-11."""
    for node in facts.nodes:
        if not node.get("default"):
            continue
        leaving = facts.outgoing.get(node.id, [])
        chosen = next((flow for flow in leaving if flow.id == local(node.get("default"))), None)
        if chosen is None or not (is_a(node.kind, "Activity") or node.kind in DEFAULTS):
            text = "the default is no flow that leaves this element"
            yield Found(node, "V-FLOW-08", "E", text, "correct it")
            continue
        if conditional(chosen):
            yield Found(chosen, "V-FLOW-09", "W", "the default flow's condition is ignored", "delete it")
        if not any(conditional(flow) for flow in leaving if flow is not chosen):
            text = "a default where no other flow is conditional"
            yield Found(node, "V-FLOW-11", "W", text, "add conditions")


def _no_flow_needed(facts: Facts, node: Element) -> bool:
    """Nodes that stand outside the flow by their nature."""
    return (
        handler(node)
        or true(node, "isForCompensation")
        or (node.kind == "boundaryEvent" and facts.trigger(node) == "compensation")
    )


def scopes(facts: Facts) -> Iterator[Found]:
    """V-START-01 to V-START-07, V-END-01, V-END-02, V-INT-01, V-INT-02."""
    for container in facts.containers:
        if container.kind == "adHocSubProcess":
            continue
        nodes = facts.children(container)
        starts = [node for node in nodes if node.kind == "startEvent"]
        finals = [node for node in nodes if node.kind == "endEvent"]
        if starts and not finals:
            yield Found(container, "V-START-02", "M", "a start event but no end event", "add an end event")
        if finals and not starts and not any(_instantiates(facts, node) for node in nodes):
            yield Found(container, "V-START-03", "M", "an end event but no start event", "add a start event")
        yield from _starts(facts, container, starts)
        for node in nodes:
            yield from _node(facts, node, bool(starts), bool(finals))


def _instantiates(facts: Facts, node: Element) -> bool:
    """Whether it begins the process by itself."""
    return true(node, "instantiate") and not facts.incoming.get(node.id)


def _starts(facts: Facts, container: Element, starts: list[Element]) -> Iterator[Found]:
    none = [start for start in starts if facts.trigger(start) == "none"]
    if len(none) > 1 and container.kind == "process":
        yield Found(none[1], "V-START-06", "W", "several none start events", "name the one to start")
    elif len(none) > 1:
        text = "a second none start event in a sub-process"
        yield Found(none[1], "V-START-05", "E", text, "delete one")
    seen: set[str] = set()
    for start in starts if container.kind == "process" else ():
        for definition in facts.triggers(start):
            key = message_key(facts, definition)
            if key and key in seen:
                text = "a second start by the same message, and no key to tell them apart"
                yield Found(start, "V-START-07", "M", text, "use another message or delete one")
            seen.add(key)


def message_key(facts: Facts, definition: Element) -> str:
    """What tells a definition's message from others: its name and correlation key; "" without a message."""
    message = facts.target(definition, "messageRef") if definition.kind == "messageEventDefinition" else None
    if message is None:
        return ""
    subscription = message.extension("zeebe:subscription")
    key = subscription.get("correlationKey") if subscription is not None else ""
    return f"{message.name or message.id} {key}"


def _node(facts: Facts, node: Element, starts: bool, finals: bool) -> Iterator[Found]:
    incoming, outgoing = facts.incoming.get(node.id), facts.outgoing.get(node.id)
    if node.kind == "startEvent":
        if not outgoing:
            yield Found(node, "V-START-01", "M", "the start event leads nowhere", "draw a flow")
    elif node.kind == "endEvent":
        if not incoming:
            yield Found(node, "V-END-01", "M", "nothing leads to the end event", "draw a flow")
    elif node.kind.startswith("intermediate"):
        yield from _intermediate(facts, node)
    elif node.kind != "boundaryEvent" and not _no_flow_needed(facts, node):
        begins = _instantiates(facts, node) or node.kind == "eventBasedGateway"  # V-EBG-08
        if not incoming and starts and not begins:
            text = "nothing leads here though the scope has a start"
            yield Found(node, "V-START-04", "M", text, "draw a flow")
        if not outgoing and finals:
            yield Found(node, "V-END-02", "M", "leads nowhere though the scope has an end", "draw a flow")


def _intermediate(facts: Facts, node: Element) -> Iterator[Found]:
    link = facts.trigger(node) == "link"
    if not facts.incoming.get(node.id) and not (link and node.kind == "intermediateCatchEvent"):
        yield Found(node, "V-INT-01", "M", "nothing leads to the intermediate event", "draw a flow")
    if not facts.outgoing.get(node.id) and not (link and node.kind == "intermediateThrowEvent"):
        yield Found(node, "V-INT-02", "M", "the intermediate event leads nowhere", "draw a flow")


def reach(facts: Facts) -> Iterator[Found]:
    """V-REACH-01."""
    for container in facts.containers:
        nodes = facts.children(container)
        starts = [n for n in nodes if n.kind == "startEvent"]
        if not starts:
            continue
        free = [n for n in nodes if _no_flow_needed(facts, n) or _instantiates(facts, n)]
        free += [n for n in nodes if n.kind == "intermediateCatchEvent" and facts.trigger(n) == "link"]
        reached: set[str] = set()
        stack = [node.id for node in (*starts, *free)]
        while stack:
            at = stack.pop()
            if at not in reached:
                reached.add(at)
                stack += [local(flow.get("targetRef")) for flow in facts.outgoing.get(at, ())]
                stack += [event.id for event in facts.boundaries.get(at, ())]
        for node in nodes:
            if node.id not in reached:
                yield Found(node, "V-REACH-01", "W", "no start reaches this node", "connect or delete it")


RULES: Final = (ends, conditions, defaults, scopes, reach)
