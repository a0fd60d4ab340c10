"""The browser of the journeys."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, sync_playwright

from launcher import browser as chromium
from tests.journeys.stage import Stage
from tests.system import System

os.environ.setdefault("ERRAND_LIMIT_FACTOR", "50")
"""All journeys come from one address and one kiosk, as a whole town hall would."""


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """A Chromium driven by Playwright; each person on the stage gets browser.new_context() of her own.

    One a module: while Playwright runs, no other may start in this thread, and other tests have theirs.
    """
    with sync_playwright() as playwright:
        found = chromium.find(playwright.chromium.executable_path)
        started = playwright.chromium.launch(
            executable_path=found.path, args=list(chromium.ARGUMENTS), env={**os.environ, **found.env}
        )
        yield started
        started.close()


@pytest.fixture
def stage(system: System, browser: Browser) -> Iterator[Callable[..., Stage]]:
    """stage(lang) opens a stage; what its browsers complain about, or the measures find, fails the test."""
    opened: list[Stage] = []

    def open_one(lang: str = "en") -> Stage:
        opened.append(Stage(system, browser, lang))
        return opened[-1]

    yield open_one
    for each in opened:
        each.close()
    faults = [fault for each in opened for fault in each.faults]
    assert not faults, "\n".join([*faults, system.output()[-2000:]])
