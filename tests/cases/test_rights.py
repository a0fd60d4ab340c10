"""Who may do what: the table read, every action asked by every kind of actor, and nobody else let in."""

from __future__ import annotations

from uuid import UUID, uuid4

import pytest
from msgspec import structs

from backend.rights import SYSTEM, Actor, Grant, can, masked
from backend.rights.can import actions, ways
from backend.rights.conditions import CONDITIONS
from backend.rights.thing import Thing

ANNA, BORIS, SESSION, CASE = uuid4(), uuid4(), uuid4(), uuid4()


def citizen(person: UUID, **more: object) -> Actor:
    given = {
        "kind": "citizen",
        "id": str(person),
        "channel": "web",
        "session": SESSION,
        "level": "L2",
        **more,
    }
    return Actor(**given)  # type: ignore[arg-type]


def staff(department: str, *roles: str) -> Actor:
    return Actor(
        kind="staff", id="s", channel="desk", level="L2", roles=frozenset(roles), department=department
    )


MOVED = Actor(kind="anonymous", id="m", channel="phone", session=uuid4(), grant=Grant(CASE, None, uuid4()))
MOVED_TASK = Actor(kind="anonymous", id="n", channel="kiosk", session=uuid4(), grant=Grant(CASE, 7, uuid4()))
STRANGER = Actor(kind="anonymous", id="x", channel="kiosk", session=uuid4())
DEVICE = Actor(kind="device", id="k3", channel="kiosk")
ACTORS = {
    "anna": citizen(ANNA), "boris": citizen(BORIS), "anna L0": citizen(ANNA, level="L0"), "moved": MOVED,
    "moved task": MOVED_TASK, "stranger": STRANGER, "device": DEVICE, "xenia": staff("residents-south",
    "caseworker"),
    "yusuf": staff("residents-north", "caseworker"), "hall": staff("residents-south", "hall"),
    "supervisor": staff("residents-south", "supervisor"), "system": SYSTEM,
    "operator": structs.replace(staff("residents-south", "operator"), region="south"),
    "operator north": structs.replace(staff("residents-south", "operator"), region="north"),
}  # fmt: skip
MINE = {"case": CASE, "subject": ANNA, "department": "residents-south", "region": "south"}
THINGS = {
    "case": Thing(**MINE, handed_in=True),  # type: ignore[arg-type]
    "unsent case": Thing(**MINE),  # type: ignore[arg-type]
    "her task": Thing(**MINE, task=7, audience="citizen"),  # type: ignore[arg-type]
    "their task": Thing(**MINE, handed_in=True, task=8, audience="staff", task_department="residents-south"),
    # type: ignore[arg-type]
}
ALLOWED = {
    ("case.read", "case"): {"anna", "anna L0", "moved", "moved task", "xenia", "supervisor", "system"},
    ("case.read", "unsent case"): {"anna", "anna L0", "moved", "moved task", "system"},
    ("case.history", "unsent case"): {"anna", "anna L0", "system"},
    ("fact.read", "unsent case"): {"anna", "system"},
    ("incident.resolve", "unsent case"): {"supervisor", "operator", "system"},
    ("case.read", "her task"): {"anna", "anna L0", "moved", "moved task", "system"},
    ("case.read", "their task"): {"anna", "anna L0", "moved", "xenia", "supervisor", "system"},
    ("case.history", "case"): {"anna", "anna L0", "xenia", "supervisor", "system"},
    ("task.edit", "her task"): {"anna", "anna L0", "moved", "moved task"},
    ("task.edit", "their task"): {"xenia", "supervisor"},
    ("task.submit", "her task"): {"anna"},
    ("task.submit", "their task"): set(),
    ("task.decide", "their task"): {"xenia", "supervisor"},
    ("task.decide", "her task"): set(),
    ("case.work", "case"): {"system"},
    ("lease.take", "case"): {"anna", "anna L0", "moved", "moved task"},
    ("handoff.create", "her task"): {"anna", "anna L0"},
    ("handoff.approve", "her task"): {"anna"},
    ("case.withdraw", "case"): {"anna", "system"},
    ("incident.resolve", "case"): {"supervisor", "operator", "system"},
    ("case.operate", "unsent case"): {"operator", "supervisor", "system"},
    ("case.variables", "case"): {"supervisor"},
    **{
        (f"case.{act}", "unsent case"): {"operator"}
        for act in ("suspend", "resume", "cancel", "modify", "export")
    },
    ("case.migrate", "unsent case"): {"operator", "system"},
    ("batch.migrate", "case"): {"operator"},
    ("fact.read", "case"): {"anna", "xenia", "supervisor", "system"},
}


@pytest.mark.parametrize(("action", "thing"), ALLOWED)
def test_the_matrix(action: str, thing: str) -> None:
    assert {name for name, actor in ACTORS.items() if can(actor, action, THINGS[thing])} == ALLOWED[
        action, thing
    ]


def test_every_action_is_in_the_table_and_an_unknown_one_is_an_error() -> None:
    assert {action for action, _ in ALLOWED} <= actions()
    with pytest.raises(KeyError):
        can(SYSTEM, "case.delete")


def test_every_condition_is_used_and_no_line_lets_everybody_in() -> None:
    lines = [way for action in actions() for way in ways(action)]
    assert {name for way in lines for name in way.when} == set(CONDITIONS)
    assert all(way.when or way.kind in {"system", "staff", "citizen"} for way in lines)


def test_a_device_alone_never_sees_a_case() -> None:
    assert not any(can(DEVICE, action, thing) for action in actions() for thing in THINGS.values())


def test_a_moved_session_and_a_foreign_person_see_no_facts_and_the_person_herself_does() -> None:
    assert masked(MOVED, ANNA) and masked(citizen(BORIS), ANNA) and masked(STRANGER, ANNA)
    assert (
        not masked(citizen(ANNA), ANNA) and not masked(ACTORS["xenia"], ANNA) and not masked(STRANGER, None)
    )
