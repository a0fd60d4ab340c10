"""What the person was told."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import Response

from backend.channel import door
from backend.channel.look import chosen_language
from mobile_api.bodies import Any as Object
from mobile_api.call import call
from mobile_api.people import answer_empty


@call("GET", "/inbox", policy_name="inbox.read", answers={200: Object()})
def messages() -> dict[str, Any]:
    """The person's messages, the newest first."""
    lang = chosen_language()
    return {"unread": door.unread(), "messages": [_message(each, lang) for each in door.inbox()]}


@call("POST", "/inbox/<uuid:message>/read", policy_name="inbox.read", body=Object(), answers={204: None})
def read_message(message: UUID, body: dict[str, Any]) -> Response:
    """The person has opened a message."""
    door.mark_read(message)
    return answer_empty()


def _message(message: Any, lang: str) -> dict[str, Any]:
    subject, text = door.message_words(message, lang)
    return {
        "id": str(message.id),
        "kind": message.kind,
        "case_id": str(message.case_id),
        "created": message.created_at.isoformat(),
        "read": message.read_at.isoformat() if message.read_at else None,
        "subject": subject,
        "text": text,
    }
