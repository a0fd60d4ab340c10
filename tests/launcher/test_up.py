"""`./errand up` with a small Procfile in a checkout of its own: it starts, restarts, refuses, leaves none."""

from __future__ import annotations

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import psycopg
import pytest
import redis

from launcher import places
from tests.services import short_directory

PROCFILE = """\
# two programs
web: python -m backend.app.web
worker: python -m backend.app.worker
"""
WEB = """\
import os, socket, subprocess, sys
subprocess.Popen([sys.executable, "-c", "import time; time.sleep(300)"], start_new_session=True)
listener = socket.create_server(("127.0.0.1", int(os.environ["ERRAND_WEB_PORT"])))
print("web listens", flush=True)
while True:
    listener.accept()
"""
WORKER = "import time\nprint('worker works')\ntime.sleep(300)\n"
CLI = "import os, sys\nprint(sys.argv[1], os.environ['ERRAND_DATABASE_URL'], flush=True)\n"


class Checkout:
    """A copy of the launcher with programs of the test, and the `./errand up` that runs in it."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.output = root / "output.txt"
        self.base = _free_base()
        for name in ("launcher", "requirements"):
            shutil.copytree(places.ROOT / name, root / name, ignore=shutil.ignore_patterns("__pycache__"))
        shutil.copy(places.ROOT / "errand", root / "errand")
        (root / ".venv").symlink_to(places.VENV)
        self.write("Procfile", PROCFILE)
        self.write("backend/app/web.py", WEB)
        self.write("backend/app/worker.py", WORKER)
        self.write("backend/app/cli.py", CLI)
        self.process: subprocess.Popen[bytes] | None = None

    def write(self, path: str, text: str) -> None:
        (self.root / path).parent.mkdir(parents=True, exist_ok=True)
        (self.root / path).write_text(text)

    def errand(self, *words: str) -> subprocess.Popen[bytes]:
        env = {**os.environ, "ERRAND_PORT_BASE": str(self.base), "ERRAND_HOME": str(self.root / "var")}
        for name in ("ERRAND_DATABASE_URL", "ERRAND_REDIS_URL"):
            env.pop(name, None)
        with open(self.output, "ab") as output:
            argv = [sys.executable, str(self.root / "errand"), *words]
            return subprocess.Popen(argv, env=env, stdout=output, stderr=subprocess.STDOUT, cwd=self.root)

    def up(self) -> dict[str, int]:
        """Start and wait until everything listens; gives the pids by name."""
        self.process = self.errand("up")
        pid = self.process.pid
        wait_for(lambda: self.note().get("launcher") == pid and self.note().get("ready"), self.said)
        return self.pids()

    def note(self) -> dict[str, object]:
        try:
            return json.loads((self.root / "var" / "run" / "up.json").read_text())  # type: ignore[no-any-return]
        except (OSError, ValueError):
            return {}

    def pids(self) -> dict[str, int]:
        return dict(self.note()["pids"])  # type: ignore[call-overload]

    def said(self) -> str:
        return self.output.read_text()

    def left(self) -> list[str]:
        """The command lines of all processes that belong to this checkout."""
        found = []
        for entry in Path("/proc").iterdir():
            if entry.name.isdigit():
                try:
                    words = (entry / "cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
                    if str(self.root) in words or str(self.root) in os.readlink(entry / "cwd"):
                        found.append(words)
                except OSError:
                    continue
        return found


@pytest.fixture
def checkout() -> Iterator[Checkout]:
    with short_directory() as directory:
        made = Checkout(directory)
        yield made
        if made.process and made.process.poll() is None:
            made.process.terminate()
            made.process.wait(20)


def test_up_prepares_runs_the_procfile_and_ctrl_c_stops_all(checkout: Checkout) -> None:
    pids = checkout.up()
    assert list(pids) == ["postgres", "valkey", "web", "worker"]
    for _ in range(200):  # what a program says is passed on a moment after it listens
        said = checkout.said()
        if "web      | web listens" in said and f"http://kiosk.localhost:{checkout.base}" in said:
            break
        time.sleep(0.05)
    assert "prepare postgresql://" in said
    assert "web      | web listens" in said
    assert f"http://kiosk.localhost:{checkout.base}" in said
    assert checkout.process
    checkout.process.send_signal(signal.SIGINT)
    checkout.process.wait(20)
    assert checkout.left() == []
    assert checkout.note() == {}


def test_a_killed_launcher_leaves_nothing_running(checkout: Checkout) -> None:
    """Not even the grandchildren that a program started in a session of their own."""
    checkout.up()
    assert checkout.process
    checkout.process.kill()
    checkout.process.wait()
    wait_for(lambda: not checkout.left(), lambda: str(checkout.left()))


def test_a_killed_worker_half_of_the_launcher_leaves_nothing_running(checkout: Checkout) -> None:
    pids = checkout.up()
    inner = int(Path(f"/proc/{pids['web']}/stat").read_text().rpartition(")")[2].split()[1])
    assert checkout.process and inner != checkout.process.pid
    os.kill(inner, signal.SIGKILL)
    checkout.process.wait(20)
    assert checkout.left() == []


@pytest.mark.parametrize("name", ["web", "worker", "postgres", "valkey"])
def test_what_dies_is_started_again_and_said(checkout: Checkout, name: str) -> None:
    pids = checkout.up()
    os.kill(pids[name], signal.SIGKILL)
    wait_for(lambda: checkout.pids()[name] != pids[name], checkout.said)
    assert f"{name} was killed by SIGKILL; starts again in 0.2 s" in checkout.said()
    if name in ("postgres", "valkey"):
        wait_for(lambda: _both_answer(checkout.note()["urls"]), checkout.said)  # type: ignore[arg-type]


def test_a_program_that_keeps_failing_is_started_more_and_more_slowly(checkout: Checkout) -> None:
    checkout.write("backend/app/worker.py", "raise SystemExit('no luck')\n")
    checkout.up()
    wait_for(lambda: "worker ended with status 1; starts again in 0.8 s" in checkout.said(), checkout.said)
    delays = [line.rpartition(" in ")[2] for line in checkout.said().splitlines() if "worker ended" in line]
    assert delays[:3] == ["0.2 s", "0.4 s", "0.8 s"]
    assert "worker   | no luck" in checkout.said()


def test_the_data_stay_for_the_next_start(checkout: Checkout) -> None:
    checkout.up()
    with psycopg.connect(checkout.note()["urls"]["ERRAND_DATABASE_URL"]) as link:  # type: ignore[index]
        link.execute("CREATE TABLE kept AS SELECT 7 AS number")
    assert checkout.process
    checkout.process.kill()
    checkout.process.wait()
    checkout.up()
    with psycopg.connect(checkout.note()["urls"]["ERRAND_DATABASE_URL"]) as link:  # type: ignore[index]
        assert link.execute("SELECT number FROM kept").fetchone() == (7,)


def test_a_second_up_on_the_same_data_is_refused(checkout: Checkout) -> None:
    checkout.up()
    second = checkout.errand("up")
    assert second.wait(20) == 1
    assert "runs on" in checkout.said() and "already" in checkout.said()
    assert checkout.note()["ready"]


def test_a_taken_port_is_refused_before_anything_starts(checkout: Checkout) -> None:
    with socket.create_server(("127.0.0.1", checkout.base)):
        assert checkout.errand("up").wait(20) == 1
    assert f"Another program listens on port {checkout.base} (web)" in checkout.said()
    assert not (checkout.root / "var" / "postgres").exists()


def test_a_failure_of_prepare_stops_everything(checkout: Checkout) -> None:
    checkout.write("backend/app/cli.py", "raise SystemExit('no schema')\n")
    assert checkout.errand("up").wait(30) == 1
    assert "no schema" in checkout.said() and "preparing failed" in checkout.said()
    assert checkout.left() == []


def test_a_broken_procfile_is_told_by_line(checkout: Checkout) -> None:
    checkout.write("Procfile", "web: python -m backend.app.web\nworker python\n")
    assert checkout.errand("up").wait(20) == 1
    assert "Procfile, line 2" in checkout.said()


def test_a_command_beside_up_finds_its_database(checkout: Checkout) -> None:
    checkout.up()
    assert checkout.errand("audit").wait(20) == 0
    urls = checkout.note()["urls"]
    assert f"audit {urls['ERRAND_DATABASE_URL']}" in checkout.said()  # type: ignore[index]


def wait_for(condition: Callable[[], object], tell: Callable[[], str], seconds: float = 30.0) -> None:
    """Return when `condition()`; fail with what `tell()` says when it takes too long."""
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, tell()
        time.sleep(0.02)


def _both_answer(urls: dict[str, str]) -> bool:
    try:
        psycopg.connect(urls["ERRAND_DATABASE_URL"]).close()
        return bool(redis.Redis.from_url(urls["ERRAND_REDIS_URL"]).ping())
    except (psycopg.OperationalError, redis.ConnectionError):
        return False


def _free_base() -> int:
    """A base whose web port is free now."""
    with socket.create_server(("127.0.0.1", 0)) as probe:
        return int(probe.getsockname()[1])
