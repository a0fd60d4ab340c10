"""Text that came with an HTML form: the same characters are refused as in JSON."""

from __future__ import annotations

from collections.abc import Iterable

from werkzeug.exceptions import BadRequest

from backend.channel.schemas import FORBIDDEN


def check(values: Iterable[str]) -> None:
    """Raises BadRequest if a value holds a control character, a direction override or half a character."""
    if any(FORBIDDEN.search(value) for value in values):
        raise BadRequest
