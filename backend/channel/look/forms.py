"""What the form templates cannot say in Jinja: rows of a layout and the parts of a date."""

import re
from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

ISO = re.compile(r"^(?:(\d{4,9})-(\d{2})-(\d{2}))?T?(?:(\d{2}):(\d{2}))?")
PARTS = ("year", "month", "day", "hour", "minute")


class Row(NamedTuple):
    """Components that stand side by side; `sized` if their columns are given (16 in a row)."""

    items: list[Any]
    sized: bool


def _get(component: Any, name: str) -> Any:
    return component.get(name) if isinstance(component, Mapping) else getattr(component, name, None)


def groupby_rows(components: Iterable[Any]) -> list[Row]:
    """Neighbours with the same layout row, in document order; what has no row stands alone."""
    rows: list[tuple[Any, list[Any]]] = []
    for component in components:
        row = _get(component, "row")
        if row and rows and rows[-1][0] == row:
            rows[-1][1].append(component)
        else:
            rows.append((row, [component]))
    return [Row(items, all(_get(item, "columns") for item in items)) for _, items in rows]


def date_parts(value: object) -> dict[str, str]:
    """The fields of a date as they were typed, or taken from an ISO text; unknown text gives empty fields."""
    if isinstance(value, Mapping):
        return {part: str(value.get(part) or "") for part in PARTS}
    found = ISO.match(value) if isinstance(value, str) else None
    return (
        dict(zip(PARTS, (text or "" for text in found.groups()), strict=True))
        if found
        else dict.fromkeys(PARTS, "")
    )


def unknown_component(kind: str) -> str:
    """A component that nobody can draw must not vanish from a form."""
    raise ValueError(f"no part draws a form component of type {kind!r}")
