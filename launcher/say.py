"""What the launcher says to the person at the terminal: what begins, how long it took, what went wrong."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import NoReturn


def say(text: str) -> None:
    """Print one line at once, on standard error: standard output belongs to what is run."""
    print(text, file=sys.stderr, flush=True)


def problem(text: str) -> NoReturn:
    """End with status 1 and say why."""
    raise SystemExit(f"errand: {text}")


@contextmanager
def step(what: str) -> Iterator[None]:
    """Say what begins, and how long it took when it is done."""
    began = time.monotonic()
    say(f"· {what} …")
    yield
    say(f"· {what}: {time.monotonic() - began:.1f} s")
