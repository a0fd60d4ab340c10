"""Pictures of the gallery by a headless Chromium, and measurements on the real pages."""

import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from flask import Flask
from gallery import SHOWN, SIZES
from playwright.sync_api import Browser, BrowserContext, sync_playwright
from werkzeug.serving import WSGIRequestHandler, make_server

from launcher import browser as chromium

LANGUAGES = ("en", "zh-Hans", "ar")


class Quiet(WSGIRequestHandler):
    """Says nothing about each request."""

    def log(self, *_: object) -> None: ...


@contextmanager
def served(app: Flask) -> Iterator[str]:
    server = make_server("127.0.0.1", 0, app, threaded=True, request_handler=Quiet)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://localhost:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()


@contextmanager
def browser() -> Iterator[Browser]:
    with sync_playwright() as play:
        found = chromium.find(play.chromium.executable_path)
        opened = play.chromium.launch(
            executable_path=found.path, args=list(chromium.ARGUMENTS), env={**os.environ, **found.env}
        )
        try:
            yield opened
        finally:
            opened.close()


def context(
    opened: Browser, url: str, screen: str, lang: str, width: int | None = None, **more: Any
) -> BrowserContext:
    """A fresh browser profile of that screen's size, in that language."""
    size = SIZES[screen]
    made = opened.new_context(
        viewport={"width": width or size[0], "height": size[1]},
        has_touch=screen in ("kiosk", "phone"),
        reduced_motion="reduce",
        **more,
    )
    made.add_cookies([{"name": "errand_lang", "value": lang, "url": url}])
    return made


def take(app: Flask, folder: Path, only: set[str]) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    with served(app) as url, browser() as opened:
        for screen, names in SHOWN.items():
            for lang in LANGUAGES:
                wanted = [
                    n
                    for n in names
                    if not only or n in only or f"{screen}-{n}" in only or f"{screen}-{n}.{lang}" in only
                ]
                if not wanted:
                    continue
                with context(opened, url, screen, lang) as made:
                    page = made.new_page()
                    page.on(
                        "console",
                        lambda m: print("console", m.text) if m.type in ("error", "warning") else None,
                    )
                    page.on("pageerror", lambda e: print("error", e))
                    for name in wanted:
                        page.goto(f"{url}/{screen}/{name}", wait_until="networkidle")
                        page.evaluate("document.fonts.ready.then(() => true)")
                        page.screenshot(
                            path=folder / f"{screen}-{name}.{lang}.png", full_page=screen != "kiosk"
                        )
