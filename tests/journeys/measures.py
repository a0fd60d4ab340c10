"""What is measured on every screen of a journey: accessibility, reach on the kiosk, width on the phone."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from playwright.sync_api import Error, Page

AXE = Path(__file__).parents[2] / "node_modules/axe-core/axe.min.js"
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
RUN = "tags => axe.run(document, {runOnly: tags, resultTypes: ['violations']}).then(all => all.violations)"
HAND = 80
"""Least width and height of what is operated on a kiosk, px."""
REACH = 600
"""Nothing operable stands above this line of a kiosk, px."""
NARROW = 320
"""The width that a phone's page must hold without sideways scrolling, px."""

OPERABLE = """() => {
  const scrolled = document.querySelector('[data-scrolls]')?.getBoundingClientRect();
  const skip = '.enter, .enter *, .skip, [tabindex="-1"]';
  const shown = e => e.checkVisibility({visibilityProperty: true}) && !e.matches(skip);
  const inside = e => e.closest('[data-scrolls]');
  const all = 'a[href], button, input:not([type=hidden]), select, textarea, summary';
  return [...document.querySelectorAll(all)]
    .filter(shown).map(e => {
      const box = e.matches('.govuk-radios__input, .govuk-checkboxes__input') ? e.parentElement : e;
      const r = box.getBoundingClientRect();
      const top = inside(e) ? Math.max(r.top, scrolled.top) : r.top;
      const bottom = inside(e) ? Math.min(r.bottom, scrolled.bottom) : r.bottom;
      const what = (e.name || e.textContent).trim().slice(0, 40);
      return {what, width: r.width, height: r.height, top, seen: bottom > top};
    }).filter(m => m.seen);
}"""


def axe(page: Page) -> list[str]:
    """Each violation as "rule: node"; a page that is replaced while it is measured is measured anew."""
    for _ in range(3):
        try:
            return _axe(page)
        except Error:
            page.wait_for_load_state()
    return _axe(page)


def _axe(page: Page) -> list[str]:
    """The window is as high as the page: no fixed bar cuts a target."""
    before = page.viewport_size
    assert before
    height = page.evaluate("document.documentElement.scrollHeight")
    if height > before["height"]:
        page.set_viewport_size({"width": before["width"], "height": height})
    if not page.evaluate("typeof axe === 'object'"):
        page.evaluate(AXE.read_text())
    found = page.evaluate(RUN, TAGS)
    page.set_viewport_size(before)
    return [f"{each['id']}: {node['html'][:160]}" for each in found for node in each["nodes"][:2]]


def out_of_reach(page: Page) -> list[dict[str, Any]]:
    """What a hand at the kiosk cannot press: too small, or too high."""
    measured: list[dict[str, Any]] = page.evaluate(OPERABLE)
    return [m for m in measured if min(m["width"], m["height"]) < HAND or m["top"] < REACH]


def sideways(page: Page) -> int:
    """By how many px the page is wider than its window."""
    return int(page.evaluate("document.documentElement.scrollWidth - innerWidth"))


def sideways_when_narrow(page: Page) -> int:
    """By how many px the page is wider than a window of 320 px."""
    before = page.viewport_size
    assert before
    page.set_viewport_size({"width": NARROW, "height": before["height"]})
    too_wide = sideways(page)
    page.set_viewport_size(before)
    return too_wide
