"""Text from outside: NUL stripped; direction overrides and lone surrogates refused (TRUST A30)."""

from __future__ import annotations

import re

_BAD = re.compile("[\u202a-\u202e\u2066-\u2069\ud800-\udfff]")


def clean_text(raw: str) -> str | None:
    """The text without NUL, or None if it may not be kept at all."""
    if raw.isascii():
        return raw.replace("\0", "") if "\0" in raw else raw
    if _BAD.search(raw):
        return None
    return raw.replace("\0", "")
