"""Read a task, keep a draft, submit."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import Response, request

from backend.channel import door
from backend.channel.problem import NotFound
from mobile_api import views
from mobile_api.bodies import Changed, Draft, Submission, TaskAnswer
from mobile_api.call import KEY, answer, call, fingerprint, key, lease, revision
from mobile_api.cases import REPLAYED

TASK = "/cases/<uuid:case_id>/tasks/<task_id>"
WRITE = ("If-Match", "Errand-Lease", "Idempotency-Key")


@call("GET", TASK, policy_name="task.read", answers={200: TaskAnswer()})
def get_task(case_id: UUID, task_id: str) -> Response:
    """A task with its form and draft; the ETag is its revision."""
    view = door.task(case_id, number(task_id))
    return answer(views.task(view), headers={"ETag": f'"{view.revision}"'})


@call("PATCH", TASK, policy_name="task.edit", body=Draft(), answers={200: Changed()}, headers=WRITE)
def save_task(case_id: UUID, task_id: str, body: dict[str, Any]) -> Response:
    """Keep answers that are not submitted yet: a new revision, nothing else. A key is not needed here."""
    given = request.headers.get("Idempotency-Key", "")
    answers = _with_hidden(case_id, number(task_id), body["answers"])
    done = door.save(
        case_id, number(task_id), answers, page=body["page"],
        key=given if KEY.match(given) else "", revision=revision(), lease=lease(),
    )  # fmt: skip
    return answer(views.changed(done), headers={"ETag": f'"{done.revision}"'})


@call(
    "POST",
    f"{TASK}/submit",
    policy_name="task.submit",
    body=Submission(),
    answers={200: Changed()},
    headers=WRITE,
)
def submit_task(case_id: UUID, task_id: str, body: dict[str, Any]) -> Response:
    """Finish a task. The same key gives the same answer, also after the lease has moved on."""
    done = door.submit(
        case_id, number(task_id), body["answers"],
        key=key(), revision=revision(), lease=lease(), fingerprint=fingerprint(body),
    )  # fmt: skip
    headers = {"ETag": f'"{done.revision}"'} | (REPLAYED if done.replayed else {})
    return answer(views.changed(done), headers=headers)


def _with_hidden(case_id: UUID, task: int, answers: dict[str, Any]) -> dict[str, Any]:
    """What a moved session was not shown, it does not lose by saving."""
    if door.actor().grant is None:
        return answers
    view = door.task(case_id, task)
    hidden = views.hidden_answers(view)
    return {name: value for name, value in view.draft.items() if name in hidden} | answers


def number(text: str) -> int:
    """A task's number; whatever is none, is no task."""
    if not (text.isascii() and text.isdigit() and len(text) < 19):
        raise NotFound
    return int(text)
