"""Run every rule over a model and weigh what it finds by profile and by whether the process is executable."""

from typing import Final

from . import (
    rules_activities,
    rules_compensation,
    rules_data,
    rules_events,
    rules_file,
    rules_flow,
    rules_gateways,
    rules_lanes,
    rules_loops,
    rules_messages,
    rules_places,
    rules_references,
)
from .element import Definitions, Element
from .facts import Facts, Found, executable, process_of
from .faults import ERROR, MUST, WARNING, Fault

RULES: Final = (
    *rules_file.RULES,
    *rules_places.RULES,
    *rules_references.RULES,
    *rules_events.RULES,
    *rules_flow.RULES,
    *rules_gateways.RULES,
    *rules_activities.RULES,
    *rules_compensation.RULES,
    *rules_loops.RULES,
    *rules_lanes.RULES,
    *rules_data.RULES,
    *rules_messages.RULES,
)


def check(definitions: Definitions, running: Element | None = None) -> tuple[Fault, ...]:
    """Every fault and warning of a model, in document order. A root that is not BPMN is told alone.

    running: a process that is to run though the file does not mark it executable; only what is said of it is
    told.
    """
    facts = Facts(definitions, running)
    found = list(rules_file.root(facts))
    if not any(one.rule == "V-XML-02" for one in found):
        found = [one for rule in RULES for one in rule(facts)]
    if running is not None:
        found = [one for one in found if process_of(one.about or one.element) is running]
    found.sort(key=lambda one: one.element.index)
    return tuple(_fault(definitions, one, running) for one in found)


def _fault(definitions: Definitions, found: Found, running: Element | None) -> Fault:
    element = found.element
    return Fault(
        _named(element).id,
        element.name,
        element.line,
        found.rule,
        found.text,
        found.remedy,
        severity(definitions, found, running),
    )


def severity(definitions: Definitions, found: Found, running: Element | None = None) -> str:
    """E or W: M refuses in `strict` only; in what is only drawn, nothing but broken structure refuses.

    running: a process that is to run though the file does not mark it executable.
    """
    structural = found.rule.startswith(rules_file.STRUCTURAL)
    if not structural and _drawn(definitions, found.about or found.element, running):
        return WARNING
    if found.severity == MUST:
        return ERROR if definitions.profile == "strict" else WARNING
    return found.severity


def _drawn(definitions: Definitions, element: Element, running: Element | None) -> bool:
    """Whether an element is no part of anything that runs: of a process not marked executable, of a
    choreography, or of a file without any executable process."""
    process = process_of(element)
    if process is not None:
        return process is not running and not executable(process)
    if running is not None or element.around("choreography") is not None:
        return True
    return not any(executable(one) for one in definitions.processes)


def _named(element: Element) -> Element:
    """The element itself, or the nearest one around it that has an id."""
    while not element.id and element.parent is not None:
        element = element.parent
    return element
