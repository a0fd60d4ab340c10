"""Lines for standard error, without letting requests wait for each other.

A write lets other threads run, and under load it takes long until the writer runs again. So who finds
somebody writing leaves the line, and what was left is written in one go by a thread of its own. A lone
request writes its line itself, before it is answered.
"""

from __future__ import annotations

import sys
import threading
from collections import deque
from contextlib import suppress


class LogLines:
    """Standard error as it is now, not as it was when this module was imported.

    A line that cannot be written (its reader has died, the disk is full) is lost: the change that it tells of
    is committed, and its answer must not become an error.
    """

    def __init__(self) -> None:
        self._lines: deque[str] = deque()
        self._writing = threading.Lock()
        self._left = threading.Event()
        self._thread: threading.Thread | None = None

    def write(self, text: str) -> int:
        """Take whole lines."""
        self._lines.append(text)
        self._try()
        if self._lines:
            self._leave()
        return len(text)

    def flush(self) -> None:
        """Lines are flushed as they are written."""

    def _try(self) -> None:
        """Write what waits, unless somebody writes already; he sees afterwards that something was left."""
        if not self._writing.acquire(blocking=False):
            return
        try:
            waiting = [self._lines.popleft() for _ in range(len(self._lines))]
            with suppress(OSError, ValueError):
                sys.stderr.write("".join(waiting))
                sys.stderr.flush()
        finally:
            self._writing.release()

    def _leave(self) -> None:
        if self._thread is None or not self._thread.is_alive():
            self._thread = threading.Thread(target=self._write_what_is_left, name="log", daemon=True)
            self._thread.start()
        self._left.set()

    def _write_what_is_left(self) -> None:
        while True:
            self._left.wait()
            self._left.clear()
            with self._writing:
                pass
            self._try()
