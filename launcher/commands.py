"""The commands of ./errand, each in a few lines; any other goes to the backend's own commands."""

from __future__ import annotations

import os
import sys
from typing import NoReturn

from launcher import places

HELP = """\
./errand up [PROCESS ...]       run everything (or these lines of the Procfile); Ctrl-C stops it
./errand test [--fast|--deep]   all tests; only those that need no database; also the long seeded runs
./errand check                  style, types, layers: what CI asks for besides the tests
./errand docs                   write docs/bpmn-support.md and docs/feel.md anew from rules and tests
./errand bench NAME [--json]    measure one thing beside its peer; the last line is one JSON object
./errand lint FOLDER ...        every fault and warning of a procedure's folder, with its remedy
./errand decide FILE DECISION   what a DMN file decides: --input facts.json
./errand audit verify [DIR]     whether the audit log is whole, here or in a copy; ./errand audit tells more
./errand verify FILE            whether an issued document is unchanged: --keys PEM; needs no server
./errand lock [--upgrade]       write requirements/ anew from pyproject.toml
./errand COMMAND ...            anything else is a command of the backend: ./errand COMMAND --help

ERRAND_PORT_BASE (8000)         the first port; the others follow it
ERRAND_HOME (var/)              where data lie
ERRAND_DATABASE_URL, ERRAND_REDIS_URL      servers of your own instead of the embedded ones
"""

FAST = ("engine", "procedures", "cases", "architecture")
"""The areas of tests/ that run in seconds and need no server."""


def main(argv: list[str]) -> NoReturn:
    """Run one command and end with its status."""
    if not sys.platform.startswith("linux"):
        raise SystemExit("errand: the launcher runs on Linux.")
    os.chdir(places.ROOT)
    command, *rest = argv or ["help"]
    match command:
        case "help" | "-h" | "--help":
            print(HELP, end="")
            raise SystemExit(0)
        case "up":
            from launcher import keeper, up

            raise SystemExit(keeper.keep(lambda: up.up(rest)))
        case "test":
            _test(rest)
        case "check":
            from launcher import bootstrap, check

            bootstrap.ensure("test")
            raise SystemExit(check.check())
        case "bench":
            _bench(rest)
        case "docs":
            from launcher import feel_page, support_page

            support_page.write()
            feel_page.write()
            raise SystemExit(0)
        case "lock":
            from launcher import locks

            locks.renew(upgrade="--upgrade" in rest)
            raise SystemExit(0)
        case _:
            _pass_through(argv)


def _test(words: list[str]) -> NoReturn:
    from launcher import bootstrap, frontend

    bootstrap.ensure("test")
    chosen = [word for word in words if word not in ("--fast", "--deep")]
    if "--fast" in words:
        chosen += [f"tests/{area}" for area in FAST if (places.ROOT / "tests" / area).is_dir()]
    else:
        frontend.build(tests=True)
    if "--deep" in words:
        chosen += ["-m", ""]
    _become("-m", "pytest", "-n", "2", "--dist", "loadgroup", *chosen, of_a_running_up=False)


def _bench(words: list[str]) -> NoReturn:
    from launcher import bootstrap, frontend
    from launcher.say import problem

    known = sorted(path.stem for path in (places.ROOT / "benchmarks").glob("[a-z]*.py"))
    if not words or words[0] not in known:
        problem(f"./errand bench NAME, with NAME one of: {', '.join(known) or '(none yet)'}")
    bootstrap.ensure("bench")
    frontend.build(tests=True)  # peers from npm are development dependencies
    _become("-m", f"benchmarks.{words[0]}", *words[1:])


def _pass_through(argv: list[str]) -> NoReturn:
    from launcher import bootstrap

    bootstrap.ensure("runtime")
    _become("-m", "backend.app.cli", *argv)


def _become(*words: str, of_a_running_up: bool = True) -> NoReturn:
    """Turn into the environment's Python, called by its full path, told what all our programs are told.

    Without `of_a_running_up` it hears of no address, port or setting that its caller did not give: tests
    start systems of their own.
    """
    from launcher import up

    python = str(places.PYTHON)
    told = up.running_environment()
    if not of_a_running_up:
        told = {name: value for name, value in told.items() if name in os.environ or not _is_ours(name)}
    os.execve(python, [python, *words], told)


def _is_ours(name: str) -> bool:
    return name.startswith("ERRAND_")
