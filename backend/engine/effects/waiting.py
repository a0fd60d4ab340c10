"""Timers, subscriptions, watched conditions."""

from typing import Final

from backend.engine import events as ev
from backend.engine.state import Condition, State, Subscription, Timer

from .base import Effects


def _timer_set(state: State, event: ev.TimerSet) -> None:
    state.counter = event.timer
    state.timers[event.timer] = Timer(
        event.scope, event.element, event.due, event.kind, event.left, event.cycle, event.since, event.member
    )


def _timer_gone(state: State, event: ev.TimerFired | ev.TimerWithdrawn) -> None:
    del state.timers[event.timer]


def _message_subscribed(state: State, event: ev.MessageSubscribed) -> None:
    state.counter = event.subscription
    state.subscriptions[event.subscription] = Subscription(
        event.scope, event.element, event.name, event.key, event.kind, event.member
    )


def _unsubscribed(state: State, event: ev.MessageUnsubscribed | ev.SignalUnsubscribed) -> None:
    del state.subscriptions[event.subscription]


def _signal_subscribed(state: State, event: ev.SignalSubscribed) -> None:
    state.counter = event.subscription
    state.subscriptions[event.subscription] = Subscription(
        event.scope, event.element, event.name, None, event.kind, event.member
    )


def _condition_subscribed(state: State, event: ev.ConditionSubscribed) -> None:
    state.counter = event.condition
    state.conditions[event.condition] = Condition(event.scope, event.element, event.kind, event.member)


def _condition_turned(state: State, event: ev.ConditionTurned) -> None:
    before = state.conditions[event.condition]
    state.conditions[event.condition] = Condition(
        before.scope, before.element, before.kind, before.member, event.holds
    )


def _condition_gone(state: State, event: ev.ConditionUnsubscribed) -> None:
    del state.conditions[event.condition]


EFFECTS: Final[Effects] = {
    ev.TimerSet: _timer_set,
    ev.TimerFired: _timer_gone,
    ev.TimerWithdrawn: _timer_gone,
    ev.MessageSubscribed: _message_subscribed,
    ev.MessageUnsubscribed: _unsubscribed,
    ev.SignalSubscribed: _signal_subscribed,
    ev.SignalUnsubscribed: _unsubscribed,
    ev.ConditionSubscribed: _condition_subscribed,
    ev.ConditionTurned: _condition_turned,
    ev.ConditionUnsubscribed: _condition_gone,
}
