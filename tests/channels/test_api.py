"""The API over HTTP: headers, keys, revisions, bad input, foreign things (A01, A08, A10, A12, A25, A29,
A30)."""

from __future__ import annotations

import json
import re
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from uuid import uuid4

import pytest
from werkzeug.test import Client

from backend.app.web import ByHost
from tests.channels.conftest import Browser, World, a_key
from tests.handoff.conftest import APPLY

PROBLEM = "application/problem+json"


@pytest.fixture(scope="module")
def anna(world: World) -> Browser:
    return world.citizen("anna")


@pytest.fixture(scope="module")
def boris(world: World) -> Browser:
    return world.citizen("boris")


def task_path(case: dict[str, Any]) -> str:
    return f"/cases/{case['case_id']}/tasks/{case['task_id']}"


def patch(browser: Browser, case: dict[str, Any], body: Any = None, **headers: Any) -> Any:
    usual = {"If-Match": '"1"', "Errand-Lease": str(case["lease"])}
    body = {"answers": {"field_00": "x"}} if body is None else body
    return browser.api("PATCH", task_path(case), body, **(usual | headers))


def state(world: World, case: dict[str, Any]) -> Any:
    """What must not change when something is refused."""
    return world.sql(
        "SELECT version, lease_epoch,"
        " (SELECT max(revision) FROM task t WHERE t.case_id = c.case_id) AS revision,"
        " (SELECT count(*) FROM outbox o WHERE o.case_id = c.case_id) AS outbox"
        " FROM case_state c WHERE case_id = %s",
        case["case_id"],
    )


def test_a_case_from_start_to_submit(world: World, anna: Browser) -> None:
    services = anna.api("GET", "/services").get_json()["services"]
    assert "permit" in {each["id"] for each in services}
    case = anna.start()
    read = anna.api("GET", f"/cases/{case['case_id']}").get_json()
    assert read["status"] == "running" and "submit" in read["available"] and read["lease"]["mine"]
    task = anna.api("GET", task_path(case))
    assert task.headers["ETag"] == '"1"' and task.get_json()["form"]["components"]
    saved = patch(anna, case)
    assert (saved.status_code, saved.headers["ETag"]) == (200, '"2"')
    assert anna.api("GET", task_path(case)).get_json()["draft"] == {"field_00": "x"}
    done = anna.submit(case, **{"If-Match": '"2"'})
    assert done.status_code == 200, done.text
    body = done.get_json()
    assert re.fullmatch(r"[0-9]+", body["receipt"]) and body["case_seq"] > case["case_seq"]
    assert str(case["case_id"]) in {each["id"] for each in anna.api("GET", "/cases").get_json()["cases"]}
    history = anna.api("GET", f"/cases/{case['case_id']}/history").get_json()["events"]
    assert "TaskCompleted" in {each["type"] for each in history}


def test_a01_another_persons_case_is_not_there(world: World, anna: Browser, boris: Browser) -> None:
    case = anna.start()
    before = state(world, case)
    unknown = {**case, "case_id": str(uuid4())}
    calls = (
        lambda c: boris.api("GET", f"/cases/{c['case_id']}"),
        lambda c: boris.api("GET", f"/cases/{c['case_id']}/history"),
        lambda c: boris.api("GET", task_path(c)),
        lambda c: patch(boris, c),
        boris.submit,
        lambda c: boris.api("POST", f"/cases/{c['case_id']}/lease", {"force": True}),
        lambda c: boris.api("GET", f"/events?topic=case:{c['case_id']}"),
    )
    for call in calls:
        foreign, missing = call(case), call(unknown)
        assert foreign.status_code == missing.status_code == 404
        assert foreign.data == missing.data and foreign.content_type == PROBLEM
    assert state(world, case) == before


def test_a01_nobody_and_staff_of_another_department(world: World, anna: Browser) -> None:
    case = anna.start()
    assert world.browser().api("GET", f"/cases/{case['case_id']}").status_code == 401
    assert world.citizen("yusuf", "desk").api("GET", f"/cases/{case['case_id']}").status_code == 404


def test_a10_revisions(world: World, anna: Browser) -> None:
    case = anna.start()
    assert patch(anna, case).status_code == 200
    before = state(world, case)
    assert patch(anna, case).get_json()["revision"] == 2, "the same draft again: its answer was lost"
    stale = patch(anna, case, {"answers": {"field_00": "y"}})
    assert stale.status_code == 412 and stale.get_json()["current"] == 2
    assert patch(anna, case, **{"If-Match": None}).status_code == 428
    assert patch(anna, case, **{"Errand-Lease": None}).status_code == 428
    assert anna.submit(case, **{"If-Match": None}).status_code == 428
    assert anna.submit(case, **{"Errand-Lease": None}).status_code == 428
    for wrong in ("*", "2", 'W/"2"', '"2", "3"', '"x"', '""', '"-1"', '"٣"'.encode().decode("latin-1")):
        assert anna.submit(case, **{"If-Match": wrong}).status_code == 400, wrong
    for wrong in ("x", "-1", "1e3", "1.0", "9" * 30):
        assert anna.submit(case, **{"If-Match": '"2"', "Errand-Lease": wrong}).status_code == 400, wrong
    assert anna.submit(case, **{"If-Match": '"2"', "Errand-Lease": "999"}).status_code == 409
    assert state(world, case) == before


def test_a12_the_same_key_gives_the_same_bytes(world: World, anna: Browser, boris: Browser) -> None:
    case, key = anna.start(), a_key()
    first = anna.submit(case, **{"Idempotency-Key": key})
    again = anna.submit(case, **{"Idempotency-Key": key})
    assert first.status_code == again.status_code == 200 and first.data == again.data
    assert again.headers["Idempotency-Replayed"] == "true" and "Idempotency-Replayed" not in first.headers
    path = task_path(case) + "/submit"
    other = anna.api(
        "POST", path, {"answers": {**APPLY, "amount": 81}},
        **{"Idempotency-Key": key, "If-Match": '"1"', "Errand-Lease": str(case["lease"])},
    )  # fmt: skip
    assert other.status_code == 422 and other.get_json()["type"] == "/problems/key-reused"
    assert anna.submit(case, **{"Idempotency-Key": key, "If-Match": '"2"'}).status_code == 422
    his = boris.start()
    assert boris.submit(his, **{"Idempotency-Key": key}).status_code == 200


def test_a12_twenty_at_once_have_one_effect(world: World) -> None:
    anna = world.citizen("anna")
    case, key, token = anna.start(), a_key(), anna.token()

    def once(_n: int) -> Any:
        browser = world.browser()
        browser.keep(token)
        return browser.submit(case, **{"Idempotency-Key": key})

    with ThreadPoolExecutor(20) as pool:
        answers = list(pool.map(once, range(20)))
    assert {answer.status_code for answer in answers} <= {200, 409}
    assert len({answer.data for answer in answers if answer.status_code == 200}) == 1
    rows = world.sql("SELECT count(*) AS n FROM completion WHERE case_id = %s", case["case_id"])
    assert rows[0]["n"] == 1


@pytest.mark.parametrize(
    "key",
    [None, "", "short", "x" * 65, "with space 1234567", "ключ-ключ-ключ-ключ".encode().decode("latin-1")],
)
def test_a_key_is_needed_and_has_its_form(anna: Browser, key: str | None) -> None:
    answer = anna.api(
        "POST", "/cases", {"procedure": "permit", "region": "south"}, **{"Idempotency-Key": key}
    )
    assert answer.status_code == 400 and answer.get_json()["type"] == "/problems/key-required"


def test_a_key_as_a_structured_field_is_the_same_key(anna: Browser) -> None:
    key, body = a_key(), {"procedure": "permit", "region": "south"}
    first = anna.api("POST", "/cases", body, **{"Idempotency-Key": key})
    assert anna.api("POST", "/cases", body, **{"Idempotency-Key": f'"{key}"'}).data == first.data


def test_a08_another_site_cannot_make_a_browser_act(world: World, anna: Browser) -> None:
    case = anna.start()
    before = state(world, case)
    for headers in (
        {"Origin": "https://evil.example"}, {"Origin": "null"}, {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"}, {"X-Errand": None}, {"Origin": "http://kiosk.localhost:8000"},
    ):  # fmt: skip
        sent = {"Sec-Fetch-Site": None, **headers} if "Origin" in headers else headers
        assert anna.submit(case, **sent).status_code == 403, headers
    text = json.dumps({"answers": APPLY}).encode()
    for kind in ("text/plain", "application/x-www-form-urlencoded", "multipart/form-data", ""):
        answer = anna.api(
            "POST", task_path(case) + "/submit", data=text,
            **{"Content-Type": kind, "If-Match": '"1"', "Errand-Lease": str(case["lease"])},
        )  # fmt: skip
        assert answer.status_code == 415, kind
    assert state(world, case) == before


def test_a08_forms_carry_a_token_of_their_session(world: World) -> None:
    anna, boris = world.citizen("anna"), world.citizen("boris")
    for form in ({}, {"csrf_token": "x"}, {"csrf_token": token_of(boris)}):
        assert anna.post("/logout", form).status_code == 403
    assert anna.api("GET", "/sessions/self").status_code == 200
    good = token_of(anna)
    assert anna.post("/logout", {"csrf_token": good}, Origin="https://evil.example").status_code == 403
    anna.log_in(path="/login?fresh=1")
    assert anna.post("/logout", {"csrf_token": good}).status_code == 403, "a rotation changes the token"
    assert anna.post("/logout", {"csrf_token": token_of(anna)}).status_code == 303
    assert anna.api("GET", "/sessions/self").status_code == 401


def token_of(browser: Browser) -> str:
    """The token of the session's forms, as its pages carry it."""
    from backend.channel import csrf

    app = browser.world.apps[browser.channel]
    with app.test_request_context(
        "/", base_url=browser.origin, headers={"Cookie": f"__Host-es={browser.token()}"}
    ):
        return csrf.token()


@pytest.mark.parametrize(
    "field", ["status", "owner_id", "dept", "verified", "acr", "fee", "level", "subject"]
)
def test_a25_unknown_fields_are_refused(world: World, anna: Browser, field: str) -> None:
    case = anna.start()
    answer = patch(anna, case, {"answers": {}, field: "x"})
    assert answer.status_code == 422
    assert answer.get_json()["errors"] == [{"pointer": f"#/{field}", "detail": "Unknown field."}]
    started = anna.api("POST", "/cases", {"procedure": "permit", "region": "south", field: "x"})
    assert started.status_code == 422


HOSTILE = [
    (b"", 400), (b"{", 400), (b"[]", 422), (b"null", 422), (b'"x"', 422), (b"1", 422),
    (b'{"answers":{"a":NaN}}', 400), (b'{"answers":{"a":Infinity}}', 400), (b'{"answers":{"a":-Infinity}}',
    400),
    (b'{"answers":{},"answers":{}}', 400), (b'{"answers":{"a":1,"a":2}}', 400),
    (b'{"answers":' + b"[" * 100_000 + b"]" * 100_000 + b"}", 400),
    (b'{"answers":' + b'{"a":' * 50 + b"1" + b"}" * 50 + b"}", 400),
    (b'{"answers":{"a":"\\u0000"}}', 422), (b'{"answers":{"a":"\\ud800"}}', 422),
    (b'{"answers":{"a":"\\u202e"}}', 422), (b'{"answers":{"\\u0000":1}}', 422),
    (b'{"answers":{"a":["\\u0000"]}}', 422),
    (b'{"answers":{"a":9223372036854775808}}', 422), (b'{"answers":{"a":1e999999}}', 422),
    (b'{"answers":{"a":' + b"9" * 5000 + b"}}", 422), (b'{"answers":{"a":0.' + b"1" * 5000 + b"}}", 422),
    (b"\xff\xfe{}", 400), ('{"answers":{"a":"' + "x" * 30_000 + '"}}').encode() and (b'{"answers":{"a":"' +
    b"x" * 30_000 + b'"}}', 422),
    (b'{"answers":[]}', 422), (b'{"answers":"x"}', 422), (b'{"answers":{},"page":1}', 422),
]  # fmt: skip


@pytest.mark.parametrize(("raw", "status"), HOSTILE, ids=[str(n) for n in range(len(HOSTILE))])
def test_a30_hostile_bodies(anna: Browser, raw: bytes, status: int) -> None:
    case = anna.start()
    answer = patch(anna, case, data=raw)
    assert answer.status_code == status, answer.text[:300]
    assert answer.content_type == PROBLEM


def test_a14_a_body_that_is_too_large_is_refused_unread(anna: Browser) -> None:
    case = anna.start()
    assert patch(anna, case, data=b'{"answers":{"a":"' + b"x" * 10_000_000 + b'"}}').status_code == 413
    assert patch(anna, case, data=b"\x1f\x8b\x08", **{"Content-Encoding": "gzip"}).status_code == 415


@pytest.mark.parametrize("after", ["-1", "1e3", "NaN", "٣", "9" * 40, "1.0", "", " 1", "0x1"])
def test_a30_numbers_in_queries(anna: Browser, after: str) -> None:
    case = anna.start()
    query = {"topic": f"case:{case['case_id']}", "after": after}
    answer = anna.client.get("/api/v1/events", query_string=query, base_url=anna.origin)
    assert answer.status_code == 422, after


NIL = "/cases/00000000-0000-0000-0000-000000000000/tasks/"


@pytest.mark.parametrize("path", [
    "/cases/1", "/cases/%00", "/cases/x/tasks/1", NIL + "9223372036854775808", NIL + "٣", NIL + "-1",
    "/handoffs/x", "/nothing", "/cases/" + "a" * 3000, "/services/%0a", "/services/%ff",
])  # fmt: skip
def test_a30_paths_that_name_nothing(anna: Browser, path: str) -> None:
    answer = anna.api("GET", path)
    assert answer.status_code in (400, 404), path
    assert answer.content_type == PROBLEM


@pytest.mark.parametrize("topic", ["", "case:", "case:x", "handoff:x", "queue:residents-south", "queue:",
"x", "case:" + "0" * 36,
                                   "kiosk:self", "display:1", "session:" + "0" * 36])  # fmt: skip
def test_topics_that_are_not_hers(anna: Browser, topic: str) -> None:
    answer = anna.client.get("/api/v1/events", query_string={"topic": topic}, base_url=anna.origin)
    assert answer.status_code in (404, 422), topic


def test_events_since_a_number(world: World, anna: Browser) -> None:
    case = anna.start()
    topic = f"case:{case['case_id']}"
    assert anna.api("GET", f"/events?topic={topic}&after={case['case_seq']}").get_json()["events"] == []
    done = anna.submit(case).get_json()
    told = anna.api("GET", f"/events?topic={topic}&after={case['case_seq']}").get_json()
    assert told["head"] == done["case_seq"]
    assert [event["seq"] for event in told["events"]] == list(
        range(case["case_seq"] + 1, done["case_seq"] + 1)
    )
    assert set(told["events"][0]) == {"topic", "seq", "type", "ref"}
    assert anna.api("GET", f"/events?topic={topic}&after=0").get_json()["reset"] is True


def test_a20_a_bad_request_id_is_replaced_and_the_log_stays_one_object_a_line(
    anna: Browser, capfd: Any
) -> None:
    for given in ("x" * 100, 'a"b', "\x1b[2J" * 3, "<script>"):
        answer = anna.api(
            "GET", "/services", **{"X-Request-Id": given, "User-Agent": 'x"\x1b[2J{"level":"error"'}
        )
        assert answer.headers["X-Request-Id"] != given
    assert (
        anna.api("GET", "/services", **{"X-Request-Id": "abc-12345"}).headers["X-Request-Id"] == "abc-12345"
    )
    lines = [line for line in capfd.readouterr().err.splitlines() if line.strip()]
    assert lines and all(set(json.loads(line)) >= {"event", "status"} for line in lines)


def test_nothing_personal_in_the_log(world: World, capfd: Any) -> None:
    browser = world.citizen("anna")
    case = browser.start()
    patch(browser, case, {"answers": {"field_00": "canary-4711"}})
    browser.submit(case)
    logged = capfd.readouterr().err
    for secret in ("canary-4711", "Anna", "Orsel", browser.token(), case["case_id"], "code=", "state="):
        assert secret not in logged


def test_a29_other_hosts_and_methods(world: World, anna: Browser) -> None:
    for host in (
        "evil.example",
        "localhost:8000.evil",
        "localhost",
        "localhost:9",
        "x.localhost:8000",
        "",
        "::",
    ):
        assert by_host(world, host).status_code == 400, host
        if host not in {"localhost", "localhost:9"}:
            direct = anna.client.get("/api/v1/services", base_url=anna.origin, headers={"Host": host})
            assert direct.status_code == 400, host
    for host in ("localhost:8000", "KIOSK.localhost:8000", "desk.localhost:8000"):
        assert by_host(world, host).status_code == 200, host
    good = anna.client.get(
        "/login?fresh=1",
        base_url=anna.origin,
        headers={"X-Forwarded-Host": "evil.example", "X-Forwarded-Proto": "https"},
    )
    assert "evil" not in good.headers["Location"] and "localhost%3A8000" in good.headers["Location"]
    trace = anna.client.open(
        "/api/v1/services", method="TRACE", base_url=anna.origin, headers={"X-Errand": "1"}
    )
    assert trace.status_code == 405 and "GET" in trace.headers["Allow"]


def by_host(world: World, host: str) -> Any:
    """A request to the process, which chooses the origin by Host."""
    client = Client(ByHost(world.apps, world.places))
    return client.get("/api/v1/services", headers={"Host": host})


def test_wrong_answers_are_told_with_field_key_and_words(anna: Browser) -> None:
    case = anna.start()
    answer = anna.api(
        "POST", task_path(case) + "/submit", {"answers": {"field_00": "x"}},
        **{"If-Match": '"1"', "Errand-Lease": str(case["lease"])},
    )  # fmt: skip
    assert answer.status_code == 422
    errors = answer.get_json()["errors"]
    assert {"pointer", "key", "code", "text_key", "detail"} == set(errors[0])
    assert "#/answers/amount" in {each["pointer"] for each in errors} and all(
        each["detail"] for each in errors
    )


def test_a_finished_task_is_read_and_not_changed(anna: Browser) -> None:
    case = anna.start()
    anna.submit(case)
    again = anna.submit(case)
    assert again.status_code == 409 and again.get_json()["type"] == "/problems/finished"


def test_a_lease_is_taken_over_by_force_only(world: World) -> None:
    first, second = world.citizen("carla"), world.citizen("carla")
    case = first.start()
    path = f"/cases/{case['case_id']}/lease"
    asked = second.api("POST", path, {})
    assert asked.status_code == 409 and asked.get_json()["type"] == "/problems/lease-lost"
    taken = second.api("POST", path, {"force": True}).get_json()
    assert taken["lease"] == case["lease"] + 1
    lost = first.submit(case)
    assert lost.status_code == 409 and lost.get_json()["holder_kind"] == "web"
    renew = {"Errand-Lease": str(taken["lease"])}
    assert second.api("POST", path + "/renew", {}, **renew).status_code == 200
    assert first.api("POST", path + "/renew", {}, **renew).status_code == 409
    assert second.submit({**case, "lease": taken["lease"]}).status_code == 200


def test_push_subscriptions_are_checked_and_belong_to_their_person(
    world: World, anna: Browser, boris: Browser
) -> None:
    assert len(anna.api("GET", "/push-subscriptions/key").get_json()["key"]) == 87
    keys = {"p256dh": "B" + "A" * 86, "auth": "A" * 22}
    for endpoint in ("https://127.0.0.1/x", "http://push.example/x", "https://localhost/x", "https://[::1]/x",
                     "https://u:p@push.example/x", "ftp://push.example/x"):  # fmt: skip
        answer = anna.api("POST", "/push-subscriptions", {"endpoint": endpoint, "keys": keys})
        assert answer.status_code == 422, (endpoint, answer.text)
    assert boris.api("DELETE", f"/push-subscriptions/{uuid4()}").status_code == 404
    text = json.dumps({"endpoint": "https://push.example/x", "keys": keys}).encode()
    cross = anna.api("POST", "/push-subscriptions", data=text, **{"Content-Type": "text/plain"})
    assert cross.status_code == 415


def test_the_inbox_is_empty_before_anything_happened(world: World) -> None:
    carla = world.citizen("carla")
    assert carla.api("GET", "/inbox").get_json()["messages"] == []
    assert carla.api("POST", f"/inbox/{uuid4()}/read", {}).status_code == 404
