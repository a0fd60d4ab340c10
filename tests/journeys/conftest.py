"""The browser of the journeys."""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, sync_playwright

from launcher import browser as chromium


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """A Chromium driven by Playwright; each person on the stage gets browser.new_context() of her own."""
    with sync_playwright() as playwright:
        found = chromium.find(playwright.chromium.executable_path)
        started = playwright.chromium.launch(
            executable_path=found.path, args=list(chromium.ARGUMENTS), env={**os.environ, **found.env}
        )
        yield started
        started.close()
