"""What a change is refused for, in the order in which it is told, and that a refusal leaves no trace."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import msgspec
import pytest

from backend.cases import Ask, Extra
from backend.cases import errors as err
from backend.cases.commands import (
    CompleteJob,
    Decide,
    MoveLease,
    RenewLease,
    SaveDraft,
    StartCase,
    Submit,
    TakeLease,
)
from backend.rights import SYSTEM, Grant

APPLY = {**{f"field_{n:02d}": f"value number {n}" for n in range(11)}, "amount": 80}
KEY = "k" * 16


def traces(house, case):
    tables = ("case_event", "outbox", "idempotency", "task", "completion")
    return {table: house.count(table, case) for table in tables} | {"leaves": house.count("audit_stage")}


def submit(actor, case, task, **more):
    given = {"key": KEY, "revision": 1, "lease": 1, **more}
    return Ask(
        actor=actor, case=case, command=Submit(task=task, answers=given.pop("answers", APPLY)), **given
    )


@pytest.fixture
def opened(house, anna):
    """A new case of Anna's, with its first task."""
    return house.start(anna)


def test_a01_a_foreign_case_and_an_unknown_one_are_the_same(house, boris, opened):
    before = traces(house, opened.case)
    for case in (opened.case, uuid4()):
        with pytest.raises(err.NotFound) as refusal:
            house.cases.change(submit(boris, case, opened.task))
        assert str(refusal.value) == "There is no such case or task for you."
        with pytest.raises(err.NotFound):
            house.cases.read.case(boris, case)
    assert traces(house, opened.case) == before


def test_a02_staff_of_another_department_find_nothing(house, opened, anna):
    yusuf = house.official("permits-north")
    with pytest.raises(err.NotFound):
        house.cases.read.case(yusuf, opened.case)
    assert house.cases.read.worklist(yusuf) == []


def test_a10_revision(house, anna, opened):
    before = traces(house, opened.case)
    with pytest.raises(err.RevisionRequired):
        house.cases.change(submit(anna, opened.case, opened.task, revision=None))
    with pytest.raises(err.Stale) as refusal:
        house.cases.change(submit(anna, opened.case, opened.task, revision=7))
    assert refusal.value.current == 1
    assert traces(house, opened.case) == before


def test_a11_lease(house, anna, opened):
    with pytest.raises(err.LeaseRequired):
        house.cases.change(submit(anna, opened.case, opened.task, lease=None))
    with pytest.raises(err.LeaseLost):
        house.cases.change(submit(anna, opened.case, opened.task, lease=2))
    phone = house.citizen("phone", UUID(anna.id))
    with pytest.raises(err.LeaseLost) as refusal:
        house.cases.change(submit(phone, opened.case, opened.task))
    assert refusal.value.holder_kind == "web"


def test_lease_is_told_before_revision_and_revision_before_the_answers(house, anna, opened):
    with pytest.raises(err.LeaseLost):
        house.cases.change(
            submit(anna, opened.case, opened.task, lease=9, revision=9, answers={"amount": "x"})
        )
    with pytest.raises(err.Stale):
        house.cases.change(submit(anna, opened.case, opened.task, revision=9, answers={"amount": "x"}))
    with pytest.raises(err.Invalid) as refusal:
        house.cases.change(submit(anna, opened.case, opened.task, answers={**APPLY, "amount": "x"}))
    assert [problem.key for problem in refusal.value.problems] == ["amount"]


def test_a25_an_unknown_field_is_refused(house, anna, opened):
    with pytest.raises(err.Invalid):
        house.cases.change(submit(anna, opened.case, opened.task, answers={**APPLY, "fee": 0}))


@pytest.mark.parametrize("answers", [{"field_00": "x" * 70_000}, {"field_00": ["x"] * 3000}])
def test_a14_too_large_answers(house, anna, opened, answers):
    with pytest.raises(err.TooLarge):
        house.cases.change(submit(anna, opened.case, opened.task, answers=answers))


@pytest.mark.parametrize("value", [float("nan"), float("inf"), 10**40, object()])
def test_a30_values_that_are_none(house, anna, opened, value):
    with pytest.raises(err.CaseError):
        house.cases.change(submit(anna, opened.case, opened.task, answers={**APPLY, "amount": value}))


def test_a30_a_deep_value(house, anna, opened):
    deep = current = []
    for _ in range(100_000):
        current.append([])
        current = current[0]
    with pytest.raises(err.TooLarge):
        house.cases.change(submit(anna, opened.case, opened.task, answers={"field_00": deep}))


def test_a12_the_same_key_again_is_the_same_answer(house, anna, opened):
    first = house.cases.change(submit(anna, opened.case, opened.task))
    before = traces(house, opened.case)
    again = house.cases.change(submit(anna, opened.case, opened.task))
    assert again == msgspec.structs.replace(first, replayed=True)
    assert first.receipt.isdigit() and not first.replayed
    assert traces(house, opened.case) == before


def test_a12_the_same_key_with_another_body_is_refused(house, anna, opened):
    house.cases.change(submit(anna, opened.case, opened.task))
    with pytest.raises(err.KeyReused):
        house.cases.change(submit(anna, opened.case, opened.task, answers={**APPLY, "amount": 81}))


def test_a12_a_key_is_ones_own(house, anna, boris):
    one, other = house.start(anna, KEY), house.start(boris, KEY)
    assert one.case != other.case
    assert house.start(anna, KEY).replayed


def test_a12_a_replay_asks_rights_first(house, anna, boris, opened):
    house.cases.change(submit(anna, opened.case, opened.task))
    with pytest.raises(err.NotFound):
        house.cases.change(submit(boris, opened.case, opened.task))


def test_a_refused_answer_is_not_kept_under_its_key(house, anna, opened):
    with pytest.raises(err.Invalid):
        house.cases.change(submit(anna, opened.case, opened.task, answers={**APPLY, "amount": "x"}))
    assert not house.cases.change(submit(anna, opened.case, opened.task)).replayed


@pytest.mark.parametrize("key", ["", "short", "k" * 65, "k" * 15 + " ", "k" * 15 + "é"])
def test_a_key_has_its_form(house, anna, opened, key):
    with pytest.raises(err.KeyInvalid):
        house.cases.change(submit(anna, opened.case, opened.task, key=key))


def test_a_task_that_is_over_and_one_that_never_was(house, anna, opened):
    house.cases.change(submit(anna, opened.case, opened.task))
    with pytest.raises(err.Finished):
        house.cases.change(submit(anna, opened.case, opened.task, key="other" * 4))
    with pytest.raises(err.NotFound):
        house.cases.change(submit(anna, opened.case, 4711, key="other" * 5))


def test_staff_cannot_submit_for_a_citizen_nor_a_citizen_decide(house, anna, xenia, opened):
    with pytest.raises(err.NotFound):
        house.cases.change(submit(xenia, opened.case, opened.task))
    for answers in (APPLY, {"confirmed": True}, {"paid": True, "ref": "PAY-1"}):
        house.submit(anna, opened.case, answers)
    review = house.cases.read.open_tasks(xenia, opened.case)[0]
    command = Decide(task=review.task, answers={"approved": True, "note": "ok"})
    with pytest.raises(err.Forbidden):
        house.cases.change(Ask(actor=anna, case=opened.case, command=command, key=KEY, revision=1, lease=1))


def test_a_citizen_cannot_begin_a_case_about_someone_else(house, anna, boris):
    command = StartCase(procedure="permit", region="south", subject=UUID(boris.id))
    ask = Ask(actor=anna, case=house.cases.case_id_for(anna, KEY), command=command, key=KEY)
    with pytest.raises(err.Forbidden):
        house.cases.change(ask)


def test_a07_a_session_that_ended_or_changed_writes_nothing(house, anna, opened):
    stale = msgspec.structs.replace(anna, stamp=0)
    with pytest.raises(err.SessionEnded):
        house.cases.change(submit(stale, opened.case, opened.task))
    house.sql("UPDATE session SET ended_at = clock_timestamp() WHERE id = %s", anna.session)
    with pytest.raises(err.SessionEnded):
        house.cases.change(submit(anna, opened.case, opened.task))


def test_a_session_that_is_idle_too_long_writes_nothing(house, anna, opened):
    house.sql("UPDATE session SET last_seen = last_seen - interval '1 hour' WHERE id = %s", anna.session)
    with pytest.raises(err.SessionEnded):
        house.cases.change(submit(anna, opened.case, opened.task))


def test_a_draft_is_a_revision_and_nothing_else(house, anna, opened):
    before = traces(house, opened.case)
    save = SaveDraft(task=opened.task, answers={"field_00": "half a"}, page="one")
    ask = Ask(actor=anna, case=opened.case, command=save, key="", revision=1, lease=1)
    saved = house.cases.change(ask)
    assert (saved.revision, saved.version, saved.receipt) == (2, 1, "")
    assert traces(house, opened.case) == before
    task = house.cases.read.task(anna, opened.case, opened.task)
    assert (task.draft, task.revision, task.page) == ({"field_00": "half a"}, 2, "one")
    assert house.cases.change(ask).replayed, "the same draft again, since its answer was lost"
    with pytest.raises(err.Stale):
        house.cases.change(msgspec.structs.replace(ask, command=SaveDraft(task=opened.task, answers={})))
    with pytest.raises(err.Stale):
        house.cases.change(submit(anna, opened.case, opened.task, revision=1))
    house.cases.change(submit(anna, opened.case, opened.task, revision=2))


def test_a_holder_whose_time_ran_out_still_writes_until_someone_takes_the_case(house, anna, opened):
    person = UUID(anna.id)
    house.sql(
        "UPDATE case_state SET lease_expires = lease_expires - interval '1 hour' WHERE case_id = %s",
        opened.case,
    )
    ask = Ask(
        actor=anna,
        case=opened.case,
        command=SaveDraft(task=opened.task, answers={}),
        key="",
        revision=1,
        lease=1,
    )
    house.cases.change(ask)
    phone = house.citizen("phone", person)
    with pytest.raises(err.LeaseLost):
        house.cases.change(Ask(actor=phone, case=opened.case, command=TakeLease(), key="a" * 16))
    house.sql(
        "UPDATE case_state SET lease_expires = lease_expires - interval '1 hour' WHERE case_id = %s",
        opened.case,
    )
    taken = house.cases.change(Ask(actor=phone, case=opened.case, command=TakeLease(), key="b" * 16))
    assert (taken.lease, taken.version, taken.events) == (2, 2, ("LeaseTaken",))
    with pytest.raises(err.LeaseLost) as refusal:
        house.cases.change(msgspec.structs.replace(ask, revision=2))
    assert refusal.value.holder_kind == "phone"
    back = house.cases.change(Ask(actor=anna, case=opened.case, command=TakeLease(force=True), key="c" * 16))
    assert back.lease == 3


def test_renewing_keeps_the_lease_and_changes_nothing(house, anna, opened):
    before = traces(house, opened.case)
    house.sql("UPDATE case_state SET lease_expires = clock_timestamp() WHERE case_id = %s", opened.case)
    renewed = house.cases.change(Ask(actor=anna, case=opened.case, command=RenewLease(), key="", lease=1))
    assert renewed.lease == 1 and traces(house, opened.case) == before
    assert house.cases.read.case(anna, opened.case).lease.live
    with pytest.raises(err.LeaseLost):
        house.cases.change(Ask(actor=anna, case=opened.case, command=RenewLease(), key="", lease=2))


def test_a_moved_lease_gives_the_new_session_the_case_and_takes_it_from_the_old(house, anna, opened):
    phone = house.session("anonymous", "phone", None)
    moved = house.cases.change(
        Ask(
            actor=anna,
            case=opened.case,
            command=MoveLease(to_session=phone, kind="phone"),
            key="m" * 16,
            lease=1,
        )
    )
    assert moved.lease == 2
    with pytest.raises(err.LeaseLost):
        house.cases.change(submit(anna, opened.case, opened.task))
    grant = Grant(opened.case, None, uuid4())
    holder = msgspec.structs.replace(
        anna,
        kind="anonymous",
        id=str(phone),
        session=phone,
        level="L0",
        auth_time=None,
        channel="phone",
        grant=grant,
    )
    draft = SaveDraft(task=opened.task, answers={"field_00": "from the phone"})
    house.cases.change(Ask(actor=holder, case=opened.case, command=draft, key="", revision=1, lease=2))
    with pytest.raises(err.NotFresh):
        house.cases.change(submit(holder, opened.case, opened.task, lease=2, revision=2))
    view = house.cases.read.task(holder, opened.case, opened.task)
    assert view.masked and view.answers == {}
    found = house.cases.available(view, holder)
    assert {"save", "login"} <= found and "decide" not in found


def test_a_grant_for_one_task_opens_no_other(house, anna, opened):
    phone = house.session("anonymous", "phone", None)
    other = msgspec.structs.replace(
        anna,
        kind="anonymous",
        id=str(phone),
        session=phone,
        level="L0",
        grant=Grant(opened.case, 999, uuid4()),
    )
    with pytest.raises(err.NotFound):
        house.cases.change(submit(other, opened.case, opened.task))


def test_an_extra_write_happens_with_the_change_or_neither_does(house, anna, opened):
    before = traces(house, opened.case)
    nobody = Extra("people.session_end_one", {"id": uuid4(), "reason": "test"})
    with pytest.raises(err.Conflict):
        house.cases.change(submit(anna, opened.case, opened.task, extras=(nobody,)))
    assert traces(house, opened.case) == before
    own = house.session("citizen", "phone", None)
    ending = Extra("people.session_end_one", {"id": own, "reason": "test"})
    house.cases.change(submit(anna, opened.case, opened.task, extras=(ending,)))
    assert house.sql("SELECT end_reason FROM session WHERE id = %s", own) == [{"end_reason": "test"}]


def test_only_machines_complete_jobs(house, anna, opened):
    for actor in (anna, SYSTEM):
        with pytest.raises(err.CaseError) as refusal:
            house.cases.change(Ask(actor=actor, case=opened.case, command=CompleteJob(job=99), key="j" * 16))
        assert isinstance(refusal.value, err.NotFound if actor is anna else err.Refused)


def test_submitting_asks_for_a_fresh_login_where_the_procedure_says_so():
    from backend.cases.available import why_not
    from backend.cases.standing import Standing, Traits
    from backend.rights import Actor
    from backend.rights.thing import Thing

    now, person, session = datetime.now(UTC), uuid4(), uuid4()
    thing = Thing(case=uuid4(), subject=person, audience="citizen", task=1)
    case = Standing(
        thing=thing, status="running", open=True, staff=False, traits=Traits(fresh_login=True), lease_epoch=1,
        lease_session=session, lease_kind="web", lease_live=True, now=now,
    )  # fmt: skip
    actor = Actor(kind="citizen", id=str(person), channel="web", session=session, level="L2", auth_time=now)
    assert why_not("submit", case, actor) is None
    tired = msgspec.structs.replace(actor, auth_time=now - timedelta(minutes=5, seconds=1))
    assert isinstance(why_not("submit", case, tired), err.NotFresh)
