"""Kill -9 between any two steps: what was acknowledged is there, what was not is done once when asked
again."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from contextlib import contextmanager
from pathlib import Path

import pytest

from backend.procedures import read_folder
from tests.house import House
from tests.variants import variant

ROOT = Path(__file__).resolve().parents[2]
HERE = Path(__file__).resolve().parent
PERMIT = ROOT / "benchmarks" / "workflows" / "permit"
APPLY = {**{f"field_{n:02d}": f"value number {n}" for n in range(11)}, "amount": 80}


@pytest.fixture(scope="module")
def home(tmp_path_factory):
    return tmp_path_factory.mktemp("home")


@pytest.fixture(scope="module")
def house(database, home):
    """As everywhere, but the keys lie where other processes find them, and a job stands in the process."""
    from backend.vault import Vault

    made = House(database, Vault.at(home / "keys"))
    for how in ("", "retry", "fail", "raise"):
        files = read_folder(PERMIT)
        task = (
            b'<bpmn:serviceTask id="check" name="Check register"><bpmn:extensionElements>'
            b'<zeebe:taskDefinition type="test_echo" /><zeebe:taskHeaders>'
            b'<zeebe:header key="how" value="%s" />'
            b"</zeebe:taskHeaders></bpmn:extensionElements>" % how.encode()
        )
        begin = files["process.bpmn"].index(b'<bpmn:scriptTask id="check"')
        end = files["process.bpmn"].index(b"<bpmn:incoming>", begin)
        changed = (
            files["process.bpmn"][:begin]
            + task
            + files["process.bpmn"][end:].replace(b"</bpmn:scriptTask>", b"</bpmn:serviceTask>", 1)
        )
        made.cases.packs.deploy({**files, "process.bpmn": changed}, f"permit_job{how and '_'}{how}")
    yield made
    made.close()


def environment(house, home, **more):
    return {
        **os.environ,
        "ERRAND_DATABASE_URL": house.url,
        "ERRAND_REDIS_URL": more.pop("redis", ""),
        "ERRAND_HOME": str(home),
        "ERRAND_WORKER_HEARTBEAT": "0.5",
        "TEST_RUNS": str(home / "runs"),
        **more,
    }


@contextmanager
def process(*argv, env):
    started = subprocess.Popen([sys.executable, *argv], cwd=ROOT, env=env)
    try:
        yield started
    finally:
        started.kill()
        started.wait()


def relay(house, home, **more):
    return process("-m", "backend.app.relay", env=environment(house, home, **more))


def worker(house, home, **more):
    return process(str(HERE / "worker_process.py"), env=environment(house, home, **more))


@contextmanager
def relaying(house, home, redis=""):
    """The relay in a thread of the test."""
    from backend.app import relay as relay_process
    from backend.app.settings import Settings

    settings = Settings.read(
        {"ERRAND_DATABASE_URL": house.url, "ERRAND_REDIS_URL": redis, "ERRAND_HOME": str(home)}
    )
    stop = threading.Event()
    thread = threading.Thread(target=relay_process.run, args=(settings, lambda *_: None, stop))
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join()


@pytest.fixture(scope="module")
def running(house, home):
    """A relay and a worker that live."""
    with relaying(house, home), worker(house, home):
        yield


def until(true, seconds=90.0):
    deadline = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < deadline, "it did not come"
        time.sleep(0.02)


def at_the_job(house, anna, procedure="permit_job"):
    """A case that waits for its job."""
    case = house.start(anna, procedure=procedure).case
    house.submit(anna, case, APPLY)
    house.submit(anna, case, {"confirmed": True})
    assert house.count("job", case) == 1
    return case


def done(house, case):
    return lambda: house.count("job", case) == 0 and house.count("job_failure", case) == 0


@pytest.mark.parametrize("point", ["change.decided", "change.committed", ""])
def test_an_acknowledged_change_is_there_and_the_others_happen_once_when_asked_again(
    house, home, anna, point
):
    started = [house.start(anna) for _ in range(6)]
    lines = [
        f"{anna.id} {anna.session} {s.case} {s.task} kill-{point[7:10] or 'non'}-{n:08d}\n"
        for n, s in enumerate(started)
    ]
    argv = [sys.executable, str(HERE / "change_process.py"), house.url, str(home / "keys")]
    env = environment(house, home, ERRAND_CRASH_AT=point)
    child = subprocess.Popen(
        argv, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=env, cwd=ROOT
    )
    assert child.stdin is not None and child.stdout is not None
    child.stdin.write("".join(lines[:3] if point == "" else lines))
    child.stdin.flush()
    said = []
    if point == "":
        said = [child.stdout.readline().strip() for _ in range(3)]
        child.send_signal(signal.SIGKILL)
    said += child.stdout.read().split()
    assert child.wait() == -signal.SIGKILL
    keys = [line.split()[-1] for line in lines]
    for key, case in zip(keys, started, strict=True):
        assert house.count("completion", case.case) == 1 or key not in said
    again = subprocess.run(argv, input="".join(lines), capture_output=True, text=True, cwd=ROOT, check=True)
    assert again.stdout.split() == keys
    for case in started:
        assert house.count("completion", case.case) == 1
        assert house.count("case_event", case.case) == house.count("outbox", case.case) == 2


def test_a_relay_killed_before_its_commit_loses_no_row_and_after_it_no_task(house, home, anna):
    case = at_the_job(house, anna)
    rows = house.count("outbox", case)
    with relay(house, home, ERRAND_CRASH_AT="relay.taken") as first:
        assert first.wait(90) == -signal.SIGKILL
    assert house.count("outbox", case) == rows
    assert house.sql("SELECT count(*) AS n FROM procrastinate_jobs")[0]["n"] == 0
    with relay(house, home, ERRAND_CRASH_AT="relay.committed") as second:
        assert second.wait(90) == -signal.SIGKILL
    assert house.count("outbox", case) == 0
    waiting = house.sql(
        "SELECT args FROM procrastinate_jobs WHERE task_name = 'errand.job' AND status = 'todo'"
    )
    assert [row["args"]["case"] for row in waiting] == [str(case)]


def test_a_job_whose_worker_was_killed_is_done_once_by_another(house, home, anna):
    house.sql("TRUNCATE job, procrastinate_jobs CASCADE")
    case = at_the_job(house, anna)
    with relaying(house, home):
        for point in ("worker.job", "worker.done"):
            with worker(house, home, ERRAND_CRASH_AT=point) as killed:
                assert killed.wait(90) == -signal.SIGKILL
            assert house.count("job", case) == (1 if point == "worker.job" else 0)
        with worker(house, home):
            until(lambda: house.sql("SELECT count(*) AS n FROM procrastinate_jobs")[0]["n"] == 0)
    types = [row["types"] for row in house.records.rows("cases.history", case_id=case)]
    assert sum(names.count("JobCompleted") for names in types) == 1


def test_a_message_whose_worker_was_killed_reaches_its_case_once(house, home):
    for kind, catches in (("throws", False), ("waits", True)):
        house.cases.packs.deploy(variant("message", "told", catches=catches), f"{kind}_told")

    def at_the_event(procedure):
        citizen = house.citizen()
        case = house.start(citizen, procedure=procedure).case
        for answers in (APPLY, {"confirmed": True}):
            house.submit(citizen, case, answers)
        return case

    waiting = [at_the_event("waits_told") for _ in range(2)]
    at_the_event("throws_told")
    with relaying(house, home):
        for point in ("delivery.kept", "delivery.given"):
            with worker(house, home, ERRAND_CRASH_AT=point) as killed:
                assert killed.wait(90) == -signal.SIGKILL
        with worker(house, home):
            until(lambda: house.sql("SELECT count(*) AS n FROM procrastinate_jobs")[0]["n"] == 0)
            assert [house.count("subscription", case) for case in waiting] == [0, 1]
            at_the_event("throws_told")
            until(lambda: house.count("subscription", waiting[1]) == 0)
            at_the_event("throws_told")  # nobody waits: it is kept
            until(lambda: house.sql("SELECT count(*) AS n FROM message WHERE receiver IS NULL")[0]["n"] == 1)
            late = at_the_event("waits_told")
            until(lambda: house.count("subscription", late) == 0)


def test_a_silent_registry_is_waited_for_and_told_and_goes_on_by_itself(house, home, anna, running):
    case = at_the_job(house, anna, "permit_job_retry")
    until(lambda: [w.code for w in house.cases.read.waiting(case)] == ["registry-down"])
    until(done(house, case))
    assert (home / "runs").read_text().count(str(case)) == 3


def test_a_job_that_cannot_be_done_becomes_an_incident_without_its_words(house, anna, running):
    case = at_the_job(house, anna, "permit_job_fail")
    until(lambda: house.count("incident", case) == 1)
    clear = str(house.sql("SELECT * FROM incident WHERE case_id = %s", case))
    assert "check" in clear and "broken" not in clear


def test_a_job_type_whose_code_fails_is_tried_again_later(house, home, anna, running):
    case = at_the_job(house, anna, "permit_job_raise")
    until(lambda: [w.code for w in house.cases.read.waiting(case)] == ["job-crashed"])
    until(done(house, case))


def test_a_wake_up_through_valkey_makes_the_way_short_and_without_it_only_slower(
    house, home, anna, valkey_url
):
    import redis

    from backend.adapters.valkey import OUTBOX, Wake
    from backend.cases import Cases

    def took(cases):
        case = at_the_job(house, anna)
        begun = time.monotonic()
        house.cases, kept = cases, house.cases
        try:
            house.submit(anna, case, {"paid": True, "ref": "PAY-1"})
        finally:
            house.cases = kept
        until(lambda: house.count("outbox", case) == 0, 5)
        return time.monotonic() - begun

    client = redis.Redis.from_url(valkey_url)
    from backend.adapters.postgres.journal import PostgresJournal

    woken = Cases(house.records, lambda: PostgresJournal(house.records), house.tools, after=Wake(client))
    with relaying(house, home, valkey_url):
        until(lambda: client.pubsub_numsub(OUTBOX)[0][1] == 1)
        fast = min(took(woken) for _ in range(5))
        client.flushall()
        client.client_kill_filter(_type="pubsub")
        assert took(woken) < 2.5, "a lost wake-up is repaired by the slow poll"
    woken.close()
    assert fast < 0.2
