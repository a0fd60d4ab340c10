"""Who listens to what: sockets by session, topics by socket, limits, and leaving when a session is over."""

from __future__ import annotations

import time
from collections import defaultdict, deque
from collections.abc import Mapping
from typing import Any, NamedTuple
from uuid import UUID

import gevent
from flask import Request
from flask_socketio import SocketIO
from redis import Redis, RedisError

from backend.channel import topics
from backend.channel.identity import CHANNELS_OF, SESSION
from backend.channel.limits import Limits
from backend.channel.live import ENDED
from backend.channel.places import CHANNELS, Places
from backend.people import People, TooMany
from backend.people.sessions import SILENT_SECONDS
from backend.rights import Actor

MOST_SOCKETS = 5
MOST_TOPICS = 50
MOST_MESSAGES = 20  # a second
TICK_SECONDS = 15
SILENT_CLOSE_SECONDS = 5
REFUSED = {"error": "not-found"}


class Sees(NamedTuple):
    """What this process reads: nothing of it can change a case."""

    records: Any
    people: People
    limits: Limits
    valkey: Redis


class Socket:
    """One open socket: its session's actor, its topics, when its last messages came."""

    def __init__(self, actor: Actor) -> None:
        self.actor = actor
        self.topics: dict[str, str] = {}
        self.recent: deque[float] = deque(maxlen=MOST_MESSAGES)

    def too_fast(self) -> bool:
        """Whether more messages came within a second than are allowed."""
        now = time.monotonic()
        fast = len(self.recent) == MOST_MESSAGES and now - self.recent[0] < 1
        self.recent.append(now)
        return fast


def sees(environ: Mapping[str, str]) -> Sees:
    """The readers of this process, over the same database and keys as the others."""
    from backend.adapters.postgres.database import Database
    from backend.app.settings import Settings
    from backend.vault import Vault

    settings = Settings.read(environ)
    records, vault = Database(settings.database_url), Vault.at(settings.keys)
    valkey = Redis.from_url(settings.redis_url)
    return Sees(records, People(records, vault), Limits(valkey, records, vault), valkey)


class Rooms:
    """The book-keeping of this process's sockets."""

    def __init__(self, sees: Sees, sockets: SocketIO, places: Places) -> None:
        self._sees = sees
        self._io = sockets
        self._places = places
        self._sockets: dict[str, Socket] = {}
        self._of_session: dict[UUID, set[str]] = defaultdict(set)

    def enter(self, sid: str, request: Request) -> bool:
        """Let a socket in: one of our origins said by the browser, and a live session of that origin."""
        channel = self._channel(request)
        if channel is None:
            return False
        try:
            self._sees.limits.hit(
                "socket.address", f"{request.remote_addr}:{request.cookies.get(SESSION, '')[:8]}"
            )
        except TooMany:
            return False
        actor = self._sees.people.sessions.resolve(request.cookies.get(SESSION, ""), touch=False)
        if actor is None or actor.session is None or actor.channel not in CHANNELS_OF[channel]:
            return False
        if len(self._of_session[actor.session]) >= MOST_SOCKETS:
            return False
        self._sockets[sid] = Socket(actor)
        self._of_session[actor.session].add(sid)
        return True

    def leave(self, sid: str) -> None:
        """A socket is gone."""
        socket = self._sockets.pop(sid, None)
        if socket is None or socket.actor.session is None:
            return
        self._of_session[socket.actor.session].discard(sid)
        if not self._of_session[socket.actor.session]:
            del self._of_session[socket.actor.session]

    def subscribe(self, sid: str, wanted: Any) -> dict[str, Any]:
        """Listen to a topic from a number on; the answer tells what was missed, or `reset`."""
        socket, topic = self._asked(sid, wanted)
        if socket is None or topic is None:
            return REFUSED
        after = wanted.get("last_seq", 0)
        if not isinstance(after, int) or isinstance(after, bool) or after < 0:
            return REFUSED
        if topic not in socket.topics and len(socket.topics) >= MOST_TOPICS:
            return {"error": "too-many-topics"}
        try:
            room = topics.room(socket.actor, topic)
            self._io.server.enter_room(sid, room, namespace="/")
            told = topics.since(self._sees, socket.actor, topic, after)
        except Exception as refused:
            self._io.server.leave_room(sid, topic, namespace="/")
            return REFUSED if getattr(refused, "status", 500) == 404 else {"error": "unavailable"}
        socket.topics[topic] = room
        self._tell_missed(sid, told)
        return told

    def _tell_missed(self, sid: str, told: dict[str, Any]) -> None:
        """What came between the page and its socket, as if it came now."""
        for event in told["events"]:
            self._io.server.emit("topic", event, to=sid, namespace="/", ignore_queue=True)
        if told.get("reset"):
            reset = {"topic": told["topic"], "head": told["head"]}
            self._io.server.emit("reset", reset, to=sid, namespace="/", ignore_queue=True)

    def unsubscribe(self, sid: str, wanted: Any) -> dict[str, Any]:
        """Listen no more."""
        socket, topic = self._asked(sid, wanted)
        if socket is None or topic not in socket.topics:
            return REFUSED
        self._io.server.leave_room(sid, socket.topics.pop(topic), namespace="/")
        return {"topic": topic}

    def watch(self) -> None:
        """Start what runs beside the sockets: ends of sessions, ticks, closing of the silent."""
        gevent.spawn(self._hear_ends)
        gevent.spawn(self._tick)
        self._io.server.eio.on("connect", self._greeted(self._io.server.eio.handlers["connect"]))

    def _channel(self, request: Request) -> str | None:
        """The channel of the Origin header; a browser always says one, so none is refused."""
        origin = request.headers.get("Origin")
        return next((name for name in CHANNELS if self._places.origin(name) == origin), None)

    def _asked(self, sid: str, wanted: Any) -> tuple[Socket | None, str | None]:
        socket = self._sockets.get(sid)
        if socket is None or socket.too_fast():
            self._io.server.disconnect(sid, namespace="/")
            return None, None
        topic = wanted.get("topic") if isinstance(wanted, dict) else None
        return socket, topic if isinstance(topic, str) and len(topic) <= 80 else None

    def _greeted(self, handler: Any) -> Any:
        """A connection that says nothing within seconds is closed."""

        def connected(eio_sid: str, environ: dict[str, Any]) -> Any:
            gevent.spawn_later(SILENT_CLOSE_SECONDS, self._close_silent, eio_sid)
            return handler(eio_sid, environ)

        return connected

    def _close_silent(self, eio_sid: str) -> None:
        if self._io.server.manager.sid_from_eio_sid(eio_sid, "/") is None:
            self._io.server.eio.disconnect(eio_sid)

    def _hear_ends(self) -> None:
        """Close the sockets of sessions that are over, as soon as it is said."""
        while True:
            try:
                with self._sees.valkey.pubsub(ignore_subscribe_messages=True) as hearing:  # type: ignore[no-untyped-call]
                    hearing.subscribe(ENDED)
                    for message in hearing.listen():
                        self._end(UUID(message["data"].decode()))
            except (RedisError, ValueError):
                gevent.sleep(1)

    def _end(self, session: UUID) -> None:
        gevent.sleep(0.2)  # the event that says so is on its way to the same sockets
        for sid in list(self._of_session.get(session, ())):
            self._io.server.disconnect(sid, namespace="/")

    def _tick(self) -> None:
        """Every 15 s: sessions checked again (Valkey may have lost an end), and every topic's head told."""
        while True:
            gevent.sleep(TICK_SECONDS)
            try:
                self._check()
                self._tell_heads()
            except Exception as error:
                from backend.channel import logs

                logs.log.warning("tick-failed", error=type(error).__name__)

    def _check(self) -> None:
        rows = self._sees.records.rows(
            "live.standing", ids=list(self._of_session), silent_seconds=SILENT_SECONDS
        )
        stamps = {row["id"]: row["stamp"] for row in rows}
        for sid, socket in list(self._sockets.items()):
            if socket.actor.session is None or stamps.get(socket.actor.session) != socket.actor.stamp:
                self._io.server.disconnect(sid, namespace="/")

    def _tell_heads(self) -> None:
        for kind, query in (("case", "live.heads_of_cases"), ("handoff", "live.heads_of_handoffs")):
            listened = {topic for socket in self._sockets.values() for topic in socket.topics}
            ids = [UUID(topic.partition(":")[2]) for topic in listened if topic.startswith(f"{kind}:")]
            for row in self._sees.records.rows(query, ids=ids) if ids else ():
                topic = f"{kind}:{row['id']}"
                self._io.server.manager.emit(
                    "tick",
                    {"topic": topic, "head": row["head"]},
                    namespace="/",
                    room=topic,
                    ignore_queue=True,
                )
