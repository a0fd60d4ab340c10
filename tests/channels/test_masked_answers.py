"""A moved session before its login sees what its person typed, and nothing that names a registry's fact."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import Any

from backend.procedures import load_folder
from mobile_api.views import hidden_answers
from tests.channels.conftest import World
from tests.channels.test_handoff_api import moved

MOVE = Path(__file__).resolve().parents[2] / "workflows" / "move"


def a_task(*, masked: bool) -> Any:
    return SimpleNamespace(masked=masked, form=load_folder(MOVE).forms["check"])


def test_answers_that_stand_beside_a_fact_or_speak_of_one_are_hidden() -> None:
    hidden = hidden_answers(a_task(masked=True))
    assert {"moves", "own_address", "pop_household"} <= hidden, (
        "who moves along names members of the household"
    )
    assert not hidden & {"new_address", "new_address_text", "moved_in"}, "what she typed stays"
    assert hidden_answers(a_task(masked=False)) == frozenset()


def test_saving_without_what_was_hidden_loses_none_of_it(world: World, monkeypatch: Any) -> None:
    _, phone, case, _ = moved(world)
    path = f"/cases/{case['case_id']}/tasks/{case['task_id']}"
    task = phone.api("GET", path).get_json()
    write = {"If-Match": f'"{task["revision"]}"', "Errand-Lease": str(task["lease"])}
    first = phone.api("PATCH", path, {"answers": {"field_00": "kept", "field_01": "old"}}, **write)
    assert first.status_code == 200
    monkeypatch.setattr("mobile_api.views.hidden_answers", lambda view: frozenset({"field_00"}))
    assert phone.api("GET", path).get_json()["draft"] == {"field_01": "old"}
    write["If-Match"] = first.headers["ETag"]
    assert phone.api("PATCH", path, {"answers": {"field_01": "new"}}, **write).status_code == 200
    monkeypatch.undo()
    assert phone.api("GET", path).get_json()["draft"] == {"field_00": "kept", "field_01": "new"}
