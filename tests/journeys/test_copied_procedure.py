"""A procedure's folder copied under another name, with one more question and another fee: data, no Python."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest
import yaml
from playwright.sync_api import Browser, Page, expect

from launcher import places
from tests.journeys.stage import GO, Stage, at, log_in, rows
from tests.journeys.steps import find_home
from tests.system import running_system

NAME = "move_and_call"
FEE = 12
QUESTION = {
    "en": "Where may the office call you?",
    "zh-Hans": "可以打哪个电话找您？",
    "ar": "على أي رقم نتصل بك؟",
}
REASON = "You live there now, so we register it."
ANSWER = "0551 23 45 67"


def copied(workflows: Path) -> None:
    """Both folders in `workflows`: the first errand and its copy."""
    shutil.copytree(places.ROOT / "workflows", workflows)
    shutil.copytree(workflows / "move", workflows / NAME)
    shutil.rmtree(workflows / NAME / "examples")
    service = workflows / NAME / "service.yaml"
    text = service.read_text()
    assert text.count("amount: 0") == 1
    service.write_text(text.replace("amount: 0", f"amount: {FEE}"))
    one_more_question(workflows / NAME / "forms" / "check.form")
    for lang, words in QUESTION.items():
        texts = workflows / NAME / "texts" / f"{lang}.yaml"
        known = yaml.safe_load(texts.read_text())
        known["check"]["call_me"] = {"label": words, "required": words}
        known["service"]["title"] += " +"
        texts.write_text(yaml.safe_dump(known, allow_unicode=True))


def one_more_question(path: Path) -> None:
    """A line after the day of the move, before she looks at it again."""
    form: dict[str, Any] = json.loads(path.read_text())
    form["components"].insert(
        -1,
        {
            "type": "textfield",
            "id": "call_me",
            "key": "call_me",
            "label": "check.call_me.label",
            "properties": {"concept": "person.phone"},
            "validate": {"required": True, "maxLength": 40},
        },
    )
    path.write_text(json.dumps(form))


def test_a_copied_folder_runs(browser: Browser, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    copied(tmp_path / "workflows")
    monkeypatch.setenv("ERRAND_WORKFLOWS", str(tmp_path / "workflows"))
    with running_system() as system:
        on = Stage(system, browser)
        phone = on.window("phone")
        case = sent(on, phone)
        decided(on, case)
        phone.goto(f"{system.urls['citizen']}/cases/{case}")
        expect(phone.locator("[data-live-part=case]")).to_contain_text(REASON)
        on.close()
    assert on.faults == []


def sent(on: Stage, phone: Page) -> str:
    """Ivo, who lives alone, says where he may be called."""
    phone.goto(on.system.urls["citizen"])
    expect(phone.locator(".errands a")).to_have_count(2)
    phone.locator(f"a[href='/services/{NAME}']").click()
    assert str(FEE) in " ".join(rows(phone.locator("dl.facts").first).values())
    phone.locator(GO["phone"]).click()
    log_in(phone, "ivo")
    phone.locator(GO["phone"]).click()
    at(phone, "known")
    case = phone.url.rpartition("/cases/")[2].partition("?")[0]
    for left in range(3, 0, -1):
        expect(phone.locator("button[value=use]")).to_have_count(left)
        phone.locator("button[value=use]").first.click()
    phone.locator(GO["phone"]).click()
    at(phone, "where")
    find_home(phone)
    at(phone, "moved_in")
    phone.locator("button[name=moved_in-quick]").first.click()
    at(phone, "call_me")
    phone.locator(GO["phone"]).click()
    expect(phone.locator("[data-error-summary]")).to_be_focused()
    phone.locator("[name=call_me]").fill(ANSWER)
    phone.locator(GO["phone"]).click()
    at(phone, "look_again")
    assert rows(phone.locator(".review"))[QUESTION["en"]].startswith(ANSWER)
    phone.locator(GO["phone"]).click()
    at(phone, "sending")
    phone.locator("[name=declared]").check()
    phone.locator(GO["phone"]).click()
    phone.wait_for_url("**/receipt")
    return case


def decided(on: Stage, case: str) -> None:
    """Xenia sees the new answer and decides."""
    desk = on.window("desk")
    desk.goto(on.system.urls["desk"])
    desk.locator(".table .go").click()
    log_in(desk, "xenia")
    desk.locator(f"[data-row] a[href*='{case}']").click()
    expect(desk.locator("main")).to_contain_text(ANSWER)
    desk.locator("[name=outcome]").first.check()
    desk.locator("[name=reason]").fill(REASON)
    desk.locator(GO["desk"]).first.click()
    expect(desk.locator("main button.go")).to_have_count(0)
