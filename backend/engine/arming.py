"""Subscriptions of events that wait: armed at entry, withdrawn at the end (X-ORD-03)."""

from collections.abc import Callable
from datetime import datetime
from functools import lru_cache
from typing import Any, Final

from . import events as ev
from .cron import Cron
from .feel.values import Date, DateTime, DaysDuration, MonthsDuration
from .nodes import Node
from .run import Problem, Run
from .state import Timer
from .timing import Cycle, first_due, next_due, parse_cycle, parse_date, parse_duration, repetitions
from .variables import need_text


def arm(run: Run, node: Node, scope: int, kind: str) -> None:
    """Let the event `node` wait on behalf of `scope`; kind: catch, boundary or handler. Problem when it
    cannot."""
    ARM[node.trigger.kind](run, node, scope, kind)


def disarm(run: Run, scope: int, kind: str = "") -> None:
    """Withdraw the timers and subscriptions of a scope, of one kind or all."""
    state = run.state
    if state.timers:
        for key, timer in list(state.timers.items()):
            if timer.scope == scope and kind in ("", timer.kind):
                run.emit(ev.TimerWithdrawn(key, timer.element))
    if state.subscriptions:
        for key, subscription in list(state.subscriptions.items()):
            if subscription.scope == scope and kind in ("", subscription.kind):
                unsubscribe(run, key)


def unsubscribe(run: Run, key: int) -> None:
    """One subscription is over."""
    subscription = run.state.subscriptions[key]
    gone = ev.SignalUnsubscribed if subscription.key is None else ev.MessageUnsubscribed
    run.emit(gone(key, subscription.element))


# --- by trigger ---


def _message(run: Run, node: Node, scope: int, kind: str) -> None:
    trigger = node.trigger
    context = run.context(scope)
    assert trigger.name is not None
    name = run.text(trigger.name, context, "message", "a message's name")
    key = ""
    if trigger.key is not None:
        key = need_text(run.value(trigger.key, context, "message"), "a correlation key")
    run.emit(ev.MessageSubscribed(run.key(), node.id, name, key, scope, kind))


def _signal(run: Run, node: Node, scope: int, kind: str) -> None:
    assert node.trigger.name is not None
    name = run.text(node.trigger.name, run.context(scope), "expression", "a signal's name")
    run.emit(ev.SignalSubscribed(run.key(), node.id, name, scope, kind))


def _timer(run: Run, node: Node, scope: int, kind: str) -> None:
    timing = node.trigger.timing
    assert timing is not None
    value = run.value(timing.value, run.context(scope), "timer")
    try:
        due, left, cycle = _due(run, timing.mode, value)
    except (ValueError, OverflowError) as error:
        raise Problem("timer", f"{timing.value.text}: {error}") from None
    run.emit(ev.TimerSet(run.key(), node.id, due, scope, kind, left, cycle, run.now if cycle else None))


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
        ev.TimerSet(run.key(), timer.element, due, timer.scope, timer.kind, left, timer.cycle, timer.since)
    )
    return True


ARM: Final[dict[str, Callable[[Run, Node, int, str], None]]] = {
    "message": _message,
    "signal": _signal,
    "timer": _timer,
}
