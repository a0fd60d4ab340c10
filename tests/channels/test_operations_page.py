"""The operator's pages: what they show and to whom, and that a form that was refused keeps what was typed."""

from __future__ import annotations

import re
from html import unescape
from pathlib import Path

import pytest

from backend.procedures import read_folder
from tests.channels.conftest import Browser, World
from tests.channels.test_operations_api import at_confirm, newer, olga

__all__ = ["newer", "olga"]
MOVE = Path(__file__).parents[2] / "workflows" / "move"
WHY = "The register was moved."


def fields(page: str, action: str) -> dict[str, str]:
    """The hidden fields of the form with this action."""
    form = page[page.index(f'action="{action}"') :].partition("</form>")[0]
    return dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', form))


def do(olga: Browser, case: str, act: str, **more: str) -> tuple[int, str]:
    """Post an operation's form as the page gave it."""
    address = f"/operations/{case}/{act}"
    found = fields(olga.get(f"/operations/{case}").text, address)
    answer = olga.post(address, {**found, "reason": WHY, **more})
    return answer.status_code, answer.text


@pytest.fixture
def case(world: World) -> str:
    """One that waits for its citizen."""
    return at_confirm(world)


def test_an_operator_sees_the_names_of_variables_and_no_value(olga: Browser, case: str) -> None:
    page = olga.get(f"/operations/{case}").text
    assert ">amount<" in page and "value number 1" not in page and "hidden from your role" in page


def test_the_north_and_case_workers_find_nothing(world: World, case: str) -> None:
    for person in ("yusuf", "xenia"):
        desk = world.citizen(person, "desk")
        assert desk.get(f"/operations/{case}").status_code == 404
        assert desk.get("/operations").status_code == 404
        assert desk.get("/operations/batches").status_code in (403, 404)


def test_suspended_and_let_go_on_with_a_reason_in_the_log(olga: Browser, case: str) -> None:
    assert do(olga, case, "suspend")[0] == 303
    page = olga.get(f"/operations/{case}").text
    assert f'action="/operations/{case}/resume"' in page and WHY in page
    assert do(olga, case, "resume")[0] == 303


def test_without_a_reason_it_says_so_and_keeps_the_form_open(olga: Browser, case: str) -> None:
    status, page = do(olga, case, "suspend", reason="")
    assert status == 422 and '<details class="act" open>' in page and 'role="alert"' in page


def test_on_an_old_picture_nothing_is_done_and_the_reason_stays(olga: Browser, case: str) -> None:
    old = fields(olga.get(f"/operations/{case}").text, f"/operations/{case}/cancel")
    assert do(olga, case, "suspend")[0] == 303
    answer = olga.post(f"/operations/{case}/cancel", {**old, "reason": WHY})
    assert answer.status_code == 412 and f'value="{WHY}"' in answer.text
    assert do(olga, case, "resume")[0] == 303


def test_tokens_are_moved_and_the_old_change_can_be_looked_at(olga: Browser, case: str) -> None:
    assert do(olga, case, "modify", **{"from": "confirm", "to": "review"})[0] == 303
    now, then = olga.get(f"/operations/{case}").text, olga.get(f"/operations/{case}?version=2").text
    assert "&#34;here&#34;: [&#34;review&#34;]" in now and "&#34;here&#34;: [&#34;confirm&#34;]" in then
    assert "/suspend" not in then
    status, page = do(olga, case, "modify", **{"from": "nothing", "to": "review"})
    assert status in (409, 422) and 'role="alert"' in page


def test_a_migration_is_looked_at_done_and_taken_back(olga: Browser, case: str, newer: str) -> None:
    renamed = {"to": newer, "mapping": "confirm = agree"}
    status, page = do(olga, case, "migrate", look="1", **renamed)
    assert status == 200 and "agree" in page and "stays" in page
    assert do(olga, case, "migrate", to=newer, mapping="")[0] in (409, 422)
    assert do(olga, case, "migrate", **renamed)[0] == 303
    assert "&#34;here&#34;: [&#34;agree&#34;]" in olga.get(f"/operations/{case}").text
    assert do(olga, case, "migrate_back")[0] == 303
    assert "&#34;here&#34;: [&#34;confirm&#34;]" in olga.get(f"/operations/{case}").text


def test_many_are_begun_watched_and_taken_back(world: World, olga: Browser, case: str, newer: str) -> None:
    page = olga.get("/operations/batches?procedure=permit").text
    old = next(key for key in re.findall(r'<option value="([^"]+)"', page) if key != newer)
    form = {"from": old, "to": newer, "mapping": "confirm = agree", "reason": WHY}
    refused = olga.post("/operations/batches", {**fields(page, "/operations/batches"), **form, "reason": ""})
    assert refused.status_code == 422 and "confirm = agree" in unescape(refused.text)
    begun = olga.post("/operations/batches", {**fields(page, "/operations/batches"), **form})
    assert begun.status_code == 303
    page = olga.get("/operations/batches").text
    assert "data-running" in page and "<progress" in page
    for one in world.errand.records.rows("operations.batches", region="south", limit=9):
        world.errand.cases.batches.run(world.errand.cases, one["batch"])
    page = olga.get("/operations/batches").text
    assert "data-running" not in page and re.search(r"\d+ done", page)
    form_of_undo = page[page.index("undoes") - 600 :]
    undo = dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', form_of_undo))
    assert olga.post("/operations/batches", {**undo, "reason": WHY}).status_code == 303


def test_a_history_goes_out_as_a_file(olga: Browser, case: str) -> None:
    answer = olga.get(f"/operations/{case}/export/ocel")
    assert answer.status_code == 200 and "attachment" in answer.headers["Content-Disposition"]
    assert olga.get(f"/operations/{case}/export/nothing").status_code == 404


def test_what_a_deployed_procedures_table_lacks_is_told_on_the_desk(world: World, olga: Browser) -> None:
    files = read_folder(MOVE)
    files["move_late.dmn"] = files["move_late.dmn"].replace(b"<text>-</text>", b"<text>&lt; 10</text>", 1)
    world.errand.packs.deploy(files, "gappy")
    page = unescape(olga.get("/operations/procedures").text)
    assert "D-VERIFY-GAP" in page and "No rule for Days since the move" in page
    assert world.citizen("xenia", "desk").get("/operations/procedures").status_code == 404
