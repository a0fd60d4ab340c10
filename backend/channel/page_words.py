"""The words of the few pages that all channels share: after a login, and for errors."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import yaml

from backend.channel.look import LANGUAGES

FOLDER = Path(__file__).parent / "texts"


@cache
def words() -> dict[str, dict[str, str]]:
    """All words by language and key; an error if the languages do not have the same keys."""
    read: dict[str, dict[str, str]] = {
        lang: yaml.safe_load((FOLDER / f"{lang}.yaml").read_text(encoding="utf-8")) for lang in LANGUAGES
    }
    keys = {frozenset(each) for each in read.values()}
    if len(keys) != 1:
        raise ValueError("the texts of the shared pages do not have the same keys")
    return read


def word(lang: str, key: str) -> str:
    """A word; for an error without words of its own, those of any error."""
    found = words()[lang]
    return found.get(key) or found["other." + key.rsplit(".", 1)[-1]]
