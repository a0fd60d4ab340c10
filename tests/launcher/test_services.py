"""PostgreSQL and Valkey as the launcher starts them."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import psycopg
import pytest
import redis

from launcher import ground, places, process, services
from launcher.postgres import Postgres
from tests.services import short_directory


def test_postgres_is_durable_by_default_and_sorts_by_code_point(tmp_path: Path) -> None:
    with (
        short_directory() as directory,
        services.postgres(directory / "pg") as url,
        psycopg.connect(url) as link,
    ):
        settings = {
            name: link.execute("SELECT current_setting(%s)", [name]).fetchone()[0]  # type: ignore[index]
            for name in (
                "fsync",
                "synchronous_commit",
                "full_page_writes",
                "listen_addresses",
                "server_encoding",
            )
        }
        provider = link.execute(
            "SELECT datlocprovider, datlocale FROM pg_database WHERE datname = 'errand'"
        ).fetchone()
    assert settings == {
        "fsync": "on",
        "synchronous_commit": "on",
        "full_page_writes": "on",
        "listen_addresses": "",
        "server_encoding": "UTF8",
    }
    assert provider == ("b", "C.UTF-8")


def test_a_second_start_finds_the_data_of_the_first() -> None:
    with short_directory() as directory:
        with services.postgres(directory / "pg") as url, psycopg.connect(url) as link:
            link.execute("CREATE TABLE kept AS SELECT 7 AS number")
        with services.postgres(directory / "pg") as url, psycopg.connect(url) as link:
            assert link.execute("SELECT number FROM kept").fetchone() == (7,)


def test_a_client_that_stays_does_not_delay_the_stop() -> None:
    with short_directory() as directory:
        server = Postgres(directory / "pg")
        server.start()
        with psycopg.connect(server.url) as link:
            began = time.monotonic()
            server.stop()
            assert time.monotonic() - began < 5
            with pytest.raises(psycopg.OperationalError):
                link.execute("SELECT 1")


def test_only_the_owner_can_enter_the_directory_of_the_sockets(postgres_url: str, valkey_url: str) -> None:
    directories = [Path(postgres_url.partition("host=")[2]), Path(valkey_url.removeprefix("unix://")).parent]
    assert [oct(directory.stat().st_mode & 0o777) for directory in directories] == ["0o700", "0o700"]


def test_a_long_path_gets_a_short_private_directory_for_its_socket() -> None:
    with short_directory() as directory:
        deep = directory / ("d" * 60) / ("e" * 60)
        with services.valkey(deep) as url:
            assert redis.Redis.from_url(url).ping()
            path = url.removeprefix("unix://")
            assert len(path) <= ground.MAX_SOCKET_PATH
            assert Path(path).parent.stat().st_mode & 0o777 == 0o700
        Path(path).parent.rmdir()


def test_a_directory_of_somebody_else_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    with short_directory() as directory:
        monkeypatch.setattr(process, "service_user", lambda: None)
        monkeypatch.setattr(os, "geteuid", lambda: 4242)
        with pytest.raises(services.ServiceFailed, match="belongs to somebody else"):
            ground.private_directory(directory, None)


def test_what_is_wrong_is_said_when_a_service_does_not_start() -> None:
    with short_directory() as directory, pytest.raises(services.ServiceFailed, match="no_such_setting"):
        with services.postgres(directory / "pg", settings={"no_such_setting": "1"}):
            pass


def test_services_end_when_the_process_that_started_them_is_killed() -> None:
    program = (
        "import sys, time\nfrom launcher.postgres import Postgres\nfrom launcher.valkey import Valkey\n"
        "from pathlib import Path\nplace = Path(sys.argv[1])\n"
        "pids = [Postgres(place / 'pg').start().pid, Valkey(place / 'valkey').start().pid]\n"
        "print(*pids, flush=True)\ntime.sleep(60)\n"
    )
    with short_directory() as directory:
        argv = [sys.executable, "-c", program, str(directory)]
        parent = subprocess.Popen(argv, stdout=subprocess.PIPE, cwd=places.ROOT)
        assert parent.stdout
        pids = [int(pid) for pid in parent.stdout.readline().split()]
        assert len(pids) == 2
        parent.send_signal(signal.SIGKILL)
        parent.wait()
        deadline = time.monotonic() + 10
        while any(Path(f"/proc/{pid}").exists() for pid in pids):
            assert time.monotonic() < deadline, "a service outlived its parent"
            time.sleep(0.02)
