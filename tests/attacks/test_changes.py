"""A08, A10 to A12, A25: a change counts once, from one screen, by who saw what he changes."""

from __future__ import annotations

import html
import re
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from tests.attacks.conftest import Effects, Sql
from tests.attacks.stage import Browser, a_key, citizen, good, hidden_fields
from tests.system import System


@pytest.fixture(scope="module")
def unsent(anna: Browser) -> dict[str, Any]:
    """A task of hers at which nothing that a test sends may succeed."""
    return anna.start()


PROBLEM = "application/problem+json"
FIELDS = (
    "status",
    "owner_id",
    "dept",
    "verified",
    "acr",
    "fee",
    "level",
    "subject",
    "department",
    "lease",
    "case_id",
)


def refused(answer: Any, status: int, slug: str = "") -> dict[str, Any]:
    """The problem, after its status and type."""
    assert answer.status_code == status, answer.text
    assert answer.headers["Content-Type"] == PROBLEM
    told = dict(answer.json())
    assert not slug or told["type"] == f"/problems/{slug}"
    return told


def test_a10_stale_missing_and_star(system: System, anna: Browser, effects: Effects) -> None:
    task = anna.start()
    assert anna.write(task, {"moves": []}).status_code == 200
    before = effects(task["case_id"])
    assert refused(anna.write(task, good(system), "submit"), 412, "stale")["current"] == 2
    assert refused(anna.write(task, {"moved_in": "2026-01-01"}), 412, "stale")["current"] == 2
    for step in ("", "submit"):
        refused(anna.write(task, {}, step, **{"If-Match": None}), 428, "revision-required")
        refused(anna.write(task, {}, step, **{"Errand-Lease": None}), 428, "lease-required")
        for star in ("*", '"*"', "2", 'W/"2"', '"1", "2"'):
            refused(anna.write(task, {}, step, **{"If-Match": star}), 400)
        refused(anna.write(task | {"revision": 2}, {}, step, **{"Errand-Lease": "7"}), 409, "lease-lost")
    refused(anna.write(task, {}, "submit", **{"Idempotency-Key": None}), 400, "key-required")
    assert effects(task["case_id"]) == before


def test_a12_one_key_one_effect_and_the_same_bytes(
    system: System, anna: Browser, boris: Browser, effects: Effects
) -> None:
    task, key = anna.start(), a_key()
    first = anna.write(task, good(system), "submit", **{"Idempotency-Key": key})
    assert first.status_code == 200 and "Idempotency-Replayed" not in first.headers
    after = effects(task["case_id"])
    again = anna.write(task, good(system), "submit", **{"Idempotency-Key": key})
    assert (again.status_code, again.content, again.headers["ETag"]) == (
        200,
        first.content,
        first.headers["ETag"],
    )
    assert again.headers["Idempotency-Replayed"] == "true"
    other = good(system, moves=["1"])
    refused(anna.write(task, other, "submit", **{"Idempotency-Key": key}), 422, "key-reused")
    refused(
        anna.write(task | {"revision": 2}, good(system), "submit", **{"Idempotency-Key": key}),
        422,
        "key-reused",
    )
    assert effects(task["case_id"]) == after
    his = boris.start()
    mine = boris.write(his, good(system), "submit", **{"Idempotency-Key": key})
    assert (
        mine.status_code == 200
        and "Idempotency-Replayed" not in mine.headers
        and mine.content != first.content
    )
    refused(boris.write(task, good(system), "submit", **{"Idempotency-Key": key}), 404)


@pytest.mark.parametrize("call", ["submit", "start"])
def test_a12_twenty_at_once_have_one_effect(system: System, sql: Sql, call: str) -> None:
    anna = citizen(system, "carla")
    task, key, body = anna.start(), a_key(), {"procedure": "move", "region": "south"}
    screens = [Browser(system) for _ in range(20)]
    for screen in screens:
        screen.cookies = dict(anna.cookies)

    def once(screen: Browser) -> Any:
        if call == "submit":
            return screen.write(task, good(system), "submit", **{"Idempotency-Key": key})
        return screen.api("POST", "/cases", body, headers={"Idempotency-Key": key})

    with ThreadPoolExecutor(20) as pool:
        answers = list(pool.map(once, screens))
    done = [answer for answer in answers if answer.status_code in (200, 201)]
    assert {answer.status_code for answer in answers} <= {200, 201, 409}
    assert len({answer.content for answer in done}) == 1
    assert sum("Idempotency-Replayed" not in answer.headers for answer in done) == 1
    case = done[0].json()["case_id"]
    expected = 1 if call == "submit" else 0
    assert sql("SELECT count(*) AS n FROM completion WHERE case_id = %s", case)[0]["n"] == expected
    rows = sql("SELECT count(*) AS n FROM idempotency WHERE case_id = %s AND key = %s", case, key)
    assert rows[0]["n"] == 1


def move_and_submit(system: System, sql: Sql) -> None:
    """A11: the kiosk submits while the phone takes the case over, both at the same moment."""
    kiosk, phone = citizen(system, "anna", "kiosk"), Browser(system)
    task = kiosk.start()
    body = {"kind": "K2P", "case_id": task["case_id"], "task_id": task["task_id"]}
    made = kiosk.api("POST", "/handoffs", body | {"device": kiosk.signed("handoff")})
    assert made.status_code == 201, made.text
    one = f"/handoffs/{made.json()['id']}"
    phone.api("POST", "/handoffs/claim", {"code": made.json()["qr_url"].partition("#")[2]})
    number = phone.api("POST", f"{one}/approve", {}).json()["number"]
    assert kiosk.api("POST", f"{one}/confirm", {"number": number}).status_code == 200
    with ThreadPoolExecutor(2) as pool:
        late = pool.submit(kiosk.write, task, good(system), "submit")
        moved = pool.submit(phone.api, "POST", f"{one}/activate", {})
    assert late.result().status_code in (200, 401, 409), late.result().text
    assert moved.result().status_code in (200, 409, 410), moved.result().text
    if moved.result().status_code == 200:
        assert kiosk.api("GET", "/sessions/self").status_code == 401
    assert phone.log_in("anna", "/login?fresh=1").status_code == 200
    if late.result().status_code != 200:
        lease = moved.result().json()["lease"]
        assert phone.write(task | {"lease": lease}, good(system), "submit").status_code == 200
    rows = sql("SELECT count(*) AS n FROM completion WHERE case_id = %s", task["case_id"])
    assert rows[0]["n"] == 1, "exactly one completion"


def widened(system: System) -> None:
    """A hall may make thirty offers an hour; a test's hundred need the counters to begin again."""
    import redis

    redis.Redis.from_url(system.redis_url).flushall()


def test_a11_two_screens_at_once_complete_a_task_once(system: System, sql: Sql) -> None:
    widened(system)
    for _ in range(10):
        move_and_submit(system, sql)
    widened(system)


@pytest.mark.deep
def test_a11_a_hundred_rounds(system: System, sql: Sql) -> None:
    for number in range(100):
        if number % 8 == 0:
            widened(system)
        move_and_submit(system, sql)


WRONG = {"moves": ["7"], "new_address": "", "moved_in": "2001-12-13"}


def test_wrong_answers_are_told_with_field_and_key_and_in_the_same_words_beside_the_field(
    system: System, anna: Browser, effects: Effects
) -> None:
    task = anna.start()
    before = effects(task["case_id"])
    told = refused(anna.write(task, good(system, **WRONG), "submit"), 422, "invalid")["errors"]
    by_pointer = {each["pointer"]: each for each in told}
    assert set(by_pointer) == {"#/answers/moves", "#/answers/new_address", "#/answers/moved_in"}
    assert all(each["text_key"] and each["detail"] and each["key"] for each in told)
    assert effects(task["case_id"]) == before
    words = by_pointer["#/answers/moved_in"]["detail"]
    for day, month, year, told_words in (("13", "12", "2001", words), ("32", "12", "2026", "")):
        page = anna.get(f"/cases/{task['case_id']}?page=moved_in")
        typed = {"moved_in-day": day, "moved_in-month": month, "moved_in-year": year}
        form = hidden_fields(page.text) | typed | {"do": "next"}
        assert form["page"] == "moved_in"
        answer = anna.post(f"/cases/{task['case_id']}/tasks/{task['task_id']}", form)
        assert answer.status_code == 422
        assert told_words in html.unescape(re.sub(r"<[^>]+>", "", answer.text))
        for name, value in typed.items():
            assert re.search(rf'name="{name}" value="{value}"', answer.text), f"{name} was lost"
    assert effects(task["case_id"]) == before


@pytest.mark.parametrize("field", FIELDS)
def test_a25_unknown_fields_are_refused(
    system: System, anna: Browser, unsent: dict[str, Any], effects: Effects, field: str
) -> None:
    task = unsent
    before = effects(task["case_id"])
    path = f"/cases/{task['case_id']}/tasks/{task['task_id']}"
    headers = {"If-Match": '"1"', "Errand-Lease": "1"}
    for method, place, body in (
        ("PATCH", path, {"answers": {}}),
        ("POST", f"{path}/submit", {"answers": {}}),
        ("POST", "/cases", {"procedure": "move", "region": "south"}),
        ("POST", f"/cases/{task['case_id']}/lease", {}),
        ("POST", "/handoffs/claim", {"code": "A" * 22}),
    ):
        told = refused(anna.api(method, place, body | {field: "x"}, headers=headers), 422, "invalid")
        assert told["errors"] == [{"pointer": f"#/{field}", "detail": "Unknown field."}]
    told = refused(anna.write(task, good(system, **{field: "x"}), "submit"), 422, "invalid")
    assert [each["pointer"] for each in told["errors"]] == [f"#/answers/{field}"]
    assert effects(task["case_id"]) == before


def test_a25_a_form_that_brings_more_fields_or_facts_changes_no_more(
    system: System, anna: Browser, effects: Effects
) -> None:
    """Posted fields that the page does not ask for: a fact's own, the case's, computed ones."""
    task = anna.start()
    page = anna.get(f"/cases/{task['case_id']}")
    extra = {
        "facts": "x",
        "facts.pop_identity": "x",
        "notified_on": "1999-01-01",
        "status": "completed",
        "outcome": "approve",
        "case": "x",
        "subject": "x",
    }
    form = hidden_fields(page.text) | extra | {"do": "save"}
    anna.post(f"/cases/{task['case_id']}/tasks/{task['task_id']}", form)
    draft = anna.api("GET", f"/cases/{task['case_id']}/tasks/{task['task_id']}").json()["draft"]
    assert not set(draft) & set(extra), draft
    refused(
        anna.write(
            anna.task_of(task["case_id"]), good(system, facts={"pop_identity": {"handle": "x"}}), "submit"
        ),
        422,
    )
