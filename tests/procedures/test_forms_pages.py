"""Pages, HTML posts, summaries, JSON Schema: one form, every screen."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal

import pytest

from backend.procedures.forms import Fact, merge
from tests.procedures.builders import Addresses, a_form

NOW = datetime(2026, 11, 24, 10, 42, tzinfo=UTC)
KNOWN = {
    "pop.household": Fact(
        values={"members": [{"name": "Boris <b>", "role": "spouse", "born": "1986-01-01"}]}, read_at=NOW
    )
}


def text(key, **own):
    return {"type": "textfield", "id": key, "key": key, "label": f"f.{key}.label", **own}


FACTS = {
    "type": "group",
    "id": "known",
    "label": "f.known.label",
    "components": [
        {"type": "text", "id": "lead", "text": "f.known.lead"},
        {
            "type": "group",
            "id": "card",
            "label": "rule.pop_household.name",
            "properties": {"fact": "pop.household@1"},
            "components": [text("own")],
        },
    ],
}
WORDS = {
    "fact.pop_household.lines": "{{#loop members}}{{name}}, {{role}}, {{born}}\n{{/loop}}",
    "value.pop_household.members.role.spouse": "spouse",
    "f.note.text": "Hello **{{name}}**",
}


def test_one_component_or_group_is_one_page_in_document_order():
    form = a_form(
        FACTS, {"type": "text", "id": "note", "text": "f.note.text"}, text("a"), text("b"), texts=WORDS
    )
    pages = form.pages({}, KNOWN, "en", "kiosk", now=NOW)
    assert [(page["id"], page["kind"], page["index"], page["count"]) for page in pages] == [
        ("known", "facts", 1, 3),
        ("a", "question", 2, 3),
        ("b", "question", 3, 3),
    ]
    assert [page["back"] for page in pages] == [False, True, True]


def test_the_desk_sees_the_form_on_one_page():
    form = a_form(
        text("a", validate={"required": True}), text("b"), {"type": "text", "id": "n", "text": "f.n.text"}
    )
    (page,) = form.pages({}, None, "en", "desk", now=NOW)
    assert (page["id"], page["kind"], page["title"]) == ("all", "group", "")
    assert [component["id"] for component in page["components"]] == ["a", "b", "n"]
    assert form.from_html(Posted(("a", "1"), ("b", "2")), page="all") == {"a": "1", "b": "2"}
    assert [problem.key for problem in form.check({}, now=NOW, page="all").problems] == ["a"]


def test_a_question_page_has_its_label_as_title_and_hint_as_lead():
    (page,) = a_form(text("a", description="f.a.hint")).pages({}, now=NOW)
    assert (page["title"], page["lead"], page["components"][0]["label"]) == ("f.a.label", "f.a.hint", "")


def test_hidden_components_are_left_out():
    form = a_form(text("a"), text("b", conditional={"hide": '=a = "x"'}))
    assert [page["id"] for page in form.pages({"a": "x"}, now=NOW)] == ["a"]
    assert [page["id"] for page in form.pages({}, now=NOW)] == ["a", "b"]


def test_a_fact_card_shows_value_source_time_and_purpose_and_nothing_is_preselected():
    (page,) = a_form(FACTS, texts=WORDS).pages({}, KNOWN, "en", "kiosk", now=NOW)
    (card,) = page["components"]
    assert card["fact"]["lines"] == [{"bdi": "Boris <b>", "rest": ", spouse, 1 January 1986"}]
    assert card["fact"]["read_at"] == "10:42" and card["fact"]["choice"] is None
    assert card["components"] == [] and page["submit"] is None
    assert page["lead"] == "<p>f.known.lead</p>"


@pytest.mark.parametrize(("choice", "asked"), [("use", []), ("wrong", ["own"]), ("own", ["own"])])
def test_a_used_fact_asks_nothing_more(choice, asked):
    (page,) = a_form(FACTS, texts=WORDS).pages({"pop_household": choice}, KNOWN, "en", "kiosk", now=NOW)
    (card,) = page["components"]
    assert [component["key"] for component in card["components"]] == asked
    assert page["submit"]["label"] == "Use these and go on"


def test_a_masked_fact_is_known_but_not_shown():
    masked = {"pop.household": Fact(values=None, state="known")}
    (page,) = a_form(FACTS, texts=WORDS).pages({}, masked, "en", "phone", now=NOW)
    assert page["components"][0]["fact"]["lines"] == ["Shown after you log in"]


def test_choices_from_a_masked_fact_are_counted_and_not_named():
    chooser = {**text("who"), "type": "checklist", "valuesExpression": "=facts.pop_household.members.name"}
    masked = {"pop.household": Fact(values=None, state="known")}
    (page,) = a_form(chooser).pages({"who": ["Boris <b>"]}, masked, "en", "phone", now=NOW)
    assert "Boris" not in str(page) and "You chose 1" in str(page)


def test_a_review_of_masked_facts_names_nobody():
    chooser = {**text("who"), "type": "checklist", "valuesExpression": "=facts.pop_household.members.name"}
    review = {"type": "text", "id": "look", "properties": {"review": "."}}
    masked = {"pop.household": Fact(values=None, state="known")}
    form = a_form(FACTS, chooser, review, texts=WORDS)
    page = form.pages({"pop_household": "use", "who": ["Boris <b>"]}, masked, "en", "phone", now=NOW)[-1]
    assert [row["text"] for row in page["components"][0]["rows"]] == ["Shown after you log in"] * 2


def test_fj_tpl_02_values_in_markdown_are_escaped():
    form = a_form({"type": "text", "id": "note", "text": "f.note.text"}, text("name"), texts=WORDS)
    page = form.pages({"name": "**<script>** [x](http://evil)"}, now=NOW)[0]
    html = str(page["components"][0]["html"])
    assert "<script" not in html and "<a" not in html and html.count("<strong>") == 1


def test_what_was_typed_stays_beside_its_problem():
    form = a_form({**text("n"), "type": "number"})
    checked = form.check({"n": "many"}, now=NOW)
    (page,) = form.pages({"n": "many"}, now=NOW, problems=checked.problems)
    assert page["components"][0]["value"] == "many"
    assert page["components"][0]["error"] == checked.problems[0].text("en")


def test_a_register_search_draws_suggestions_and_the_chosen_entry():
    search = {
        **text("home"),
        "type": "select",
        "properties": {"search": "res.address@1", "exact": "res.dwelling@1"},
    }
    form = a_form(search)
    (page,) = form.pages({"home": "mill"}, now=NOW, source=Addresses())
    (drawn,) = page["components"]
    assert drawn["type"] == "textfield" and drawn["input"] == "search" and drawn["value"] == "mill"
    assert [entry["value"] for entry in drawn["suggestions"]] == ["1", "2"]
    (page,) = form.pages({"home": "2"}, now=NOW, source=Addresses())
    assert page["components"][0]["chosen"] == "Mill Lane 3, Alderbrook"


def test_a_date_has_quick_answers_in_words():
    day = {**text("d"), "type": "datetime", "subtype": "date", "properties": {"quick": "0 -3"}}
    (page,) = a_form(day).pages({}, None, "ar", "kiosk", now=NOW)
    assert page["components"][0]["quick"] == [
        {"label": "اليوم", "note": "24 نوفمبر 2026", "value": "2026-11-24"},
        {"label": "السبت", "note": "21 نوفمبر 2026", "value": "2026-11-21"},
    ]


def test_a_review_page_tells_every_visible_answer_and_where_to_change_it():
    review = {
        "type": "text",
        "id": "look",
        "text": "f.look.lead",
        "properties": {"review": ".", "title": "f.look.title"},
    }
    form = a_form(FACTS, text("a"), {**text("d"), "type": "datetime"}, review, texts=WORDS)
    page = form.pages({"pop_household": "use", "a": "x", "d": "2026-11-20"}, KNOWN, now=NOW)[-1]
    assert page["kind"] == "review" and page["title"] == "f.look.title"
    rows = page["components"][0]["rows"]
    assert [(row["label"], row["text"], row["change"]) for row in rows] == [
        ("rule.pop_household.name", "Boris <b>, spouse, 1 January 1986", "known"),
        ("f.a.label", "x", "a"),
        ("f.d.label", "Friday 20 November 2026", "d"),
    ]


def test_a_submit_button_gives_the_last_page_its_words():
    form = a_form(
        text("a"), text("b"), {"type": "button", "id": "go", "action": "submit", "label": "f.go.label"}
    )
    first, last = form.pages({}, now=NOW)
    assert (first["submit"]["label"], last["submit"]["label"]) == ("Continue", "f.go.label")


class Posted:
    """What a browser sends, as werkzeug's MultiDict gives it."""

    def __init__(self, *pairs):
        self.pairs = pairs

    def getlist(self, key):
        return [value for name, value in self.pairs if name == key]

    def __iter__(self):
        return iter(dict(self.pairs))

    def __contains__(self, key):
        return any(name == key for name, _ in self.pairs)


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("1 500,50", Decimal("1500.50")),
        ("1,500.50", Decimal("1500.50")),
        ("1.500,50", Decimal("1500.50")),
        ("2,5", Decimal("2.5")),
        ("١٢٫٥", Decimal("12.5")),
        ("−3", Decimal(-3)),
        ("1'000'000", Decimal(1_000_000)),
        ("", None),
        ("ten", "ten"),
        ("1e9", "1e9"),
    ],
)
def test_numbers_are_read_as_people_type_them(typed, read):
    assert a_form({**text("n"), "type": "number"}).from_html(Posted(("n", typed))) == {"n": read}


def test_a_whole_number_may_have_thousands():
    whole = {**text("n"), "type": "number", "decimalDigits": 0}
    assert a_form(whole).from_html(Posted(("n", "1,500"))) == {"n": Decimal(1500)}


@pytest.mark.parametrize(
    ("pairs", "read"),
    [
        ([("d-day", "5"), ("d-month", "3"), ("d-year", "2026")], "2026-03-05"),
        ([("d-day", "٥"), ("d-month", "٣"), ("d-year", "٢٠٢٦")], "2026-03-05"),
        ([("d-day", "31"), ("d-month", "2"), ("d-year", "2026")], "2026-02-31"),
        ([("d-day", "5"), ("d-month", "3"), ("d-year", "26")], "26-03-05"),
        ([("d-day", "5"), ("d-month", ""), ("d-year", "2026")], "2026--05"),
        ([("d-day", ""), ("d-month", ""), ("d-year", "")], None),
        ([("d-day", "5"), ("d-month", "3"), ("d-year", "2026"), ("d-quick", "2026-11-24")], "2026-11-24"),
        ([("d", "2026-11-24")], "2026-11-24"),
    ],
)
def test_dates_are_put_together_from_day_month_and_year(pairs, read):
    assert a_form({**text("d"), "type": "datetime"}).from_html(Posted(*pairs)) == {"d": read}


def test_half_a_date_is_told_as_no_date():
    form = a_form({**text("d"), "type": "datetime"})
    for wrong in ("2026--05", "26-03-05", "2026-02-31"):
        assert [problem.code for problem in form.check({"d": wrong}, now=NOW).problems] == ["date"]


def test_check_boxes_count_only_where_they_were_shown():
    form = a_form(
        {**text("yes"), "type": "checkbox"},
        {**text("list"), "type": "checklist", "values": [{"value": "a"}, {"value": "b"}]},
    )
    assert form.from_html(Posted()) == {}
    assert form.from_html(Posted(("yes__seen", "1"), ("list__seen", "1"))) == {"yes": False, "list": []}
    assert form.from_html(Posted(("yes", "true"), ("list", "a"), ("list", "b"))) == {
        "yes": True,
        "list": ["a", "b"],
    }


def test_a_page_posts_only_its_own_fields():
    form = a_form(text("a"), text("b"))
    assert form.from_html(Posted(("a", "1"), ("b", "2"), ("status", "done")), page="b") == {"b": "2"}


def test_choices_that_are_no_texts_come_back_as_what_they_are():
    radio = {**text("n"), "type": "radio", "values": [{"value": 1}, {"value": True}, {"value": "x"}]}
    form = a_form(radio)
    assert [form.from_html(Posted(("n", typed)))["n"] for typed in ("1", "true", "x", "")] == [
        1,
        True,
        "x",
        None,
    ]


def test_rows_are_posted_by_their_place():
    rows = {"type": "dynamiclist", "id": "p", "path": "p", "label": "f.p.label", "components": [text("name")]}
    form = a_form(rows)
    assert form.from_html(Posted(("p[0].name", "Anna"), ("p[1].name", "Boris"))) == {
        "p": [{"name": "Anna"}, {"name": "Boris"}]
    }
    drawn = form.pages({"p": [{"name": "Anna"}, {"name": "Boris"}]}, now=NOW)[0]["components"][0]["rows"]
    assert [row["components"][0]["key"] for row in drawn] == ["p[0].name", "p[1].name"]


def test_change_takes_the_choice_about_a_fact_back():
    form = a_form(FACTS, texts=WORDS)
    posted = form.from_html(Posted(("pop_household", "change")))
    assert merge({"pop_household": "use", "own": "x"}, posted) == {"own": "x"}


def test_json_schema_says_what_answers_may_be():
    schema = a_form(
        text("a", validate={"required": True, "maxLength": 5}),
        {**text("r"), "type": "radio", "values": [{"value": "x"}]},
        {**text("n"), "type": "number", "validate": {"min": 1}},
        text("later", validate={"required": True}, conditional={"hide": "=a = null"}),
        FACTS,
        texts=WORDS,
    ).json_schema()
    assert schema["additionalProperties"] is False
    assert schema["required"] == ["a", "pop_household"]
    assert schema["properties"]["a"] == {"title": "f.a.label", "type": "string", "maxLength": 5}
    assert schema["properties"]["r"]["enum"] == ["x", None]
    assert schema["properties"]["n"]["minimum"] == 1
    assert schema["properties"]["pop_household"]["enum"] == ["use", "wrong", "own"]


def test_apps_get_the_form_js_file_in_their_language():
    form = a_form(text("a"), texts={"f.a.label": "Name"})
    assert form.as_form_js("en")["components"][0]["label"] == "Name"
    assert form.raw["components"][0]["label"] == "f.a.label"
