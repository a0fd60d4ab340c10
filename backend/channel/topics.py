"""What can be listened to, by whom, and what happened there after a number.

A topic is `case:<id>`, `handoff:<id>`, `session:self`, `kiosk:self` or `queue:<department>`. Who may
listen is asked of
the same reads as over HTTP. A case's topic is numbered by its version, a handoff's by its own counter; the
others only
say that there is something to fetch.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from backend.channel.problem import NotFound
from backend.rights import Actor, Thing, can

MOST = 500
SELVES = {"session:self": "session", "kiosk:self": "kiosk"}


def room(actor: Actor, topic: str) -> str:
    """The name under which a topic is told: `self` becomes the session or device that listens. Raises
    NotFound."""
    if topic == "session:self" and actor.session is not None:
        return f"session:{actor.session}"
    if topic == "kiosk:self" and actor.device:
        return f"kiosk:{actor.device}"
    if topic in SELVES:
        raise NotFound
    return topic


def head(errand: Any, actor: Actor, topic: str) -> int:
    """The topic's last number, if this actor may listen. Raises NotFound for what is not there or not for
    him."""
    kind, _, name = topic.partition(":")
    test = HEADS.get(kind)
    if test is None or not name:
        raise NotFound
    try:
        return test(errand, actor, name)
    except ValueError:
        raise NotFound from None


def since(errand: Any, actor: Actor, topic: str, after: int) -> dict[str, Any]:
    """`{topic, head, events}` after a number, at most 500; `reset` when that cannot be told: fetch the
    whole."""
    last = head(errand, actor, topic)
    told: dict[str, Any] = {"topic": topic, "head": last, "events": []}
    if after == last:
        return told
    if topic.startswith("case:") and 0 <= last - after <= MOST and after > 0:
        return told | {"events": _case_events(errand, UUID(topic[5:]), after)}
    return told | {"reset": True}


def _case_events(errand: Any, case: UUID, after: int) -> list[dict[str, Any]]:
    """One thin event a change: its number and the first of its types, as the relay tells it."""
    rows = errand.records.rows("live.events_of_case", id=case, after=after, limit=MOST)
    topic = f"case:{case}"
    return [
        {"topic": topic, "seq": row["version"], "type": next(iter(row["types"]), "Changed"), "ref": str(case)}
        for row in rows
    ]


def _case(errand: Any, actor: Actor, name: str) -> int:
    """By the same table of rights as every read; the live process asks here without the write path."""
    row = errand.records.row("live.case", id=UUID(name))
    if row is None:
        raise NotFound
    thing = Thing(
        case=row["case_id"],
        subject=row["subject"],
        session=row["owner_session"],
        region=row["region"],
        department=row["department"],
        handed_in=row["handed_in"],
    )
    if not can(actor, "case.read", thing):
        raise NotFound
    return int(row["version"])


def _handoff(errand: Any, actor: Actor, name: str) -> int:
    row = errand.records.row("handoff.by_id", id=UUID(name))
    if (
        row is None
        or actor.session is None
        or actor.session not in (row["source_session"], row["receiver_session"])
    ):
        raise NotFound
    return int(row["seq"])


def _own_session(_errand: Any, actor: Actor, name: str) -> int:
    if actor.session is None or name not in ("self", str(actor.session)):
        raise NotFound
    return 0


def _own_kiosk(_errand: Any, actor: Actor, name: str) -> int:
    if not actor.device or name not in ("self", actor.device):
        raise NotFound
    return 0


def _queue(_errand: Any, actor: Actor, name: str) -> int:
    if not name or actor.department != name or not can(actor, "worklist.read"):
        raise NotFound
    return 0


HEADS: dict[str, Callable[[Any, Actor, str], int]] = {
    "case": _case,
    "handoff": _handoff,
    "session": _own_session,
    "kiosk": _own_kiosk,
    "queue": _queue,
}
