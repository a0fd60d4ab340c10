"""Many at once: one of them wins, the others are told, and a bad row or a lost answer harms nobody else."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from uuid import UUID

import msgspec
import pytest

from backend.adapters.postgres.journal import PostgresJournal
from backend.cases import Ask, Cases
from backend.cases import errors as err
from backend.cases.commands import MoveLease, SaveDraft, Submit
from backend.cases.journal import Unknown

APPLY = {**{f"field_{n:02d}": f"value number {n}" for n in range(11)}, "amount": 80}


def at_once(asks):
    """What each of (cases, ask) comes to when all are let go at the same moment."""
    gate = threading.Barrier(len(asks))

    def one(cases, ask):
        gate.wait()
        try:
            return cases.change(ask)
        except err.CaseError as refusal:
            return refusal

    with ThreadPoolExecutor(len(asks)) as pool:
        return list(pool.map(lambda pair: one(*pair), asks))


def submission(actor, started, key, **more):
    given = {"revision": 1, "lease": 1, **more}
    return Ask(
        actor=actor,
        case=started.case,
        command=Submit(task=started.task, answers=APPLY),
        key=key * 16,
        **given,
    )


@pytest.fixture
def two(house):
    """The cases of two processes."""
    other = house.another()
    yield house.cases, other
    other.close()


def test_a11_of_twenty_submits_over_two_processes_one_completes_the_task(house, two, anna):
    for _ in range(5):
        started = house.start(anna)
        answers = at_once([(two[n % 2], submission(anna, started, chr(97 + n))) for n in range(20)])
        won = [answer for answer in answers if not isinstance(answer, err.CaseError)]
        assert len(won) == 1 and won[0].version == 2
        lost = [answer for answer in answers if isinstance(answer, err.CaseError)]
        assert all(isinstance(answer, err.Finished | err.Conflict) for answer in lost)
        assert house.count("completion", started.case) == 1
        assert house.count("case_event", started.case) == 2


def test_a12_of_twenty_with_one_key_one_acts_and_all_get_its_answer(house, two, anna):
    for _ in range(5):
        started = house.start(anna)
        answers = at_once([(two[n % 2], submission(anna, started, "k")) for n in range(20)])
        done = [answer for answer in answers if not isinstance(answer, err.CaseError)]
        assert sum(not answer.replayed for answer in done) == 1
        assert len({msgspec.structs.replace(answer, replayed=False) for answer in done}) == 1
        assert all(isinstance(a, err.Conflict) for a in answers if isinstance(a, err.CaseError))


def test_of_twenty_starts_with_one_key_one_case_comes(house, two, anna):
    from backend.cases.commands import StartCase

    key = "start-" + "s" * 16
    command = StartCase(procedure="permit", region="south", subject=UUID(anna.id))
    ask = Ask(actor=anna, case=house.cases.case_id_for(anna, key), command=command, key=key)
    answers = at_once([(two[n % 2], ask) for n in range(20)])
    assert {a.version for a in answers if not isinstance(a, err.CaseError)} == {1}
    assert house.count("case_event", ask.case) == 1


def test_a11_a_moved_case_is_completed_once_whoever_was_first(house, two, anna):
    for round_ in range(30):
        started = house.start(anna)
        session = house.session("citizen", "phone", UUID(anna.id))
        phone = msgspec.structs.replace(anna, session=session, channel="phone")
        move = Ask(
            actor=anna,
            case=started.case,
            command=MoveLease(to_session=session, kind="phone"),
            key="m" * 16,
            lease=1,
        )
        answers = at_once(
            [
                (two[0], submission(anna, started, "a")),
                (two[1], move),
                (two[round_ % 2], submission(phone, started, "b", lease=2)),
            ]
        )
        try:
            answers.append(house.cases.change(submission(phone, started, "c", lease=2)))
        except err.CaseError as refusal:
            answers.append(refusal)
        completed = [a for a in (answers[0], answers[2], answers[3]) if not isinstance(a, err.CaseError)]
        assert len(completed) == house.count("completion", started.case) == 1


def test_a_draft_of_a_screen_that_lost_the_case_never_goes_in_after_the_move(house, two, anna):
    for _ in range(20):
        started = house.start(anna)
        phone = house.session("anonymous", "phone", None)
        save = SaveDraft(task=started.task, answers={"field_00": "kiosk"})
        draft = Ask(actor=anna, case=started.case, command=save, key="", revision=1, lease=1)
        move = Ask(
            actor=anna,
            case=started.case,
            command=MoveLease(to_session=phone, kind="phone"),
            key="m" * 16,
            lease=1,
        )
        saved, _moved = at_once([(two[0], draft), (two[1], move)])
        task = house.records.rows("cases.tasks", case_id=started.case)[0]
        assert task["revision"] == (1 if isinstance(saved, err.CaseError) else 2)
        with pytest.raises(err.LeaseLost):
            house.cases.change(msgspec.structs.replace(draft, revision=task["revision"]))


class Watched(PostgresJournal):
    """A journal that a test can hold, poison, or cut off after its commit."""

    def __init__(self, database):
        super().__init__(database)
        self.go = threading.Event()
        self.reading = threading.Event()
        self.batches = []
        self.poison = set()
        self.cut = 0

    def read(self, wanted):
        self.reading.set()
        self.go.wait(10)
        return super().read(wanted)

    def write(self, now, changes):
        self.batches.append(len(changes))
        spoilt = [msgspec.structs.replace(c, outbox="\0") if c.case in self.poison else c for c in changes]
        receipts = super().write(now, spoilt)
        if self.cut:
            self.cut -= 1
            raise Unknown
        return receipts


@pytest.fixture
def watched(house):
    journal = Watched(house.records)
    cases = Cases(house.records, lambda: journal, house.tools)
    yield cases, journal
    journal.go.set()
    cases.close()


def wait_for_queue(cases, length):
    import time

    deadline = time.monotonic() + 10
    while len(cases._committer._queue) < length and time.monotonic() < deadline:
        time.sleep(0.005)


def held(cases, journal, asks):
    """All of `asks` in one batch: the committer is held in its first read until they wait."""
    with ThreadPoolExecutor(len(asks)) as pool:
        futures = [pool.submit(cases.change, asks[0])]
        journal.reading.wait(10)
        futures += [pool.submit(cases.change, ask) for ask in asks[1:]]
        wait_for_queue(cases, len(asks) - 1)
        journal.go.set()
        return [future.exception() or future.result() for future in futures]


def test_those_who_wait_share_one_write(house, watched, anna):
    cases, journal = watched
    started = [house.start(anna) for _ in range(20)]
    answers = held(cases, journal, [submission(anna, s, "w") for s in started])
    assert not [a for a in answers if isinstance(a, Exception)]
    assert journal.batches == [1, 19]
    assert len({a.receipt for a in answers}) == 20


def test_two_changes_of_one_case_never_share_a_batch(house, watched, anna):
    cases, journal = watched
    one, other = house.start(anna), house.start(anna)
    asks = [submission(anna, other, "o"), *(submission(anna, one, "k") for _ in range(5))]
    answers = held(cases, journal, asks)
    assert [a.replayed for a in answers] == [False, False, True, True, True, True]
    assert journal.batches == [1, 1]


@pytest.mark.parametrize("bad", [0, 7, 18])
def test_a_poisoned_row_fails_alone(house, watched, anna, bad):
    cases, journal = watched
    first, started = house.start(anna), [house.start(anna) for _ in range(19)]
    journal.poison = {started[bad].case}
    answers = held(cases, journal, [submission(anna, s, "p") for s in (first, *started)])[1:]
    assert [n for n, a in enumerate(answers) if isinstance(a, Exception)] == [bad]
    assert house.count("completion", started[bad].case) == 0
    assert sum(house.count("completion", s.case) for s in started) == 18


def test_a_commit_whose_answer_is_lost_is_told_and_the_key_decides(house, watched, anna):
    cases, journal = watched
    journal.go.set()
    started = house.start(anna)
    journal.cut = 1
    with pytest.raises(err.Unavailable):
        cases.change(submission(anna, started, "u"))
    again = cases.change(submission(anna, started, "u"))
    assert again.replayed and again.version == 2
    assert house.count("completion", started.case) == 1


def test_a_connection_that_died_is_replaced_before_anything_was_written(house, watched, anna):
    cases, journal = watched
    journal.go.set()
    cases.change(submission(anna, house.start(anna), "x"))
    started = house.start(anna)
    pid = journal._connection.info.backend_pid
    house.sql("SELECT pg_terminate_backend(%s)", pid)
    assert cases.change(submission(anna, started, "y")).version == 2


def test_a_second_completion_of_a_task_is_stopped_by_the_database_itself(house, watched, anna):
    """UNIQUE(case_id, task): even if everything before it were wrong."""
    cases, journal = watched
    journal.go.set()
    started = house.start(anna)
    house.sql(
        "INSERT INTO completion VALUES (%s, %s, 'apply', 1, clock_timestamp())", started.case, started.task
    )
    before = house.count("case_event", started.case)
    with pytest.raises(err.Finished):
        cases.change(submission(anna, started, "d"))
    assert house.count("case_event", started.case) == before
