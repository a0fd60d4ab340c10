"""What operators do to cases: each operation with its right, its reason, the version seen, its way back."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from typing import Any
from uuid import UUID

import msgspec
import pytest
from lxml import etree

from backend.cases import Ask, Changed, sealing
from backend.cases import errors as err
from backend.cases.batches import Wanted
from backend.cases.commands import (
    Cancel,
    Migrate,
    MigrateBack,
    Modify,
    ResolveIncident,
    Resume,
    Suspend,
)  # fmt: skip
from backend.engine import commands as engine
from backend.engine import replay
from backend.procedures import read_folder
from backend.rights import Actor
from tests.house import APPLY, PERMIT, House, a_key

WHY = "The register was moved; see ticket 4711."


def newer(**renames: str) -> dict[str, bytes]:
    """The reference procedure with elements renamed: another version of it."""
    files = dict(read_folder(PERMIT))
    text = files["process.bpmn"].decode()
    for old, new in renames.items():
        text = text.replace(f'id="{old}"', f'id="{new}"').replace(f'Ref="{old}"', f'Ref="{new}"')
        texts = files["texts/en.yaml"].decode()
        files["texts/en.yaml"] = texts.replace(f"  {old}:\n    title", f"  {new}:\n    title").encode()
    files["process.bpmn"] = text.replace('name="Permit"', f'name="Permit {len(renames)}"').encode()
    return files


@pytest.fixture(scope="module")
def versions(house: House) -> dict[str, str]:
    """The deployed versions: `first` is active; in `renamed` the task confirm is called agree."""
    packs = house.tools.packs
    first = packs.get("permit").version
    renamed = packs.deploy(newer(confirm="agree"), "permit")
    without = packs.deploy(newer(confirm="agree", pay="settle"), "permit")
    assert packs.deploy(dict(read_folder(PERMIT)), "permit") == first
    return {"first": first, "renamed": renamed, "without": without}


@pytest.fixture
def olga(house: House) -> Actor:
    """An operator of the south."""
    return msgspec.structs.replace(house.official(role="operator"), region="south")


def operate(house: House, actor: Actor, case: UUID, command: Any, **more: Any) -> Changed:
    """The operation, with the version that the case has now."""
    row = house.records.row("cases.case_row", case_id=case)
    assert row is not None
    given: dict[str, Any] = {"key": a_key(), "version": row["version"], **more}
    return house.cases.change(Ask(actor=actor, case=case, command=command, **given))


def at_confirm(house: House, actor: Actor) -> UUID:
    """A case whose citizen is to confirm."""
    case = house.start(actor).case
    house.submit(actor, case, APPLY)
    return case


def folds(house: House, case: UUID) -> None:
    """The history folds to the snapshot, and every row says what the snapshot says."""
    row = house.records.row("cases.case_row", case_id=case)
    assert row is not None
    key = house.vault.unwrap(row["wrapped"])
    state = sealing.open_state(key, row["blob"])
    bodies = house.records.rows("cases.event_bodies", case_id=case)
    assert replay(event for body in bodies for event in sealing.open_events(key, body["body"])) == state
    for table, column, records in (
        ("task", "task", state.tasks), ("timer", "timer", state.timers), ("job", "job", state.jobs),
        ("subscription", "subscription", state.subscriptions), ("incident", "incident", state.incidents),
    ):  # fmt: skip
        rows = house.sql(f"SELECT {column} AS key, element FROM {table} WHERE case_id = %s", case)
        assert {one["key"]: one["element"] for one in rows} == {
            number: record.element for number, record in records.items()
        }


def tasks(house: House, case: UUID) -> list[dict[str, Any]]:
    return house.sql("SELECT * FROM task WHERE case_id = %s ORDER BY task", case)


# --- one case ---


def test_suspend_and_resume_are_told_and_logged(house, anna, olga):
    case = at_confirm(house, anna)
    operate(house, olga, case, Suspend(reason=WHY))
    with pytest.raises(err.Refused, match="suspended"):
        house.submit(anna, case, {"confirmed": True})
    operate(house, olga, case, Resume(reason="All is well again."))
    house.submit(anna, case, {"confirmed": True})
    log = house.cases.operations.log(olga, case)
    assert [(one.act, one.reason, one.actor) for one in log] == [
        ("case.suspend", WHY, olga.id), ("case.resume", "All is well again.", olga.id),
    ]  # fmt: skip
    history = house.cases.operations.history(olga, case)
    assert {"suspended", "resumed"} <= {line.what for line in history}
    folds(house, case)


def test_the_reason_stands_in_the_audit_log_and_nowhere_else_in_clear(house, anna, olga):
    case = at_confirm(house, anna)
    done = operate(house, olga, case, Suspend(reason=WHY))
    leaf = json.loads(house.sql("SELECT leaf FROM audit_stage WHERE id = %s", int(done.receipt))[0]["leaf"])
    assert leaf["act"] == "case.suspend" and leaf["reason"] == WHY and leaf["actor"]["id"] == olga.id
    for table in ("operation", "case_event", "outbox", "case_state"):
        found = str(house.sql(f"SELECT * FROM {table} WHERE case_id = %s", case))
        assert "4711" not in found and b"4711".hex() not in found


def test_cancel_ends_the_case(house, anna, olga):
    case = at_confirm(house, anna)
    operate(house, olga, case, Cancel(reason=WHY))
    assert house.cases.operating.machine(olga, case).status == "terminated"
    assert tasks(house, case) == []
    with pytest.raises(err.Finished):
        operate(house, olga, case, Suspend(reason=WHY))


def test_modify_moves_a_token(house, anna, olga):
    case = at_confirm(house, anna)
    operate(house, olga, case, Modify(reason=WHY, move=(engine.Move("docs", "confirm"),)))
    assert [one["element"] for one in tasks(house, case)] == ["docs"]
    folds(house, case)
    with pytest.raises(err.Refused) as refused:
        operate(house, olga, case, Modify(reason=WHY, remove=("docs",)))
    assert refused.value.code == "would_end"


def test_an_incident_is_repaired_by_an_operator_who_says_why(house, anna, olga):
    case = house.start(anna).case
    with pytest.raises(err.ReasonRequired):
        operate(house, olga, case, ResolveIncident(incident=1))
    with pytest.raises(err.Refused) as refused:
        operate(house, olga, case, ResolveIncident(incident=1, reason=WHY))
    assert refused.value.code == "no_incident"


# --- who, when, why ---


def test_only_operators_of_the_region_may(house, anna, olga, versions):
    case = at_confirm(house, anna)
    north = msgspec.structs.replace(olga, region="north")
    for nobody in (anna, house.official(), north, msgspec.structs.replace(olga, roles=frozenset({"hall"}))):
        for command in (Suspend(reason=WHY), Modify(reason=WHY), Migrate(to=versions["renamed"], reason=WHY)):
            with pytest.raises(err.NotFound):
                operate(house, nobody, case, command)
        for read in (house.cases.operations.history, house.cases.operations.log):
            with pytest.raises(err.NotFound):
                read(nobody, case)
    supervisor = house.official(role="supervisor")
    with pytest.raises(err.Forbidden):
        operate(house, supervisor, case, Suspend(reason=WHY))
    with pytest.raises(err.Forbidden):
        house.cases.operations.export(supervisor, case, "xes")


def test_an_operation_names_the_version_seen_and_a_reason(house, anna, olga):
    case = at_confirm(house, anna)
    with pytest.raises(err.VersionRequired):
        operate(house, olga, case, Suspend(reason=WHY), version=None)
    with pytest.raises(err.CaseChanged) as stale:
        operate(house, olga, case, Suspend(reason=WHY), version=1)
    assert stale.value.current == 2
    with pytest.raises(err.ReasonRequired):
        operate(house, olga, case, Suspend(reason="  "))
    with pytest.raises(err.Refused, match="200 characters"):
        operate(house, olga, case, Suspend(reason="x" * 201))


def test_the_same_key_has_its_effect_once(house, anna, olga):
    case = at_confirm(house, anna)
    key = a_key()
    first = operate(house, olga, case, Suspend(reason=WHY), key=key)
    again = operate(house, olga, case, Suspend(reason=WHY), key=key, version=2)
    assert again.replayed and again.version == first.version and again.receipt == first.receipt
    with pytest.raises(err.KeyReused):
        operate(house, olga, case, Suspend(reason="another"), key=key)


# --- migration ---


def test_migrate_carries_the_case_its_rows_and_its_form(house, anna, olga, versions):
    case = at_confirm(house, anna)
    before = tasks(house, case)[0]
    with pytest.raises(err.Refused, match="map it"):
        operate(house, olga, case, Migrate(to=versions["renamed"], reason=WHY))
    operate(house, olga, case, Migrate(to=versions["renamed"], mapping={"confirm": "agree"}, reason=WHY))
    after = tasks(house, case)[0]
    assert (after["task"], after["element"]) == (before["task"], "agree")
    assert after["revision"] == before["revision"] + 1, "a screen with the old form reads it anew"
    folds(house, case)
    view = house.cases.read.case(anna, case)
    assert view.version == versions["renamed"] and view.elements == ("agree",)
    assert house.cases.read.way(anna, case).here == {"agree"}
    assert house.cases.read.open_tasks(anna, case)[0].form is not None
    house.submit(anna, case, {"confirmed": True})
    assert [one["element"] for one in tasks(house, case)] == ["pay"]
    told = [line for line in house.cases.operations.history(olga, case) if line.what == "task_completed"]
    assert [(line.number, line.element, line.name) for line in told[-1:]] == [(4, "agree", "Confirm")]
    assert house.cases.operating.machine(olga, case, 2).pack == versions["first"]
    assert house.cases.operating.machine(olga, case, 3).pack == versions["renamed"]


def test_a_plan_tells_each_fate_and_changes_nothing(house, anna, olga, versions):
    case = at_confirm(house, anna)
    wrong = house.cases.operations.plan(olga, case, versions["renamed"], {})
    assert [(fate.element, fate.outcome) for fate in wrong] == [("permit", "kept"), ("confirm", "refused")]
    right = house.cases.operations.plan(olga, case, versions["renamed"], {"confirm": "agree"})
    assert {fate.outcome for fate in right} == {"kept"}
    assert house.count("case_event", case) == 2
    found = house.cases.operations.mapping("permit", versions["first"], versions["renamed"])
    assert "confirm" not in found and found["pay"] == "pay"


def test_the_way_back_is_open_until_something_happens(house, anna, olga, versions):
    case = at_confirm(house, anna)
    there = Migrate(to=versions["renamed"], mapping={"confirm": "agree"}, reason=WHY)
    operate(house, olga, case, there)
    operate(house, olga, case, MigrateBack(reason="Too early."))
    view = house.cases.read.case(anna, case)
    assert view.version == versions["first"] and view.elements == ("confirm",)
    folds(house, case)
    with pytest.raises(err.Refused, match="no migration"):
        operate(house, olga, case, MigrateBack(reason="Once more."))
    operate(house, olga, case, there)
    house.submit(anna, case, {"confirmed": True})
    with pytest.raises(err.Refused, match="map it forward"):
        operate(house, olga, case, MigrateBack(reason="Too late."))


def test_a_version_that_there_is_not_is_refused(house, anna, olga, versions):
    case = at_confirm(house, anna)
    for wanted, code in (("nowhere", "no-version"), ("", "no-version"), (versions["first"], "same-version")):
        with pytest.raises(err.Refused) as refused:
            operate(house, olga, case, Migrate(to=wanted, reason=WHY))
        assert refused.value.code == code


# --- export ---


def test_a_history_is_exported_without_persons(house, anna, olga):
    case = at_confirm(house, anna)
    document = json.loads(house.cases.operations.export(olga, case, "ocel"))
    assert {one["type"] for one in document["objects"]} == {"case", "task"}
    trace = etree.fromstring(house.cases.operations.export(olga, case, "xes"))
    assert len(trace.findall("{*}trace")) == 1
    everything = house.cases.operations.export_all(olga, "permit", "xes")
    assert len(etree.fromstring(everything).findall("{*}trace")) >= 1
    for text in (json.dumps(document), everything.decode()):
        assert str(case) not in text and anna.id not in text and "value number" not in text


# --- batches ---


def wanted(versions: dict[str, str], cases: list[UUID], kind: str = "migrate", **more: Any) -> Wanted:
    given = {"pack_from": versions["first"], "pack_to": versions["renamed"], **more}
    given.setdefault("mapping", {"confirm": "agree"})
    return Wanted(kind=kind, procedure="permit", cases=tuple(cases), reason=WHY, **given)


def test_a_batch_plans_migrates_and_goes_back(house, anna, olga, versions):
    fit, ended = [at_confirm(house, anna) for _ in range(3)], at_confirm(house, anna)
    operate(house, olga, ended, Cancel(reason=WHY))
    cases = [*fit, ended]
    plan = house.cases.batches.begin(olga, wanted(versions, cases, "plan"), a_key())
    assert plan.progress == {"waiting": 4} and plan.ended is None
    assert house.cases.batches.run(house.cases, plan.batch) == 4
    assert house.cases.batches.one(olga, plan.batch).progress == {"possible": 3, "refused": 1}
    assert house.cases.read.case(anna, fit[0]).version == versions["first"]

    made = house.cases.batches.begin(olga, wanted(versions, cases), a_key())
    house.cases.batches.run(house.cases, made.batch)
    done = house.cases.batches.one(olga, made.batch)
    assert done.progress == {"done": 3, "refused": 1} and done.ended is not None and done.reason == WHY
    told = {one.case: one for one in house.cases.batches.cases(olga, made.batch)}
    assert told[fit[0]].version == 3 and told[ended].outcome == "refused" and told[ended].told
    assert all(house.cases.read.case(anna, case).version == versions["renamed"] for case in fit)
    assert house.cases.operations.log(olga, fit[0])[-1].batch == made.batch

    house.submit(anna, fit[0], {"confirmed": True})
    back = house.cases.batches.begin(
        olga, Wanted(kind="back", undoes=made.batch, reason="Too early."), a_key()
    )
    house.cases.batches.run(house.cases, back.batch)
    assert house.cases.batches.one(olga, back.batch).progress == {"done": 2, "refused": 1}
    assert house.cases.read.case(anna, fit[1]).version == versions["first"]
    folds(house, fit[1])


def test_a_batch_takes_only_cases_of_the_region_and_the_version(house, anna, olga, versions):
    case = at_confirm(house, anna)
    north = msgspec.structs.replace(olga, region="north")
    other = house.cases.batches.begin(north, wanted(versions, [case]), a_key())
    assert other.progress == {}
    with pytest.raises(err.NotFound):
        house.cases.batches.one(olga, other.batch)
    with pytest.raises(err.Forbidden):
        house.cases.batches.begin(house.official(role="supervisor"), wanted(versions, [case]), a_key())
    with pytest.raises(err.ReasonRequired):
        house.cases.batches.begin(olga, msgspec.structs.replace(wanted(versions, [case]), reason=""), a_key())
    with pytest.raises(err.Refused):
        house.cases.batches.begin(olga, wanted(versions, [case], pack_to="nowhere"), a_key())


def test_the_same_key_begins_a_batch_once(house, anna, olga, versions):
    case, key = at_confirm(house, anna), a_key()
    first = house.cases.batches.begin(olga, wanted(versions, [case], "plan"), key)
    assert house.cases.batches.begin(olga, wanted(versions, [case], "plan"), key).batch == first.batch
    assert house.sql("SELECT count(*) AS n FROM batch WHERE batch = %s", first.batch)[0]["n"] == 1


KILLED = """
import sys
from uuid import UUID
from backend.vault import Vault
from pathlib import Path
from tests.house import House
house = House(sys.argv[1], Vault.at(Path(sys.argv[2])))
house.cases.batches.run(house.cases, UUID(sys.argv[3]))
"""


def test_a_killed_worker_loses_nothing_and_does_nothing_twice(database, tmp_path, versions):
    from backend.vault import Vault

    house = House(database, Vault.at(tmp_path))
    anna = house.citizen()
    olga = msgspec.structs.replace(house.official(role="operator"), region="south")
    cases = [at_confirm(house, anna) for _ in range(3)]
    made = house.cases.batches.begin(olga, wanted(versions, cases), a_key())
    environment = os.environ | {"ERRAND_CRASH_AT": "batch.did", "PYTHONPATH": "."}
    arguments = [sys.executable, "-c", KILLED, database, str(tmp_path), str(made.batch)]
    killed = subprocess.run(arguments, env=environment, capture_output=True, timeout=60)
    assert killed.returncode == -9, killed.stderr
    assert house.cases.batches.one(olga, made.batch).progress == {"waiting": 3}, "nothing is noted yet"
    carried = [house.cases.read.case(anna, case).version for case in cases].count(versions["renamed"])
    assert carried == 1
    house.cases.batches.run(house.cases, made.batch)
    assert house.cases.batches.one(olga, made.batch).progress == {"done": 3}
    for case in cases:
        assert house.count("case_event", case) == 3, "each was carried over once"
        folds(house, case)
    house.close()


def test_the_relay_hands_a_batch_to_the_workers(house, anna, olga, versions):
    made = house.cases.batches.begin(olga, wanted(versions, [at_confirm(house, anna)], "plan"), a_key())
    with house.records.transaction() as records:
        taken = {row["batch"] for row in records.rows("relay.take_batches", limit=500, again=120)}
    assert made.batch in taken
    with house.records.transaction() as records:
        assert records.rows("relay.take_batches", limit=500, again=120) == []
