"""OCEL 2.0, the JSON form: events relate to objects of the types case, task, job, incident and what else the
caller names."""

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any, Final

import msgspec

from .activities import Activity, Lived, activities

Json = dict[str, Any]

EVENT_ATTRIBUTES: Final = {"lifecycle": "string", "element": "string", "kind": "string", "command": "integer"}
OBJECT_ATTRIBUTES: Final[dict[str, dict[str, str]]] = {
    "case": {"process": "string"},
    "task": {"element": "string", "lane": "string"},
    "job": {"element": "string", "type": "string"},
    "incident": {"element": "string"},
}


def ocel(cases: Iterable[Lived]) -> bytes:
    """The log of these cases. The same cases in the same order give the same bytes."""
    log = _Log()
    for lived in cases:
        log.add(lived)
    return msgspec.json.format(msgspec.json.encode(log.document()), indent=1)


class _Log:
    """The four parts of the document as they grow."""

    def __init__(self) -> None:
        self.events: list[Json] = []
        self.objects: dict[str, Json] = {}
        self.event_types: dict[str, None] = {}
        self.object_types = {name: dict(fields) for name, fields in OBJECT_ATTRIBUTES.items()}

    def add(self, lived: Lived) -> None:
        """A case, its things and its events."""
        steps = list(activities(lived))
        if not steps:
            return
        self._object(lived.id, "case", steps[0].at, {"process": lived.process.id, **lived.attributes})
        for thing in lived.things:
            made = self._object(thing.id, thing.type, thing.at, {})
            relate(made, lived.id, "of case")
        for step in steps:
            self._event(lived, step)

    def document(self) -> Json:
        """All of it, types first."""
        return {
            "objectTypes": [_type(name, fields) for name, fields in self.object_types.items()],
            "eventTypes": [_type(name, EVENT_ATTRIBUTES) for name in self.event_types],
            "objects": list(self.objects.values()),
            "events": self.events,
        }

    def _object(self, id: str, type: str, at: datetime, attributes: dict[str, str]) -> Json:
        if id not in self.objects:
            known = self.object_types.setdefault(type, {})
            known.update({name: "string" for name in attributes if name not in known})
            told = [
                {"name": name, "time": instant(at), "value": value}
                for name, value in attributes.items()
                if value
            ]
            self.objects[id] = {"id": id, "type": type, "attributes": told, "relationships": []}
        return self.objects[id]

    def _event(self, lived: Lived, step: Activity) -> None:
        self.event_types.setdefault(step.name)
        event: Json = {
            "id": f"{lived.id}/{step.number}",
            "type": step.name,
            "time": instant(step.at),
            "attributes": [
                {"name": "lifecycle", "value": step.transition},
                {"name": "element", "value": step.element},
                {"name": "kind", "value": step.kind},
                {"name": "command", "value": step.command},
            ],
            "relationships": [],
        }
        relate(event, lived.id, "case")
        if step.object:
            own = f"{lived.id}/{step.object}/{step.key}"
            relate(self._object(own, step.object, step.at, _fields(step)), lived.id, "of case")
            relate(event, own, step.object)
        for thing in lived.things:
            if thing.key and thing.key == step.key and step.transition == "complete":
                relate(event, thing.id, "made")
        self.events.append(event)


def _fields(step: Activity) -> dict[str, str]:
    more = {"task": ("lane", step.lane), "job": ("type", step.type)}.get(step.object)
    return {"element": step.element, **dict([more] if more else [])}


def relate(holder: Json, id: str, qualifier: str) -> None:
    """A relationship, once."""
    wanted = {"objectId": id, "qualifier": qualifier}
    if wanted not in holder["relationships"]:
        holder["relationships"].append(wanted)


def _type(name: str, fields: dict[str, str]) -> Json:
    return {"name": name, "attributes": [{"name": one, "type": kind} for one, kind in fields.items()]}


def instant(at: datetime) -> str:
    """ISO 8601 in UTC with milliseconds, as both formats take it."""
    return at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
