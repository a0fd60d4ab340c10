"""Every fault of a procedure's folder at once, without running it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import suppress
from pathlib import Path

from backend.engine import Fault as ModelFault
from backend.engine import ModelFaults, compile_all, every_fault, read_bpmn
from backend.engine.dmn import read_dmn
from backend.engine.soundness import explore, told
from backend.procedures.faults import Fault, PackFaults
from backend.procedures.folder import read_folder
from backend.procedures.load import load_folder
from backend.procedures.procedure import Procedure
from backend.procedures.tables import check_tables

DMN = "*.dmn"


def lint_folder(path: str | Path) -> list[Fault]:
    """All faults and warnings of the folder; no error among them means that it can be deployed."""
    try:
        known: tuple[Fault, ...] = load_folder(path).warnings
    except PackFaults as broken:
        known = broken.faults
    return [*known, *_of_tables(read_folder(path))]


def lint_procedure(procedure: Procedure) -> list[Fault]:
    """The warnings of a deployed procedure, and what is found in its decision tables."""
    return [
        *procedure.warnings,
        *(each for model in procedure.decisions for each in check_tables(DMN, model)),
    ]


def lint_model(path: str | Path) -> list[Fault]:
    """Faults and warnings of somebody else's BPMN file (profile foreign); one that can run is explored too,
    and what is unsound about it is a warning."""
    xml = Path(path).read_bytes()
    found = list(every_fault(xml, "foreign"))
    if not any(fault.severity == "E" for fault in found):
        for process in compile_all(read_bpmn(xml, "foreign")):
            found += told(process, explore(process))
    return [_of_model(Path(path).name, fault) for fault in found]


def _of_model(file: str, fault: ModelFault) -> Fault:
    text = f"{fault.name}: {fault.text}" if fault.name else fault.text
    return Fault(
        file,
        f"{text}.",
        f"{fault.remedy[0].upper()}{fault.remedy[1:]}.",
        fault.rule,
        fault.element or None,
        fault.line or None,
        "error" if fault.severity == "E" else "warning",
    )


def _of_tables(files: Mapping[str, bytes]) -> Iterator[Fault]:
    """What is found in decision tables that can be read; the faults of the others are told already."""
    for file in sorted(name for name in files if name.endswith(".dmn")):
        with suppress(ModelFaults):
            yield from check_tables(file, read_dmn(files[file]))
