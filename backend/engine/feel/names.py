"""Names with spaces and signs: their canonical spelling and the longest match in scope (F-NAME)."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache

from .lexer import GAP, GAP_RE, PART_RE, WORD_RE

_PIECE = re.compile(r"[0-9]+|[^\s0-9]")


@lru_cache(maxsize=8192)
def pieces(name: str) -> tuple[str, ...]:
    """The tokens of a name: words, digits and signs, white space dropped."""
    found: list[str] = []
    position = 0
    while position < len(name):
        gap = GAP_RE.match(name, position)
        if gap and gap.end() > position and not name.startswith(("//", "/*"), position):
            position = gap.end()
            continue
        match = WORD_RE.match(name, position) or _PIECE.match(name, position)
        if match is None:
            position += 1
            continue
        end = match.end()
        while end < len(name) and PART_RE.match(name, end) and PART_RE.match(match.group()):
            end += 1
        found.append(name[position:end])
        position = end
    return tuple(found)


@lru_cache(maxsize=8192)
def canonical(name: str) -> str:
    """One space between two words, none around signs: `Income + Tax` → `Income+Tax` (F-NAME-02)."""
    text = ""
    for piece in pieces(name):
        if text and PART_RE.match(text[-1]) and PART_RE.match(piece):
            text += " "
        text += piece
    return text


def is_plain(name: str) -> bool:
    """True for a name that is a single word, so that it cannot change how a text is read."""
    return WORD_RE.fullmatch(name) is not None


@lru_cache(maxsize=8192)
def _pattern(name: str) -> re.Pattern[str]:
    return re.compile(GAP.join(map(re.escape, pieces(name))))


class SpacedNames:
    """A set of names that are no single word; finds the longest that stands at a position of a text."""

    def __init__(self, names: Iterable[str] = ()) -> None:
        self._by_first: dict[str, list[str]] = {}
        self._known: set[str] = set()
        for name in names:
            self.add(name)

    def add(self, name: str) -> None:
        """Take a name in; a plain word is ignored."""
        if is_plain(name) or name in self._known or not pieces(name):
            return
        self._known.add(name)
        self._by_first.setdefault(pieces(name)[0], []).append(name)

    def match(self, text: str, start: int, first: str) -> tuple[str, int] | None:
        """(canonical name, end) of the longest name that begins with the word `first` at `start`."""
        best: tuple[str, int] | None = None
        for name in self._by_first.get(first, ()):
            found = _pattern(name).match(text, start)
            if found is None or (best is not None and found.end() <= best[1]):
                continue
            if PART_RE.match(pieces(name)[-1]) and PART_RE.match(text, found.end()):
                continue
            best = canonical(name), found.end()
        return best
