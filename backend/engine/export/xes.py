"""XES (IEEE 1849-2016): a trace a case, with the concept, lifecycle, time and organizational extensions."""

from collections.abc import Iterable
from typing import Any, Final

from lxml import etree

from .activities import Activity, Lived, activities
from .ocel import instant

SPACE: Final = "http://www.xes-standard.org/"
EXTENSIONS: Final = (
    ("Concept", "concept", f"{SPACE}concept.xesext"),
    ("Lifecycle", "lifecycle", f"{SPACE}lifecycle.xesext"),
    ("Time", "time", f"{SPACE}time.xesext"),
    ("Organizational", "org", f"{SPACE}org.xesext"),
)
NAMESPACES: Final[Any] = {None: SPACE}
EPOCH: Final = "1970-01-01T00:00:00.000Z"


def xes(cases: Iterable[Lived]) -> bytes:
    """The log of these cases. The same cases in the same order give the same bytes."""
    log = etree.Element(_name("log"), {"xes.version": "1849.2016", "xes.features": ""}, nsmap=NAMESPACES)
    for name, prefix, uri in EXTENSIONS:
        _add(log, "extension", name=name, prefix=prefix, uri=uri)
    _globals(log)
    _add(log, "classifier", name="Activity", keys="concept:name")
    _add(log, "classifier", name="Activity and lifecycle", keys="concept:name lifecycle:transition")
    _attribute(log, "lifecycle:model", "standard")
    for lived in cases:
        _trace(log, lived)
    return etree.tostring(log, xml_declaration=True, encoding="UTF-8", pretty_print=True)


def _globals(log: Any) -> None:
    """What every trace and every event has, with the value of what is unknown."""
    _attribute(_add(log, "global", scope="trace"), "concept:name", "")
    event = _add(log, "global", scope="event")
    _attribute(event, "concept:name", "")
    _attribute(event, "lifecycle:transition", "complete")
    _attribute(event, "time:timestamp", EPOCH, "date")


def _trace(log: Any, lived: Lived) -> None:
    trace = _add(log, "trace")
    _attribute(trace, "concept:name", lived.id)
    for name, value in {"process": lived.process.id, **lived.attributes}.items():
        _attribute(trace, name, value)
    for step in activities(lived):
        _event(trace, step)


def _event(trace: Any, step: Activity) -> None:
    event = _add(trace, "event")
    _attribute(event, "concept:name", step.name)
    _attribute(event, "lifecycle:transition", step.transition)
    _attribute(event, "time:timestamp", instant(step.at), "date")
    if step.key:
        _attribute(event, "concept:instance", f"{step.object or 'scope'}-{step.key}")
    if step.lane:
        _attribute(event, "org:role", step.lane)
    _attribute(event, "element", step.element)
    _attribute(event, "kind", step.kind)
    _attribute(event, "command", str(step.command), "int")


def _add(parent: Any, tag: str, **attributes: str) -> Any:
    return etree.SubElement(parent, _name(tag), attributes)


def _attribute(parent: Any, key: str, value: str, type: str = "string") -> None:
    etree.SubElement(parent, _name(type), {"key": key, "value": value})


def _name(tag: str) -> str:
    return f"{{{SPACE}}}{tag}"
