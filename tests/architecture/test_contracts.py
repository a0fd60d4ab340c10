"""The import contracts of pyproject.toml: kept by the code as it is, and each seen to fail when broken."""

from __future__ import annotations

import ast
import re
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
CONTRACTS = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]

LAYERS = " ".join(CONTRACTS["contracts"][0]["layers"])
ROOMS = sorted({f"backend/{room}" for room in re.findall(r"backend\.(\w+)", LAYERS)})

BREACHES = [
    ("layers", "backend/engine/breach.py", "import backend.procedures"),
    ("layers", "backend/procedures/breach.py", "import backend.rights"),
    ("layers", "backend/rights/breach.py", "import backend.vault"),
    ("layers", "backend/vault/breach.py", "import backend.cases"),
    ("layers", "backend/cases/breach.py", "import backend.people"),
    ("layers", "backend/people/breach.py", "import backend.notify"),
    ("layers", "backend/evidence/breach.py", "import backend.handoff"),
    ("layers", "backend/documents/breach.py", "import backend.evidence"),
    ("layers", "backend/handoff/breach.py", "import backend.adapters"),
    ("layers", "backend/channel/breach.py", "import backend.adapters"),
    ("layers", "backend/jobs/breach.py", "import backend.channel"),
    ("layers", "backend/adapters/breach.py", "import backend.app"),
    ("layers", "backend/channel/breach.py", "import kiosk_ui"),
    ("layers", "kiosk_ui/breach.py", "import mobile_api"),
    ("layers", "staff_desk/breach.py", "import backend.app"),
    ("channels", "kiosk_ui/breach.py", "import backend.cases"),
    ("channels", "citizen_web/breach.py", "from backend.people import anything"),
    ("channels", "citizen_web/breach.py", "import backend.documents"),
    ("channels", "mobile_api/breach.py", "import psycopg"),
    ("outside", "kiosk_agent/breach.py", "import outside"),
    ("outside-alone", "outside/breach.py", "import backend.engine"),
    ("outside-alone", "launcher/breach.py", "import backend"),
    ("nobody-imports-outside", "backend/jobs/breach.py", "import outside"),
    ("nobody-imports-outside", "kiosk_ui/breach.py", "import kiosk_agent"),
    ("pure-engine", "backend/engine/breach.py", "import flask"),
    ("pure-engine", "backend/engine/breach.py", "import psycopg"),
]

ENGINE_MAY = {"lxml", "msgspec", "re2", "tzdata", "backend"}
IMPURE = {
    "time",
    "random",
    "secrets",
    "socket",
    "subprocess",
    "os",
    "threading",
    "asyncio",
    "requests",
    "urllib",
}
"""Modules of the standard library that know the hour, make chance or reach out."""
CLOCKS = {
    f"{kind}.{ask}"
    for kind in ("datetime", "datetime.datetime", "dt", "date")
    for ask in ("now", "utcnow", "today")
}


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The project's Python files in a directory of their own, where they may be broken."""
    root = tmp_path_factory.mktemp("copy")
    shutil.copy(ROOT / "pyproject.toml", root)
    for package in (*CONTRACTS["root_packages"], *ROOMS):
        (root / package).mkdir()
        (root / package / "__init__.py").touch()
    for package in CONTRACTS["root_packages"]:
        for path in (ROOT / package).rglob("*.py"):
            target = root / path.relative_to(ROOT)
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(path, target)
    return root


def test_every_contract_is_kept(copy: Path) -> None:
    done = lint(copy)
    assert done.returncode == 0, done.stdout


def test_every_contract_has_a_breach() -> None:
    assert {contract["id"] for contract in CONTRACTS["contracts"]} == {
        contract for contract, _, _ in BREACHES
    }


@pytest.mark.parametrize(
    ("contract", "path", "line"), BREACHES, ids=[f"{path}: {line}" for _, path, line in BREACHES]
)
def test_a_broken_contract_fails(copy: Path, contract: str, path: str, line: str) -> None:
    breach = copy / path
    breach.write_text(line + "\n")
    try:
        done = lint(copy, "--contract", contract)
    finally:
        breach.unlink()
    assert done.returncode == 1, done.stdout
    assert path.removesuffix(".py").replace("/", ".") in done.stdout, done.stdout


def lint(root: Path, *words: str) -> subprocess.CompletedProcess[str]:
    argv = [str(Path(sys.executable).with_name("lint-imports")), "--no-cache", *words]
    return subprocess.run(argv, cwd=root, capture_output=True, text=True)


def imported(package: str) -> Iterator[tuple[Path, str]]:
    """Every absolute import of a package as (file, full name)."""
    for path in sorted((ROOT / package).rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Import):
                yield from ((path, alias.name) for alias in node.names)
            elif isinstance(node, ast.ImportFrom) and not node.level:
                yield path, node.module or ""


def test_the_engine_imports_only_what_it_may() -> None:
    allowed = ENGINE_MAY | (set(sys.stdlib_module_names) - IMPURE)
    strangers = [
        (path.name, name) for path, name in imported("backend/engine") if name.split(".")[0] not in allowed
    ]
    assert strangers == []


def test_the_engine_asks_no_clock() -> None:
    asked = [
        f"{path.relative_to(ROOT)}:{node.lineno}"
        for path in sorted((ROOT / "backend/engine").rglob("*.py"))
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Attribute) and ast.unparse(node) in CLOCKS
    ]
    assert asked == []


def test_the_launcher_needs_no_package() -> None:
    """It runs before anything is installed."""
    strangers = [
        (path.name, name)
        for path, name in imported("launcher")
        if name.split(".")[0] not in sys.stdlib_module_names | {"launcher"}
    ]
    assert strangers == []
