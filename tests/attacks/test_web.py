"""A07 to A09, A22, A29: headers, origins, cookies, tokens, and who may call what, at the running web."""

from __future__ import annotations

import re
import socket
import time
from typing import Any

import pytest

from mobile_api.call import CALLS
from tests.attacks.stage import Browser, citizen, hidden_fields
from tests.system import System

NIL = "00000000-0000-0000-0000-000000000000"
FORMS = {
    "web": ["/cases", f"/cases/{NIL}/tasks/1", f"/cases/{NIL}/here", "/logout"],
    "kiosk": [
        "/cases",
        f"/cases/{NIL}/tasks/1",
        f"/cases/{NIL}/here",
        f"/cases/{NIL}/phone",
        "/end",
        "/logout",
        f"/cases/{NIL}/phone/{NIL}/confirm",
    ],
    "desk": [f"/cases/{NIL}/tasks/1", "/logout"],
}
PEOPLE = {"web": "anna", "kiosk": "anna", "desk": "xenia"}


def raw(system: System, text: str) -> bytes:
    """The answer to exactly these bytes, until the server closes or pauses."""
    with socket.create_connection(("127.0.0.1", system.base), timeout=3) as link:
        link.sendall(text.encode("latin-1"))
        found = b""
        try:
            while part := link.recv(65536):
                found += part
        except TimeoutError:
            pass
        return found


@pytest.mark.parametrize(
    "host",
    [
        "evil.example",
        "localhost",
        "localhost:1",
        "kiosk.localhost.evil:{p}",
        "127.0.0.1:{p}",
        "localhost:{p}@evil",
        "localhost:{p}, evil",
        "",
        "a.localhost:{p}",
    ],
)
def test_a29_another_host_is_refused(system: System, host: str) -> None:
    answer = Browser(system).get("/", Host=host.format(p=system.base))
    assert answer.status_code == 400 and "evil" not in answer.text


def test_a29_forwarded_headers_change_nothing(system: System) -> None:
    forged = {
        "X-Forwarded-Host": "evil.example",
        "X-Forwarded-Proto": "https",
        "Forwarded": "host=evil.example",
        "X-Original-URL": "/me",
        "X-Forwarded-For": "10.9.8.7",
    }
    answer = Browser(system).get("/login", **forged)
    assert answer.status_code == 303 and "evil" not in str(answer.headers)


@pytest.mark.parametrize(
    "head",
    [
        "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"
        "GET /smuggled HTTP/1.1\r\nHost: evil\r\n\r\n",
        "Content-Length: 5\r\nContent-Length: 6\r\n\r\nabcdef",
        "Content-Length: -1\r\n\r\n",
        "Content-Length: +5\r\n\r\nabcde",
        "Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n",
        "Host: evil.example\r\nContent-Length: 0\r\n\r\n",
    ],
)
def test_a29_two_readings_of_a_length_are_none(system: System, head: str) -> None:
    found = raw(
        system, f"POST /logout HTTP/1.1\r\nHost: localhost:{system.base}\r\nConnection: close\r\n{head}"
    )
    statuses = re.findall(rb"HTTP/1\.1 (\d{3})", found)
    assert len(statuses) <= 1 and all(status[:1] == b"4" for status in statuses), found[:300]


def test_a29_the_next_request_of_a_connection_is_answered_after_a_refusal(system: System) -> None:
    """The body comes late, as from a slow phone: it is no beginning of the next request, and none is lost."""
    head = f"POST /api/v1/cases HTTP/1.1\r\nHost: localhost:{system.base}\r\nContent-Length: 2\r\n\r\n"
    with socket.create_connection(("127.0.0.1", system.base), timeout=10) as link:
        for _ in range(3):
            link.sendall(head.encode())
            time.sleep(0.2)
            link.sendall(b"{}")
            found = b""
            while not found.endswith(b"}"):
                part = link.recv(65536)
                assert part, "the connection was closed under the caller"
                found += part
            assert re.match(rb"HTTP/1\.1 403 ", found)


def test_a29_trace_is_refused(system: System) -> None:
    assert Browser(system).send("TRACE", "/", headers={"X-Errand": "1"}).status_code in (400, 403, 405)


@pytest.mark.parametrize("channel", PEOPLE)
def test_a08_no_post_of_a_page_without_its_token_or_from_elsewhere(system: System, channel: str) -> None:
    browser = citizen(system, PEOPLE[channel], channel)
    good = hidden_fields(browser.get("/me" if channel == "web" else "/").text).get("csrf_token", "")
    for path in FORMS[channel]:
        for form, headers in (
            ({}, {}),
            ({"csrf_token": "x"}, {}),
            ({"csrf_token": good}, {"Origin": "https://evil.example"}),
            ({"csrf_token": good}, {"Origin": None, "Sec-Fetch-Site": "cross-site"}),
            ({"csrf_token": good}, {"Origin": "null", "Sec-Fetch-Site": "cross-site"}),
        ):
            assert browser.post(path, form, **headers).status_code == 403, (path, form, headers)
    assert browser.api("GET", "/sessions/self").status_code == 200


def test_a08_no_call_that_changes_without_the_own_header_or_as_a_form(system: System, anna: Browser) -> None:
    for each in CALLS:
        if each.method == "GET":
            continue
        path = re.sub(r"<[^>]*>", NIL, each.path)
        for headers in (
            {"X-Errand": None},
            {"Origin": "https://evil.example"},
            {"Sec-Fetch-Site": "cross-site"},
        ):
            assert anna.api(each.method, path, headers=headers).status_code == 403, (path, headers)
        if each.body is not None:
            plain = anna.api(each.method, path, data=b"{}", headers={"Content-Type": "text/plain"})
            assert plain.status_code in (400, 401, 403, 415), path
    assert anna.api("GET", "/sessions/self").status_code == 200


@pytest.mark.parametrize(
    "place",
    [
        "//evil.example",
        "/\\evil.example",
        "https:evil.example",
        "%2f%2fevil.example",
        "javascript:alert(1)",
        "/%2f%2fevil",
        "/%255cevil",
        "/%09/evil.example",
    ],
)
def test_a09_next_leads_nowhere_else(anna: Browser, place: str) -> None:
    answer = anna.get(f"/login?next={place}")
    assert answer.status_code == 400 or answer.headers["Location"] == "/"
    language = anna.get(f"/look/language?lang=en&next={place}")
    assert language.status_code in (400, 404) or re.match(r"/(?![/\\])", language.headers["Location"]), place
    assert "evil" not in language.headers.get("Location", "") or "%" in language.headers["Location"]


def test_a07_a_planted_session_is_not_the_one_after_a_login(system: System) -> None:
    browser = Browser(system)
    browser.cookies["__Host-es"] = "abc"
    assert browser.log_in("anna").status_code == 200
    first = browser.token()
    assert first != "abc" and browser.log_in("anna", "/login?fresh=1").status_code == 200
    assert browser.token() != first
    old = Browser(system)
    for dead in ("abc", first):
        old.cookies = {"__Host-es": dead}
        assert old.api("GET", "/sessions/self").status_code == 401
    for channel in ("kiosk", "desk"):
        other = Browser(system, channel)
        other.cookies = dict(browser.cookies)
        assert other.api("GET", "/sessions/self").status_code == 401, "a cookie of one origin at another"


@pytest.mark.parametrize("channel", PEOPLE)
def test_every_answer_is_closed(system: System, channel: str) -> None:
    browser = citizen(system, PEOPLE[channel], channel)
    for path in (
        "/",
        "/nothing",
        f"/cases/{NIL}",
        "/api/v1/sessions/self",
        "/api/v1/nothing",
        "/login?fresh=1",
    ):
        headers: Any = browser.get(path).headers
        policy = headers["Content-Security-Policy"]
        assert (
            "default-src 'none'" in policy and "frame-ancestors 'none'" in policy and "unsafe" not in policy
        )
        assert headers["X-Content-Type-Options"] == "nosniff" and headers["Cache-Control"] == "no-store", path
        assert "Access-Control-Allow-Origin" not in headers


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "https://evil.example"},
        {"Origin": None},
        {"Cookie": None},
        {"Cookie": "__Host-es=" + "a" * 43},
    ],
)
def test_a22_sockets_of_others_are_refused(
    system: System, anna: Browser, headers: dict[str, str | None]
) -> None:
    from tests.channels.test_live import Refused, Screen

    with pytest.raises(Refused):
        Screen(system.base + 1, anna, **headers)  # type: ignore[arg-type]


def test_a22_a_socket_hears_only_its_own(system: System, anna: Browser, boris: Browser) -> None:
    from tests.channels.test_live import Screen

    topic = f"case:{anna.start()['case_id']}"
    screen = Screen(system.base + 1, boris)  # type: ignore[arg-type]
    for wanted in (topic, "queue:residents-south", "session:" + NIL, None, {}, "x" * 500):
        assert screen.subscribe(wanted) == {"error": "not-found"}
    screen.close()
