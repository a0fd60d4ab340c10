"""A14, A30: sizes, numbers, dates, characters: refused with 4xx, never 5xx, before they cost anything."""

from __future__ import annotations

import gzip
import json
import socket
import time
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

from tests.attacks.stage import Browser, a_key, citizen, good, hidden_fields
from tests.system import System

HUGE = 10_000_000
DATES = [
    "0001-01-01",
    "9999-12-31",
    "2024-02-30",
    "2026-13-01",
    "-2026-01-01",
    "+12026-01-01",
    "2026-1-1",
    "20260101",
    "2026-11-25T00:00:00",
    "2026-11-25T02:30:00+01:00[Europe/Berlin]",
    "٢٠٢٦-١١-٢٥",
    "today()",
    "1e3",
    "2026-W48-3",
    " 2026-11-25",
    "2026-11-25\n",
    "99999999999-01-01",
    "0000-00-00",
]
VALUES: list[Any] = [
    None,
    True,
    -1,
    2**62,
    1.5,
    "",
    [],
    {},
    [[]],
    [None],
    {"a": {}},
    ["1"] * 6000,
    "x" * 19_000,
    "٣",
]


@pytest.fixture(scope="module")
def task(anna: Browser) -> dict[str, Any]:
    return anna.start()


@pytest.mark.parametrize("text", DATES)
def test_a30_dates(system: System, anna: Browser, task: dict[str, Any], text: str) -> None:
    answer = anna.write(task, good(system, moved_in=text), "submit")
    assert answer.status_code in (400, 422), answer.text


@pytest.mark.parametrize("field", ["pop_identity", "moves", "new_address", "moved_in", "address_missing"])
def test_a30_any_value_in_any_field(system: System, anna: Browser, task: dict[str, Any], field: str) -> None:
    """A value that would be right there is not among them, or it is the question's "nothing"."""
    for value in VALUES:
        if (field, value) in [("moves", []), ("moves", None), ("address_missing", None)]:
            continue
        answer = anna.write(task, good(system) | {field: value}, "submit")
        assert answer.status_code in (400, 413, 422), (
            f"{value!r:.50}: {answer.status_code} {answer.text:.200}"
        )


@pytest.mark.parametrize(
    "raw",
    [
        b'{"answers":{"moved_in":NaN}}',
        b'{"answers":{},"answers":{}}',
        b'{"answers":' + b"[" * 100_000 + b"]" * 100_000 + b"}",
        b'{"answers":{"a":"\\u0000"}}',
        b'{"answers":{"a":"\\ud800"}}',
        b'{"answers":{"a":"\\u202e"}}',
        b"\xff\xfe{}",
        b"",
        b'{"answers":{"a":' + b"9" * 100_000 + b"}}",
        b'{"answers":{"a":1e999999999}}',
        b'{"answers":{"a":-1E-999999999}}',
        b"[" * 400_000,
        b'{"answers":{"' + b"k" * 300 + b'":1}}',
        b'{"answers":' + b'{"a":' * 30 + b"1" + b"}" * 31,
        json.dumps({"answers": {str(n): n for n in range(5000)}}).encode(),
        "{\u2028}".encode(),
        b'{"answers":{}}x',
    ],
)
def test_a30_hostile_json(anna: Browser, task: dict[str, Any], raw: bytes) -> None:
    began = time.monotonic()
    path = f"/cases/{task['case_id']}/tasks/{task['task_id']}"
    answer = anna.api("PATCH", path, data=raw, headers={"If-Match": '"1"', "Errand-Lease": "1"})
    assert answer.status_code in (400, 413, 422), answer.text[:300]
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert time.monotonic() - began < 2


BAD_TEXT = ["\0", "a\x1b[2Jb", "\u202eabc", "\x85\x00"]


@pytest.mark.parametrize("text", BAD_TEXT)
def test_a30_characters_in_forms_queries_and_paths(anna: Browser, task: dict[str, Any], text: str) -> None:
    page = anna.get(f"/cases/{task['case_id']}")
    form = hidden_fields(page.text) | {"do": "save", "own_name": text}
    at = f"/cases/{task['case_id']}"
    assert anna.post(f"{at}/tasks/{task['task_id']}", form).status_code == 400
    from urllib.parse import quote

    assert anna.get(f"{at}?page={quote(text)}").status_code == 400
    assert anna.get(f"/services/{quote(text)}").status_code in (400, 404)
    assert anna.get(f"/?lang={quote(text)}").status_code == 400


@pytest.mark.parametrize("raw", ["%ff%fe", "%ed%a0%80", "%", "%zz", "%00"])
def test_a30_bytes_that_are_no_text(anna: Browser, task: dict[str, Any], raw: str) -> None:
    for path in (
        f"/cases/{task['case_id']}?page={raw}",
        f"/services/{raw}",
        f"/api/v1/services/{raw}",
        f"/api/v1/events?topic={raw}",
        f"/login?next={raw}",
        f"/look/language?lang={raw}&next={raw}",
        f"/find?reference={raw}",
        f"/look/{raw}",
    ):
        assert anna.get(path).status_code < 500, path


@pytest.mark.parametrize(
    "number",
    ["-1", "0", "1000000000", "1e3", "NaN", "%D9%A3", "9223372036854775808", "1.0", "0x1", "%201", ""],
)
def test_a30_numbers_in_addresses(anna: Browser, task: dict[str, Any], number: str) -> None:
    at = f"/cases/{task['case_id']}"
    for path in (f"{at}/tasks/{number}", f"/api/v1{at}/tasks/{number}", f"{at}?page={number}"):
        answer = anna.get(path)
        assert answer.status_code in (200, 303, 404, 405), f"{path}: {answer.status_code}"
    topic = f"/api/v1/events?topic=case:{task['case_id']}&after={number}"
    assert anna.get(topic).status_code in (200, 422)
    form = hidden_fields(anna.get(at).text) | {"revision": "٣", "epoch": number, "do": "save"}
    assert anna.post(f"{at}/tasks/{task['task_id']}", form).status_code < 500


def rss(system: System) -> int:
    """Kilobytes that the web's processes hold."""
    web = system.pids["web"]
    children = Path(f"/proc/{web}/task/{web}/children").read_text().split()
    found = 0
    for pid in [str(web), *children]:
        status = Path(f"/proc/{pid}/status").read_text()
        found += int(status.partition("VmRSS:")[2].split()[0])
    return found


def test_a14_oversize_bodies_are_refused_unread_and_nothing_is_unpacked(
    system: System, anna: Browser, task: dict[str, Any]
) -> None:
    before = rss(system)
    path = f"/cases/{task['case_id']}/tasks/{task['task_id']}"
    write = {"If-Match": '"1"', "Errand-Lease": "1"}
    big = anna.api("PATCH", path, data=b'{"answers":{"a":"' + b"x" * HUGE + b'"}}', headers=write)
    assert big.status_code == 413
    bomb = gzip.compress(b"\0" * (1 << 26), 9)
    for coding in ("gzip", "deflate", "br", "GZIP, identity"):
        squeezed = anna.api("PATCH", path, data=bomb, headers=write | {"Content-Encoding": coding})
        assert squeezed.status_code in (413, 415), coding
    form = hidden_fields(anna.get(f"/cases/{task['case_id']}").text)
    page = f"/cases/{task['case_id']}/tasks/{task['task_id']}"
    assert anna.post(page, form | {"own_name": "x" * 600_000}).status_code == 413
    many = "&".join(f"a{n}=1" for n in range(20_000))
    assert anna.post(page, many, **{"Content-Type": "application/x-www-form-urlencoded"}).status_code in (
        403,
        413,
    )
    parts = {f"f{n}": ("", "x") for n in range(2000)}
    packed = anna.send(
        "POST", page, headers={"Origin": anna.origin, "Sec-Fetch-Site": "same-origin"}, files=parts
    )
    assert packed.status_code in (403, 413)
    assert rss(system) - before < 50_000, "memory grew"


def test_a14_a_body_that_is_too_long_by_its_own_word_is_answered_before_it_comes(
    system: System, anna: Browser
) -> None:
    """Only the head is sent: whoever waits for ten gigabytes would wait for ever."""
    head = (
        f"PATCH /api/v1/cases/{uuid4()}/tasks/1 HTTP/1.1\r\nHost: {anna.host}\r\nOrigin: {anna.origin}\r\n"
        f"Cookie: __Host-es={anna.token()}\r\nX-Errand: 1\r\nContent-Type: application/json\r\n"
        f'If-Match: "1"\r\n'
        f"Errand-Lease: 1\r\nContent-Length: {10 * 2**30}\r\n\r\n"
    )
    with socket.create_connection(("127.0.0.1", system.base), timeout=5) as link:
        link.sendall(head.encode())
        assert b" 413 " in link.recv(200).split(b"\r\n")[0]


def test_a30_texts_at_the_decision(system: System, xenia: Browser) -> None:
    anna = citizen(system, "anna")
    task = anna.start()
    anna.write(task, good(system), "submit")
    anna.write(anna.task_of(task["case_id"], "send"), {"declared": True}, "submit")
    decide = xenia.task_of(task["case_id"], "decide")
    for answers in (
        {"outcome": "approve"},
        {"outcome": "fly", "reason": "x" * 20},
        {"outcome": ["approve"], "reason": "x" * 20},
        {"outcome": "approve", "reason": "x" * 2001},
        {"outcome": "approve", "reason": 10**20},
        {"outcome": "approve", "reason": "x" * 20, "fine": 0},
    ):
        assert xenia.write(decide, answers, "submit").status_code == 422, answers
    form = {
        "csrf_token": hidden_fields(xenia.get("/").text)["csrf_token"],
        "revision": "1",
        "epoch": "1",
        "idempotency_key": a_key(),
    }
    page = xenia.post(
        f"/cases/{task['case_id']}/tasks/{decide['task_id']}", form | {"outcome": "fly", "reason": "short"}
    )
    assert page.status_code == 422 and "short" in page.text
