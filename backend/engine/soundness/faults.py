"""What an exploration found, told as faults of the model: each with element, line, rule and remedy."""

from typing import Final

from backend.engine.model import Fault
from backend.engine.nodes import Process

from .report import Finding, Kind, Report

RULES: Final[dict[Kind, tuple[str, str]]] = {
    "deadlock": ("SOUND-01", "let all that the join waits for come, or join with another gateway"),
    "lack of synchronisation": ("SOUND-02", "join the tokens of a parallel split before they go on"),
    "dead activity": ("SOUND-03", "connect it, or remove it"),
    "livelock": ("SOUND-04", "let a way lead out of the round"),
}
UNKNOWN: Final = "SOUND-05"


def told(process: Process, report: Report, strict: bool = False) -> tuple[Fault, ...]:
    """Faults that refuse when `strict`, else warnings; that the bound was reached is always a warning."""
    severity = "E" if strict else "W"
    found = [_fault(process, finding, severity) for finding in report.findings]
    if report.verdict == "unknown":
        text = f"whether it is sound is not known after {report.markings} markings"
        remedy = "split it into sub-processes or called processes"
        found.append(Fault(process.id, process.name, 0, UNKNOWN, text, remedy, "W"))
    return tuple(found)


def _fault(process: Process, finding: Finding, severity: str) -> Fault:
    rule, remedy = RULES[finding.kind]
    place = finding.at[0] if finding.at else finding.path[-1]
    line = process.nodes[place.element].line
    return Fault(place.element, place.name, line, rule, str(finding), remedy, severity)
