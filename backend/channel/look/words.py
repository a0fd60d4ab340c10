"""The words of the chrome: one YAML file per language, all with the same keys.

A text is plain words with {names} to fill in; `<b>` and `<bdi>` are the only tags. A text that depends on a
number is a mapping of CLDR plural categories, and takes its number as `n`. Values are escaped; texts are not,
since they are ours.
"""

import re
from collections.abc import Callable, Mapping
from functools import lru_cache
from pathlib import Path
from typing import Literal

import yaml
from babel import Locale
from markupsafe import Markup

Language = Literal["en", "zh-Hans", "ar"]
LANGUAGES: tuple[Language, ...] = ("en", "zh-Hans", "ar")
OWN_NAMES: dict[str, str] = {"en": "English", "zh-Hans": "中文", "ar": "العربية"}
FOLDER = Path(__file__).parent / "texts"
Text = str | dict[str, str]


class TextFaults(ValueError):
    """The text files do not agree: every fault at once, with its language and key."""


def direction(lang: str) -> str:
    """Where a line begins: "rtl" for Arabic, else "ltr"."""
    return "rtl" if lang.split("-")[0] in ("ar", "he", "fa", "ur") else "ltr"


@lru_cache(maxsize=1)
def _all() -> dict[str, dict[str, Text]]:
    loaded: dict[str, dict[str, Text]] = {
        lang: flat(yaml.safe_load((FOLDER / f"{lang}.yaml").read_text(encoding="utf-8")))
        for lang in LANGUAGES
    }
    found = faults(loaded)
    if found:
        raise TextFaults("\n".join(found))
    return loaded


def texts(lang: str) -> dict[str, Text]:
    """All words of one language by dotted key; raises TextFaults if the languages do not agree."""
    return _all()[lang]


def translator(lang: str, more: Mapping[str, Text] | None = None) -> Callable[..., Markup]:
    """`t(key, **values)` for templates; `more` lays a channel's own texts over the chrome's."""
    words: dict[str, Text] = {**texts(lang), **(more or {})}
    plural = Locale.parse(lang.replace("-", "_")).plural_form

    def t(key: str, **values: object) -> Markup:
        text = words[key]
        if isinstance(text, dict):
            number = values["n"]
            text = text.get(plural(number if isinstance(number, int) else 0), text["other"])
        return Markup(text).format(**values)

    return t


def faults(loaded: Mapping[str, Mapping[str, Text]]) -> list[str]:
    """What is wrong between the languages: keys, {names} and plural categories that differ, foreign tags."""
    first = loaded[LANGUAGES[0]]
    found = []
    for lang, words in loaded.items():
        found += [f"{lang}: {key} is missing" for key in sorted(set(first) - set(words))]
        found += [f"{lang}: {key} is not in {LANGUAGES[0]}" for key in sorted(set(words) - set(first))]
        for key in sorted(set(first) & set(words)):
            found += [f"{lang}: {key} {fault}" for fault in _compare(first[key], words[key], lang)]
    return found


def _compare(original: Text, text: Text, lang: str) -> list[str]:
    found = []
    if _names(original) != _names(text):
        found.append(f"fills in {sorted(_names(text))} instead of {sorted(_names(original))}")
    if isinstance(original, dict) != isinstance(text, dict):
        found.append("counts in one language and not in the other")
    elif isinstance(text, dict):
        wanted = set(Locale.parse(lang.replace("-", "_")).plural_form.tags) | {"other"}
        found += [f"lacks the plural category {tag}" for tag in sorted(wanted - set(text))]
    if any(tag not in ("b", "/b", "bdi", "/bdi") for tag in re.findall(r"<([^>]*)>", _joined(text))):
        found.append("uses a tag other than <b> and <bdi>")
    if '"' in _joined(text):
        found.append("has a straight double quote, which would end an attribute")
    return found


def _joined(text: Text) -> str:
    return text if isinstance(text, str) else " ".join(text.values())


def _names(text: Text) -> set[str]:
    return set(re.findall(r"\{(\w+)\}", _joined(text))) - {"n"}


def flat(tree: Mapping[str, object], prefix: str = "") -> dict[str, Text]:
    """Dotted keys; a mapping with "other" is one text that counts."""
    found: dict[str, Text] = {}
    for name, value in tree.items():
        key = prefix + name
        if isinstance(value, dict) and "other" in value:
            found[key] = {str(tag): str(text) for tag, text in value.items()}
        elif isinstance(value, dict):
            found.update(flat(value, key + "."))
        else:
            found[key] = str(value)
    return found
