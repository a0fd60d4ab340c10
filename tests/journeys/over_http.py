"""The first errand from the kiosk to the decision over HTTP, and what must be true at its end."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Any

import psycopg
import requests
from psycopg.rows import dict_row

from tests.attacks.stage import Browser, a_key, good, until
from tests.system import System

QUERIES = {
    "facts": "SELECT rule AS what, count(*) AS n FROM fact WHERE case_id = %s GROUP BY 1",
    "tasks": "SELECT task AS what, count(*) AS n FROM completion WHERE case_id = %s GROUP BY 1",
    "messages": "SELECT kind AS what, count(*) AS n FROM inbox_message WHERE case_id = %s GROUP BY 1",
    "kinds": "SELECT id::text, kind FROM inbox_message WHERE case_id = %s",
    "versions": "SELECT version FROM case_event WHERE case_id = %s ORDER BY 1",
    "job": "SELECT 1 FROM job WHERE case_id = %s",
    "task": "SELECT 1 FROM task WHERE case_id = %s",
    "incident": "SELECT 1 FROM incident WHERE case_id = %s",
}


class Story:
    """Anna at kiosk 3 and with her phone, Xenia at the desk.

    Everybody asks again, with the same key, while the system does not answer; nobody begins anything anew.

    `steps`: the names in order. `told`: what was acknowledged, by step.
    """

    def __init__(self, system: System, person: str = "anna") -> None:
        self.system = system
        self.person = person
        self.kiosk = Browser(system, "kiosk", patient=True)
        self.phone = Browser(system, patient=True)
        self.desk = Browser(system, "desk", patient=True)
        self.told: dict[str, Any] = {}
        self.task: dict[str, Any] = {}

    steps = (
        "stand", "log_in", "start", "known", "save", "offer", "claim", "approve", "confirm", "activate",
        "log_in_on_phone", "allow_push", "answer", "send", "receipt", "decide", "decided",
    )  # fmt: skip

    def go(self) -> Iterator[str]:
        """Do one step after the other; gives the name of each before it is done."""
        for name in self.steps:
            yield name
            self.told[name] = getattr(self, name)()

    def stand(self) -> None:
        self.kiosk.begin()

    def log_in(self) -> None:
        self._logged_in(self.kiosk, self.person)

    def start(self) -> str:
        made = self._once(self.kiosk, "/cases", {"procedure": "move", "region": "south"}, 201)
        self.case = str(made["case_id"])
        return self.case

    def known(self) -> None:
        """All three registers have answered, and the form knows it."""
        self.task = self.kiosk.task_of(self.case, "check")
        read = self.kiosk.api("GET", f"/cases/{self.case}/tasks/{self.task['task_id']}").json()
        assert len(read["facts"]) == 3 and all(fact["values"] for fact in read["facts"].values())

    def save(self) -> None:
        draft = {"moved_in": good(self.system)["moved_in"], "pop_identity": "use"}
        saved = self.kiosk.write(self.task, draft)
        assert saved.status_code == 200, saved.text
        self.task["revision"] = saved.json()["revision"]

    def offer(self) -> None:
        """A signature counts once: if the answer to it was lost, the agent signs another."""
        for _ in range(3):
            body = {"kind": "K2P", "case_id": self.case, "task_id": self.task["task_id"]}
            made = self.kiosk.api("POST", "/handoffs", body | {"device": self.kiosk.signed("handoff")})
            if made.status_code not in (401, 404):
                break
        assert made.status_code == 201, made.text
        self.one = f"/handoffs/{made.json()['id']}"

    def claim(self) -> None:
        code = self._fresh_code()
        self._once(self.phone, "/handoffs/claim", {"code": code}, 201)

    def _fresh_code(self) -> str:
        """The code on the screen: a kill may have outlived it, then the kiosk shows the next one."""
        shown = self._once(self.kiosk, f"{self.one}/rotate", {})
        return str(shown["qr_url"].partition("#")[2])

    def approve(self) -> None:
        self.number = self._once(self.phone, f"{self.one}/approve", {})["number"]

    def confirm(self) -> None:
        self._once(self.kiosk, f"{self.one}/confirm", {"number": self.number})

    def activate(self) -> None:
        done = self._once(self.phone, f"{self.one}/activate", {})
        assert (done["state"], done["case_id"]) == ("ACTIVE", self.case)
        self.task["lease"] = done["lease"]
        assert self.kiosk.api("GET", "/sessions/self").status_code == 401

    def log_in_on_phone(self) -> None:
        self._logged_in(self.phone, self.person, "/login?fresh=1")
        read = self.phone.api("GET", f"/cases/{self.case}/tasks/{self.task['task_id']}").json()
        assert read["draft"] == {"moved_in": good(self.system)["moved_in"], "pop_identity": "use"}
        assert read["revision"] == self.task["revision"]

    def allow_push(self) -> None:
        key = self.phone.api("GET", "/push-subscriptions/key").json()["key"]
        made = requests.post(
            f"{self.system.urls['push']}/subscribe", json={"applicationServerKey": key}, timeout=10
        )
        self.mailbox = made.headers["Location"]
        assert self.phone.api("POST", "/push-subscriptions", made.json()).status_code == 201

    def answer(self) -> None:
        self._submit(self.phone, good(self.system))

    def send(self) -> None:
        self.task = self.phone.task_of(self.case, "send")
        self._submit(self.phone, {"declared": True})

    def receipt(self) -> None:
        until(lambda: "receipt" in self.kinds())

    def decide(self) -> None:
        self._logged_in(self.desk, "xenia")
        self.task = self.desk.task_of(self.case, "decide")
        answers = {"outcome": "approve", "reason": "You own the flat, so you may live there."}
        self._submit(self.desk, answers)

    def decided(self) -> None:
        """All are told; what a killed worker had in hand is given out again after its heartbeats."""
        until(lambda: {"moved", "receipt", "decided"} <= set(self.kinds()), 60)
        assert self.phone.api("GET", f"/cases/{self.case}").json()["status"] == "completed"

    def kinds(self) -> list[str]:
        """What the inbox says of this case."""
        messages = self.phone.api("GET", "/inbox").json()["messages"]
        return sorted(each["kind"] for each in messages if each["case_id"] == self.case)

    def _logged_in(self, browser: Browser, person: str, path: str = "/login") -> None:
        """A login whose answer was lost is spent: one logs in again."""
        for _ in range(3):
            done = browser.log_in(person, path)
            if done.status_code == 200:
                return
        raise AssertionError(done.text[:500])

    def _submit(self, browser: Browser, answers: dict[str, Any]) -> None:
        """Twice with the same key: whatever happens in between, it counts once."""
        key = a_key()
        first = browser.write(self.task, answers, "submit", **{"Idempotency-Key": key})
        again = browser.write(self.task, answers, "submit", **{"Idempotency-Key": key})
        assert first.status_code == again.status_code == 200, first.text + again.text
        assert first.content == again.content

    def _once(self, browser: Browser, path: str, body: Any, status: int = 200) -> dict[str, Any]:
        """The answer; while nobody answers, the same request with the same key again."""
        answer = browser.api("POST", path, body)
        assert answer.status_code == status, f"{path}: {answer.text}"
        return dict(answer.json())


def check_end(story: Story) -> None:
    """Every effect is there, once."""
    case = story.case
    with psycopg.connect(story.system.database_url, row_factory=dict_row) as link:

        def rows(name: str) -> list[dict[str, Any]]:
            return link.execute(QUERIES[name], [case]).fetchall()

        found = {
            name: {row["what"]: row["n"] for row in rows(name)} for name in ("facts", "tasks", "messages")
        }
        seqs = [row["version"] for row in rows("versions")]
        left = {name: len(rows(name)) for name in ("job", "task", "incident")}
    assert len(found["facts"]) == 3 and set(found["facts"].values()) == {1}
    assert len(found["tasks"]) == 3 and set(found["tasks"].values()) == {1}
    told = found["messages"]
    if told.pop("registry_down", 0):  # a registry may be slow on a busy machine; its answer is told then
        assert told.pop("task_waiting") == 1
    assert told == {"moved": 1, "receipt": 1, "decided": 1}, told
    assert seqs == list(range(1, len(seqs) + 1)), "a version is missing"
    assert left == {"job": 0, "task": 0, "incident": 0}
    history = story.phone.api("GET", f"/cases/{case}/history").json()["events"]
    types = Counter(event["type"] for event in history)
    assert types["LeaseMoved"] == types["ProcessCompleted"] == 1


def pushes(story: Story) -> Counter[str]:
    """How often each kind of message woke the phone ("moved" only if it came after she had allowed it)."""
    url = story.system.urls["push"] + story.mailbox
    with psycopg.connect(story.system.database_url) as link:
        told = dict(link.execute(QUERIES["kinds"], [story.case]).fetchall())

    def come() -> Counter[str]:
        return Counter(told[each["body"]["ref"]] for each in requests.get(url, timeout=10).json()["messages"])

    until(lambda: {"receipt", "decided"} <= set(come()))
    return come()
