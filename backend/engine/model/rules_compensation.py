"""A4, A7: boundary events, compensation, cancel."""

from collections.abc import Iterator
from typing import Final

from .element import Element
from .facts import SUB_PROCESSES, Facts, Found, handler, true
from .metamodel import is_a


def boundaries(facts: Facts) -> Iterator[Found]:
    """V-BND-01 to V-BND-04, V-EVT-19 (boundary)."""
    linked = compensators(facts)
    for event in facts.events("boundaryEvent"):
        host = facts.target(event, "attachedToRef")
        if host is not None and not _may_carry(event, host):
            text = "attached to something that is no activity beside it"
            yield Found(event, "V-BND-01", "E", text, "attach it to an activity of the same container")
        compensates = facts.trigger(event) == "compensation"
        leaves = bool(facts.outgoing.get(event.id))
        if not leaves and not compensates:
            yield Found(event, "V-BND-02", "M", "the boundary event leads nowhere", "draw a flow")
        if leaves and compensates:
            yield Found(event, "V-BND-03", "E", "a compensation boundary has a flow", "use an association")
        if compensates and len(linked.get(event.index, ())) != 1:
            text = "not linked by exactly one association to a compensation activity"
            yield Found(event, "V-BND-04", "E", text, "draw the association")
        if facts.trigger(event) == "cancel" and host is not None and host.kind != "transaction":
            yield Found(event, "V-EVT-19", "E", "a cancel boundary not on a transaction", "move it")


def _may_carry(event: Element, host: Element) -> bool:
    return is_a(host.kind, "Activity") and host.parent is event.parent and not handler(host)


def compensators(facts: Facts) -> dict[int, list[Element]]:
    """The compensation activities that each boundary event (by index) is tied to, wherever that is drawn."""
    found: dict[int, list[Element]] = {}
    for association in facts.by_kind.get("association", ()):
        ends = (facts.target(association, "sourceRef"), facts.target(association, "targetRef"))
        for event, other in (ends, ends[::-1]):
            if event is None or other is None or event.kind != "boundaryEvent":
                continue
            if true(other, "isForCompensation") and other.parent is event.parent:
                found.setdefault(event.index, []).append(other)
    return found


def compensation(facts: Facts) -> Iterator[Found]:
    """V-COMP-01, V-COMP-02."""
    linked = compensators(facts)
    catching = [one for one in facts.events("boundaryEvent") if facts.trigger(one) == "compensation"]
    pointed = {one.index for event in catching for one in linked.get(event.index, ())}
    for node in facts.nodes:
        if not true(node, "isForCompensation"):
            continue
        if facts.incoming.get(node.id) or facts.outgoing.get(node.id):
            yield Found(node, "V-COMP-01", "E", "a compensation activity has a flow", "delete the flow")
        if node.index not in pointed and not handler(node):
            yield Found(
                node, "V-COMP-02", "M", "no compensation boundary points here", "draw the association"
            )


def cancel(facts: Facts) -> Iterator[Found]:
    """V-EVT-19 (end), V-EVT-20."""
    for node in facts.events("endEvent"):
        if "cancel" not in facts.kinds(node):
            continue
        if node.parent is None or node.parent.kind != "transaction":
            yield Found(node, "V-EVT-19", "E", "a cancel end not directly in a transaction", "move it")
        elif not any(facts.trigger(one) == "cancel" for one in facts.boundaries.get(node.parent.id, ())):
            yield Found(node.parent, "V-EVT-20", "M", "a cancel end but no cancel boundary", "add one")


def thrown(facts: Facts) -> Iterator[Found]:
    """V-EVT-18."""
    for event in facts.nodes:
        if not event.kind.endswith("Event"):
            continue
        for definition in facts.triggers(event):
            if definition.kind == "compensateEventDefinition" and definition.get("activityRef"):
                yield from _activity(facts, event, definition)


def _activity(facts: Facts, event: Element, definition: Element) -> Iterator[Found]:
    if event.kind not in THROWS:
        text = "activityRef has no effect where compensation is caught"
        yield Found(event, "V-EVT-18", "W", text, "remove it")
        return
    target = facts.target(definition, "activityRef")
    if target is None:
        return  # V-REF-01
    wrong = ""
    if not is_a(target.kind, "Activity"):
        wrong = "is no activity"
    elif target.parent not in _visible(event):
        wrong = "stands in another scope"
    elif not compensable(facts, target):
        wrong = "has no compensation handler"
    if wrong:
        text = f"{target.id}, which is to be compensated, {wrong}"
        yield Found(event, "V-EVT-18", "E", text, "name an activity of this scope that can be compensated")


def _visible(event: Element) -> list[Element]:
    """The containers whose activities a throw may compensate (X-COMP-03)."""
    at, found = event.parent, []
    while at is not None:
        found.append(at)
        if not handler(at):
            break
        at = at.parent
    return found


def compensable(facts: Facts, activity: Element) -> bool:
    """Whether an activity has a handler, or holds, or calls, what may have one (X-COMP-06)."""
    if any("compensation" in facts.kinds(one) for one in facts.boundaries.get(activity.id, ())):
        return True
    if activity.kind == "callActivity":
        return True
    if activity.kind not in SUB_PROCESSES:
        return False
    inner = facts.children(activity)
    starts = [start for one in inner if handler(one) for start in one.all("startEvent")]
    return any("compensation" in facts.kinds(start) for start in starts) or any(
        compensable(facts, one) for one in inner
    )


THROWS: Final = frozenset({"intermediateThrowEvent", "endEvent"})
RULES: Final = (boundaries, compensation, cancel, thrown)
