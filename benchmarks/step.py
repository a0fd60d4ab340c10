"""The durable step over HTTP beside its floor: pgbench writing one step's rows on the same PostgreSQL, in
one run.

    ./errand bench step [--json] [--seconds 8] [--connections 64] [--rounds 2]

Ours: the whole way, from the request's bytes over the checks of session, rights, lease, revision and the form
of 11 fields, the engine, the sealed case, event, outbox, audit leaf and idempotency row, to the answer after
the commit (fsync and synchronous_commit on). Every answer is checked, and in the end every case in the
database. The processor time of a step says what it costs even where the machine is shared.
`vs_pgbench_function`, `vs_pgbench_statements`: our steps a second divided by pgbench's at 8 clients.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import secrets
import signal
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any
from urllib.request import Request, urlopen
from uuid import UUID, uuid4

from backend.adapters.postgres.schema import migrate
from backend.app.settings import Settings
from backend.app.wiring import Errand, build
from backend.cases import Ask, sealing
from backend.cases.commands import StartCase
from backend.procedures import read_folder
from backend.rights import Actor
from benchmarks import cpu, pgbench_step
from launcher import services

ROOT = Path(__file__).resolve().parents[1]
APPLY = {**{f"field_{n:02d}": f"value number {n}" for n in range(11)}, "amount": 80}
STEPS: list[dict[str, Any]] = [APPLY, {"confirmed": True}, {"paid": True, "ref": "PAY-123456"}]
PORT = 8790


def main() -> None:
    """Measure, check, print; the last line is one JSON object (--json: nothing else)."""
    parser = argparse.ArgumentParser(prog="bench step")
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--seconds", type=int, default=8)
    parser.add_argument("--connections", type=int, default=64)
    parser.add_argument("--rounds", type=int, default=2)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="errand-bench-", dir="/tmp") as name:
        place = Path(name)
        place.chmod(0o711)
        with services.postgres(place / "pg") as url, services.valkey(place / "valkey") as valkey:
            figures = measure(url, valkey, place, given)
    for label, value in figures.items() if not given.json else ():
        print(f"{label:28} {value}")
    print(json.dumps(figures))


def measure(url: str, valkey: str, place: Path, given: argparse.Namespace) -> dict[str, Any]:
    """The figures: medians over the rounds, each round measuring both sides one after the other."""
    os.environ.update(
        ERRAND_DATABASE_URL=url, ERRAND_REDIS_URL=valkey, ERRAND_HOME=str(place / "home"),
        ERRAND_WEB_PORT=str(PORT), ERRAND_PUBLIC_PORT=str(PORT), ERRAND_WEB_THREADS=str(max(32,
        given.connections)),
    )  # fmt: skip
    migrate(url)
    errand = build(Settings.read())
    errand.packs.deploy(read_folder(ROOT / "benchmarks" / "workflows" / "permit"), "permit")
    pgbench_step.prepare(url)
    rounds: dict[str, list[float]] = {"ours": [], "function": [], "statements": []}
    took: list[float] = []
    database = cpu.postmaster(place)
    with closing(errand), web() as process:
        costs = Costs({"web": process, "postgres": database})
        load(errand, given, 2, [], Costs({}))

        def peer(way: str) -> None:
            rounds[way].append(pgbench_step.steps_per_second(url, way, place, given.seconds))

        for number in range(given.rounds):
            peer("function" if number % 2 == 0 else "statements")
            rounds["ours"].append(load(errand, given, given.seconds, took, costs))
            peer("statements" if number % 2 == 0 else "function")
    middle = {name: statistics.median(rates) for name, rates in rounds.items()}
    return {
        "vs_pgbench_function": round(middle["ours"] / middle["function"], 3),
        "vs_pgbench_statements": round(middle["ours"] / middle["statements"], 3),
        "connections": given.connections,
        "p50_ms": round(statistics.median(took) * 1000, 2),
        "p95_ms": round(statistics.quantiles(took, n=20)[18] * 1000, 2),
        "web_cpu_ms_per_step": round(costs.spent["web"] * 1000 / len(took), 3),
        "postgres_cpu_ms_per_step": round(costs.spent["postgres"] * 1000 / len(took), 3),
        "load_average": round(os.getloadavg()[0], 1),
        "steps_checked": len(took),
    }


class Costs:
    """Processor seconds that processes (name -> pid) have spent while our steps were done."""

    def __init__(self, processes: dict[str, int]) -> None:
        self._processes = processes
        self.spent = dict.fromkeys(processes, 0.0)

    @contextmanager
    def counted(self) -> Iterator[None]:
        """Add what is spent in the block."""
        before = {name: cpu.seconds(pid) for name, pid in self._processes.items()}
        yield
        for name, pid in self._processes.items():
            self.spent[name] += cpu.seconds(pid) - before[name]


def load(errand: Errand, given: argparse.Namespace, seconds: int, took: list[float], costs: Costs) -> float:
    """Steps a second over HTTP; every case that was touched is checked in the database afterwards."""
    walks = cases(errand, seconds * 500)
    argv = [sys.executable, "-m", "benchmarks.http_load", str(PORT), str(given.connections), str(seconds)]
    with costs.counted():
        said = subprocess.run(argv, input=json.dumps(walks), capture_output=True, text=True, cwd=ROOT)
    if said.returncode:
        raise SystemExit(said.stderr[-2000:])
    result = json.loads(said.stdout)
    if not result["left"]:
        print("note: the load ran out of cases before its time", file=sys.stderr)
    check(errand, result["done"])
    took += result["took"]
    return len(result["took"]) / float(result["seconds"])


def cases(errand: Errand, number: int) -> list[dict[str, Any]]:
    """New cases with their people and live sessions, ready for their first task."""
    people = [(uuid4(), uuid4(), secrets.token_urlsafe(32)) for _ in range(number)]
    with errand.records.connect() as connection, connection.cursor() as cursor:
        with cursor.copy("COPY person (id, kind, identity, profile) FROM STDIN") as copy:
            for person, _, _ in people:
                copy.write_row((person, "citizen", person.bytes, b""))
        columns = "id, token_hash, kind, channel, person, level, auth_time, idle, expires_at"
        with cursor.copy(f"COPY session ({columns}) FROM STDIN") as copy:
            now = datetime.now(UTC)
            for person, session, token in people:
                hashed = hashlib.sha256(token.encode()).digest()
                copy.write_row(
                    (
                        session,
                        hashed,
                        "citizen",
                        "web",
                        person,
                        "L2",
                        now,
                        9000,
                        now.replace(year=now.year + 1),
                    )
                )

    def begin(one: tuple[UUID, UUID, str]) -> dict[str, Any]:
        person, session, token = one
        actor = Actor(
            kind="citizen", id=str(person), channel="web", session=session, stamp=1, level="L2", auth_time=now
        )
        case = errand.cases.case_id_for(actor, f"start-{session}")
        command = StartCase(procedure="permit", region="south", subject=person)
        started = errand.cases.change(Ask(actor=actor, case=case, command=command, key=f"start-{session}"))
        return {"cookie": token, "case": str(case), "task": started.task, "steps": STEPS}

    with ThreadPoolExecutor(64) as pool:
        return list(pool.map(begin, people))


def check(errand: Errand, done: dict[str, int]) -> None:
    """Each case stands at the version that its answers said, with as many completions; some are opened and
    read."""
    with errand.records.connect() as connection:
        versions = {
            str(row["case_id"]): (row["version"], row["n"])
            for row in connection.execute(
                "SELECT case_id, version,"
                " (SELECT count(*) FROM completion c WHERE c.case_id = s.case_id) AS n"
                " FROM case_state s"
            )
        }
    for number, (case, steps) in enumerate(done.items()):
        if versions[case] != (steps + 1, steps):
            raise SystemExit(
                f"case {case}: {steps} steps were answered, {versions[case]} stand in the database"
            )
        if steps and number % 50 == 0:
            row = errand.records.row("cases.case_row", case_id=UUID(case))
            assert row is not None
            state = sealing.open_state(errand.vault.unwrap(row["wrapped"]), row["blob"])
            if state.variables["fee"] != Decimal(33) or state.variables["field_07"] != "value number 7":
                raise SystemExit(f"case {case} holds other answers than were sent")


@contextmanager
def web() -> Iterator[int]:
    """The web process as `up` runs it; its log, which is a line a step, goes nowhere."""
    process = subprocess.Popen(
        [sys.executable, "-m", "backend.app.web"], cwd=ROOT, stdout=sys.stderr, stderr=subprocess.DEVNULL
    )
    try:
        deadline = time.monotonic() + 60
        while not answers():
            if process.poll() is not None or time.monotonic() > deadline:
                raise SystemExit("the web process did not start")
            time.sleep(0.1)
        yield process.pid
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(20)


def answers() -> bool:
    """Whether web listens; any status will do."""
    try:
        urlopen(
            Request(f"http://127.0.0.1:{PORT}/api/v1/me", headers={"Host": f"localhost:{PORT}"}), timeout=2
        )
    except OSError as error:
        return hasattr(error, "code")
    return True


if __name__ == "__main__":
    main()
