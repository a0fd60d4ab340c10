"""The virtual environment: made from locks with hashes, brought up to date when a lock changes, else left.

Three locks, one resolution: runtime (what `up` needs), test (more) and bench (peers to measure against).
A stamp beside the environment holds the hash of a lock and the Python version that it was installed for.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from launcher.places import PYTHON, ROOT, VENV
from launcher.say import problem, step

LOCKS = ROOT / "requirements"
COVERS = {"test": ("runtime",), "bench": ("runtime",)}
_TOOLS = VENV / "tools"
_UV = _TOOLS / "bin" / "uv"


def ensure(name: str) -> None:
    """Make sure that everything in requirements/`name`.txt is installed; instant when it is."""
    lock = LOCKS / f"{name}.txt"
    if _stamped(name) != _wanted(lock):
        with _alone():
            _ensure_environment()
            if _stamped(name) != _wanted(lock):
                _install(name, lock)


def _install(name: str, lock: Path) -> None:
    with step(f"Python packages ({name})"):
        if uv := _uv():
            _run([str(uv), "pip", "install", "--python", str(PYTHON), *_FLAGS, str(lock)], _uv_environment())
        else:
            _run(
                [*_pip(), "--python", str(PYTHON), "install", "--no-deps", *_FLAGS, str(lock)],
                _pip_environment(),
            )
        for covered in (name, *COVERS.get(name, ())):
            _stamp(covered).parent.mkdir(exist_ok=True)
            _stamp(covered).write_text(_wanted(LOCKS / f"{covered}.txt"))


_FLAGS = ("--quiet", "--require-hashes", "--requirement")


def uv() -> Path:
    """The locked uv, installed when it is not there yet; `./errand lock` cannot do without."""
    with _alone():
        _ensure_environment()
        found = _uv()
    if not found:
        problem("uv could not be installed; see above.")
    return found


def _uv() -> Path | None:
    """The locked uv, else the host's own, else None: pip then does the work, more slowly."""
    lock = LOCKS / "uv.txt"
    if _stamped("uv") == _wanted(lock) and _UV.exists():
        return _UV
    if pip := _find_pip():
        argv = [
            *pip,
            "install",
            "--quiet",
            "--require-hashes",
            "--upgrade",
            "--target",
            str(_TOOLS),
            "-r",
            str(lock),
        ]
        if subprocess.run(argv, env=_pip_environment()).returncode == 0:
            _stamp("uv").parent.mkdir(exist_ok=True)
            _stamp("uv").write_text(_wanted(lock))
            return _UV
    host = shutil.which("uv")
    return Path(host) if host else None


def _find_pip() -> list[str] | None:
    """How to call a pip of at least 22.3, which installs for another environment; None when there is none."""
    asked = subprocess.run([sys.executable, "-m", "pip", "--version"], capture_output=True, text=True)
    version = re.match(r"pip (\d+)\.(\d+)", asked.stdout)
    if version and (int(version[1]), int(version[2])) >= (22, 3):
        return [sys.executable, "-m", "pip"]
    bundled = VENV / "pip"
    if not bundled.exists():
        made = subprocess.run([sys.executable, "-m", "venv", str(bundled)], capture_output=True)
        if made.returncode:
            shutil.rmtree(bundled, ignore_errors=True)
            return None
    return [str(bundled / "bin" / "python"), "-m", "pip"]


def _pip() -> list[str]:
    return _find_pip() or problem(
        "This Python has neither pip nor venv's own copy of it. Install one of them and try again:\n"
        "  Debian, Ubuntu:  apt-get install python3-pip      Fedora:  dnf install python3-pip"
    )


def _ensure_environment() -> None:
    if PYTHON.exists():
        return
    with step(f"virtual environment for Python {sys.version_info.major}.{sys.version_info.minor}"):
        for leftover in ("bin", "lib", "include", "stamps", "tools", "pip"):
            shutil.rmtree(VENV / leftover, ignore_errors=True)
        _run([sys.executable, "-m", "venv", "--without-pip", str(VENV)], dict(os.environ))


def _stamp(name: str) -> Path:
    return VENV / "stamps" / name


def _stamped(name: str) -> str:
    try:
        return _stamp(name).read_text() if PYTHON.exists() else ""
    except OSError:
        return ""


def _wanted(lock: Path) -> str:
    return hashlib.sha256(lock.read_bytes()).hexdigest() + " " + _version()


def _version() -> str:
    """The full version of the environment's Python, from its own record."""
    try:
        found = re.search(r"^version(?:_info)? *= *(\S+)", (VENV / "pyvenv.cfg").read_text(), re.MULTILINE)
    except OSError:
        return ""
    return found[1] if found else ""


@contextmanager
def _alone() -> Iterator[None]:
    """Let one process at a time install into the environment."""
    VENV.mkdir(exist_ok=True)
    with open(VENV / "install.lock", "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _pip_environment() -> dict[str, str]:
    return {
        **os.environ,
        "PIP_USER": "0",
        "PIP_DISABLE_PIP_VERSION_CHECK": "1",
        "PIP_ROOT_USER_ACTION": "ignore",
    }


def _uv_environment() -> dict[str, str]:
    """Our environment, with what pip was told about indexes said to uv, which does not read pip's settings.

    Every package has its hash in the lock, so it does not matter which index serves it.
    """
    told = {
        **_pip_settings(),
        **{
            key[4:].lower().replace("_", "-"): value
            for key, value in os.environ.items()
            if key.startswith("PIP_")
        },
    }
    names = {
        "index-url": "UV_DEFAULT_INDEX",
        "extra-index-url": "UV_INDEX",
        "find-links": "UV_FIND_LINKS",
        "cert": "SSL_CERT_FILE",
    }
    passed = {ours: told[theirs] for theirs, ours in names.items() if told.get(theirs)}
    return {**passed, "UV_INDEX_STRATEGY": "unsafe-best-match", "UV_LINK_MODE": _link_mode(), **os.environ}


def _pip_settings() -> dict[str, str]:
    if not (pip := _find_pip()):
        return {}
    listed = subprocess.run([*pip, "config", "list"], capture_output=True, text=True).stdout
    return dict(re.findall(r"^global\.([\w-]+)='(.*)'$", listed, re.MULTILINE))


def _link_mode() -> str:
    """Hard links where uv's cache shares the file system with the checkout, else copies without a warning."""
    cache = Path(os.environ.get("UV_CACHE_DIR") or os.environ.get("XDG_CACHE_HOME") or Path.home())
    try:
        return "hardlink" if cache.stat().st_dev == VENV.stat().st_dev else "copy"
    except OSError:
        return "copy"


def _run(argv: list[str], env: dict[str, str]) -> None:
    if subprocess.run(argv, env=env, cwd=ROOT).returncode:
        problem(f"{Path(argv[0]).name} failed; what it says stands above.")
