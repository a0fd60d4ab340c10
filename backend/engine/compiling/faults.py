"""Every fault of a file at once: those of reading and those of compiling."""

from typing import Any

from backend.engine.model import Fault, ModelFaults, XmlLimits
from backend.engine.model.read import parsed

from .process import compile_process


def every_fault(
    xml: bytes | str,
    profile: str = "strict",
    decisions: tuple[Any, ...] = (),
    zone: str = "UTC",
    limits: XmlLimits | None = None,
) -> tuple[Fault, ...]:
    """What `read_bpmn` and then `compile_process` of every executable process would tell, also when the first
    refuses; () for a file that is right. Raises nothing."""
    try:
        definitions = parsed(xml, profile, limits)
    except ModelFaults as unreadable:
        return unreadable.faults
    told = list(definitions.warnings)
    known = {(one.rule, one.element, one.line) for one in told}
    found: list[Fault] = []
    for process in definitions.processes:
        if process.get("isExecutable") in ("true", "1"):
            try:
                found += compile_process(definitions, process.id, decisions, zone).warnings
            except ModelFaults as refused:
                found += refused.faults
    told += [one for one in found if (one.rule, one.element, one.line) not in known]
    return tuple(sorted(dict.fromkeys(told), key=lambda one: (one.line, one.element, one.rule)))
