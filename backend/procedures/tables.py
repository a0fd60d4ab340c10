"""What authors are told of their decision tables: gaps, overlaps, rules without effect (D-VERIFY)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

import msgspec

from backend.engine.dmn import DecisionModel
from backend.engine.dmn.table import Table
from backend.engine.dmn.verification import verify
from backend.procedures.faults import Fault

RULES: Final = {
    "gap": "D-VERIFY-GAP",
    "overlap": "D-VERIFY-OVERLAP",
    "unreachable": "D-VERIFY-UNREACHABLE",
    "same": "D-VERIFY-SAME",
    "unused_output": "D-VERIFY-OUTPUT",
    "unknown": "D-VERIFY-UNKNOWN",
}


def check_tables(file: str, model: DecisionModel) -> list[Fault]:
    """A warning for each finding, at the table that it is about."""
    return [
        Fault(
            file,
            f"{table.name}: {found.text[0].upper()}{found.text[1:]}.",
            f"{found.remedy[0].upper()}{found.remedy[1:]}.",
            RULES[found.kind],
            table.id or None,
            None,
            "warning",
        )
        for table in tables_of(model)
        for found in verify(table)
    ]


def tables_of(model: DecisionModel) -> Iterator[Table]:
    """Every table of a model's own decisions and knowledge, those inside boxed expressions too."""
    for key, node in model.nodes.items():
        if "#" not in key:
            yield from tables_in(node.logic)


def tables_in(logic: Any) -> Iterator[Table]:
    """The tables of a boxed expression."""
    if isinstance(logic, Table):
        yield logic
    elif isinstance(logic, msgspec.Struct):
        for name in logic.__struct_fields__:
            yield from tables_in(getattr(logic, name))
    elif isinstance(logic, tuple | list):
        for each in logic:
            yield from tables_in(each)
