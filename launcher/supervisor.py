"""Runs the programs of `up`: shows what they say, starts again what ends, stops all in order."""

from __future__ import annotations

import os
import selectors
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field

from launcher import process
from launcher.ground import ServiceFailed
from launcher.say import say

FIRST_DELAY = 0.2
LONGEST_DELAY = 10.0
STEADY = 10.0
"""Seconds: the first wait before a restart, the longest, and the age at which a program counts as steady."""

_COLOURS = (36, 33, 32, 35, 34, 96, 93, 92)


@dataclass
class Program:
    """Something to keep running; `start` gives the new process, at best with a pipe as its output."""

    name: str
    start: Callable[[], subprocess.Popen[bytes]]
    stop_signal: int = signal.SIGTERM
    process: subprocess.Popen[bytes] | None = None
    failures: int = 0
    began: float = 0.0
    again_at: float | None = 0.0
    is_service: bool = False
    rest: bytes = field(default=b"")


class Supervisor:
    """Keeps `programs` running, started in their order, until a signal asks to stop.

    `changed` is called after every start with the pids by name. Run it in the main thread: the kernel ends a
    program when the thread that started it ends.
    """

    def __init__(self, programs: list[Program], changed: Callable[[dict[str, int]], None]):
        self.programs = programs
        self.changed = changed
        self.selector = selectors.DefaultSelector()
        self.stopping = 0

    def run(self, idle: Callable[[], float]) -> None:
        """Return after a signal, with all stopped. `idle()` is called often and gives seconds to wait."""
        awake, wake = os.pipe2(os.O_NONBLOCK | os.O_CLOEXEC)
        signal.set_wakeup_fd(wake)
        for signum in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGCHLD):
            signal.signal(signum, self._heard)
        self.selector.register(awake, selectors.EVENT_READ, None)
        try:
            while not self.stopping:
                self._start_due()
                self._listen(min(idle(), self._until_next_start()))
                self._notice_ends()
        finally:
            self._stop_all()
            signal.set_wakeup_fd(-1)

    def _heard(self, signum: int, _frame: object) -> None:
        if signum != signal.SIGCHLD:
            self.stopping += 1

    def _start_due(self) -> None:
        for program in self.programs:
            if program.again_at is not None and program.again_at <= time.monotonic():
                self._start(program)

    def _start(self, program: Program) -> None:
        program.again_at = None
        program.began = time.monotonic()
        try:
            program.process = program.start()
        except (ServiceFailed, OSError) as failure:
            self._start_later(program, f"did not start: {failure}")
        else:
            self._watch(program)

    def _watch(self, program: Program) -> None:
        if program.process and program.process.stdout:
            os.set_blocking(program.process.stdout.fileno(), False)
            self.selector.register(program.process.stdout, selectors.EVENT_READ, program)
        self.changed({each.name: each.process.pid for each in self.programs if each.process})

    def _start_later(self, program: Program, why: str) -> None:
        steady = time.monotonic() - program.began > STEADY
        program.failures = 1 if steady else program.failures + 1
        delay = min(FIRST_DELAY * 2 ** (program.failures - 1), LONGEST_DELAY)
        program.again_at = time.monotonic() + delay
        say(f"· {program.name} {why}; starts again in {delay:.1f} s")

    def _until_next_start(self) -> float:
        due = [program.again_at for program in self.programs if program.again_at is not None]
        return max(0.0, min(due) - time.monotonic()) if due else 3600.0

    def _listen(self, seconds: float) -> None:
        for key, _ in self.selector.select(seconds):
            if key.data is None:
                os.read(key.fd, 4096)
            else:
                self._show(key.data)

    def _show(self, program: Program) -> None:
        assert program.process and program.process.stdout
        try:
            data = os.read(program.process.stdout.fileno(), 65536)
        except BlockingIOError:
            return
        if data == b"":
            self.selector.unregister(program.process.stdout)
        *lines, program.rest = (program.rest + data).split(b"\n")
        if data == b"" and program.rest:
            lines, program.rest = [*lines, program.rest], b""
        for line in lines:
            print(self._prefix(program) + line.decode(errors="replace"), flush=True)

    def _prefix(self, program: Program) -> str:
        text = f"{program.name:<{max(len(each.name) for each in self.programs)}} | "
        if not sys.stdout.isatty():
            return text
        return f"\x1b[{_COLOURS[self.programs.index(program) % len(_COLOURS)]}m{text}\x1b[0m"

    def _notice_ends(self) -> None:
        for program in self.programs:
            if program.process and program.process.poll() is not None:
                self._forget(program)
                self._start_later(program, _ended(program.process.returncode))
                program.process = None

    def _forget(self, program: Program) -> None:
        """Show the last words of a process that ended and close its pipe."""
        assert program.process
        if (pipe := program.process.stdout) and pipe.fileno() in self.selector.get_map():
            self._show(program)
            if pipe.fileno() in self.selector.get_map():
                self.selector.unregister(pipe)
        if pipe:
            pipe.close()

    def _stop_all(self) -> None:
        """Stop the programs, then the services that they use; kill what takes too long."""
        say("· stopping")
        self._end([program for program in self.programs if not program.is_service])
        for program in reversed([program for program in self.programs if program.is_service]):
            self._end([program])
        process.kill_descendants()

    def _end(self, programs: list[Program], patience: float = 10.0) -> None:
        running = [program for program in programs if program.process and program.process.poll() is None]
        for program in reversed(running):
            assert program.process
            program.process.send_signal(program.stop_signal)
        deadline = time.monotonic() + patience
        while left := [program for program in running if program.process and program.process.poll() is None]:
            if time.monotonic() > deadline or self.stopping > 1:
                for program in left:
                    assert program.process
                    program.process.kill()
            self._listen(0.05)
        for program in running:
            self._forget(program)


def _ended(status: int) -> str:
    return f"was killed by {signal.Signals(-status).name}" if status < 0 else f"ended with status {status}"
