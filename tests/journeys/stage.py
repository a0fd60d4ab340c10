"""The stage of a journey: a kiosk, a phone and a desk, each a browser profile of its own.

Everything is found by its place in the form, never by its words, so that a journey plays in every language.
"""

from __future__ import annotations

import io
import os
import re
from http.client import HTTPConnection
from pathlib import Path
from typing import Any

import zxingcpp
from PIL import Image
from playwright.sync_api import Browser, BrowserContext, Locator, Page, Response, expect

from tests.journeys import measures
from tests.system import System

SESSION = "__Host-es"
SIZES = {"kiosk": (1080, 1920), "phone": (390, 844), "desk": (1280, 800)}
LOCALES = {"en": "en-GB", "zh-Hans": "zh-CN", "ar": "ar"}
DIRECTIONS = {"en": "ltr", "zh-Hans": "ltr", "ar": "rtl"}
AGENT = "Mozilla/5.0 (Android 15; Mobile; rv:142.0) Gecko/142.0 Firefox/142.0"
"""What a phone says that it is."""
PATIENCE = 60_000
"""Milliseconds for a page to change, on a machine that is busy with other tests."""
expect.set_options(timeout=PATIENCE)
GO = {"kiosk": "main .actions .go", "phone": ".dock .go", "desk": "main button.go"}


class Stage:
    """Three windows of one language, and a note of what the browsers complained about."""

    def __init__(self, system: System, browser: Browser, lang: str = "en") -> None:
        self.system = system
        self.browser = browser
        self.lang = lang
        self.faults: list[str] = []
        self.contexts: list[BrowserContext] = []
        self.seen: list[str] = []
        pictures = os.environ.get("ERRAND_PICTURES")
        self.pictures = Path(pictures) if pictures else None

    def window(self, screen: str, lang: str | None = None) -> Page:
        """A fresh browser profile of that screen's size, at no page yet."""
        width, height = SIZES[screen]
        context = self.browser.new_context(
            viewport={"width": width, "height": height},
            has_touch=screen != "desk",
            is_mobile=screen == "phone",
            user_agent=AGENT if screen == "phone" else None,
            locale=LOCALES[lang or self.lang],
            reduced_motion="reduce",
        )
        context.set_default_timeout(PATIENCE)
        self.contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: self.faults.append(f"{screen}: {error}"))
        page.on("console", lambda told: self._told(screen, told.type, told.text))
        page.on("response", lambda answer: self._answered(screen, answer))
        return page

    def close(self) -> None:
        for context in self.contexts:
            context.close()

    def look(self, page: Page, screen: str, name: str) -> None:
        """Measure what stands on the glass, and take its picture if $ERRAND_PICTURES names a directory."""
        page.evaluate("document.fonts.ready.then(() => new Promise(requestAnimationFrame))")
        self.seen.append(f"{screen}-{name}")
        if self.pictures:
            self.pictures.mkdir(parents=True, exist_ok=True)
            picture = self.pictures / f"{len(self.seen):02}-{screen}-{name}.{self.lang}.png"
            page.screenshot(path=picture, full_page=screen != "kiosk")
        where = f"{screen}-{name} ({self.lang})"
        html = page.evaluate("[document.documentElement.lang, document.documentElement.dir || 'ltr']")
        faults = [f"{where}: {each}" for each in measures.axe(page)]
        if html != [self.lang, DIRECTIONS[self.lang]]:
            faults.append(f"{where}: language and direction are {html}")
        if measures.sideways(page) > 0:
            faults.append(f"{where}: scrolls sideways")
        if screen == "kiosk":
            faults += [f"{where}: out of reach {each}" for each in measures.out_of_reach(page)]
        if screen == "phone" and (by := measures.sideways_when_narrow(page)) > 0:
            faults.append(f"{where}: {by} px too wide for {measures.NARROW}")
        self.faults += faults

    def _told(self, screen: str, kind: str, text: str) -> None:
        if kind in ("error", "warning") and not text.startswith("Failed to load resource"):
            self.faults.append(f"{screen}: {text}")

    def _answered(self, screen: str, answer: Response) -> None:
        """A refusal is part of many stories; a missing part of a page or a server's fault of none."""
        part = answer.request.resource_type in ("stylesheet", "script", "font", "image")
        if answer.status >= 500 or (part and answer.status >= 400):
            self.faults.append(f"{screen}: {answer.status} for {answer.url}")


def at(page: Page, name: str) -> None:
    """Wait until this page of the form is on the glass."""
    expect(page.locator("form#question input[name=page], form#move input[name=page]").first).to_have_value(
        name, timeout=PATIENCE
    )


def log_in(page: Page, person: str) -> None:
    """Choose who one is at the demonstration's eID."""
    page.locator(f"button[name=person][value={person}]").click()
    page.wait_for_url(lambda url: "authorize" not in url)


def digits(phone: Page) -> str:
    """The number that the phone shows."""
    shown = phone.locator("[data-step=number] [data-fill=second]")
    expect(shown).to_have_text(re.compile(r"\d{3}"))
    return phone.locator("[data-fill=first]").inner_text() + shown.inner_text()


def press(kiosk: Page, number: str) -> None:
    """Type a number on the kiosk's pad; it sends itself at the sixth digit."""
    for digit in number:
        kiosk.locator(f"[data-digit='{digit}']").click()


def scanned(kiosk: Page) -> str:
    """What a camera reads off the kiosk's glass; it looks until it sees one code."""
    expect(kiosk.locator(".qr svg")).to_be_visible()
    for _ in range(40):
        found = zxingcpp.read_barcodes(Image.open(io.BytesIO(kiosk.screenshot())))
        if len(found) == 1:
            return found[0].text
        kiosk.wait_for_timeout(100)
    raise AssertionError("no single code came onto the glass")


def typed(kiosk: Page) -> str:
    """The code that is typed where no camera is."""
    return kiosk.locator(".codebox .code").inner_text().strip()


def asked(on: Stage, screen: str, path: str, session: str) -> int:
    """The status that a program gets which sends this session's token."""
    host = on.system.urls["citizen" if screen == "phone" else screen].partition("//")[2]
    link = HTTPConnection("127.0.0.1", on.system.base, timeout=10)
    link.request("GET", path, headers={"Host": host, "Cookie": f"{SESSION}={session}"})
    status = link.getresponse().status
    link.close()
    return status


def session_of(page: Page) -> str:
    """The token of this browser's session."""
    return next(str(each.get("value")) for each in page.context.cookies() if each.get("name") == SESSION)


def storage(page: Page) -> dict[str, Any]:
    """What this browser still holds of its origin."""
    held: dict[str, Any] = page.evaluate(
        """async () => ({
          local: localStorage.length, session: sessionStorage.length, caches: await caches.keys(),
          databases: (await indexedDB.databases()).map(d => d.name),
          workers: (await navigator.serviceWorker.getRegistrations()).length,
        })"""
    )
    return held


def rows(list_of_facts: Locator) -> dict[str, str]:
    """Label and text of each row of a list of facts."""
    found: dict[str, str] = list_of_facts.evaluate(
        """all => Object.fromEntries([...all.querySelectorAll(':scope > div')].map(
             row => [row.querySelector('dt').innerText.trim(), row.querySelector('dd').innerText.trim()]))"""
    )
    return found
