"""Browsers without a browser: plain HTTP at the running system, from an address of their own each.

Every browser calls from another address of 127.0.0.0/8, so that the limits per address are left as they are.
"""

from __future__ import annotations

import itertools
import json
import os
import re
import secrets
import time
from collections.abc import Callable
from html import unescape
from typing import Any
from urllib.parse import urlsplit

import requests
from requests.adapters import HTTPAdapter

from tests.system import System

PREFIX = {"web": "", "kiosk": "kiosk.", "desk": "desk."}
CHANNEL_OF = {"web": "citizen", "kiosk": "kiosk", "desk": "desk"}
FIRST_NIGHT = "moved_in"
HIDDEN = re.compile(r'<input[^>]*type="hidden"[^>]*>')
PART = re.compile(r'(\w+)="([^"]*)"')
_NUMBERS = itertools.count(secrets.randbelow(200) * 1000 + 2)
BUSY = {502, 503}


def a_key() -> str:
    """A fresh idempotency key."""
    return secrets.token_urlsafe(16)


def until(test: Callable[[], Any], seconds: float = 30.0, pause: float = 0.05) -> Any:
    """Wait until it holds; gives what it gave."""
    end = time.monotonic() + seconds
    while not (found := test()):
        assert time.monotonic() < end, "it never came true"
        time.sleep(pause)
    return found


def own_address() -> str:
    """Another address of this machine each time."""
    number = next(_NUMBERS)
    return f"127.{os.getpid() % 200 + 20}.{number // 250 % 250}.{number % 250 + 2}"


class FromAddress(HTTPAdapter):
    """Connects from one address."""

    def __init__(self, address: str) -> None:
        self.address = address
        super().__init__(pool_maxsize=4)

    def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:
        super().init_poolmanager(*args, **kwargs, source_address=(self.address, 0))


class Browser:
    """Keeps the cookies of one origin by hand (they are Secure) and sends what a browser sends.

    patient: ask again, with the same key, while nobody answers, as a page's script does.
    """

    def __init__(self, system: System, channel: str = "web", *, patient: bool = False) -> None:
        self.system = system
        self.channel = channel
        self.patient = patient
        self.host = f"{PREFIX[channel]}localhost:{system.base}"
        self.origin = f"http://{self.host}"
        self.cookies: dict[str, str] = {}
        self.address = own_address()
        self.session = requests.Session()
        self.session.trust_env = False
        self.session.mount("http://", FromAddress(self.address))

    def send(self, method: str, path: str, **more: Any) -> requests.Response:
        """One request as it is told. `headers` with None are left out."""
        headers = {"Host": self.host} | dict(more.pop("headers", {}))
        if self.cookies:
            headers.setdefault("Cookie", "; ".join(f"{n}={v}" for n, v in self.cookies.items()))
        sent = {name: value for name, value in headers.items() if value is not None}
        url = f"http://127.0.0.1:{self.system.base}{path}"
        answer = self._answered(
            lambda: self.session.request(method, url, headers=sent, allow_redirects=False, timeout=30, **more)
        )
        assert answer.status_code != 500, f"{method} {path}: 500\n{faults(self.system)}"
        self.session.cookies.clear()
        for line in answer.raw.headers.getlist("Set-Cookie"):
            name, _, rest = line.partition("=")
            self.cookies[name] = rest.partition(";")[0]
            if "Max-Age=0" in line:
                del self.cookies[name]
        return answer

    def _answered(self, ask: Callable[[], requests.Response]) -> requests.Response:
        end = time.monotonic() + 60
        while True:
            try:
                answer = ask()
            except requests.ConnectionError:
                if not self.patient or time.monotonic() > end:
                    raise
            else:
                if not self.patient or answer.status_code not in BUSY or time.monotonic() > end:
                    return answer
            time.sleep(0.1)

    def api(self, method: str, path: str, body: Any = None, **more: Any) -> requests.Response:
        """A call as a page's script makes it. `data` sends bytes as they are."""
        usual: dict[str, Any] = {"Origin": self.origin, "Sec-Fetch-Site": "same-origin", "X-Errand": "1"}
        if method != "GET":
            usual |= {"Idempotency-Key": a_key(), "Content-Type": "application/json"}
        headers = usual | dict(more.pop("headers", {}))
        if "data" not in more and method not in ("GET", "DELETE"):
            more["data"] = json.dumps({} if body is None else body)
        return self.send(method, "/api/v1" + path, headers=headers, **more)

    def get(self, path: str, **headers: Any) -> requests.Response:
        """A navigation."""
        return self.send("GET", path, headers=headers)

    def post(self, path: str, form: Any, **headers: Any) -> requests.Response:
        """A form that is sent."""
        usual = {"Origin": self.origin, "Sec-Fetch-Site": "same-origin"}
        return self.send("POST", path, headers=usual | headers, data=form)

    def log_in(self, person: str = "anna", path: str = "/login") -> requests.Response:
        """To the provider and back. A browser brings no Strict cookie from another site, so neither do we."""
        sent = self.get(path)
        assert sent.status_code == 303, sent.text[:300]
        back = self._answered(
            lambda: requests.post(
                sent.headers["Location"], data={"person": person}, allow_redirects=False, timeout=30
            )
        )
        assert back.status_code == 303, back.text[:300]
        place = urlsplit(back.headers["Location"])
        kept = self.cookies.pop("__Host-es", None)
        done = self.get(f"{place.path}?{place.query}")
        if kept is not None and done.status_code != 200:
            self.cookies["__Host-es"] = kept
        return done

    def token(self) -> str:
        """The session's cookie."""
        return self.cookies.get("__Host-es", "")

    def begin(self) -> Browser:
        """A session of this kiosk's device, once it is enrolled, for whoever stands here."""
        agent = f"{self.system.urls['agent']}/status"
        until(lambda: requests.get(agent, timeout=10).json()["enrolled"])
        asked = self.api("POST", "/device-sessions/challenge", {})
        assert asked.status_code == 201, asked.text
        made = self.api("POST", "/device-sessions", self.signed("session", asked.json()["challenge"]))
        assert made.status_code == 201, made.text
        return self

    def signed(self, purpose: str, challenge: str = "") -> dict[str, Any]:
        """What the agent signs for this page."""
        text = challenge or self.api("POST", "/device-sessions/challenge", {}).json()["challenge"]
        told = requests.post(
            f"{self.system.urls['agent']}/sign", json={"purpose": purpose, "challenge": text},
            headers={"Origin": self.origin}, timeout=10,
        )  # fmt: skip
        assert told.status_code == 200, told.text
        return dict(told.json())

    def start(self, procedure: str = "move", region: str = "south") -> dict[str, Any]:
        """A case at its first task: case_id, task_id, revision, lease."""
        made = self.api("POST", "/cases", {"procedure": procedure, "region": region})
        assert made.status_code == 201, made.text
        return self.task_of(made.json()["case_id"])

    def task_of(self, case: str, element: str = "") -> dict[str, Any]:
        """The case's open task, when there is one."""
        found = until(lambda: self._open(case, element))
        return {
            "case_id": case, "task_id": found["id"], "revision": found["revision"], "lease": found["lease"],
            "element": found["element"],
        }  # fmt: skip

    def _open(self, case: str, element: str) -> Any:
        tasks = self.api("GET", f"/cases/{case}").json()["tasks"]
        here = [task for task in tasks if not element or task["element"] == element]
        return self.api("GET", f"/cases/{case}/tasks/{here[0]['id']}").json() if here else None

    def write(self, task: dict[str, Any], answers: Any, step: str = "", **headers: Any) -> requests.Response:
        """Save (no step) or submit answers of a task."""
        usual = {"If-Match": f'"{task["revision"]}"', "Errand-Lease": str(task["lease"])}
        path = f"/cases/{task['case_id']}/tasks/{task['task_id']}" + (f"/{step}" if step else "")
        return self.api("POST" if step else "PATCH", path, {"answers": answers}, headers=usual | headers)


def faults(system: System) -> str:
    """What the processes said last of errors of their own."""
    lines = [line for line in system.output().splitlines() if '"failed"' in line or "Error" in line]
    return "\n".join(lines[-6:])


def citizen(system: System, person: str = "anna", channel: str = "web") -> Browser:
    """A browser in which someone has just logged in."""
    found = Browser(system, channel)
    if channel == "kiosk":
        found.begin()
    assert found.log_in(person).status_code == 200
    return found


def good(system: System, **changes: Any) -> dict[str, Any]:
    """Answers of the task `check` that are right; a change to None leaves one out."""
    told = {
        "pop_identity": "use", "pop_address": "use", "pop_household": "use", "moves": [],
        "new_address": an_address(system), FIRST_NIGHT: time.strftime("%Y-%m-%d"),
    } | changes  # fmt: skip
    return {name: value for name, value in told.items() if value is not None}


_ADDRESSES: dict[int, str] = {}


def an_address(system: System) -> str:
    """The code of a home in South."""
    if system.base not in _ADDRESSES:
        found = requests.post(
            f"{system.urls['registries']}/r1/XE/GOV/1002/res/address",
            json={"query": "Millrace", "region": "south", "limit": 1},
            headers={"X-Road-Client": "XE/GOV/2001/errand-south"}, timeout=10,
        )  # fmt: skip
        _ADDRESSES[system.base] = found.json()["addresses"][0]["address_code"]
    return _ADDRESSES[system.base]


def hidden_fields(html: str) -> dict[str, str]:
    """The hidden fields of the page's first question form, by name."""
    found: dict[str, str] = {}
    for each in HIDDEN.findall(html):
        parts = dict(PART.findall(each))
        if "name" in parts:
            found.setdefault(unescape(parts["name"]), unescape(parts.get("value", "")))
    return found
