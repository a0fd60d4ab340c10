"""The kiosk's local process: what it signs, whom it answers, how it enrols, how it bears a silent server."""

import base64
import json
import os
import signal
import stat
import subprocess
import sys
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
import requests
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from kiosk_agent.app import create_app
from kiosk_agent.device import Device, Enrolment
from kiosk_agent.enrol import Refused, enrol, enrol_by_file
from kiosk_agent.heartbeat import Health, Heartbeat
from kiosk_agent.server import Unreachable, post
from kiosk_agent.settings import settings
from tests.services import a_free_port

ORIGIN = "http://kiosk.localhost:8000"
CHALLENGE = "Zm9vYmFyLWZvb2Jhci1mb28"


def raw(text):
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


class Backend:
    """A server that remembers what it was sent and answers as a test says."""

    def __init__(self):
        self.seen = []
        self.answers = {
            "/api/v1/devices/enrol": (
                201,
                {"device_id": "d-1", "kiosk": "3", "hall": "Southmere", "region": "south"},
            ),
            "/api/v1/devices/heartbeat": (200, {"state": "active", "next": 30}),
        }
        backend = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self):
                body = self.rfile.read(int(self.headers["Content-Length"]))
                backend.seen.append((self.path, dict(self.headers), json.loads(body)))
                status, answer = backend.answers[self.path]
                sent = json.dumps(answer).encode() if isinstance(answer, dict) else answer
                self.send_response(status)
                self.send_header("Content-Length", str(len(sent)))
                if status == 302:
                    self.send_header("Location", "/elsewhere")
                self.end_headers()
                self.wfile.write(sent)

            def log_message(self, *args):
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://kiosk.localhost:{self.server.server_port}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def bodies(self, end):
        return [body for path, _, body in self.seen if path.endswith(end)]


@pytest.fixture
def backend():
    found = Backend()
    yield found
    found.server.shutdown()
    found.server.server_close()


@pytest.fixture
def place(tmp_path, monkeypatch):
    for name in [name for name in os.environ if name.startswith("ERRAND_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("ERRAND_HOME", str(tmp_path))
    return tmp_path / "kiosk" / "3"


@pytest.fixture
def device(place):
    found = Device(place)
    found.public = Ed25519PublicKey.from_public_bytes(raw(found.new_key()))
    found.enrolled(Enrolment("http://127.0.0.1:9", "d-1", "3", "Southmere Town Hall"))
    return found


@pytest.fixture
def page(device):
    return create_app(device, Health(), settings()).test_client()


def sign(page, origin=ORIGIN, **body):
    headers = {"Origin": origin} if origin else {}
    return page.post("/sign", json={"purpose": "session", "challenge": CHALLENGE} | body, headers=headers)


def verify(public, purpose, signed):
    head = f"errand-device-v1\n{purpose}\n{signed['device_id']}\n{signed.get('challenge', '')}"
    text = f"{head}\n{signed['iat']}\n{signed['jti']}"
    public.verify(raw(signed["signature"]), text.encode())


@pytest.mark.parametrize("purpose", ["session", "handoff", "heartbeat"])
def test_a_signature_is_over_purpose_device_challenge_time_and_id(page, device, purpose):
    signed = sign(page, purpose=purpose).json
    assert set(signed) == {"device_id", "challenge", "iat", "jti", "signature"}
    assert signed["challenge"] == CHALLENGE and abs(signed["iat"] - time.time()) < 5
    verify(device.public, purpose, signed)
    for change in (
        {"challenge": CHALLENGE + "A"},
        {"iat": signed["iat"] + 1},
        {"jti": "x" * 20},
        {"device_id": "d-2"},
    ):
        with pytest.raises(InvalidSignature):
            verify(device.public, purpose, signed | change)
    with pytest.raises(InvalidSignature):
        verify(device.public, "other", signed)
    assert sign(page, purpose=purpose).json["jti"] != signed["jti"]


@pytest.mark.parametrize(
    "origin", [None, "null", "http://localhost:8000", "http://kiosk.localhost:8001", "https://evil"]
)
def test_only_the_kiosks_own_origin_is_answered(page, origin):
    answer = sign(page, origin)
    assert answer.status_code == 403
    assert "Access-Control-Allow-Origin" not in answer.headers
    assert page.post("/wipe", json={}, headers={"Origin": origin} if origin else {}).status_code == 403


def test_another_host_name_is_refused_so_that_no_name_can_be_rebound_to_loopback(page):
    assert page.get("/status", headers={"Host": "evil.example"}).status_code == 400
    assert page.get("/status", headers={"Host": "127.0.0.1:8020"}).status_code == 200


def test_preflight_of_the_kiosk_allows_private_network_access(page):
    asked = {"Access-Control-Request-Method": "POST", "Access-Control-Request-Headers": "content-type"}
    asked |= {"Access-Control-Request-Private-Network": "true"}
    answer = page.options("/sign", headers=asked | {"Origin": ORIGIN})
    assert answer.status_code == 204
    assert answer.headers["Access-Control-Allow-Origin"] == ORIGIN
    assert answer.headers["Access-Control-Allow-Private-Network"] == "true"
    assert answer.headers["Access-Control-Allow-Headers"] == "Content-Type"
    assert (
        "Access-Control-Allow-Private-Network"
        not in page.options("/sign", headers=asked | {"Origin": "http://evil"}).headers
    )


@pytest.mark.parametrize(
    "body",
    [
        {"purpose": "login"},
        {"purpose": None},
        {"challenge": "short"},
        {"challenge": "a" * 129},
        {"challenge": "aaaaaaaaaaaaaaaa\nheartbeat"},
        {"challenge": "٣" * 20},
        {"challenge": 7},
        {"more": 1},
    ],
)
def test_hostile_challenges_are_not_signed(page, body):
    assert sign(page, **body).status_code == 422


def test_bodies_are_json_and_small(page):
    headers = {"Origin": ORIGIN}
    assert page.post("/sign", data="purpose=session", headers=headers).status_code == 415
    assert page.post("/sign", data="[1]", content_type="application/json", headers=headers).status_code == 422
    assert page.post("/sign", json={"challenge": "a" * 9000}, headers=headers).status_code in (413, 422)


def test_an_unenrolled_kiosk_says_so_and_signs_nothing(place):
    page = create_app(Device(place), Health(), settings()).test_client()
    assert sign(page).status_code == 409
    status = page.get("/status").json
    assert (status["enrolled"], status["kiosk"], status["state"]) == (False, "3", "waiting")


def test_wipe_empties_the_spool_and_ends_the_session(page, place, tmp_path):
    sign(page)
    assert page.get("/status").json["session"] == "active"
    (place / "spool").mkdir()
    outside = tmp_path / "keep"
    outside.write_text("x")
    (place / "spool" / "a.pdf").write_text("secret")
    (place / "spool" / "b").symlink_to(outside)
    answer = page.post("/wipe", json={}, headers={"Origin": ORIGIN})
    assert answer.json == {"purged": 2, "restarted": False}
    assert list((place / "spool").iterdir()) == [] and outside.exists()
    assert page.get("/status").json["session"] == "idle"


def test_wipe_runs_the_restart_command_without_a_shell(device, tmp_path, monkeypatch):
    mark = tmp_path / "a; b"
    monkeypatch.setenv("ERRAND_KIOSK_RESTART", f"touch '{mark}'")
    page = create_app(device, Health(), settings()).test_client()
    assert page.post("/wipe", json={}, headers={"Origin": ORIGIN}).json["restarted"] is True
    for _ in range(100):
        if mark.exists():
            break
        time.sleep(0.02)
    assert mark.exists()


def test_enrolment_keeps_the_key_private_and_uses_it_after_a_restart(place, backend):
    enrolment = enrol(Device(place), backend.url, "code-1")
    assert (enrolment.device_id, enrolment.kiosk, enrolment.hall) == ("d-1", "3", "Southmere")
    _, headers, body = backend.seen[0]
    assert (
        body["code"] == "code-1"
        and set(body) == {"code", "public_key"}
        and len(raw(body["public_key"])) == 32
    )
    assert headers["X-Errand"] == "1" and headers["Host"] == backend.url.removeprefix("http://")
    assert stat.S_IMODE((place / "device.json").stat().st_mode) == 0o600
    assert stat.S_IMODE(place.stat().st_mode) == 0o700
    again = Device(place)
    public = Ed25519PublicKey.from_public_bytes(raw(body["public_key"]))
    verify(public, "handoff", again.sign("handoff", CHALLENGE))


def test_a_lost_answer_is_asked_for_again_with_the_same_key(place, backend):
    right = backend.answers["/api/v1/devices/enrol"]
    backend.answers["/api/v1/devices/enrol"] = (503, {})
    with pytest.raises(Unreachable):
        enrol(Device(place), backend.url, "code-1")
    backend.answers["/api/v1/devices/enrol"] = right
    enrol(Device(place), backend.url, "code-1")
    first, second = backend.bodies("enrol")
    assert first["public_key"] == second["public_key"]


def test_a_refused_new_code_leaves_the_present_enrolment_in_use(place, backend):
    device = Device(place)
    enrol(device, backend.url, "code-1")
    backend.answers["/api/v1/devices/enrol"] = (404, {"type": "/problems/enrol-not-available"})
    with pytest.raises(Refused):
        enrol(device, backend.url, "code-2")
    public = Ed25519PublicKey.from_public_bytes(raw(backend.bodies("enrol")[0]["public_key"]))
    verify(public, "session", device.sign("session", CHALLENGE))
    verify(public, "session", Device(place).sign("session", CHALLENGE))


def test_the_file_of_the_demo_enrols_once_and_disappears(place, backend):
    device = Device(place)
    assert enrol_by_file(device, place) is False
    (place / "enrol.json").write_text(json.dumps({"server": backend.url, "code": "code-1"}))
    assert enrol_by_file(device, place) is True
    assert not (place / "enrol.json").exists() and device.enrolment
    (place / "enrol.json").write_text("{ not json")
    assert enrol_by_file(device, place) is False
    backend.answers["/api/v1/devices/enrol"] = (404, {})
    (place / "enrol.json").write_text(json.dumps({"server": backend.url, "code": "used"}))
    assert enrol_by_file(device, place) is False
    assert not (place / "enrol.json").exists() and device.enrolment.device_id == "d-1"


def test_heartbeats_are_signed_and_report(place, backend):
    device = Device(place)
    enrol(device, backend.url, "code-1")
    health = Health()
    Heartbeat(device, health, place).beat()
    (body,) = backend.bodies("heartbeat")
    assert set(body) == {"device_id", "iat", "jti", "signature", "report"}
    verify(
        Ed25519PublicKey.from_public_bytes(raw(backend.bodies("enrol")[0]["public_key"])), "heartbeat", body
    )
    assert set(body["report"]) == {"build", "boot_id", "uptime", "session", "clock"}
    assert isinstance(body["report"]["uptime"], int) and len(body["report"]["build"]) == 64
    assert health.state == "active" and health.last_heartbeat
    backend.answers["/api/v1/devices/heartbeat"] = (200, {"state": "suspect"})
    Heartbeat(device, health, place).beat()
    assert health.state == "suspect"
    backend.answers["/api/v1/devices/heartbeat"] = (401, {})
    Heartbeat(device, health, place).beat()
    assert health.state == "revoked"


def until(condition, seconds=5.0):
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if condition():
            return True
        time.sleep(0.02)
    return False


def test_the_agent_waits_for_its_code_enrols_and_beats_over_outages(place, backend):
    device, health = Device(place), Health()
    beating = Heartbeat(device, health, place, every=0.1)
    beating.start()
    try:
        backend.answers["/api/v1/devices/enrol"], right = (503, {}), backend.answers["/api/v1/devices/enrol"]
        (place / "enrol.json").write_text(json.dumps({"server": backend.url, "code": "code-1"}))
        assert until(lambda: backend.bodies("enrol"))
        assert (place / "enrol.json").exists()
        backend.answers["/api/v1/devices/enrol"] = right
        assert until(lambda: len(backend.bodies("heartbeat")) >= 2)
        backend.answers["/api/v1/devices/heartbeat"] = (500, {})
        assert until(lambda: health.state == "offline")
        backend.answers["/api/v1/devices/heartbeat"] = (200, {"state": "active"})
        assert until(lambda: health.state == "active")
    finally:
        beating.stop()
        beating.join(5)
    assert not beating.is_alive()


def test_pauses_grow_and_stay_bounded(place):
    beating = Heartbeat(Device(place), Health(), place)
    pauses = [beating._pause_after(Unreachable("x")) for _ in range(8)]
    assert pauses[0] <= 1.2 and 3.2 <= pauses[2] <= 4.8 and 24 <= pauses[-1] <= 36


def test_the_client_follows_no_redirect_and_takes_no_rubbish(backend):
    backend.answers["/x"] = (302, {})
    assert post(backend.url, "/x", {}).status == 302
    assert [path for path, *_ in backend.seen] == ["/x"]
    backend.answers["/x"] = (200, b"<html>")
    with pytest.raises(Unreachable):
        post(backend.url, "/x", {})
    with pytest.raises(Unreachable):
        post("http://127.0.0.1:9", "/x", {}, timeout=1)


def test_the_origin_follows_the_installation(place, monkeypatch):
    assert (settings().origin, settings().port) == ("http://kiosk.localhost:8000", 8020)
    monkeypatch.setenv("ERRAND_PORT_BASE", "9000")
    assert (settings().origin, settings().port) == ("http://kiosk.localhost:9000", 9020)
    monkeypatch.setenv("ERRAND_SCHEME", "https")
    monkeypatch.setenv("ERRAND_HOST", "south.example")
    monkeypatch.setenv("ERRAND_PUBLIC_PORT", "443")
    assert settings().origin == "https://kiosk.south.example"
    assert settings("7", 1234).place.name == "7" and settings("7", 1234).port == 1234


def test_a_kiosk_number_cannot_leave_its_directory(place, monkeypatch):
    for number in ("../3", "3/..", "", "٣"):
        monkeypatch.setenv("ERRAND_KIOSK", number)
        if number == "":
            assert settings().kiosk == "3"
        else:
            with pytest.raises(SystemExit):
                settings()


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_the_process_serves_on_loopback_and_ends_when_told(place, number):
    port = a_free_port()
    environment = os.environ | {"ERRAND_AGENT_PORT": str(port)}
    process = subprocess.Popen(
        [sys.executable, "-m", "kiosk_agent"],
        env=environment,
        cwd=Path(__file__).parents[2],
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        assert f"kiosk 3 on http://127.0.0.1:{port}" in process.stdout.readline()
        assert requests.get(f"http://127.0.0.1:{port}/status", timeout=5).json()["enrolled"] is False
        process.send_signal(number)
        assert process.wait(5) == 0
    finally:
        process.kill()
        process.wait()
        process.stdout.close()
