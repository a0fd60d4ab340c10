"""YAML that reads in one way; texts in every language, none without use; templates; dates in words."""

from __future__ import annotations

from decimal import Decimal

import pytest

from backend.procedures.dates import date_in_words
from backend.procedures.expressions import Place
from backend.procedures.faults import Findings
from backend.procedures.markup import escape_markdown, to_html
from backend.procedures.problem_texts import CODES, general_words
from backend.procedures.templates import compile_template, in_words
from backend.procedures.texts import read_texts
from backend.procedures.yaml_text import read_yaml


def yaml(text):
    findings = Findings()
    return read_yaml("f.yaml", text.encode() if isinstance(text, str) else text, findings), findings


def test_scalars_are_those_of_yaml_1_2():
    document, _ = yaml("a: no\nb: 2026-12-25\nc: 1.50\nd: 007\ne: true\nf: ~\ng: '5'\nh: 12:30")
    assert document.value == {
        "a": "no", "b": "2026-12-25", "c": Decimal("1.50"), "d": 7,
        "e": True, "f": None, "g": "5", "h": "12:30",
    }  # fmt: skip
    assert document.line("c") == 3 and document.line("c", "deeper") == 3


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        ("a: 1\na: 2", "PACK-YAML-02"),
        ("a: &x [1]\nb: *x", "PACK-YAML-02"),
        ("? [a]\n: b", "PACK-YAML-02"),
        ("[" * 40 + "]" * 40, "PACK-YAML-02"),
        ("a: [1", "PACK-YAML-01"),
        ("a: b: c", "PACK-YAML-01"),
        (b"\xff\xfe", "PACK-YAML-01"),
        ("a: \x01", "PACK-YAML-01"),
    ],
)
def test_yaml_that_could_mean_two_things_or_grow_is_refused(text, rule):
    document, findings = yaml(text)
    assert document is None and findings.errors[0].rule == rule


def test_a_billion_laughs_stays_small():
    bomb = "a: &a [x, x]\n" + "".join(
        f"{chr(98 + n)}: &{chr(98 + n)} [*{chr(97 + n)}, *{chr(97 + n)}]\n" for n in range(20)
    )
    assert yaml(bomb)[0] is None


def texts(**languages):
    findings = Findings()
    files = {f"texts/{lang.replace('_', '-')}.yaml": text.encode() for lang, text in languages.items()}
    return read_texts(files, ("en", "ar"), findings), findings


def test_missing_and_unused_texts_are_faults_of_the_language_that_lacks_or_holds_them():
    found, findings = texts(en="a: {b: one, c: two}", ar="a: {b: واحد}\nx: {y: old}")
    assert found.words("a.b", "here").render("ar") == "واحد"
    found.words("a.c", "there")
    found.close()
    assert [(fault.file, fault.rule, fault.element) for fault in findings.errors] == [
        ("texts/ar.yaml", "PACK-TEXT-01", "a.c"),
        ("texts/ar.yaml", "PACK-TEXT-02", "x.y"),
    ]
    assert "there uses it" in findings.errors[0].text and findings.errors[1].line == 2


def test_a_language_without_file_or_without_promise_is_a_fault():
    _, findings = texts(en="a: {b: one}", de="a: {b: eins}")
    assert [(fault.file, fault.rule) for fault in findings.errors] == [
        ("texts/ar.yaml", "PACK-TEXT-03"),
        ("texts/de.yaml", "PACK-TEXT-03"),
    ]


@pytest.mark.parametrize(
    "text", ["a: {b: 5}", "a: {b: [x]}", 'a: {b: "x\u202ey"}', "a: {b: " + "x" * 10_001 + "}"]
)
def test_only_clean_texts_of_a_sensible_length_are_texts(text):
    _, findings = texts(en=text, ar="{}")
    assert [fault.rule for fault in findings.errors] == ["PACK-TEXT-04"]


def render(text, **context):
    findings = Findings()
    return compile_template(text, Place(findings, "f")).render(context), findings


def test_fj_tpl_01_values_conditions_and_loops():
    people = [{"name": "Anna", "age": Decimal(38)}, {"name": "Boris", "age": None}]
    text, _ = render(
        "{{#loop people}}{{index}} {{name}}{{#if age != null}} ({{age}}){{/if}} of {{parent.town}}; "
        "{{/loop}}",
        people=people,
        town="X",
    )
    assert text == "1 Anna (38) of X; 2 Boris of X; "
    assert render("=1 + 1")[0] == "2"
    assert render("{{#loop words}}{{this}} {{/loop}}", words=["a", "b"])[0] == "a b "


def test_fj_tpl_02_what_has_no_value_is_empty():
    assert render("[{{nothing.at.all}}]")[0] == "[]"
    assert render("{{#if nothing}}x{{/if}}{{#loop nothing}}x{{/loop}}")[0] == ""


@pytest.mark.parametrize(
    "text", ["{{#if a}}x", "x{{/if}}", "{{#loop a}}{{/if}}", "{{#for a}}", "{{1 +}}", "{{#if 1 +}}"]
)
def test_templates_that_do_not_close_or_parse_are_faults(text):
    _, findings = render(text)
    assert findings.errors


def test_values_in_words():
    values = (None, True, Decimal("1E+3"), Decimal("1.50"), ["a", Decimal(2)], {"a": 1})
    assert [in_words(value) for value in values] == [
        "", "true", "1000", "1.5", "a, 2", "",
    ]  # fmt: skip


def test_look_8_dates_are_written_out_with_common_digits():
    assert date_in_words("2026-11-27", "en", weekday=True) == "Friday 27 November 2026"
    assert date_in_words("2026-11-27", "zh-Hans", weekday=True) == "2026年11月27日（周五）"
    assert date_in_words("2026-11-27", "ar", weekday=True) == "الجمعة 27 نوفمبر 2026"
    assert date_in_words("no date", "en") == "no date"


@pytest.mark.parametrize(
    "hostile",
    [
        "<script>alert(1)</script>",
        "[x](javascript:alert(1))",
        "**b**",
        '<a href="x">',
        '[a](http://x" onclick=1)',
    ],
)
def test_markdown_cannot_make_a_script(hostile):
    html = str(to_html(hostile))
    assert (
        "<script" not in html
        and "javascript:" not in html.replace("[x](javascript:alert(1))", "")
        and "onclick" not in html.split(">")[0]
    )
    escaped = str(to_html("safe " + escape_markdown(hostile)))
    assert "<strong>" not in escaped and "<a" not in escaped


def test_markdown_draws_paragraphs_lists_headings_and_local_links():
    assert str(to_html("# Head\n\none\ntwo\n\n- a\n- **b**\n\n[here](/x)")) == (
        "<h2>Head</h2>\n<p>one<br>two</p>\n<ul><li>a</li><li><strong>b</strong></li></ul>\n"
        '<p><a href="/x">here</a></p>'
    )


def test_general_problem_words_are_complete_in_every_language():
    words = general_words()
    for code in CODES:
        assert set(words[f"problem.{code}"].by_language) == {"en", "zh-Hans", "ar"}
