"""Draws a page with the words of a case, on any screen."""

from __future__ import annotations

from typing import Any

from flask import render_template

from backend.channel import door
from backend.channel.look import chosen_language
from backend.channel.walk.said import Translate
from backend.channel.walk.words import translator


def words() -> tuple[Translate, str]:
    """`t` and the language of this request."""
    lang = chosen_language()
    return translator(lang), lang


def draw(template: str, *, live: Any = None, **context: Any) -> str:
    """The page; `live`: the case view whose changes redraw it by themselves."""
    t, _ = words()
    if live is not None:
        context |= {
            "live_topic": f"case:{live.case}",
            "live_seq": live.case_version,
            "live_url": door.live_url(),
        }
    return render_template(template, **{"t": t} | context)
