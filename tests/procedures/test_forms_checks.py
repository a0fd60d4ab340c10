"""Single fields: FJ-VAL-01 to 05, exact types, hostile texts and numbers (TRUST A14, A25, A30)."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal

import pytest

from tests.procedures.builders import a_form, codes

NOW = datetime(2026, 11, 24, 10, 42, tzinfo=UTC)


def field(type: str, **own):
    return {"type": type, "id": "f", "key": "f", "label": "f.f.label", **own}


def check(component, value):
    checked = a_form(component).check({"f": value}, now=NOW)
    return checked.values["f"] if checked.ok else codes(checked)["f"]


REQUIRED = {"validate": {"required": True}}


@pytest.mark.parametrize(
    ("component", "given", "kept"),
    [
        (field("textfield"), "  Anna ", "Anna"),
        (field("textfield"), "one\r\ntwo", "one two"),
        (field("textfield"), None, ""),
        (field("textfield"), "nul\0byte", "nulbyte"),
        (field("textfield"), "مرحبا", "مرحبا"),
        (field("textarea"), "one\ntwo", "one\ntwo"),
        (field("textarea"), " ", ""),
        (field("number"), 3, Decimal(3)),
        (field("number"), Decimal("1.50"), Decimal("1.50")),
        (field("number"), 1.5, Decimal("1.5")),
        (field("number"), None, None),
        (field("number", serializeToString=True), "1.50", "1.50"),
        (field("checkbox"), True, True),
        (field("checkbox"), None, False),
        (field("radio", values=[{"value": "a"}, {"value": "b"}]), "b", "b"),
        (field("select", values=[{"value": 1}, {"value": "1"}]), 1, 1),
        (field("radio", values=[{"value": "a"}]), "", None),
        (field("checklist", values=[{"value": "a"}, {"value": "b"}]), ["b", "a"], ["a", "b"]),
        (field("taglist", values=[{"value": "a"}]), None, []),
        (field("datetime", subtype="date"), "2028-02-29", "2028-02-29"),
        (field("datetime", subtype="time"), "23:59", "23:59"),
        (field("datetime", subtype="time", timeSerializingFormat="utc_normalized"), "08:00Z", "08:00Z"),
        (
            field("datetime", subtype="datetime", timeSerializingFormat="utc_offset"),
            "2026-11-24T08:00+01:00",
            "2026-11-24T08:00+01:00",
        ),
        (field("datetime", subtype="date", disallowPassedDates=True), "2026-11-24", "2026-11-24"),
        (field("filepicker", multiple=True), ["0193a-handle-1"], ["0193a-handle-1"]),
    ],
)
def test_fj_val_05_a_right_answer_is_kept_in_its_exact_type(component, given, kept):
    found = check(component, given)
    assert found == kept and type(found) is type(kept)


@pytest.mark.parametrize(
    ("component", "given", "code"),
    [
        (field("textfield", **REQUIRED), "   ", "required"),
        (field("textfield", **REQUIRED), None, "required"),
        (field("textfield"), 5, "type"),
        (field("textfield"), ["a"], "type"),
        (field("textfield"), {"a": 1}, "type"),
        (field("textfield"), "abc\u202edef", "unsafe"),
        (field("textfield"), "abc\u2066def", "unsafe"),
        (field("textfield"), "abc\ud800def", "unsafe"),
        (field("textfield"), "x" * 1001, "maxLength"),
        (field("textarea"), "x" * 10_001, "maxLength"),
        (field("textfield", validate={"minLength": 3}), " ab ", "minLength"),
        (field("textfield", validate={"maxLength": 3}), "abcd", "maxLength"),
        (field("textfield", validate={"pattern": "^[A-Z]{2}$"}), "abc", "pattern"),
        (field("textfield", validate={"validationType": "email"}), "anna@nowhere", "email"),
        (field("textfield", validate={"validationType": "phone"}), "call me", "phone"),
        (field("number", **REQUIRED), None, "required"),
        (field("number"), "5", "type"),
        (field("number"), True, "type"),
        (field("number"), float("nan"), "number"),
        (field("number"), float("inf"), "number"),
        (field("number"), Decimal("1E+400"), "number"),
        (field("number"), Decimal("1E-400"), "number"),
        (field("number"), 10**30, "number"),
        (field("number", validate={"min": 1}), 0, "min"),
        (field("number", validate={"max": "2.5"}), Decimal("2.51"), "max"),
        (field("number", decimalDigits=2), Decimal("1.001"), "decimalDigits"),
        (field("number", increment="0.1"), Decimal("0.25"), "increment"),
        (field("number", serializeToString=True), 5, "type"),
        (field("number", serializeToString=True), "١٢", "type"),
        (field("checkbox", **REQUIRED), False, "required"),
        (field("checkbox"), "true", "type"),
        (field("checkbox"), 1, "type"),
        (field("radio", values=[{"value": "a"}]), "b", "choice"),
        (field("radio", values=[{"value": 1}]), "1", "choice"),
        (field("radio", values=[{"value": 1}]), True, "choice"),
        (field("select", values=[{"value": "a"}]), ["a"], "type"),
        (field("checklist", values=[{"value": "a"}]), "a", "type"),
        (field("checklist", values=[{"value": "a"}]), ["a", "z"], "choice"),
        (field("checklist", values=[{"value": "a"}], **REQUIRED), [], "required"),
        (field("datetime", subtype="date"), "2026-02-29", "date"),
        (field("datetime", subtype="date"), "24/11/2026", "date"),
        (field("datetime", subtype="date"), 20261124, "type"),
        (field("datetime", subtype="time"), "24:00", "time"),
        (field("datetime", subtype="time"), "08:00Z", "time"),
        (field("datetime", subtype="datetime"), "2026-11-24", "time"),
        (field("datetime", subtype="date", disallowPassedDates=True), "2026-11-23", "pastDate"),
        (field("filepicker"), "../etc/passwd", "file"),
        (field("filepicker", multiple=True), ["ok-handle-1"] * 11, "type"),
    ],
)
def test_fj_val_a_wrong_answer_is_refused_with_its_code(component, given, code):
    assert check(component, given) == code


def test_fj_val_01_a_pattern_is_unanchored_and_empty_values_skip_it():
    component = field("textfield", validate={"pattern": "b+"})
    assert check(component, "abc") == "abc"
    assert check(component, "") == ""


def test_fj_val_01_min_length_skips_the_empty_value():
    assert check(field("textfield", validate={"minLength": 3}), "") == ""


def test_fj_val_02_bounds_may_be_feel_and_null_means_no_check():
    form = a_form(
        {"type": "number", "id": "low", "key": "low", "label": "f.low.label"},
        {"type": "number", "id": "high", "key": "high", "label": "f.high.label", "validate": {"min": "=low"}},
    )
    assert codes(form.check({"low": 5, "high": 4}, now=NOW)) == {"high": "min"}
    assert form.check({"low": 5, "high": 5}, now=NOW).ok
    assert form.check({"high": -5}, now=NOW).ok


def test_fj_val_02_two_fields_may_bound_each_other():
    form = a_form(
        {"type": "number", "id": "a", "key": "a", "label": "f.a.label", "validate": {"max": "=b"}},
        {"type": "number", "id": "b", "key": "b", "label": "f.b.label", "validate": {"min": "=a"}},
    )
    assert codes(form.check({"a": 2, "b": 1}, now=NOW)) == {"a": "max", "b": "min"}


def test_fj_val_02_length_bounds_may_be_feel():
    form = a_form(
        {"type": "number", "id": "n", "key": "n", "label": "f.n.label"},
        {"type": "textfield", "id": "t", "key": "t", "label": "f.t.label", "validate": {"maxLength": "=n"}},
    )
    assert codes(form.check({"n": 2, "t": "abc"}, now=NOW)) == {"t": "maxLength"}


def test_dates_have_feel_bounds_and_the_words_name_the_day():
    form = a_form(field("datetime", subtype="date", properties={"max": '=today() + duration("P90D")'}))
    assert form.check({"f": "2027-02-22"}, now=NOW).ok
    (problem,) = form.check({"f": "2027-02-23"}, now=NOW).problems
    assert problem.code == "maxDate"
    assert "22 February 2027" in problem.text("en")
    assert "2027年2月22日" in problem.text("zh-Hans")
    assert "22 فبراير 2027" in problem.text("ar")


def test_a_problem_has_pointer_text_key_and_words_in_every_language():
    (problem,) = a_form(field("textfield", **REQUIRED)).check({}, now=NOW).problems
    assert (problem.pointer, problem.key, problem.component) == ("#/f", "f", "f")
    assert problem.text_key == "problem.required"
    assert len({problem.text(lang) for lang in ("en", "zh-Hans", "ar")}) == 3


def test_a_pack_may_word_a_problem_itself():
    form = a_form(field("textfield", **REQUIRED), texts={"f.f.required": "Write your name"})
    (problem,) = form.check({}, now=NOW).problems
    assert problem.text("en") == "Write your name"
    assert problem.text_key == "f.f.required"


def test_a25_unknown_answers_are_refused_each_by_name():
    checked = a_form(field("textfield")).check({"f": "a", "status": "done", "fee": 0}, now=NOW)
    assert codes(checked) == {"status": "unknown", "fee": "unknown"}


def test_a_form_takes_only_an_object():
    assert not a_form(field("textfield")).check(["f"], now=NOW).ok  # type: ignore[arg-type]
    assert not a_form(field("textfield")).check({1: "x"}, now=NOW).ok  # type: ignore[dict-item]


def test_all_problems_come_at_once_in_document_order():
    form = a_form(
        *({"type": "textfield", "id": n, "key": n, "label": f"f.{n}.label", **REQUIRED} for n in "abc")
    )
    assert [problem.key for problem in form.check({}, now=NOW).problems] == ["a", "b", "c"]


def test_a_draft_needs_nothing_but_what_is_there_must_be_right():
    form = a_form(field("number", **REQUIRED))
    assert form.check({}, now=NOW, partial=True).ok
    assert codes(form.check({"f": "x"}, now=NOW, partial=True)) == {"f": "type"}
