"""Ranges and functions as values."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from .temporal import Immutable
from .types import ANY, Type


class Range(Immutable):
    """Values between two ends. An end None is unbounded and never included."""

    __slots__ = ("start", "end", "start_included", "end_included")  # noqa: RUF023 (order of fields)
    start: Any
    end: Any
    start_included: bool
    end_included: bool

    def __init__(self, start: Any, end: Any, start_included: bool = True, end_included: bool = True) -> None:
        self._set(start, end, start_included and start is not None, end_included and end is not None)

    def __str__(self) -> str:
        from .text import to_text

        return to_text(self)

    __repr__ = __str__


class Function:
    """A function value: parameters in order, their types, a declared result (values are bound to it) or one
    that its text tells, and a body called with the arguments."""

    __slots__ = ("body", "inferred", "name", "parameters", "result", "types")

    def __init__(
        self,
        parameters: Sequence[str],
        body: Callable[..., Any],
        types: Sequence[Type] | None = None,
        name: str = "",
        result: Type = ANY,
        inferred: Type = ANY,
    ) -> None:
        self.name = name
        self.parameters = tuple(parameters)
        self.types = tuple(types) if types is not None else (ANY,) * len(self.parameters)
        self.result = result
        self.inferred = inferred
        self.body = body

    def __repr__(self) -> str:
        return f"function({', '.join(self.parameters)})"
