"""Wires the rooms that say who is there and how a case moves: people, logins, handoffs, limits, live
events."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple
from uuid import UUID

from redis import Redis

from backend.cases.records import Records
from backend.channel.limits import Limits
from backend.channel.live import Live
from backend.channel.places import CHANNELS, Places
from backend.handoff import Handoffs, Outward
from backend.people import Logins, Oidc, OidcSettings, People
from backend.people.oidc import Outside
from backend.rights import Actor
from backend.vault import Vault


class Who(NamedTuple):
    """These rooms, ready."""

    people: People
    logins: Logins
    handoff: Handoffs
    limits: Limits
    live: Live


def wire(
    environ: Mapping[str, str], records: Records, vault: Vault, cases: Any, redis_url: str, outside: Outside
) -> Who:
    """The rooms over one database. `cases` is the façade of cases; `outside` the one way out.

    Environment: ERRAND_OIDC_* (see OidcSettings), ERRAND_LIMIT_FACTOR (1), and what Places reads.
    """
    places = Places.of(environ)
    live = Live(redis_url)
    people = People(records, vault, live.ended)
    valkey = Redis.from_url(redis_url, socket_timeout=1, socket_connect_timeout=1)
    limits = Limits(valkey, records, vault, int(environ.get("ERRAND_LIMIT_FACTOR") or 1))
    logins = Logins(people, vault, providers(environ, outside), _subject_by(cases))
    outward = Outward(places.origin("web"), live.tell)
    handoff = Handoffs(records, vault, cases, people, limits, outward)
    return Who(people, logins, handoff, limits, live)


def providers(environ: Mapping[str, str], outside: Outside) -> dict[str, Oidc]:
    """The identity provider of each channel; the demo's own unless settings name another."""
    base = int(environ.get("ERRAND_PORT_BASE") or 8000)
    port = environ.get("ERRAND_IDP_PORT") or str(base + 11)
    issuer = f"http://localhost:{port}"
    return {channel: Oidc(OidcSettings.of(environ, channel, issuer), outside) for channel in CHANNELS}


def _subject_by(cases: Any) -> Callable[[Actor], UUID | None]:
    """Whom the case of a moved session is about."""

    def subject_of(actor: Actor) -> UUID | None:
        if actor.grant is None:
            return None
        subject = cases.read.case(actor, actor.grant.case).subject
        return UUID(str(subject)) if subject else None

    return subject_of
