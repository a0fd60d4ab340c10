"""What an actor may do with a case now. Screens draw what `available` returns; `change` refuses by the same
checks.

Each action is a list of checks in the order in which they are told: rights first (what must not be seen is
not
found), then the case, then the lease. A check gives the error that it refuses with, or None.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Protocol

from backend.cases.errors import CaseError, Finished, Forbidden, LeaseLost, NotFound, NotFresh, Refused
from backend.cases.standing import Standing
from backend.rights import Actor, can

FRESH = timedelta(minutes=5)
Check = Callable[[Standing, Actor], CaseError | None]


def _may(action: str, refusal: Callable[[], CaseError]) -> Check:
    def check(case: Standing, actor: Actor) -> CaseError | None:
        return None if can(actor, action, case.thing) else refusal()

    return check


def _is_running(case: Standing, _actor: Actor) -> CaseError | None:
    return None if case.running else Finished()


def _is_open(case: Standing, _actor: Actor) -> CaseError | None:
    return None if case.open else NotFound()


def _is_citizens(case: Standing, _actor: Actor) -> CaseError | None:
    return Forbidden() if case.staff else None


def _is_staffs(case: Standing, _actor: Actor) -> CaseError | None:
    return None if case.staff else Forbidden()


def _holds(case: Standing, actor: Actor) -> CaseError | None:
    """A holder whose time ran out still writes, as long as nobody took the case over."""
    if case.staff or (case.lease_session is not None and case.lease_session == actor.session):
        return None
    return LeaseLost(case.lease_kind)


def _holds_not(case: Standing, actor: Actor) -> CaseError | None:
    return Refused("lease-held") if case.lease_live and case.lease_session == actor.session else None


def _is_fresh(case: Standing, actor: Actor) -> CaseError | None:
    if not case.traits.fresh_login:
        return None
    fresh = actor.auth_time is not None and case.now - actor.auth_time <= FRESH
    return None if actor.kind == "citizen" and fresh else NotFresh()


def _may_submit(case: Standing, actor: Actor) -> CaseError | None:
    """A moved session may not submit, but its person may: it is told to log in, not sent away."""
    if can(actor, "task.submit", case.thing):
        return None
    moved = case.traits.login and actor.kind == "anonymous" and can(actor, "task.edit", case.thing)
    return NotFresh() if moved else Forbidden()


def _allows_handoff(case: Standing, _actor: Actor) -> CaseError | None:
    return None if case.traits.handoff else Forbidden()


_READ = (_may("case.read", NotFound),)
_EDIT = (*_READ, _is_running, _is_open, _may("task.edit", Forbidden))
ACTIONS: dict[str, tuple[Check, ...]] = {
    "read": _READ,
    "answer": _EDIT,
    "save": (*_EDIT, _holds),
    "submit": (*_EDIT, _is_citizens, _may_submit, _is_fresh, _holds),
    "decide": (*_EDIT, _is_staffs, _may("task.decide", Forbidden)),
    "handoff": (*_EDIT, _is_citizens, _may("handoff.create", Forbidden), _allows_handoff, _holds),
    "withdraw": (*_READ, _is_running, _may("case.withdraw", Forbidden)),
    "repair": (_may("incident.resolve", NotFound),),
    "resolve": (_may("incident.resolve", NotFound), _is_running),
    "operate": (_may("case.operate", NotFound),),
    "suspend": (_may("case.suspend", Forbidden), _is_running),
    "resume": (_may("case.resume", Forbidden), _is_running),
    "cancel": (_may("case.cancel", Forbidden), _is_running),
    "modify": (_may("case.modify", Forbidden), _is_running),
    "migrate": (_may("case.migrate", Forbidden), _is_running),
    "take_lease": (*_READ, _is_running, _may("lease.take", Forbidden), _holds_not),
    "move_lease": (*_READ, _is_running, _may("lease.move", Forbidden)),
    "work": (_may("case.work", NotFound), _is_running),
}


def why_not(action: str, case: Standing, actor: Actor) -> CaseError | None:
    """The error with which `action` is refused now, or None when it is available."""
    return next((refusal for check in ACTIONS[action] if (refusal := check(case, actor))), None)


class Stands(Protocol):
    """A case or a task that knows how it stands (CaseView has one for each of its open tasks)."""

    @property
    def standings(self) -> tuple[Standing, ...]: ...


def available(view: Stands, actor: Actor) -> frozenset[str]:
    """The actions that `change` would not refuse for a reason of rights, status or lease.

    "login": submitting asks for a fresh login first; "submit" is then there too, since it leads to that
    login.
    """
    found = {
        action for action in ACTIONS if any(why_not(action, case, actor) is None for case in view.standings)
    }
    if any(isinstance(why_not("submit", case, actor), NotFresh) for case in view.standings):
        found |= {"submit", "login"}
    return frozenset(found)
