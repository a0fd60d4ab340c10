"""Regular expressions of XPath (F&O 7.6), run by RE2, which never backtracks: linear time whatever the
pattern is.

A pattern is translated; what RE2 lacks and cannot be translated (back-references) is run by a small
matcher that
pays for each step.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import Any, Protocol

import re2

from .backtracking import Program
from .registry import Undefined
from .run import Run
from .xpath_regex import BackReference, BadPattern, translate


class Match(Protocol):
    """What both engines' matches offer."""

    def start(self) -> int: ...
    def end(self) -> int: ...
    def group(self, number: int = 0) -> str | None: ...


class Engine(Protocol):
    """What runs a pattern: RE2, or the machine that can look back."""

    groups: int

    def search(self, run: Run, text: str) -> Match | None: ...
    def finditer(self, run: Run, text: str) -> Iterator[Match]: ...


class Linear:
    """A pattern run by RE2."""

    __slots__ = ("groups", "regex")

    def __init__(self, regex: Any) -> None:
        self.regex = regex
        self.groups: int = regex.groups

    def search(self, run: Run, text: str) -> Match | None:
        found: Match | None = self.regex.search(text)
        return found

    def finditer(self, run: Run, text: str) -> Iterator[Match]:
        return iter(self.regex.finditer(text))


class Pattern:
    """A compiled pattern; all methods take the run, which pays one step for each 64 characters and each
    match."""

    __slots__ = ("empty", "engine", "groups")

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        self.groups = engine.groups
        self.empty = engine.search(Run(), "") is not None

    def _matches(self, run: Run, text: str) -> Iterator[Match]:
        run.charge(1 + (len(text) >> 6))
        for match in self.engine.finditer(run, text):
            run.charge(1)
            yield match

    def search(self, run: Run, text: str) -> bool:
        """True if found anywhere."""
        run.charge(1 + (len(text) >> 6))
        return self.engine.search(run, text) is not None

    def find_all(self, run: Run, text: str) -> list[str]:
        """The text of every match."""
        return [match.group() or "" for match in self._matches(run, text)]

    def split(self, run: Run, text: str) -> list[str]:
        """The pieces between matches. Undefined if the pattern matches nothing at all."""
        self._refuse_empty()
        pieces: list[str] = []
        position = 0
        for match in self._matches(run, text):
            pieces.append(text[position : match.start()])
            position = match.end()
        return [*pieces, text[position:]]

    def replace(self, run: Run, text: str, replacement: str) -> str:
        """The text with every match replaced. Undefined for a bad replacement or a pattern that matches
        nothing."""
        self._refuse_empty()
        parts = self._replacement(replacement)
        result: list[str] = []
        position = size = 0
        for match in self._matches(run, text):
            filled = "".join(part if isinstance(part, str) else match.group(part) or "" for part in parts)
            size += len(filled)
            if size > run.limits.string_size:
                run.checked_text(" " * (run.limits.string_size + 1))
            result += text[position : match.start()], filled
            position = match.end()
        return "".join([*result, text[position:]])

    def _refuse_empty(self) -> None:
        if self.empty:
            raise Undefined("the pattern matches the empty string")

    def _replacement(self, text: str) -> list[str | int]:
        parts: list[str | int] = []
        position = 0
        for match in re.finditer(r"\\(.?)|\$([0-9]*)", text, re.DOTALL):
            parts.append(text[position : match.start()])
            position = match.end()
            if match[0][0] == "\\":
                if match[1] not in ("\\", "$") or not match[1]:
                    raise Undefined("a lone \\ in the replacement")
                parts.append(match[1])
            else:
                parts += self._group(match[2])
        return [*parts, text[position:]]

    def _group(self, digits: str) -> list[str | int]:
        """$N: the longest number that is a group; digits behind it stand for themselves."""
        if not digits:
            raise Undefined("a lone $ in the replacement")
        size = len(digits)
        while size > 1 and int(digits[:size]) > self.groups:
            size -= 1
        number = int(digits[:size])
        return [number if number <= self.groups else "", digits[size:]]


def compiled(run: Run, pattern: str, flags: str) -> Pattern:
    """The pattern, or Undefined if it or a flag is none of XPath's, or if it is too long."""
    if len(pattern) > run.limits.pattern:
        raise Undefined(f"the pattern is longer than {run.limits.pattern}")
    found = _compiled(pattern, "".join(sorted(set(flags))))
    if isinstance(found, str):
        raise Undefined(found)
    return found


@lru_cache(maxsize=1024)
def _compiled(pattern: str, flags: str) -> Pattern | str:
    if set(flags) - set("smixq"):
        return "unknown flag"
    try:
        return Pattern(_engine(pattern, flags))
    except BadPattern as why:
        return str(why)
    except re2.error:
        return "the pattern is no regular expression"


def _engine(pattern: str, flags: str) -> Engine:
    try:
        return Linear(re2.compile(translate(pattern, flags), _options()))
    except BackReference:
        return Program(pattern, flags)


def _options() -> Any:
    options = re2.Options()
    options.log_errors = False
    options.max_mem = 8 << 20
    return options
