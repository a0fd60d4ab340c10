"""Nothing is left behind: one process keeps, another works, and each cleans up after the other.

The keeper is the process that the person started. It adopts every orphan below it. The worker does everything
else. Ctrl-C reaches the keeper, which passes it on. Kill the keeper, and the kernel tells the worker to stop
in order; kill the worker, and the keeper ends whatever the worker had started.
"""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Callable

from launcher import process


def keep(work: Callable[[], int]) -> int:
    """Run `work` in a child process and give its status; whatever happens, no descendant outlives us."""
    process.adopt_orphans()
    sys.stdout.flush()
    sys.stderr.flush()
    keeper = os.getpid()
    worker = os.fork()
    if worker == 0:
        os._exit(_work(work, keeper))
    for signum in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(signum, lambda number, _frame: _pass_on(worker, number))
    status = _wait(worker)
    process.kill_descendants()
    return status


def _work(work: Callable[[], int], keeper: int) -> int:
    os.setsid()
    process.die_with_parent(signal.SIGTERM, keeper)
    process.adopt_orphans()
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    signal.signal(signal.SIGHUP, signal.default_int_handler)
    try:
        status = work()
    except KeyboardInterrupt:
        status = 130
    except SystemExit as end:
        if isinstance(end.code, str):
            print(end.code, file=sys.stderr)
        status = end.code if isinstance(end.code, int) else int(end.code is not None)
    finally:
        process.kill_descendants()
        sys.stdout.flush()
        sys.stderr.flush()
    return status


def _pass_on(worker: int, signum: int) -> None:
    try:
        os.kill(worker, signal.SIGINT if signum == signal.SIGINT else signal.SIGTERM)
    except ProcessLookupError:
        pass


def _wait(worker: int) -> int:
    """The worker's status; orphans that end meanwhile are reaped, so that none stays as a zombie."""
    while True:
        pid, status = os.wait()
        if pid == worker:
            return os.waitstatus_to_exitcode(status) if os.WIFEXITED(status) else 1
