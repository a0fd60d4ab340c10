"""Every fault of a procedure's folder at once, without running it."""

from __future__ import annotations

from pathlib import Path

from backend.procedures.faults import Fault, PackFaults
from backend.procedures.load import load_folder


def lint_folder(path: str | Path) -> list[Fault]:
    """All faults and warnings of the folder; an empty list means that it can be deployed."""
    try:
        return list(load_folder(path).warnings)
    except PackFaults as broken:
        return list(broken.faults)
