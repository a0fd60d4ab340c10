"""The way back: only while nothing happened since the migration; else a new mapping forward."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any, Final

import msgspec

from backend.engine import events as ev
from backend.engine.decide import Step
from backend.engine.effects import apply
from backend.engine.limits import DEFAULT, Limits
from backend.engine.nodes import Process
from backend.engine.refused import Refused
from backend.engine.run import Run
from backend.engine.state import Condition, State, Subscription, Timer, private

from .carry import withdraw_one
from .survey import WAITING

UNDOABLE: Final = (
    ev.Migrated,
    ev.TimerSet,
    ev.TimerWithdrawn,
    ev.MessageSubscribed,
    ev.MessageUnsubscribed,
    ev.SignalSubscribed,
    ev.SignalUnsubscribed,
    ev.ConditionSubscribed,
    ev.ConditionUnsubscribed,
)


def migrate_back(
    old: Process, state: State, before: State, events: Sequence[ev.Event], now: datetime,
    limits: Limits = DEFAULT,
) -> Step:  # fmt: skip
    """The instance stands again as it did in `before`: every key of a task, job and scope, every instant and
    every subscription; only those withdrawn meanwhile have new keys.

    old: the process of `before`. events: of the migration. Raises Refused when the instance went on since,
    or moved on by the migration itself.
    """
    migrated = _since(state, before, events)
    run = Run(old, private(state), now.astimezone(UTC), limits)
    for table in WAITING:
        kept = getattr(before, table)
        for key in [key for key in getattr(run.state, table) if key not in kept]:
            withdraw_one(run, table, key)
    elements = {to: element for element, to in migrated.elements.items()}
    positions = {to: position for position, to in migrated.positions.items()}
    run.emit(ev.Migrated(before.process, elements, positions, migrated.previous, True, migrated.version))
    for table in WAITING:
        for key, record in getattr(before, table).items():
            if key not in getattr(run.state, table):
                _set(run, record)
    return Step(run.state, tuple(run.events))


def _since(state: State, before: State, events: Sequence[ev.Event]) -> ev.Migrated:
    """The migration's event. Refused when more happened than it."""
    after = before
    for event in events:
        after = apply(after, event)
    if after != state:
        raise Refused("happened", "the instance went on since it was migrated: map it forward")
    if not all(isinstance(event, UNDOABLE) for event in events):
        raise Refused("moved", "tokens moved on by the migration: map it forward")
    found = [event for event in events if isinstance(event, ev.Migrated)]
    if len(found) != 1:
        raise Refused("not_migrated", "these events are no migration")
    return found[0]


def _set(run: Run, record: Any) -> None:
    """What was withdrawn waits again, as it did, under a new key."""
    fields = msgspec.structs.asdict(record)
    if isinstance(record, Timer):
        run.emit(ev.TimerSet(timer=run.key(), **fields))
    elif isinstance(record, Subscription) and record.key is not None:
        run.emit(ev.MessageSubscribed(subscription=run.key(), **fields))
    elif isinstance(record, Subscription):
        del fields["key"]
        run.emit(ev.SignalSubscribed(subscription=run.key(), **fields))
    elif isinstance(record, Condition):
        holds, key = fields.pop("holds"), run.key()
        run.emit(ev.ConditionSubscribed(condition=key, **fields))
        if holds:
            run.emit(ev.ConditionTurned(key, record.element, True))
