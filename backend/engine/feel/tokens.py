"""A place in the token list, with the names in scope there: what the grammar's productions stand on."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Iterator
from contextlib import contextmanager

from .diagnostics import MAX_NESTING, FeelFault
from .lexer import KEYWORDS, Token, tokenize
from .names import SpacedNames, canonical

NAME_SIGNS = frozenset("./-'+*")
PROPERTY_NAMES = SpacedNames(["time offset", "start included", "end included"])


class TokenStream:
    """The tokens of a text, a position, nesting depth and scopes of spaced names."""

    def __init__(self, text: str, scopes: Iterable[SpacedNames]) -> None:
        self.text = text
        self.tokens = tokenize(text)
        self._starts = [token.start for token in self.tokens]
        self.index = 0
        self.depth = 0
        self.scopes: list[SpacedNames] = list(scopes)
        self.seen = SpacedNames()
        self.in_filter = False

    @property
    def token(self) -> Token:
        return self.tokens[self.index]

    def ahead(self, count: int = 1) -> Token:
        """The token `count` further on, or the end."""
        return self.tokens[min(self.index + count, len(self.tokens) - 1)]

    def advance(self) -> Token:
        """Take the current token."""
        token = self.tokens[self.index]
        if token.kind != "end":
            self.index += 1
        return token

    def at_sign(self, *signs: str) -> bool:
        token = self.tokens[self.index]
        return token.kind == "sign" and token.text in signs

    def at_keyword(self, *words: str) -> bool:
        token = self.tokens[self.index]
        return token.kind == "word" and token.text in words

    def take_sign(self, sign: str) -> bool:
        """Take the sign if it stands here."""
        if self.at_sign(sign):
            self.index += 1
            return True
        return False

    def expect(self, text: str) -> Token:
        """Take this sign or keyword, or fault."""
        token = self.tokens[self.index]
        if token.text != text or token.kind not in ("sign", "word"):
            raise self.fault(f"'{text}' expected")
        self.index += 1
        return token

    def fault(self, text: str, rule: str = "F-SYNTAX", at: int | None = None) -> FeelFault:
        """A fault here, saying what was found."""
        token = self.token
        found = "the end" if token.kind == "end" else f"'{token.text[:40]}'"
        return FeelFault(f"{text}, found {found}", token.start if at is None else at, rule)

    @contextmanager
    def nested(self) -> Iterator[None]:
        """One level deeper; bounded, so that no later walk can run out of stack."""
        self.enter()
        yield
        self.depth -= 1

    def enter(self) -> None:
        self.depth += 1
        if self.depth > MAX_NESTING:
            raise FeelFault(f"nested deeper than {MAX_NESTING} levels", self.token.start, "F-LIMIT")

    @contextmanager
    def scope(self, names: Iterable[str] = ()) -> Iterator[SpacedNames]:
        """An inner scope of names; those declared in it are known until it ends."""
        inner = SpacedNames(names)
        self.scopes.append(inner)
        yield inner
        self.scopes.pop()

    def _jump(self, end: int) -> None:
        self.index = bisect_left(self._starts, end)

    def _longest(self, sources: Iterable[SpacedNames]) -> str | None:
        token = self.token
        best: tuple[str, int] | None = None
        for names in sources:
            found = names.match(self.text, token.start, token.text)
            if found is not None and (best is None or found[1] > best[1]):
                best = found
        if best is None or best[1] <= token.end:
            return None
        self._jump(best[1])
        return best[0]

    def reference(self) -> str | None:
        """The name that stands here, longest match first (F-NAME-04); None if there is none."""
        token = self.token
        if token.kind == "quoted":
            return self.advance().text[1:-1]
        if token.kind != "word":
            return None
        sources = [*self.scopes, self.seen] if self.in_filter else self.scopes
        start = token.start
        name = self._longest(sources)
        if name is None:
            if token.text in KEYWORDS:
                return None
            name = self.advance().text
        return self._lengthened(name, start)

    def _lengthened(self, name: str, start: int) -> str:
        """Words that follow a name can only belong to it: an unknown name with spaces (F-NAME-06)."""
        end = 0
        while self._is_loose_word():
            end = self.advance().end
        return canonical(self.text[start:end]) if end else name

    def _is_loose_word(self) -> bool:
        token = self.token
        return (token.kind == "word" and token.text not in KEYWORDS) or (
            token.kind == "number" and token.text.isdigit()
        )

    def member(self) -> str:
        """The name behind a dot."""
        token = self.token
        if token.kind == "quoted":
            return self.advance().text[1:-1]
        if token.kind != "word":
            raise self.fault("a name expected after '.'")
        name = self._longest([*self.scopes, self.seen, PROPERTY_NAMES])
        if name is None:
            name = self.advance().text
        return self._lengthened(name, token.start)

    def declaration(self, *ends: str) -> str | None:
        """A name being declared, up to one of `ends` (not taken); None, and no move, if that is not what
        stands here."""
        first = self.token
        if first.kind == "quoted" and self.ahead().text in ends:
            return self.advance().text[1:-1]
        if first.kind != "word" or first.text in KEYWORDS:
            return None
        index = self.index + 1
        while True:
            token = self.tokens[index]
            if token.text in ends and token.kind in ("sign", "word"):
                break
            if token.kind not in ("word", "number") and not (
                token.kind == "sign" and set(token.text) <= NAME_SIGNS
            ):
                return None
            index += 1
        self.index = index
        return canonical(self.text[first.start : self.tokens[index - 1].end])
