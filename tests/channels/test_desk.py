"""The staff desk over HTTP: who sees what, the rule that decided, the drawing, two officials at once."""

from __future__ import annotations

import re
from decimal import Decimal
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from backend.cases.views import DecisionRow
from backend.procedures import load_folder
from backend.procedures.cells import Cell
from backend.procedures.decision_view import Said, decision_tables, names
from tests.channels.conftest import Browser, World
from tests.handoff.conftest import movable

MOVE = Path(__file__).parents[2] / "workflows" / "move"


@pytest.fixture(scope="module")
def xenia(world: World) -> Browser:
    files = {name: body.replace(b"permits-south", b"residents-south") for name, body in movable().items()}
    world.errand.packs.deploy(files, "permit")
    return world.citizen("xenia", "desk")


def handed_in(world: World) -> dict[str, Any]:
    """A case of Anna's that waits for South."""
    anna = world.citizen("anna")
    case = anna.start()
    assert anna.submit(case).status_code == 200
    for answers in ({"confirmed": True}, {"paid": True, "ref": "PAY-1"}):
        tasks = anna.api("GET", f"/cases/{case['case_id']}").get_json()["tasks"]
        path = f"/cases/{case['case_id']}/tasks/{tasks[0]['id']}/submit"
        usual = {"If-Match": '"1"', "Errand-Lease": str(case["lease"])}
        done = anna.api("POST", path, {"answers": answers}, **usual)
        assert done.status_code == 200, done.text
    return case


def task_page(desk: Browser, case: dict[str, Any]) -> str:
    """The address of the case's open task, as the work list gives it."""
    found = re.search(rf"/cases/{case['case_id']}/tasks/\d+", desk.get("/").text)
    assert found is not None, "the case is in the list"
    return found[0]


def hidden(page: str) -> dict[str, str]:
    """The hidden fields of a page's main form."""
    form = page[page.index('id="question"') :]
    return dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', form))


def test_the_north_finds_nothing_of_the_south(world: World, xenia: Browser) -> None:
    case = handed_in(world)
    path = task_page(xenia, case)
    yusuf = world.citizen("yusuf", "desk")
    assert str(case["case_id"]) not in yusuf.get("/").text
    unknown = yusuf.get("/cases/00000000-0000-4000-8000-000000000000")
    for each in (path, f"/cases/{case['case_id']}", f"/cases/{case['case_id']}/drawing"):
        answer = yusuf.get(each)
        assert answer.status_code == 404
        assert answer.status_code == unknown.status_code
    assert yusuf.get(f"/cases/{case['case_id']}").text == unknown.text
    posted = yusuf.post(path, hidden(xenia.get(path).text))
    assert posted.status_code in (403, 404)


def test_a_role_without_the_list_is_told_so(world: World) -> None:
    hanna = world.citizen("hanna", "desk")
    page = hanna.get("/")
    assert page.status_code == 403 and "not for your role" in page.text
    assert 'role="search"' not in page.text, "what she may not use is not drawn"
    assert hanna.get("/find?reference=SM-0000-0000").status_code == 303


def test_an_unknown_reference_is_answered_and_kept(world: World, xenia: Browser) -> None:
    case = handed_in(world)
    page = xenia.get("/find?reference=%3Cb%3Eno such")
    assert page.status_code == 404
    assert 'value="&lt;b&gt;no such"' in page.text and 'id="find-none"' in page.text
    row = re.search(
        rf"/cases/{case['case_id']}/tasks/\d+.*?([A-Z]{{2}}-[0-9A-Z]{{4}}-[0-9A-Z]{{4}})",
        xenia.get("/").text,
        re.S,
    )
    assert row is not None
    found = xenia.get(f"/find?reference={row[1].lower().replace('-', '+')}")
    assert found.status_code == 303 and str(case["case_id"]) in found.headers["Location"]


def test_the_drawing_is_the_one_of_the_cases_version(world: World, xenia: Browser) -> None:
    case = handed_in(world)
    path = task_page(xenia, case)
    page = xenia.get(path).text
    assert f'data-src="/cases/{case["case_id"]}/drawing"' in page and "diagram" in page
    drawn = xenia.get(f"/cases/{case['case_id']}/drawing")
    assert drawn.mimetype == "application/xml" and b"<bpmn:process" in drawn.data
    assert "unsafe-inline" not in drawn.headers["Content-Security-Policy"]
    way = world.errand.cases.read.way(_actor(world, xenia), UUID(case["case_id"]))
    assert way.here and way.done and way.taken and not way.here & way.done
    for element in way.here | way.done | way.taken:
        assert f'id="{element}"'.encode() in drawn.data


def _actor(world: World, browser: Browser) -> Any:
    token = browser.token()
    assert token is not None
    return world.errand.people.sessions.resolve(token)


def test_what_was_typed_stays_when_it_is_wrong(world: World, xenia: Browser) -> None:
    path = task_page(xenia, handed_in(world))
    form = hidden(xenia.get(path).text)
    refused = xenia.post(path, form)
    assert refused.status_code == 422 and "data-error-summary" in refused.text


def test_the_second_official_is_told_and_loses_nothing(world: World, xenia: Browser) -> None:
    path = task_page(xenia, handed_in(world))
    page = xenia.get(path).text
    first, second = hidden(page), hidden(xenia.get(path).text)
    assert first["idempotency_key"] != second["idempotency_key"]
    answers = filled(page)
    done = xenia.post(path, first | answers)
    assert done.status_code == 303, done.text
    again = xenia.post(path, first | answers)
    assert again.status_code == 303, "sending twice has one effect"
    late = xenia.post(path, second | answers)
    assert late.status_code == 409
    assert "This is decided" in late.text and "What you typed" in late.text
    assert xenia.get(done.headers["Location"]).status_code == 200, "a decided case is readable"


def test_an_old_revision_is_told_and_the_form_keeps_its_words(world: World, xenia: Browser) -> None:
    path = task_page(xenia, handed_in(world))
    page = xenia.get(path).text
    stale = xenia.post(path, hidden(page) | {"revision": "99"} | filled(page))
    assert stale.status_code == 412 and "Read it again" in stale.text
    assert hidden(stale.text)["revision"] != "99", "it can be sent again"


def filled(page: str) -> dict[str, str]:
    """Yes, and a note: in the names that the page's form has."""
    form = page[page.index('id="question"') :]
    names = set(re.findall(r' name="([^"]+)"', form))
    assert {"approved", "note"} <= names, names
    value = re.search(r'name="approved"[^>]*value="([^"]*)"', form)
    return {"approved": value[1] if value else "true", "note": "ok"} | {
        name: "1" for name in names if name.endswith("__seen")
    }


def made(number: int, kind: str) -> DecisionRow:
    """The decision of the shipped procedure, by the rule of this number, 30 days after the move."""
    result = {"kind": kind, "fine": Decimal(60 if kind == "fine" else 0), "days_late": Decimal(16)}
    table = "move_late_table"
    rules = (f"{table}:{number}",)
    return DecisionRow("check_late", "move_late", rules, {table: [Decimal(30)]}, {table: result}, result)


def test_the_rule_that_fired_is_marked_with_its_reason() -> None:
    pack = load_folder(MOVE)
    for number, word in ((1, "fine"), (2, "warning"), (3, "none")):
        (table,) = decision_tables(pack, made(number, word), "en")
        assert [column.label.text for column in table.inputs] == ["Days since the move"]
        assert table.outputs[0].label == Said("What follows")
        assert [row.number for row in table.rows if row.fired] == [number]
        row = table.rows[number - 1]
        assert row.outputs[0].parts == ("nothing" if word == "none" else word,) and row.notes
        assert row.outputs[2] == Cell("text", ("16",)), "what came out, not the formula"
    assert table.rows[2].inputs == (Cell("any"),)
    assert table.rows[0].inputs == (Cell("more", ("90",)),)
    assert table.rows[0].outputs[2].kind == "feel"


def test_a_decision_without_rules_or_of_another_procedure_has_no_table() -> None:
    pack = load_folder(MOVE)
    assert decision_tables(pack, DecisionRow("check_late", "move_late", ()), "en") == []
    assert decision_tables(pack, DecisionRow("check_late", "other", ("x:1",)), "en") == []


@pytest.mark.parametrize(
    ("lang", "sentence", "label"),
    [
        ("en", "The notice came 16 days late. The rule says: a warning, no fine.", "Days since the move"),
        ("zh-Hans", "逾期 16 天申报。按规则：警告，不罚款。", "搬迁后的天数"),
        ("ar", "عدد أيام تأخر الإبلاغ: 16. القاعدة تقول: إنذار بلا غرامة.", "الأيام منذ الانتقال"),
    ],
)
def test_a_decision_is_told_in_the_readers_language(lang: str, sentence: str, label: str) -> None:
    (table,) = decision_tables(load_folder(MOVE), made(2, "warning"), lang)
    assert table.sentence == sentence and table.inputs[0].label == Said(label)
    assert table.known and table.inputs[0].value == Cell("text", ("30",))
    said = [table.name, *(each.label for each in table.outputs), *(n for r in table.rows for n in r.notes)]
    assert not any(each.own for each in said)


def test_a_case_from_before_values_were_kept_has_its_rule_and_no_values() -> None:
    old = DecisionRow("check_late", "move_late", ("move_late_table:2",))
    (table,) = decision_tables(load_folder(MOVE), old, "en")
    assert not table.known and table.sentence == "" and table.rows[1].fired


def test_everything_on_the_drawing_has_a_name_in_every_language() -> None:
    pack = load_folder(MOVE)
    for lang in pack.languages:
        assert not [name for name in names(pack, lang).values() if name.own]
    assert names(pack, "zh-Hans")["south"].text == "南区（迁入地）"
