"""Login and logout over HTTP: TRUST 2.1, attacks A07, A09."""

from __future__ import annotations

import re

import pytest

from tests.channels.conftest import World


def self_of(browser) -> dict:
    found = browser.api("GET", "/sessions/self")
    assert found.status_code == 200, found.text
    return found.get_json()


def test_a_citizen_logs_in_and_out(world: World) -> None:
    browser = world.browser()
    sent = browser.get("/login?next=/inbox")
    assert sent.status_code == 303 and sent.headers["Location"].startswith(world.issuer + "/authorize?")
    trip = sent.headers["Set-Cookie"]
    assert (
        trip.startswith("__Host-login=")
        and "SameSite=Lax" in trip
        and "Secure" in trip
        and "HttpOnly" in trip
    )
    done = browser.come_back(browser.provider(sent, "anna"))
    assert done.status_code == 200, "a redirect would lose the Strict cookie"
    assert 'content="0;url=/inbox"' in done.text
    cookie = next(each for each in done.headers.getlist("Set-Cookie") if each.startswith("__Host-es="))
    for part in ("Secure", "HttpOnly", "SameSite=Strict", "Path=/"):
        assert part in cookie
    assert "Domain" not in cookie
    me = self_of(browser)
    assert (me["kind"], me["level"], me["channel"]) == ("citizen", "L2", "web") and me["auth_time"]
    token = browser.token()

    out = browser.api("DELETE", "/sessions/self")
    assert out.status_code == 204 and out.headers["Clear-Site-Data"] == '"cache", "cookies", "storage"'
    browser.keep(token)
    assert browser.api("GET", "/sessions/self").status_code == 401


def test_a07_a_session_that_someone_planted_is_not_the_one_after_the_login(world: World) -> None:
    browser = world.browser()
    browser.keep("abc" * 14)
    browser.log_in()
    first = browser.token()
    assert first != "abc" * 14
    browser.log_in(path="/login?fresh=1")
    assert browser.token() != first
    other = world.browser()
    other.keep(first)
    assert other.api("GET", "/sessions/self").status_code == 401, "the session before a rotation is dead"


@pytest.mark.parametrize(
    "place",
    ["//evil.example", "/\\evil.example", "https:evil.example", "%2f%2fevil.example", "javascript:alert(1)",
     "https://evil.example/", "/%2f%2fevil.example", "/%5cevil.example", "/\tevil", "/x\r\nSet-Cookie:a=b",
     "evil", ""],
)  # fmt: skip
def test_a09_next_leads_nowhere_but_here(world: World, place: str) -> None:
    browser = world.citizen()
    sent = browser.client.get("/login", query_string={"next": place}, base_url=browser.origin)
    assert sent.status_code in (303, 400)
    if sent.status_code == 303:
        assert sent.headers["Location"] == "/"


def test_next_may_be_a_path_with_a_query(world: World) -> None:
    browser = world.citizen()
    sent = browser.client.get("/login", query_string={"next": "/cases/1?page=a"}, base_url=browser.origin)
    assert sent.headers["Location"] == "/cases/1?page=a"


def test_a_fresh_login_asks_for_the_login_of_this_moment(world: World) -> None:
    browser = world.citizen()
    assert "prompt=login" in browser.get("/login?fresh=1").headers["Location"]
    assert "max_age=0" in browser.get("/login?fresh=1").headers["Location"]
    assert "prompt=login" not in world.browser().get("/login").headers["Location"]
    assert "prompt=login" in world.kiosk().get("/login").headers["Location"], "a kiosk is shared"


def test_the_answer_of_another_round_trip_is_refused(world: World) -> None:
    anna, boris = world.browser(), world.browser()
    back = boris.provider(boris.get("/login"), "boris")
    anna.get("/login")
    done = anna.come_back(back)
    assert done.status_code == 400 and anna.token() is None
    assert world.browser().come_back(back).status_code == 400, "nor without a round trip"


@pytest.mark.parametrize(
    "change", [("state=", "state=x"), ("iss=", "iss=http%3A%2F%2Fevil"), ("code=", "code=x")]
)
def test_an_answer_with_anything_changed_is_refused(world: World, change: tuple[str, str]) -> None:
    browser = world.browser()
    back = browser.provider(browser.get("/login"), "anna")
    assert change[0] in back
    assert browser.come_back(back.replace(*change)).status_code == 400
    assert browser.token() is None


def test_an_error_of_the_provider_is_told_and_its_words_are_not_repeated(world: World) -> None:
    browser = world.browser()
    browser.get("/login")
    done = browser.get("/login/callback?error=access_denied&error_description=<script>")
    assert done.status_code == 400 and "<script>" not in done.text


def test_the_kiosk_needs_its_device_and_rotates_its_session(world: World) -> None:
    assert world.browser("kiosk").get("/login").status_code == 401
    kiosk = world.kiosk()
    before, session = kiosk.token(), self_of(kiosk)
    kiosk.log_in()
    after = self_of(kiosk)
    assert kiosk.token() != before
    assert (after["id"], after["kind"], after["channel"]) == (session["id"], "citizen", "kiosk")
    old = world.browser("kiosk")
    old.keep(before)
    assert old.api("GET", "/sessions/self").status_code == 401


def test_a_page_that_needs_a_login_leads_there_and_back(world: World) -> None:
    sent = world.browser().get("/inbox?a=b")
    assert (sent.status_code, sent.headers["Location"]) == (303, "/login?next=%2Finbox%3Fa%3Db")
    assert world.browser().post("/cases", {}).status_code == 401, "a post is not sent elsewhere"


def test_staff_log_in_at_the_desk_with_roles_and_department(world: World) -> None:
    xenia = world.citizen("xenia", "desk")
    assert self_of(xenia)["kind"] == "staff"
    row = world.sql(
        "SELECT roles, department, region FROM session WHERE kind = 'staff' AND ended_at IS NULL"
    )[0]
    assert (row["roles"], row["department"], row["region"]) == (["caseworker"], "residents-south", "south")


def test_the_cookie_of_one_origin_is_no_session_at_another(world: World) -> None:
    anna = world.citizen()
    for channel in ("kiosk", "desk"):
        other = world.browser(channel)
        other.keep(anna.token())
        assert other.api("GET", "/sessions/self").status_code == 401


def test_a_person_lists_and_ends_her_sessions(world: World) -> None:
    phone, pc = world.citizen("carla"), world.citizen("carla")
    rows = phone.api("GET", "/sessions").get_json()["sessions"]
    assert len(rows) == 2 and sum(row["this"] for row in rows) == 1
    other = next(row["id"] for row in rows if not row["this"])
    assert world.citizen("boris").api("DELETE", f"/sessions/{other}").status_code == 404
    assert phone.api("DELETE", f"/sessions/{other}").status_code == 204
    assert pc.api("GET", "/sessions/self").status_code == 401
    assert phone.api("GET", "/sessions/self").status_code == 200


def test_logging_in_as_somebody_else_ends_the_first_session(world: World) -> None:
    browser = world.citizen("anna")
    first = browser.token()
    browser.log_in("boris", "/login?fresh=1")
    other = world.browser()
    other.keep(first)
    assert other.api("GET", "/sessions/self").status_code == 401


def test_personal_pages_are_not_kept_and_nothing_foreign_is_loaded(world: World) -> None:
    answer = world.citizen().api("GET", "/sessions/self")
    assert answer.headers["Cache-Control"] == "no-store"
    policy = answer.headers["Content-Security-Policy"]
    assert "unsafe" not in policy and "default-src 'none'" in policy and "frame-ancestors 'none'" in policy
    assert not re.search(r"https?://(?!localhost|127\.0\.0\.1)", policy)


def test_a_posted_form_goes_to_the_login_by_a_page_of_its_own(world: World) -> None:
    answer = world.browser().get("/login/away?next=/cases/7?page=sending")
    assert answer.status_code == 200, "a redirect to another site would be stopped by form-action 'self'"
    assert 'content="0;url=/login?next=/cases/7?page%3Dsending&amp;fresh=1"' in answer.get_data(as_text=True)
    assert "url=/login?next=/&amp;" in world.browser().get("/login/away?next=//evil.example").get_data(
        as_text=True
    )
