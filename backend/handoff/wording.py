"""The few words that a handoff itself says: what will move, and which device scanned."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path
from typing import Any

import yaml

FORMS = (
    ("tablet", re.compile(r"iPad|Tablet|Android(?!.*Mobile)")),
    ("phone", re.compile(r"Mobi|iPhone|Android")),
)
BROWSERS = (
    ("Edge", re.compile(r"Edg(A|iOS)?/")),
    ("Samsung Internet", re.compile(r"SamsungBrowser/")),
    ("Opera", re.compile(r"OPR/|OPT/")),
    ("Firefox", re.compile(r"Firefox/|FxiOS/")),
    ("Chrome", re.compile(r"Chrome/|CriOS/")),
    ("Safari", re.compile(r"Safari/")),
)


@cache
def _texts() -> dict[str, Any]:
    return yaml.safe_load(Path(__file__).with_name("texts.yaml").read_text(encoding="utf-8"))  # type: ignore[no-any-return]


def scope_text(kind: str, lang: str) -> str:
    """What will move, in the reader's language."""
    told: dict[str, str] = _texts()["scope"][kind]
    return told.get(lang, told["en"])


def peer_of(agent: str) -> str:
    """A coarse description of the browser that scanned: "phone/Firefox". No version, no model."""
    form = next((name for name, mark in FORMS if mark.search(agent)), "computer")
    browser = next((name for name, mark in BROWSERS if mark.search(agent)), "")
    return f"{form}/{browser}"


def peer_text(peer: str, lang: str) -> str:
    """That description in words: "a phone, Firefox"."""
    form, _, browser = peer.partition("/")
    told = _texts()["peer"]
    words: str = told[form].get(lang, told[form]["en"])
    return words + (told["between"].get(lang, ", ") + browser if browser else "")
