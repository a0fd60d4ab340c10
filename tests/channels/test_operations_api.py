"""The operators' API: who may, what is asked for, problems as RFC 9457, ETags, keys, batches, exports."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from lxml import etree

from backend.app import tasks
from backend.app.relay import pump
from backend.app.task_names import CARRY
from mobile_api.call import CALLS
from tests.channels.conftest import Browser, World
from tests.channels.test_fuzz import PROBLEM, bodies
from tests.handoff.conftest import movable

CASES = "/operations/cases"
WHY = "The register was moved."
OPERATIONS = [each for each in CALLS if each.policy == "operations" and each.body is not None]


@pytest.fixture(scope="module")
def olga(world: World) -> Browser:
    """An operator of the south, at the desk."""
    return world.citizen("olga", "desk")


@pytest.fixture(scope="module")
def newer(world: World) -> str:
    """Another version, in which the task confirm is called agree; the first one stays active."""
    files = dict(movable())
    text = files["process.bpmn"]
    for attribute in (b"id", b"sourceRef", b"targetRef"):
        text = text.replace(attribute + b'="confirm"', attribute + b'="agree"')
    files["process.bpmn"] = text
    texts = files["texts/en.yaml"].decode()
    files["texts/en.yaml"] = texts.replace("  confirm:\n    title", "  agree:\n    title").encode()
    version: str = world.errand.packs.deploy(files, "permit")
    world.errand.packs.deploy(movable(), "permit")
    return version


def at_confirm(world: World) -> str:
    """A case whose citizen is to confirm; its id."""
    anna = world.citizen("anna")
    case = anna.start()
    assert anna.submit(case).status_code == 200
    return str(case["case_id"])


def seen(olga: Browser, case: str) -> tuple[str, dict[str, Any]]:
    """The ETag and the case as the engine sees it."""
    found = olga.api("GET", f"{CASES}/{case}")
    assert found.status_code == 200, found.text
    return found.headers["ETag"], found.get_json()


def operate(olga: Browser, case: str, name: str, body: dict[str, Any], **headers: Any) -> Any:
    given = {"If-Match": seen(olga, case)[0]} | headers
    return olga.api("POST", f"{CASES}/{case}/{name}", {"reason": WHY} | body, **given)


def test_only_operators_of_the_region_reach_it(world: World, olga: Browser) -> None:
    case = at_confirm(world)
    assert world.browser("desk").api("GET", CASES).status_code == 401
    assert world.citizen("anna").api("GET", CASES).status_code == 403
    for person in ("xenia", "yusuf", "hanna"):
        desk = world.citizen(person, "desk")
        for path in ("", "/history", "/log", "/export"):
            assert desk.api("GET", f"{CASES}/{case}{path}").status_code == 404, (person, path)
        refused = desk.api("POST", f"{CASES}/{case}/suspend", {"reason": WHY}, **{"If-Match": '"2"'})
        assert refused.status_code == 404 and refused.content_type == PROBLEM
        assert desk.api("GET", "/operations/batches").status_code == 403
    assert case in olga.api("GET", f"{CASES}?which=running").text


def test_suspend_resume_and_cancel_with_etags_and_keys(world: World, olga: Browser) -> None:
    case = at_confirm(world)
    path = f"{CASES}/{case}/suspend"
    assert olga.api("POST", path, {"reason": WHY}).status_code == 428
    stale = olga.api("POST", path, {"reason": WHY}, **{"If-Match": '"1"'})
    assert stale.status_code == 412 and stale.get_json()["current"] == 2
    assert olga.api("POST", path, {"reason": WHY}, **{"If-Match": "*"}).status_code == 400
    assert olga.api("POST", path, {}, **{"If-Match": '"2"'}).status_code == 422
    missing = olga.api("POST", path, {"reason": WHY}, **{"If-Match": '"2"', "Idempotency-Key": None})
    assert missing.status_code == 400
    usual = {"If-Match": '"2"', "Idempotency-Key": "k" * 22}
    done = olga.api("POST", path, {"reason": WHY}, **usual)
    again = olga.api("POST", path, {"reason": WHY}, **usual)
    assert done.status_code == again.status_code == 200 and done.headers["ETag"] == '"3"'
    assert again.headers["Idempotency-Replayed"] == "true" and again.data == done.data
    assert olga.api("POST", path, {"reason": "Other"}, **usual).status_code == 422
    assert seen(olga, case)[1]["suspended"] is True
    assert operate(olga, case, "resume", {}).status_code == 200
    assert operate(olga, case, "cancel", {}).status_code == 200
    over = operate(olga, case, "suspend", {})
    assert over.status_code == 409 and over.get_json()["type"] == "/problems/finished"
    told = olga.api("GET", f"{CASES}/{case}/log").get_json()["log"]
    assert [(one["act"], one["reason"]) for one in told] == [
        ("case.suspend", WHY), ("case.resume", WHY), ("case.cancel", WHY),
    ]  # fmt: skip


def test_modify_moves_and_refuses_with_its_reason(world: World, olga: Browser) -> None:
    case = at_confirm(world)
    done = operate(
        olga, case, "modify", {"move": [{"element": "confirm", "to": "docs", "variables": {"n": 1}}]}
    )
    assert done.status_code == 200, done.text
    assert [one["element"] for one in seen(olga, case)[1]["tokens"]] == ["docs"]
    wrong = operate(olga, case, "modify", {"activate": [{"element": "nowhere"}]})
    assert wrong.status_code == 409 and wrong.get_json()["code"] == "no_element"
    assert operate(olga, case, "retry", {"incident": 9}).get_json()["code"] == "no_incident"


def test_migrate_is_planned_done_and_taken_back(world: World, olga: Browser, newer: str) -> None:
    case = at_confirm(world)
    plan = olga.api("POST", f"{CASES}/{case}/migrate/plan", {"to": newer})
    assert [one["outcome"] for one in plan.get_json()["fates"]] == ["kept", "refused"]
    body = {"to": newer, "mapping": {"confirm": "agree"}}
    assert operate(olga, case, "migrate", body).status_code == 200
    assert seen(olga, case)[1]["pack"] == newer
    lines = olga.api("GET", f"{CASES}/{case}/history").get_json()["lines"]
    assert lines[-1]["what"] == "migrated" and lines[-1]["text"].startswith("migrated")
    then = olga.api("GET", f"{CASES}/{case}?version=2").get_json()
    assert [one["element"] for one in then["tokens"]] == ["confirm"] and then["pack"] != newer
    assert operate(olga, case, "migrate/back", {}).status_code == 200
    assert seen(olga, case)[1]["pack"] == then["pack"]
    assert olga.api("GET", f"{CASES}/{case}?version=99").status_code == 404
    found = olga.api(
        "GET", f"/operations/procedures/permit/mapping?old={then['pack']}&new={newer}"
    ).get_json()
    assert "confirm" not in found["mapping"] and found["mapping"]["pay"] == "pay"
    versions = olga.api("GET", "/operations/procedures/permit/versions").get_json()["versions"]
    assert {one["version"] for one in versions} >= {newer, then["pack"]}


def hand_over_and_work(world: World, batch: str) -> None:
    """What the relay and a worker do with a batch, in this process."""
    pump(world.errand.records, lambda *_: None)
    rows = world.sql("SELECT args, lock FROM procrastinate_jobs WHERE task_name = %s", CARRY)
    mine = [row for row in rows if row["args"] == {"batch": batch}]
    assert [row["lock"] for row in mine] == [f"{batch}/batch"]
    tasks.hands.take(world.errand)
    tasks.batch(**mine[0]["args"])


def test_a_batch_is_begun_read_and_run(world: World, olga: Browser, newer: str) -> None:
    cases = [at_confirm(world) for _ in range(2)]
    now = seen(olga, cases[0])[1]["pack"]
    body = {
        "kind": "migrate", "procedure": "permit", "from_version": now, "to_version": newer, "cases": cases,
        "mapping": {"confirm": "agree"}, "reason": WHY,
    }  # fmt: skip
    begun = olga.api("POST", "/operations/batches", body)
    assert begun.status_code == 202 and begun.get_json()["progress"] == {"waiting": 2}
    path = begun.headers["Location"].removeprefix("/api/v1")
    hand_over_and_work(world, begun.get_json()["batch"])
    done = olga.api("GET", path).get_json()
    assert done["progress"] == {"done": 2} and done["ended"]
    told = olga.api("GET", f"{path}/cases?outcome=done").get_json()["cases"]
    assert sorted(one["case"] for one in told) == sorted(cases)
    assert olga.api("GET", "/operations/batches").get_json()["batches"][0]["batch"] == done["batch"]
    refused = olga.api("POST", "/operations/batches", body | {"to_version": "nowhere"})
    assert refused.status_code == 422 and refused.get_json()["code"] == "no-version"


def test_histories_are_exported(world: World, olga: Browser) -> None:
    case = at_confirm(world)
    ocel = olga.api("GET", f"{CASES}/{case}/export?format=ocel")
    assert ocel.content_type == "application/json" and json.loads(ocel.data)["events"]
    xes = olga.api("GET", "/operations/procedures/permit/export?format=xes")
    assert xes.content_type == "application/xml" and etree.fromstring(xes.data).findall("{*}trace")
    assert olga.api("GET", f"{CASES}/{case}/export?format=pdf").status_code == 422


@pytest.mark.parametrize("call", OPERATIONS, ids=lambda one: one.name)
def test_no_body_breaks_an_operation(world: World, olga: Browser, call: Any) -> None:
    case = at_confirm(world)
    path = call.path.replace("<uuid:case_id>", case)

    @settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck), database=None)
    @given(body=bodies(call))
    def fuzz(body: Any) -> None:
        answer = olga.api(call.method, path, body, **{"If-Match": '"2"'})
        assert answer.status_code < 500, answer.text
        assert answer.status_code < 300 or answer.content_type == PROBLEM

    fuzz()
