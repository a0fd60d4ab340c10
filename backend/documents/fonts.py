"""The fonts of documents: of the look's own families only the slices that a text needs.

The families come as WOFF2 slices by range of characters (npm, OFL); a PDF wants TrueType. A slice is
unpacked when a text first needs it and kept: the whole of Chinese would take half a minute at once.
"""

from __future__ import annotations

import json
import os
import secrets
import unicodedata
from functools import cached_property
from pathlib import Path

from fontTools.ttLib import TTFont

FAMILIES = {
    "Atkinson Hyperlegible Next": "atkinson-hyperlegible-next",
    "Noto Sans Arabic": "noto-sans-arabic",
    "Noto Sans SC": "noto-sans-sc",
    "Noto Sans": "noto-sans",
}
"""Family → folder of its package, in the order in which they are asked for a character."""
CODE_FAMILY = "Atkinson Hyperlegible Mono"
ALWAYS = ("atkinson-hyperlegible-next-latin", "atkinson-hyperlegible-mono-latin")
UNSEEN = {"Cc", "Cf", "Zs", "Zl", "Zp"}


class NoGlyph(Exception):
    """No font has this character; a document is not issued with a hole in it."""


class Fonts:
    """Unpacks from `packages` (the folder of npm's variable fonts) into `kept`."""

    def __init__(self, packages: Path, kept: Path) -> None:
        self._packages = packages
        self._kept = kept

    def folder(self, text: str) -> Path:
        """The folder of TrueType files, with every slice that `text` needs. Raises NoGlyph."""
        self._kept.mkdir(parents=True, exist_ok=True)
        seen = {letter for letter in text if unicodedata.category(letter) not in UNSEEN}
        for name in sorted({*ALWAYS, *map(self._slice_of, seen)}):
            self._unpack(name)
        return self._kept

    def _slice_of(self, letter: str) -> str:
        point = ord(letter)
        for name, ranges in self._slices:
            if any(first <= point <= last for first, last in ranges):
                return name
        raise NoGlyph(f"U+{point:04X}")

    @cached_property
    def _slices(self) -> list[tuple[str, list[tuple[int, int]]]]:
        return [
            (f"{folder}-{key.strip('[]')}", _ranges(told))
            for folder in FAMILIES.values()
            for key, told in json.loads((self._packages / folder / "unicode.json").read_text()).items()
        ]

    def _unpack(self, name: str) -> None:
        kept = self._kept / f"{name}.ttf"
        if kept.exists():
            return
        font = TTFont(next(self._packages.glob(f"*/files/{name}-wght-normal.woff2")))
        font.flavor = None
        fresh = kept.with_name(f".{name}.{os.getpid()}.{secrets.token_hex(4)}")
        font.save(fresh)
        os.replace(fresh, kept)


def _ranges(told: str) -> list[tuple[int, int]]:
    """The ranges of a CSS unicode-range."""
    found = []
    for part in told.split(","):
        first, _, last = part.strip().removeprefix("U+").partition("-")
        found.append((int(first, 16), int(last or first, 16)))
    return found
