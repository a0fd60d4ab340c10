"""docs/bpmn-support.md is what `./errand docs` would write, and names every rule and element."""

import json
import re
from pathlib import Path

from backend.engine.model.check import RULES
from launcher import support_page


def test_the_page_is_current():
    assert support_page.stale() == ""


def test_every_rule_that_the_code_can_tell_is_on_the_page():
    page = support_page.page()
    told = set()
    for rule in RULES:
        source = Path(rule.__code__.co_filename).read_text()
        told |= set(re.findall(r'"(V-[A-Z]+-\d\d)"', source))
    missing = sorted(rule for rule in told if not re.search(rf"^\| {rule} [EMW] \|", page, re.M))
    assert len(told) > 100 and missing == []


def test_every_element_of_the_metamodel_is_on_the_page():
    page = support_page.page()
    metamodel = json.loads((support_page.ENGINE / "model" / "metamodel.json").read_text())
    assert [name for name in metamodel["elements"] if f"\n| {name} | " not in page] == []
    known = re.findall(r"^(\w+) \| ", (support_page.ENGINE / "elements.txt").read_text(), re.M)
    assert sorted(known) == sorted(set(known)) and set(known) <= set(metamodel["elements"])


def test_a_rule_without_test_is_shown_as_untested():
    assert support_page._named([]) == support_page.UNTESTED
