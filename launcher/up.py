"""`./errand up`: everything running on this machine, until Ctrl-C."""

from __future__ import annotations

import fcntl
import json
import os
import shlex
import signal
import socket
import subprocess
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import IO

from launcher import bootstrap, frontend, places, process
from launcher.ground import ServiceFailed
from launcher.postgres import Postgres
from launcher.say import problem, say, step
from launcher.supervisor import Program, Supervisor
from launcher.valkey import Valkey

PORT_OF = {"pushservice": "push", "kiosk": "agent"}
"""The short names of ports (see places.PORTS) of the programs that are called otherwise in the Procfile."""


def up(only: list[str]) -> int:
    """Start services and the Procfile's programs (all, or those named in `only`); return after a signal."""
    lines = procfile()
    if unknown := sorted(set(only) - lines.keys()):
        problem(f"The Procfile has no {', '.join(unknown)}; it has {', '.join(lines)}.")
    names = only or list(lines)
    ports = places.ports(places.port_base())
    home = places.home()
    home.mkdir(mode=0o711 if os.geteuid() == 0 else 0o700, parents=True, exist_ok=True)
    with _only_one(home), ExitStack() as stack:
        _refuse_taken_ports(
            {name: ports[PORT_OF.get(name, name)] for name in names if PORT_OF.get(name, name) in ports}
        )
        bootstrap.ensure("runtime")
        frontend.build()
        services, urls = _start_services(home, stack)
        env = environment(urls)
        with step("preparing (schema, procedures, keys, devices)"):
            if _prepare(env):
                problem("preparing failed; what it says stands above.")
        programs = [*services, *(_program(name, lines[name], env) for name in names)]
        _supervise(programs, home, ports, env)
    return 0


def procfile(path: Path = places.ROOT / "Procfile") -> dict[str, list[str]]:
    """The words of each line by its name; `python` stands for the environment's own."""
    lines: dict[str, list[str]] = {}
    for number, line in enumerate(path.read_text().splitlines(), 1):
        if not line.strip() or line.lstrip().startswith("#"):
            continue
        name, colon, command = line.partition(":")
        words = shlex.split(command)
        if not colon or not words or not name.isidentifier() or name in lines:
            problem(
                f"{path.name}, line {number}: wanted `name: command` with a name of its own, found {line!r}"
            )
        lines[name] = [str(places.PYTHON) if words[0] == "python" else words[0], *words[1:]]
    return lines


def _demo(ports: Mapping[str, int]) -> dict[str, str]:
    """What opens the demo's outside world to us; an environment that says otherwise wins."""
    outside = ("registries", "idp", "push")
    return {
        "ERRAND_EGRESS_ALLOW": ",".join(
            f"{host}:{ports[name]}" for name in outside for host in ("127.0.0.1", "localhost")
        ),
        "ERRAND_DEMO_PUSH": f"http://localhost:{ports['push']}",
    }


def environment(urls: Mapping[str, str]) -> dict[str, str]:
    """What every program of ours finds in its environment: addresses, ports, the data directory."""
    base = places.port_base()
    return {
        **_demo(places.ports(base)),
        **_inherited(),
        "VIRTUAL_ENV": str(places.VENV),
        "PATH": f"{places.VENV / 'bin'}{os.pathsep}{os.environ.get('PATH', os.defpath)}",
        "PYTHONUNBUFFERED": "1",
        "ERRAND_HOME": str(places.home()),
        "ERRAND_PORT_BASE": str(base),
        **{f"ERRAND_{name.upper()}_PORT": str(port) for name, port in places.ports(base).items()},
        **urls,
    }


def _inherited() -> dict[str, str]:
    """Our own environment; byte code that is unwanted among the sources goes elsewhere instead of being lost.

    Compiling everything again in each of ten processes took two thirds of their start.
    """
    inherited = dict(os.environ)
    if inherited.pop("PYTHONDONTWRITEBYTECODE", None):
        inherited.setdefault("PYTHONPYCACHEPREFIX", str(places.VENV / "bytecode"))
    return inherited


def running_environment() -> dict[str, str]:
    """The environment for a command beside `up`: with the addresses of its services, when one runs."""
    try:
        urls = json.loads((places.home() / "run" / "up.json").read_text())["urls"]
    except (OSError, ValueError, KeyError):
        urls = {}
    return environment({name: url for name, url in urls.items() if not os.environ.get(name)})


@contextmanager
def _only_one(home: Path) -> Iterator[None]:
    """Hold the data directory for one `up`; the note about it is removed at the end."""
    run = home / "run"
    run.mkdir(mode=0o700, exist_ok=True)
    with open(run / "lock", "a+") as lock:
        if not _locked(lock):
            problem(
                f"An `./errand up` runs on {home} already. Stop it with Ctrl-C in its terminal,\n"
                "or give this one another ERRAND_HOME and another ERRAND_PORT_BASE."
            )
        (run / "up.json").unlink(missing_ok=True)
        try:
            yield
        finally:
            (run / "up.json").unlink(missing_ok=True)


def _locked(lock: IO[str], patience: float = 15.0) -> bool:
    """Take the lock; wait for it only while an `up` whose launcher was killed still stops its programs."""
    deadline = time.monotonic() + patience
    while True:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if _holder_lives(lock) or time.monotonic() > deadline:
                return False
            time.sleep(0.05)
        else:
            lock.truncate(0)
            lock.write(str(os.getppid()))
            lock.flush()
            return True


def _holder_lives(lock: IO[str]) -> bool:
    """Whether the launcher that wrote its pid into the lock is still there."""
    lock.seek(0)
    return Path(f"/proc/{lock.read() or 'nobody'}").exists()


def _refuse_taken_ports(ports: Mapping[str, int]) -> None:
    taken = [f"{port} ({name})" for name, port in ports.items() if not is_free(port)]
    if taken:
        problem(
            f"Another program listens on port {', '.join(taken)}. Stop it, or choose other ports:\n"
            f"  ERRAND_PORT_BASE={places.port_base() + 1000} ./errand up"
        )


def is_free(port: int) -> bool:
    """Whether nobody listens on `port` of this machine's loopback address."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True


def _start_services(home: Path, stack: ExitStack) -> tuple[list[Program], dict[str, str]]:
    """The services that the environment does not replace by a URL, running, and the URLs of all."""
    programs, urls = [], {}
    wanted: list[tuple[str, type[Postgres] | type[Valkey], int]] = [
        ("ERRAND_DATABASE_URL", Postgres, signal.SIGINT),
        ("ERRAND_REDIS_URL", Valkey, signal.SIGTERM),
    ]
    for variable, kind, stop_signal in wanted:
        if given := os.environ.get(variable):
            urls[variable] = given
            continue
        service = kind(home / kind.name)
        with step(kind.name):
            try:
                running = service.start()
            except ServiceFailed as failure:
                problem(str(failure))
        stack.callback(service.stop)
        urls[variable] = service.url
        programs.append(
            Program(kind.name, service.start, stop_signal, running, again_at=None, is_service=True)
        )
    return programs, urls


def _prepare(env: Mapping[str, str]) -> int:
    argv = [str(places.PYTHON), "-m", "backend.app.cli", "prepare"]
    return subprocess.run(argv, cwd=places.ROOT, env=env, stdin=subprocess.DEVNULL).returncode


def _program(name: str, words: list[str], env: Mapping[str, str]) -> Program:
    def start() -> subprocess.Popen[bytes]:
        return process.start(words, cwd=places.ROOT, env=env, output=subprocess.PIPE)

    return Program(name, start)


def _supervise(programs: list[Program], home: Path, ports: Mapping[str, int], env: Mapping[str, str]) -> None:
    waited = {
        ports[PORT_OF.get(each.name, each.name)]
        for each in programs
        if PORT_OF.get(each.name, each.name) in ports
    }
    note: dict[str, object] = {
        "launcher": os.getppid(),
        "base": places.port_base(),
        "urls": {name: env[name] for name in ("ERRAND_DATABASE_URL", "ERRAND_REDIS_URL")},
        "ready": False,
    }

    remind = [time.monotonic() + 20.0]

    def changed(pids: Mapping[str, int]) -> None:
        note["pids"] = dict(pids)
        _write(home / "run" / "up.json", note)

    def idle() -> float:
        """Say once that everything listens; until then look again in a tenth of a second."""
        waited.difference_update([port for port in waited if not is_free(port)])
        if waited and time.monotonic() > remind[0]:
            say(f"· still waiting for port {', '.join(map(str, sorted(waited)))}")
            remind[0] += 20.0
        if waited:
            return 0.1
        if not note["ready"]:
            note["ready"] = True
            _write(home / "run" / "up.json", note)
            _tell_addresses(ports, home)
        return 3600.0

    Supervisor(programs, changed).run(idle)


def _tell_addresses(ports: Mapping[str, int], home: Path) -> None:
    web = ports["web"]
    say(
        "\nErrand is up.\n"
        f"  phone and PC   http://localhost:{web}\n"
        f"  kiosk          http://kiosk.localhost:{web}\n"
        f"  staff          http://desk.localhost:{web}\n"
        f"  data           {home}\n"
        "Ctrl-C stops everything; the data stay for the next start.\n"
    )


def _write(path: Path, note: Mapping[str, object]) -> None:
    fresh: Callable[[], int] = lambda: os.open(
        path.with_suffix(".new"), os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600
    )
    with open(fresh(), "w") as file:
        json.dump(note, file)
    path.with_suffix(".new").rename(path)
