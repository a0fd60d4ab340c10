"""One question page from a plain dict: names, values, errors and ids as the server expects them back."""

import re
from typing import Any

import lxml.html
import pytest
from jinja2 import Environment
from markupsafe import Markup

from backend.channel.look import template_loader, translator
from backend.channel.look.flask_look import display_of, prepare
from backend.channel.look.forms import date_parts, groupby_rows

VALUES = [{"label": "Owner", "value": "own"}, {"label": "Lease", "value": "lease", "description": "rented"}]


@pytest.fixture(scope="module")
def draw() -> Any:
    environment = Environment(loader=template_loader(), autoescape=True, trim_blocks=True, lstrip_blocks=True)
    prepare(environment)
    module = environment.get_template("parts/form.html").module

    def form(
        *components: dict[str, Any],
        errors: tuple[Any, ...] = (),
        screen: str = "phone",
        lang: str = "en",
        **page: Any,
    ) -> Any:
        made = {
            "id": "p",
            "kind": "group",
            "title": "Title",
            "components": list(components),
            "submit": {},
            "action": "/x",
            "hidden": {},
            **page,
        }
        return lxml.html.fromstring(str(module.form_page(translator(lang), made, errors, screen, lang)))  # type: ignore[attr-defined]

    return form


def select(root: Any, css: str) -> list[Any]:
    """Elements by the few forms of a CSS selector that these tests use."""
    paths = []
    for one in css.split(", "):
        steps = []
        for step in one.split():
            tag, classes, attributes = re.fullmatch(r"(\w*)((?:\.[\w-]+)*)((?:\[[^]]+\])*)", step).groups()  # type: ignore[union-attr]
            tests = "".join(
                f"[contains(concat(' ', @class, ' '), ' {name} ')]" for name in classes.split(".")[1:]
            )
            tests += re.sub(r"\[([\w-]+)", r"[@\1", attributes)
            steps.append((tag or "*") + re.sub(r"=(\w+)\]", r"='\1']", tests))
        paths.append(".//" + "//".join(steps))
    return list(root.xpath("|".join(paths)))


def field(root: Any, name: str) -> Any:
    return select(root, f'[name="{name}"]')[0]


def test_a_typed_value_stays_as_typed_and_is_escaped(draw: Any) -> None:
    root = draw({"type": "textfield", "id": "s", "key": "a.b", "label": "Street", "value": '"><script>'})
    assert field(root, "a.b").get("value") == '"><script>' and not select(root, "script")


def test_an_error_stands_beside_its_field_and_in_the_summary(draw: Any) -> None:
    root = draw(
        {
            "type": "textfield",
            "id": "s",
            "key": "s",
            "label": "Street",
            "error": "Write a street",
            "description": "hint",
        },
        errors=({"id": "s", "key": "s", "text": "Write a street"},),
    )
    assert select(root, ".govuk-error-summary a")[0].get("href") == "#s"
    described = field(root, "s").get("aria-describedby").split()
    assert [root.get_element_by_id(name).text_content().strip() for name in described] == [
        "hint",
        "Error: Write a street",
    ]
    assert field(root, "s").get("aria-invalid") == "true"


@pytest.mark.parametrize("kind", ["radio", "select", "checklist", "taglist"])
def test_a_choice_is_kept_and_the_first_one_carries_the_id(draw: Any, kind: str) -> None:
    many = kind in ("checklist", "taglist")
    root = draw(
        {
            "type": kind,
            "id": "c",
            "key": "c",
            "label": "Right",
            "values": VALUES,
            "value": ["lease"] if many else "lease",
        }
    )
    chosen = select(root, "[checked], [selected]")
    assert [one.get("value") for one in chosen] == ["lease"]
    assert root.get_element_by_id("c").tag in ("input", "select")
    assert bool(select(root, '[name="c__seen"]')) is many


def test_a_select_is_a_list_of_cards_on_a_kiosk(draw: Any) -> None:
    component = {"type": "select", "id": "c", "key": "c", "label": "Right", "values": VALUES}
    assert select(draw(component, screen="kiosk"), "input[type=radio]") and select(
        draw(component, screen="desk"), "select"
    )


@pytest.mark.parametrize(
    ("lang", "order"),
    [
        ("en", ["day", "month", "year"]),
        ("zh-Hans", ["year", "month", "day"]),
        ("ar", ["day", "month", "year"]),
    ],
)
def test_a_date_has_three_fields_in_the_order_of_the_language(draw: Any, lang: str, order: list[str]) -> None:
    root = draw(
        {
            "type": "datetime",
            "subtype": "date",
            "id": "d",
            "key": "d",
            "label": "When",
            "value": "2026-11-20",
        },
        lang=lang,
    )
    assert [one.get("name") for one in select(root, ".date input")] == [f"d-{part}" for part in order]
    assert (
        field(root, "d-month").get("value") == "11"
        and root.get_element_by_id("d").get("name") == f"d-{order[0]}"
    )


def test_a_wrong_date_stays_as_typed() -> None:
    assert date_parts({"day": "31", "month": "13", "year": "26"}) == {
        "day": "31",
        "month": "13",
        "year": "26",
        "hour": "",
        "minute": "",
    }
    assert date_parts("2026-11-20T08:30")["minute"] == "30"
    assert date_parts("08:30")["hour"] == "08" and date_parts("08:30")["year"] == ""
    assert set(date_parts("nonsense").values()) == set(date_parts(None).values()) == {""}


def test_enter_goes_on_and_never_back(draw: Any) -> None:
    root = draw({"type": "textfield", "id": "s", "key": "s", "label": "S"}, back=True)
    first = select(root, "button[type=submit]")[0]
    assert (first.get("name"), first.get("value")) == ("do", "next")


def fact(**more: Any) -> dict[str, Any]:
    return {
        "type": "group",
        "id": "g",
        "components": [{"type": "textfield", "id": "n", "key": "n", "label": "Name"}],
        "fact": {
            "rule": "r",
            "name": "r__fact",
            "title": "Who",
            "lines": [{"bdi": "Anna", "rest": ", born"}],
            "source": "Registry",
            "read_at": "10:42",
            "purpose": "for this",
            "choice": None,
            "state": "known",
            **more,
        },
    }


def test_a_fact_has_three_equal_answers_and_none_is_chosen(draw: Any) -> None:
    root = draw(fact())
    buttons = select(root, '[name="r__fact"]')
    assert [one.get("value") for one in buttons] == ["use", "wrong", "own"]
    assert {one.get("class") for one in buttons} == {"btn"}
    assert not select(root, '[name="n"]')


def test_a_fact_folds_when_used_and_asks_when_given(draw: Any) -> None:
    used = draw(fact(choice="use"))
    assert [one.get("value") for one in select(used, '[name="r__fact"]')] == ["change"] and not select(
        used, '[name="n"]'
    )
    own = draw(fact(choice="own"))
    assert select(own, '[name="n"]') and not select(own, ".ledger"), "what the citizen says lies on white"


def test_a_silent_registry_offers_three_ways_on(draw: Any) -> None:
    assert [one.get("value") for one in select(draw(fact(state="silent")), '[name="r__fact"]')] == [
        "without",
        "own",
        "wait",
    ]
    assert not select(draw(fact(state="asking")), '[name="r__fact"]')


def test_a_component_that_nobody_draws_is_an_error_and_not_a_gap(draw: Any) -> None:
    with pytest.raises(ValueError, match="'documentPreview'"):
        draw({"type": "documentPreview", "id": "x"})


def test_an_expression_is_never_sent_to_the_browser(draw: Any) -> None:
    assert not select(draw({"type": "expression", "id": "e", "key": "e", "value": "secret"}), '[name="e"]')


def test_html_comes_only_as_markup(draw: Any) -> None:
    assert select(draw({"type": "text", "id": "t", "html": Markup("<b>x</b>")}), ".prose b")
    assert not select(draw({"type": "text", "id": "t", "html": "<b>x</b>"}), ".prose b")


def test_components_of_one_row_stand_together() -> None:
    rows = groupby_rows(
        [
            {"id": 1, "row": "a", "columns": 8},
            {"id": 2, "row": "a", "columns": 8},
            {"id": 3},
            {"id": 4, "row": "a"},
        ]
    )
    assert [[c["id"] for c in row.items] for row in rows] == [[1, 2], [3], [4]]
    assert [row.sized for row in rows] == [True, False, False]


@pytest.mark.parametrize(
    ("cookie", "larger", "reach"),
    [("130.low", "130", "low"), ("", "100", ""), ("999.x<script>", "100", ""), (".low", "100", "low")],
)
def test_the_display_cookie_is_read_and_nothing_else(cookie: str, larger: str, reach: str) -> None:
    assert (display_of(cookie).larger, display_of(cookie).reach) == (larger, reach)
