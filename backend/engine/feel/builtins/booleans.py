"""not() and is()."""

from __future__ import annotations

from typing import Any

from backend.engine.feel import comparison
from backend.engine.feel.comparison import moment
from backend.engine.feel.registry import builtin
from backend.engine.feel.run import Run
from backend.engine.feel.temporal import DateTime, Time


@builtin("not(negand: boolean) -> boolean")
def negation(negand: bool) -> bool:
    """The opposite of a boolean; null for anything else.

    not(true) = false
    not(null) = null
    """
    return not negand


@builtin("is(value1: any, value2: any) -> boolean")
def same(run: Run, value1: Any, value2: Any) -> bool:
    """True if both are the same value of the same kind; never null (F-IS-01).

    is(1, 1.0) = true
    is(1, "1") = false
    is(null, null) = true
    """
    if isinstance(value1, Time | DateTime) and value1.__class__ is value2.__class__:
        return (value1.offset is None) == (value2.offset is None) and moment(value1, 0) == moment(value2, 0)
    return value1.__class__ is value2.__class__ and comparison.equal(run, value1, value2) is True
