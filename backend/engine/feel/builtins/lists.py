"""Functions of lists. A single value stands for a list of it (F-CONV-01)."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from functools import reduce
from typing import Any

from backend.engine.feel import calls, comparison, numbers
from backend.engine.feel.comparison import equal, hashable_key, less
from backend.engine.feel.numbers import CONTEXT
from backend.engine.feel.registry import Undefined, builtin
from backend.engine.feel.run import Run
from backend.engine.feel.structures import Function

from .numeric import whole
from .strings import span


def same(run: Run, a: Any, b: Any) -> bool:
    """Equality in which null finds null and different kinds differ."""
    return equal(run, a, b) is True


@builtin("list contains(list: list, element: any) -> boolean")
def list_contains(run: Run, items: list[Any], element: Any) -> bool:
    """True if an item equals the element; null finds null.

    list contains([1, 2, 3], 2) = true
    list contains([1, null], null) = true
    """
    run.charge(len(items) >> 3)
    return any(same(run, item, element) for item in items)


@builtin("count(list: list) -> number")
def count(items: list[Any]) -> Decimal:
    """The number of items.

    count([1, [2, 3]]) = 2
    count([]) = 0
    """
    return Decimal(len(items))


def _extreme(items: list[Any], better: Callable[[Any, Any], bool | None]) -> Any:
    if not items:
        raise Undefined("the list is empty")
    if items[0].__class__ not in comparison.ORDERED:
        raise Undefined("the list holds a value without an order")
    best = items[0]
    for item in items[1:]:
        wins = better(item, best)
        if wins is None:
            raise Undefined("the list holds values of different kinds")
        best = item if wins else best
    return best


@builtin("min(list: list) -> any", spread=True)
def minimum(run: Run, items: list[Any]) -> Any:
    """The least item of one ordered kind; null for an empty list.

    min([1, 2, 3]) = 1
    min(1, 2, 3) = 1
    min([]) = null
    """
    run.charge(len(items) >> 3)
    return _extreme(items, less)


@builtin("max(list: list) -> any", spread=True)
def maximum(run: Run, items: list[Any]) -> Any:
    """The greatest item of one ordered kind; null for an empty list.

    max([1, 2, 3]) = 3
    max("a", "b") = "b"
    """
    run.charge(len(items) >> 3)
    return _extreme(items, lambda a, b: less(b, a))


def _numbers(run: Run, items: list[Any]) -> list[Decimal]:
    run.charge(len(items) >> 3)
    if not items:
        raise Undefined("the list is empty")
    if any(item.__class__ is not Decimal for item in items):
        raise Undefined("the list holds a value that is no number")
    return items


def _sum(items: list[Decimal]) -> Decimal:
    return reduce(CONTEXT.add, items)


@builtin("sum(list: list) -> number", spread=True)
def total(run: Run, items: list[Any]) -> Any:
    """The sum of numbers; null for an empty list.

    sum([1, 2, 3]) = 6
    sum(1, 2, 3) = 6
    sum([]) = null
    """
    return _sum(_numbers(run, items))


@builtin("mean(list: list) -> number", spread=True)
def mean(run: Run, items: list[Any]) -> Decimal:
    """The arithmetic mean of numbers.

    mean([1, 2, 3]) = 2
    """
    return CONTEXT.divide(_sum(_numbers(run, items)), Decimal(len(items)))


@builtin("product(list: list) -> number", spread=True)
def product(run: Run, items: list[Any]) -> Decimal:
    """The product of numbers.

    product([2, 3, 4]) = 24
    """
    return numbers.unsigned_zero(reduce(CONTEXT.multiply, _numbers(run, items)))


@builtin("median(list: list) -> number", spread=True)
def median(run: Run, items: list[Any]) -> Decimal:
    """The middle number, or the mean of the two in the middle.

    median(8, 2, 5, 3, 4) = 4
    median([6, 1, 2, 3]) = 2.5
    """
    ordered = sorted(_numbers(run, items))
    middle = len(ordered) // 2
    if len(ordered) % 2:
        return ordered[middle]
    return CONTEXT.divide(CONTEXT.add(ordered[middle - 1], ordered[middle]), Decimal(2))


@builtin("stddev(list: list) -> number", spread=True)
def standard_deviation(run: Run, items: list[Any]) -> Decimal:
    """The standard deviation of a sample; null for fewer than two numbers.

    stddev([47]) = null
    stddev(2, 4, 4, 2) = 1.154700538379251529018297561003915
    """
    values = _numbers(run, items)
    if len(values) < 2:
        raise Undefined("fewer than two numbers")
    wide = numbers.WIDE
    middle = wide.divide(reduce(wide.add, values), Decimal(len(values)))
    squares = (wide.multiply(d, d) for d in (wide.subtract(value, middle) for value in values))
    return CONTEXT.plus(wide.sqrt(wide.divide(reduce(wide.add, squares), Decimal(len(values) - 1))))


@builtin("mode(list: list) -> list", spread=True)
def mode(run: Run, items: list[Any]) -> list[Any]:
    """The most frequent numbers, ascending.

    mode(6, 3, 9, 6, 6) = [6]
    mode([6, 1, 9, 6, 1]) = [1, 6]
    mode([]) = []
    """
    if not items:
        return []
    counts: dict[Decimal, int] = {}
    for number in _numbers(run, items):
        counts[number] = counts.get(number, 0) + 1
    most = max(counts.values())
    return sorted(number for number, times in counts.items() if times == most)


@builtin("all(list: list) -> boolean", spread=True)
def all_(run: Run, items: list[Any]) -> bool:
    """False if an item is false, true if all are true or there is none, else null.

    all([true, false, null]) = false
    all([]) = true
    all([true, null]) = null
    """
    run.charge(len(items) >> 3)
    if any(item is False for item in items):
        return False
    if all(item is True for item in items):
        return True
    raise Undefined("an item is no boolean")


@builtin("any(list: list) -> boolean", spread=True)
def any_(run: Run, items: list[Any]) -> bool:
    """True if an item is true, false if all are false or there is none, else null.

    any([false, null, true]) = true
    any([]) = false
    any([false, null]) = null
    """
    run.charge(len(items) >> 3)
    if any(item is True for item in items):
        return True
    if all(item is False for item in items):
        return False
    raise Undefined("an item is no boolean")


@builtin("sublist(list: list, start position: number, length?: number) -> list")
def sublist(run: Run, items: list[Any], start: Decimal, length: Decimal | None = None) -> list[Any]:
    """Items from a position on, to the end or of the length given.

    sublist([4, 5, 6], 1, 2) = [4, 5]
    sublist([4, 5, 6], -2, 1) = [5]
    """
    run.charge(len(items) >> 6)
    return items[span(len(items), start, length)]


@builtin("append(list: list, item...: any) -> list")
def append(run: Run, items: list[Any], *more: Any) -> list[Any]:
    """The list with items added at its end.

    append([1], 2, 3) = [1, 2, 3]
    """
    run.charge(len(items) >> 6)
    return run.checked_list([*items, *more])


@builtin("concatenate(list...: list) -> list")
def concatenate(run: Run, *lists: list[Any]) -> list[Any]:
    """All items of several lists in one.

    concatenate([1, 2], [3]) = [1, 2, 3]
    """
    run.charge(sum(map(len, lists)) >> 6)
    return run.checked_list([item for items in lists for item in items])


def _distinct(run: Run, items: list[Any]) -> list[Any]:
    """First occurrences; simple values by hash, all others compared one by one and paid for."""
    kept: list[Any] = []
    simple: set[Any] = set()
    others: list[Any] = []
    run.charge(len(items) >> 3)
    for item in items:
        key = hashable_key(item)
        if key is not None:
            if key not in simple:
                simple.add(key)
                kept.append(item)
            continue
        run.charge(1 + (len(others) >> 3))
        if not any(same(run, item, other) for other in others):
            others.append(item)
            kept.append(item)
    return kept


@builtin("union(list...: list) -> list")
def union(run: Run, *lists: list[Any]) -> list[Any]:
    """All items of several lists, each value once, first occurrence kept.

    union([1, 2], [2, 3]) = [1, 2, 3]
    """
    return _distinct(run, concatenate(run, *lists))


@builtin("distinct values(list: list) -> list")
def distinct_values(run: Run, items: list[Any]) -> list[Any]:
    """Each value once, first occurrence kept.

    distinct values([1, 2, 3, 2, 1]) = [1, 2, 3]
    """
    return _distinct(run, items)


@builtin("flatten(list: list) -> list")
def flatten(run: Run, items: list[Any]) -> list[Any]:
    """The items of lists within lists, however deep, in one list.

    flatten([[1, [2]], [], 3]) = [1, 2, 3]
    """
    flat: list[Any] = []
    pending = [iter(items)]
    while pending:
        for item in pending[-1]:
            if item.__class__ is list:
                run.charge(1)
                pending.append(iter(item))
                break
            flat.append(item)
        else:
            pending.pop()
    run.charge(len(flat) >> 3)
    return run.checked_list(flat)


@builtin("reverse(list: list) -> list")
def reverse(run: Run, items: list[Any]) -> list[Any]:
    """The items from the last to the first.

    reverse([1, 2, 3]) = [3, 2, 1]
    """
    run.charge(len(items) >> 6)
    return items[::-1]


def _place(items: list[Any], position: Decimal) -> int:
    """Index of a position 1..L or -L..-1; Undefined outside."""
    number = whole(position, "position")
    if number == 0 or abs(number) > len(items):
        raise Undefined("position outside")
    return number - 1 if number > 0 else len(items) + number


@builtin("insert before(list: list, position: number, newItem: any) -> list")
def insert_before(run: Run, items: list[Any], position: Decimal, new: Any) -> list[Any]:
    """The list with an item put in before a position.

    insert before([1, 3], 1, 2) = [2, 1, 3]
    """
    index = _place(items, position)
    run.charge(len(items) >> 6)
    return run.checked_list([*items[:index], new, *items[index:]])


@builtin("remove(list: list, position: number) -> list")
def remove(run: Run, items: list[Any], position: Decimal) -> list[Any]:
    """The list without the item at a position.

    remove([1, 2, 3], 2) = [1, 3]
    """
    index = _place(items, position)
    run.charge(len(items) >> 6)
    return [*items[:index], *items[index + 1 :]]


@builtin("index of(list: list, match: any) -> list")
def index_of(run: Run, items: list[Any], match: Any) -> list[Any]:
    """All positions of a value, ascending; null matches null.

    index of([1, 2, 3, 2], 2) = [2, 4]
    index of([1, null, 1], null) = [2]
    """
    run.charge(len(items) >> 3)
    return [Decimal(place) for place, item in enumerate(items, 1) if same(run, item, match)]


@builtin("list replace(list: list, position: number, newItem: any) -> list")
def list_replace(run: Run, items: list[Any], position: Decimal, new: Any) -> list[Any]:
    """The list with the item at a position replaced.

    list replace([2, 4, 7, 8], 3, 6) = [2, 4, 6, 8]
    """
    index = _place(items, position)
    run.charge(len(items) >> 6)
    return [*items[:index], new, *items[index + 1 :]]


@builtin("list replace(list: list, match: function, newItem: any) -> list")
def list_replace_matching(run: Run, items: list[Any], match: Function, new: Any) -> list[Any]:
    """The list with every item replaced for which match(item, newItem) is true.

    list replace([2, 4, 7, 8], function(item, newItem) item < newItem, 5) = [5, 5, 7, 8]
    """
    replaced: list[Any] = []
    for item in items:
        hit = calls.call(run, 0, match, (item, new))
        if hit.__class__ is not bool:
            raise Undefined("match gave no boolean")
        replaced.append(new if hit else item)
    return replaced


def _merged(run: Run, left: list[Any], right: list[Any], first: Callable[[Any, Any], bool]) -> list[Any]:
    """Two sorted lists in one; of items that neither precede, the left one comes first."""
    merged: list[Any] = []
    i = j = 0
    while i < len(left) and j < len(right):
        run.charge(1)
        if first(right[j], left[i]):
            merged.append(right[j])
            j += 1
        else:
            merged.append(left[i])
            i += 1
    return merged + left[i:] + right[j:]


def _sorted(run: Run, items: list[Any], first: Callable[[Any, Any], bool]) -> list[Any]:
    runs = [[item] for item in items]
    while len(runs) > 1:
        pairs = [_merged(run, runs[k], runs[k + 1], first) for k in range(0, len(runs) - 1, 2)]
        runs = pairs + (runs[-1:] if len(runs) % 2 else [])
    return runs[0] if runs else []


@builtin("sort(list: list, precedes: function) -> list")
def sort(run: Run, items: list[Any], precedes: Function) -> list[Any]:
    """The list in the order of a function precedes(x, y), true if x comes first; stable.

    sort([3, 1, 2], function(x, y) x > y) = [3, 2, 1]
    """

    def first(x: Any, y: Any) -> bool:
        answer = calls.call(run, 0, precedes, (x, y))
        if answer.__class__ is not bool:
            raise Undefined("precedes gave no boolean")
        return bool(answer)

    return _sorted(run, items, first)


@builtin("sort(list: list) -> list")
def sort_naturally(run: Run, items: list[Any]) -> list[Any]:
    """The list ascending, by the order of its one kind.

    sort([3, 1, 2]) = [1, 2, 3]
    """

    def first(x: Any, y: Any) -> bool:
        smaller = less(x, y)
        if smaller is None:
            raise Undefined("the list holds values without a common order")
        return smaller

    return _sorted(run, items, first)
