"""Words of a procedure's models: in every language that has them, else the model's own, told by lint."""

from __future__ import annotations

import datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from backend.engine.feel.values import Date, DaysDuration
from backend.procedures import load_pack
from backend.procedures.cells import Cell, number, of_text, of_value
from backend.procedures.decision_view import names
from backend.procedures.faults import PackFaults
from backend.procedures.folder import read_folder

MOVE = Path(__file__).parents[2] / "workflows" / "move"
ARABIC = "texts/ar.yaml"


def without(key: str, file: str) -> dict[str, bytes]:
    """The shipped pack without the last line that begins with this key in these texts."""
    found = dict(read_folder(MOVE))
    lines = found[file].decode().splitlines(keepends=True)
    del lines[max(n for n, line in enumerate(lines) if line.strip().startswith(f"{key}:"))]
    found[file] = "".join(lines).encode()
    return found


@pytest.mark.parametrize(
    ("line", "key"), [("south", "element.south"), ("fine_rule", "decision.move_late.rule.fine_rule")]
)
def test_words_that_a_language_lacks_are_the_models_own_with_a_warning(line: str, key: str) -> None:
    pack = load_pack(without(line, ARABIC), id="move")
    (told,) = [fault for fault in pack.warnings if fault.rule == "PACK-TEXT-07"]
    assert (told.file, told.element, told.severity) == (ARABIC, key, "warning")
    words = {**{f"element.{k}": w for k, w in pack.element_words.items()}, **pack.decision_words}[key]
    assert words.own == {"ar"}
    assert words.render("ar") == words.render("en")


def test_in_the_models_own_language_nothing_is_missing() -> None:
    pack = load_pack(without("south", "texts/en.yaml"), id="move")
    assert pack.warnings == ()
    assert names(pack, "en")["south"].own and names(pack, "en")["south"].text.startswith("South, ")


def test_words_of_what_the_models_do_not_have_are_a_fault() -> None:
    files = dict(read_folder(MOVE))
    files[ARABIC] += b'  no_such_element: "x"\n'
    with pytest.raises(PackFaults) as refused:
        load_pack(files, id="move")
    assert [(f.rule, f.element) for f in refused.value.faults] == [
        ("PACK-TEXT-02", "element.no_such_element")
    ]


def word(text: str) -> str:
    return {"fine": "غرامة"}.get(text, text)


@pytest.mark.parametrize(
    ("text", "cell"),
    [
        ("-", Cell("any")),
        ("> 90", Cell("more", ("90",))),
        (">= 1200", Cell("at_least", ("1,200",))),
        ("<= 0.50", Cell("at_most", ("0.50",))),
        ("< -3", Cell("less", ("-3",))),
        ("[1..5]", Cell("within", ("1", "5"))),
        ("[1000..2000)", Cell("below", ("1,000", "2,000"))),
        ('"fine"', Cell("text", ("غرامة",))),
        ('"fine", "b"', Cell("one_of", ("غرامة", "b"))),
        ('not("fine")', Cell("none_of", ("غرامة",))),
        ("true", Cell("true")),
        ('> date("2026-03-01")', Cell("more", ("1 March 2026",))),
        ("days_since_move - 14", Cell("feel", ("days_since_move - 14",))),
        ("(1..5)", Cell("feel", ("(1..5)",))),
        ('"a\\"b"', Cell("feel", ('"a\\"b"',))),
    ],
)
def test_a_cell_is_said_in_words_where_it_is_a_plain_comparison(text: str, cell: Cell) -> None:
    assert of_text(text, word, "en") == cell


@pytest.mark.parametrize(
    ("value", "cell"),
    [
        (None, Cell("none")),
        (True, Cell("true")),
        (Decimal("12345.60"), Cell("text", ("12,345.60",))),
        (Date(2026, 3, 1), Cell("text", ("1 March 2026",))),
        (datetime.date(2026, 3, 1), Cell("text", ("1 March 2026",))),
        (DaysDuration.of(days=14), Cell("days", ("14",))),
        ("fine", Cell("text", ("غرامة",))),
        ([Decimal(1), "fine"], Cell("text", ("1, غرامة",))),
    ],
)
def test_a_value_is_said_in_words(value: Any, cell: Cell) -> None:
    assert of_value(value, word, "en") == cell


def test_numbers_follow_the_language_with_digits_0_to_9() -> None:
    assert [number(Decimal("1234567.5"), lang) for lang in ("en", "zh-Hans", "ar", "de")] == [
        "1,234,567.5",
        "1,234,567.5",
        "1,234,567.5",
        "1.234.567,5",
    ]
