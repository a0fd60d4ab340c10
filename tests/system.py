"""The whole of Errand for journeys: a real `./errand up` on ports and data of its own."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from launcher import places
from launcher.up import PORT_OF, is_free
from tests.services import short_directory

PATIENCE = 90.0
"""Seconds for everything to start or to come back, on a machine that is busy with other tests."""


class System:
    """A running Errand.

    base: its first port; urls: "citizen", "kiosk", "desk" and each listening process by name;
    home: its data directory; database_url, redis_url: its servers.
    """

    def __init__(self, home: Path, base: int) -> None:
        self.home = home
        self.base = base
        self.urls = {name: f"http://127.0.0.1:{port}" for name, port in places.ports(base).items()}
        self.urls["citizen"] = f"http://localhost:{base}"
        self.urls["kiosk"] = f"http://kiosk.localhost:{base}"
        self.urls["desk"] = f"http://desk.localhost:{base}"
        self.log = home / "output.txt"
        self.process: subprocess.Popen[bytes] | None = None

    @property
    def pids(self) -> dict[str, int]:
        """The pid of every process by its name in the Procfile, and of postgres and valkey."""
        return dict(self._note()["pids"])

    @property
    def database_url(self) -> str:
        """The address of its PostgreSQL."""
        return str(self._note()["urls"]["ERRAND_DATABASE_URL"])

    @property
    def redis_url(self) -> str:
        """The address of its Valkey."""
        return str(self._note()["urls"]["ERRAND_REDIS_URL"])

    def start(self) -> None:
        """Start and return when every process listens."""
        env = {**os.environ, "ERRAND_PORT_BASE": str(self.base), "ERRAND_HOME": str(self.home)}
        env.setdefault("ERRAND_LIMIT_FACTOR", "100")  # one address plays everybody
        for name in ("ERRAND_DATABASE_URL", "ERRAND_REDIS_URL"):
            env.pop(name, None)
        argv = [sys.executable, str(places.ROOT / "errand"), "up"]
        with open(self.log, "ab") as log:
            self.process = subprocess.Popen(argv, env=env, stdout=log, stderr=subprocess.STDOUT)
        self._wait(lambda: self._note().get("ready"))

    def stop(self) -> None:
        """Stop as Ctrl-C does."""
        if self.process and self.process.poll() is None:
            self.process.send_signal(signal.SIGINT)
            self.process.wait(30)

    def kill(self, name: str) -> None:
        """Kill the process `name` with SIGKILL and return when its successor listens."""
        self._end(name, signal.SIGKILL)

    def restart_postgres(self) -> None:
        """Stop PostgreSQL in order, as an update of it would, and return when it accepts connections."""
        self._end("postgres", signal.SIGINT)

    def output(self) -> str:
        """What all processes have printed so far."""
        return self.log.read_text(errors="replace")

    def _end(self, name: str, signum: int) -> None:
        old = self.pids[name]
        os.kill(old, signum)
        self._wait(lambda: self.pids.get(name, old) != old and self._listens(name))

    def _listens(self, name: str) -> bool:
        offset = places.PORTS.get(PORT_OF.get(name, name))
        if offset is None:
            return True
        with socket.socket() as probe:
            return probe.connect_ex(("127.0.0.1", self.base + offset)) == 0

    def _note(self) -> dict[str, Any]:
        try:
            return dict(json.loads((self.home / "run" / "up.json").read_text()))
        except (OSError, ValueError):
            return {}

    def _wait(self, condition: Any) -> None:
        deadline = time.monotonic() + PATIENCE
        while not condition():
            assert self.process
            if self.process.poll() is not None or time.monotonic() > deadline:
                raise AssertionError(
                    "Errand did not come up:\n" + "\n".join(self.output().splitlines()[-40:])
                )
            time.sleep(0.02)


@contextmanager
def running_system() -> Iterator[System]:
    """A fresh Errand, stopped and forgotten at the end."""
    with short_directory() as directory:
        system = System(directory, _free_base())
        try:
            system.start()
            yield system
        finally:
            system.stop()


def _free_base() -> int:
    """A base below the range of ephemeral ports at which all ports of Errand are free."""
    for step in range(200):
        base = 10_000 + (os.getpid() * 37 + step) % 200 * 100
        if all(is_free(port) for port in places.ports(base).values()):
            return base
    raise AssertionError("no free block of ports")
