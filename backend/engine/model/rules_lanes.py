"""A9: lanes."""

from collections.abc import Iterator
from typing import Final

from .element import Element
from .facts import Facts, Found, process_of
from .metamodel import is_a


def lanes(facts: Facts) -> Iterator[Found]:
    """V-LANE-01, V-LANE-02, V-LANE-03."""
    for lane_set in (*facts.by_kind.get("laneSet", ()), *facts.by_kind.get("childLaneSet", ())):
        yield from _twice(facts, lane_set)
    for lane in facts.by_kind.get("lane", ()):
        process = process_of(lane)
        for node in _named(facts, lane) if process is not None else ():
            if process_of(node) is not process:
                text = f"the lane names {node.id}, outside the process"
                yield Found(lane, "V-LANE-01", "E", text, "remove it")
    for process in facts.definitions.processes:
        yield from _homeless(facts, process)


def _named(facts: Facts, lane: Element) -> list[Element]:
    """The flow nodes that a lane itself names."""
    found = [facts.definitions.resolve(one, one.text) for one in lane.all("flowNodeRef")]
    return [one for one in found if one is not None and is_a(one.kind, "FlowNode")]


def _twice(facts: Facts, lane_set: Element) -> Iterator[Found]:
    """A node in two lanes of one set; what stands in a lane inside stands in the lane around it."""
    seen: dict[int, Element] = {}
    for lane in lane_set.all("lane"):
        inside = [one for inner in lane.parts() if inner.kind == "lane" for one in _named(facts, inner)]
        for node in inside:
            other = seen.setdefault(node.index, lane)
            if other is not lane:
                yield Found(lane, "V-LANE-02", "E", f"{node.id} stands also in lane {other.id}", "keep one")


def _homeless(facts: Facts, process: Element) -> Iterator[Found]:
    lanes = [inner for one in process.all("laneSet") for inner in one.parts() if inner.kind == "lane"]
    named = {node.index for lane in lanes for node in _named(facts, lane)}
    if named:
        for node in facts.children(process):
            if node.index not in named and node.kind != "boundaryEvent":
                yield Found(node, "V-LANE-03", "W", "the node stands in no lane", "put it in one")


RULES: Final = (lanes,)
