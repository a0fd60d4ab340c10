"""A17 to A21: what is said of a person is said to her and her office alone, as text; a canary proves it."""

from __future__ import annotations

import json
import re
import secrets
from collections.abc import Iterator
from html import escape
from typing import Any
from uuid import uuid4

import pytest
import redis
import requests

from tests.attacks.conftest import Sql
from tests.attacks.stage import Browser, citizen, good, until
from tests.system import System

PERSON = "carla"
MARKUP = '"><img src=x onerror=alert(1)>{{7*7}}<script>alert(2)</script>'
SYSTEM_SCHEMAS = "('pg_catalog', 'information_schema')"


@pytest.fixture(scope="module")
def canary(system: System) -> Iterator[dict[str, Any]]:
    """Carla's whole errand with words that nobody else says; her household as the registers know it."""
    word = f"Zyxcanary{secrets.token_hex(6)}"
    phone = citizen(system, PERSON)
    subscription = requests.post(
        f"{system.urls['push']}/subscribe",
        json={"applicationServerKey": phone.api("GET", "/push-subscriptions/key").json()["key"]},
        timeout=10,
    )
    made = phone.api("POST", "/push-subscriptions", subscription.json())
    assert made.status_code == 201, made.text
    task = phone.start()
    read = phone.api("GET", f"/cases/{task['case_id']}/tasks/{task['task_id']}").json()["facts"]
    own = {
        "pop_identity": "own",
        "own_name": f"{word} {MARKUP}",
        "own_birth_date": "1971-02-03",
        "address_missing": True,
        "new_address": None,
        "new_address_text": f"{word} Street {MARKUP}",
    }
    saved = phone.write(task, good(system, **own))
    assert saved.status_code == 200, saved.text
    task["revision"] = 2
    assert phone.write(task, good(system, **own), "submit").status_code == 200
    assert (
        phone.write(phone.task_of(task["case_id"], "send"), {"declared": True}, "submit").status_code == 200
    )
    desk = citizen(system, "xenia", "desk")
    decide = desk.task_of(task["case_id"], "decide")
    pages = [desk.get(f"/cases/{task['case_id']}"), desk.get("/"), phone.get(f"/cases/{task['case_id']}")]
    reason = f"{word} says no. {MARKUP}"
    assert desk.write(decide, {"outcome": "refuse", "reason": reason}, "submit").status_code == 200
    until(lambda: len(phone.api("GET", "/inbox").json()["messages"]) >= 2)
    pages += [
        desk.get(f"/cases/{task['case_id']}"),
        phone.get(f"/cases/{task['case_id']}"),
        phone.get("/inbox"),
        phone.get("/me"),
    ]
    known = read["pop.identity@1"]["values"] | read["pop.address@1"]["values"]
    words = [word, known["name"], known["address"]]
    members = read["pop.household@1"]["values"].get("members") or []
    words += [part for member in members for part in (member["name"], member["person_id"])]
    words += [phone.token(), desk.token()]
    yield {
        "words": words,
        "word": word,
        "case": task["case_id"],
        "pages": pages,
        "phone": phone,
        "mailbox": subscription.headers["Location"],
        "subscription": made.json()["id"],
        "browser": subscription.json(),
    }


def found_in(raw: bytes, words: list[str]) -> list[str]:
    """The canary's words that stand in these bytes, plain or as JSON writes them."""
    return [w for w in words if w.encode() in raw or json.dumps(w)[1:-1].encode() in raw]


def test_the_canary_is_in_no_column_of_the_database(canary: dict[str, Any], sql: Sql) -> None:
    tables = sql(
        f"SELECT table_schema AS s, table_name AS t FROM information_schema.tables"
        f" WHERE table_schema NOT IN {SYSTEM_SCHEMAS}"
        " AND table_type = 'BASE TABLE'"
    )
    assert len(tables) > 20
    rows = 0
    for table in tables:
        for row in sql(f'SELECT * FROM "{table["s"]}"."{table["t"]}"'):
            rows += 1
            for column, value in row.items():
                raw = bytes(value) if isinstance(value, bytes | memoryview) else str(value).encode()
                assert found_in(raw, canary["words"]) == [], f"{table['t']}.{column}"
    assert rows > 30


def test_the_canary_is_not_in_valkey(system: System, canary: dict[str, Any]) -> None:
    link = redis.Redis.from_url(system.redis_url)
    for key in link.scan_iter(count=1000):
        assert found_in(key + (link.dump(key) or b""), canary["words"]) == []


def test_the_canary_is_in_no_log_and_every_line_of_the_web_is_one_object(
    system: System, canary: dict[str, Any]
) -> None:
    """A20 too: names and headers that would begin a line or clear a screen do neither."""
    bad = 'x\x1b[2J{"level":"error","forged":true}'
    Browser(system).get("/services", **{"User-Agent": bad, "X-Request-Id": 'a"b\x1b[2J', "Referer": bad})
    answer = Browser(system).get("/", **{"X-Request-Id": "<script>alert(1)</script>"})
    assert "<" not in answer.headers["X-Request-Id"]
    raw = system.log.read_bytes()
    assert found_in(raw, canary["words"]) == [] and canary["case"].encode() not in raw
    web = [line.partition("|")[2].strip() for line in system.output().splitlines() if line.startswith("web ")]
    lines = [line for line in web if line.startswith("{") or "forged" in line]
    assert lines and all(json.loads(line)["event"] for line in lines)
    assert b"forged" not in raw and b"\x1b[2J" not in raw


def test_a19_a_push_says_that_there_is_something_and_nothing_else(
    system: System, canary: dict[str, Any]
) -> None:
    url = system.urls["push"] + canary["mailbox"]
    messages = until(lambda: list(requests.get(url, timeout=10).json()["messages"]) or None)
    assert found_in(json.dumps(messages).encode(), canary["words"]) == []
    for message in messages:
        assert set(message["body"]) == {"t", "ref"} and message["body"]["t"] == "case-update"
        assert message["size"] <= 4096 and 0 < message["ttl"] <= 86_400
        assert canary["case"] not in json.dumps(message)
        assert re.fullmatch(r"[A-Za-z0-9_-]{1,32}", message["topic"])


def test_a21_what_she_typed_is_shown_as_text(canary: dict[str, Any]) -> None:
    shown = [page for page in canary["pages"] if canary["word"] in page.text]
    assert shown, "the desk shows what she said"
    for page in canary["pages"]:
        assert page.status_code == 200
        assert "<img src=x" not in page.text and "<script>alert" not in page.text
        assert "49" not in re.findall(r"\w*" + canary["word"] + r"[^<]{0,80}", page.text)
    assert any(escape(MARKUP, quote=False)[2:20] in page.text for page in shown)
    assert any("{{7*7}}" in page.text for page in shown)


REFUSED = [
    "http://push.example/x",
    "https://127.0.0.1/x",
    "https://169.254.169.254/latest",
    "https://[::1]/x",
    "https://10.0.0.1/x",
    "https://localhost/x",
    "https://user:pw@push.example/x",
    "https://push.example:8443/x",
    "https://0x7f000001/x",
    "https://[64:ff9b::7f00:1]/x",
    "https://[2002:7f00:1::]/x",
    "https://[::ffff:127.0.0.1]/x",
    "https://2130706433/x",
    "file:///etc/passwd",
    "gopher://push.example/x",
    "https://push.example/x\r\nHost: y",
    "https://",
    "https://\u2460.example/",
]


def test_a17_push_endpoints_lead_nowhere_inside(
    system: System, canary: dict[str, Any], boris: Browser
) -> None:
    keys = canary["browser"]["keys"]
    for endpoint in REFUSED:
        answer = boris.api("POST", "/push-subscriptions", {"endpoint": endpoint, "keys": keys})
        assert answer.status_code == 422, endpoint
    inside = f"http://127.0.0.1:{system.base}/logout"
    assert boris.api("POST", "/push-subscriptions", {"endpoint": inside, "keys": keys}).status_code == 422


def test_a18_an_endpoint_of_somebody_else_stays_hers(
    canary: dict[str, Any], boris: Browser, sql: Sql
) -> None:
    mine = canary["browser"]
    body = {"endpoint": mine["endpoint"], "keys": mine["keys"] | {"auth": "A" * 22}}
    asked = boris.api("POST", "/push-subscriptions", body)
    assert (asked.status_code, asked.json()["live"]) == (202, False)
    echo = boris.api("POST", f"/push-subscriptions/{asked.json()['id']}/echo", {"challenge": "A" * 22})
    assert echo.status_code == 404
    for name in (canary["subscription"], str(uuid4())):
        gone = boris.api("DELETE", f"/push-subscriptions/{name}")
        assert gone.status_code == 404
    rows = sql(
        "SELECT person_id, challenge_hash FROM push_subscription WHERE id = %s", canary["subscription"]
    )
    assert len(rows) == 1 and rows[0]["challenge_hash"] is None
    assert boris.api("DELETE", f"/push-subscriptions/{asked.json()['id']}").status_code == 204


def test_a18_a_logout_ends_the_devices_subscription(system: System, canary: dict[str, Any], sql: Sql) -> None:
    assert canary["phone"].api("DELETE", "/sessions/self").status_code == 204
    assert sql("SELECT 1 FROM push_subscription WHERE id = %s", canary["subscription"]) == []
