"""A9: lanes, pools and message flows."""

from collections.abc import Iterator
from typing import Final

from .element import Element
from .facts import Facts, Found, process_of
from .metamodel import is_a

THROWS: Final = frozenset({"intermediateThrowEvent", "endEvent"})


def lanes(facts: Facts) -> Iterator[Found]:
    """V-LANE-01, V-LANE-02, V-LANE-03."""
    for process in facts.definitions.processes:
        named: set[str] = set()
        for lane_set in process.all("laneSet"):
            seen: dict[str, Element] = {}
            for lane in lane_set.all("lane"):
                for reference in lane.all("flowNodeRef"):
                    yield from _reference(facts, process, lane, reference, seen)
            named |= {one.text.strip() for one in lane_set.walk() if one.kind == "flowNodeRef"}
        if named:
            for node in facts.children(process):
                if node.id not in named and node.kind != "boundaryEvent":
                    yield Found(node, "V-LANE-03", "W", "the node stands in no lane", "put it in one")


def _reference(
    facts: Facts, process: Element, lane: Element, reference: Element, seen: dict[str, Element]
) -> Iterator[Found]:
    node = facts.definitions.resolve(reference, reference.text)
    if node is None:
        return
    if process_of(node) is not process:
        yield Found(lane, "V-LANE-01", "E", f"the lane names {node.id}, outside the process", "remove it")
    if node.id in seen and seen[node.id] is not lane:
        yield Found(lane, "V-LANE-02", "E", f"{node.id} stands also in lane {seen[node.id].id}", "keep one")
    seen[node.id] = lane


def message_flows(facts: Facts) -> Iterator[Found]:
    """V-COLL-01 to V-COLL-06."""
    for collaboration in facts.definitions.root.all("collaboration"):
        pools: dict[str, Element] = {}
        for participant in collaboration.all("participant"):
            process = participant.get("processRef")
            if process and process in pools:
                yield Found(
                    participant, "V-COLL-06", "E", f"a second participant for {process}", "delete one"
                )
            pools.setdefault(process, participant)
        for flow in collaboration.all("messageFlow"):
            yield from _message_flow(facts, flow, pools)


def _message_flow(facts: Facts, flow: Element, pools: dict[str, Element]) -> Iterator[Found]:
    source, target = facts.target(flow, "sourceRef"), facts.target(flow, "targetRef")
    if source is None or target is None:
        return
    if _pool(source, pools) is not None and _pool(source, pools) is _pool(target, pools):
        yield Found(flow, "V-COLL-01", "E", "a message flow inside one participant", "use a sequence flow")
    for end, wrong in ((source, "startEvent"), (target, "endEvent")):
        talks = end.kind == "participant" or is_a(end.kind, "Activity") or is_a(end.kind, "Event")
        if is_a(end.kind, "Event"):
            talks = facts.trigger(end) in ("message", "multiple", "none") and end.kind != wrong
        if not talks:
            yield Found(flow, "V-COLL-02", "E", f"a message flow may not touch {end.id} there", "move it")
    if is_a(source.kind, "Event") and source.kind not in (*THROWS, "startEvent"):
        yield Found(flow, "V-COLL-03", "E", "a catching event sends", "turn the flow round")
    if target.kind == "intermediateThrowEvent":
        yield Found(flow, "V-COLL-03", "E", "a throwing event receives", "turn the flow round")
    if target.kind == "sendTask" or source.kind == "receiveTask":
        yield Found(
            flow, "V-COLL-04", "W", "a send task receives or a receive task sends", "turn the flow round"
        )


def _pool(end: Element, pools: dict[str, Element]) -> Element | None:
    if end.kind == "participant":
        return end
    process = process_of(end)
    return pools.get(process.id) if process is not None else None


RULES: Final = (lanes, message_flows)
