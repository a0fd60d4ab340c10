"""The demo eID, the switches and the kiosk's agent in a real browser: axe, sizes, keyboard, origins."""

import base64
import functools
import hashlib
import os
import secrets
import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlencode

import pytest
from flask import Flask, request
from playwright.sync_api import sync_playwright
from werkzeug.serving import WSGIRequestHandler, make_server

from kiosk_agent.app import create_app as agent_app
from kiosk_agent.device import Device, Enrolment
from kiosk_agent.heartbeat import Health
from kiosk_agent.settings import settings
from launcher import browser as chromium
from outside.identity.app import create_app as identity_app
from outside.identity.clients import local_clients
from outside.push.app import create_app as push_app
from outside.registries.app import create_app as registries_app

AXE = Path(__file__).parents[2] / "node_modules" / "axe-core" / "axe.min.js"
CHALLENGE = base64.urlsafe_b64encode(hashlib.sha256(b"v" * 50).digest()).rstrip(b"=").decode()
SIGN = """async url => {
  const body = JSON.stringify({purpose: 'session', challenge: 'abcdefghijklmnopqrstuv'})
  try {
    return (await fetch(url, {method: 'POST', headers: {'Content-Type': 'application/json'}, body})).status
  } catch (error) { return String(error) }
}"""


class Quiet(WSGIRequestHandler):
    def log(self, type, message, *args):
        pass


@contextmanager
def served(app):
    """The port on which this application is served."""
    server = make_server("127.0.0.1", 0, app, threaded=True, request_handler=Quiet)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield server.port
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


STAGE = ThreadPoolExecutor(max_workers=1)
"""The one thread of this file's browser: Playwright allows one in a thread, and other tests have theirs."""


def on_stage(test):
    """Runs a test in the browser's thread."""

    @functools.wraps(test)
    def run(*arguments, **named):
        return STAGE.submit(test, *arguments, **named).result()

    return run


@pytest.fixture(scope="module")
def browser():
    playwright = STAGE.submit(lambda: sync_playwright().start()).result()

    def start():
        found = chromium.find(playwright.chromium.executable_path)
        return playwright.chromium.launch(
            executable_path=found.path, args=list(chromium.ARGUMENTS), env={**os.environ, **found.env}
        )

    running = STAGE.submit(start).result()
    yield running
    STAGE.submit(running.close).result()
    STAGE.submit(playwright.stop).result()


@pytest.fixture(scope="module")
def ground(tmp_path_factory):
    """Ports of a stand-in for Errand's pages ("pages"), the provider, the registries and the push service."""
    patch = pytest.MonkeyPatch()
    patch.setenv("ERRAND_HOME", str(tmp_path_factory.mktemp("home")))
    pages = Flask("pages")

    @pages.get("/")
    def start():
        return "<title>start</title>"

    @pages.get("/login/callback")
    def callback():
        return "back with " + " ".join(sorted(request.args))

    with served(pages) as port:
        late = {}

        def provider(environ, answer):
            return late["app"](environ, answer)

        with served(provider) as idp:
            late["app"] = identity_app(local_clients(port), f"http://localhost:{idp}")
            with served(registries_app()) as registries, served(push_app()) as push:
                yield {"pages": port, "idp": idp, "registries": registries, "push": push}
    patch.undo()


def login_url(ground, client, **more):
    host = {"errand-web": "", "errand-kiosk": "kiosk.", "errand-desk": "desk."}[client] + "localhost"
    params = {
        "response_type": "code",
        "client_id": client,
        "redirect_uri": f"http://{host}:{ground['pages']}/login/callback",
        "scope": "openid",
        "state": "s",
        "nonce": secrets.token_hex(8),
        "code_challenge": CHALLENGE,
        "code_challenge_method": "S256",
    }
    return f"http://localhost:{ground['idp']}/authorize?{urlencode(params | more)}"


@contextmanager
def page_at(browser, url, width, height):
    context = browser.new_context(viewport={"width": width, "height": height}, bypass_csp=True)
    page = context.new_page()
    page.goto(url)
    try:
        yield page
    finally:
        context.close()


def violations(page):
    page.add_script_tag(path=str(AXE))
    found = page.evaluate("axe.run(document)")["violations"]
    return [(one["id"], one["nodes"][0]["html"][:100]) for one in found]


@pytest.mark.parametrize(
    ("client", "language", "size", "least"),
    [
        ("errand-kiosk", "en", (1080, 1920), 80),
        ("errand-kiosk", "ar", (1080, 1920), 80),
        ("errand-web", "zh-Hans", (390, 844), 44),
        ("errand-web", "ar", (320, 640), 44),
        ("errand-desk", "en", (1280, 800), 44),
    ],
)
@on_stage
def test_the_login_page_holds_at_each_size(browser, ground, client, language, size, least):
    with page_at(browser, login_url(ground, client, ui_locales=language), *size) as page:
        assert violations(page) == []
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        boxes = page.evaluate(
            "[...document.querySelectorAll('a, button')]"
            ".map(e => e.getBoundingClientRect()).map(r => [r.y, r.width, r.height])"
        )
        assert min(min(width, height) for _, width, height in boxes) >= least
        if client == "errand-kiosk":
            assert min(top for top, *_ in boxes) >= 600  # reach
            assert page.evaluate("document.documentElement.scrollHeight <= innerHeight")


@on_stage
def test_a_kiosk_logs_in_by_touch_and_by_keyboard_and_comes_back(browser, ground):
    for by_key in (False, True):
        context = browser.new_context()
        page = context.new_page()
        page.goto(login_url(ground, "errand-kiosk", ui_locales="ar"))
        if by_key:
            page.keyboard.press("Tab")
            page.keyboard.press("Enter")
        else:
            page.locator("button[name=person][value=layla]").click()
        page.wait_for_url(f"http://kiosk.localhost:{ground['pages']}/login/callback*")
        assert page.inner_text("body") == "back with code iss state"
        assert context.cookies() == []
        context.close()


@on_stage
def test_languages_and_letters_keep_the_request(browser, ground):
    with page_at(browser, login_url(ground, "errand-web"), 390, 844) as page:
        page.get_by_role("link", name="العربية").click()
        assert page.evaluate("document.documentElement.dir") == "rtl"
        page.get_by_role("link", name="V", exact=True).click()
        page.locator("button[name=person][value=carla]").click()
        assert page.inner_text("body") == "back with code iss state"


@pytest.mark.parametrize("world", ["registries", "push"])
@on_stage
def test_the_switch_is_a_page_of_buttons(browser, ground, world):
    mode = {"registries": "down", "push": "gone"}[world]
    with page_at(browser, f"http://127.0.0.1:{ground[world]}/", 390, 844) as page:
        assert violations(page) == []
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        page.locator(f"button[value={mode}]").first.click()
        assert page.locator(f"button[value={mode}]").first.get_attribute("aria-pressed") == "true"
        page.locator("button[value=up]").first.click()


@on_stage
def test_the_kiosks_page_reaches_its_agent_and_no_other_page_does(browser, ground, tmp_path, monkeypatch):
    monkeypatch.setenv("ERRAND_HOME", str(tmp_path))
    monkeypatch.setenv("ERRAND_KIOSK_ORIGIN", f"http://kiosk.localhost:{ground['pages']}")
    chosen = settings()
    device = Device(chosen.place)
    device.new_key()
    device.enrolled(Enrolment("http://127.0.0.1:9", "d-1", "3", "Southmere Town Hall"))
    with served(agent_app(device, Health(), chosen)) as port:
        agent = f"http://127.0.0.1:{port}/sign"
        with page_at(browser, f"http://kiosk.localhost:{ground['pages']}/", 1080, 1920) as page:
            assert page.evaluate(SIGN, agent) == 200
        with page_at(browser, f"http://localhost:{ground['pages']}/", 1080, 1920) as page:
            assert "Failed to fetch" in page.evaluate(SIGN, agent)
