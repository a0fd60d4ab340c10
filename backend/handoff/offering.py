"""The source's part: make a handoff, show the next code."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID, uuid5

from msgspec import Struct

from backend.handoff import codes
from backend.handoff.answers import Answer, Caller
from backend.handoff.errors import KindRefused, NoMoreCodes, NotFound
from backend.handoff.machine import machine
from backend.handoff.tools import Row, Tools, is_source, of_party
from backend.people import Device, DeviceRefused, Proof
from backend.rights import Actor

HANDOFFS = UUID("5d1c8a34-93c1-5e0f-9d2b-6a6f0d7f5a11")  # the name space of the ids of handoffs


class Offer(Struct, frozen=True, kw_only=True):
    """What shall move: one task of one case, and what the kiosk's agent signed for it."""

    kind: str
    case: UUID
    task: int
    proof: Proof | None = None


def create(tools: Tools, offer: Offer, caller: Caller) -> Answer:
    """Make a handoff; an older live one of the session ends. The same key gives the same answer."""
    actor = caller.actor
    if actor is None or actor.session is None:
        raise NotFound
    made = uuid5(HANDOFFS, f"{actor.session}\0{caller.key}")
    party, request = f"session:{actor.session}", ["create", offer.kind, str(offer.case), offer.task]
    again = tools.answers.again(made, party, caller.key, request)
    if again is not None:
        return again
    procedure = _allowed(tools, offer, actor)
    device = _device(tools, offer, actor)
    _limited(tools, actor, device)
    qr, typed = codes.new_qr(), codes.new_user_code()
    with tools.together() as inside:
        row = inside.records.row(
            "handoff.make", id=made, kind=offer.kind, to=machine().to("create"), case_id=offer.case,
            task=offer.task, procedure=procedure, source_session=actor.session, source_device=device.id,
            hall=device.hall, kiosk=device.kiosk, code_hash=codes.qr_hash(qr),
            code_seconds=codes.CODE_SECONDS, user_code_mac=codes.user_code_mac(tools.vault, typed),
            user_code_seconds=codes.USER_CODE_SECONDS,
            evidence=["E1"], seconds=codes.HANDOFF_SECONDS,
        )  # fmt: skip
        if row is None:
            raise NotFound
        _older_end(inside, row)
        answer = Answer(status=201, body=shown(tools, row, qr, typed))
        inside.answers.keep(made, party, caller.key, request, answer)
    tools.records.run("handoff.sweep")
    return answer


def rotate(tools: Tools, handoff: UUID, caller: Caller, *, again: bool = False) -> Answer:
    """The next code in place; after the tenth only when somebody touched the screen (`again`)."""
    row = of_party(tools, handoff, caller, is_source)
    party, request = f"session:{row['source_session']}", ["rotate", again]
    before = tools.answers.again(handoff, party, caller.key, request)
    if before is not None:
        return before
    qr, typed = codes.new_qr(), codes.new_user_code()
    old = (
        row["user_code_expires_at"] is None
        or _left(row["user_code_expires_at"], row["now"]) < codes.CODE_SECONDS
    )
    event = "show_again" if again else "rotate"
    with tools.together() as inside:
        changed = inside.records.row(
            f"handoff.{event}", id=handoff, source_session=row["source_session"], code_hash=codes.qr_hash(qr),
            code_seconds=codes.CODE_SECONDS, grace_seconds=codes.GRACE_SECONDS, renew=old,
            user_code_mac=codes.user_code_mac(tools.vault, typed), user_code_seconds=codes.USER_CODE_SECONDS,
            most=codes.MOST_EPOCHS, most_rounds=codes.MOST_ROUNDS, **{"from": machine().sources(event)},
        )  # fmt: skip
        if changed is not None:
            answer = Answer(status=200, body=shown(tools, changed, qr, typed if old or again else None))
            return inside.answers.keep(handoff, party, caller.key, request, answer)
    of_party(tools, handoff, caller, is_source)
    raise NoMoreCodes


def shown(tools: Tools, row: Row, qr: str, typed: str | None) -> dict[str, Any]:
    """What the screen shows of an offer. `user_code` only when it is a new one."""
    body = {
        "id": str(row["id"]),
        "state": row["state"],
        "qr_url": f"{tools.origin}/h#{qr}",
        "code_expires_at": row["code_expires_at"].isoformat(),
        "user_code_expires_at": row["user_code_expires_at"].isoformat(),
        "rotations_left": codes.MOST_EPOCHS - 1 - row["epoch"],
        "expires_at": row["expires_at"].isoformat(),
        "seq": row["seq"],
    }
    return body | ({"user_code": typed} if typed else {})


def _allowed(tools: Tools, offer: Offer, actor: Actor) -> str:
    """The procedure, if this task may move so from here. Raises the case's own refusals, or KindRefused."""
    view = tools.cases.read.case(actor, offer.case)
    task = tools.cases.read.task(actor, offer.case, offer.task)
    kind = machine().kinds.get(offer.kind)
    if kind is None or offer.kind not in task.handoff or kind.source != actor.channel:
        raise KindRefused
    if "handoff" not in tools.cases.available(view, actor):
        raise KindRefused
    return str(view.procedure)


def _device(tools: Tools, offer: Offer, actor: Actor) -> Device:
    """The session's own device, which signed just now."""
    if offer.proof is None or str(offer.proof.device) != actor.device:
        raise DeviceRefused
    return tools.people.devices.verify("handoff", offer.proof)


def _limited(tools: Tools, actor: Actor, device: Device) -> None:
    tools.limits.check("handoff.rejected.kiosk", str(device.id))
    tools.limits.hit("handoff.create.session", str(actor.session))
    tools.limits.hit("handoff.create.kiosk", str(device.id))


def _older_end(tools: Tools, row: Row) -> None:
    older = tools.records.rows(
        "handoff.cancel_of_source", id=row["id"], source_session=row["source_session"],
        to=machine().to("cancel"), **{"from": machine().sources("cancel")},
    )  # fmt: skip
    for each in older:
        tools.event(each, "handoff.cancelled")


def _left(until: datetime, now: datetime) -> float:
    return (until - now).total_seconds()
