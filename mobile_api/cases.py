"""Begin, list and read cases; hold one at this screen."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import Response

from backend.channel import door
from mobile_api import views
from mobile_api.bodies import Any as Object
from mobile_api.bodies import CaseAnswer, CaseList, Changed, Start, TakeLease
from mobile_api.call import answer, call, fingerprint, key, lease

REPLAYED = {"Idempotency-Replayed": "true"}


@call(
    "POST",
    "/cases",
    policy_name="case.start",
    body=Start(),
    answers={201: Changed()},
    headers=("Idempotency-Key",),
)
def start_case(body: dict[str, Any]) -> Response:
    """Begin a case of a procedure."""
    done = door.start(body["procedure"], region=body["region"], key=key(), fingerprint=fingerprint(body))
    headers = {"Location": f"/api/v1/cases/{done.case}"} | (REPLAYED if done.replayed else {})
    return answer(views.changed(done), 201, headers)


@call("GET", "/cases", policy_name="case.list", answers={200: CaseList()})
def list_cases() -> dict[str, Any]:
    """The person's own cases, the newest first."""
    return {"cases": [views.case(each, brief=True) for each in door.mine()]}


@call("GET", "/cases/<uuid:case_id>", policy_name="case.read", answers={200: CaseAnswer()})
def get_case(case_id: UUID) -> dict[str, Any]:
    """One case with its open tasks and what it waits for."""
    return views.case(door.case(case_id))


@call("GET", "/cases/<uuid:case_id>/history", policy_name="case.history", answers={200: Object()})
def get_history(case_id: UUID) -> dict[str, Any]:
    """What happened in a case."""
    rows = door.history(case_id)
    return {
        "events": [
            {"at": row.at.isoformat(), "version": row.version, "type": row.type, "element": row.element,
             "actor": row.actor_kind, "channel": row.channel}
            for row in rows
        ]
    }  # fmt: skip


@call(
    "POST", "/cases/<uuid:case_id>/lease", policy_name="lease.take", body=TakeLease(),
    answers={200: Changed()}, headers=("Idempotency-Key",),
)  # fmt: skip
def take_lease(case_id: UUID, body: dict[str, Any]) -> dict[str, Any]:
    """Go on with a case at this screen."""
    return views.changed(door.take_lease(case_id, force=body["force"], key=key()))


@call(
    "POST", "/cases/<uuid:case_id>/lease/renew", policy_name="lease.take", body=Object(),
    answers={200: Changed()}, headers=("Errand-Lease",), touches=False,
)  # fmt: skip
def renew_lease(case_id: UUID, body: dict[str, Any]) -> dict[str, Any]:
    """This screen is still there."""
    return views.changed(door.renew_lease(case_id, lease()))
