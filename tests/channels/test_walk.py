"""The walk of a case on HTML pages: without script, with what was typed kept, on one screen at a time."""

from __future__ import annotations

from typing import Any

import pytest
from lxml import html
from werkzeug.test import TestResponse

from tests.channels.conftest import Browser, World, a_key


def begun(browser: Browser) -> str:
    """The address of a new case, begun from the service's own page."""
    page = html.fromstring(browser.get("/services/permit").text)
    form = next(each for each in page.forms if each.action == "/cases")
    answer = browser.post("/cases", dict(form.form_values()) | {"region": "south"})
    assert answer.status_code == 303, answer.text
    return answer.headers["Location"]


def shown(answer: TestResponse) -> Any:
    """The question form of a page."""
    found = [form for form in html.fromstring(answer.text).forms if "/tasks/" in (form.action or "")]
    assert found, answer.text
    return found[0]


def sent(browser: Browser, answer: TestResponse, do: str = "next", **fields: str) -> TestResponse:
    """The form of `answer`, filled in and sent as a browser sends it."""
    form = shown(answer)
    return browser.post(form.action, dict(form.form_values()) | fields | {"do": do})


def followed(browser: Browser, answer: TestResponse) -> TestResponse:
    assert answer.status_code == 303, answer.text
    return browser.get(answer.headers["Location"])


def title(answer: TestResponse) -> str:
    return str(html.fromstring(answer.text).xpath("string(//h1)")).strip()


def test_one_question_a_page_and_back_again(world: World) -> None:
    anna = world.citizen("anna")
    case = begun(anna)
    first = anna.get(case)
    assert title(first) == "Field 00"
    second = followed(anna, sent(anna, first, field_00="Lindenallee 4"))
    assert title(second) == "Field 01"
    back = followed(anna, sent(anna, second, "back"))
    assert title(back) == "Field 00"
    assert shown(back).fields["field_00"] == "Lindenallee 4"


def test_a_wrong_answer_is_told_beside_the_field_and_what_was_typed_stays(world: World) -> None:
    anna = world.citizen("anna")
    case = begun(anna)
    wrong = sent(anna, anna.get(case), field_00="")
    page = html.fromstring(wrong.text)
    assert wrong.status_code == 422
    summary = page.xpath("//*[@data-error-summary]//a")
    assert [link.text_content().strip() for link in summary] == ["Answer this: Field 00"]
    assert "Answer this: Field 00" in page.xpath("string(//form[contains(@action, '/tasks/')])")
    assert page.xpath("//title")[0].text.startswith("To put right:")


def test_an_unfinished_case_goes_on_where_it_was_left(world: World) -> None:
    anna = world.citizen("anna")
    case = begun(anna)
    second = followed(anna, sent(anna, anna.get(case), field_00="one"))
    assert sent(anna, second, "save", field_01="half an ans").headers["Location"] == "/"
    again = anna.get(case)
    assert (title(again), shown(again).fields["field_01"]) == ("Field 01", "half an ans")


def test_two_screens_never_both_write(world: World) -> None:
    phone, laptop = world.citizen("anna"), world.citizen("anna")
    case = begun(phone)
    on_phone = phone.get(case)
    elsewhere = laptop.get(case)
    assert title(elsewhere) == "You go on at another screen"
    form = html.fromstring(elsewhere.text).get_element_by_id("here")
    taken = followed(laptop, laptop.post(form.action, dict(form.form_values())))
    assert title(taken) == "Field 00"
    late = followed(phone, sent(phone, on_phone, field_00="too late"))
    assert title(late) == "You go on at another screen"
    assert shown(laptop.get(case)).fields["field_00"] in ("", None)


def test_a_page_sent_twice_is_one_answer(world: World) -> None:
    anna = world.citizen("anna")
    case = begun(anna)
    page = anna.get(case)
    assert sent(anna, page, field_00="once").status_code == 303
    again = followed(anna, sent(anna, page, field_00="twice"))
    assert title(again) == "Field 01"
    assert shown(followed(anna, sent(anna, again, "back"))).fields["field_00"] == "once"


@pytest.mark.parametrize("path", ["", "?page=nowhere", "?page=%22%3E%3Cscript%3E"])
def test_a_foreign_case_is_no_case(world: World, path: str) -> None:
    anna, boris = world.citizen("anna"), world.citizen("boris")
    case = begun(anna)
    unknown = boris.get("/cases/00000000-0000-4000-8000-000000000000" + path)
    foreign = boris.get(case + path)
    assert foreign.status_code == unknown.status_code == 404
    assert foreign.data == unknown.data


def test_why_is_told_to_nobody_else_and_not_before_the_office_has_decided(world: World) -> None:
    anna, boris = world.citizen("anna"), world.citizen("boris")
    case = begun(anna)
    unknown = boris.get("/cases/00000000-0000-4000-8000-000000000000/why")
    foreign = boris.get(case + "/why")
    assert foreign.status_code == unknown.status_code == anna.get(case + "/why").status_code == 404
    assert foreign.data == unknown.data


def test_the_same_start_twice_is_one_case(world: World) -> None:
    anna = world.citizen("anna")
    page = html.fromstring(anna.get("/services/permit").text)
    form = dict(next(each for each in page.forms if each.action == "/cases").form_values())
    assert anna.post("/cases", form).headers["Location"] == "/services/permit#begin"
    form["region"] = "south"
    assert anna.post("/cases", form).headers["Location"] == anna.post("/cases", form).headers["Location"]
    other = anna.post("/cases", form | {"idempotency_key": a_key()})
    assert other.headers["Location"] != anna.post("/cases", form).headers["Location"]
