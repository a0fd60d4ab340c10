"""Text to tokens. Names with spaces or signs are put together later, by scope (`names`)."""

from __future__ import annotations

import re
from typing import NamedTuple

from .diagnostics import MAX_TEXT, FeelFault

SPACE = "\t\n\x0b\x0c\r \x85\xa0\u1680\u180e\u2000-\u200b\u2028\u2029\u202f\u205f\u3000\ufeff"
_START = (
    "?A-Z_a-z\xc0-\xd6\xd8-\xf6\xf8-\u02ff\u0370-\u037d\u037f-\u167f\u1681-\u180d\u180f-\u1fff\u200c-\u200d"
    "\u2070-\u218f\u2c00-\u2fef\u3001-\ud7ff\uf900-\ufdcf\ufdf0-\ufefe\uff00-\ufffd\U00010000-\U000effff"
)
_PART = _START + "0-9\xb7\u0300-\u036f\u203f-\u2040"
# Atomic, since a failed match must not try every way to divide a comment.
GAP = rf"(?>(?:[{SPACE}]|//[^\n]*|/\*(?:[^*]|\*(?!/))*\*/)*)"
WORD = rf"[{_START}][{_PART}]*"
PART_RE = re.compile(rf"[{_PART}]")
WORD_RE = re.compile(WORD)
GAP_RE = re.compile(GAP)
_TOKEN = re.compile(
    rf"(?P<number>(?:[0-9]+(?:\.[0-9]+)?|\.[0-9]+)(?:[eE][+-]?[0-9]+(?![{_PART}]))?)"
    rf"|(?P<word>{WORD})"
    r'|(?P<string>"(?:[^"\\\n\r]|\\[^\n\r])*")'
    r"|(?P<quoted>`[^`\n\r]+`)"
    r"|(?P<sign>\*\*|\.\.|<=|>=|!=|->|[-+*/<>=(){}\[\],:.@'])"
    r"|(?P<bad>.)",
    re.DOTALL,
)

KEYWORDS = frozenset(
    [
        "if",
        "then",
        "else",
        "for",
        "in",
        "return",
        "some",
        "every",
        "satisfies",
        "and",
        "or",
        "not",
        "between",
        "instance",
        "of",
        "function",
        "external",
        "true",
        "false",
        "null",
    ]
)


class Token(NamedTuple):
    """kind: number, word, string, quoted, sign, bad or end; text as written; [start, end) in the source."""

    kind: str
    text: str
    start: int
    end: int


def tokenize(text: str) -> list[Token]:
    """All tokens, the last of kind end. FeelFault for an open comment or a text that is too long."""
    if len(text) > MAX_TEXT:
        raise FeelFault("the text is too long", 0, "F-LIMIT")
    tokens: list[Token] = []
    position = 0
    while True:
        gap = GAP_RE.match(text, position)
        position = gap.end() if gap else position
        if position >= len(text):
            tokens.append(Token("end", "", len(text), len(text)))
            return tokens
        if text.startswith("/*", position):
            raise FeelFault("a comment is not closed", position, "F-LEX-01")
        match = _TOKEN.match(text, position)
        assert match is not None and match.lastgroup is not None
        tokens.append(Token(match.lastgroup, match.group(), position, match.end()))
        position = match.end()


_ESCAPE = re.compile(r"\\(?:u([0-9A-Fa-f]{4})|U([0-9A-Fa-f]{6})|(.))", re.DOTALL)
_SIMPLE = {"n": "\n", "r": "\r", "t": "\t", '"': '"', "'": "'", "\\": "\\"}
_PAIR = re.compile("[\ud800-\udbff][\udc00-\udfff]")


def unescape(token: Token) -> str:
    """The value of a string token (F-STR-01)."""
    body = token.text[1:-1]
    if "\\" not in body:
        return body
    value = _PAIR.sub(_join, _ESCAPE.sub(_escaped, body))
    if any("\ud800" <= c <= "\udfff" for c in value):
        raise FeelFault("half of a surrogate pair", token.start, "F-STR-01")
    return value


def _escaped(match: re.Match[str]) -> str:
    if code := match[1] or match[2]:
        point = int(code, 16)
        return chr(point) if point <= 0x10FFFF else match[0]
    return _SIMPLE.get(match[3], match[0])


def _join(match: re.Match[str]) -> str:
    high, low = map(ord, match[0])
    return chr(0x10000 + ((high - 0xD800) << 10) + (low - 0xDC00))
