"""The agent's own thread: waits for an enrolment code, then tells the server how the kiosk is."""

import hashlib
import logging
import random
import secrets
import threading
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from kiosk_agent.device import Device
from kiosk_agent.enrol import enrol_by_file, waiting_code
from kiosk_agent.server import Unreachable, post

log = logging.getLogger("kiosk_agent")

EVERY = 30.0
LOOK_FOR_CODE = 1.0
LONGEST_PAUSE = 30.0


def build_hash() -> str:
    """SHA-256 over the agent's own source files, by which the server knows an unknown build."""
    found = hashlib.sha256()
    for path in sorted(Path(__file__).parent.glob("*.py")):
        found.update(path.name.encode() + b"\\0" + path.read_bytes())
    return found.hexdigest()


def boot_id() -> str:
    """The kernel's id of this boot; on a system without one, a new id per start of the agent."""
    try:
        return Path("/proc/sys/kernel/random/boot_id").read_text().strip()
    except OSError:
        return secrets.token_hex(16)


class Health:
    """What the agent knows about the kiosk now; shared by its threads."""

    def __init__(self) -> None:
        self.build = build_hash()
        self.boot = boot_id()
        self.started = time.monotonic()
        self.session = "idle"
        self.state = "waiting"
        self.last_heartbeat: str | None = None

    def report(self) -> dict[str, Any]:
        """The report of a heartbeat."""
        return {
            "build": self.build,
            "boot_id": self.boot,
            "uptime": int(time.monotonic() - self.started),
            "session": self.session,
            "clock": datetime.now(UTC).isoformat(timespec="seconds").replace("+00:00", "Z"),
        }


class Heartbeat(threading.Thread):
    """Enrols when a code lies there, then beats; asks a silent server again with growing pauses."""

    def __init__(self, device: Device, health: Health, place: Path, every: float = EVERY) -> None:
        super().__init__(name="heartbeat", daemon=True)
        self.device = device
        self.health = health
        self.place = place
        self.every = every
        self._stop_asked = threading.Event()
        self._failures = 0
        self._next_beat = 0.0

    def stop(self) -> None:
        """Ends the thread soon."""
        self._stop_asked.set()

    def run(self) -> None:
        while not self._stop_asked.is_set():
            try:
                pause = self.turn()
                self._failures = 0
            except Unreachable as error:
                pause = self._pause_after(error)
            except Exception:
                log.exception("a turn of the heartbeat failed")
                pause = LONGEST_PAUSE
            self._wait(pause)

    def turn(self) -> float:
        """Does what is due, once; returns the seconds until something may be due again."""
        if enrol_by_file(self.device, self.place):
            self.health.state = "active"
            self._next_beat = 0.0
        if self.device.enrolment is None:
            return LOOK_FOR_CODE
        if time.monotonic() >= self._next_beat:
            self.beat()
            self._next_beat = time.monotonic() + self.every
        return max(0.0, self._next_beat - time.monotonic())

    def beat(self) -> None:
        """One heartbeat. A device that the server no longer takes is told as `revoked` and goes on asking."""
        enrolment = self.device.enrolment
        assert enrolment is not None
        body = self.device.sign("heartbeat", "")
        del body["challenge"]
        answer = post(enrolment.server, "/api/v1/devices/heartbeat", body | {"report": self.health.report()})
        before = self.health.state
        if answer.ok:
            self.health.state = str(answer.body.get("state", "active"))
            self.health.last_heartbeat = datetime.now(UTC).isoformat(timespec="seconds")
            told = answer.body.get("next")
            if isinstance(told, int | float) and 1 <= told <= 300 and self.every == EVERY:
                self.every = float(told)
        else:
            self.health.state = "revoked" if answer.status in (401, 403, 404) else "refused"
        if self.health.state != before:
            log.info("the kiosk is %s", self.health.state)

    def _pause_after(self, error: Unreachable) -> float:
        """1, 2, 4, ... up to 30 seconds, each ±20 %, so that a hall's kiosks do not come back all at once."""
        if self._failures == 0:
            log.warning("the server does not answer: %s", error)
        self.health.state = "offline" if self.device.enrolment else "waiting"
        pause = min(LONGEST_PAUSE, 2.0**self._failures)
        self._failures = min(self._failures + 1, 10)
        return pause * random.uniform(0.8, 1.2)

    def _wait(self, pause: float) -> None:
        """Sleeps, but wakes for a stop or a new enrolment code."""
        until = time.monotonic() + pause
        known = waiting_code(self.place)
        while (left := until - time.monotonic()) > 0:
            if self._stop_asked.wait(min(left, LOOK_FOR_CODE)) or waiting_code(self.place) != known:
                return
