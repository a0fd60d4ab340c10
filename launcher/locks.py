"""`./errand lock`: choose versions anew and write the locks with their hashes.

uv.lock names hosts of package registries, so it stays out of git; the locks exported from it name none.
"""

from __future__ import annotations

import hashlib
import os
import re
import subprocess
import tomllib
from pathlib import Path

from launcher import bootstrap
from launcher.places import ROOT
from launcher.say import problem, step

_PARTS: dict[str, list[str]] = {"runtime": [], "test": ["--group", "test"], "bench": ["--group", "bench"]}
_UV = "uv==0.13.9"


def renew(upgrade: bool) -> None:
    """Write requirements/*.txt from pyproject.toml; keep chosen versions unless `upgrade`."""
    uv = _found_uv()
    with step("choosing versions"):
        _call([uv, "lock", *(["--upgrade"] if upgrade else [])])
    for name, groups in _PARTS.items():
        text = _call(
            [
                uv,
                "export",
                "--frozen",
                "--no-emit-project",
                "--no-header",
                "--no-annotate",
                "--no-default-groups",
                *groups,
            ]
        )
        _write(name, text)
    _write(
        "uv",
        _call(
            [
                uv,
                "pip",
                "compile",
                "--generate-hashes",
                "--no-header",
                "--no-annotate",
                "--no-emit-index-url",
                "-",
            ],
            _UV,
        ),
    )


def stale() -> list[str]:
    """The names of locks that were not made from pyproject.toml as it is."""
    wanted = _declared()
    return [
        name
        for name in _PARTS
        if wanted not in (bootstrap.LOCKS / f"{name}.txt").read_text().partition("\n")[0]
    ]


def _declared() -> str:
    """The hash of what pyproject.toml asks for."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    asked = [
        project["project"]["requires-python"],
        project["project"]["dependencies"],
        project["dependency-groups"],
    ]
    return hashlib.sha256(repr(asked).encode()).hexdigest()[:16]


def _write(name: str, text: str) -> None:
    if host := re.search(r"\w+://\S+", text):
        problem(f"The lock {name} would name {host[0]}; nothing was written.")
    (bootstrap.LOCKS / f"{name}.txt").write_text(
        f"# by ./errand lock from pyproject.toml {_declared()}\n{text}"
    )


def _found_uv() -> str:
    if (bootstrap.LOCKS / "uv.txt").exists():
        return str(bootstrap.uv())
    return "uv"


def _call(argv: list[str], given: str | None = None) -> str:
    done = subprocess.run(argv, cwd=ROOT, input=given, stdout=subprocess.PIPE, text=True, env=_environment())
    if done.returncode:
        problem(f"{Path(argv[0]).name} {argv[1]} failed; what it says stands above.")
    return done.stdout


def _environment() -> dict[str, str]:
    """Without local directories of wheels, whose paths would come into the lock."""
    return {key: value for key, value in os.environ.items() if key not in ("UV_FIND_LINKS", "UV_INDEX")}
