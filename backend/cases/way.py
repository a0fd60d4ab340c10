"""What the events of a case say about its way through the model."""

from __future__ import annotations

from collections.abc import Iterable

from backend.cases.views import DecisionRow, Way
from backend.engine import events as ev


def decisions_in(events: Iterable[ev.Event]) -> list[DecisionRow]:
    """The decisions, in the order in which they were made."""
    return [
        DecisionRow(event.element, event.decision, event.rules, **event.used)
        for event in events
        if isinstance(event, ev.DecisionMade)
    ]


def way_of(events: Iterable[ev.Event]) -> Way:
    """Done, here and taken. An element that was done before and is entered again counts as here."""
    alive: dict[int, str] = {}
    done: set[str] = set()
    taken: set[str] = set()
    for event in events:
        match event:
            case ev.ElementEntered():
                alive[event.key] = event.element
            case ev.ElementTerminated():
                alive.pop(event.key, None)
            case ev.ElementCompleted():
                alive.pop(event.key, None)
                done.add(event.element)
                taken.update(event.taken)
            case ev.NodePassed() | ev.JoinFired():
                done.add(event.element)
                taken.update(event.taken)
            case ev.EventChosen():
                alive[event.key] = event.chosen
                done.add(event.element)
                taken.add(event.flow)
            case ev.TokensPlaced():
                taken.update(event.taken)
            case ev.Migrated():
                alive = {key: event.elements.get(one, one) for key, one in alive.items()}
                done = {event.elements.get(one, one) for one in done}
                taken = {event.positions.get(one, one) for one in taken}
    here = frozenset(alive.values())
    return Way(frozenset(done) - here, here, frozenset(taken))
