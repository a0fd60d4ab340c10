"""The procedure "Moving house" as it is deployed: facts by handle, a fresh login to send, a decision, a
date."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid5

import msgspec
import pytest

from backend.adapters.postgres.journal import PostgresJournal
from backend.cases import Ask, Cases
from backend.cases import errors as err
from backend.cases.commands import CompleteJob, FailJob, FireTimers
from backend.cases.tools import Tools
from backend.procedures import read_folder
from backend.rights import SYSTEM

MOVE = Path(__file__).resolve().parents[2] / "workflows" / "move"
TODAY = datetime.now(UTC).date()
KNOWN: dict[str, dict[str, Any]] = {
    "pop.identity@1": {"name": "Anna Orsel", "birth_date": "1988-03-14", "alive": True, "block": False},
    "pop.address@1": {
        "address_code": "120003021", "address": "Kiln Lane 3, flat 2, Northby", "region": "north",
        "from": "2019-06-02", "block": False,
    },
    "pop.household@1": {
        "members": [
            {"person_id": "5089307018", "name": "Boris Orsel", "birth_date": "1986-01-20", "role": "spouse"},
            {"person_id": "5089307019", "name": "Mira Orsel", "birth_date": "2017-05-03", "role": "daughter"},
        ],
        "block": False,
    },
}  # fmt: skip
ANSWERS = {
    "pop_identity": "use", "pop_address": "use", "pop_household": "use", "moves": ["1", "2"],
    "new_address": "210114061", "moved_in": (TODAY - timedelta(days=20)).isoformat(),
}  # fmt: skip


def handle(case: UUID, rule: str) -> UUID:
    return uuid5(case, rule)


class Registers:
    """Evidence and the address register, as this test needs them."""

    def __init__(self):
        self.asked: list[str] = []

    def facts(self, case, handles):
        return {handle(case, rule): fields for rule, fields in KNOWN.items() if handle(case, rule) in handles}

    def look_up(self, rule, fields):
        self.asked.append(rule.id)
        return {"exists": "210114061" in fields.values(), "address": "Salt Row 12"}


@pytest.fixture(scope="module")
def registers():
    return Registers()


@pytest.fixture(scope="module")
def moving(house, registers):
    """Cases with the procedure deployed and its registers there."""
    house.cases.packs.deploy(read_folder(MOVE), "move")
    tools = Tools(house.vault, house.tools.packs, registers, house.tools.regions)
    cases = Cases(house.records, lambda: PostgresJournal(house.records), tools, look_up=registers.look_up)
    kept, house.cases = house.cases, cases
    yield house
    cases.close()
    house.cases = kept


def answer_registers(house, case):
    for row in house.sql("SELECT job FROM job WHERE case_id = %s ORDER BY job", case):
        view = house.cases.read.job(case, row["job"])
        rule = view.headers["rule"]
        fact = {
            "handle": str(handle(case, rule)),
            "rule": rule,
            "source": "pop",
            "read_at": "2026-11-24T09:41:00Z",
        }
        command = CompleteJob(job=view.job, variables={"fact": fact})
        house.cases.change(Ask(actor=SYSTEM, case=case, command=command, key=""))


def test_anna_moves_and_south_decides(moving, anna, registers):
    started = moving.start(anna, procedure="move")
    case = started.case
    assert started.task is None and len(moving.cases.read.waiting(case)) == 3
    answer_registers(moving, case)
    task = moving.cases.read.open_tasks(anna, case)[0]
    assert task.element == "check" and set(task.facts) == set(KNOWN) and "K2P" in task.handoff
    assert {"save", "submit", "handoff"} <= moving.cases.available(task, anna)
    moving.submit(anna, case, ANSWERS)
    assert registers.asked, "the new home was looked up before the batch"

    tired = msgspec.structs.replace(anna, auth_time=datetime.now(UTC) - timedelta(minutes=6))
    with pytest.raises(err.NotFresh):
        moving.submit(tired, case, {"declared": True})
    sent = moving.submit(anna, case, {"declared": True})
    body = moving.sql("SELECT body FROM outbox WHERE case_id = %s AND version = %s", case, sent.version)[0][
        "body"
    ]
    assert msgspec.json.decode(body)["submitted"] is True

    view = moving.cases.read.case(anna, case)
    assert view.reference.count("-") == 2 and view.stage == "south_checks" and view.submitted is not None
    pack = moving.cases.packs.get("move")
    assert view.due == pack.due(view.submitted, moving.tools.regions["south"].calendar)

    xenia = moving.official("residents-south")
    assert [row.case for row in moving.cases.read.worklist(xenia)] == [case]
    assert moving.cases.read.variables(xenia, case)["late"]["kind"] == "warning"
    moving.submit(xenia, case, {"outcome": "approve", "reason": "You may live there."})
    ended = moving.cases.read.case(anna, case)
    assert ended.status == "completed" and ended.outcome == {"outcome": "approve"}
    history = [row.type for row in moving.cases.read.history(anna, case)]
    assert history[0] == "ProcessStarted" and history[-1] == "ProcessCompleted"
    with pytest.raises(err.Finished):
        moving.cases.read.task(anna, case, task.task)


def test_an_address_that_the_register_does_not_know_is_refused_beside_its_field(moving, anna):
    case = moving.start(anna, procedure="move").case
    answer_registers(moving, case)
    with pytest.raises(err.Invalid) as refusal:
        moving.submit(anna, case, {**ANSWERS, "new_address": "999999999"})
    assert [problem.key for problem in refusal.value.problems] == ["new_address"]


def test_a_silent_register_is_asked_again_and_after_a_day_she_goes_on_without_it(moving, anna):
    case = moving.start(anna, procedure="move").case
    retry = datetime.now(UTC) - timedelta(seconds=1)
    for row in moving.sql("SELECT job FROM job WHERE case_id = %s", case):
        command = FailJob(job=row["job"], code="registry-down", retry_at=retry)
        moving.cases.change(Ask(actor=SYSTEM, case=case, command=command, key=""))
    assert {wait.code for wait in moving.cases.read.waiting(case)} == {"registry-down"}
    moving.cases.change(Ask(actor=SYSTEM, case=case, command=FireTimers(), key=""))
    assert moving.count("job", case) == 3, "each was offered anew by its own timer"
    fired = moving.cases.change(Ask(actor=SYSTEM, case=case, command=FireTimers(), key=""))
    assert fired.events == (), "nothing is due, so nothing is written"
