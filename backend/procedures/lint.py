"""Every fault of a procedure's folder at once, without running it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import suppress
from pathlib import Path

from backend.engine import ModelFaults
from backend.engine.dmn import read_dmn
from backend.procedures.faults import Fault, PackFaults
from backend.procedures.folder import read_folder
from backend.procedures.load import load_folder
from backend.procedures.tables import check_tables


def lint_folder(path: str | Path) -> list[Fault]:
    """All faults and warnings of the folder; no error among them means that it can be deployed."""
    try:
        known: tuple[Fault, ...] = load_folder(path).warnings
    except PackFaults as broken:
        known = broken.faults
    return [*known, *_of_tables(read_folder(path))]


def _of_tables(files: Mapping[str, bytes]) -> Iterator[Fault]:
    """What is found in decision tables that can be read; the faults of the others are told already."""
    for file in sorted(name for name in files if name.endswith(".dmn")):
        with suppress(ModelFaults):
            yield from check_tables(file, read_dmn(files[file]))
