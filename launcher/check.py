"""`./errand check`: style, types, layers and the project's own files; every fault is told, not only one."""

from __future__ import annotations

import os
import re
import subprocess
import time
from collections.abc import Callable

from launcher import bootstrap, feel_page, locks, places, support_page, up
from launcher.places import ROOT, VENV
from launcher.say import say

STRICT = ("backend/engine", "backend/cases")
TYPED = (
    "backend",
    "outside",
    "kiosk_agent",
    "kiosk_ui",
    "mobile_api",
    "citizen_web",
    "staff_desk",
    "launcher",
)


def check() -> int:
    """Run every check; 0 when all hold."""
    checks: list[tuple[str, Callable[[], str]]] = [
        ("style", lambda: _tool("ruff", "check", "--quiet", "--output-format", "concise", ".")),
        ("format", lambda: _tool("ruff", "format", "--check", "--quiet", "--output-format", "concise", ".")),
        (
            "types, strict",
            lambda: _tool("mypy", "--strict", "--cache-dir", ".mypy_cache/strict", *_there(STRICT)),
        ),
        ("types", lambda: _tool("mypy", "--cache-dir", ".mypy_cache/plain", *_there(TYPED))),
        ("layers", lambda: _tool("lint-imports")),
        ("locks", _locks),
        ("Procfile", _procfile),
        ("changelog", _changelog),
        ("hosts", _hosts),
        ("support page", support_page.stale),
        ("feel page", feel_page.stale),
    ]
    failed = [name for name, faults in checks if not _holds(name, faults)]
    say("check: all hold" if not failed else f"check: {len(failed)} failed: {', '.join(failed)}")
    return int(bool(failed))


def _holds(name: str, faults: Callable[[], str]) -> bool:
    began = time.monotonic()
    found = faults()
    say(f"{'✗' if found else '✓'} {name} ({time.monotonic() - began:.1f} s)")
    if found:
        say(found.rstrip() + "\n")
    return not found


def _tool(name: str, *words: str) -> str:
    """What a tool of the environment says when it fails; empty when it is content."""
    env = {**os.environ, "NO_COLOR": "1", "COLUMNS": "120"}
    done = subprocess.run([VENV / "bin" / name, *words], cwd=ROOT, env=env, capture_output=True, text=True)
    return (done.stdout + done.stderr or f"{name} failed") if done.returncode else ""


def _there(directories: tuple[str, ...]) -> list[str]:
    return [name for name in directories if any((ROOT / name).rglob("*.py"))]


def _locks() -> str:
    stale = locks.stale()
    return f"not made from pyproject.toml as it is: {', '.join(stale)}; run ./errand lock" if stale else ""


def _procfile() -> str:
    """Every line runs a module that is there."""
    faults = []
    for name, words in up.procfile().items():
        if words[:2] == [str(places.PYTHON), "-m"]:
            path = ROOT / words[2].replace(".", "/")
            if not path.with_suffix(".py").is_file() and not (path / "__main__.py").is_file():
                faults.append(f"Procfile: {name} runs {words[2]}, which is not there")
    return "\n".join(faults)


def _changelog() -> str:
    """Sections `## Unreleased` first, then `## X.Y.Z - YYYY-MM-DD`; in them nothing but list items."""
    faults, heads = [], []
    for number, line in enumerate((ROOT / "CHANGELOG.md").read_text().splitlines(), 1):
        if line.startswith("#"):
            heads.append(line)
            if number > 1 and not re.fullmatch(r"## (Unreleased|\d+\.\d+\.\d+ - \d{4}-\d\d-\d\d)", line):
                faults.append(f"CHANGELOG.md:{number}: wanted `## Unreleased` or `## X.Y.Z - YYYY-MM-DD`")
        elif len(heads) > 1 and line.strip() and not line.startswith(("- ", "  ")):
            faults.append(f"CHANGELOG.md:{number}: wanted a list item")
    if heads[1:2] != ["## Unreleased"]:
        faults.append("CHANGELOG.md: the first section is not `## Unreleased`")
    return "\n".join(faults)


def _hosts() -> str:
    """No lock names a host: whoever installs chooses from where, and the hashes say what."""
    package_lock = ROOT / "package-lock.json"
    named = [path.name for path in sorted(bootstrap.LOCKS.glob("*.txt")) if "://" in path.read_text()]
    if package_lock.exists() and '"resolved"' in package_lock.read_text():
        named.append("package-lock.json (write it with npm's setting omit-lockfile-registry-resolved=true)")
    return f"These locks name hosts: {', '.join(named)}" if named else ""
