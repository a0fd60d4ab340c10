"""For operators: cases as the engine sees them, what they do to them, migrations of many, exports."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import Response

from backend.channel import door
from backend.channel import operations as operating
from mobile_api import views
from mobile_api.bodies import Any as Object
from mobile_api.bodies import Changed
from mobile_api.call import answer, call, fingerprint, key, seen_version
from mobile_api.cases import REPLAYED
from mobile_api.operation_bodies import (
    AtVersion,
    Batch,
    Export,
    Listed,
    Migration,
    MigrationPlan,
    Modification,
    Outcomes,
    Reason,
    Repair,
    Two,
)  # fmt: skip

HEAD = "/operations/cases/<uuid:case_id>"
PROCEDURE = "/operations/procedures/<procedure>"
BATCH = "/operations/batches/<uuid:batch_id>"
WRITE = ("If-Match", "Idempotency-Key")
MEDIA = {"ocel": "application/json", "xes": "application/xml"}
RIGHT = "operations"


def _operated(name: str, case: UUID, body: dict[str, Any]) -> Response:
    """An operation's answer: what became of it, and the case's new version as ETag."""
    done = operating.operate(
        name, case, body, key=key(), version=seen_version(), fingerprint=fingerprint(body)
    )
    headers = {"ETag": f'"{done.version}"'} | (REPLAYED if done.replayed else {})
    return answer(views.changed(done), headers=headers)


@call("GET", "/operations/cases", policy_name=RIGHT, query=Listed(), answers={200: Object()})
def list_operated(query: dict[str, Any]) -> dict[str, Any]:
    """The cases that the operator looks after: stuck, running or all."""
    return {"cases": [views.plain(each) for each in door.operated(query["which"])]}


@call("GET", HEAD, policy_name=RIGHT, query=AtVersion(), answers={200: Object()})
def get_operated(case_id: UUID, query: dict[str, Any]) -> Response:
    """A case as the engine sees it, now or after one of its versions; the ETag is its version."""
    seen = door.machine(case_id, query["version"])
    return answer(views.plain(seen), headers={"ETag": f'"{seen.latest}"'})


@call("GET", f"{HEAD}/history", policy_name=RIGHT, answers={200: Object()})
def get_operated_history(case_id: UUID) -> dict[str, Any]:
    """What happened in the engine, command by command, without values or persons."""
    lines = operating.history(case_id)
    return {"lines": [{**views.plain(each), "text": each.text} for each in lines]}


@call("GET", f"{HEAD}/log", policy_name=RIGHT, answers={200: Object()})
def get_operations_log(case_id: UUID) -> dict[str, Any]:
    """What operators did to the case, and why."""
    return {"log": [views.plain(each) for each in operating.log(case_id)]}


@call("GET", f"{HEAD}/export", policy_name=RIGHT, query=Export(), answers={200: Object()})
def export_case(case_id: UUID, query: dict[str, Any]) -> Response:
    """The case's history as OCEL 2.0 or XES."""
    return Response(operating.export(case_id, query["format"]), content_type=MEDIA[query["format"]])


@call("POST", f"{HEAD}/retry", policy_name=RIGHT, body=Repair(), answers={200: Changed()}, headers=WRITE)
def retry_incident(case_id: UUID, body: dict[str, Any]) -> Response:
    """The cause of an incident is removed: try again there."""
    return _operated("retry", case_id, body)


@call("POST", f"{HEAD}/suspend", policy_name=RIGHT, body=Reason(), answers={200: Changed()}, headers=WRITE)
def suspend_case(case_id: UUID, body: dict[str, Any]) -> Response:
    """Let nothing move in the case."""
    return _operated("suspend", case_id, body)


@call("POST", f"{HEAD}/resume", policy_name=RIGHT, body=Reason(), answers={200: Changed()}, headers=WRITE)
def resume_case(case_id: UUID, body: dict[str, Any]) -> Response:
    """End a suspension."""
    return _operated("resume", case_id, body)


@call("POST", f"{HEAD}/cancel", policy_name=RIGHT, body=Reason(), answers={200: Changed()}, headers=WRITE)
def cancel_case(case_id: UUID, body: dict[str, Any]) -> Response:
    """End the case as terminated."""
    return _operated("cancel", case_id, body)


@call(
    "POST", f"{HEAD}/modify", policy_name=RIGHT, body=Modification(), answers={200: Changed()}, headers=WRITE
)
def modify_case(case_id: UUID, body: dict[str, Any]) -> Response:
    """Add, end and move tokens, all or nothing."""
    return _operated("modify", case_id, body)


@call("POST", f"{HEAD}/migrate", policy_name=RIGHT, body=Migration(), answers={200: Changed()}, headers=WRITE)
def migrate_case(case_id: UUID, body: dict[str, Any]) -> Response:
    """Carry the case over to another deployed version of its procedure."""
    return _operated("migrate", case_id, body)


@call("POST", f"{HEAD}/migrate/plan", policy_name=RIGHT, body=MigrationPlan(), answers={200: Object()})
def plan_case_migration(case_id: UUID, body: dict[str, Any]) -> dict[str, Any]:
    """What a migration would do to each token; nothing is changed."""
    return {"fates": [views.plain(each) for each in operating.plan(case_id, body["to"], body["mapping"])]}


@call(
    "POST", f"{HEAD}/migrate/back", policy_name=RIGHT, body=Reason(), answers={200: Changed()}, headers=WRITE
)
def migrate_case_back(case_id: UUID, body: dict[str, Any]) -> Response:
    """Undo the migration that was the case's last change."""
    return _operated("migrate_back", case_id, body)


@call("GET", f"{PROCEDURE}/versions", policy_name=RIGHT, answers={200: Object()})
def list_versions(procedure: str) -> dict[str, Any]:
    """The deployed versions of a procedure, the latest first, with the running cases of the region."""
    return {"versions": [views.plain(each) for each in operating.versions(procedure)]}


@call("GET", f"{PROCEDURE}/mapping", policy_name=RIGHT, query=Two(), answers={200: Object()})
def get_mapping(procedure: str, query: dict[str, Any]) -> dict[str, Any]:
    """Which elements of two versions are the same by id, kind and place."""
    return {"mapping": operating.mapping(procedure, query["old"], query["new"])}


@call("GET", f"{PROCEDURE}/export", policy_name=RIGHT, query=Export(), answers={200: Object()})
def export_procedure(procedure: str, query: dict[str, Any]) -> Response:
    """The histories of the region's cases of a procedure as OCEL 2.0 or XES."""
    return Response(operating.export_all(procedure, query["format"]), content_type=MEDIA[query["format"]])


@call(
    "POST", "/operations/batches", policy_name=RIGHT, body=Batch(), answers={202: Object()},
    headers=("Idempotency-Key",),
)  # fmt: skip
def begin_batch(body: dict[str, Any]) -> Response:
    """Plan, migrate or take back many cases; the worker carries it out."""
    made = operating.begin_batch(body, key())
    return answer(views.plain(made), 202, {"Location": f"/api/v1/operations/batches/{made.batch}"})


@call("GET", "/operations/batches", policy_name=RIGHT, answers={200: Object()})
def list_batches() -> dict[str, Any]:
    """The batches of the region, the latest first."""
    return {"batches": [views.plain(each) for each in operating.batches()]}


@call("GET", BATCH, policy_name=RIGHT, answers={200: Object()})
def get_batch(batch_id: UUID) -> dict[str, Any]:
    """A batch and how many of its cases came to what."""
    found: dict[str, Any] = views.plain(operating.batch(batch_id))
    return found


@call("GET", f"{BATCH}/cases", policy_name=RIGHT, query=Outcomes(), answers={200: Object()})
def list_batch_cases(batch_id: UUID, query: dict[str, Any]) -> dict[str, Any]:
    """What became of a batch's cases."""
    return {"cases": [views.plain(each) for each in operating.batch_cases(batch_id, query["outcome"])]}
