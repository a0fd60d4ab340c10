"""The refusals of the rooms that a page answers in its own way; all others go to the one error handler."""

from backend.cases.errors import CaseError, Finished, Invalid, LeaseLost, NotFresh, Stale
from backend.handoff.errors import HandoffEnded, NoMoreCodes, NumberMismatch

__all__ = [
    "CaseError",
    "Finished",
    "HandoffEnded",
    "Invalid",
    "LeaseLost",
    "NoMoreCodes",
    "NotFresh",
    "NumberMismatch",
    "Stale",
]
