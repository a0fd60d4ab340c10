"""for, some and every over the product of their iterators (F-FOR, F-QUANT)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from decimal import Decimal
from typing import Any

from . import numbers
from .arithmetic import kind_name
from .run import Run, Truth
from .structures import Range
from .temporal import Date

Source = Callable[..., Iterable[Any] | None]


def items(run: Run, at: int, value: Any) -> Any:
    """The items of an `in` operand: a list, or one value (F-FOR-04); a range of whole numbers or dates counts
    as its list."""
    if value.__class__ is list:
        return iter(value)
    if value is None:
        return run.null("F-FOR-04", "iteration over null", at)
    if value.__class__ is Range:
        return _range_items(run, at, value)
    return [value]


def _range_items(run: Run, at: int, value: Range) -> Any:
    start, end = value.start, value.end
    inner = not value.start_included, not value.end_included
    if start.__class__ is Date and end.__class__ is Date:
        return map(Date.from_days, range(start.days + inner[0], end.days + 1 - inner[1]))
    if start.__class__ is Decimal and end.__class__ is Decimal:
        low, high = numbers.as_integer(start), numbers.as_integer(end)
        if low is not None and high is not None:
            return map(Decimal, range(low + inner[0], high + 1 - inner[1]))
    return run.null("F-FOR-02", "iteration over a range without whole ends", at)


def span(run: Run, at: int, start: Any, end: Any) -> Any:
    """`start..end` of an iterator: whole numbers or dates, up or down by one (F-FOR-02)."""
    if start.__class__ is Date and end.__class__ is Date:
        return map(Date.from_days, _steps(start.days, end.days))
    if start.__class__ is Decimal and end.__class__ is Decimal:
        low, high = numbers.as_integer(start), numbers.as_integer(end)
        if low is not None and high is not None:
            return map(Decimal, _steps(low, high))
    return run.null("F-FOR-02", f"iteration from {kind_name(start)} to {kind_name(end)}", at)


def _steps(start: int, end: int) -> range:
    return range(start, end + 1) if start <= end else range(start, end - 1, -1)


class Unusable(Exception):
    """An iterator gives nothing to go over."""


def _product(run: Run, sources: tuple[Source, ...]) -> Iterator[list[Any]]:
    """Every combination, the last iterator fastest; the list is the same object each time."""
    values: list[Any] = []
    open_: list[Iterator[Any]] = [_opened(sources[0], values)]
    while open_:
        del values[len(open_) - 1 :]
        try:
            values.append(next(open_[-1]))
        except StopIteration:
            open_.pop()
            continue
        run.charge(1)
        if len(values) < len(sources):
            open_.append(_opened(sources[len(values)], values))
        else:
            yield values


def _opened(source: Source, values: list[Any]) -> Iterator[Any]:
    found = source(*values)
    if found is None:
        raise Unusable
    return iter(found)


def loop(run: Run, sources: tuple[Source, ...], body: Callable[..., Any], partial: bool) -> list[Any] | None:
    """for … return body; body gets the iterators' values and, if it wants, a copy of the results so far
    (F-FOR-03)."""
    results: list[Any] = []
    limit = run.limits.list_size
    run.enter()
    try:
        for values in _product(run, sources):
            if partial:
                run.charge(len(results) >> 6)
                results.append(body(*values, list(results)))
            else:
                results.append(body(*values))
            if len(results) > limit:
                run.checked_list(results)
    except Unusable:
        return None
    finally:
        run.depth += 1
    return results


def quantified(run: Run, at: int, some: bool, sources: tuple[Source, ...], body: Callable[..., Any]) -> Truth:
    """some … satisfies (or of all) and every … satisfies (and of all) (F-LOGIC-02)."""
    undecided = False
    run.enter()
    try:
        for values in _product(run, sources):
            result = body(*values)
            if result is some:
                return some
            if result is not (not some):
                undecided = True
    except Unusable:
        return None
    finally:
        run.depth += 1
    if undecided:
        return run.null("F-LOGIC-02", "a condition gave no boolean", at)
    return not some
