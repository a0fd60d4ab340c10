"""Conditions, paths, expressions, rows and fact cards (FJ-COND, FJ-DATA, FJ-EXPR, DESIGN 6)."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal

import pytest

from backend.procedures.forms import Fact
from tests.procedures.builders import Addresses, a_form, codes

NOW = datetime(2026, 11, 24, 10, 42, tzinfo=UTC)


def text(key, **own):
    return {"type": "textfield", "id": own.pop("id", key), "key": key, "label": f"f.{key}.label", **own}


def number(key, **own):
    return {**text(key, **own), "type": "number"}


def hidden_if(expression):
    return {"conditional": {"hide": expression}}


def test_fj_cond_01_hidden_fields_are_not_checked_and_absent_from_the_data():
    form = a_form(text("kind"), text("other", validate={"required": True}, **hidden_if('=kind != "other"')))
    checked = form.check({"kind": "usual", "other": "left over"}, now=NOW)
    assert checked.ok and checked.values == {"kind": "usual"}
    assert codes(form.check({"kind": "other"}, now=NOW)) == {"other": "required"}


def test_fj_cond_01_null_and_errors_show_the_component():
    form = a_form(text("a", **hidden_if("=nothing > 3")))
    assert form.check({"a": "x"}, now=NOW).values == {"a": "x"}


def test_fj_cond_01_what_is_inside_a_hidden_group_is_hidden():
    group = {
        "type": "group",
        "id": "g",
        "label": "f.g.label",
        "components": [text("inner")],
        **hidden_if("=skip"),
    }
    form = a_form({**text("skip"), "type": "checkbox"}, group)
    assert form.check({"skip": True, "inner": "x"}, now=NOW).values == {"skip": True}


def test_fj_cond_02_conditions_may_look_forward_and_along_a_chain():
    form = a_form(
        text("a", **hidden_if('=b = "no"')),
        text("b", **hidden_if("=c")),
        {**text("c"), "type": "checkbox"},
    )
    assert form.check({"a": "1", "b": "no", "c": False}, now=NOW).values == {"b": "no", "c": False}
    assert form.check({"a": "1", "b": "no", "c": True}, now=NOW).values == {"a": "1", "c": True}


def test_fj_cond_02_a_circle_of_conditions_is_a_fault_that_shows_the_circle():
    findings = a_form(text("a", **hidden_if("=b = null")), text("b", **hidden_if("=a = null")), faults=True)
    (fault,) = findings.errors
    assert fault.rule == "FJ-COND-02" and "a → b → a" in fault.text


def test_fj_cond_02_a_field_that_hides_itself_is_a_circle():
    findings = a_form(text("a", **hidden_if('=a = "x"')), faults=True)
    assert [fault.rule for fault in findings.errors] == ["FJ-COND-02"]


def test_fj_cond_03_disabled_fields_are_not_submitted_and_readonly_ones_are_the_servers():
    form = a_form(text("off", disabled=True), text("fixed", readonly=True))
    checked = form.check({"off": "x", "fixed": "forged"}, variables={"fixed": "true"}, now=NOW)
    assert checked.values == {"fixed": "true"}


def test_fj_expr_the_server_computes_expressions_whatever_was_sent():
    total = {"type": "expression", "id": "t", "key": "total", "expression": "=a + b"}
    checked = a_form(number("a"), number("b"), total).check({"a": 1, "b": 2, "total": 99}, now=NOW)
    assert checked.values["total"] == Decimal(3)


def test_fj_data_01_keys_with_dots_and_group_paths_nest():
    group = {"type": "group", "id": "g", "label": "f.g.label", "path": "home", "components": [text("street")]}
    form = a_form(group, text("home.town", id="town"))
    checked = form.check({"home": {"street": "Mill Lane", "town": "Alderbrook"}}, now=NOW)
    assert checked.values == {"home": {"street": "Mill Lane", "town": "Alderbrook"}}
    assert codes(form.check({"home": {"zip": "1"}}, now=NOW)) == {"home.zip": "unknown"}
    assert codes(form.check({"home": "x"}, now=NOW)) == {"home": "type"}


@pytest.mark.parametrize("hides", [False, True])
def test_fj_02_equal_keys_only_where_fields_hide_each_other(hides):
    first = text("a", id="one", **(hidden_if("=x") if hides else {}))
    second = text("a", id="two", **(hidden_if("=not(x)") if hides else {}))
    findings = a_form({**text("x"), "type": "checkbox"}, first, second, faults=True)
    assert [fault.rule for fault in findings.errors] == ([] if hides else ["FJ-02"])


def test_fj_data_01_a_key_below_another_fields_key_is_a_fault():
    findings = a_form(text("a", id="one"), text("a.b", id="two"), faults=True)
    assert "FJ-DATA-01" in [fault.rule for fault in findings.errors]


LIST = {
    "type": "dynamiclist",
    "id": "people",
    "path": "people",
    "label": "f.people.label",
    "components": [
        text("name", validate={"required": True}),
        number("age", **hidden_if('=name = "x" or parent.skip')),
        {"type": "expression", "id": "place", "key": "place", "expression": "=i[1]"},
    ],
}


def test_fj_expr_01_rows_see_their_names_the_outer_scope_and_their_place():
    form = a_form({**text("skip"), "type": "checkbox"}, LIST)
    checked = form.check({"people": [{"name": "x", "age": 1}, {"name": "Boris", "age": 2}]}, now=NOW)
    assert checked.values["people"] == [
        {"name": "x", "place": Decimal(1)},
        {"name": "Boris", "age": Decimal(2), "place": Decimal(2)},
    ]


def test_problems_in_rows_point_into_the_row():
    checked = a_form({**text("skip"), "type": "checkbox"}, LIST).check(
        {"people": [{}, {"name": "a", "z": 1}]}, now=NOW
    )
    assert [(p.pointer, p.code) for p in checked.problems] == [
        ("#/people/0/name", "required"),
        ("#/people/1/z", "unknown"),
    ]


def test_rows_are_bounded_and_must_be_objects():
    form = a_form({**text("skip"), "type": "checkbox"}, LIST)
    assert codes(form.check({"people": [{}] * 101}, now=NOW)) == {"people": "rows"}
    assert codes(form.check({"people": ["x"]}, now=NOW)) == {"people": "type"}


def test_choices_may_come_from_the_process_or_from_feel():
    by_key = {**text("a"), "type": "select", "valuesKey": "offices"}
    by_feel = {**text("b"), "type": "checklist", "valuesExpression": "=for n in 1..max return string(n)"}
    form = a_form(by_key, by_feel)
    variables = {"offices": [{"label": "South", "value": "south"}], "max": Decimal(2)}
    assert form.check({"a": "south", "b": ["2"]}, variables=variables, now=NOW).ok
    assert codes(form.check({"a": "north", "b": ["3"]}, variables=variables, now=NOW)) == {
        "a": "choice",
        "b": "choice",
    }


FACT = {
    "type": "group",
    "id": "household",
    "label": "rule.pop_household.name",
    "properties": {"fact": "pop.household@1"},
    "components": [text("own", validate={"required": True})],
}
KNOWN = {"pop.household": {"members": [{"name": "Boris", "role": "spouse", "born": "1986-01-01"}]}}


def test_a_fact_must_be_answered_and_its_fields_are_asked_only_if_it_is_not_used():
    form = a_form(FACT)
    assert codes(form.check({}, KNOWN, now=NOW)) == {"pop_household": "fact"}
    used = form.check({"pop_household": "use", "own": "left over"}, KNOWN, now=NOW)
    assert used.ok and used.values == {"pop_household": "use"} and used.choices == {"pop_household": "use"}
    for choice in ("wrong", "own"):
        assert codes(form.check({"pop_household": choice}, KNOWN, now=NOW)) == {"own": "required"}
        assert form.check({"pop_household": choice, "own": "Boris"}, KNOWN, now=NOW).ok
    assert codes(form.check({"pop_household": "maybe"}, KNOWN, now=NOW)) == {"pop_household": "choice"}


@pytest.mark.parametrize("facts", [{}, {"pop.household": None}, {"pop.household": Fact(state="silent")}])
def test_a_fact_that_nobody_knows_cannot_be_used_and_is_asked(facts):
    form = a_form(FACT)
    assert codes(form.check({"pop_household": "use"}, facts, now=NOW)) == {"own": "required"}
    assert form.check({"own": "Boris"}, facts, now=NOW).values == {"pop_household": "own", "own": "Boris"}


@pytest.mark.parametrize("name", ["pop.household@1", "pop.household", "pop_household"])
def test_feel_sees_facts_by_their_key_whichever_name_they_were_given_by(name):
    form = a_form(text("a", **hidden_if("=count(facts.pop_household.members) = 1")))
    assert form.check({"a": "x"}, {name: KNOWN["pop.household"]}, now=NOW).values == {}


SEARCH = {
    **text("home"),
    "type": "select",
    "properties": {"search": "res.address@1", "exact": "res.dwelling@1"},
    "validate": {"required": True},
}


def test_a_register_search_takes_only_entries_that_exist():
    form = a_form(SEARCH)
    assert form.check({"home": "1"}, now=NOW, source=Addresses()).values == {"home": "1"}
    assert codes(form.check({"home": "9"}, now=NOW, source=Addresses())) == {"home": "search"}
    assert codes(form.check({"home": ""}, now=NOW, source=Addresses())) == {"home": "required"}


def test_without_a_register_at_hand_the_check_says_what_to_look_up():
    (lookup,) = a_form(SEARCH).check({"home": "1"}, now=NOW).lookups
    assert (lookup.pointer, lookup.rule, lookup.value) == ("#/home", "res.dwelling@1", "1")


def test_checking_a_page_tells_only_that_pages_problems():
    form = a_form(text("a", validate={"required": True}), text("b", validate={"required": True}))
    assert codes(form.check({}, now=NOW, page="b")) == {"b": "required"}


def test_checking_changes_neither_answers_nor_variables():
    form = a_form(text("a.b", id="a"), LIST, {**text("skip"), "type": "checkbox"})
    answers, variables = {"a": {"b": " x "}, "people": [{"name": "n"}]}, {"a": {"c": 1}}
    form.check(answers, variables=variables, now=NOW)
    assert answers == {"a": {"b": " x "}, "people": [{"name": "n"}]} and variables == {"a": {"c": 1}}


def test_eleven_right_fields_are_checked_in_microseconds():
    form = a_form(*(text(f"field_{n:02}", validate={"maxLength": 50}) for n in range(11)))
    assert form.level.plain is not None
    answers = {f"field_{n:02}": f"value number {n}" for n in range(11)}
    assert form.check(answers, now=NOW).ok
    slow = form.evaluate(answers, now=NOW)
    assert slow.values == form.check(answers, now=NOW).values


@pytest.mark.parametrize("type", ["expression"])
def test_feel_that_does_not_parse_is_a_fault_with_its_place(type):
    findings = a_form(
        text("a", **hidden_if("=1 +")),
        {"type": type, "id": "e", "key": "e", "expression": "=if x"},
        faults=True,
    )
    assert [(fault.element, fault.rule) for fault in findings.errors] == [
        ("a", "PACK-FEEL-01"),
        ("e", "PACK-FEEL-01"),
    ]


NAMED = {"id": "x", "key": "x", "label": "f.x.label"}


@pytest.mark.parametrize(
    "component",
    [
        {"type": "slider", "id": "x"},
        {"type": "textfield", **NAMED, "key": "1x"},
        {"type": "textfield", "id": "x", "key": "x"},
        {"type": "radio", **NAMED},
        {"type": "textfield", **NAMED, "validate": {"pattern": "(?=a)"}},
        {"type": "number", **NAMED, "validate": {"min": "few"}},
        {"type": "number", **NAMED, "increment": 0},
        {"type": "datetime", **NAMED, "properties": {"quick": "soon"}},
        {"type": "datetime", **NAMED, "subtype": "week"},
        {"type": "select", **NAMED, "properties": {"search": "pop.household@1"}},
        {"type": "group", **NAMED, "properties": {"fact": "pop.nothing@1"}, "components": []},
    ],
)
def test_a_component_that_cannot_work_is_a_fault_at_load(component):
    findings = a_form(component, faults=True)
    assert findings.errors
    assert all(fault.text and fault.remedy and fault.file == "forms/f.form" for fault in findings.errors)
