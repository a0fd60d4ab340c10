"""What the citizen's pages show, as plain dicts."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, tzinfo
from itertools import groupby
from typing import Any
from uuid import UUID

from backend.channel import NotFound, csrf_token, door, identity
from backend.channel.look import dates
from backend.channel.walk import said
from backend.channel.walk.said import Translate

ICONS = {"receipt": "check", "decided": "seal-check", "registry_down": "clock", "task_waiting": "hand-waving"}


def tabs(t: Translate, current: str) -> list[dict[str, Any]]:
    """The tabs of the app, outside a running form."""
    kinds = (
        ("errands", "/", "path"),
        ("inbox", "/inbox", "tray"),
        ("start", "/services", "plus-circle"),
        ("me", "/me", "user-circle"),
    )
    return [
        {
            "href": href,
            "icon": icon,
            "label": t(f"tabs.{name}"),
            "current": name == current,
            "count": door.unread() if name == "inbox" else 0,
        }
        for name, href, icon in kinds
    ]


def service(name: str, t: Translate, lang: str) -> dict[str, Any]:
    """A procedure before it is begun. Raises NotFound."""
    actor = identity.actor()
    return {
        **said.service(name, t, lang),
        "ready": actor is not None and actor.level == "L2" and actor.kind == "citizen",
        "hidden": {"csrf_token": csrf_token(), "procedure": name, "idempotency_key": door.new_key()},
        "login": f"/login?next=/services/{name}",
    }


def receipt(case: UUID, t: Translate, lang: str) -> dict[str, Any]:
    """The receipt of a case that was sent, and whether this device may be asked for messages."""
    view = door.case(case)
    procedure = door.errand().packs.get(view.procedure, view.version)
    proofs = said.proofs(procedure, lang)
    return {
        "name": procedure.title(lang),
        "rows": said.receipt(view, procedure, t, lang),
        "proofs": proofs,
        "case": f"/cases/{case}",
        "push_key": door.errand().vapid_public,
        "demo_push": door.errand().settings.demo_push,
        **said.route(view, procedure, lang),
    }


def days(messages: Iterable[Any], t: Translate, lang: str) -> list[dict[str, Any]]:
    """The inbox by day, newest first."""
    shown = sorted(messages, key=lambda each: each.created_at, reverse=True)
    where = {each.id: said.zone(door.case(each.case_id)) for each in shown}
    grouped = groupby(shown, key=lambda each: each.created_at.astimezone(where[each.id]).date())
    today = datetime.now(said.home()).date()
    return [
        {
            "title": t("inbox.today") if day == today else dates.long_day(day, lang),
            "messages": [_row(each, lang, where[each.id]) for each in found],
        }
        for day, found in grouped
    ]


def _row(message: Any, lang: str, zone: tzinfo) -> dict[str, Any]:
    letter = _letter(message, lang)
    return {
        "href": f"/inbox/{message.id}",
        "icon": ICONS.get(message.kind, "tray"),
        "title": letter.subject,
        "text": letter.body,
        "time": dates.clock_time(message.created_at, zone),
        "at": message.created_at.isoformat(),
        "new": message.read_at is None,
        "effect": None,
        "attachment": None,
    }


def message(message_id: UUID, lang: str) -> dict[str, Any]:
    """One message with its words. Raises NotFound."""
    found = next((each for each in door.inbox() if each.id == message_id), None)
    if found is None:
        raise NotFound
    letter = _letter(found, lang)
    return {
        "title": letter.subject,
        "text": letter.body,
        "when": dates.day_and_time(found.created_at, lang, said.zone(door.case(found.case_id))),
        "case": f"/cases/{found.case_id}",
    }


def _letter(message: Any, lang: str) -> Any:
    procedure = door.errand().packs.get(message.procedure, message.pack_version)
    return procedure.letter(message.kind, lang, {"due": door.case(message.case_id).due})


def me(t: Translate, lang: str) -> dict[str, Any]:
    """The person, and who read what about her."""
    person = door.person()
    reads = door.errand().reads.about(UUID(door.actor().id))
    return {
        "person": person,
        "reads": [_read(each, t, lang) for each in reads],
        "hidden": {"csrf_token": csrf_token()},
    }


def _read(row: dict[str, Any], t: Translate, lang: str) -> dict[str, Any]:
    view = door.case(row["case_id"])
    procedure = door.errand().packs.get(view.procedure, view.version)
    rule = procedure.rule(row["rule"].partition("@")[0])
    texts = procedure.texts

    def say(key: str) -> str:
        return str(texts.words(f"rule.{rule.key}.{key}", "").render(lang))

    return {
        "title": say("name"),
        "source": say("source"),
        "purpose": say("purpose"),
        "basis": texts.words(f"legal.{row['legal_basis']}", "").render(lang),
        "by": t("me.by"),
        "outcome": t(f"me.{row['outcome']}"),
        "when": dates.day_and_time(row["begun_at"], lang, said.zone(view)),
        "rule": row["rule"],
        "case": f"/cases/{row['case_id']}",
    }
