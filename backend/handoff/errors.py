"""What a handoff refuses. An error's docstring is its default message; `status` and `slug` are what
channels answer."""

from __future__ import annotations

from typing import Any


class HandoffError(Exception):
    """The request was refused."""

    status = 409
    slug = "handoff-refused"

    def __init__(self, text: str = "", **extra: Any) -> None:
        super().__init__(text or (type(self).__doc__ or "").split("\n")[0])
        self.extra = extra


class HandoffNotAvailable(HandoffError):
    """This code is not available."""

    status, slug = 404, "handoff-not-available"


class NotFound(HandoffError):
    """There is no such thing for you."""

    status, slug = 404, "not-found"


class HandoffEnded(HandoffError):
    """This handoff has ended."""

    status, slug = 410, "handoff-ended"

    def __init__(self, reason: str) -> None:
        super().__init__(reason=reason)
        self.reason = reason


class TwoPhones(HandoffError):
    """Two phones scanned this code. Ask for a new one at the screen."""

    status, slug = 409, "handoff-conflict"


class NumberMismatch(HandoffError):
    """This is not the number that the phone shows."""

    status, slug = 403, "number-mismatch"

    def __init__(self, attempts_left: int) -> None:
        super().__init__(attempts_left=attempts_left)
        self.attempts_left = attempts_left


class NotConfirmed(HandoffError):
    """The number was not typed yet."""

    status, slug = 409, "not-confirmed"


class WrongState(HandoffError):
    """The handoff does not take this now."""

    status, slug = 409, "handoff-state"


class NoMoreCodes(HandoffError):
    """Enough codes were shown. Touch to show a new one."""

    status, slug = 409, "no-more-codes"


class KindRefused(HandoffError):
    """This cannot go on at another screen from here."""

    status, slug = 403, "handoff-not-allowed"


class KeyReused(HandoffError):
    """This Idempotency-Key was used for another request."""

    status, slug = 422, "key-reused"
