"""Relations between points and ranges (Allen's intervals). A point is a value of an ordered kind."""

from __future__ import annotations

from typing import Any

from backend.engine.feel import comparison
from backend.engine.feel.registry import Undefined, builtin
from backend.engine.feel.run import Run
from backend.engine.feel.structures import Range

NEGATIVE, POSITIVE = -1, 1


class _Ends:
    """Compares ends of two ranges, an open side counting as beyond all values of its kind."""

    def __init__(self, run: Run) -> None:
        self.run = run

    def order(self, a: Any, b: Any, side_a: int = 0, side_b: int = 0) -> int:
        """-1, 0 or 1; the sides say which infinity a missing end means. Undefined for different kinds."""
        if a is None or b is None:
            x, y = (side_a if a is None else 0), (side_b if b is None else 0)
            return (x > y) - (x < y)
        smaller = comparison.less(a, b)
        if smaller is None:
            raise Undefined("values of different kinds")
        if smaller:
            return -1
        return 0 if comparison.equal(self.run, a, b) else 1

    def starts(self, a: Range, b: Range) -> int:
        return self.order(a.start, b.start, NEGATIVE, NEGATIVE)

    def ends(self, a: Range, b: Range) -> int:
        return self.order(a.end, b.end, POSITIVE, POSITIVE)

    def end_start(self, a: Range, b: Range) -> int:
        """The end of a against the start of b."""
        return self.order(a.end, b.start, POSITIVE, NEGATIVE)


def _before(run: Run, a: Any, b: Any) -> bool:
    ends = _Ends(run)
    if isinstance(a, Range) and isinstance(b, Range):
        order = ends.end_start(a, b)
        return order < 0 or (order == 0 and not (a.end_included and b.start_included))
    if isinstance(b, Range):
        order = ends.order(a, b.start, 0, NEGATIVE)
        return order < 0 or (order == 0 and not b.start_included)
    if isinstance(a, Range):
        order = ends.order(a.end, b, POSITIVE, 0)
        return order < 0 or (order == 0 and not a.end_included)
    return ends.order(a, b) < 0


@builtin("before(point1: point, point2: point) -> boolean")
@builtin("before(point: point, range: range) -> boolean")
@builtin("before(range: range, point: point) -> boolean")
@builtin("before(range1: range, range2: range) -> boolean")
def before(run: Run, a: Any, b: Any) -> bool:
    """True if the first lies wholly before the second.

    before(1, 10) = true
    before([1..5], [5..8]) = false
    before([1..5), [5..8]) = true
    """
    return _before(run, a, b)


@builtin("after(point1: point, point2: point) -> boolean")
@builtin("after(point: point, range: range) -> boolean")
@builtin("after(range: range, point: point) -> boolean")
@builtin("after(range1: range, range2: range) -> boolean")
def after(run: Run, a: Any, b: Any) -> bool:
    """True if the first lies wholly after the second.

    after(10, 5) = true
    after([5..8], [1..5)) = true
    """
    return _before(run, b, a)


def _meets(run: Run, a: Range, b: Range) -> bool:
    return a.end_included and b.start_included and _Ends(run).end_start(a, b) == 0


@builtin("meets(range1: range, range2: range) -> boolean")
def meets(run: Run, a: Range, b: Range) -> bool:
    """True if the first range ends exactly where the second begins, both ends included.

    meets([1..5], [5..8]) = true
    meets([1..5), [5..8]) = false
    """
    _Ends(run).end_start(a, b)
    return _meets(run, a, b)


@builtin("met by(range1: range, range2: range) -> boolean")
def met_by(run: Run, a: Range, b: Range) -> bool:
    """True if the second range ends exactly where the first begins, both ends included.

    met by([5..8], [1..5]) = true
    """
    _Ends(run).end_start(b, a)
    return _meets(run, b, a)


@builtin("overlaps(range1: range, range2: range) -> boolean")
def overlaps(run: Run, a: Range, b: Range) -> bool:
    """True if the ranges have a point in common.

    overlaps([5..10], [1..6]) = true
    overlaps([1..5), [5..8]) = false
    """
    return not _before(run, a, b) and not _before(run, b, a)


def _overlaps_before(run: Run, a: Range, b: Range) -> bool:
    ends = _Ends(run)
    starts, end_start, end = ends.starts(a, b), ends.end_start(a, b), ends.ends(a, b)
    begins = starts < 0 or (starts == 0 and a.start_included and not b.start_included)
    reaches = end_start > 0 or (end_start == 0 and a.end_included and b.start_included)
    return begins and reaches and (end < 0 or (end == 0 and (not a.end_included or b.end_included)))


@builtin("overlaps before(range1: range, range2: range) -> boolean")
def overlaps_before(run: Run, a: Range, b: Range) -> bool:
    """True if the first range begins before the second and ends within it.

    overlaps before([1..5], [3..8]) = true
    overlaps before([1..5], [6..8]) = false
    """
    return _overlaps_before(run, a, b)


@builtin("overlaps after(range1: range, range2: range) -> boolean")
def overlaps_after(run: Run, a: Range, b: Range) -> bool:
    """True if the first range begins within the second and ends after it.

    overlaps after([3..8], [1..5]) = true
    """
    ends = _Ends(run)
    starts, end_start, end = ends.starts(b, a), ends.end_start(b, a), ends.ends(b, a)
    begins = starts < 0 or (starts == 0 and b.start_included and not a.start_included)
    reaches = end_start > 0 or (end_start == 0 and b.end_included and a.start_included)
    return begins and reaches and (end < 0 or (end == 0 and (not b.end_included or a.end_included)))


def _finishes(run: Run, a: Any, b: Range) -> bool:
    ends = _Ends(run)
    if not isinstance(a, Range):
        return ends.order(b.end, a, POSITIVE, 0) == 0 and b.end_included
    end, start = ends.ends(a, b), ends.starts(a, b)
    inner = start > 0 or (start == 0 and (not a.start_included or b.start_included))
    return a.end_included == b.end_included and end == 0 and inner


@builtin("finishes(point: point, range: range) -> boolean")
@builtin("finishes(range1: range, range2: range) -> boolean")
def finishes(run: Run, a: Any, b: Range) -> bool:
    """True if the first lies within the range and ends with it.

    finishes(10, [1..10]) = true
    finishes((3..5], [1..5]) = true
    finishes([3..5), [1..5]) = false
    """
    return _finishes(run, a, b)


@builtin("finished by(range: range, point: point) -> boolean")
@builtin("finished by(range1: range, range2: range) -> boolean")
def finished_by(run: Run, a: Range, b: Any) -> bool:
    """True if the second lies within the range and ends with it.

    finished by([1..10], 10) = true
    """
    return _finishes(run, b, a)


def _starts(run: Run, a: Any, b: Range) -> bool:
    ends = _Ends(run)
    if not isinstance(a, Range):
        return ends.order(b.start, a, NEGATIVE, 0) == 0 and b.start_included
    end, start = ends.ends(a, b), ends.starts(a, b)
    inner = end < 0 or (end == 0 and (not a.end_included or b.end_included))
    return a.start_included == b.start_included and start == 0 and inner


@builtin("starts(point: point, range: range) -> boolean")
@builtin("starts(range1: range, range2: range) -> boolean")
def starts(run: Run, a: Any, b: Range) -> bool:
    """True if the first lies within the range and begins with it.

    starts(1, [1..5]) = true
    starts(1, (1..5]) = false
    """
    return _starts(run, a, b)


@builtin("started by(range: range, point: point) -> boolean")
@builtin("started by(range1: range, range2: range) -> boolean")
def started_by(run: Run, a: Range, b: Any) -> bool:
    """True if the second lies within the range and begins with it.

    started by([1..10], 1) = true
    """
    return _starts(run, b, a)


def _includes(run: Run, a: Range, b: Any) -> bool:
    ends = _Ends(run)
    if not isinstance(b, Range):
        low, high = ends.order(a.start, b, NEGATIVE, 0), ends.order(b, a.end, 0, POSITIVE)
        return (low < 0 or (low == 0 and a.start_included)) and (high < 0 or (high == 0 and a.end_included))
    start, end = ends.starts(a, b), ends.ends(a, b)
    below = start < 0 or (start == 0 and (a.start_included or not b.start_included))
    return below and (end > 0 or (end == 0 and (a.end_included or not b.end_included)))


@builtin("includes(range: range, point: point) -> boolean")
@builtin("includes(range1: range, range2: range) -> boolean")
def includes(run: Run, a: Range, b: Any) -> bool:
    """True if the range holds the second wholly.

    includes([1..10], 5) = true
    includes([1..10], [4..6]) = true
    """
    return _includes(run, a, b)


@builtin("during(point: point, range: range) -> boolean")
@builtin("during(range1: range, range2: range) -> boolean")
def during(run: Run, a: Any, b: Range) -> bool:
    """True if the first lies wholly within the range.

    during([2..3], (1..5)) = true
    during([1..5], [1..5]) = true
    """
    return _includes(run, b, a)


@builtin("coincides(point1: point, point2: point) -> boolean")
@builtin("coincides(range1: range, range2: range) -> boolean")
def coincides(run: Run, a: Any, b: Any) -> bool:
    """True if both are the same point or the same range.

    coincides(5, 5) = true
    coincides([1..2], [1..2)) = false
    """
    ends = _Ends(run)
    if not isinstance(a, Range):
        return ends.order(a, b) == 0
    same_ends = ends.starts(a, b) == 0 and ends.ends(a, b) == 0
    return same_ends and (a.start_included, a.end_included) == (b.start_included, b.end_included)
