"""What a pack needs of its BPMN file beside the engine: lanes, stages, `errand:` properties."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from msgspec import Struct

from backend.engine.model import Definitions, Element
from backend.procedures.faults import Findings

FILE = "process.bpmn"
HANDOFFS = frozenset(("K2P", "P2K", "SCAN", "D2P", "P2D", "LINK", "ASSIST"))
LEVELS = ("L0", "L2")
KNOWN = frozenset(
    [
        "errand:stage",
        "errand:who",
        "errand:department",
        "errand:role",
        "errand:submits",
        "errand:fresh_login",
        "errand:assurance",
        "errand:handoff",
        "errand:channels",
        "errand:working_days",
        "errand:outcome",
    ]
)
ACTIVITIES = frozenset(
    [
        "task",
        "userTask",
        "serviceTask",
        "sendTask",
        "receiveTask",
        "manualTask",
        "businessRuleTask",
        "scriptTask",
        "callActivity",
        "subProcess",
        "adHocSubProcess",
        "transaction",
    ]
)


class Place(Struct, frozen=True):
    """One flow node as drawn: its lane, its properties with those of lane and sub-process below its own."""

    id: str
    kind: str
    name: str
    line: int
    lane: str
    own: Mapping[str, str]
    inherited: Mapping[str, str]

    def property(self, name: str) -> str | None:
        return self.own.get(name, self.inherited.get(name))


class Drawing(Struct, frozen=True):
    """The one process of a pack, as data. Stages stand in the order in which the flow first meets them.
    named: the names of all that the drawing shows, by id."""

    process: str
    elements: Mapping[str, Element]
    places: Mapping[str, Place]
    stages: tuple[str, ...]
    named: Mapping[str, str]

    def of_kind(self, *kinds: str) -> Iterator[Place]:
        return (place for place in self.places.values() if place.kind in kinds)


def read_drawing(definitions: Definitions, findings: Findings) -> Drawing | None:
    """Lanes, places and stages; a pack has exactly one process that is executable."""
    executable = [process for process in definitions.processes if process.get("isExecutable") == "true"]
    if len(executable) != 1:
        remedy = "Keep one process with isExecutable=true; draw the others as packs of their own."
        findings.add(FILE, "PACK-BPMN-01", f"The file has {len(executable)} executable processes.", remedy)
        return None
    process = executable[0]
    lanes = _lanes(process)
    elements: dict[str, Element] = {}
    places: dict[str, Place] = {}
    for element, lane, inherited in _nodes(process, lanes, "", {}):
        own = properties(element)
        elements[element.id] = element
        places[element.id] = Place(element.id, element.kind, element.name, element.line, lane, own, inherited)
        for name in own:
            if name.startswith("errand:") and name not in KNOWN:
                text, remedy = f"The property {name} is unknown.", f"Use one of: {', '.join(sorted(KNOWN))}."
                findings.add(FILE, "PACK-BPMN-02", text, remedy, element=element.id, line=element.line)
    return Drawing(process.id, elements, places, _stages(process, places), _named(definitions))


NAMED = ("participant", "lane", "sequenceFlow", "messageFlow", "dataObjectReference", "dataStoreReference")


def _named(definitions: Definitions) -> dict[str, str]:
    return {
        element.id: element.name
        for element in definitions.root.walk()
        if element.id and element.name and (element.kind in NAMED or _is_node(element))
    }


def properties(element: Element) -> dict[str, str]:
    """zeebe:properties of one element."""
    holder = element.extension("zeebe:properties")
    found = holder.all("zeebe:property") if holder is not None else iter(())
    return {entry.get("name"): entry.get("value") for entry in found}


def headers(element: Element) -> dict[str, str]:
    """zeebe:taskHeaders of one element."""
    holder = element.extension("zeebe:taskHeaders")
    found = holder.all("zeebe:header") if holder is not None else iter(())
    return {entry.get("key"): entry.get("value") for entry in found}


def _lanes(process: Element) -> dict[str, Element]:
    """The innermost lane of each flow node, by its id."""
    found: dict[str, Element] = {}
    for element in process.walk():
        if element.kind == "lane":
            for reference in element.all("flowNodeRef"):
                found[reference.text.strip()] = element
    return found


def _nodes(
    container: Element, lanes: Mapping[str, Element], lane: str, inherited: Mapping[str, str]
) -> Iterator[tuple[Element, str, Mapping[str, str]]]:
    for element in container.children:
        if not element.id or not _is_node(element):
            continue
        own_lane = lanes.get(element.id)
        name = own_lane.id if own_lane is not None else lane
        below = {**inherited, **properties(own_lane)} if own_lane is not None else dict(inherited)
        yield element, name, below
        if element.kind in ("subProcess", "transaction", "adHocSubProcess"):
            yield from _nodes(element, lanes, name, {**below, **properties(element)})


def _is_node(element: Element) -> bool:
    return element.kind in ACTIVITIES or element.kind.endswith(("Event", "Gateway"))


def _stages(process: Element, places: Mapping[str, Place]) -> tuple[str, ...]:
    """Stages by the way of the flow, breadth first from the start events."""
    follow: dict[str, list[str]] = {}
    for element in process.walk():
        if element.kind == "sequenceFlow":
            follow.setdefault(element.get("sourceRef"), []).append(element.get("targetRef"))
        elif element.kind == "boundaryEvent":
            follow.setdefault(element.get("attachedToRef"), []).append(element.id)
    order: dict[str, None] = {}
    waiting = [place.id for place in places.values() if place.kind == "startEvent"]
    met = set(waiting)
    while waiting:
        here = waiting.pop(0)
        stage = places[here].property("errand:stage") if here in places else None
        if stage:
            order.setdefault(stage)
        for there in follow.get(here, []):
            if there not in met:
                met.add(there)
                waiting.append(there)
    return tuple(order)
