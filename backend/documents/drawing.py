"""Draws a document as a tagged PDF (PDF/UA-1) with its fonts inside, from certificate.typ."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime, time
from functools import cache
from pathlib import Path
from typing import Any, Literal

import typst
import yaml
from babel.dates import format_date

from backend.documents.fonts import CODE_FAMILY, FAMILIES, Fonts, NoGlyph
from backend.documents.wanted import Wanted

HERE = Path(__file__).parent
TEMPLATE = HERE / "certificate.typ"
STANDARD: Literal["ua-1"] = "ua-1"
LOCALES = {"en": ("en", "gb", "en_GB"), "zh-Hans": ("zh", "cn", "zh_Hans"), "ar": ("ar", "eg", "ar")}
"""Our language → typst's language and region, and babel's locale."""
FIRST = {"zh-Hans": ("Atkinson Hyperlegible Next", "Noto Sans SC"), "ar": ("Noto Sans Arabic",)}


class CannotDraw(Exception):
    """The document cannot be drawn: a language that is not ours, or a character that no font has."""


class Drawing:
    """Draws. `qr` gives the SVG of a text."""

    def __init__(self, packages: Path, kept: Path, qr: Callable[[str], str]) -> None:
        self._fonts = Fonts(packages, kept)
        self._qr = qr

    def draw(self, wanted: Wanted, *, number: str, code: str, address: str, scanned: str) -> bytes:
        """The PDF, the same bytes for the same input. `scanned`: the text of its QR code.

        Raises CannotDraw.
        """
        if wanted.lang not in LOCALES:
            raise CannotDraw(f"there are no words for the language {wanted.lang!r}")
        told = _told(wanted, number, code, address)
        try:
            folder = self._fonts.folder(_all_text(told))
        except NoGlyph as missing:
            raise CannotDraw(f"no font has {missing}") from None
        told["qr"] = str(self._qr(scanned))
        fonts = typst.Fonts(
            include_system_fonts=False, include_embedded_fonts=False, font_paths=[str(folder)]
        )
        made: Any = typst.compile(
            str(TEMPLATE),
            font_paths=fonts,
            ignore_system_fonts=True,
            root=str(HERE),
            sys_inputs={"data": json.dumps(told)},
            pdf_standards=[STANDARD],
            timestamp=datetime.combine(wanted.date, time(), UTC),
        )
        pdf: bytes = made
        return pdf


def _told(wanted: Wanted, number: str, code: str, address: str) -> dict[str, Any]:
    lang, region, locale = LOCALES[wanted.lang]
    first = FIRST.get(wanted.lang, ())
    return {
        "lang": lang,
        "region": region,
        "rtl": wanted.lang == "ar",
        "fonts": [*first, *(family for family in FAMILIES if family not in first)],
        "code_font": CODE_FAMILY,
        "kind": wanted.kind,
        "title": wanted.words(wanted.title),
        "office": wanted.words(wanted.office),
        "entries": [{"label": entry.label, "value": entry.value} for entry in wanted.entries],
        "number": number,
        "code": code,
        "address": address,
        "date": format_date(wanted.date, "long", locale=locale),
        "words": _words()[wanted.lang],
    }


def _all_text(told: Any) -> str:
    if isinstance(told, dict):
        return "".join(map(_all_text, told.values()))
    if isinstance(told, list):
        return "".join(map(_all_text, told))
    return told if isinstance(told, str) else ""


@cache
def _words() -> dict[str, dict[str, str]]:
    """The template's own words by language."""
    read = yaml.safe_load((HERE / "texts.yaml").read_text(encoding="utf-8"))
    return {lang: {key: each[lang] for key, each in read.items()} for lang in LOCALES}
