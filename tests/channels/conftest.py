"""Three origins with the API, a provider to log in at, and browsers that go there."""

from __future__ import annotations

import secrets
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
import requests
from flask import Flask
from werkzeug.serving import make_server
from werkzeug.test import TestResponse

from backend.app.settings import Settings
from backend.app.web import applications
from backend.app.wiring import Errand, build
from outside.identity.app import create_app
from outside.identity.clients import local_clients
from tests.handoff.conftest import APPLY, movable
from tests.people.agent import Agent

PORT = 8000


def a_key() -> str:
    """A fresh idempotency key."""
    return secrets.token_urlsafe(16)


class World:
    """One installation in this process."""

    def __init__(self, errand: Errand, issuer: str) -> None:
        self.errand = errand
        self.issuer = issuer
        self.places = errand.places
        self.apps: dict[str, Any] = applications(errand, errand.places)
        errand.packs.deploy(movable(), "permit")

    def browser(self, channel: str = "web") -> Browser:
        """A browser without cookies, at one origin."""
        return Browser(self, channel)

    def kiosk(self) -> Browser:
        """The browser of a freshly enrolled kiosk, with its session."""
        found = self.browser("kiosk")
        found.agent = Agent(self.errand.people)
        made = found.api("POST", "/device-sessions", found.agent.wire("session"))
        assert made.status_code == 201, made.text
        return found

    def citizen(self, person: str = "anna", channel: str = "web") -> Browser:
        """A browser in which someone has just logged in."""
        found = self.kiosk() if channel == "kiosk" else self.browser(channel)
        found.log_in(person)
        return found

    def sql(self, text: str, *params: Any) -> list[dict[str, Any]]:
        """A statement of the test's own."""
        with self.errand.records.transaction() as inside:
            cursor = inside.connection.execute(text, params)
            return cursor.fetchall() if cursor.description else []


class Browser:
    """Keeps cookies, sends what a browser sends."""

    def __init__(self, world: World, channel: str) -> None:
        self.world = world
        self.channel = channel
        self.origin = world.places.origin(channel)
        self.client = world.apps[channel].test_client()
        self.agent: Agent | None = None

    def api(self, method: str, path: str, body: Any = None, **headers: Any) -> TestResponse:
        """An API call as a page's script makes it. A header None is left out; data= sends bytes as they
        are."""
        usual: dict[str, Any] = {"Origin": self.origin, "Sec-Fetch-Site": "same-origin", "X-Errand": "1"}
        if method != "GET":
            usual["Idempotency-Key"] = a_key()
        data = headers.pop("data", None)
        sent = {name: value for name, value in (usual | headers).items() if value is not None}
        more: dict[str, Any] = (
            {"data": data} if data is not None else {"json": body} if body is not None else {}
        )
        if data is not None:
            more["content_type"] = sent.pop("Content-Type", "application/json")
        return self.client.open("/api/v1" + path, method=method, base_url=self.origin, headers=sent, **more)

    def get(self, path: str, **headers: str) -> TestResponse:
        """A navigation."""
        return self.client.get(path, base_url=self.origin, headers=headers)

    def post(self, path: str, form: dict[str, str], **headers: Any) -> TestResponse:
        """A form that is sent."""
        usual = {"Origin": self.origin, "Sec-Fetch-Site": "same-origin"} | headers
        sent = {name: value for name, value in usual.items() if value is not None}
        return self.client.post(path, base_url=self.origin, data=form, headers=sent)

    def log_in(self, person: str = "anna", path: str = "/login") -> TestResponse:
        """To the provider and back."""
        return self.come_back(self.provider(self.get(path), person))

    def provider(self, sent: TestResponse, person: str) -> str:
        """Choose a person at the provider; the address to come back to."""
        assert sent.status_code == 303, sent.text
        back = requests.post(
            sent.headers["Location"], data={"person": person}, allow_redirects=False, timeout=5
        )
        assert back.status_code == 303, back.text
        return back.headers["Location"]

    def come_back(self, address: str) -> TestResponse:
        """The provider's redirect. A browser sends no Strict cookie here, so neither do we."""
        parts = urlsplit(address)
        token = self.client.get_cookie("__Host-es", domain=parts.hostname or "")
        if token is not None:
            self.client.delete_cookie("__Host-es", domain=parts.hostname or "")
        done = self.get(f"{parts.path}?{parts.query}")
        if token is not None and self.token() is None and done.status_code != 200:
            self.keep(token.value)
        return done

    def token(self) -> str | None:
        """The session's cookie."""
        found = self.client.get_cookie("__Host-es", domain=self.world.places.name(self.channel))
        return None if found is None else found.value

    def keep(self, token: str) -> None:
        """Put a session's cookie into the browser."""
        domain = self.world.places.name(self.channel)
        self.client.set_cookie("__Host-es", token, domain=domain, secure=True, httponly=True)

    def start(self) -> dict[str, Any]:
        """A case of the reference process: its id, task, lease."""
        made = self.api("POST", "/cases", {"procedure": "permit", "region": "south"})
        assert made.status_code == 201, made.text
        found: dict[str, Any] = made.get_json()
        return found

    def submit(self, case: dict[str, Any], **headers: Any) -> TestResponse:
        """The first task with the answers that its form wants."""
        path = f"/cases/{case['case_id']}/tasks/{case['task_id']}/submit"
        usual = {"If-Match": '"1"', "Errand-Lease": str(case["lease"])}
        return self.api("POST", path, {"answers": APPLY}, **(usual | headers))


@pytest.fixture(scope="module")
def world(database: str, valkey_url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """An installation of this module's own."""
    home: Path = tmp_path_factory.mktemp("home")
    patch = pytest.MonkeyPatch()
    patch.setenv("ERRAND_HOME", str(home))
    server = make_server("127.0.0.1", 0, Flask("later"), threaded=True)
    issuer = f"http://127.0.0.1:{server.port}"
    server.app = create_app(local_clients(PORT), issuer)
    told = {
        "ERRAND_DATABASE_URL": database,
        "ERRAND_REDIS_URL": valkey_url,
        "ERRAND_WEB_PORT": str(PORT),
        "ERRAND_OIDC_ISSUER": issuer,
        "ERRAND_EGRESS_ALLOW": f"127.0.0.1:{server.port}",
    }
    for name, value in told.items():
        patch.setenv(name, value)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    errand = build(Settings.read())
    errand.limits._factor = 1000
    yield World(errand, issuer)
    errand.close()
    server.shutdown()
    thread.join()
    server.server_close()
    patch.undo()
