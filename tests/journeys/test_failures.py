"""What goes wrong on the way: with the number, the code, the registry, the login, and a kiosk left alone."""

from __future__ import annotations

import json
import re
import urllib.request
from collections.abc import Iterator
from typing import Any

import psycopg
import pytest
from playwright.sync_api import Browser, Page, expect

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
    scanned,
    session_of,
)
from tests.journeys.steps import begin, claim, move, offer, stand_at_kiosk
from tests.system import System

SHOWN = "[data-step=ended] h1"
ASKING = "We ask so that you don’t have to"


class Hall:
    """Anna at a kiosk, before the first question of her case; phones come and go."""

    def __init__(self, system: System, browser: Browser) -> None:
        self.on = Stage(system, browser)
        self.kiosk = stand_at_kiosk(self.on)
        self.case = begin(self.on, self.kiosk, "kiosk", "anna")

    def offered(self) -> str:
        """A code on the glass, whatever was there before; returns what a camera reads."""
        self.kiosk.goto(self.on.system.urls["kiosk"] + f"/cases/{self.case}")
        offer(self.kiosk)
        return scanned(self.kiosk)

    def approved(self) -> tuple[Page, str]:
        """A phone with its number, and the kiosk at its pad."""
        self.offered()
        phone = claim(self.on, self.kiosk, by_camera=True)
        phone.locator("[data-yes]").click()
        number = digits(phone)
        expect(self.kiosk.locator("[data-digit='1']")).to_be_visible()
        return phone, number

    def sql(self, statement: str) -> None:
        """Move a row's time instead of waiting for it."""
        with psycopg.connect(self.on.system.database_url) as link:
            assert link.execute(statement).rowcount == 1

    def back_at_the_question(self) -> None:
        """Her session, her case and her page are as they were."""
        at(self.kiosk, "known")
        assert self.case in self.kiosk.url
        expect(self.kiosk.locator("button[value=phone]")).to_be_visible()


@pytest.fixture(scope="module")
def hall(system: System, browser: Browser) -> Iterator[Hall]:
    found = Hall(system, browser)
    yield found
    found.on.close()
    assert not found.on.faults, found.on.faults


def other(number: str) -> str:
    return number[:-1] + str((int(number[-1]) + 1) % 10)


def test_a04_three_wrong_numbers_end_the_handoff(hall: Hall) -> None:
    phone, number = hall.approved()
    for left in ("2 times", "once more"):
        press(hall.kiosk, other(number))
        expect(hall.kiosk.locator(".note.err")).to_contain_text(left)
        expect(hall.kiosk.locator("#number")).to_have_value("")
    press(hall.kiosk, other(number))
    hall.back_at_the_question()
    expect(phone.locator(SHOWN)).to_be_visible()
    assert SESSION not in {str(each.get("name")) for each in phone.context.cookies()}


def test_a04_a_late_number_moves_nothing(hall: Hall) -> None:
    phone, number = hall.approved()
    hall.sql(
        "UPDATE handoff SET number_expires_at = clock_timestamp()"
        " WHERE id = (SELECT id FROM handoff WHERE state = 'APPROVED' ORDER BY expires_at DESC LIMIT 1)"
    )
    press(hall.kiosk, number)
    hall.back_at_the_question()
    expect(phone.locator(SHOWN)).to_be_visible()


def test_a05_two_phones_on_one_code_end_it_for_both(hall: Hall) -> None:
    url = hall.offered()
    first = claim(hall.on, hall.kiosk, by_camera=True)
    second = hall.on.window("phone")
    second.goto(url)
    second.locator("[data-continue]").click()
    expect(second.locator(SHOWN)).to_be_visible()
    first.locator("[data-yes]").click()
    expect(first.locator(SHOWN)).to_be_visible()
    hall.back_at_the_question()


@pytest.mark.parametrize("button", ["[data-no]", "[data-stop]"])
def test_the_phone_says_no(hall: Hall, button: str) -> None:
    hall.offered()
    phone = claim(hall.on, hall.kiosk, by_camera=True)
    if button == "[data-stop]":
        phone.locator("[data-yes]").click()
        digits(phone)
    phone.locator(button).click()
    expect(phone.locator(SHOWN)).to_be_visible()
    hall.back_at_the_question()


def test_the_kiosk_says_that_it_is_not_my_phone(hall: Hall) -> None:
    phone, _ = hall.approved()
    hall.kiosk.locator("form[action*='/cancel'] button").click()
    hall.back_at_the_question()
    expect(phone.locator(SHOWN)).to_be_visible()


def test_a_code_of_an_old_round_is_not_available(hall: Hall) -> None:
    url = hall.offered()
    hall.sql(
        "UPDATE handoff SET code_expires_at = clock_timestamp() - interval '16 s'"
        " WHERE id = (SELECT id FROM handoff WHERE state = 'OFFERED' ORDER BY expires_at DESC LIMIT 1)"
    )
    phone = hall.on.window("phone")
    phone.goto(url)
    phone.locator("[data-continue]").click()
    expect(phone.locator(SHOWN)).to_be_visible()
    hall.kiosk.locator("form[action*='/cancel'] button").click()
    hall.back_at_the_question()


CONFIRM = """([id, number]) => fetch(`/api/v1/handoffs/${id}/confirm`, {
  method: 'POST', body: JSON.stringify({number}),
  headers: {'Content-Type': 'application/json', 'X-Errand': '1', 'Idempotency-Key': crypto.randomUUID()},
}).then(answer => answer.status)"""


def test_another_session_of_the_same_kiosk_cannot_confirm(hall: Hall) -> None:
    """A kiosk has one session: the next one ends the first and its handoff. The last test of this hall."""
    phone, number = hall.approved()
    handoff = re.search(r"/phone/([0-9a-f-]{36})", hall.kiosk.url)
    stranger = stand_at_kiosk(hall.on)
    assert handoff and stranger.evaluate(CONFIRM, [handoff[1], number]) in (401, 404)
    expect(hall.kiosk.locator(".tile").first).to_be_visible(timeout=PATIENCE)
    assert SESSION not in {str(each.get("name")) for each in phone.context.cookies()}
    hall.on.close()  # a kiosk has one browser: two that stay open end each other's sessions


def test_another_person_on_the_moved_phone_gets_nothing(hall: Hall) -> None:
    on = Stage(hall.on.system, hall.on.browser)
    kiosk = stand_at_kiosk(on)
    case = begin(on, kiosk, "kiosk", "anna")
    offer(kiosk)
    phone = move(on, kiosk)
    at(phone, "known")
    phone.locator(GO["phone"]).click()
    phone.locator("button[name=person][value=boris]").click()
    phone.wait_for_url("**/login/callback*")
    assert "Orsel" not in phone.content()
    phone.goto(on.system.urls["citizen"] + f"/cases/{case}")
    assert "Orsel" not in phone.content(), "nothing merged"
    his = on.window("phone")
    his.goto(on.system.urls["citizen"] + "/login?next=/")
    log_in(his, "boris")
    expect(his.locator("h1")).to_be_visible()
    expect(his.locator(f"a[href*='{case}']")).to_have_count(0)
    on.close()


def switch(system: System, mode: str, seconds: float = 3) -> None:
    """Turn the registries."""
    _post(system.urls["registries"] + "/_control", {"mode": mode, "seconds": seconds})


def _post(url: str, body: dict[str, Any]) -> None:
    asked_for = urllib.request.Request(url, json.dumps(body).encode(), {"Content-Type": "application/json"})
    urllib.request.urlopen(asked_for, timeout=5).close()


@pytest.mark.parametrize("mode", ["down", "slow"])
def test_a_silent_registry_makes_the_case_wait_and_go_on_by_itself(hall: Hall, mode: str) -> None:
    on = Stage(hall.on.system, hall.on.browser)
    phone = on.window("phone")
    phone.goto(on.system.urls["citizen"] + "/services/move")
    phone.locator(GO["phone"]).click()
    log_in(phone, "ivo")
    switch(on.system, mode)
    try:
        phone.locator(GO["phone"]).click()
        expect(phone.locator("[data-live-part=waits] .ledger").first).to_be_visible()
        if mode == "down":
            expect(phone.locator("h1")).not_to_have_text(ASKING)
            on.look(phone, "phone", "silent")
    finally:
        switch(on.system, "up")
    expect(phone.locator("button[value=use]").first).to_be_visible(timeout=2 * PATIENCE)
    if mode == "down":
        phone.goto(on.system.urls["citizen"] + "/inbox")
        expect(phone.locator(".msgs li.new").first).to_be_visible()
    on.close()
    assert on.faults == []


def pass_time(page: Page, seconds: int) -> None:
    """Let the page's clock run; its requests get real time to be answered."""
    for _ in range(0, seconds, 4):
        if page.locator("[data-idle]").count():
            page.clock.run_for(4000)
        page.wait_for_timeout(40)


def test_a23_a_kiosk_left_alone_forgets_everything(hall: Hall) -> None:
    on = Stage(hall.on.system, hall.on.browser)
    kiosk = stand_at_kiosk(on)
    case = begin(on, kiosk, "kiosk", "anna")
    before = session_of(kiosk)
    kiosk.clock.install()
    kiosk.reload()
    at(kiosk, "known")
    pass_time(kiosk, 62)
    expect(kiosk.locator("[data-idle]")).to_be_visible()
    on.look(kiosk, "kiosk", "idle")
    kiosk.locator("[data-idle-stay]").click()
    expect(kiosk.locator("[data-idle]")).to_be_hidden()
    pass_time(kiosk, 62)
    expect(kiosk.locator("[data-idle]")).to_be_visible()
    pass_time(kiosk, 22)
    kiosk.clock.resume()
    kiosk.wait_for_url(on.system.urls["kiosk"] + "/")
    expect(kiosk.locator(".tile").first).to_be_visible()
    assert session_of(kiosk) != before
    assert asked(on, "kiosk", f"/cases/{case}", before) != 200
    kiosk.goto(on.system.urls["kiosk"] + f"/cases/{case}")
    assert "Orsel" not in kiosk.content()
    on.close()
    assert on.faults == []
