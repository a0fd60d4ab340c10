"""Telling open screens that something happened: through Valkey to the `live` process, after the commit, or
not at all.

A lost message is repaired by the numbers: screens see a gap, or the head in the next tick, and fetch.
"""

from __future__ import annotations

from uuid import UUID

import socketio
from redis import Redis, RedisError

SOCKETS = "flask-socketio"  # the channel that Flask-SocketIO listens to; with another name nothing arrives
ENDED = "errand:sessions"


class Live:
    """Says thin events to topics, and that a session is over."""

    def __init__(self, url: str) -> None:
        self._valkey = Redis.from_url(url, socket_timeout=2, socket_connect_timeout=1)
        self._sockets = socketio.RedisManager(url, channel=SOCKETS, write_only=True)

    def tell(self, topic: str, seq: int, type: str, ref: str) -> None:
        """One thin event; no names, no data."""
        event = {"topic": topic, "seq": seq, "type": type, "ref": ref}
        try:
            self._sockets.emit("topic", event, room=topic, namespace="/")
        except Exception:
            return  # screens fetch at the next tick

    def ended(self, session: UUID) -> None:
        """A session is over: its sockets are closed at once, not at the next check."""
        self.tell(f"session:{session}", 0, "session.ended", str(session))
        try:
            self._valkey.publish(ENDED, str(session))
        except RedisError:
            return
