"""Waking a person's phone."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import Response

from backend.channel import door
from backend.channel.problem import NotFound
from mobile_api.bodies import Any as Object
from mobile_api.bodies import Echo, Subscription
from mobile_api.call import answer, call
from mobile_api.people import answer_empty


@call("GET", "/push-subscriptions/key", policy_name="public", answers={200: Object()}, touches=False)
def push_key() -> dict[str, Any]:
    """The server's public key (VAPID)."""
    return {"key": door.errand().vapid_public}


@call(
    "POST", "/push-subscriptions", policy_name="push.subscribe", body=Subscription(), answers={201: Object()}
)
def subscribe(body: dict[str, Any]) -> Response:
    """Wake this browser when something happens; 202 if the endpoint must first prove that it is hers."""
    found, live = door.push_subscribe(body["endpoint"], body["keys"])
    return answer({"id": str(found), "live": live}, 201 if live else 202)


@call("POST", "/push-subscriptions/<uuid:subscription>/echo", policy_name="push.subscribe", body=Echo(),
      answers={200: Object()})  # fmt: skip
def echo(subscription: UUID, body: dict[str, Any]) -> dict[str, Any]:
    """The challenge that came by push."""
    if not door.errand().push.echo(UUID(door.actor().id), subscription, body["challenge"]):
        raise NotFound
    return {"id": str(subscription), "live": True}


@call("DELETE", "/push-subscriptions/<uuid:subscription>", policy_name="push.subscribe", answers={204: None})
def unsubscribe(subscription: UUID) -> Response:
    """Wake this browser no more."""
    if not door.errand().push.unsubscribe(UUID(door.actor().id), subscription):
        raise NotFound
    return answer_empty()
