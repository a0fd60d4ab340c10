"""`build`: every part made and given to the others, in one place. The only file that knows every adapter."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from typing import Any
from uuid import UUID

import redis
from msgspec import Struct

from backend.adapters import valkey as valkey_adapter
from backend.adapters.egress import Egress
from backend.adapters.postgres.database import Database
from backend.adapters.postgres.journal import PostgresJournal
from backend.adapters.web_push import VapidKeys, WebPush
from backend.adapters.xroad import XRoad
from backend.app.settings import ROOT, Settings
from backend.audit.log.reading import AuditLog
from backend.cases import Cases
from backend.cases.deliveries import Deliveries
from backend.cases.errors import NotFound
from backend.cases.packs import Packs
from backend.cases.tools import Tools
from backend.channel import qr
from backend.channel.limits import Limits
from backend.channel.live import Live
from backend.channel.places import CHANNELS, Places
from backend.documents import DocumentKeys, Documents, Drawing
from backend.evidence import Facts, Query, Reads
from backend.evidence.ports import RegistryDown, RegistryRefused, RegistryWrong
from backend.handoff import Handoffs
from backend.notify import Inbox, Push
from backend.people import People
from backend.people.login import Logins
from backend.people.oidc import Oidc, OidcSettings
from backend.procedures import AccessRule, Region, read_regions
from backend.rights import Actor
from backend.vault import Vault

FONT_PACKAGES = "node_modules/@fontsource-variable"
CHECK_PATH = "/check"
Tell = Callable[[str, int, str, str], None]


class Errand(Struct, frozen=True, kw_only=True):
    """One process's hold on the installation. In a request: `current_app.extensions["errand"]`."""

    settings: Settings
    places: Places
    records: Database
    vault: Vault
    valkey: redis.Redis | None
    tell: Tell
    limits: Limits
    regions: Mapping[str, Region]
    packs: Packs
    cases: Cases
    deliveries: Deliveries
    people: People
    logins: Logins
    handoff: Handoffs
    facts: Facts
    reads: Reads
    query: Query
    documents: Documents
    inbox: Inbox
    push: Push
    audit: AuditLog
    vapid_public: str

    def close(self) -> None:
        """Finish what waits and end the connections."""
        self.cases.close()
        self.records.close()


def build(settings: Settings) -> Errand:
    """Everything, for this process. Nothing is connected before its first use."""
    records = Database(settings.database_url)
    vault = Vault.at(settings.keys)
    valkey = valkey_adapter.connect(settings.redis_url)
    places = Places.of(os.environ)
    live = Live(settings.redis_url) if settings.redis_url else None
    tell = live.tell if live else _silent
    egress = Egress(settings.egress_allow)

    facts = Facts(records, vault)
    query = Query(records, facts, XRoad(egress, settings.xroad_url, settings.xroad_client))
    packs, regions = Packs(records), read_regions()
    tools = Tools(vault, packs, facts, regions)
    cases = Cases(
        records,
        lambda: PostgresJournal(records),
        tools,
        look_up=_look_up(query),
        after=valkey_adapter.Wake(valkey),
    )
    people = People(records, vault, *([live.ended] if live else []))
    limits = Limits(valkey, records, vault)
    keys = VapidKeys(settings.keys / "vapid.pem")
    push = Push(records, vault, WebPush(egress, keys, settings.push_subject))
    people.sessions.when_ended(push.session_ended)
    return Errand(
        settings=settings, places=places, records=records, vault=vault, valkey=valkey, tell=tell,
        limits=limits,
        regions=regions, packs=packs, cases=cases, people=people, facts=facts, query=query,
        reads=Reads(records), documents=_documents(settings, records, vault, facts, places),
        logins=Logins(people, vault, _providers(settings, egress), _subject_of(cases)),
        handoff=Handoffs(records, vault, cases, people, limits, origin=places.origin("web"), tell=tell),
        inbox=Inbox(records), push=push, audit=AuditLog(records),
        deliveries=Deliveries(records, tools, cases),
        vapid_public=keys.public,
    )  # fmt: skip


def _documents(
    settings: Settings, records: Database, vault: Vault, facts: Facts, places: Places
) -> Documents:
    keys = DocumentKeys.at(
        settings.documents_key,
        settings.documents_certificates,
        settings.documents_code_key,
        made_in=settings.keys,
    )
    drawing = Drawing(ROOT / FONT_PACKAGES, settings.home / "fonts", qr.svg)
    return Documents(records, vault, facts, keys, drawing, places.origin("web") + CHECK_PATH)


def _providers(settings: Settings, egress: Egress) -> dict[str, Oidc]:
    issuer = settings.idp_issuer
    return {channel: Oidc(OidcSettings.of(os.environ, channel, issuer), egress) for channel in CHANNELS}


def _subject_of(cases: Cases) -> Callable[[Actor], UUID | None]:
    """Whom the case of a moved session is about."""

    def subject_of(actor: Actor) -> UUID | None:
        try:
            return cases.read.case(actor, actor.grant.case).subject if actor.grant else None
        except NotFound:
            return None

    return subject_of


def _look_up(query: Query) -> Callable[[AccessRule, dict[str, Any]], Mapping[str, Any] | None]:
    """A register's answer; None while it is silent."""

    def look_up(rule: AccessRule, fields: dict[str, Any]) -> Mapping[str, Any] | None:
        try:
            return query.look_up(rule, fields)
        except (RegistryDown, RegistryRefused, RegistryWrong):
            return None

    return look_up


def _silent(_topic: str, _seq: int, _type: str, _ref: str) -> None:
    return None
