"""docs/feel.md is what `./errand docs` would write, and names every rule and every built-in's signature."""

import re
from pathlib import Path

from backend.engine.feel.builtins import BUILTINS
from launcher import feel_page

FEEL = feel_page.RULES.parent


def test_the_page_is_current():
    assert feel_page.stale() == ""


def test_every_rule_that_the_code_can_tell_is_on_the_page():
    page = feel_page.page()
    told = {
        rule for file in FEEL.rglob("*.py") for rule in re.findall(r'"(F-[A-Z]+-\d\d)"', file.read_text())
    }
    assert len(told) > 30
    assert sorted(rule for rule in told if f"\n| {rule} | " not in page) == []


def test_every_signature_is_on_the_page():
    page = feel_page.page()
    for name, found in BUILTINS.items():
        assert f"\n#### {name}\n" in page
        section = page.split(f"\n#### {name}\n")[-1].split("\n#### ")[0]
        assert section.count(f"\n{name}(") >= len({o.body for o in found.overloads if not _is_extra(o)})


def _is_extra(overload):
    return Path(overload.body.__code__.co_filename).stem == "extras"


def test_every_rule_and_every_built_in_of_the_standard_has_a_test_of_its_name():
    assert feel_page.UNTESTED not in feel_page.page()
