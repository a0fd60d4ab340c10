"""The running system as a whole: each origin shows its page in a browser, also after a part was killed."""

from __future__ import annotations

import psycopg
import pytest
from playwright.sync_api import Browser

from tests.system import System


@pytest.mark.parametrize("origin", ["citizen", "kiosk", "desk"])
def test_each_origin_shows_a_page(system: System, browser: Browser, origin: str) -> None:
    with browser.new_context() as context:
        page = context.new_page()
        faults: list[str] = []
        page.on("pageerror", lambda error: faults.append(str(error)))
        answer = page.goto(system.urls[origin])
        assert answer and answer.status == 200
        assert page.locator("h1").first.inner_text()
        assert faults == []


@pytest.mark.parametrize("name", ["web", "live", "worker", "relay", "valkey", "postgres"])
def test_a_page_is_shown_after_a_part_was_killed(system: System, browser: Browser, name: str) -> None:
    system.kill(name)
    with browser.new_context() as context:
        answer = context.new_page().goto(system.urls["citizen"])
        assert answer and answer.status == 200


def test_a_restart_of_postgres_keeps_what_is_stored(system: System) -> None:
    def schema() -> list[tuple[object, ...]]:
        with psycopg.connect(system.database_url) as link:
            return link.execute("SELECT * FROM alembic_version").fetchall()

    before = schema()
    system.restart_postgres()
    assert schema() == before != []
