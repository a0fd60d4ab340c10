"""Whatever is sent, a form answers with values or problems; what it kept it keeps again; fast is slow."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal

from hypothesis import given, settings
from hypothesis import strategies as st

from backend.procedures.forms import Checked
from tests.procedures.builders import a_form

NOW = datetime(2026, 11, 24, 10, 42, tzinfo=UTC)


def part(type, key, **own):
    return {"type": type, "id": key, "key": key, "label": f"f.{key}.label", **own}


FIELDS = [
    part("textfield", "a", validate={"required": True, "maxLength": 8}),
    part("textarea", "b"),
    part("number", "c", decimalDigits=2, validate={"min": -5, "max": 5}),
    part("checkbox", "d"),
    part("radio", "e", values=[{"value": "x"}, {"value": 1}, {"value": True}]),
    part("checklist", "f", values=[{"value": "x"}, {"value": 1}]),
    part("datetime", "g", subtype="date"),
    part("filepicker", "h", multiple=True),
    part("textfield", "i", validate={"pattern": "^[a-z]*$"}),
]
PLAIN = a_form(*FIELDS)
WHOLE = a_form(
    *FIELDS,
    {
        "type": "dynamiclist",
        "id": "rows",
        "path": "rows",
        "label": "f.rows.label",
        "components": [part("number", "n")],
    },
    part("textfield", "j", conditional={"hide": '=a = "x" or c > 2'}, validate={"maxLength": "=c"}),
    part("number", "k.l", id="k"),
    {"type": "expression", "id": "m", "key": "m", "expression": "=c + count(rows)"},
)
LEAVES = (
    st.none() | st.booleans() | st.integers() | st.floats() | st.decimals() | st.text(max_size=12)
    | st.sampled_from(["x", "2026-11-24", "\ud800", "\u202e", "0193a-handle-1", Decimal("1E+999"), "true"])
)  # fmt: skip
JSON = st.recursive(
    LEAVES,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=4), inner, max_size=4),
)
NAMES = st.sampled_from(["a", "b", "c", "d", "e", "f", "g", "h", "i", "j", "k", "rows", "m", "z"])
ANSWERS = st.dictionaries(NAMES, JSON)


@settings(max_examples=150, deadline=None)
@given(ANSWERS, st.booleans())
def test_any_answer_is_kept_or_told_and_never_an_exception(answers, partial):
    checked = WHOLE.check(answers, now=NOW, partial=partial)
    assert isinstance(checked, Checked)
    for problem in checked.problems:
        assert problem.pointer.startswith("#") and all(problem.text(lang) for lang in ("en", "zh-Hans", "ar"))
    WHOLE.pages(answers, None, "en", "kiosk", now=NOW, problems=checked.problems)


@settings(max_examples=150, deadline=None)
@given(ANSWERS)
def test_what_is_kept_is_kept_again(answers):
    once = WHOLE.check(answers, now=NOW)
    if once.ok:
        twice = WHOLE.check(once.values, now=NOW)
        assert twice.ok and twice.values == once.values


@settings(max_examples=150, deadline=None)
@given(ANSWERS)
def test_the_fast_way_gives_what_the_slow_way_gives(answers):
    slow = PLAIN.evaluate(answers, now=NOW)
    fast = PLAIN.check(answers, now=NOW)
    assert fast.problems == slow.problems
    if fast.ok:
        assert fast.values == slow.values and list(fast.values) == list(slow.values)


@settings(max_examples=200, deadline=None)
@given(
    st.dictionaries(
        st.sampled_from(["a", "c", "g-day", "g-month", "g-year", "e", "f", "d", "rows[1].n", "k.l"]),
        st.text(max_size=10),
    )
)
def test_any_post_can_be_read(posted):
    WHOLE.check(WHOLE.from_html(posted), now=NOW)
