"""Who I am, where I am logged in, and ending that."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import Response

from backend.channel import door, identity
from backend.channel.problem import NotFound
from mobile_api.bodies import Any as Object
from mobile_api.call import answer, call


@call("GET", "/sessions/self", policy_name="session", answers={200: Object()}, touches=False)
def this_session() -> dict[str, Any]:
    """What this session is."""
    actor = door.actor()
    return {
        "id": str(actor.session),
        "kind": actor.kind,
        "channel": actor.channel,
        "level": actor.level,
        "auth_time": actor.auth_time.isoformat() if actor.auth_time else None,
        "lang": actor.lang,
        "case_id": str(actor.grant.case) if actor.grant else None,
    }


@call("POST", "/sessions/self/keep", policy_name="session", body=Object(), answers={200: Object()})
def keep_session(body: dict[str, Any]) -> dict[str, Any]:
    """The person is still there ("I need more time")."""
    session = door.actor().session
    if session is None or not door.errand().people.sessions.touch(session):
        raise NotFound
    return {"kept": True}


@call("DELETE", "/sessions/self", policy_name="session", answers={204: None}, touches=False)
def end_session() -> Response:
    """Log out: the session and all that was granted from it are over; the browser forgets this origin."""
    return identity.log_out(Response(status=204))


@call("GET", "/sessions", policy_name="person", answers={200: Object()})
def list_sessions() -> dict[str, Any]:
    """Where this person is logged in."""
    actor = door.actor()
    rows = door.errand().people.sessions.of_person(UUID(actor.id))
    return {
        "sessions": [
            {"id": str(row["id"]), "channel": row["channel"], "created": row["created"].isoformat(),
             "last_seen": row["last_seen"].isoformat(), "this": row["id"] == actor.session}
            for row in rows
        ]
    }  # fmt: skip


@call("DELETE", "/sessions/<uuid:session_id>", policy_name="person", answers={204: None})
def end_other_session(session_id: UUID) -> Response:
    """End one of the person's own sessions."""
    if not door.errand().people.sessions.end_own(UUID(door.actor().id), session_id):
        raise NotFound
    return answer_empty()


def answer_empty() -> Response:
    """204."""
    done = answer(None, 204)
    done.data = b""
    return done
