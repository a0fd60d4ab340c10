"""The check page in a real browser: nothing for axe to find, in three languages and in every state."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Page, Route, sync_playwright

from launcher import browser as chromium
from tests.channels.conftest import World
from tests.documents.papers import a_wanted

AXE = Path(__file__).resolve().parents[2] / "node_modules/axe-core/axe.min.js"
RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}


def elsewhere(call: Callable[..., Any], *words: Any, **more: Any) -> Any:
    """Called in a thread of its own: Playwright keeps an event loop in this one."""
    with ThreadPoolExecutor(1) as pool:
        return pool.submit(call, *words, **more).result()


@pytest.fixture(scope="module")
def page(world: World) -> Iterator[Page]:
    """A phone whose requests the citizens' app answers."""
    asked = world.browser()

    def answer(route: Route) -> None:
        parts, request = urlsplit(route.request.url), route.request
        sent: dict[str, Any] = {"headers": request.headers, "data": request.post_data_buffer}
        path = f"{parts.path}?{parts.query}"
        sent |= {"method": request.method, "base_url": asked.origin}
        got = elsewhere(asked.client.open, path, **sent)
        route.fulfill(status=got.status_code, headers=dict(got.headers), body=got.data)

    with sync_playwright() as play:
        found = chromium.find(play.chromium.executable_path)
        opened = play.chromium.launch(
            executable_path=found.path, args=list(chromium.ARGUMENTS), env={**os.environ, **found.env}
        )
        context = opened.new_context(viewport={"width": 390, "height": 844}, bypass_csp=True)
        context.route("**/*", answer)
        yield context.new_page()
        opened.close()


@pytest.mark.parametrize("lang", ["en", "zh-Hans", "ar"])
def test_axe_finds_nothing_in_any_state(world: World, page: Page, lang: str) -> None:
    page.context.set_extra_http_headers({"Accept-Language": lang})
    valid, revoked = a_wanted(lang), a_wanted(lang)
    codes = [elsewhere(world.errand.documents.issue, each).code for each in (valid, revoked)]
    world.errand.documents.revoke(revoked.case, revoked.kind, "error")
    for code in (None, *codes, "0000-0000-0000-0000"):
        page.goto(f"{world.places.origin('web')}/check")
        if code:
            page.fill("#code", code)
            page.click("form:has(#code) button")
        page.evaluate(AXE.read_text(encoding="utf-8"))
        found = page.evaluate("(rules) => axe.run(document, rules)", RULES)
        assert json.dumps([each["id"] for each in found["violations"]]) == "[]"
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
