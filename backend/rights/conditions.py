"""The conditions that permissions.yaml may name: each a question about an actor and a thing."""

from __future__ import annotations

from collections.abc import Callable

from backend.rights.actor import Actor
from backend.rights.thing import Thing

Condition = Callable[[Actor, Thing], bool]


def is_subject(actor: Actor, thing: Thing) -> bool:
    """The case is about this person."""
    return thing.subject is not None and str(thing.subject) == actor.id


def own_session(actor: Actor, thing: Thing) -> bool:
    """Nobody has logged in for the case, and this very session began it."""
    return thing.subject is None and thing.session is not None and thing.session == actor.session


def granted(actor: Actor, thing: Thing) -> bool:
    """The session was given this case by a handoff, and this task if the handoff names one."""
    grant = actor.grant
    if grant is None or thing.case is None or grant.case != thing.case:
        return False
    return grant.task is None or thing.task is None or grant.task == thing.task


def same_department(actor: Actor, thing: Thing) -> bool:
    """The official belongs to the department that answers for the case."""
    return bool(actor.department) and actor.department == thing.department


def same_region(actor: Actor, thing: Thing) -> bool:
    """The official works for the region of the case."""
    return bool(actor.region) and actor.region == thing.region


def handed_in(_actor: Actor, thing: Thing) -> bool:
    """The case was sent or waits for an official: until then it is no business of an office."""
    return thing.handed_in


def same_task_department(actor: Actor, thing: Thing) -> bool:
    """The official belongs to the department that the task waits for."""
    return bool(actor.department) and actor.department == (thing.task_department or thing.department)


def for_citizen(_actor: Actor, thing: Thing) -> bool:
    """The task waits for the citizen."""
    return thing.audience == "citizen"


def for_staff(_actor: Actor, thing: Thing) -> bool:
    """The task waits for an official."""
    return thing.audience == "staff"


def open_to_all(_actor: Actor, thing: Thing) -> bool:
    """The procedure may be used without a login."""
    return thing.anonymous


def login_not_needed(_actor: Actor, thing: Thing) -> bool:
    """The task may be submitted by a moved session that carries no login."""
    return not thing.login_required


CONDITIONS: dict[str, Condition] = {
    rule.__name__: rule
    for rule in (
        is_subject, own_session, granted, same_department, same_region, handed_in, same_task_department,
        for_citizen, for_staff, open_to_all, login_not_needed,
    )
}  # fmt: skip
