"""Live events for who has no socket: the same topics, policy and numbers."""

from __future__ import annotations

from typing import Any

from backend.channel import topics
from backend.channel.door import actor, errand
from mobile_api.bodies import Any as Object
from mobile_api.bodies import Since
from mobile_api.call import call


@call("GET", "/events", policy_name="events.read", query=Since(), answers={200: Object()}, touches=False)
def events(query: dict[str, Any]) -> dict[str, Any]:
    """What happened in a topic after a number: events, or `reset` when there is more than can be told."""
    return topics.since(errand(), actor(), query["topic"], query["after"])
