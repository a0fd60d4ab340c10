"""Many threads that look something up at the same moment do it with one reading.

Who comes while nobody reads, reads himself: a lone request waits for no other thread. Who comes meanwhile
waits, and the first of those reads for all of them afterwards. So every answer was read after it was asked
for: what ended before is seen as ended, and nothing is kept.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from threading import Lock
from typing import Generic, TypeVar

Key = TypeVar("Key")
Value = TypeVar("Value")
MOST = 128


class _Turn(Generic[Key, Value]):
    """One who asks. `ready` is locked until it was read for him, or until he shall read (`leads`)."""

    __slots__ = ("error", "found", "key", "leads", "ready")

    def __init__(self, key: Key) -> None:
        self.key = key
        self.found: Value | None = None
        self.error: BaseException | None = None
        self.leads = False
        self.ready = Lock()
        self.ready.acquire()

    def result(self) -> Value | None:
        if self.error is not None:
            raise self.error
        return self.found


class Gathering(Generic[Key, Value]):
    """`read` is given up to MOST keys and answers with what it found for them."""

    def __init__(self, read: Callable[[list[Key]], Mapping[Key, Value]]) -> None:
        self._read = read
        self._lock = Lock()
        self._waiting: list[_Turn[Key, Value]] = []
        self._reading = False

    def __call__(self, key: Key) -> Value | None:
        """What there is for `key`, read after this call; None without. Raises what `read` raises."""
        turn: _Turn[Key, Value] = _Turn(key)
        with self._lock:
            self._waiting.append(turn)
            turn.leads, self._reading = not self._reading, True
        if not turn.leads:
            turn.ready.acquire()
        if turn.leads:
            self._lead(turn)
        return turn.result()

    def _lead(self, own: _Turn[Key, Value]) -> None:
        """Read for all who wait, the own turn first among them, and leave the next reading to another."""
        with self._lock:
            batch, self._waiting = self._waiting[:MOST], self._waiting[MOST:]
        try:
            found = self._read([turn.key for turn in batch])
            for turn in batch:
                turn.found = found.get(turn.key)
        except BaseException as error:
            for turn in batch:
                turn.error = error
        with self._lock:
            following = self._waiting[0] if self._waiting else None
            self._reading = following is not None
        if following is not None:
            following.leads = True
            following.ready.release()
        for turn in batch:
            if turn is not own:
                turn.ready.release()
