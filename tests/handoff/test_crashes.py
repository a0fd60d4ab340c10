"""An effect and the answer that repeats it are never parted: a crash between them leaves neither."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import pytest

from backend.handoff.answers import Answers
from tests.handoff.conftest import Hall, Move, a_key


class Killed(Exception):
    """What a kill -9 between two lines looks like to the rest of the house."""


@pytest.fixture
def dying(monkeypatch: pytest.MonkeyPatch) -> Any:
    """Answers that die before they are kept, until told to live."""

    def die(*_: Any) -> None:
        raise Killed

    monkeypatch.setattr(Answers, "keep", die)
    return monkeypatch


def test_a_create_that_died_leaves_nothing_and_its_key_works_again(hall: Hall, dying: Any) -> None:
    move, key = Move(hall), a_key()
    with pytest.raises(Killed):
        hall.handoff.create(move.wanted(), move.source(key))
    assert hall.sql("SELECT id FROM handoff WHERE case_id = %s", move.started.case) == []
    dying.undo()
    made = hall.handoff.create(move.wanted(), move.source(key))
    assert made.status == 201
    assert hall.handoff.create(move.wanted(), move.source(key)).body == made.body


def test_a_claim_that_died_leaves_the_code_unused(hall: Hall, monkeypatch: pytest.MonkeyPatch) -> None:
    move, key = Move(hall).offered(), a_key()
    with monkeypatch.context() as patch:
        patch.setattr(Answers, "keep", lambda *_: (_ for _ in ()).throw(Killed))
        with pytest.raises(Killed):
            hall.handoff.claim(move.target(key), code=move.code)
    assert hall.row(move.offer["id"])["state"] == "OFFERED"
    assert hall.handoff.claim(move.target(key), code=move.code).status == 201


def test_an_approve_that_died_made_no_number(hall: Hall, monkeypatch: pytest.MonkeyPatch) -> None:
    move, key = Move(hall).claimed(), a_key()
    with monkeypatch.context() as patch:
        patch.setattr(Answers, "keep", lambda *_: (_ for _ in ()).throw(Killed))
        with pytest.raises(Killed):
            hall.handoff.approve(_id(move), move.target(key))
    assert hall.row(move.offer["id"])["state"] == "CLAIMED"
    assert hall.handoff.approve(_id(move), move.target(key)).body["number"]


def _id(move: Move) -> Any:
    return UUID(move.offer["id"])
