"""One evaluation: its clock, its limits, what it has used, and the diagnostics it collected."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from decimal import Decimal
from typing import Any, TypeAlias

from .diagnostics import DEFAULT_LIMITS, Diagnostic, LimitExceeded, Limits
from .structures import Function
from .temporal import DateTime
from .values import SCALARS, from_datetime, to_feel

# Marks "no such name"; never a value of FEEL.
MISSING: Any = object()
# True, False or None, the three values of logic; Any, so that `return run.null(…)` reads well.
Truth: TypeAlias = Any
# Whole numbers below are numbers of FEEL as they are.
SHORT = 10**30


class Run:
    """State of one evaluation, shared by all expressions that take part in it (a whole decision, for
    example)."""

    __slots__ = ("clock", "depth", "diagnostics", "element", "limits", "loaded", "steps")

    def __init__(self, clock: datetime.datetime | None = None, limits: Limits = DEFAULT_LIMITS) -> None:
        self.clock = clock
        self.limits = limits
        self.steps = limits.steps
        self.depth = limits.depth
        self.diagnostics: list[Diagnostic] = []
        self.loaded: dict[int, tuple[Any, Any]] = {}
        self.element = ""

    def null(self, rule: str, text: str, at: int = 0) -> Any:
        """Note why a null comes out, and give it (None; typed so that a caller may return it as its own
        result)."""
        if len(self.diagnostics) < self.limits.diagnostics:
            self.diagnostics.append(Diagnostic(rule, text, at, self.element))
        return None

    def charge(self, steps: int) -> None:
        """Pay for work; LimitExceeded when the account is empty."""
        self.steps -= steps
        if self.steps < 0:
            raise LimitExceeded("steps")

    def enter(self) -> None:
        """Go one call, loop or filter deeper; the caller adds 1 to `depth` when it leaves."""
        self.depth -= 1
        if self.depth < 0:
            raise LimitExceeded("depth")

    def checked_list(self, items: list[Any]) -> list[Any]:
        """The list, if it is no longer than allowed."""
        if len(items) > self.limits.list_size:
            raise LimitExceeded("list size")
        return items

    def checked_text(self, text: str) -> str:
        """The string, if it is no longer than allowed; longer strings cost more steps."""
        size = len(text)
        if size > 256:
            if size > self.limits.string_size:
                raise LimitExceeded("string size")
            self.charge(size >> 8)
        return text

    def now(self) -> DateTime | None:
        """The instant given for this evaluation."""
        value = from_datetime(self.clock) if self.clock is not None else None
        return value if isinstance(value, DateTime) else None


def load(run: Run, variables: Mapping[str, Any], name: str, at: int) -> Any:
    """The value of a variable, converted to FEEL; null with a diagnostic if there is none (F-NAME-06)."""
    try:
        value = variables[name]
    except KeyError:
        return run.null("F-NAME-06", f"there is no '{name}'", at)
    return value if value.__class__ in SCALARS else converted(run, value, at)


def load_or(run: Run, variables: Mapping[str, Any], name: str, at: int, otherwise: Any) -> Any:
    """The value of a variable, or `otherwise` (a built-in) if there is none."""
    return load(run, variables, name, at) if name in variables else otherwise


def converted(run: Run, value: Any, at: int) -> Any:
    """A value from outside as FEEL value; each container is looked through once per evaluation."""
    if value.__class__ is Function:
        return value
    if value.__class__ is int and -SHORT < value < SHORT:
        return Decimal(value)
    known = run.loaded.get(id(value))
    if known is None:
        try:
            known = value, to_feel(value)
        except (TypeError, ArithmeticError, ValueError):
            return run.null("F-TYPE-01", "a value that FEEL cannot hold", at)
        run.loaded[id(value)] = known
    return known[1]
