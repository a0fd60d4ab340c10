"""The story of the first errand, from the kiosk to the decision: three browsers, three languages."""

from __future__ import annotations

import json
import re
import time
import urllib.request
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.stage import (
    GO,
    PATIENCE,
    SESSION,
    Stage,
    asked,
    at,
    digits,
    log_in,
    press,
    rows,
    scanned,
    session_of,
    storage,
    typed,
)
from tests.journeys.steps import PERSON, offer, stand_at_kiosk, use_all_facts

FAMILY = {"en": "Orsel", "zh-Hans": "明哲", "ar": "حداد"}
REASON = {
    "en": "You live there, so we register it.",
    "zh-Hans": "您住在那里，予以登记。",
    "ar": "تسكنين هناك، فسجّلناه.",
}


@pytest.mark.parametrize(("lang", "by_camera"), [("en", True), ("zh-Hans", False), ("ar", True)])
def test_the_story(stage: Callable[..., Stage], lang: str, by_camera: bool) -> None:
    on = stage(lang)
    kiosk = at_the_kiosk(on)
    phone = to_the_phone(on, kiosk, by_camera)
    case, reference = sent_from_the_phone(on, phone)
    subscription = woken(on, phone)
    decided_at_the_desk(on, reference)
    told(on, phone, case, subscription)
    why_at_a_kiosk(on, case)


def at_the_kiosk(on: Stage) -> Page:
    kiosk = stand_at_kiosk(on, look=True)
    kiosk.locator("a[href='/services/move']").click()
    expect(kiosk.locator("main .actions a.go")).to_be_visible()
    on.look(kiosk, "kiosk", "service")
    kiosk.locator("main .actions a.go").click()
    log_in(kiosk, PERSON[on.lang])
    expect(kiosk.locator("main .actions button.go")).to_be_visible()
    on.look(kiosk, "kiosk", "ready")
    kiosk.locator("main .actions button.go").click()
    at(kiosk, "known")
    known_facts(on, kiosk)
    kiosk.locator(GO["kiosk"]).click()
    at(kiosk, "moves")
    assert FAMILY[on.lang] in kiosk.locator(".choices").inner_text(), "she is not asked who lives with her"
    on.look(kiosk, "kiosk", "moves")
    kiosk.locator("[name=moves]").first.check()
    kiosk.locator(GO["kiosk"]).click()
    where_and_when(on, kiosk)
    return kiosk


def known_facts(on: Stage, kiosk: Page) -> None:
    """Each fact is shown with its source, and none is used before she says so."""
    cards = kiosk.locator(".ledger")
    expect(cards).to_have_count(3)
    assert all(cards.locator(".source b").all_inner_texts())
    assert FAMILY[on.lang] in cards.last.inner_text()
    expect(kiosk.locator(".ledger.used")).to_have_count(0)
    on.look(kiosk, "kiosk", "facts")
    expect(kiosk.locator(GO["kiosk"])).to_have_count(0)
    use_all_facts(kiosk)
    expect(kiosk.locator(".ledger.used")).to_have_count(3)
    on.look(kiosk, "kiosk", "facts-used")


def where_and_when(on: Stage, kiosk: Page) -> None:
    at(kiosk, "where")
    kiosk.locator("[name=new_address]").press_sequentially("Mil", delay=20)
    expect(kiosk.locator(".hits button").first).to_be_visible()
    on.look(kiosk, "kiosk", "where-found")
    home = kiosk.locator(".hits button").first.inner_text().splitlines()[0]
    kiosk.locator(".hits button").first.click()
    at(kiosk, "moved_in")
    on.look(kiosk, "kiosk", "when")
    kiosk.locator("button[name=moved_in-quick]").first.click()
    at(kiosk, "look_again")
    assert home in kiosk.locator(".review").inner_text()
    on.look(kiosk, "kiosk", "look-again")


def to_the_phone(on: Stage, kiosk: Page, by_camera: bool) -> Page:
    before = session_of(kiosk)
    offer(kiosk)
    on.look(kiosk, "kiosk", "code")
    phone = on.window("phone")
    requested: list[str] = []
    phone.on("request", lambda request: requested.append(request.url))
    if by_camera:
        claimed_by_camera(on, kiosk, phone, requested)
    else:
        phone.goto(on.system.urls["citizen"] + "/code")
        on.look(phone, "phone", "code")
        phone.locator("#code").fill(typed(kiosk))
    phone.locator("[data-continue]").click()
    expect(phone.locator("[data-yes]")).to_be_visible()
    assert phone.locator("[data-fill=kiosk]").inner_text() == "3"
    assert all(phone.locator(f"[data-fill={name}]").inner_text() for name in ("hall", "scope"))
    on.look(phone, "phone", "place")
    phone.locator("[data-yes]").click()
    number = digits(phone)
    on.look(phone, "phone", "number")
    expect(kiosk.locator("[data-digit='1']")).to_be_visible()
    on.look(kiosk, "kiosk", "number")
    press(kiosk, number)
    phone.wait_for_url("**/cases/*")
    assert number not in "".join(requested)
    wiped(on, kiosk, before)
    return phone


def claimed_by_camera(on: Stage, kiosk: Page, phone: Page, requested: list[str]) -> None:
    """The phone opens exactly what the camera read; the code is in the fragment and never in an address."""
    url = scanned(kiosk)
    assert re.fullmatch(re.escape(on.system.urls["citizen"]) + r"/h#[A-Za-z0-9_-]{22}", url)
    phone.goto(url)
    on.look(phone, "phone", "scanned")
    assert phone.evaluate("location.href") == on.system.urls["citizen"] + "/h"
    assert not [each for each in requested if url.partition("#")[2] in each.partition("#")[0]]


def wiped(on: Stage, kiosk: Page, before: str) -> None:
    """A23: at the start page, nobody's, with nothing kept, no way back, and the old session dead."""
    kiosk.wait_for_url(on.system.urls["kiosk"] + "/")
    expect(kiosk.locator(".tile").first).to_be_visible()
    kiosk.wait_for_load_state("networkidle")
    assert storage(kiosk) == {"local": 0, "session": 0, "caches": [], "databases": [], "workers": 0}
    kept = {str(each.get("name")): each.get("value") for each in kiosk.context.cookies()}
    assert kept.get(SESSION) != before and set(kept) <= {SESSION}
    assert kiosk.evaluate("document.documentElement.lang") == "en", "her language is forgotten too"
    no_way_back(on, kiosk)
    assert asked(on, "kiosk", "/api/v1/sessions/self", before) == 401


def no_way_back(on: Stage, kiosk: Page) -> None:
    """Errand's own pages keep one history entry; what the login left behind that one shows nothing of her."""
    for _ in range(kiosk.evaluate("history.length") - 1):
        if not kiosk.go_back():
            break
        assert "/cases" not in kiosk.url and "/cases/" not in kiosk.content()
        assert FAMILY[on.lang] not in kiosk.content() or "authorize" in kiosk.url
    kiosk.goto(on.system.urls["kiosk"])
    expect(kiosk.locator(".tile").first).to_be_visible()


def sent_from_the_phone(on: Stage, phone: Page) -> tuple[str, str]:
    """Masked until a fresh login; then all answers are there, and she sends it."""
    at(phone, "look_again")
    case = phone.url.rpartition("/cases/")[2].partition("?")[0]
    assert FAMILY[on.lang] not in phone.content(), "facts stay masked until she logs in"
    on.look(phone, "phone", "masked")
    phone.locator(".dock .go").click()
    phone.wait_for_url("**/authorize*")
    log_in(phone, PERSON[on.lang])
    at(phone, "look_again")
    assert FAMILY[on.lang] in phone.locator(".review").inner_text()
    assert len(rows(phone.locator(".review"))) >= 6, "all answers are kept"
    on.look(phone, "phone", "look-again")
    phone.locator(".dock .go").click()
    at(phone, "sending")
    on.look(phone, "phone", "sending")
    phone.locator(".dock .go").click()
    expect(phone.locator("[data-error-summary]")).to_be_focused()
    on.look(phone, "phone", "sending-unsaid")
    phone.locator("[name=declared]").check()
    phone.locator(".dock .go").click()
    phone.wait_for_url("**/receipt")
    return case, receipt(on, phone)


def receipt(on: Stage, phone: Page) -> str:
    on.look(phone, "phone", "receipt")
    shown = rows(phone.locator(".receipt dl"))
    text = phone.locator("body").inner_text()
    reference = re.search(r"\b[A-Z]{2}-[0-9A-Z]{4}-[0-9A-Z]{4}\b", text)
    assert reference and len(shown) >= 3 and re.search(r"20\d\d", text), shown
    expect(phone.locator(".proofs li")).to_have_count(3)
    return reference[0]


def woken(on: Stage, phone: Page) -> str:
    """She allows notifications; returns the subscription's id at the push service."""
    phone.context.grant_permissions(["notifications"], origin=on.system.urls["citizen"])
    before = len(subscriptions(on))
    phone.locator("[data-push]").click()
    phone.wait_for_url(re.compile(r"/cases/[0-9a-f-]{36}$"))
    expect(phone.locator("[data-live-dot]")).to_be_visible()
    on.look(phone, "phone", "office")
    made = subscriptions(on)
    assert len(made) == before + 1
    return str(made[-1]["id"])


def decided_at_the_desk(on: Stage, reference: str) -> None:
    desk = on.window("desk")
    desk.goto(on.system.urls["desk"])
    on.look(desk, "desk", "start")
    desk.locator(".table .go").click()
    log_in(desk, "xenia")
    row = desk.locator("[data-row]", has_text=reference)
    expect(row).to_be_visible()
    assert FAMILY[on.lang] not in desk.locator("main").inner_text(), "no names in the list"
    on.look(desk, "desk", "worklist")
    row.locator("a").first.click()
    expect(desk.locator(".evidence")).to_contain_text(FAMILY[on.lang])
    on.look(desk, "desk", "case")
    expect(desk.locator(".rules tr.hit")).to_have_count(1)
    assert on.lang == "en" or not re.search(r"[A-Za-z]{4,}", desk.locator(".rules tr.hit").inner_text())
    assert desk.locator("form#question .prose").inner_text().strip(), "the table says whether it was late"
    desk.locator(GO["desk"]).first.click()
    expect(desk.locator("[data-error-summary]")).to_be_focused()
    on.look(desk, "desk", "case-undecided")
    desk.locator("[name=outcome]").first.check()
    desk.locator("[name=reason]").fill(REASON[on.lang])
    desk.locator(GO["desk"]).first.click()
    expect(desk.locator("main button.go")).to_have_count(0)
    assert REASON[on.lang] in desk.locator("main").inner_text()
    on.look(desk, "desk", "decided")


def told(on: Stage, phone: Page, case: str, subscription: str) -> None:
    """The open page changes without a reload, the push says nothing personal, the inbox holds the message."""
    phone.evaluate("window.stayed = true")
    expect(phone.locator("[data-live-part=case]")).to_contain_text(REASON[on.lang], timeout=PATIENCE)
    assert phone.evaluate("window.stayed === true"), "the page was not loaded anew"
    on.look(phone, "phone", "decided")
    why(on, phone, case)
    for pushed in received(on, subscription):
        assert pushed["body"].keys() == {"t", "ref"} and pushed["body"]["t"] == "case-update"
        everything = json.dumps(pushed, ensure_ascii=False)
        assert not [word for word in (FAMILY[on.lang], case, "move", "Anna") if word in everything]
        assert pushed["ttl"] and pushed["topic"] and pushed["size"] <= 4096
    phone.goto(on.system.urls["citizen"] + "/inbox")
    expect(phone.locator(".msgs li.new").first).to_be_visible()
    on.look(phone, "phone", "inbox")
    phone.locator(".msgs a").first.click()
    expect(phone.locator("main a.go, .sheet ~ * a.go").first).to_be_visible()
    on.look(phone, "phone", "message")
    for path, name in (("/", "errands"), ("/me", "me"), ("/services", "services")):
        phone.goto(on.system.urls["citizen"] + path)
        on.look(phone, "phone", name)


def why(on: Stage, phone: Page, case: str) -> None:
    """The rule that decided, in her words, with the value that it looked at; and back by the keyboard."""
    phone.locator(f"a[href='/cases/{case}/why']").click()
    told_why(phone)
    on.look(phone, "phone", "why")
    phone.locator(f"main a[href='/cases/{case}']").focus()
    phone.keyboard.press("Enter")
    expect(phone.locator("[data-live-part=case]")).to_be_visible()


def why_at_a_kiosk(on: Stage, case: str) -> None:
    """The same on the glass of any kiosk, once she is logged in there."""
    kiosk = stand_at_kiosk(on)
    kiosk.locator("a[href='/services/move']").click()
    kiosk.locator("main .actions a.go").click()
    log_in(kiosk, PERSON[on.lang])
    expect(kiosk.locator("main .actions button.go")).to_be_visible()
    kiosk.goto(f"{on.system.urls['kiosk']}/cases/{case}")
    on.look(kiosk, "kiosk", "decided")
    kiosk.locator(f"a[href='/cases/{case}/why']").click()
    told_why(kiosk)
    on.look(kiosk, "kiosk", "why")


def told_why(page: Page) -> None:
    expect(page.locator(".rules tr.hit")).to_have_count(1)
    assert page.locator(".came-out").inner_text().strip() and page.locator(".fired").inner_text().strip()
    assert page.locator(".rules tbody th .ic").count() == 1, "marked by more than its colour"


def subscriptions(on: Stage) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = _json(on.system.urls["push"] + "/subscriptions")["subscriptions"]
    return found


def received(on: Stage, subscription: str) -> list[dict[str, Any]]:
    """What this subscription got, decrypted by the push service's own library: the decision, and before it
    the receipt, when that was told only after she had allowed it."""
    deadline = time.monotonic() + PATIENCE / 1000
    while time.monotonic() < deadline:
        found = _json(f"{on.system.urls['push']}/messages/{subscription}")
        if found["messages"]:
            assert len(found["messages"]) <= 2
            return list(found["messages"])
        time.sleep(0.2)
    raise AssertionError("no push came")


def _json(url: str) -> dict[str, Any]:
    with urllib.request.urlopen(url, timeout=5) as answer:
        return dict(json.load(answer))
