"""What was thrown or went wrong."""

from typing import Final

from backend.engine import events as ev
from backend.engine.state import Incident, State

from .base import Effects


def _thrown(state: State, event: ev.MessageThrown | ev.SignalThrown) -> None:
    state.counter = int(event.id)


def _nothing(state: State, event: ev.Event) -> None:
    """An event that only tells."""


def _incident_raised(state: State, event: ev.IncidentRaised) -> None:
    state.counter = event.incident
    state.incidents[event.incident] = Incident(event.scope, event.element, event.kind, event.message)
    if event.kind == "limit":
        state.halted = event.incident


def _incident_resolved(state: State, event: ev.IncidentResolved) -> None:
    del state.incidents[event.incident]
    if state.halted == event.incident:
        state.halted = 0


EFFECTS: Final[Effects] = {
    ev.MessageThrown: _thrown,
    ev.SignalThrown: _thrown,
    ev.ErrorThrown: _nothing,
    ev.EscalationThrown: _nothing,
    ev.MessageReturned: _nothing,
    ev.DecisionMade: _nothing,
    ev.IncidentRaised: _incident_raised,
    ev.IncidentResolved: _incident_resolved,
    ev.Warned: _nothing,
}
