"""Every event's effect on the state: one function each, one table a room; `apply` and `replay` fold them."""

from collections.abc import Iterable
from typing import Final

from backend.engine import events as ev
from backend.engine.state import State, began, private

from . import data, instance, loops, migration, tokens, told, undoing, waiting, work
from .base import Effects

APPLIERS: Final[Effects] = {
    **instance.EFFECTS,
    **migration.EFFECTS,
    **tokens.EFFECTS,
    **data.EFFECTS,
    **loops.EFFECTS,
    **work.EFFECTS,
    **waiting.EFFECTS,
    **told.EFFECTS,
    **undoing.EFFECTS,
}


def apply(state: State | None, event: ev.Event) -> State:
    """The state after `event`; the one given is not changed. None is the state before ProcessStarted."""
    if state is None:
        return began(event)
    after = private(state)
    APPLIERS[type(event)](after, event)
    return after


def replay(events: Iterable[ev.Event]) -> State:
    """The state that a whole history gives; the first event must be ProcessStarted."""
    history = iter(events)
    state = began(next(history))
    for event in history:
        APPLIERS[type(event)](state, event)
    return state
