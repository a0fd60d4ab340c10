"""A01, A02: what belongs to somebody else is not there, to the byte; what is over is read and not changed."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest

from tests.attacks.conftest import Effects, Sql
from tests.attacks.stage import Browser, a_key, citizen, good, hidden_fields, until
from tests.system import System

ID = re.compile(rb"[0-9a-f]{8}-[0-9a-f-]{27}")
UNIQUE = {"x-request-id", "date"}


@pytest.fixture(scope="module")
def case(anna: Browser) -> dict[str, Any]:
    """Anna's, at its first task."""
    return anna.start()


def seen(answer: Any) -> Any:
    """All that a stranger sees of an answer; the address that he typed, a page's language links repeat."""
    headers = {name: value for name, value in answer.headers.items() if name.lower() not in UNIQUE}
    return answer.status_code, headers, ID.sub(b"<id>", answer.content)


def requests_about(case: dict[str, Any]) -> list[tuple[str, str, Any]]:
    """Every way to ask for a case, a task or what hangs on them: method, path, body (form or JSON)."""
    at, task = f"/cases/{case['case_id']}", f"/cases/{case['case_id']}/tasks/{case['task_id']}"
    api = "/api/v1"
    return [
        ("GET", at, None),
        ("GET", f"{at}/receipt", None),
        ("GET", f"{at}?page=known", None),
        ("GET", task, None),
        ("POST", task, {"do": "next"}),
        ("POST", f"{at}/here", {}),
        ("GET", f"{at}/phone", None),
        ("POST", f"{at}/phone", {"task": case["task_id"]}),
        ("GET", f"{at}/phone/{case['case_id']}", None),
        ("GET", api + at, None),
        ("GET", f"{api}{at}/history", None),
        ("GET", api + task, None),
        ("PATCH", api + task, {"answers": {}}),
        ("POST", f"{api}{task}/submit", {"answers": {}}),
        ("POST", f"{api}{at}/lease", {"force": True}),
        ("POST", f"{api}{at}/lease/renew", {}),
        ("GET", f"{api}/events?topic=case:{case['case_id']}", None),
        ("POST", f"{api}/inbox/{case['case_id']}/read", {}),
        ("GET", f"/inbox/{case['case_id']}", None),
    ]


def ask(browser: Browser, method: str, path: str, body: Any, form: dict[str, str]) -> Any:
    """With all headers and hidden fields that a request of one's own would carry."""
    headers = {"If-Match": '"1"', "Errand-Lease": "1", "Idempotency-Key": a_key()}
    if path.startswith("/api/v1"):
        return browser.api(method, path[7:], body, headers=headers)
    if method == "GET":
        return browser.get(path)
    return browser.post(path, form | {"revision": "1", "epoch": "1", "idempotency_key": a_key()} | body)


@pytest.mark.parametrize("who", ["boris", "yusuf", "xenia", "moved"])
def test_a01_foreign_and_unknown_are_the_same_bytes(
    system: System, anna: Browser, case: dict[str, Any], effects: Effects, who: str
) -> None:
    """xenia: before it is sent, an office has no business with it either."""
    browser = moved(system) if who == "moved" else citizen(system, who, "web" if who == "boris" else "desk")
    form = {"csrf_token": hidden_fields(browser.get("/me").text).get("csrf_token", "")}
    before = effects(case["case_id"])
    unknown = {"case_id": str(uuid4()), "task_id": case["task_id"]}
    for (method, path, body), (_, other, _) in zip(
        requests_about(case), requests_about(unknown), strict=True
    ):
        foreign = ask(browser, method, path, body, form)
        missing = ask(browser, method, other, body, form)
        assert seen(foreign) == seen(missing) or masked_by_login(foreign, missing), f"{method} {path}"
        assert foreign.status_code in (303, 401, 403, 404, 405), f"{method} {path}: {foreign.status_code}"
        if foreign.status_code == 303:
            assert foreign.headers["Location"].startswith("/login?"), path
    assert effects(case["case_id"]) == before


def masked_by_login(foreign: Any, missing: Any) -> bool:
    """Who must log in first is led there and back: the asked path itself is all that differs."""
    return foreign.status_code == missing.status_code == 303


def moved(system: System) -> Browser:
    """A phone to which another case was moved, before its login."""
    kiosk, phone = citizen(system, "boris", "kiosk"), Browser(system)
    his = kiosk.start()
    body = {"kind": "K2P", "case_id": his["case_id"], "task_id": his["task_id"]}
    made = kiosk.api("POST", "/handoffs", body | {"device": kiosk.signed("handoff")}).json()
    one = f"/handoffs/{made['id']}"
    assert phone.api("POST", "/handoffs/claim", {"code": made["qr_url"].partition("#")[2]}).status_code == 201
    number = phone.api("POST", f"{one}/approve", {}).json()["number"]
    assert kiosk.api("POST", f"{one}/confirm", {"number": number}).status_code == 200
    assert phone.api("POST", f"{one}/activate", {}).status_code == 200
    assert phone.api("GET", f"/cases/{his['case_id']}").status_code == 200
    return phone


def test_a01_ids_of_other_things_name_nothing_either(
    system: System, anna: Browser, boris: Browser, sql: Sql
) -> None:
    """Handoffs, messages, sessions, subscriptions: each id with each verb that takes one."""
    ended = finished(system, anna)
    until(lambda: sql("SELECT 1 FROM inbox_message WHERE case_id = %s", ended["case_id"]))
    message = sql("SELECT id FROM inbox_message WHERE case_id = %s LIMIT 1", ended["case_id"])[0]["id"]
    session = anna.api("GET", "/sessions/self").json()["id"]
    kiosk = citizen(system, "anna", "kiosk")
    task = kiosk.start()
    body = {"kind": "K2P", "case_id": task["case_id"], "task_id": task["task_id"]}
    handoff = kiosk.api("POST", "/handoffs", body | {"device": kiosk.signed("handoff")}).json()["id"]
    calls: list[Callable[[str], Any]] = [
        lambda _: boris.api("DELETE", f"/sessions/{session if _ else uuid4()}"),
        lambda _: boris.api("GET", f"/handoffs/{handoff if _ else uuid4()}"),
        lambda _: boris.api("POST", f"/handoffs/{handoff if _ else uuid4()}/approve", {}),
        lambda _: boris.api("POST", f"/handoffs/{handoff if _ else uuid4()}/activate", {}),
        lambda _: boris.api("POST", f"/handoffs/{handoff if _ else uuid4()}/cancel", {}),
        lambda _: boris.get(f"/inbox/{message if _ else uuid4()}"),
        lambda _: boris.api("GET", f"/events?topic=handoff:{handoff if _ else uuid4()}"),
        lambda _: boris.api("GET", f"/events?topic=session:{session if _ else uuid4()}"),
    ]
    for number, call in enumerate(calls):
        foreign, missing = call("his"), call("")
        assert foreign.status_code == 404 and seen(foreign) == seen(missing), number
    foreign = boris.api("POST", f"/inbox/{message}/read", {})
    assert seen(foreign) == seen(boris.api("POST", f"/inbox/{uuid4()}/read", {}))
    assert sql("SELECT read_at FROM inbox_message WHERE id = %s", message)[0]["read_at"] is None
    assert kiosk.api("GET", f"/handoffs/{handoff}").json()["state"] == "OFFERED"
    assert anna.api("GET", "/sessions/self").status_code == 200


def finished(system: System, anna: Browser) -> dict[str, Any]:
    """A case of hers that was decided."""
    task = anna.start()
    assert anna.write(task, good(system), "submit").status_code == 200
    send = anna.task_of(task["case_id"], "send")
    assert anna.write(send, {"declared": True}, "submit").status_code == 200
    desk = citizen(system, "xenia", "desk")
    decide = desk.task_of(task["case_id"], "decide")
    answers = {"outcome": "refuse", "reason": "Nobody may live in this house."}
    assert desk.write(decide, answers, "submit").status_code == 200
    return send | {"decide": decide["task_id"]}


def test_a_finished_one_of_hers_is_read_and_not_changed(
    system: System, anna: Browser, effects: Effects
) -> None:
    over = finished(system, anna)
    at = f"/cases/{over['case_id']}"
    assert anna.api("GET", at).json()["status"] == "completed"
    for page in (at, f"{at}/receipt"):
        assert anna.get(page).status_code == 200, page
    before = effects(over["case_id"])
    for change in (
        anna.write(over, {"declared": True}, "submit"),
        anna.write(over, {"declared": True}),
        anna.api("POST", f"{at}/lease", {"force": True}),
    ):
        assert change.status_code == 409, change.text
        assert change.headers["Content-Type"] == "application/problem+json"
    kiosk = citizen(system, "anna", "kiosk")
    moving = {
        "kind": "K2P",
        "case_id": over["case_id"],
        "task_id": over["task_id"],
        "device": kiosk.signed("handoff"),
    }
    assert kiosk.api("POST", "/handoffs", moving).status_code == 409
    form = hidden_fields(anna.get("/me").text) | {
        "do": "next",
        "revision": "1",
        "epoch": "1",
        "idempotency_key": a_key(),
    }
    page = anna.post(f"{at}/tasks/{over['task_id']}", form)
    assert (page.status_code, page.headers.get("Location")) in ((409, None), (303, at))
    assert effects(over["case_id"]) == before


def test_a02_another_department_sees_no_case_and_an_empty_list(
    system: System, anna: Browser, xenia: Browser, yusuf: Browser, effects: Effects
) -> None:
    task = anna.start()
    anna.write(task, good(system), "submit")
    send = anna.task_of(task["case_id"], "send")
    assert anna.write(send, {"declared": True}, "submit").status_code == 200
    decide = xenia.task_of(task["case_id"], "decide")
    reference = xenia.api("GET", f"/cases/{task['case_id']}").json()["reference"]
    before = effects(task["case_id"])
    answers = {"outcome": "approve", "reason": "I am of another office."}
    assert yusuf.write(decide, answers, "submit").status_code == 404
    assert yusuf.write(decide, answers).status_code == 404
    form = hidden_fields(yusuf.get("/").text) | {"outcome": "approve", "reason": "I am of another office."}
    page = yusuf.post(
        f"/cases/{task['case_id']}/tasks/{decide['task_id']}", form | {"revision": "1", "epoch": "1"}
    )
    assert page.status_code == 404
    assert task["case_id"] not in yusuf.get("/").text and task["case_id"] in xenia.get("/").text
    sought = yusuf.get(f"/find?reference={reference}")
    nothing = yusuf.get("/find?reference=SM-0000-0000")
    assert sought.status_code == nothing.status_code and task["case_id"] not in sought.text
    assert task["case_id"] not in sought.headers.get("Location", "")
    assert sought.text.replace(reference, "") == nothing.text.replace("SM-0000-0000", "")
    assert yusuf.api("GET", "/events?topic=queue:residents-south").status_code == 404
    assert effects(task["case_id"]) == before


def test_a02_the_citizen_and_the_official_do_not_do_each_others_work(
    system: System, anna: Browser, xenia: Browser, effects: Effects
) -> None:
    task = anna.start()
    anna.write(task, good(system), "submit")
    anna.write(anna.task_of(task["case_id"], "send"), {"declared": True}, "submit")
    decide = xenia.task_of(task["case_id"], "decide")
    before = effects(task["case_id"])
    own = anna.write(decide, {"outcome": "approve", "reason": "I approve this myself."}, "submit")
    assert own.status_code in (403, 404)
    assert anna.api("GET", f"/cases/{task['case_id']}/tasks/{decide['task_id']}").status_code == 404
    assert effects(task["case_id"]) == before
