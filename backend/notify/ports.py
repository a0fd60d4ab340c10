"""What notify needs from outside: a way to wake a device."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True)
class Subscription:
    """A device's push endpoint and its keys (RFC 8291), as the browser gave them."""

    endpoint: str
    p256dh: str
    auth: str


@dataclass(frozen=True)
class Wake:
    """What a push carries: never a name, a number or a procedure. `topic` replaces an unseen older one."""

    payload: bytes
    topic: str


@dataclass(frozen=True)
class Sent:
    """How the push service answered; `retry_after` in seconds where it asked us to wait."""

    status: int
    retry_after: float | None = None

    @property
    def gone(self) -> bool:
        """The subscription no longer exists (RFC 8030: 404 or 410)."""
        return self.status in (404, 410)

    @property
    def accepted(self) -> bool:
        return 200 <= self.status < 300


class PushRefused(Exception):
    """We do not send to this endpoint."""


class PushFailed(Exception):
    """The push service did not answer."""


class Pusher(Protocol):
    def check(self, endpoint: str) -> None:
        """Raises `PushRefused` for an endpoint to which we would never send."""
        ...

    def send(self, subscription: Subscription, wake: Wake) -> Sent:
        """Raises `PushRefused` or `PushFailed`."""
        ...
