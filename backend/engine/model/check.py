"""Run every rule over a model and weigh what it finds by profile and by whether the process is executable."""

from typing import Final

from . import rules_activities, rules_data, rules_events, rules_file, rules_flow, rules_lanes
from .element import Definitions, Element
from .facts import Facts, Found, executable, process_of
from .faults import ERROR, MUST, WARNING, Fault

RULES: Final = (
    *rules_file.RULES,
    *rules_events.RULES,
    *rules_flow.RULES,
    *rules_activities.RULES,
    *rules_lanes.RULES,
    *rules_data.RULES,
)


def check(definitions: Definitions) -> tuple[Fault, ...]:
    """Every fault and warning of a model, in document order. A root that is not BPMN is told alone."""
    facts = Facts(definitions)
    found = list(rules_file.root(facts))
    if not any(one.rule == "V-XML-02" for one in found):
        found = [one for rule in RULES for one in rule(facts)]
    found.sort(key=lambda one: one.element.index)
    return tuple(_fault(definitions, one) for one in found)


def _fault(definitions: Definitions, found: Found) -> Fault:
    element = found.element
    return Fault(
        _named(element).id,
        element.name,
        element.line,
        found.rule,
        found.text,
        found.remedy,
        severity(definitions, found),
    )


def severity(definitions: Definitions, found: Found) -> str:
    """E or W: M refuses in `strict` only; in a process that is only drawn, only broken structure refuses."""
    structural = found.rule.startswith(rules_file.STRUCTURAL)
    drawn = process_of(found.element) is not None and not executable(found.element)
    if drawn and not structural:
        return WARNING
    if found.severity == MUST:
        return ERROR if definitions.profile == "strict" else WARNING
    return found.severity


def _named(element: Element) -> Element:
    """The element itself, or the nearest one around it that has an id."""
    while not element.id and element.parent is not None:
        element = element.parent
    return element
