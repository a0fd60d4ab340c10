"""Camunda's additions to FEEL, known only where they are switched on (expressions of processes)."""

from __future__ import annotations

import base64
import json
from decimal import Decimal
from typing import Any

from backend.engine.feel import calendar, numbers, patterns, values
from backend.engine.feel.registry import Undefined, builtin
from backend.engine.feel.run import Run
from backend.engine.feel.temporal import Date, DateTime

from .lists import same
from .numeric import whole
from .strings import _joined


@builtin("get or else(value: any, default: any) -> any", extra=True)
def get_or_else(value: Any, default: Any) -> Any:
    """The value, or the default if it is null.

    get or else(null, "none") = "none"
    """
    return default if value is None else value


@builtin("is defined(value: any) -> boolean", extra=True)
def is_defined(value: Any) -> bool:
    """True if the value is not null; a name that does not exist is null.

    is defined(1) = true
    """
    return value is not None


@builtin("assert(value: any, condition: any) -> any", extra=True)
def assert_(value: Any, condition: Any) -> Any:
    """The value if the condition is true, else null.

    assert(5, 5 > 3) = 5
    """
    if condition is not True:
        raise Undefined("the condition is not true")
    return value


@builtin("string join(list: list, delimiter: string, prefix: string, suffix: string) -> string", extra=True)
def string_join_around(run: Run, items: list[Any], delimiter: str, prefix: str, suffix: str) -> str:
    """The strings of a list joined, with a text before and one behind.

    string join(["a", "b"], ", ", "[", "]") = "[a, b]"
    """
    return run.checked_text(prefix + _joined(run, items, delimiter) + suffix)


@builtin("trim(string: string) -> string", extra=True)
def trim(string: str) -> str:
    """The string without white space at both ends.

    trim("  a b ") = "a b"
    """
    return string.strip()


@builtin("is blank(string: string) -> boolean", extra=True)
def is_blank(string: str) -> bool:
    """True if the string holds nothing but white space.

    is blank(" ") = true
    """
    return not string.strip()


@builtin("is empty(list: list) -> boolean", extra=True)
def is_empty(items: list[Any]) -> bool:
    """True if the list has no item.

    is empty([]) = true
    """
    return not items


@builtin("to base64(value: string) -> string", extra=True)
def to_base64(run: Run, value: str) -> str:
    """The UTF-8 bytes of a string in base 64.

    to base64("FEEL") = "RkVFTA=="
    """
    return run.checked_text(base64.b64encode(value.encode("utf-8", "replace")).decode("ascii"))


@builtin("from base64(value: string) -> string", extra=True)
def from_base64(value: str) -> str:
    """The string whose UTF-8 bytes stand in base 64.

    from base64("RkVFTA==") = "FEEL"
    """
    try:
        return base64.b64decode(value, validate=True).decode("utf-8")
    except ValueError:
        raise Undefined("the string is no base 64 of a text") from None


@builtin("to json(value: any) -> string", extra=True)
def to_json(run: Run, value: Any) -> str:
    """A value as JSON text.

    to json({a: 1}) = "{\\"a\\":1}"
    """
    try:
        plain = values.to_json(value)
    except TypeError:
        raise Undefined("a function has no JSON") from None
    return run.checked_text(_json(plain))


def _json(value: Any) -> str:
    if isinstance(value, Decimal):
        return numbers.number_text(value)
    if isinstance(value, list):
        return f"[{','.join(map(_json, value))}]"
    if isinstance(value, dict):
        return (
            "{"
            + ",".join(f"{json.dumps(key, ensure_ascii=False)}:{_json(item)}" for key, item in value.items())
            + "}"
        )
    return json.dumps(value, ensure_ascii=False)


@builtin("from json(value: string) -> any", extra=True)
def from_json(run: Run, value: str) -> Any:
    """The value of a JSON text.

    from json("{\\"a\\": 1}") = {a: 1}
    """
    try:
        parsed = json.loads(value, parse_float=numbers.parse_number, parse_int=numbers.parse_number)
        found = values.from_json(parsed)
    except (ValueError, ArithmeticError, RecursionError):
        raise Undefined("the string is no JSON") from None
    return run.checked_list(found) if isinstance(found, list) else found


@builtin("duplicate values(list: list) -> list", extra=True)
def duplicate_values(run: Run, items: list[Any]) -> list[Any]:
    """Values that occur more than once, each once.

    duplicate values([1, 2, 3, 2, 1]) = [1, 2]
    """
    seen: list[list[Any]] = []
    for item in items:
        run.charge(1 + (len(seen) >> 3))
        group = next((found for found in seen if same(run, item, found[0])), None)
        if group is None:
            seen.append([item])
        else:
            group.append(item)
    return [group[0] for group in seen if len(group) > 1]


@builtin("partition(list: list, size: number) -> list", extra=True)
def partition(run: Run, items: list[Any], size: Decimal) -> list[Any]:
    """The list cut into lists of a size.

    partition([1, 2, 3, 4, 5], 2) = [[1, 2], [3, 4], [5]]
    """
    step = whole(size, "size")
    if step < 1:
        raise Undefined("size outside")
    run.charge(len(items) >> 3)
    return [items[start : start + step] for start in range(0, len(items), step)]


@builtin("extract(string: string, pattern: string) -> list", extra=True)
def extract(run: Run, string: str, pattern: str) -> list[Any]:
    """All matches of a regular expression.

    extract("1 and 22", "[0-9]+") = ["1", "22"]
    """
    return run.checked_list(patterns.compiled(run, pattern, "").find_all(run, string))


@builtin("last day of month(date: date | date and time) -> date", extra=True)
def last_day_of_month(date: Date | DateTime) -> Date:
    """The last day of the month.

    last day of month(@"2024-02-01") = @"2024-02-29"
    """
    day = date.date if isinstance(date, DateTime) else date
    return Date(day.year, day.month, calendar.days_in_month(day.year, day.month))
