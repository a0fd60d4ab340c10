"""Child processes that end with their parent, and the ordinary user that services run as."""

from __future__ import annotations

import ctypes
import os
import pwd
import signal
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import IO

_libc = ctypes.CDLL(None, use_errno=True)
_PR_SET_PDEATHSIG = 1
_PR_SET_CHILD_SUBREAPER = 36


def die_with_parent(signum: int, parent: int) -> None:
    """Ask the kernel to send this process `signum` when the thread that started it ends."""
    _libc.prctl(_PR_SET_PDEATHSIG, signum, 0, 0, 0)
    if os.getppid() != parent:
        os.kill(os.getpid(), signal.SIGKILL)


def adopt_orphans() -> None:
    """Make this process the new parent of descendants whose own parent ends."""
    _libc.prctl(_PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)


def service_user() -> pwd.struct_passwd | None:
    """The user that PostgreSQL and Valkey run as when we are root; None when we are not.

    PostgreSQL refuses to run as root. `nobody` exists everywhere, so nothing is created system-wide.
    """
    return pwd.getpwnam("nobody") if os.geteuid() == 0 else None


def own_name() -> str:
    """The name of the user that we run as, or the number where the system knows no name for it."""
    try:
        return pwd.getpwuid(os.geteuid()).pw_name
    except KeyError:
        return str(os.geteuid())


def start(
    argv: Sequence[str | Path],
    *,
    env: Mapping[str, str] | None = None,
    cwd: Path | None = None,
    output: int | IO[bytes] | None = None,
    user: pwd.struct_passwd | None = None,
    death_signal: int = signal.SIGTERM,
) -> subprocess.Popen[bytes]:
    """Start a program in a session of its own that gets `death_signal` when we end, however we end.

    Call it from the main thread: Linux ties the signal to the thread that started the child. The signal is
    set after the change of user, which would clear it.
    """
    preexec: Callable[[], None] = _ending_with(os.getpid(), death_signal)
    return subprocess.Popen(
        [str(word) for word in argv],
        env=None if env is None else dict(env),
        cwd=cwd,
        stdin=subprocess.DEVNULL,
        stdout=output,
        stderr=subprocess.STDOUT if output is not None else None,
        start_new_session=True,
        preexec_fn=preexec,  # noqa: PLW1509  one prctl call, libc loaded beforehand
        user=user.pw_uid if user else None,
        group=user.pw_gid if user else None,
        extra_groups=[] if user else None,
    )


def _ending_with(parent: int, signum: int) -> Callable[[], None]:
    return lambda: die_with_parent(signum, parent)


def stop(process: subprocess.Popen[bytes], signum: int = signal.SIGTERM, patience: float = 10.0) -> None:
    """Send `signum`, wait `patience` seconds, then kill; return when the process has ended."""
    if process.poll() is None:
        process.send_signal(signum)
        try:
            process.wait(patience)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def children(pid: int) -> list[int]:
    """The pids of all processes whose parent is `pid`, from /proc."""
    found = []
    for entry in os.listdir("/proc"):
        if entry.isdigit() and _parent_of(int(entry)) == pid:
            found.append(int(entry))
    return found


def _parent_of(pid: int) -> int | None:
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return None
    return None if fields[0] == "Z" else int(fields[1])


def kill_descendants(patience: float = 5.0) -> None:
    """Kill every process below this one, orphans that it adopted included, and reap them."""
    deadline = time.monotonic() + patience
    while left := children(os.getpid()):
        for pid in left:
            _kill(pid)
        if time.monotonic() > deadline:
            return
        time.sleep(0.02)
    while True:
        try:
            if os.waitpid(-1, os.WNOHANG) == (0, 0):
                return
        except ChildProcessError:
            return


def _kill(pid: int) -> None:
    try:
        os.kill(pid, signal.SIGKILL)
    except ProcessLookupError:
        pass
