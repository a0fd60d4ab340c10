"""How instances end other than by themselves: withdrawn, terminated, emptied, ended as a whole."""

from . import events as ev
from .arming import disarm
from .run import Run
from .state import ROOT


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
    scopes = run.state.scopes
    if not scopes[scope].tokens:
        return
    for key in [key for key, inner in scopes.items() if inner.parent == scope]:
        terminate(run, key)
    if scopes[scope].tokens:
        run.emit(ev.TokensDropped(scope, scopes[scope].element))


def terminate(run: Run, scope: int) -> None:
    """An instance ends by an interruption, and all in it (X-BND-01)."""
    empty(run, scope)
    withdraw(run, scope)
    run.emit(ev.ElementTerminated(scope, run.state.scopes[scope].element))


def end(run: Run, status: str, code: str = "") -> None:
    """The whole process instance is over."""
    empty(run, ROOT)
    withdraw(run, ROOT)
    run.emit(ev.ProcessCompleted(status, run.state.variables, code))
