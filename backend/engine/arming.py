"""Subscriptions of events that wait: armed at entry, withdrawn at the end (X-ORD-03)."""

from collections.abc import Callable, Mapping
from datetime import datetime
from functools import lru_cache
from typing import Any, Final

from . import events as ev
from .cron import Cron
from .feel.values import Date, DateTime, DaysDuration, MonthsDuration
from .nodes import Node, Trigger
from .run import Problem, Run
from .state import Condition, Subscription, Timer
from .timing import Cycle, first_due, next_due, parse_cycle, parse_date, parse_duration, repetitions
from .variables import need_text


def arm(run: Run, node: Node, scope: int, kind: str) -> None:
    """Let the event `node` wait on behalf of `scope`, for each of its triggers; kind: catch, boundary or
    handler. Problem when it cannot. What it takes of errors and escalations needs no arming."""
    trigger = node.trigger
    if not trigger.members:
        ARM[trigger.kind](run, node, trigger, scope, kind, 0)
        return
    if trigger.parallel and come_key(node) in run.state.scopes[scope].memory:
        run.emit(ev.Remembered(scope, {come_key(node): None}))
    for member, one in enumerate(trigger.members):
        if one.kind in ARM:
            ARM[one.kind](run, node, one, scope, kind, member)


def come_key(node: Node) -> str:
    """Under which a scope remembers what has come of a parallel multiple event."""
    return f"{node.id}:come"


def disarm(run: Run, scope: int, kind: str = "") -> None:
    """Withdraw the timers, subscriptions and conditions of a scope, of one kind or all."""
    state = run.state
    if state.timers:
        for key in _waiting(state.timers, scope, kind):
            run.emit(ev.TimerWithdrawn(key, state.timers[key].element))
    if state.subscriptions:
        for key in _waiting(state.subscriptions, scope, kind):
            unsubscribe(run, key)
    if state.conditions:
        for key in _waiting(state.conditions, scope, kind):
            run.emit(ev.ConditionUnsubscribed(key, state.conditions[key].element))


def _waiting(records: Mapping[int, Timer | Subscription | Condition], scope: int, kind: str) -> list[int]:
    return [key for key, one in records.items() if one.scope == scope and kind in ("", one.kind)]


def unsubscribe(run: Run, key: int) -> None:
    """One subscription is over."""
    subscription = run.state.subscriptions[key]
    gone = ev.SignalUnsubscribed if subscription.key is None else ev.MessageUnsubscribed
    run.emit(gone(key, subscription.element))


# --- by trigger ---


def _message(run: Run, node: Node, trigger: Trigger, scope: int, kind: str, member: int) -> None:
    context = run.context(scope)
    assert trigger.name is not None
    name = run.text(trigger.name, context, "message", "a message's name")
    key = ""
    if trigger.key is not None:
        key = need_text(run.value(trigger.key, context, "message"), "a correlation key")
    run.emit(ev.MessageSubscribed(run.key(), node.id, name, key, scope, kind, member))


def _signal(run: Run, node: Node, trigger: Trigger, scope: int, kind: str, member: int) -> None:
    assert trigger.name is not None
    name = run.text(trigger.name, run.context(scope), "expression", "a signal's name")
    run.emit(ev.SignalSubscribed(run.key(), node.id, name, scope, kind, member))


def _condition(run: Run, node: Node, trigger: Trigger, scope: int, kind: str, member: int) -> None:
    run.emit(ev.ConditionSubscribed(run.key(), node.id, scope, kind, member))


def _timer(run: Run, node: Node, trigger: Trigger, scope: int, kind: str, member: int) -> None:
    timing = trigger.timing
    assert timing is not None
    value = run.value(timing.value, run.context(scope), "timer")
    try:
        due, left, cycle = _due(run, timing.mode, value)
    except (ValueError, OverflowError) as error:
        raise Problem("timer", f"{timing.value.text}: {error}") from None
    since = run.now if cycle else None
    run.emit(ev.TimerSet(run.key(), node.id, due, scope, kind, left, cycle, since, member))


def _due(run: Run, mode: str, value: Any) -> tuple[datetime, int, str]:
    """(due, repetitions after it, cycle's text) of an evaluated timer (X-TIME-01). ValueError for wrong
    values."""
    zone = run.process.zone
    if mode == "date":
        return instant(value, zone), 0, ""
    if mode == "duration":
        if not isinstance(value, str | DaysDuration | MonthsDuration):
            raise ValueError("not a duration")
        return max(run.now, parse_duration(str(value)).after(run.now, zone)), 0, ""
    if not isinstance(value, str):
        raise ValueError("not a cycle")
    cycle = cycle_of(value, zone)
    first = first_due(cycle, run.now, zone)
    return first, repetitions(cycle), value


def instant(value: Any, zone: str) -> datetime:
    """A FEEL date, date and time, or ISO 8601 text as instant. ValueError else."""
    if not isinstance(value, str | DateTime | Date):
        raise ValueError("not a date and time")
    text = str(value)
    if (isinstance(value, DateTime) and value.zone is not None) or "@" in text:
        text, _, zone = text.partition("@")
    return parse_date(text, zone)


@lru_cache(maxsize=1024)
def cycle_of(text: str, zone: str) -> Cycle | Cron:
    """A cycle's text, parsed once."""
    return parse_cycle(text, zone)


def rearm(run: Run, timer: Timer) -> bool:
    """Set the next repetition of a timer that just fired; False when there is none."""
    if not timer.cycle or timer.left == 0:
        return False
    zone = run.process.zone
    assert timer.since is not None
    try:
        due = next_due(cycle_of(timer.cycle, zone), timer.since, timer.due, timer.left, zone)
    except (ValueError, OverflowError):
        return False
    if due is None:
        return False
    left = timer.left - 1
    run.emit(
        ev.TimerSet(
            run.key(),
            timer.element,
            due,
            timer.scope,
            timer.kind,
            left,
            timer.cycle,
            timer.since,
            timer.member,
        )
    )
    return True


ARM: Final[dict[str, Callable[[Run, Node, Trigger, int, str, int], None]]] = {
    "message": _message,
    "signal": _signal,
    "timer": _timer,
    "conditional": _condition,
}
