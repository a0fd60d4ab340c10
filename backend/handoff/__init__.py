"""A case moves from one screen to another: by a code that is scanned and a number that is typed back."""

from backend.handoff.answers import Answer, Caller
from backend.handoff.errors import (
    HandoffEnded,
    HandoffError,
    HandoffNotAvailable,
    NotConfirmed,
    NotFound,
    NumberMismatch,
    TwoPhones,
)
from backend.handoff.handoffs import Handoffs
from backend.handoff.machine import Machine, machine

__all__ = [
    "Answer",
    "Caller",
    "HandoffEnded",
    "HandoffError",
    "HandoffNotAvailable",
    "Handoffs",
    "Machine",
    "NotConfirmed",
    "NotFound",
    "NumberMismatch",
    "TwoPhones",
    "machine",
]
