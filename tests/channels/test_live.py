"""The live process over real sockets: who may listen, what is missed, who must leave (HANDOFF 1.10, A22)."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
import simple_websocket

from launcher.up import is_free
from tests.channels.conftest import Browser, World
from tests.services import a_free_port

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def live(world: World) -> Iterator[int]:
    """The process, on a port of its own."""
    port = a_free_port()
    env = {**os.environ, "ERRAND_LIVE_PORT": str(port)}
    process = subprocess.Popen([sys.executable, "-m", "backend.app.live"], cwd=ROOT, env=env)
    try:
        until(lambda: not is_free(port) or process.poll() is not None, 60)
        assert process.poll() is None
        yield port
    finally:
        process.terminate()
        process.wait(10)


def until(test: Callable[[], Any], seconds: float = 40.0) -> Any:
    """Wait until it holds."""
    end = time.monotonic() + seconds
    while not (found := test()):
        assert time.monotonic() < end, "it never came true"
        time.sleep(0.02)
    return found


class Refused(Exception):
    """The server did not let the socket in."""


class Screen:
    """An open page's socket: Socket.IO 5 over one websocket, as a browser speaks it."""

    def __init__(self, live: int, browser: Browser, **headers: str | None) -> None:
        self.events: list[tuple[str, Any]] = []
        self.answers: dict[int, Any] = {}
        self.connected = False
        usual = {"Origin": browser.origin, "Cookie": f"__Host-es={browser.token()}"}
        sent = {name: value for name, value in (usual | headers).items() if value is not None}
        try:
            self.socket = simple_websocket.Client(address(live), headers=sent)
        except simple_websocket.ConnectionError:
            raise Refused from None
        self._greet()
        threading.Thread(target=self._hear, daemon=True).start()

    def _greet(self) -> None:
        """Hello first: what comes in one piece with the handshake, this client sees with the next only."""
        try:
            self.socket.send("40")
            assert (self.socket.receive(timeout=40) or "").startswith("0")
            answer = self.socket.receive(timeout=40) or ""
        except simple_websocket.ConnectionClosed:
            raise Refused from None
        if not answer.startswith("40"):
            self.socket.close()
            raise Refused
        self.connected = True

    def _hear(self) -> None:
        try:
            while True:
                self._heard(self.socket.receive())
        except simple_websocket.ConnectionClosed:
            self.connected = False

    def _heard(self, text: str) -> None:
        if text == "2":
            self.socket.send("3")
        elif text == "41":
            self.connected = False
        elif text.startswith("42"):
            name, data = json.loads(text[2:])
            self.events.append((name, data))
        elif text.startswith("43"):
            number, _, rest = text[2:].partition("[")
            self.answers[int(number)] = json.loads("[" + rest)[0]

    def emit(self, name: str, data: Any, number: int | None = None) -> None:
        self.socket.send(f"42{'' if number is None else number}{json.dumps([name, data])}")

    def subscribe(self, topic: Any, last_seq: Any = 0) -> Any:
        number = len(self.answers) + 1
        self.emit("subscribe", {"topic": topic, "last_seq": last_seq}, number)
        return until(lambda: self.answers.get(number))

    def close(self) -> None:
        with suppress(Exception):
            self.socket.close()


def address(live: int) -> str:
    return f"ws://127.0.0.1:{live}/socket.io/?EIO=4&transport=websocket"


@pytest.fixture()
def screens(live: int) -> Iterator[Callable[..., Screen]]:
    """Opens screens and closes them after the test."""
    opened: list[Screen] = []

    def screen(browser: Browser, **headers: str | None) -> Screen:
        opened.append(Screen(live, browser, **headers))
        return opened[-1]

    yield screen
    for each in opened:
        each.close()


def test_a_change_reaches_the_page_that_shows_the_case(world: World, screens: Callable[..., Screen]) -> None:
    anna = world.citizen("anna")
    case = anna.start()
    topic = f"case:{case['case_id']}"
    screen = screens(anna)
    assert screen.subscribe(topic, case["case_seq"])["head"] == case["case_seq"]
    world.errand.tell(topic, case["case_seq"] + 1, "TaskCompleted", case["case_id"])
    name, event = until(lambda: screen.events and screen.events[-1])
    assert (name, event["seq"], set(event)) == (
        "topic",
        case["case_seq"] + 1,
        {"topic", "seq", "type", "ref"},
    )


def test_what_was_missed_is_told_or_reset(world: World, screens: Callable[..., Screen]) -> None:
    anna = world.citizen("anna")
    case = anna.start()
    done = anna.submit(case).get_json()
    topic = f"case:{case['case_id']}"
    screen = screens(anna)
    screen.subscribe(topic, case["case_seq"])
    until(lambda: [event["seq"] for name, event in screen.events if name == "topic"])
    assert screen.events[-1][1]["seq"] == done["case_seq"]
    other = screens(anna)
    assert other.subscribe(topic, 0)["reset"] is True
    assert until(lambda: [name for name, _ in other.events]) == ["reset"]


def test_a22_nobody_listens_to_what_is_not_his(world: World, screens: Callable[..., Screen]) -> None:
    anna, boris = world.citizen("anna"), world.citizen("boris")
    case = anna.start()
    screen = screens(boris)
    for topic in (f"case:{case['case_id']}", "queue:residents-south", "case:x", "", None, 1, {}, "x" * 500):
        assert screen.subscribe(topic) == {"error": "not-found"}
    for wrong in (-1, "1", True, None, 1.5):
        assert screen.subscribe(f"case:{boris.start()['case_id']}", wrong) == {"error": "not-found"}
    world.errand.tell(f"case:{case['case_id']}", 99, "TaskCompleted", case["case_id"])
    screen.emit("topic", {"topic": f"case:{case['case_id']}", "seq": 100})
    screen.emit("join", {"room": f"case:{case['case_id']}"})
    time.sleep(0.5)
    assert screen.events == []


@pytest.mark.parametrize("headers", [
    {"Origin": "https://evil.example"}, {"Origin": None},
    {"Cookie": None}, {"Cookie": "__Host-es=" + "a" * 43},
    {"Origin": "http://kiosk.localhost:8000"},
])  # fmt: skip
def test_a22_a_socket_of_another_site_or_without_a_session_is_refused(
    world: World, live: int, headers: dict[str, str | None]
) -> None:
    with pytest.raises(Refused):
        Screen(live, world.citizen("anna"), **headers)


def test_a_logout_closes_the_sockets_of_its_session(world: World, screens: Callable[..., Screen]) -> None:
    anna = world.citizen("anna")
    screen = screens(anna)
    screen.subscribe("session:self")
    anna.api("DELETE", "/sessions/self")
    until(lambda: not screen.connected)
    assert ("topic", "session.ended") in [(name, event["type"]) for name, event in screen.events]


def test_a_handoff_tells_its_kiosk_and_the_move_closes_it(
    world: World, screens: Callable[..., Screen]
) -> None:
    from tests.channels.test_handoff_api import code_of, offered

    kiosk, _, made = offered(world)
    screen = screens(kiosk)
    topic, one = f"handoff:{made['id']}", f"/handoffs/{made['id']}"
    assert screen.subscribe(topic, made["seq"])["head"] == made["seq"]
    phone = world.browser()
    phone.api("POST", "/handoffs/claim", {"code": code_of(made)})
    assert until(lambda: screen.events)[-1][1]["type"] == "handoff.claimed"
    number = phone.api("POST", f"{one}/approve", {}).get_json()["number"]
    kiosk.api("POST", f"{one}/confirm", {"number": number})
    phone.api("POST", f"{one}/activate", {})
    until(lambda: not screen.connected)


def test_limits_of_a_session(world: World, screens: Callable[..., Screen]) -> None:
    carla = world.citizen("carla")
    open_ones = [screens(carla) for _ in range(5)]
    with pytest.raises(Refused):
        screens(carla)
    for number in range(40):
        with suppress(Exception):
            open_ones[0].emit("subscribe", {"topic": f"case:{number}"})
    until(lambda: not open_ones[0].connected)


def test_a22_a_message_that_is_too_large_ends_the_socket(
    world: World, screens: Callable[..., Screen]
) -> None:
    screen = screens(world.citizen("anna"))
    with suppress(Exception):
        screen.emit("subscribe", {"topic": "x" * 200_000})
    until(lambda: not screen.connected)


def test_a22_a_connection_that_says_nothing_is_closed_within_seconds(world: World, live: int) -> None:
    anna = world.citizen("anna")
    silent = simple_websocket.Client(address(live), headers={"Origin": anna.origin})
    began = time.monotonic()
    with pytest.raises(simple_websocket.ConnectionClosed):
        while time.monotonic() - began < 40:
            silent.receive(timeout=1)
    assert time.monotonic() - began < 30


def test_only_websockets_are_served(world: World, live: int) -> None:
    import requests

    answer = requests.get(f"http://127.0.0.1:{live}/socket.io/?EIO=4&transport=polling", timeout=5)
    assert answer.status_code == 400
