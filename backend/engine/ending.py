"""How instances end other than by themselves: withdrawn, terminated, emptied, ended as a whole."""

from collections.abc import Iterator

from . import events as ev
from .arming import disarm
from .run import Run
from .state import ROOT, State


def withdraw(run: Run, scope: int) -> None:
    """Nothing of this scope is open any more: task, jobs, timers, subscriptions, incidents."""
    state = run.state
    if scope in state.tasks:
        run.emit(ev.TaskWithdrawn(scope, state.tasks[scope].element))
    if state.jobs:
        for key, job in list(state.jobs.items()):
            if job.scope == scope:
                run.emit(ev.JobWithdrawn(key, job.element))
    disarm(run, scope)
    resolve_incidents(run, scope, True)


def resolve_incidents(run: Run, scope: int, withdrawn: bool = False) -> None:
    """Incidents of a scope that ends, or whose work was done after all."""
    if run.state.incidents:
        for key, incident in list(run.state.incidents.items()):
            if incident.scope == scope:
                run.emit(ev.IncidentResolved(key, incident.element, withdrawn))


def empty(run: Run, scope: int) -> None:
    """Everything inside a scope ends: inner instances first, in the order they began, then tokens."""
    _empty(run, scope, Open(run.state))


def terminate(run: Run, *scopes: int) -> None:
    """Instances end by an interruption, and all in them (X-BND-01)."""
    found = Open(run.state)
    for scope in scopes:
        _terminate(run, scope, found)


class Open:
    """What is open in each scope and the events that withdraw it, gathered in one walk, so that the cost of
    ending many does not square."""

    __slots__ = ("inside", "withdrawn")

    def __init__(self, state: State) -> None:
        self.inside: dict[int, list[int]] = {}
        for key, scope in state.scopes.items():
            self.inside.setdefault(scope.parent, []).append(key)
        self.withdrawn: dict[int, list[ev.Event]] = {}
        for owner, event in _withdrawals(state):
            self.withdrawn.setdefault(owner, []).append(event)


def _withdrawals(state: State) -> Iterator[tuple[int, ev.Event]]:
    """In the order of `withdraw`."""
    for key, job in state.jobs.items():
        yield job.scope, ev.JobWithdrawn(key, job.element)
    for key, timer in state.timers.items():
        yield timer.scope, ev.TimerWithdrawn(key, timer.element)
    for key, one in state.subscriptions.items():
        gone = ev.SignalUnsubscribed if one.key is None else ev.MessageUnsubscribed
        yield one.scope, gone(key, one.element)
    for key, condition in state.conditions.items():
        yield condition.scope, ev.ConditionUnsubscribed(key, condition.element)
    for key, incident in state.incidents.items():
        yield incident.scope, ev.IncidentResolved(key, incident.element, True)


def _empty(run: Run, scope: int, found: Open) -> None:
    for key in found.inside.get(scope, ()):
        _terminate(run, key, found)
    if run.state.scopes[scope].tokens:
        run.emit(ev.TokensDropped(scope, run.state.scopes[scope].element))


def _terminate(run: Run, scope: int, found: Open) -> None:
    _empty(run, scope, found)
    element = run.state.scopes[scope].element
    if scope in run.state.tasks:
        run.emit(ev.TaskWithdrawn(scope, element))
    for event in found.withdrawn.get(scope, ()):
        run.emit(event)
    run.emit(ev.ElementTerminated(scope, element))


def end(run: Run, status: str, code: str = "") -> None:
    """The whole process instance is over."""
    empty(run, ROOT)
    withdraw(run, ROOT)
    run.emit(ev.ProcessCompleted(status, run.state.variables, code))
