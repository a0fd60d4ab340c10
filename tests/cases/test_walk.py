"""One case from its start to its end, on the real database."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from backend.cases import sealing
from backend.engine import replay

APPLY = {**{f"field_{n:02d}": f"value number {n}" for n in range(11)}, "amount": 80}
WALK: list[dict[str, Any]] = [APPLY, {"confirmed": True}, {"paid": True, "ref": "PAY-123456"}]


def test_a_case_goes_from_start_to_end_and_its_history_folds_to_its_snapshot(house, anna, xenia):
    started = house.start(anna)
    case = started.case
    assert started.version == 1 and started.task is not None and started.lease == 1
    for answers in WALK:
        house.submit(anna, case, answers)
    assert [row.case for row in house.cases.read.worklist(xenia)] == [case]
    ended = house.submit(xenia, case, {"approved": True, "note": "ok"})
    assert ended.version == 5 and ended.events[-1] == "ProcessCompleted"

    row = house.records.row("cases.case_row", case_id=case)
    key = house.vault.unwrap(row["wrapped"])
    state = sealing.open_state(key, row["blob"])
    assert (row["status"], state.variables["decision"], state.variables["fee"]) == (
        "completed",
        "grant",
        Decimal(33),
    )
    bodies = house.records.rows("cases.event_bodies", case_id=case)
    assert [body["version"] for body in bodies] == [1, 2, 3, 4, 5]
    assert replay(event for body in bodies for event in sealing.open_events(key, body["body"])) == state


def test_nothing_a_person_said_stands_in_a_table_in_clear(house, anna):
    case = house.start(anna).case
    house.submit(anna, case, APPLY)
    for table in ("case_state", "case_event", "task", "completion", "outbox", "idempotency", "job", "timer"):
        dumped = str(house.sql(f"SELECT * FROM {table} WHERE case_id = %s", case))
        assert "value number" not in dumped
        assert b"value number".hex() not in dumped


def test_every_change_leaves_one_event_one_leaf_one_outbox_row_and_one_answer(house, anna):
    leaves = house.count("audit_stage")
    case = house.start(anna).case
    house.submit(anna, case, APPLY)
    assert (
        house.count("case_event", case)
        == house.count("outbox", case)
        == house.count("idempotency", case)
        == 2
    )
    assert house.count("audit_stage") == leaves + 2
