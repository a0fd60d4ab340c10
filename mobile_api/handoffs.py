"""Move a case to another screen."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import Response

from backend.channel import handoffs
from backend.channel.handoffs import Answer
from mobile_api.bodies import Any as Object
from mobile_api.bodies import Claim, Handoff, MakeHandoff, Number, Rotate
from mobile_api.call import answer, call, key
from mobile_api.cases import REPLAYED
from mobile_api.tasks import number

ONE = "/handoffs/<uuid:handoff_id>"
KEYED = ("Idempotency-Key",)


@call(
    "POST",
    "/handoffs",
    policy_name="handoff.create",
    body=MakeHandoff(),
    answers={201: Handoff()},
    headers=KEYED,
)
def make_handoff(body: dict[str, Any]) -> Response:
    """The source offers a task; the answer holds the code to show."""
    made = handoffs.create(body["kind"], body["case_id"], number(body["task_id"]), body["device"], key())
    return told(made)


@call(
    "POST",
    f"{ONE}/rotate",
    policy_name="handoff.source",
    body=Rotate(),
    answers={200: Handoff()},
    headers=KEYED,
)
def rotate_handoff(handoff_id: UUID, body: dict[str, Any]) -> Response:
    """The next code."""
    return told(handoffs.rotate(handoff_id, key(), again=body["again"]))


@call(
    "POST",
    "/handoffs/claim",
    policy_name="handoff.claim",
    body=Claim(),
    answers={201: Handoff()},
    headers=KEYED,
)
def claim_handoff(body: dict[str, Any]) -> Response:
    """A phone binds itself to a code; it is told the place and what will move."""
    return told(handoffs.claim(key(), code=body["code"], user_code=body["user_code"]))


@call(
    "POST",
    f"{ONE}/approve",
    policy_name="handoff.party",
    body=Object(),
    answers={200: Handoff()},
    headers=KEYED,
)
def approve_handoff(handoff_id: UUID, body: dict[str, Any]) -> Response:
    """The phone says yes; the answer holds the number to type at the source."""
    return told(handoffs.approve(handoff_id, key()))


@call(
    "POST",
    f"{ONE}/confirm",
    policy_name="handoff.source",
    body=Number(),
    answers={200: Handoff()},
    headers=KEYED,
)
def confirm_handoff(handoff_id: UUID, body: dict[str, Any]) -> Response:
    """The number was typed at the source."""
    return told(handoffs.confirm(handoff_id, body["number"], key()))


@call(
    "POST",
    f"{ONE}/activate",
    policy_name="handoff.party",
    body=Object(),
    answers={200: Handoff()},
    headers=KEYED,
)
def activate_handoff(handoff_id: UUID, body: dict[str, Any]) -> Response:
    """The phone takes over: its new session comes as a cookie, the source's session is dead."""
    return told(handoffs.activate(handoff_id, key()))


@call(
    "POST",
    f"{ONE}/cancel",
    policy_name="handoff.party",
    body=Object(),
    answers={200: Handoff()},
    headers=KEYED,
)
def cancel_handoff(handoff_id: UUID, body: dict[str, Any]) -> Response:
    """Either side ends it; afterwards the case's person may ("this wasn't me")."""
    return told(handoffs.cancel(handoff_id, key()))


@call("GET", ONE, policy_name="handoff.party", answers={200: Handoff()}, touches=False)
def get_handoff(handoff_id: UUID) -> Response:
    """How it stands, for its parties; never the number."""
    return told(handoffs.get(handoff_id))


def told(done: Answer) -> Response:
    """The answer with its cookies."""
    response = answer(done.body, done.status, REPLAYED if done.replayed else {})
    return handoffs.set_cookies(done, response)
