"""The words of a case's own pages, beside those of the look."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from pathlib import Path

import yaml
from markupsafe import Markup

from backend.channel.look import words as look

FOLDER = Path(__file__).parent / "texts"


@cache
def _texts() -> dict[str, dict[str, look.Text]]:
    """By language and dotted key; raises TextFaults if the languages do not agree."""
    loaded: dict[str, dict[str, look.Text]] = {
        lang: look.flat(yaml.safe_load((FOLDER / f"{lang}.yaml").read_text(encoding="utf-8")))
        for lang in look.LANGUAGES
    }
    found = look.faults(loaded)
    if found:
        raise look.TextFaults("\n".join(found))
    return loaded


@cache
def translator(lang: str) -> Callable[..., Markup]:
    """`t(key, **values)` that knows the words of the look and of these pages."""
    return look.translator(lang, _texts()[lang])
