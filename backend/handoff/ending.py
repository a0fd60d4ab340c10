"""How a handoff is seen and how it ends."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from backend.handoff.answers import Answer, Caller
from backend.handoff.codes import MOST_EPOCHS
from backend.handoff.errors import HandoffEnded, NotFound
from backend.handoff.machine import machine
from backend.handoff.tools import Row, Tools, found, is_claimant, is_party, is_receiver, is_source
from backend.handoff.wording import peer_text, scope_text
from backend.people import SessionOver


def view(tools: Tools, handoff: UUID, caller: Caller) -> Answer:
    """The handoff as its party may see it; never the number. An ended one gives 410 with the reason."""
    row = _in_force(tools, found(tools, handoff))
    if not is_party(row, caller):
        raise NotFound
    if machine().final(row["state"]):
        raise HandoffEnded(row["end_reason"] or row["state"].lower())
    body: dict[str, Any] = {
        "id": str(row["id"]),
        "kind": row["kind"],
        "state": row["state"],
        "seq": row["seq"],
        "expires_at": row["expires_at"].isoformat(),
    }
    if is_source(row, caller):
        body["peer"] = peer_text(row["peer"], caller.lang) if row["peer"] else ""
        body["rotations_left"] = MOST_EPOCHS - 1 - row["epoch"]
        body["code_expires_at"] = _text(row["code_expires_at"])
    else:
        body["place"] = {"hall": row["hall"], "kiosk": row["kiosk"]}
        body["procedure"] = row["procedure"]
        body["scope_text"] = scope_text(row["kind"], caller.lang)
    if row["number_expires_at"] is not None:
        body["number_expires_at"] = _text(row["number_expires_at"])
    return Answer(status=200, body=body)


def cancel(tools: Tools, handoff: UUID, caller: Caller) -> Answer:
    """Either side ends it before it is in force; afterwards the case's own person does ("this wasn't
    me")."""
    row = _in_force(tools, found(tools, handoff))
    owner = _is_subject(tools, row, caller)
    if not (is_party(row, caller) or owner):
        raise NotFound
    if machine().final(row["state"]):
        raise HandoffEnded(row["end_reason"] or row["state"].lower())
    by = "claimant" if is_claimant(row, caller) else "source"
    if row["state"] in machine().sources("cancel", by) and (
        is_source(row, caller) or is_claimant(row, caller)
    ):
        return _ended(tools, row, "cancel", "cancelled")
    if row["state"] in machine().sources("revoke") and (owner or is_receiver(row, caller)):
        tools.people.sessions.end(row["receiver_session"], "revoked")
        return _ended(tools, row, "revoke", "revoked")
    raise NotFound


def _ended(tools: Tools, row: Row, event: str, reason: str) -> Answer:
    done = tools.records.row(
        "handoff.finish",
        id=row["id"],
        to=machine().to(event),
        reason=reason,
        **{"from": machine().sources(event)},
    )
    if done is None:
        raise HandoffEnded(found(tools, row["id"])["end_reason"] or reason)
    tools.event(done, f"handoff.{reason}")
    return Answer(
        status=200, body={"id": str(row["id"]), "state": done["state"], "seq": done["seq"]}, drop_claim=True
    )


def _in_force(tools: Tools, row: Row) -> Row:
    """An active handoff is over when the session that came of it is."""
    if row["state"] not in machine().sources("revoke") or row["receiver_session"] is None:
        return row
    if tools.people.sessions.live(row["receiver_session"]) is not None:
        return row
    done = tools.records.row(
        "handoff.finish", id=row["id"], to=machine().to("complete"), reason="completed",
        **{"from": machine().sources("complete")},
    )  # fmt: skip
    return done or found(tools, row["id"])


def _is_subject(tools: Tools, row: Row, caller: Caller) -> bool:
    """The person whom the moved case is about, logged in anywhere."""
    actor = caller.actor
    if actor is None or actor.kind != "citizen" or actor.level != "L2" or row["case_id"] is None:
        return False
    try:
        subject = tools.cases.read.case(actor, row["case_id"]).subject
    except SessionOver:
        raise
    except Exception as error:
        if getattr(error, "status", None) == 404:
            return False
        raise
    return str(subject) == actor.id


def _text(at: Any) -> str | None:
    return None if at is None else at.isoformat()
