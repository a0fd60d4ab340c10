"""How the registries behave at the moment, switched by a person or a test, and what they were asked."""

import threading
import time
from collections import deque
from dataclasses import asdict, dataclass
from typing import Any

MODES = {
    "up": "Answers at once",
    "slow": "Answers after some seconds",
    "down": "X-Road says Server.ServerProxy.NetworkError",
    "cut": "Closes the connection without an answer",
    "wrong": "Answers fields of wrong types",
    "surplus": "Answers fields that it should not give",
    "foreign": "Answers about another person",
    "redirect": "Answers a redirect to elsewhere",
    "endless": "Answers a body that does not end",
}


@dataclass(frozen=True, slots=True)
class Behaviour:
    """A mode, and for `slow` the seconds that an answer waits."""

    mode: str = "up"
    seconds: float = 0.0


@dataclass(frozen=True, slots=True)
class Seen:
    """One request without any value of it: names of fields only."""

    n: int
    at: float
    service: str
    client: str
    x_road_id: str
    issue: bool
    user: bool
    keys: tuple[str, ...]
    mode: str
    status: int
    seconds: float


class Switch:
    """The present behaviour per registry (`pop`, `res`), `*` for all, and the last 1,000 requests."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._behaviour: dict[str, Behaviour] = {}
        self._seen: deque[Seen] = deque(maxlen=1000)
        self._count = 0
        self._moved = threading.Condition(self._lock)

    def turn(self, mode: str, seconds: float = 5.0, service: str = "*") -> None:
        """Sets the behaviour of one registry or of all; a turned switch ends the waits of slow answers."""
        if mode not in MODES:
            raise ValueError("unknown mode")
        with self._moved:
            if service == "*":
                self._behaviour.clear()
            self._behaviour[service] = Behaviour(mode, seconds if mode == "slow" else 0.0)
            self._moved.notify_all()

    def of(self, subsystem: str) -> Behaviour:
        """How this registry behaves now."""
        with self._lock:
            return self._behaviour.get(subsystem) or self._behaviour.get("*") or Behaviour()

    def hold(self, subsystem: str, behaviour: Behaviour) -> Behaviour:
        """Waits as long as this slow behaviour lasts; returns the behaviour that then holds."""
        until = time.monotonic() + behaviour.seconds
        with self._moved:
            while (left := until - time.monotonic()) > 0:
                self._moved.wait(left)
                now = self._behaviour.get(subsystem) or self._behaviour.get("*") or Behaviour()
                if now != behaviour:
                    return now
        return behaviour

    def note(self, **what: Any) -> None:
        """Remembers one request."""
        with self._lock:
            self._count += 1
            self._seen.append(Seen(n=self._count, at=time.time(), **what))

    def report(self) -> dict[str, Any]:
        """The behaviours, how many requests there were since the start, and the last of them, newest last."""
        with self._lock:
            return {
                "behaviour": {name: asdict(value) for name, value in self._behaviour.items()}
                or {"*": {"mode": "up"}},
                "count": self._count,
                "seen": [asdict(seen) for seen in self._seen],
            }

    def forget(self) -> None:
        """Empties the count and the log."""
        with self._lock:
            self._seen.clear()
            self._count = 0
