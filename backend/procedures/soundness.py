"""A procedure can always end: what is unsound is refused, unless the model waives it with a reason."""

from __future__ import annotations

from typing import Any

from backend.engine.soundness import explore, told
from backend.procedures.drawing import FILE
from backend.procedures.faults import Findings

WAIVER = "errand:unsound_because"


def check_soundness(process: Any, findings: Findings) -> None:
    """Explore the compiled process (SOUND-01 to -05). Its property errand:unsound_because turns refusals into
    warnings; one that waives nothing is told."""
    reason = process.properties.get(WAIVER, "").strip()
    report = explore(process)
    for fault in told(process, report, strict=not reason):
        text = f"{fault.name}: {fault.text}." if fault.name else f"{fault.text}."
        waived = f" (waived: {reason})" if reason and report.verdict == "unsound" else ""
        remedy = f"Change it: {fault.remedy}; or give the process the property {WAIVER} with the reason."
        findings.add(
            FILE,
            fault.rule,
            text + waived,
            remedy,
            element=fault.element,
            line=fault.line or None,
            severity="error" if fault.severity == "E" else "warning",
        )
    if reason and report.verdict == "sound":
        findings.add(
            FILE,
            "SOUND-06",
            f"{WAIVER} waives nothing.",
            "Remove it.",
            element=process.id,
            severity="warning",
        )
