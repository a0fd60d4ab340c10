"""The look that all channels share: templates, words, icons, dates and built assets.

A channel calls `install(app)` once and then extends `layout/<screen>.html` or renders a page of `pages/`.
"""

from backend.channel.look.assets import NotBuilt, asset, icon
from backend.channel.look.dates import clock_time, day_and_time, long_day, short_day
from backend.channel.look.flask_look import Display, chosen_language, display_of, install, template_loader
from backend.channel.look.words import LANGUAGES, Language, TextFaults, direction, texts, translator

__all__ = [
    "LANGUAGES",
    "Display",
    "Language",
    "NotBuilt",
    "TextFaults",
    "asset",
    "chosen_language",
    "clock_time",
    "day_and_time",
    "direction",
    "display_of",
    "icon",
    "install",
    "long_day",
    "short_day",
    "template_loader",
    "texts",
    "translator",
]
