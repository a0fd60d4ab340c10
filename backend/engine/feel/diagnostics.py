"""What FEEL reports: diagnostics at run time, faults at load time, and limits."""

from __future__ import annotations

import msgspec


class Diagnostic(msgspec.Struct, frozen=True):
    """Why a null came out: the rule, a text without any value of the data, and the position in the text
    (characters)."""

    rule: str
    text: str
    position: int = 0
    element: str = ""


class FeelFault(Exception):
    """The text is not FEEL: refused when a model is loaded (rule F-ERR-02)."""

    def __init__(self, text: str, position: int = 0, rule: str = "F-SYNTAX") -> None:
        super().__init__(f"{text} (at character {position + 1})")
        self.text = text
        self.position = position
        self.rule = rule


class LimitExceeded(Exception):
    """An evaluation was stopped because it used more than its limits allow (rule F-ERR-03)."""

    def __init__(self, limit: str) -> None:
        super().__init__(f"FEEL limit reached: {limit}")
        self.limit = limit


class Limits(msgspec.Struct, frozen=True):
    """Bounds of one evaluation; counted, never measured by a clock.

    steps: loop turns, calls and pieces of text built; list_size: items; string_size: code points;
    depth: nested calls, loops and filters; diagnostics: kept, further ones are dropped.
    """

    steps: int = 100_000
    list_size: int = 10_000
    string_size: int = 65_536
    depth: int = 64
    pattern: int = 256
    diagnostics: int = 100


DEFAULT_LIMITS = Limits()
MAX_TEXT = 262_144
MAX_NESTING = 64
