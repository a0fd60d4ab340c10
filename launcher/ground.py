"""The ground that a service stands on: directories it can reach and only it can enter, binaries, start-up.

As root, services run as an ordinary user, who may be unable to reach the checkout (under a home of mode 0700,
say). Then their data and a copy of their binaries lie in /var/lib/errand.
"""

from __future__ import annotations

import hashlib
import os
import pwd
import shutil
import stat
import subprocess
import time
from collections.abc import Callable
from pathlib import Path

from launcher import places, process

MAX_SOCKET_PATH = 107
PATIENCE = 30.0
SYSTEM_PLACE = Path("/var/lib/errand")


class ServiceFailed(RuntimeError):
    """A service did not start; the text ends with what its own log says."""


def place(directory: Path) -> Path:
    """`directory` itself, or its stand-in under /var/lib/errand when the service's user cannot reach it."""
    user = process.service_user()
    if user is None or can_reach(user, directory):
        return directory
    return SYSTEM_PLACE / hashlib.sha256(str(directory).encode()).hexdigest()[:12]


def can_reach(user: pwd.struct_passwd, path: Path) -> bool:
    """Whether `user` may pass through every directory above `path` that exists."""
    for directory in path.absolute().parents:
        try:
            status = directory.stat()
        except FileNotFoundError:
            continue
        if status.st_uid == user.pw_uid:
            bit = stat.S_IXUSR
        elif status.st_gid == user.pw_gid:
            bit = stat.S_IXGRP
        else:
            bit = stat.S_IXOTH
        if not status.st_mode & bit:
            return False
    return True


def private_directory(directory: Path, user: pwd.struct_passwd | None) -> None:
    """Make `directory` with mode 0700 for the service's user; refuse one that belongs to somebody else."""
    for parent in reversed(directory.parents):
        if not parent.exists():
            parent.mkdir(mode=0o711 if user else 0o755, exist_ok=True)
    directory.mkdir(mode=0o700, exist_ok=True)
    status = directory.lstat()
    if not stat.S_ISDIR(status.st_mode) or status.st_uid not in (os.geteuid(), user.pw_uid if user else -1):
        raise ServiceFailed(f"{directory} is there already and belongs to somebody else.")
    directory.chmod(0o700)
    if user:
        os.chown(directory, user.pw_uid, user.pw_gid)


def socket_directory(directory: Path, socket_name: str) -> Path:
    """`directory`, or a short one under /tmp when the socket's path would exceed what Linux allows."""
    if len(os.fsencode(directory / socket_name)) <= MAX_SOCKET_PATH:
        return directory
    return Path("/tmp") / f"errand-{os.geteuid()}-{hashlib.sha256(str(directory).encode()).hexdigest()[:12]}"


def binaries(package: str, pattern: str) -> Path:
    """The directory of `package`'s binaries: the installed ones, or a copy that the user can reach."""
    packages = places.site_packages()
    found = sorted(packages.glob(pattern))
    if not found:
        raise ServiceFailed(
            f"The package {package} is not installed for this machine (Linux, glibc) in {places.VENV}."
        )
    user = process.service_user()
    if user is None or can_reach(user, found[0] / "any"):
        return found[0]
    return _copied(packages, package) / found[0].relative_to(packages)


def _copied(packages: Path, package: str) -> Path:
    """A copy of `package` and its shared libraries for one version, made once, readable by everybody."""
    version = next(packages.glob(f"{package}-*.dist-info")).stem
    target = SYSTEM_PLACE / f"binaries-{version}"
    if not target.exists():
        SYSTEM_PLACE.mkdir(mode=0o711, parents=True, exist_ok=True)
        fresh = SYSTEM_PLACE / f"binaries-{version}.{os.getpid()}"
        for name in (package, f"{package}.libs"):
            if (packages / name).is_dir():
                shutil.copytree(packages / name, fresh / name, symlinks=True)
        try:
            fresh.rename(target)
        except OSError:
            shutil.rmtree(fresh)
    return target


def clean_environment() -> dict[str, str]:
    """What a service needs to know of our environment: nothing but the way to programs and the language."""
    return {"PATH": os.environ.get("PATH", os.defpath), "LANG": "C.UTF-8", "TZ": "UTC"}


def wait_until(ready: Callable[[], bool], child: subprocess.Popen[bytes], log: Path, name: str) -> None:
    """Return when `ready()`; raise ServiceFailed with the end of the log when it ends or takes too long."""
    deadline = time.monotonic() + PATIENCE
    while not ready():
        if child.poll() is not None or time.monotonic() > deadline:
            process.stop(child)
            tail = "\n".join(log.read_text(errors="replace").splitlines()[-8:])
            raise ServiceFailed(f"{name} did not start:\n{tail}")
        time.sleep(0.01)
