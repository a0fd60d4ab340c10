"""A11: kiosk and phone both submit around the activation; exactly one completion, whatever the order."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from uuid import UUID

from backend.cases.errors import CaseError
from backend.handoff import HandoffError
from backend.people import PeopleError
from tests.handoff.conftest import Hall, Move, a_key

ROUNDS = 100
REFUSED = {401, 403, 409, 410, 412}


def test_a11_exactly_one_completion_in_a_hundred_rounds(hall: Hall) -> None:
    with ThreadPoolExecutor(8) as pool:
        for number in range(ROUNDS):
            _round(hall, pool, number)


def _round(hall: Hall, pool: ThreadPoolExecutor, number: int) -> None:
    move = Move(hall).confirmed()
    task, case = move.started.task, move.started.case
    start = threading.Barrier(2)

    def kiosk() -> str:
        start.wait()
        return _try(lambda: hall.submit(move.kiosk, case, task, lease=move.started.lease))

    def phone() -> str:
        start.wait()
        try:
            done = hall.handoff.activate(move.id, move.target())
        except (HandoffError, PeopleError, CaseError) as refused:
            return f"refused {refused.status}"
        bare = hall.people.sessions.resolve(done.session)
        _, anna = hall.people.sessions.rotate(
            bare,
            kind="citizen",
            person=UUID(move.kiosk.id),
            level="L2",
            auth_time=datetime.now(UTC),
            grant=None,
        )
        return _try(lambda: hall.submit(anna, case, task, lease=done.body["lease"]))

    outcomes = [each.result(timeout=30) for each in (pool.submit(kiosk), pool.submit(phone))]
    rows = hall.sql("SELECT count(*) AS n FROM completion WHERE case_id = %s AND task = %s", case, task)
    assert rows[0]["n"] == 1, f"round {number}: {outcomes}"
    assert outcomes.count("done") == 1, f"round {number}: {outcomes}"
    refused = next(each for each in outcomes if each != "done")
    assert int(refused.split()[1]) in REFUSED, refused


def _try(call) -> str:
    try:
        call()
    except (CaseError, HandoffError, PeopleError) as refused:
        return f"refused {refused.status}"
    return "done"


def test_a_twin_of_the_activation_gives_the_same_session(hall: Hall) -> None:
    for _ in range(10):
        _twins(hall, Move(hall).confirmed(), a_key())


def _twins(hall: Hall, move: Move, key: str) -> None:
    with ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(lambda _: hall.handoff.activate(move.id, move.target(key)), range(4)))
    assert len({answer.session for answer in answers}) == 1
    assert len({str(answer.body) for answer in answers}) == 1
    live = hall.sql(
        "SELECT count(*) AS n FROM session WHERE grant_handoff = %s AND ended_at IS NULL", move.id
    )
    assert live[0]["n"] == 1


def test_two_phones_that_scan_at_the_same_moment_never_both_go_on(hall: Hall) -> None:
    for _ in range(20):
        _two_scans(hall, Move(hall).offered())


def _two_scans(hall: Hall, move: Move) -> None:
    def scan(_n: int) -> str:
        return _try(lambda: hall.handoff.claim(move.target(claim=""), code=move.code))

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(scan, range(2))) == ["done", "refused 409"]
    assert hall.row(str(move.id))["state"] == "CONFLICT"
