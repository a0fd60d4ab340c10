"""An operator's work at the desk: a case is stuck, she sees where, repairs it, and carries one to its end."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.stage import GO, PATIENCE, Stage, log_in
from tests.journeys.test_failures import switch


def stuck_case(on: Stage) -> None:
    """Ivo's errand meets registries whose answers break their types: staff must see it."""
    phone = on.window("phone")
    switch(on.system, "wrong")
    try:
        phone.goto(on.system.urls["citizen"] + "/services/move")
        phone.locator(GO["phone"]).click()
        log_in(phone, "ivo")
        phone.locator(GO["phone"]).click()
        phone.wait_for_url("**/cases/**")
        operator = at_the_desk(on)
        operator.wait_for_function(
            "async () => (await (await fetch('/operations')).text()).includes('clock late')",
            timeout=PATIENCE,
        )
        operator.close()
    finally:
        switch(on.system, "up")


def at_the_desk(on: Stage) -> Page:
    """Olga, at the list of what is stuck."""
    desk = on.window("desk")
    desk.goto(on.system.urls["desk"] + "/login")
    log_in(desk, "olga")
    expect(desk.locator("nav a[href='/operations']")).to_be_visible()
    return desk


def settled(desk: Page) -> None:
    """The machines have done their work, and nothing changes under her hands."""
    seen = ""
    while seen != (now := desk.locator(".timeline b").first.inner_text()):
        seen = now
        desk.wait_for_timeout(2000)
        desk.reload()


def of(desk: Page, act: str) -> None:
    """Open an operation's form and say why."""
    form = desk.locator(f"form[action$='/{act}']")
    form.locator("xpath=..").locator("summary").click()
    form.locator("[name=reason]").fill("The register was wrong")
    form.locator("button.btn").first.click()


@pytest.mark.parametrize("lang", ["en", "zh-Hans", "ar"])
def test_an_operator_sees_repairs_and_ends(stage: Callable[..., Stage], lang: str) -> None:
    on = stage(lang)
    stuck_case(on)
    desk = at_the_desk(on)
    on.look(desk, "desk", "operations")
    for page in ("procedures", "batches"):
        desk.goto(f"{on.system.urls['desk']}/operations/{page}")
        on.look(desk, "desk", page)
    desk.goto(on.system.urls["desk"] + "/operations")
    desk.locator("table a").first.click()
    expect(desk.locator("[data-diagram] svg").first).to_be_visible()
    expect(desk.locator(".trouble")).to_have_count(3)
    desk.evaluate("document.querySelectorAll('details').forEach(each => each.open = true)")
    on.look(desk, "desk", "machine")
    desk.evaluate("document.querySelectorAll('details').forEach(each => each.open = false)")

    for left in (2, 1, 0):
        desk.locator(".trouble [name=reason]").first.fill("The register is repaired")
        desk.locator(".trouble button").first.click()
        expect(desk.locator(".trouble")).to_have_count(left)
    address = desk.url
    settled(desk)

    of(desk, "suspend")
    expect(desk.locator("form[action$='/resume']")).to_have_count(1)
    of(desk, "resume")
    expect(desk.locator("form[action$='/suspend']")).to_have_count(1)

    desk.locator(".timeline a").last.click()
    expect(desk.locator(".note.turn")).to_be_visible()
    expect(desk.locator("form[action*='/operations/']")).to_have_count(0)
    on.look(desk, "desk", "machine-then")

    desk.goto(address)
    of(desk, "cancel")
    expect(desk.locator("form[action$='/cancel']")).to_have_count(0)


def test_a_case_worker_is_no_operator(stage: Callable[..., Stage]) -> None:
    on = stage("en")
    desk = on.window("desk")
    desk.goto(on.system.urls["desk"] + "/login")
    log_in(desk, "xenia")
    expect(desk.locator("nav a[href='/']")).to_be_visible()
    assert desk.evaluate("fetch('/operations').then(answer => answer.status)") == 404
    expect(desk.locator("nav a[href='/operations']")).to_have_count(0)
