"""The table of transitions: every state with every event, through the real rows."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from pathlib import Path

import pytest

from backend.cases.errors import CaseError
from backend.handoff import HandoffError, machine
from backend.handoff.page import page
from backend.people import PeopleError
from tests.handoff.conftest import Hall, Move

STATES = (
    "OFFERED", "CLAIMED", "APPROVED", "CONFIRMED", "ACTIVE",
    "COMPLETED", "REVOKED", "REJECTED", "CONFLICT", "CANCELLED", "EXPIRED",
)  # fmt: skip


def to(move: Move, state: str) -> Move:
    """Take a handoff to a state by calls alone."""
    paths: dict[str, Callable[[], object]] = {
        "OFFERED": move.offered, "CLAIMED": move.claimed, "APPROVED": move.approved,
        "CONFIRMED": move.confirmed, "ACTIVE": move.active,
        "COMPLETED": lambda: _completed(move), "REVOKED": lambda: _revoked(move),
        "REJECTED": lambda: _rejected(move), "CONFLICT": lambda: _conflict(move),
        "CANCELLED": lambda: _cancelled(move), "EXPIRED": lambda: _expired(move),
    }  # fmt: skip
    paths[state]()
    return move


def _completed(move: Move) -> None:
    _, phone = move.active()
    move.hall.people.sessions.end(phone.session, "logout")
    _look(move)


def _revoked(move: Move) -> None:
    move.active()
    anna = move.hall.on_phone(move.kiosk.id)
    move.hall.handoff.cancel(move.id, move.target(actor=anna, claim=""))


def _rejected(move: Move) -> None:
    move.approved()
    wrong = "000000" if move.number != "000000" else "111111"
    for _ in range(3):
        with pytest.raises(HandoffError):
            move.hall.handoff.confirm(move.id, move.source(), wrong)


def _conflict(move: Move) -> None:
    move.claimed()
    with pytest.raises(HandoffError):
        move.hall.handoff.claim(move.target(claim=""), code=move.code)


def _cancelled(move: Move) -> None:
    move.claimed()
    move.hall.handoff.cancel(move.id, move.target())


def _expired(move: Move) -> None:
    move.offered()
    move.hall.age(str(move.id), 901, "expires_at")
    _look(move)


def _look(move: Move) -> None:
    with pytest.raises((HandoffError, PeopleError)):
        move.hall.handoff.get(move.id, move.target(actor=move.kiosk))


def do(move: Move, event: str) -> None:
    """Ask for an event, as the party that the table names."""
    room, number = move.hall.handoff, getattr(move, "number", "123456")
    wrong = "000000" if number != "000000" else "111111"
    calls: dict[str, Callable[[], object]] = {
        "rotate": lambda: room.rotate(move.id, move.source()),
        "show_again": lambda: _again(move),
        "claim": lambda: room.claim(move.target(claim=""), code=move.code),
        "claim_again": lambda: room.claim(move.target(), code=move.code),
        "claim_other": lambda: room.claim(move.target(claim=""), code=move.code),
        "approve": lambda: room.approve(move.id, move.target()),
        "confirm": lambda: room.confirm(move.id, move.source(), number),
        "mistake": lambda: room.confirm(move.id, move.source(), wrong),
        "third_mistake": lambda: [
            _quiet(lambda: room.confirm(move.id, move.source(), wrong)) for _ in range(3)
        ],
        "activate": lambda: room.activate(move.id, move.target()),
        "complete": lambda: _end_and_look(move),
        "revoke": lambda: room.cancel(
            move.id, move.target(actor=move.hall.on_phone(move.kiosk.id), claim="")
        ),
        "cancel": lambda: room.cancel(move.id, move.source()),
        "expire": lambda: _pass_time(move),
    }
    _quiet(calls[event])


def _quiet(call: Callable[[], object]) -> None:
    try:
        call()
    except (HandoffError, PeopleError, CaseError):
        pass


def _again(move: Move) -> None:
    move.hall.sql("UPDATE handoff SET epoch = 9 WHERE id = %s AND state = 'OFFERED'", move.id)
    move.hall.handoff.rotate(move.id, move.source(), again=True)


def _end_and_look(move: Move) -> None:
    receiver = move.hall.row(str(move.id))["receiver_session"]
    if receiver:
        move.hall.people.sessions.end(receiver, "logout")
    move.hall.handoff.get(move.id, move.target())


def _pass_time(move: Move) -> None:
    move.hall.age(str(move.id), 901, "expires_at", "claim_expires_at", "number_expires_at", "activate_until")
    move.hall.handoff.get(move.id, move.source())


EVENTS = sorted({row.event for row in machine().transitions} - {"create"})
EQUAL = {
    ("claim", "claim_other"),
    ("claim_other", "claim"),
    ("claim_again", "claim"),
    ("cancel", "revoke"),
}  # the same call: which of them it is, the state says


@pytest.mark.parametrize(("state", "event"), list(itertools.product(STATES, EVENTS)))
def test_every_event_in_every_state_leads_where_the_table_says(hall: Hall, state: str, event: str) -> None:
    move = to(Move(hall), state)
    assert hall.row(str(move.id))["state"] == state
    do(move, event)
    assert hall.row(str(move.id))["state"] in expected(state, event)


def expected(state: str, event: str) -> set[str]:
    """Where the table leads; the state itself when it has no row."""
    names = {event} | {other for each, other in EQUAL if each == event}
    rows = [row for row in machine().transitions if row.event in names and state in row.sources]
    return {row.to for row in rows} or {state}


def test_the_table_knows_every_state_and_each_can_be_reached() -> None:
    table = machine()
    assert set(table.states) == set(STATES)
    reached = {row.to for row in table.transitions}
    assert reached == set(STATES)
    assert all(
        not table.final(source) for row in table.transitions for source in row.sources if source != "new"
    )


def test_each_state_with_a_time_ends_in_the_expire_query() -> None:
    """The one place where SQL names states: it must name those of the table."""
    sql = (Path(__file__).resolve().parents[2] / "backend/adapters/postgres/handoff.sql").read_text()
    query = sql.partition("-- name: expire\n")[2].partition("-- name:")[0]
    for name, state in machine().states.items():
        if state.until and state.until != "expires_at":
            assert f"'{name}' THEN {state.until}" in query


def test_the_page_in_docs_is_the_one_that_the_tables_draw() -> None:
    assert (Path(__file__).resolve().parents[2] / "docs/handoff.md").read_text() == page()
