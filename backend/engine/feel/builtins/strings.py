"""Functions of strings; lengths and positions count code points (F-STR-02)."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from backend.engine.feel import patterns
from backend.engine.feel.registry import Undefined, builtin
from backend.engine.feel.run import Run

from .numeric import whole


def span(size: int, start: Decimal, length: Decimal | None) -> slice:
    """The slice that a start position (1-based, negative from the end) and a length mean; Undefined
    outside."""
    position = whole(start, "start position")
    if position == 0 or abs(position) > size:
        raise Undefined("start position outside")
    begin = position - 1 if position > 0 else size + position
    if length is None:
        return slice(begin, size)
    count = whole(length, "length")
    if not 1 <= count <= size - begin:
        raise Undefined("length outside")
    return slice(begin, begin + count)


@builtin("substring(string: string, start position: number, length?: number) -> string")
def substring(string: str, start: Decimal, length: Decimal | None = None) -> str:
    """Characters from a position on, to the end or of the length given; positions count from 1, or back
    from -1.

    substring("foobar", 3) = "obar"
    substring("foobar", 3, 3) = "oba"
    substring("foobar", -2, 1) = "a"
    """
    return string[span(len(string), start, length)]


@builtin("string length(string: string) -> number")
def string_length(string: str) -> Decimal:
    """The number of characters.

    string length("foo") = 3
    """
    return Decimal(len(string))


@builtin("upper case(string: string) -> string")
def upper_case(run: Run, string: str) -> str:
    """The string in capital letters.

    upper case("aBc4") = "ABC4"
    """
    return run.checked_text(string.upper())


@builtin("lower case(string: string) -> string")
def lower_case(run: Run, string: str) -> str:
    """The string in small letters.

    lower case("aBc4") = "abc4"
    """
    return run.checked_text(string.lower())


@builtin("substring before(string: string, match: string) -> string")
def substring_before(string: str, match: str) -> str:
    """What stands before the first occurrence of a match; "" if there is none.

    substring before("foobar", "bar") = "foo"
    substring before("foobar", "xyz") = ""
    """
    before, found, _ = string.partition(match) if match else ("", "", "")
    return before if found else ""


@builtin("substring after(string: string, match: string) -> string")
def substring_after(string: str, match: str) -> str:
    """What stands after the first occurrence of a match; "" if there is none.

    substring after("foobar", "ob") = "ar"
    substring after("", "a") = ""
    substring after("foo", "") = "foo"
    """
    return string.partition(match)[2] if match else string


@builtin("contains(string: string, match: string) -> boolean")
def contains(string: str, match: str) -> bool:
    """True if the match occurs in the string.

    contains("foobar", "of") = false
    """
    return match in string


@builtin("starts with(string: string, match: string) -> boolean")
def starts_with(string: str, match: str) -> bool:
    """True if the string begins with the match.

    starts with("foobar", "fo") = true
    """
    return string.startswith(match)


@builtin("ends with(string: string, match: string) -> boolean")
def ends_with(string: str, match: str) -> bool:
    """True if the string ends with the match.

    ends with("foobar", "r") = true
    """
    return string.endswith(match)


@builtin("matches(input: string, pattern: string, flags?: string | null) -> boolean")
def matches(run: Run, string: str, pattern: str, flags: str | None = None) -> bool:
    """True if the regular expression (of XPath) is found anywhere; flags s, m, i, x, q.

    matches("foobar", "^fo*b") = true
    matches("FOO", "foo", "i") = true
    matches("a", "(") = null
    """
    return patterns.compiled(run, pattern, flags or "").search(run, string)


@builtin("replace(input: string, pattern: string, replacement: string, flags?: string | null) -> string")
def replace(run: Run, string: str, pattern: str, replacement: str, flags: str | None = None) -> str:
    """Every match replaced; $1 to $9 stand for groups, $0 for the match, \\$ and \\\\ for themselves.

    replace("abcd", "(ab)|(a)", "[1=$1][2=$2]") = "[1=ab][2=]cd"
    replace("abc", "x*", "-") = null
    """
    return run.checked_text(patterns.compiled(run, pattern, flags or "").replace(run, string, replacement))


@builtin("split(string: string, delimiter: string) -> list")
def split(run: Run, string: str, delimiter: str) -> list[Any]:
    """The pieces between the matches of a regular expression; empty ones are kept.

    split("John Doe", "\\\\s") = ["John", "Doe"]
    split("a;b;;", ";") = ["a", "b", "", ""]
    """
    return run.checked_list(patterns.compiled(run, delimiter, "").split(run, string))


def _joined(run: Run, items: list[Any], delimiter: str) -> str:
    if any(not isinstance(item, str) and item is not None for item in items):
        raise Undefined("the list holds a value that is no string")
    pieces = [item for item in items if item is not None]
    size = sum(map(len, pieces)) + len(delimiter) * len(pieces)
    run.charge(size >> 8)
    return run.checked_text(delimiter.join(pieces) if size <= 2 * run.limits.string_size else " " * size)


@builtin("string join(list: list, delimiter?: string | null) -> string")
def string_join(run: Run, items: list[Any], delimiter: str | None = None) -> str:
    """The strings of a list joined, with a delimiter between; nulls are skipped.

    string join(["a", "b", "c"], "_and_") = "a_and_b_and_c"
    string join(["a", null, "c"]) = "ac"
    """
    return _joined(run, items, delimiter or "")
