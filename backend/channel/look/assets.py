"""The files that the build made: addresses that carry the content's hash, and icons as inline SVG."""

import json
from functools import lru_cache
from pathlib import Path

from markupsafe import Markup

BUILT = Path(__file__).parent / "built"
PREFIX = "/look/"


class NotBuilt(RuntimeError):
    """The front end has not been built yet: run `npm ci --ignore-scripts` and `npm run build`."""


@lru_cache(maxsize=8)
def _read(name: str, changed: int) -> dict[str, str]:
    loaded: dict[str, str] = json.loads((BUILT / name).read_text(encoding="utf-8"))
    return loaded


def _table(name: str) -> dict[str, str]:
    try:
        return _read(name, (BUILT / name).stat().st_mtime_ns)
    except FileNotFoundError as missing:
        raise NotBuilt(NotBuilt.__doc__) from missing


def asset(name: str) -> str:
    """The address of a built file by its plain name ("look.css").

    It changes with the content, so it may be cached for ever.
    """
    return PREFIX + _table("manifest.json")[name]


def icon(name: str, css: str = "", turns: bool = False) -> Markup:
    """An icon by its Phosphor name as inline SVG, hidden from readers since a word always stands beside it.

    `turns`: it points along the line and so is mirrored from right to left.
    """
    classes = " ".join(word for word in ("ic", css, "turns" if turns else "") if word)
    paths = Markup(_table("icons.json")[name])  # our own build's output, not input
    return Markup('<svg class="{}" viewBox="0 0 256 256" aria-hidden="true">{}</svg>').format(classes, paths)
