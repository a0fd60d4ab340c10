"""Sessions: a random token in a cookie, its hash in the database, and what it may do.

A session keeps its id for life. Its token and its stamp change together whenever what it may do changes
(login, activation), in one row update: the old token is dead at once, a write that began under the old
stamp loses when its transaction compares the stamp, and a lease, which names the session's id, goes along
without being touched.
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any, NamedTuple
from uuid import UUID, uuid4

from msgspec import Struct

from backend.cases.records import Extra, Records
from backend.people.errors import SessionOver
from backend.people.gathering import Gathering
from backend.rights import Actor, Grant

TOKEN_BYTES = 32
SILENT_SECONDS = 90  # three heartbeats of 30 s missed: the device is suspect, its sessions are over
FRESH = timedelta(minutes=5)


class Lifetime(NamedTuple):
    """Seconds: without a sign of life, and in all."""

    idle: int
    absolute: int


LIFETIMES = {
    "kiosk": Lifetime(80, 20 * 60),
    "web": Lifetime(15 * 60, 8 * 3600),
    "phone": Lifetime(15 * 60, 8 * 3600),
    "desk": Lifetime(15 * 60, 10 * 3600),
    "api": Lifetime(15 * 60, 8 * 3600),
}


class Opening(Struct, frozen=True, kw_only=True):
    """What a new session is: who, where, until when (its channel's lifetime) and from which grant."""

    channel: str
    kind: str = "anonymous"
    person: UUID | None = None
    level: str = "L0"
    auth_time: datetime | None = None
    roles: frozenset[str] = frozenset()
    department: str = ""
    region: str = ""
    device: UUID | None = None
    grant: Grant | None = None
    parent: UUID | None = None
    lang: str = "en"


class Opened(NamedTuple):
    """A session before it is stored: its secret, its id, and the write that makes it."""

    token: str
    id: UUID
    extra: Extra


def _not_heard(_session: UUID) -> None:
    return None


class Sessions:
    """Opens, finds, changes and ends sessions. `ended` is called after a session is over (sockets are
    closed)."""

    def __init__(self, records: Records, ended: Callable[[UUID], None] = _not_heard) -> None:
        self._records = records
        self._hearers = [ended]
        self._by_token = Gathering(self._read)

    def when_ended(self, hearer: Callable[[UUID], None]) -> None:
        """Tell this one too of every session that is over (its push subscription goes with it)."""
        self._hearers.append(hearer)

    def resolve(self, token: str, *, touch: bool = True) -> Actor | None:
        """The actor of a live token, or None. `touch=False` for requests that no person made (polls)."""
        if not 20 <= len(token) <= 100:
            return None
        row = self._by_token(hash_of(token))
        if row is None:
            return None
        if touch and row["stale"]:
            self._records.run("people.session_touch", id=row["id"])
        return actor_of(row)

    def _read(self, hashes: list[bytes]) -> dict[bytes, dict[str, Any]]:
        rows = self._records.rows(
            "people.sessions_by_token", token_hashes=hashes, silent_seconds=SILENT_SECONDS
        )
        return {row["token_hash"]: row for row in rows}

    def live(self, session: UUID) -> Actor | None:
        """The actor of a session that still lives; for its partner in a handoff, not for a request's
        credential."""
        row = self._records.row("people.session_by_id", id=session, silent_seconds=SILENT_SECONDS)
        return None if row is None else actor_of(row)

    def open(self, opening: Opening) -> tuple[str, Actor]:
        """A new session and its token, which exists nowhere else."""
        opened = self.prepare(opening)
        self._records.run(opened.extra.query, **opened.extra.params)
        actor = self.live(opened.id)
        if actor is None:
            raise SessionOver
        return opened.token, actor

    def prepare(self, opening: Opening) -> Opened:
        """A session that becomes true when its write is run, by `open` or inside a case's change."""
        token, session = secrets.token_urlsafe(TOKEN_BYTES), uuid4()
        life = LIFETIMES[opening.channel]
        params = {
            "id": session,
            "token_hash": hash_of(token),
            "channel": opening.channel,
            "device": opening.device,
            "parent": opening.parent,
            "lang": opening.lang,
            "idle": life.idle,
            "absolute_seconds": life.absolute,
            **_standing(opening),
        }
        return Opened(token, session, Extra(query="people.session_open", params=params))

    def rotate(self, actor: Actor, **changes: Any) -> tuple[str, Actor]:
        """The same session with another token; `changes` are fields of Opening. Raises SessionOver."""
        token, extra = self.prepare_rotation(actor, **changes)
        if self._records.run(extra.query, **extra.params) != 1:
            raise SessionOver
        found = self.resolve(token, touch=False)
        if found is None:
            raise SessionOver
        return token, found

    def prepare_rotation(self, actor: Actor, **changes: Any) -> tuple[str, Extra]:
        """A rotation that becomes true when its write is run; 0 rows mean that the session is over or
        changed."""
        token = secrets.token_urlsafe(TOKEN_BYTES)
        now = {
            "kind": actor.kind,
            "person": UUID(actor.id) if actor.kind in {"citizen", "staff"} else None,
            "level": actor.level,
            "auth_time": actor.auth_time,
            "roles": actor.roles,
            "department": actor.department,
            "region": actor.region,
            "grant": actor.grant,
        } | changes
        wanted = Opening(channel=actor.channel, **now)
        params = {"id": actor.session, "stamp": actor.stamp, "token_hash": hash_of(token)}
        return token, Extra(query="people.session_rotate", params=params | _standing(wanted))

    def wait(self, session: UUID, seconds: int) -> None:
        """Silence is no absence for so long: the person logs in elsewhere or looks at another screen."""
        self._records.run("people.session_wait", id=session, seconds=seconds)

    def touch(self, session: UUID) -> bool:
        """The person is there; False if the session is over."""
        return self._records.run("people.session_touch", id=session) == 1

    def speak(self, actor: Actor, lang: str) -> None:
        """Remember the language that the person chose."""
        if actor.session is not None:
            self._records.run("people.session_lang", id=actor.session, lang=lang)

    def end(self, session: UUID, reason: str) -> bool:
        """End a session and all that was granted from it, before the answer is sent. True if it lived."""
        rows = self._records.rows("people.session_end", id=session, reason=reason)
        for row in rows:
            self._ended(row["id"])
        return bool(rows)

    def extra_end(self, session: UUID, reason: str) -> Extra:
        """The write that ends exactly one live session inside a case's change; call `gone` after its
        commit."""
        return Extra(query="people.session_end_one", params={"id": session, "reason": reason})

    def _ended(self, session: UUID) -> None:
        for hearer in self._hearers:
            hearer(session)

    def gone(self, session: UUID) -> None:
        """Tell that a session was ended by someone's transaction; what was granted from it ends too."""
        self._ended(session)
        self.end(session, "parent-ended")

    def of_person(self, person: UUID) -> list[dict[str, Any]]:
        """Where a person is logged in now, the latest first: id, channel, created, last_seen, expires_at,
        device."""
        return self._records.rows("people.sessions_of_person", person=person)

    def end_own(self, person: UUID, session: UUID) -> bool:
        """End one of the person's own sessions; False if it is not hers."""
        mine = any(row["id"] == session for row in self.of_person(person))
        return mine and self.end(session, "ended-by-person")

    def end_of_device(self, device: UUID, reason: str) -> None:
        """End all sessions of a device."""
        for row in self._records.rows("people.sessions_of_device_end", device=device, reason=reason):
            self._ended(row["id"])


def hash_of(token: str) -> bytes:
    """What is stored of a token of 256 random bits; a plain hash suffices for so much entropy."""
    return hashlib.sha256(token.encode()).digest()


def fresh(actor: Actor, now: datetime) -> bool:
    """Whether the person logged in within the last minutes."""
    return actor.auth_time is not None and now - actor.auth_time <= FRESH


def actor_of(row: Mapping[str, Any]) -> Actor:
    """The actor that a row of `session` stands for."""
    grant = row["grant_case"] and Grant(row["grant_case"], row["grant_task"], row["grant_handoff"])
    return Actor(
        kind=row["kind"],
        id=str(row["person"] or row["id"]),
        channel=row["channel"],
        session=row["id"],
        stamp=row["stamp"],
        level=row["level"],
        auth_time=row["auth_time"],
        roles=frozenset(row["roles"]),
        department=row["department"],
        region=row["region"],
        device=str(row["device"] or ""),
        grant=grant or None,
        lang=row["lang"],
    )


def _standing(opening: Opening) -> dict[str, Any]:
    """The columns that say what a session may do, which a rotation may change."""
    grant = opening.grant
    return {
        "kind": opening.kind,
        "person": opening.person,
        "level": opening.level,
        "auth_time": opening.auth_time,
        "roles": sorted(opening.roles),
        "department": opening.department,
        "region": opening.region,
        "grant_case": grant.case if grant else None,
        "grant_task": grant.task if grant else None,
        "grant_handoff": grant.handoff if grant else None,
    }
