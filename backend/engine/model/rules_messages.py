"""A9: message flows and collaborations."""

from collections.abc import Iterator
from typing import Final

from .element import Element, local
from .facts import Facts, Found, process_of
from .metamodel import is_a

CATCHES: Final = frozenset({"intermediateCatchEvent", "boundaryEvent"})
INTERMEDIATE: Final = ("intermediateCatchEvent", "intermediateThrowEvent")


def participants(facts: Facts) -> Iterator[Found]:
    """V-COLL-06, V-COLL-08."""
    for collaboration in facts.by_kind.get("collaboration", ()):
        seen = {""}
        for participant in collaboration.all("participant"):
            name = local(participant.get("processRef"))
            if name and name in seen:
                text = f"a second participant for {name}"
                yield Found(participant, "V-COLL-06", "E", text, "delete one")
            seen.add(name)
    for process in facts.definitions.processes:
        meant = facts.target(process, "definitionalCollaborationRef")
        if meant is None or meant.kind != "collaboration":
            continue
        if process.id not in [local(one.get("processRef")) for one in meant.all("participant")]:
            text = f"its collaboration {meant.id} has no participant for it"
            yield Found(process, "V-COLL-08", "M", text, "add the participant")


def message_flows(facts: Facts) -> Iterator[Found]:
    """V-COLL-01 to V-COLL-05, V-COLL-07."""
    pools = {
        local(one.get("processRef")): one
        for one in facts.by_kind.get("participant", ())
        if one.get("processRef")
    }
    touching: dict[int, list[Element]] = {}
    for flow in facts.by_kind.get("messageFlow", ()):
        source, target = facts.target(flow, "sourceRef"), facts.target(flow, "targetRef")
        if source is None or target is None:
            continue
        pool = _pool(source, pools)
        if pool is not None and pool is _pool(target, pools):
            text = "a message flow inside one participant"
            yield Found(flow, "V-COLL-01", "E", text, "use a sequence flow", source)
        yield from _source(facts, flow, source)
        yield from _target(facts, flow, target)
        for end in (source, target):
            yield from _message(facts, flow, end)
            if end.kind in INTERMEDIATE:
                touching.setdefault(end.index, []).append(end)
    for ends in touching.values():
        if len(ends) > 1:
            text = "more than one message flow touches the event"
            yield Found(ends[0], "V-COLL-07", "M", text, "use an event for each message")


def _pool(end: Element, pools: dict[str, Element]) -> Element | None:
    """The participant that an end belongs to; a process without one stands for itself."""
    if end.kind == "participant":
        return end
    process = process_of(end)
    return pools.get(process.id, process) if process is not None else None


def _source(facts: Facts, flow: Element, source: Element) -> Iterator[Found]:
    if source.kind in CATCHES:
        text = f"the catching event {source.id} sends"
        yield Found(flow, "V-COLL-03", "E", text, "turn the flow round", source)
    elif source.kind == "startEvent" or not _talks(facts, source):
        text = f"a message flow may not begin at {source.id}"
        remedy = "begin at a pool, activity or message event"
        weight = "E" if source.kind == "startEvent" else _weight(facts, source)
        yield Found(flow, "V-COLL-02", weight, text, remedy, source)
    elif source.kind == "receiveTask":
        yield Found(flow, "V-COLL-04", "W", "a receive task sends", "turn the flow round", source)


def _target(facts: Facts, flow: Element, target: Element) -> Iterator[Found]:
    if target.kind == "intermediateThrowEvent":
        text = f"the throwing event {target.id} receives"
        yield Found(flow, "V-COLL-03", "E", text, "turn the flow round", target)
    elif target.kind == "endEvent" or not _talks(facts, target):
        text = f"a message flow may not end at {target.id}"
        remedy = "end at a pool, activity or message event"
        weight = "E" if target.kind == "endEvent" else _weight(facts, target)
        yield Found(flow, "V-COLL-02", weight, text, remedy, target)
    elif target.kind == "sendTask":
        yield Found(flow, "V-COLL-04", "W", "a send task receives", "turn the flow round", target)


def _talks(facts: Facts, end: Element) -> bool:
    """Whether it is a pool, an activity, or an event with a message."""
    if is_a(end.kind, "Event"):
        return "message" in facts.kinds(end)
    return end.kind == "participant" or is_a(end.kind, "Activity")


def _weight(facts: Facts, end: Element) -> str:
    """M at an event without trigger, which tools let one draw and which runs in one clear way."""
    return "M" if is_a(end.kind, "Event") and facts.trigger(end) == "none" else "E"


def _message(facts: Facts, flow: Element, end: Element) -> Iterator[Found]:
    """V-COLL-05."""
    named = [end.get("messageRef")] + [one.get("messageRef") for one in facts.triggers(end)]
    there = {local(one) for one in named if one}
    if flow.get("messageRef") and there and local(flow.get("messageRef")) not in there:
        text = f"the message of the flow is not that of {end.id}"
        yield Found(flow, "V-COLL-05", "W", text, "name the same message", end)


RULES: Final = (participants, message_flows)
