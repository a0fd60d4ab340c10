"""The wire transcript of a handoff over HTTP: three browsers, two origins (HANDOFF 1.15; A03 to A08)."""

from __future__ import annotations

import json
from typing import Any

from tests.channels.conftest import Browser, World, a_key


def offered(world: World) -> tuple[Browser, dict[str, Any], dict[str, Any]]:
    """Anna at a kiosk with a case, and the code on its screen."""
    kiosk = world.citizen("anna", "kiosk")
    case = kiosk.start()
    assert kiosk.agent is not None
    body = {
        "kind": "K2P", "case_id": case["case_id"], "task_id": case["task_id"],
        "device": kiosk.agent.wire("handoff"),
    }  # fmt: skip
    made = kiosk.api("POST", "/handoffs", body)
    assert made.status_code == 201, made.text
    return kiosk, case, made.get_json()


def code_of(made: dict[str, Any]) -> str:
    return made["qr_url"].partition("#")[2]


def moved(world: World) -> tuple[Browser, Browser, dict[str, Any], dict[str, Any]]:
    """Kiosk, phone, case and the activation's answer."""
    kiosk, case, made = offered(world)
    phone = world.browser()
    one = f"/handoffs/{made['id']}"
    phone.api("POST", "/handoffs/claim", {"code": code_of(made)})
    number = phone.api("POST", f"{one}/approve", {}).get_json()["number"]
    assert kiosk.api("POST", f"{one}/confirm", {"number": number}).status_code == 200
    return kiosk, phone, case, phone.api("POST", f"{one}/activate", {}).get_json()


def test_the_wire_transcript(world: World) -> None:
    kiosk, case, made = offered(world)
    assert made["qr_url"].startswith("http://localhost:8000/h#") and made["state"] == "OFFERED"
    phone, one = world.browser(), f"/handoffs/{made['id']}"

    claim = phone.api(
        "POST", "/handoffs/claim", {"code": code_of(made)}, **{"User-Agent": "Mobile Firefox/145.0"}
    )
    assert claim.status_code == 201 and claim.headers["Cache-Control"] == "no-store"
    cookie = claim.headers["Set-Cookie"]
    for part in ("__Host-hc=", "Secure", "HttpOnly", "SameSite=Strict", "Path=/"):
        assert part in cookie
    told = claim.get_json()
    assert (told["state"], told["kind"]) == ("CLAIMED", "K2P")
    assert told["place"] == {"hall": "Southmere Town Hall", "kiosk": "3"}

    assert kiosk.api("GET", one).get_json()["peer"] == "a phone, Firefox"
    early = phone.api("POST", f"{one}/activate", {})
    assert early.status_code == 409 and early.get_json()["type"] == "/problems/not-confirmed"
    approved = phone.api("POST", f"{one}/approve", {}).get_json()
    wrong = "000000" if approved["number"] != "000000" else "111111"
    missed = kiosk.api("POST", f"{one}/confirm", {"number": wrong})
    assert missed.status_code == 403
    assert (
        missed.get_json()["type"] == "/problems/number-mismatch" and missed.get_json()["attempts_left"] == 2
    )
    assert (
        kiosk.api("POST", f"{one}/confirm", {"number": approved["number"]}).get_json()["state"] == "CONFIRMED"
    )

    key = a_key()
    done = phone.api("POST", f"{one}/activate", {}, **{"Idempotency-Key": key})
    assert done.status_code == 200, done.text
    body = done.get_json()
    assert (body["state"], body["case_id"], body["task_id"]) == ("ACTIVE", case["case_id"], case["task_id"])
    cookies = {each.partition("=")[0]: each for each in done.headers.getlist("Set-Cookie")}
    assert "SameSite=Strict" in cookies["__Host-es"] and "Max-Age=0" in cookies["__Host-hc"]

    assert kiosk.api("GET", "/sessions/self").status_code == 401
    assert kiosk.submit(case).status_code == 401
    asked = phone.submit({**case, "lease": body["lease"]})
    assert asked.status_code == 403 and asked.get_json()["type"] == "/problems/login-required"
    task = phone.api("GET", f"/cases/{case['case_id']}/tasks/{case['task_id']}").get_json()
    assert task["masked"] is True
    phone.log_in("anna", "/login?fresh=1")
    assert phone.submit({**case, "lease": body["lease"]}).status_code == 200


def test_a_login_of_somebody_else_on_a_moved_session_merges_nothing(world: World) -> None:
    _, phone, case, _ = moved(world)
    before = phone.token()
    done = phone.log_in("boris", "/login?fresh=1")
    assert done.status_code == 403
    phone.keep(before)
    assert phone.api("GET", "/sessions/self").get_json()["kind"] == "anonymous"
    assert phone.api("GET", f"/cases/{case['case_id']}").status_code == 200
    boris = world.citizen("boris")
    assert boris.api("GET", f"/cases/{case['case_id']}").status_code == 404
    assert phone.log_in("anna", "/login?fresh=1").status_code == 200


def test_a_moved_session_reaches_its_case_and_nothing_else(world: World) -> None:
    kiosk = world.citizen("anna", "kiosk")
    other = kiosk.start()
    _, phone, case, _ = moved(world)
    assert phone.api("GET", f"/cases/{case['case_id']}").status_code == 200
    assert phone.api("GET", f"/cases/{other['case_id']}").status_code == 404
    for path in ("/cases", "/inbox", f"/cases/{case['case_id']}/history"):
        assert phone.api("GET", path).status_code == 401, path
    assert phone.api("POST", "/cases", {"procedure": "permit", "region": "south"}).status_code == 401


def test_a03_the_code_is_dead_after_the_move_for_every_browser(world: World) -> None:
    kiosk, case, made = offered(world)
    phone, one = world.browser(), f"/handoffs/{made['id']}"
    phone.api("POST", "/handoffs/claim", {"code": code_of(made)})
    number = phone.api("POST", f"{one}/approve", {}).get_json()["number"]
    kiosk.api("POST", f"{one}/confirm", {"number": number})
    assert phone.api("POST", f"{one}/activate", {}).status_code == 200
    answers = [world.browser().api("POST", "/handoffs/claim", {"code": code_of(made)}) for _ in range(3)]
    unknown = world.browser().api("POST", "/handoffs/claim", {"code": "A" * 22})
    assert {each.status_code for each in answers} == {404} and {each.data for each in answers} == {
        unknown.data
    }
    assert phone.api("GET", f"/cases/{case['case_id']}").status_code == 200


def test_a05_a_second_browser_ends_it_for_both(world: World) -> None:
    kiosk, _, made = offered(world)
    first, second = world.browser(), world.browser()
    assert first.api("POST", "/handoffs/claim", {"code": code_of(made)}).status_code == 201
    assert second.api("POST", "/handoffs/claim", {"code": code_of(made)}).status_code == 409
    for browser in (kiosk, first):
        gone = browser.api("GET", f"/handoffs/{made['id']}")
        assert gone.status_code == 410 and gone.get_json()["reason"] == "conflict"
    assert second.api("GET", f"/handoffs/{made['id']}").status_code == 404


def test_a06_the_kiosk_alone_or_another_one_gets_nowhere(world: World) -> None:
    kiosk, case, made = offered(world)
    one = f"/handoffs/{made['id']}"
    assert kiosk.api("POST", f"{one}/activate", {}).status_code == 409
    other = world.kiosk()
    for path, body in ((f"{one}/confirm", {"number": "123456"}), (f"{one}/rotate", {})):
        assert other.api("POST", path, body).status_code == 404
    assert other.api("GET", f"/cases/{case['case_id']}").status_code == 404
    assert other.api("GET", f"/events?topic=handoff:{made['id']}").status_code == 404


def test_a_kiosk_or_a_desk_cannot_claim_a_code(world: World) -> None:
    kiosk, _, made = offered(world)
    for browser in (kiosk, world.kiosk(), world.browser("desk")):
        assert browser.api("POST", "/handoffs/claim", {"code": code_of(made)}).status_code == 404
    phone = world.browser()
    assert phone.api("POST", "/handoffs/claim", {"code": code_of(made)}).status_code == 201


def test_a08_confirm_and_claim_from_another_site(world: World) -> None:
    kiosk, _, made = offered(world)
    evil = {"Origin": "https://evil.example", "Sec-Fetch-Site": None}
    assert (
        kiosk.api("POST", f"/handoffs/{made['id']}/confirm", {"number": "123456"}, **evil).status_code == 403
    )
    assert world.browser().api("POST", "/handoffs/claim", {"code": code_of(made)}, **evil).status_code == 403
    text = json.dumps({"code": code_of(made)}).encode()
    plain = world.browser().api("POST", "/handoffs/claim", data=text, **{"Content-Type": "text/plain"})
    assert plain.status_code == 415
    assert kiosk.api("GET", f"/handoffs/{made['id']}").get_json()["state"] == "OFFERED"


def test_without_a_device_no_kiosk_and_no_handoff(world: World) -> None:
    kiosk = world.citizen("anna", "kiosk")
    case = kiosk.start()
    body = {"kind": "K2P", "case_id": case["case_id"], "task_id": case["task_id"]}
    assert kiosk.api("POST", "/handoffs", body).status_code == 401
    assert world.kiosk().api("POST", "/handoffs", body).status_code == 404, "not her case"
    signed = kiosk.agent.wire("session") | {"signature": "A" * 86}
    assert world.browser("kiosk").api("POST", "/device-sessions", signed).status_code == 401


def test_enrol_and_heartbeat_over_the_wire(world: World) -> None:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    from backend.people.devices import encode

    code = world.errand.people.devices.enrolment_code(kiosk="9", hall="North Hall", region="north")
    key = encode(Ed25519PrivateKey.generate().public_key().public_bytes_raw())
    browser = world.browser("kiosk")
    agent = {"Origin": None, "Sec-Fetch-Site": None, "Idempotency-Key": None}
    made = browser.api("POST", "/devices/enrol", {"code": code, "public_key": key}, **agent)
    assert made.status_code == 201
    assert {"kiosk": "9", "hall": "North Hall", "region": "north"}.items() <= made.get_json().items()
    assert (
        browser.api("POST", "/devices/enrol", {"code": code, "public_key": key}, **agent).status_code == 404
    )
    kiosk = world.kiosk()
    beat = kiosk.agent.sign("heartbeat", "")
    told = {
        "device_id": str(beat.device), "iat": beat.iat, "jti": beat.jti, "signature": beat.signature,
        "report": {"build": "1", "uptime": 3},
    }  # fmt: skip
    heard = browser.api("POST", "/devices/heartbeat", told, **agent)
    assert heard.get_json() == {"state": "active", "next": 30}
    assert browser.api("POST", "/devices/heartbeat", told, **agent).status_code == 401, (
        "a signature counts once"
    )


def test_the_next_person_at_a_kiosk_gets_a_session_of_her_own(world: World) -> None:
    kiosk = world.citizen("anna", "kiosk")
    before = kiosk.token()
    assert kiosk.api("POST", "/device-sessions", kiosk.agent.wire("session")).status_code == 201
    assert kiosk.api("GET", "/sessions/self").get_json()["kind"] == "anonymous"
    old = world.browser("kiosk")
    old.keep(before)
    assert old.api("GET", "/sessions/self").status_code == 401
