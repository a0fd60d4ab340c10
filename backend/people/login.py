"""From a login at the provider to a session here: which session it changes, and which it never does."""

from __future__ import annotations

from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any, NamedTuple
from uuid import UUID

import msgspec
from msgspec import Struct

from backend.people.errors import LoginFailed, NotTheSubject, SessionOver
from backend.people.oidc import Begun, Oidc
from backend.people.people import People
from backend.people.persons import Claims, Person
from backend.people.sessions import Opening
from backend.rights import Actor
from backend.vault import SealBroken, Vault

NAME = "login-round-trip"
ROUND_TRIP_SECONDS = 600
WAIT_SECONDS = 300


class Trip(Struct, frozen=True, kw_only=True):
    """The sealed content of the round trip's cookie. The session's own cookie is not sent after a redirect
    from another site, so the session that the login shall change is remembered here by id and stamp."""

    begun: Begun
    channel: str
    next: str
    lang: str
    session: UUID | None = None
    stamp: int = 0


class Login(NamedTuple):
    """A login that succeeded: the session's new token, its actor, and the local path to go on to."""

    token: str
    actor: Actor
    next: str


class Logins:
    """Begins and finishes logins. `providers` by channel ("web", "kiosk", "desk"); `subject_of(actor)` is
    the person whom the moved case of an actor's grant is about."""

    def __init__(
        self,
        people: People,
        vault: Vault,
        providers: Mapping[str, Oidc],
        subject_of: Callable[[Actor], UUID | None],
    ) -> None:
        self._people = people
        self._vault = vault
        self._providers = providers
        self._subject_of = subject_of

    def begin(
        self, channel: str, actor: Actor | None, redirect_uri: str, *, next: str, fresh: bool, lang: str
    ) -> tuple[str, str]:
        """The address at the provider and the cookie of the round trip. A kiosk is shared, so there every
        login is fresh, and a login there needs the session that the kiosk's device opened."""
        if channel == "kiosk" and (actor is None or not actor.device):
            raise SessionOver
        url, begun = self._providers[channel].begin(
            redirect_uri, fresh=fresh or channel == "kiosk", lang=lang
        )
        trip = Trip(begun=begun, channel=channel, next=next, lang=lang)
        if actor is not None and actor.session is not None:
            trip = msgspec.structs.replace(trip, session=actor.session, stamp=actor.stamp)
            self._people.sessions.wait(actor.session, WAIT_SECONDS)
        sealed = self._vault.seal(NAME, msgspec.json.encode(trip))
        return url, urlsafe_b64encode(sealed).decode().rstrip("=")

    def finish(self, channel: str, redirect_uri: str, cookie: str, answer: Mapping[str, str]) -> Login:
        """The session after the provider's answer. Raises LoginFailed, NotTheSubject or SessionOver."""
        trip = self._opened(cookie)
        if trip.channel != channel:
            raise LoginFailed
        claims = self._providers[channel].finish(redirect_uri, trip.begun, answer)
        if (claims.kind == "staff") != (channel == "desk"):
            raise NotTheSubject("This login is not for this place.")
        before = self._before(trip)
        person = self._people.person_of(claims)
        token, actor = self._changed(trip, before, person, claims)
        return Login(token, actor, trip.next)

    def _opened(self, cookie: str) -> Trip:
        try:
            sealed = urlsafe_b64decode(cookie + "=" * (-len(cookie) % 4))
            trip = msgspec.json.decode(self._vault.open(NAME, sealed), type=Trip)
        except (SealBroken, ValueError):
            raise LoginFailed from None
        if datetime.now(UTC).timestamp() - trip.begun.at > ROUND_TRIP_SECONDS:
            raise LoginFailed
        return trip

    def _before(self, trip: Trip) -> Actor | None:
        """The session that the login began in, if it is still the same and lives."""
        if trip.session is None:
            return None
        actor = self._people.sessions.live(trip.session)
        if actor is None or actor.stamp != trip.stamp:
            if trip.channel == "kiosk":
                raise SessionOver
            return None
        return actor

    def _changed(self, trip: Trip, before: Actor | None, person: Person, claims: Claims) -> tuple[str, Actor]:
        moved = before is not None and before.grant is not None
        if before is not None and moved and self._subject_of(before) != person.id:
            raise NotTheSubject
        standing: dict[str, Any] = {
            "kind": person.kind,
            "person": person.id,
            "level": claims.level,
            "auth_time": None if claims.auth_time is None else datetime.fromtimestamp(claims.auth_time, UTC),
            "roles": frozenset(claims.roles),
            "department": claims.department,
            "grant": None,
        }
        sessions = self._people.sessions
        if before is not None and (before.kind == "anonymous" or before.id == str(person.id)):
            region = claims.region or before.region
            return sessions.rotate(before, **standing, region=region)
        if before is not None and before.session is not None:
            if trip.channel == "kiosk":
                raise NotTheSubject
            sessions.end(before.session, "another-person")
        return sessions.open(Opening(channel=trip.channel, lang=trip.lang, region=claims.region, **standing))
