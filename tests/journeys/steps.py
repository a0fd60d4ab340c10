"""The steps that the journeys share: begin at the kiosk, answer, go on with the phone, send, decide."""

from __future__ import annotations

from playwright.sync_api import Page, expect

from tests.journeys.stage import GO, PATIENCE, Stage, at, digits, log_in, press, scanned, typed

PERSON = {"en": "anna", "zh-Hans": "xiaoyu", "ar": "layla"}
STREET = "Mill"


def stand_at_kiosk(stage: Stage, *, look: bool = False) -> Page:
    """A kiosk's start page in the stage's language, chosen by a touch."""
    kiosk = stage.window("kiosk", "en")
    kiosk.goto(stage.system.urls["kiosk"])
    expect(kiosk.locator(".tile").first).to_be_visible(timeout=PATIENCE)
    kiosk.locator(f"main [data-language][lang={stage.lang}]").click()
    kiosk.wait_for_function("lang => document.documentElement.lang === lang", arg=stage.lang)
    if look:
        stage.look(kiosk, "kiosk", "start")
    return kiosk


def begin(stage: Stage, page: Page, screen: str, person: str, *, procedure: str = "move") -> str:
    """From the service's page through the login to the first question; returns the case's id."""
    page.locator(f"a[href='/services/{procedure}']").click()
    page.locator(GO[screen]).click()
    log_in(page, person)
    page.locator(GO[screen]).click()
    at(page, "known")
    return page.url.rpartition("/cases/")[2].partition("?")[0]


def use_all_facts(page: Page, count: int = 3) -> None:
    """Use what the registries said, one card after another."""
    for left in range(count, 0, -1):
        cards = page.locator("button[value=use]")
        expect(cards).to_have_count(left)
        cards.first.click()
    expect(page.locator("button[value=use]")).to_have_count(0)


def answer(page: Page, screen: str) -> None:
    """From who moves to the day; leaves the page on which she looks at it again."""
    page.locator(GO[screen]).click()
    at(page, "moves")
    page.locator("[name=moves]").first.check()
    page.locator(GO[screen]).click()
    at(page, "where")
    find_home(page)
    at(page, "moved_in")
    page.locator("button[name=moved_in-quick]").first.click()
    at(page, "look_again")


def find_home(page: Page) -> str:
    """Type the street, touch the first home that the register offers; returns its words."""
    page.locator("[name=new_address]").first.press_sequentially(STREET, delay=20)
    first = page.locator(".hits button").first
    home = first.inner_text()
    first.click()
    return home


def offer(page: Page) -> None:
    """Go on with my phone: the code appears."""
    page.locator("button[value=phone]").click()
    expect(page.locator(".qr svg")).to_be_visible(timeout=PATIENCE)


def claim(stage: Stage, kiosk: Page, *, by_camera: bool) -> Page:
    """A phone takes the code from the kiosk's glass and stands before the question where it is."""
    phone = stage.window("phone")
    phone.goto(scanned(kiosk) if by_camera else stage.system.urls["citizen"] + "/code")
    if not by_camera:
        phone.locator("#code").fill(typed(kiosk))
    phone.locator("[data-continue]").click()
    expect(phone.locator("[data-yes]")).to_be_visible()
    return phone


def move(stage: Stage, kiosk: Page, *, by_camera: bool = False) -> Page:
    """The whole way to the phone; returns it at the case."""
    phone = claim(stage, kiosk, by_camera=by_camera)
    phone.locator("[data-yes]").click()
    number = digits(phone)
    expect(kiosk.locator("[data-digit='1']")).to_be_visible()
    press(kiosk, number)
    phone.wait_for_url("**/cases/*")
    return phone
