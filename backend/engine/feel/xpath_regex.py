"""Regular expressions of XPath and XML Schema written as RE2 understands them."""

from __future__ import annotations

import re
import sys
import unicodedata
from functools import lru_cache

from .unicode_blocks import BLOCKS

Intervals = list[tuple[int, int]]
MAX = sys.maxunicode
DIGITS = "0123456789"
_NAME_START = (
    ":A-Z_a-z\xc0-\xd6\xd8-\xf6\xf8-\u02ff\u0370-\u037d\u037f-\u1fff\u200c-\u200d\u2070-\u218f\u2c00-\u2fef"
    "\u3001-\ud7ff\uf900-\ufdcf\ufdf0-\ufffd\U00010000-\U000effff"
)
_NAME_PART = _NAME_START + "\\-.0-9\xb7\u0300-\u036f\u203f-\u2040"
_SPACE: Intervals = [(9, 10), (13, 13), (32, 32)]
_CATEGORY = re.compile(r"[LMNPZSC][a-z]?")
QUANTITY = re.compile(r"\{([0-9]+)(,([0-9]*))?\}")
_SINGLE = {"n": 10, "r": 13, "t": 9}
_LITERAL = frozenset("\\|.-^?*+{}()[]$")


class BadPattern(ValueError):
    """The pattern is none of XPath's."""


class BackReference(BadPattern):
    """The pattern needs what RE2 cannot do."""


def translate(pattern: str, flags: str) -> str:
    """The RE2 pattern for an XPath pattern and its flags (s, m, i, x, q). BadPattern if it is none."""
    prefix = "".join(letter for letter in "im" if letter in flags)
    prefix = f"(?{prefix})" if prefix else ""
    if "q" in flags:
        return prefix + re.sub(r"([^A-Za-z0-9_\x80-\U0010ffff])", r"\\\1", pattern)
    return prefix + Translator(pattern, flags).run()


class Translator:
    """One walk over the pattern; `run` gives it as RE2 understands it."""

    def __init__(self, pattern: str, flags: str) -> None:
        self.text = pattern
        self.at = 0
        self.dot = "(?s:.)" if "s" in flags else r"[^\n\r]"
        self.free = "x" in flags
        self.out: list[str] = []
        self.repeatable = False

    def run(self) -> str:
        while self.at < len(self.text):
            self._step(self._next())
        return "".join(self.out)

    def _next(self) -> str:
        if self.at >= len(self.text):
            raise BadPattern("the pattern ends too early")
        self.at += 1
        return self.text[self.at - 1]

    def _emit(self, text: str, repeatable: bool) -> None:
        self.out.append(text)
        self.repeatable = repeatable

    def _step(self, char: str) -> None:
        if self.free and char in " \t\n\r":
            return
        if char == "\\":
            self._emit(self._escape(), True)
        elif char == "[":
            self._emit(_as_class(self._class()), True)
        elif char == ".":
            self._emit(self.dot, True)
        elif char in "*+?{":
            self._quantifier(char)
        elif char == "(":
            self._open_group()
        elif char == ")":
            self._emit(char, True)
        elif char in "|^$":
            self._emit(char, False)
        elif char in "]}":
            raise BadPattern(f"a lone {char}")
        else:
            self._emit(char, True)

    def _quantifier(self, char: str) -> None:
        if not self.repeatable:
            raise BadPattern(f"nothing to repeat before {char}")
        if char == "{":
            match = QUANTITY.match(self.text, self.at - 1)
            if match is None:
                raise BadPattern("a lone {")
            if match[3] and int(match[3]) < int(match[1]):
                raise BadPattern("a quantity out of order")
            self.at = match.end()
            char = match[0]
        if self.text.startswith("?", self.at):
            self.at += 1
            char += "?"
        self._emit(char, False)

    def _open_group(self) -> None:
        if self.text.startswith("?", self.at):
            if not self.text.startswith("?:", self.at):
                raise BadPattern("an unknown kind of group")
            self.at += 2
            self._emit("(?:", False)
        else:
            self._emit("(", False)

    def _escape(self) -> str:
        """An escape outside of a class."""
        char = self._next()
        if char in DIGITS:
            raise BackReference("back-references are not supported")
        return _as_class(self._escaped_set(char))

    def _escaped_set(self, char: str) -> Intervals:
        if char in _SINGLE:
            return [(_SINGLE[char], _SINGLE[char])]
        if char in _LITERAL:
            return [(ord(char), ord(char))]
        if char in "pP":
            return self._property(char == "P")
        found = _multi(char.lower()) if char in "sdwicSDWIC" else None
        if found is None:
            raise BadPattern("an unknown escape")
        return _complement(found) if char.isupper() else found

    def _property(self, negated: bool) -> Intervals:
        end = self.text.find("}", self.at)
        if not self.text.startswith("{", self.at) or end < 0:
            raise BadPattern("an unknown property")
        name = self.text[self.at + 1 : end]
        self.at = end + 1
        if name.startswith("Is") and name[2:] in BLOCKS:
            found: Intervals = [BLOCKS[name[2:]]]
        elif _CATEGORY.fullmatch(name):
            found = _category(name)
        else:
            raise BadPattern("an unknown property")
        return _complement(found) if negated else found

    def _class(self) -> Intervals:
        """The set of a class, behind its opening bracket; with a subtraction at its end, if any."""
        negated = self.text.startswith("^", self.at)
        self.at += negated
        members: Intervals = []
        removed: Intervals = []
        first = True
        while True:
            char = self._next()
            if char == "]" and not first:
                break
            if char == "-" and self.text.startswith("[", self.at) and not first:
                self.at += 1
                removed = self._class()
                if self._next() != "]":
                    raise BadPattern("a subtraction must end its class")
                break
            first = False
            members += self._members(char)
        found = _complement(members) if negated else members
        return _intersection(found, _complement(removed)) if removed else found

    def _members(self, char: str) -> Intervals:
        if char == "[" or char == "]":
            raise BadPattern("a lone bracket in a class")
        low = self._escaped_set(self._next()) if char == "\\" else [(ord(char), ord(char))]
        is_range = self.text.startswith("-", self.at) and self.text[self.at + 1 : self.at + 2] not in (
            "]",
            "[",
            "",
        )
        if not is_range or len(low) != 1 or low[0][0] != low[0][1]:
            return low
        self.at += 1
        char = self._next()
        high = self._escaped_set(self._next()) if char == "\\" else [(ord(char), ord(char))]
        if len(high) != 1 or high[0][0] != high[0][1] or high[0][0] < low[0][0]:
            raise BadPattern("a range out of order")
        return [(low[0][0], high[0][0])]


def _merged(intervals: Intervals) -> Intervals:
    merged: Intervals = []
    for low, high in sorted(intervals):
        if merged and low <= merged[-1][1] + 1:
            merged[-1] = merged[-1][0], max(high, merged[-1][1])
        else:
            merged.append((low, high))
    return merged


def _complement(intervals: Intervals) -> Intervals:
    result: Intervals = []
    start = 0
    for low, high in _merged(intervals):
        if low > start:
            result.append((start, low - 1))
        start = high + 1
    return [*result, (start, MAX)] if start <= MAX else result


def _intersection(a: Intervals, b: Intervals) -> Intervals:
    return _complement(_complement(a) + _complement(b))


def _as_class(intervals: Intervals) -> str:
    """An RE2 class; surrogates, which no text holds, are left out."""
    merged = _merged(intervals)
    if not merged:
        return r"[^\x00-\x{10FFFF}]"
    parts = "".join(
        f"\\x{{{low:X}}}-\\x{{{high:X}}}" if low < high else f"\\x{{{low:X}}}" for low, high in merged
    )
    return f"[{parts}]"


@lru_cache(maxsize=64)
def _category_table() -> dict[str, Intervals]:
    """Intervals of every general category."""
    table: dict[str, Intervals] = {}
    last, start = unicodedata.category("\0"), 0
    for point in range(1, MAX + 2):
        current = unicodedata.category(chr(point)) if point <= MAX else ""
        if current != last:
            table.setdefault(last, []).append((start, point - 1))
            last, start = current, point
    return table


@lru_cache(maxsize=64)
def _category(name: str) -> Intervals:
    table = _category_table()
    found = [interval for key, intervals in table.items() if key.startswith(name) for interval in intervals]
    if not found:
        raise BadPattern("an unknown property")
    return _merged(found)


@lru_cache(maxsize=8)
def _multi(letter: str) -> Intervals | None:
    if letter == "s":
        return _SPACE
    if letter == "d":
        return _category("Nd")
    if letter == "w":
        return _complement(_category("P") + _category("Z") + _category("C"))
    source = _NAME_START if letter == "i" else _NAME_PART
    return Translator(source + "]", "")._class()
