"""One evaluation of a model: a FEEL run that also keeps results of decisions, and the trace."""

import datetime
from collections.abc import Callable
from typing import Any

from backend.engine.feel.diagnostics import Limits
from backend.engine.feel.run import Run

from .outcome import TracedDecision, TracedTable

Variables = dict[str, Any]


class Session(Run):
    """results: values of decisions, inputs and functions by key; each is found once (D-DEC-02)."""

    __slots__ = ("decisions", "results", "tables")

    def __init__(self, clock: datetime.datetime | None, limits: Limits) -> None:
        super().__init__(clock, limits)
        self.results: dict[Any, Any] = {}
        self.tables: list[TracedTable] = []
        self.decisions: list[TracedDecision] = []


# A compiled boxed expression.
Logic = Callable[[Session, Variables], Any]
