"""What every background process begins with."""

from __future__ import annotations

import logging
import sys
from collections.abc import Callable

from backend.app.settings import Settings

Tell = Callable[[str, int, str, str], None]


def start_logging() -> None:
    """Warnings and errors, one line each, on standard error."""
    logging.basicConfig(
        stream=sys.stderr, level=logging.WARNING, format="%(levelname)s %(name)s: %(message)s"
    )


def tell_of(settings: Settings) -> Tell:
    """How to wake open screens; without Valkey they look by themselves."""
    if not settings.redis_url:
        return _silent
    from backend.channel.live import Live

    return Live(settings.redis_url).tell


def _silent(_topic: str, _seq: int, _type: str, _ref: str) -> None:
    return None
