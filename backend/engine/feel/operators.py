"""What compiled expressions call for comparison, logic, tests, paths, filters and ranges. All take (run,
position, …)."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any

from . import comparison, numbers
from .arithmetic import kind_name
from .comparison import ORDERED, at_most, less
from .names import canonical, is_plain
from .properties import property_of
from .run import MISSING, Run, Truth
from .structures import Function, Range
from .types import Type


def eq(run: Run, at: int, a: Any, b: Any) -> Truth:
    """a = b"""
    if a.__class__ is b.__class__ and a.__class__ in comparison.PLAIN:
        return bool(a == b)
    same = comparison.equal(run, a, b)
    return same if same is not None else run.null("F-EQ-02", f"{kind_name(a)} = {kind_name(b)}", at)


def ne(run: Run, at: int, a: Any, b: Any) -> Truth:
    """a != b"""
    same = eq(run, at, a, b)
    return None if same is None else not same


def _pair(run: Run, at: int, a: Any, b: Any) -> Any:
    """Operands of an order, lists of one item opened (F-CONV-02); None with a diagnostic if they have no
    order."""
    x = a[0] if a.__class__ is list and len(a) == 1 else a
    y = b[0] if b.__class__ is list and len(b) == 1 else b
    if x.__class__ is y.__class__ and x.__class__ in ORDERED:
        return x, y
    return run.null("F-ORD-01", f"no order between {kind_name(a)} and {kind_name(b)}", at)


def lt(run: Run, at: int, a: Any, b: Any) -> Truth:
    """a < b"""
    pair = _pair(run, at, a, b)
    return less(*pair) if pair else None


def le(run: Run, at: int, a: Any, b: Any) -> Truth:
    """a <= b"""
    pair = _pair(run, at, a, b)
    return at_most(run, *pair) if pair else None


def gt(run: Run, at: int, a: Any, b: Any) -> Truth:
    """a > b"""
    pair = _pair(run, at, a, b)
    return less(pair[1], pair[0]) if pair else None


def ge(run: Run, at: int, a: Any, b: Any) -> Truth:
    """a >= b"""
    pair = _pair(run, at, a, b)
    return at_most(run, pair[1], pair[0]) if pair else None


def conjunction(run: Run, at: int, a: Any, b: Any) -> Truth:
    """a and b, where a is not false."""
    if b is False:
        return False
    if a is True and b is True:
        return True
    return run.null("F-LOGIC-01", f"{kind_name(a)} and {kind_name(b)}", at)


def disjunction(run: Run, at: int, a: Any, b: Any) -> Truth:
    """a or b, where a is not true."""
    if b is True:
        return True
    if a is False and b is False:
        return False
    return run.null("F-LOGIC-01", f"{kind_name(a)} or {kind_name(b)}", at)


def between(run: Run, at: int, value: Any, low: Any, high: Any) -> Truth:
    """value between low and high (F-BETW-01)."""
    return span_test(run, at, value, low, high, (True, True))


def span_test(run: Run, at: int, value: Any, low: Any, high: Any, included: tuple[bool, bool]) -> Truth:
    """Both comparisons of a range joined by and."""
    if value.__class__ is low.__class__ is high.__class__ is Decimal:
        above = low <= value if included[0] else low < value
        return above and (value <= high if included[1] else value < high)
    above = ge(run, at, value, low) if included[0] else gt(run, at, value, low)
    if above is False:
        return False
    below = le(run, at, value, high) if included[1] else lt(run, at, value, high)
    if below is False:
        return False
    return True if above and below else None


def make_range(run: Run, at: int, start: Any, end: Any, start_included: bool, end_included: bool) -> Any:
    """A range with two ends (F-RANGE-01)."""
    ordered = at_most(run, start, end) if start.__class__ in ORDERED else None
    if not ordered:
        return run.null("F-RANGE-01", f"no range from {kind_name(start)} to {kind_name(end)}", at)
    return Range(start, end, start_included, end_included)


def half_range(run: Run, at: int, end: Any, below: bool, included: bool) -> Any:
    """A range with one end (F-RANGE-02)."""
    if end.__class__ not in ORDERED:
        return run.null("F-RANGE-02", f"no range with the end {kind_name(end)}", at)
    return Range(None, end, False, included) if below else Range(end, None, included, False)


# -- tests -------------------------------------------------------------------------------------------------


def member(run: Run, at: int, value: Any, test: Any) -> Truth:
    """A test that is an expression, by its value (F-UT-06)."""
    if test.__class__ is Range:
        inside = comparison.within(run, value, test)
        return inside if inside is not None else run.null("F-RANGE-03", f"{kind_name(value)} in a range", at)
    if test.__class__ is not list:
        return eq(run, at, value, test)
    run.charge(len(test) >> 3)
    result: bool | None = False
    for item in test:
        if item.__class__ is Range and value.__class__ is not Range:
            hit = comparison.within(run, value, item)
        else:
            hit = comparison.equal(run, value, item)
        if hit:
            return True
        if hit is None:
            result = None
    if value.__class__ is list and comparison.equal(run, value, test):
        return True
    return (
        result
        if result is not None
        else run.null("F-UT-06", f"{kind_name(value)} in a list of other kinds", at)
    )


def own_test(run: Run, at: int, value: Any, test: Any) -> Truth:
    """A test that uses `?`: its boolean, undecided if it is null (F-UT-05), else as any other value."""
    return test if test is None or test.__class__ is bool else member(run, at, value, test)


def one_of(run: Run, at: int, value: Any, listed: frozenset[Any], kind: type) -> Truth:
    """A test against literals of one kind."""
    if value.__class__ is kind:
        return value in listed
    if value is None:
        return False
    return run.null("F-EQ-02", f"{kind_name(value)} compared with values of another kind", at)


def any_test(tests: tuple[Callable[[], Any], ...]) -> Truth:
    """Tests joined by or (F-UT-02)."""
    result: bool | None = False
    for test in tests:
        hit = test()
        if hit is True:
            return True
        if hit is not False:
            result = None
    return result


# -- paths and filters -------------------------------------------------------------------------------------


def entry(context: dict[str, Any], name: str) -> Any:
    """An entry of a context by name in any spacing of its signs, or MISSING."""
    found = context.get(name, MISSING)
    if found is MISSING and not is_plain(name):
        return next((item for key, item in context.items() if canonical(key) == name), MISSING)
    return found


def path(run: Run, at: int, base: Any, name: str) -> Any:
    """base.name (F-PATH)."""
    if base.__class__ is dict:
        found = base.get(name, MISSING)
        if found is MISSING:
            found = entry(base, name)
            if found is MISSING:
                return run.null("F-PATH-01", f"the context has no entry '{name}'", at)
        return found
    if base.__class__ is list:
        run.charge(len(base) >> 3)
        return [path(run, at, item, name) for item in base]
    found = property_of(base, name)
    if found is MISSING:
        return run.null("F-PATH-03", f"{kind_name(base)} has no property '{name}'", at)
    return found


def pick(items: tuple[Any, ...], name: str) -> Any:
    """The entry of the innermost filter item that has one of this name (F-FILT-02, 05), or MISSING."""
    for item in items:
        if item.__class__ is dict:
            found = entry(item, name)
            if found is not MISSING:
                return found
    return MISSING


def index(run: Run, at: int, base: Any, position: Decimal) -> Any:
    """base[position] (F-FILT-01)."""
    items = base if base.__class__ is list else [base]
    if base is None:
        return run.null("F-FILT-06", "position in null", at)
    number = numbers.as_integer(position)
    if number is None or number == 0 or abs(number) > len(items):
        return run.null("F-FILT-01", "there is no item at this position", at)
    return items[number - 1 if number > 0 else number]


def select(run: Run, at: int, base: Any, condition: Callable[[Any], Any]) -> Any:
    """base[condition] (F-FILT-02 to 06)."""
    items = base if base.__class__ is list else ([] if base is None else [base])
    run.enter()
    try:
        first = condition(items[0] if items else None)
        if first.__class__ is Decimal:
            return index(run, at, base, first)
        if first is not None and first.__class__ is not bool:
            return run.null("F-FILT-04", f"a filter that gives {kind_name(first)}", at)
        kept = [items[0]] if items and first is True else []
        run.charge(len(items))
        kept += [item for item in items[1:] if condition(item) is True]
        return kept
    finally:
        run.depth += 1


def make_function(parameters: tuple[str, ...], signature: Type, body: Callable[..., Any]) -> Function:
    """A function value (F-FN-01)."""
    return Function(parameters, body, signature.parts[:-1], inferred=signature.parts[-1])
