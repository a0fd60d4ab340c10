"""Every part and page as a reader meets it: in a browser, in three languages, at its own size."""

import json
import re
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

sys.path.insert(0, str(Path(__file__).parent))
from gallery import SHOWN, build_app
from shots import LANGUAGES, browser, context, served

ROOT = Path(__file__).resolve().parents[2]
AXE = ROOT / "node_modules/axe-core/axe.min.js"
RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}
OPERABLE = "a[href], button, input:not([type=hidden]), select, textarea, summary"
MEASURE = """([operable, unit]) => {
  const table = document.querySelector('[data-scrolls]').getBoundingClientRect();
  const drawn = e => e.checkVisibility({visibilityProperty: true}) && !e.matches('.enter, .enter *, .skip');
  return [...document.querySelectorAll(operable)].filter(drawn).map(e => {
    const choice = e.matches('.govuk-radios__input, .govuk-checkboxes__input');
    const r = (choice ? e.parentElement : e).getBoundingClientRect();
    const inside = e.closest('[data-scrolls]');
    const top = inside ? Math.max(r.top, table.top) : r.top;
    const bottom = inside ? Math.min(r.bottom, table.bottom) : r.bottom;
    const what = (e.name || e.textContent).trim().slice(0, 30);
    return {what, w: r.width / unit, h: r.height / unit, y: top / unit, seen: bottom > top};
  }).filter(m => m.seen);
}"""


@pytest.fixture(scope="module")
def site() -> Iterator[tuple[str, Browser]]:
    with served(build_app()) as url, browser() as opened:
        yield url, opened


@pytest.fixture
def visit(site: tuple[str, Browser]) -> Iterator[Any]:
    """visit("kiosk", "facts", lang) gives the page; whatever the browser complains about fails the test."""
    url, opened = site
    made, complaints = [], []

    def go(screen: str, name: str, lang: str = "en", look: str = "", **more: Any) -> Page:
        where = context(opened, url, screen, lang, **more)
        made.append(where)
        if look:
            where.add_cookies([{"name": "errand_look", "value": look, "url": url}])
        page = where.new_page()
        page.on("console", lambda m: complaints.append(m.text) if m.type in ("error", "warning") else None)
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.goto(f"{url}/{screen}/{name}")
        page.wait_for_load_state("networkidle")
        return page

    yield go
    for one in made:
        one.close()
    assert [c for c in complaints if "net::ERR" not in c and "Failed to load resource" not in c] == []


def found_by_axe(page: Page) -> list[str]:
    page.evaluate(AXE.read_text(encoding="utf-8"))
    result = page.evaluate("(rules) => axe.run(document, rules)", RULES)
    return [f"{v['id']}: {v['nodes'][0]['html'][:120]}" for v in result["violations"]]


SOME = ("start", "facts", "where", "handoff", "claim", "inbox", "worklist", "parts")


def walk(page: Page, url: str, screen: str, names: Iterable[str]) -> Iterator[tuple[str, Page]]:
    """The pages one after another, each when its fonts and scripts have done their work."""
    for name in names:
        page.goto(f"{url}/{screen}/{name}", wait_until="load")
        page.evaluate("document.fonts.ready.then(() => new Promise(requestAnimationFrame))")
        if page.locator("[data-scrolls] .input:not(.number-plain):focus").count():
            page.wait_for_selector("[data-keyboard] .hg-button")
        yield name, page


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("screen", list(SHOWN))
def test_axe_finds_nothing(visit: Any, site: tuple[str, Browser], screen: str, lang: str) -> None:
    names = [name for name in SHOWN[screen] if lang == "en" or name in SOME]
    page = visit(screen, names[0], lang)
    found = {name: told for name, page in walk(page, site[0], screen, names) if (told := found_by_axe(page))}
    assert found == {}


@pytest.mark.parametrize(("lang", "look"), [("ar", "100."), ("en", "100.low")])
def test_kiosk_targets_are_large_and_within_reach(
    visit: Any, site: tuple[str, Browser], lang: str, look: str
) -> None:
    faults = []
    for name, page in walk(visit("kiosk", "start", lang, look), site[0], "kiosk", SHOWN["kiosk"]):
        line = 584 if look == "100." else 880 if name == "start" else 944  # 16 px for the ring of the focus
        measured = page.evaluate(MEASURE, [OPERABLE, 1])
        assert measured
        faults += [(name, m) for m in measured if m["h"] < 80 or m["w"] < 80 or m["y"] < line]
    assert faults == []


def test_a_kiosk_page_fits_any_glass(visit: Any) -> None:
    page = visit("kiosk", "facts")
    page.set_viewport_size({"width": 540, "height": 960})
    assert page.evaluate("document.body.getBoundingClientRect().width") == 540
    measured = page.evaluate(MEASURE, [OPERABLE, 0.5])
    assert len(measured) > 8
    assert min(m["h"] for m in measured) >= 80


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("screen", ["phone", "web"])
def test_phone_and_web_hold_at_320_px(visit: Any, site: tuple[str, Browser], screen: str, lang: str) -> None:
    page = visit(screen, SHOWN[screen][0], lang, width=320)
    widths = {
        name: page.evaluate("document.documentElement.scrollWidth")
        for name, page in walk(page, site[0], screen, SHOWN[screen])
    }
    assert {name: width for name, width in widths.items() if width > 320} == {}


def test_an_english_page_loads_no_other_script(visit: Any, site: tuple[str, Browser]) -> None:
    url, opened = site
    with context(opened, url, "kiosk", "en") as where:
        page = where.new_page()
        loaded: list[str] = []
        page.on("request", lambda r: loaded.append(r.url))
        page.goto(f"{url}/kiosk/start")
        page.wait_for_load_state("networkidle")
        assert not [one for one in loaded if "noto" in one or "fonts-zh" in one]
        assert sum("tongue-" in one for one in loaded) == 3
        page.goto(f"{url}/kiosk/people")
        page.wait_for_load_state("networkidle")
        assert [one for one in loaded if "noto-sans-sc" in one], (
            "a Chinese name is drawn in its font on an English page too"
        )


def test_without_script_a_fact_is_answered_by_a_button(visit: Any) -> None:
    page = visit("phone", "facts", java_script_enabled=False)
    page.get_by_role("button", name=re.compile("This is wrong.*Who lives with you")).click()
    assert "('with__fact', 'wrong')" in page.content() and "('revision', '7')" in page.content()


def test_enter_means_go_on(visit: Any) -> None:
    page = visit("phone", "where", java_script_enabled=False)
    page.get_by_label("Where are you moving to?").press("Enter")
    assert "('do', 'next')" in page.content()


def test_an_error_gets_the_focus_and_leads_to_its_field(visit: Any) -> None:
    page = visit("phone", "when-bad")
    expect(page.locator("[data-error-summary]")).to_be_focused()
    page.get_by_role("link", name="The month is 13").click()
    expect(page.locator("#moved")).to_be_focused()


def test_the_screen_keyboard_types_where_the_hand_is(visit: Any) -> None:
    page = visit("kiosk", "where")
    street = page.locator("#street")
    expect(street).to_be_focused()
    street.press("End")
    for key in ("space", "a"):
        page.locator(f'.hg-button[data-skbtn="{"{space}" if key == "space" else key}"]').tap()
    page.get_by_role("button", name="Capital letters").tap()
    page.locator('.hg-button[data-skbtn="B"]').tap()
    expect(street).to_have_value("mill aB")
    page.get_by_role("button", name="Delete").tap()
    page.locator('.hg-button[data-skbtn="{arabic}"]').tap()
    page.locator('.hg-button[data-skbtn="ش"]').tap()
    expect(street).to_have_value("mill aش")
    boxes = page.locator(".hg-button").evaluate_all("all => all.map(e => [e.offsetWidth, e.offsetHeight])")
    assert min(height for _, height in boxes) >= 80


def test_a_date_is_typed_on_digits_and_walks_on_by_itself(visit: Any) -> None:
    page = visit("kiosk", "when")
    page.locator("#moved").fill("")
    for digit in "24":
        page.locator(f'.hg-button[data-skbtn="{digit}"]').tap()
    expect(page.locator("#moved")).to_have_value("24")
    expect(page.locator("#moved-month")).to_be_focused()


def test_idle_warns_gives_more_time_and_then_forgets(visit: Any, site: tuple[str, Browser]) -> None:
    page = visit("kiosk", "right")
    page.evaluate(
        "sessionStorage.x = 'Anna'; document.cookie = 'errand_look=130.; Path=/; SameSite=Strict; Secure'"
    )
    page.evaluate("Object.assign(document.querySelector('[data-idle]').dataset, {after: 1, warn: 20})")
    stay = page.get_by_role("button", name="I need more time")
    expect(stay).to_be_focused(timeout=4000)
    assert page.locator("[data-idle]").bounding_box() == {"x": 0, "y": 0, "width": 1080, "height": 1920}, (
        "covers everything personal"
    )
    assert found_by_axe(page) == []
    stay.tap()
    expect(page.locator("[data-idle]")).to_be_hidden()
    before = page.evaluate("history.length")
    page.evaluate("Object.assign(document.querySelector('[data-idle]').dataset, {after: 0.5, warn: 1})")
    page.wait_for_url(site[0] + "/", timeout=6000)
    assert page.evaluate("[sessionStorage.length, history.length]") == [0, before]
    assert page.evaluate("document.cookie") == ""
    assert page.evaluate("document.documentElement.dataset.larger") is None


def test_end_leaves_no_way_back(visit: Any, site: tuple[str, Browser]) -> None:
    page = visit("kiosk", "facts")
    before = page.evaluate("history.length")
    page.get_by_role("button", name="End").tap()
    page.wait_for_url(site[0] + "/")
    page.get_by_role("link", name="Moving house").tap()
    page.wait_for_url("**/kiosk/facts")
    assert page.evaluate("history.length") == before


def test_larger_text_and_lower_screen_stay_on_the_next_page(visit: Any, site: tuple[str, Browser]) -> None:
    page = visit("kiosk", "right")
    page.get_by_role("button", name="Larger text").tap()
    page.get_by_role("button", name="Lower screen").tap()
    expect(page.get_by_role("button", name="Raise screen")).to_have_attribute("aria-pressed", "true")
    page.goto(site[0] + "/kiosk/facts")
    assert page.evaluate("({...document.documentElement.dataset})") == {
        "screen": "kiosk",
        "larger": "130",
        "reach": "low",
    }


def test_a_lost_server_blanks_the_glass(visit: Any) -> None:
    page = visit("kiosk", "facts")
    page.clock.install()
    page.reload()
    page.route("**/look/alive", lambda route: route.abort())
    for _ in range(6):
        page.clock.run_for(5000)
        page.wait_for_timeout(50)
    expect(page.locator(".wiped")).to_be_visible()
    assert "Anna" not in page.content()


def test_the_number_pad_sends_itself_at_the_sixth_digit(visit: Any) -> None:
    page = visit("kiosk", "number", "ar")
    sent: list[str] = []
    page.route(
        "**/handoff/post",
        lambda route: (
            sent.append(route.request.post_data or ""),
            route.fulfill(status=200, content_type="text/html", body=""),
        )[1],
    )
    for digit in "4829":
        page.locator(f'[data-digit="{digit}"]').tap()
    page.locator('[data-digit="back"]').tap()
    slots = page.locator(".slots span").evaluate_all(
        "all => [all.map(e => e.textContent), all.map(e => e.getBoundingClientRect().x)]"
    )
    assert slots[0] == ["4", "8", "2", "", "", ""] and slots[1] == sorted(slots[1]), (
        "digits stay left to right"
    )
    for digit in "915":
        page.locator(f'[data-digit="{digit}"]').tap()
    page.wait_for_timeout(400)
    assert len(sent) == 1 and "number=482915" in sent[0]


def test_the_kiosk_forgets_when_the_phone_has_taken_over(visit: Any, site: tuple[str, Browser]) -> None:
    page = visit("kiosk", "handoff")
    page.evaluate("document.querySelector('[data-handoff]').dataset.status = '/status'")
    page.route("**/status", lambda route: route.fulfill(json={"id": "h", "state": "ACTIVE"}))
    page.wait_for_url(site[0] + "/", timeout=6000)


def test_the_code_is_renewed_in_place(visit: Any) -> None:
    page = visit("kiosk", "handoff")
    fresh = '<div class="qr-panel" data-live-part="qr">fresh</div>'
    page.route(
        "**/handoff/post", lambda route: route.fulfill(status=200, content_type="text/html", body=fresh)
    )
    page.evaluate("document.querySelector('[data-auto]').requestSubmit()")
    expect(page.locator(".qr-panel")).to_have_text("fresh")


CLAIMED = {
    "id": "h1",
    "kind": "K2P",
    "state": "CLAIMED",
    "place": {"hall": "Southmere Town Hall", "kiosk": "3"},
    "scope_text": "Moving house, from question 4",
}


def test_the_phone_claims_after_a_tap_shows_the_number_and_goes_on(
    visit: Any, site: tuple[str, Browser]
) -> None:
    code, calls, state = "A" * 22, [], {"now": "APPROVED"}
    page = visit("phone", "message")

    def api(route: Any) -> None:
        path = route.request.url.split("/api/v1/")[1]
        calls.append((route.request.method, path, route.request.post_data, route.request.headers))
        answers = {
            "handoffs/claim": CLAIMED,
            "handoffs/h1/approve": {
                **CLAIMED,
                "number": "482915",
                "number_expires_at": "2099-01-01T00:00:00Z",
            },
            "handoffs/h1": {**CLAIMED, "state": state["now"]},
            "handoffs/h1/activate": {**CLAIMED, "case_id": "c-1", "task_id": "7"},
        }
        route.fulfill(json=answers[path])

    page.route("**/api/v1/**", api)
    page.route(
        "**/cases/c-1",
        lambda route: route.fulfill(status=200, content_type="text/html", body="<h1>moved</h1>"),
    )
    page.goto(f"{site[0]}/phone/claim#{code}")
    page.wait_for_timeout(300)
    assert page.url.endswith("/phone/claim") and calls == [], (
        "the code leaves the address, and nothing happens without a tap"
    )
    page.get_by_role("button", name="Continue").tap()
    expect(page.get_by_role("heading", name="Are you standing at this kiosk?")).to_be_visible()
    expect(page.locator(".where")).to_contain_text("Southmere Town Hall")
    sizes = page.locator(".dock .pair .btn").evaluate_all(
        "all => all.map(e => [e.offsetWidth, e.offsetHeight, e.className])"
    )
    assert sizes[0] == sizes[1], "No is as large as Yes and looks the same"
    assert found_by_axe(page) == []
    page.get_by_role("button", name="Yes, show my number").tap()
    expect(page.locator(".bignumber")).to_contain_text("482915")
    assert found_by_axe(page) == []
    state["now"] = "CONFIRMED"
    page.wait_for_url("**/cases/c-1")
    posts = [(path, json.loads(body), headers) for method, path, body, headers in calls if method == "POST"]
    assert [path for path, _, _ in posts] == ["handoffs/claim", "handoffs/h1/approve", "handoffs/h1/activate"]
    assert posts[0][1] == {"code": code}
    assert all(
        h["x-errand"] == "1" and re.fullmatch(r"[0-9a-f-]{36}", h["idempotency-key"]) for _, _, h in posts
    )
    assert len({h["idempotency-key"] for _, _, h in posts}) == 3


@pytest.mark.parametrize(
    ("status", "words"),
    [
        (404, "This code has run out"),
        (409, "Two phones scanned this code"),
        (429, "Too many attempts"),
        (500, "This did not work"),
    ],
)
def test_a_typed_code_that_fails_says_what_to_do(visit: Any, status: int, words: str) -> None:
    page = visit("phone", "code")
    sent: list[str] = []
    page.route(
        "**/handoffs/claim",
        lambda route: (sent.append(route.request.post_data or ""), route.fulfill(status=status, json={}))[1],
    )
    page.get_by_label("Code").fill("bcdf-ghjk")
    page.get_by_label("Code").press("Enter")
    expect(page.get_by_role("heading", name=words)).to_be_visible()
    assert json.loads(sent[0]) == {"user_code": "BCDFGHJK"}


LIVE = '<meta name="errand-live" content="" data-topic="case:1" data-seq="4">'


def test_an_open_page_changes_without_losing_what_is_typed(visit: Any, site: tuple[str, Browser]) -> None:
    page = visit("phone", "message")
    heads = iter([4, 5, 5, 5])
    part = (
        '<section data-live-part="a"><h2>{}</h2></section>'
        '<section data-live-part="b"><label>x <input id="typed"></label>{}</section>'
    )
    drawn = {"n": 0}

    def show(route: Any) -> None:
        fresh = route.request.headers.get("x-errand-part") == "1"
        drawn["n"] += fresh
        source = page.request.get(f"{site[0]}/phone/message").text()
        body = source.replace("<head>", "<head>" + LIVE).replace(
            "</main>", part.format("new" if fresh else "old", "N" if fresh else "O") + "</main>"
        )
        route.fulfill(status=200, content_type="text/html", body=body)

    page.route("**/live-page", show)
    page.route("**/api/v1/events?*", lambda route: route.fulfill(json={"head": next(heads, 5), "events": []}))
    page.clock.install()
    page.goto(f"{site[0]}/live-page")
    page.locator("#typed").fill("half a word")
    page.clock.run_for(16000)
    expect(page.locator('[data-live-part="a"]')).to_have_text("new")
    expect(page.locator("#typed")).to_have_value("half a word")
    expect(page.locator("#typed")).to_be_focused()


def test_the_language_is_chosen_by_a_tap_and_leads_back_here(visit: Any, site: tuple[str, Browser]) -> None:
    page = visit("kiosk", "right")
    page.get_by_role("button", name="Language").tap()
    page.get_by_role("link", name="العربية").tap()
    page.wait_for_function("document.documentElement.lang === 'ar'")
    assert page.url == f"{site[0]}/kiosk/right" and page.evaluate("document.documentElement.dir") == "rtl"


@pytest.mark.parametrize(
    "place", ["//evil.example", "https://evil.example", "/\\evil.example", "\\evil", "javascript:alert(1)"]
)
def test_the_language_never_leads_elsewhere(place: str) -> None:
    answer = build_app().test_client().get("/look/language", query_string={"lang": "ar", "next": place})
    assert (answer.status_code, answer.headers["Location"]) == (303, "/")
