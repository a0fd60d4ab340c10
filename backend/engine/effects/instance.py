"""The instance as a whole."""

from typing import Final

from backend.engine import events as ev
from backend.engine.state import SEEN_KEPT, State

from .base import Effects


def _process_completed(state: State, event: ev.ProcessCompleted) -> None:
    state.status = event.status
    state.error = event.code


def _suspended(state: State, event: ev.Suspended) -> None:
    state.suspended = True


def _resumed(state: State, event: ev.Resumed) -> None:
    state.suspended = False


def _message_taken(state: State, event: ev.MessageTaken) -> None:
    state.seen = [*state.seen[1 - SEEN_KEPT :], event.message_id]


def _modified(state: State, event: ev.Modified) -> None:
    """What follows has the effects."""


EFFECTS: Final[Effects] = {
    ev.ProcessCompleted: _process_completed,
    ev.Suspended: _suspended,
    ev.Resumed: _resumed,
    ev.Modified: _modified,
    ev.MessageTaken: _message_taken,
}
