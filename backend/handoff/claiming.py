"""The phone's part: claim a code, say yes, get the number."""

from __future__ import annotations

from typing import Any, NamedTuple
from uuid import UUID

from backend.handoff import codes
from backend.handoff.answers import Answer, Caller
from backend.handoff.errors import HandoffNotAvailable, TwoPhones, WrongState
from backend.handoff.machine import machine
from backend.handoff.tools import Row, Tools, found, is_claimant, of_party
from backend.handoff.wording import peer_of, scope_text
from backend.people import TooMany

SOURCE_WAIT_SECONDS = 300  # the person looks at her phone; the kiosk's silence is no absence


class Shown(NamedTuple):
    """What is looked for: the hash of a scanned code, the MAC of a typed one, and which of them was given."""

    hashed: bytes
    mac: bytes
    typed: bool


def claim(tools: Tools, caller: Caller, *, code: str = "", user_code: str = "") -> Answer:
    """Bind the caller's browser to the handoff whose code this is. Unknown, late, used and cancelled codes
    are one and the same answer; a second browser with the same code within its time ends the handoff for
    both."""
    tools.limits.check("claim.failed.address", caller.address)
    tools.limits.check("claim.failed.all")
    if user_code:
        tools.limits.hit("user_code.address", caller.address)
    shown = Shown(codes.qr_hash(code), codes.user_code_mac(tools.vault, user_code), bool(user_code))
    row = _by(tools, shown)
    request = ["claim", code, shown.mac.hex()]
    again = _again(tools, row, caller, request)
    if again is not None:
        return again
    if row is not None:
        row = found(tools, row["id"])
    token = codes.new_claim()
    with tools.together() as inside:
        claimed = row and _claimed(inside, row, caller, shown, token)
        if claimed:
            inside.event(claimed, "handoff.claimed")
            answer = Answer(status=201, body=_told(claimed, caller.lang), claim=token)
            inside.answers.keep(claimed["id"], "code", caller.key, request, answer)
    if not claimed:
        _second(tools, row, shown)
        _failed(tools, caller, row, shown)
        raise HandoffNotAvailable
    tools.people.sessions.wait(claimed["source_session"], SOURCE_WAIT_SECONDS)
    return answer


def approve(tools: Tools, handoff: UUID, caller: Caller) -> Answer:
    """The person who scanned stands at this kiosk and says yes: a number, shown on her phone alone."""
    row = of_party(tools, handoff, caller, is_claimant)
    party, request = f"claim:{caller.claim}", ["approve"]
    again = tools.answers.again(handoff, party, caller.key, request)
    if again is not None:
        return again
    if caller.actor is not None and caller.actor.kind == "citizen":
        tools.limits.hit("approve.account", caller.actor.id)
    number = codes.new_number()
    with tools.together() as inside:
        approved = inside.records.row(
            "handoff.approve", id=handoff, to=machine().to("approve"), claim_hash=codes.hash_of(caller.claim),
            number_mac=codes.number_mac(tools.vault, str(handoff), number),
            number_seconds=codes.NUMBER_SECONDS, **{"from": machine().sources("approve")},
        )  # fmt: skip
        if approved is not None:
            inside.event(approved, "handoff.approved")
            answer = Answer(status=200, body=_numbered(approved, number))
            inside.answers.keep(handoff, party, caller.key, request, answer)
    if approved is None:
        of_party(tools, handoff, caller, is_claimant)
        raise WrongState(state=row["state"])
    tools.people.sessions.wait(row["source_session"], SOURCE_WAIT_SECONDS)
    return answer


def _numbered(row: Row, number: str) -> dict[str, Any]:
    return {
        "id": str(row["id"]),
        "state": row["state"],
        "number": number,
        "number_expires_at": row["number_expires_at"].isoformat(),
        "seq": row["seq"],
    }


def _by(tools: Tools, shown: Shown) -> Row | None:
    """The handoff of a code. Both look-ups run for both ways in, so that neither tells by its time."""
    scanned = tools.records.row("handoff.by_code", code_hash=shown.hashed)
    written = tools.records.row("handoff.by_user_code", user_code_mac=shown.mac)
    return written if shown.typed else scanned


def _again(tools: Tools, row: Row | None, caller: Caller, request: object) -> Answer | None:
    """The answer of the first claim, for the browser that holds its token or repeats its key with the same
    code."""
    if row is None or row["state"] not in machine().sources("claim_again"):
        return None
    kept = tools.answers.again(row["id"], "code", caller.key, request)
    if kept is not None:
        return kept
    if is_claimant(row, caller):
        return Answer(status=201, body=_told(row, caller.lang), claim=caller.claim, replayed=True)
    return None


def _claimed(tools: Tools, row: Row, caller: Caller, shown: Shown, token: str) -> Row | None:
    tries_left = row["user_code_tries"] < codes.USER_CODE_TRIES
    return tools.records.row(
        "handoff.claim", id=row["id"], to=machine().to("claim"), code_hash=shown.hashed,
        user_code_mac=shown.mac if shown.typed and tries_left else None,
        grace_seconds=codes.GRACE_SECONDS, claim_hash=codes.hash_of(token), claim_seconds=codes.CLAIM_SECONDS,
        peer=peer_of(caller.agent), target_session=caller.session, evidence=[] if shown.typed else ["E3"],
        **{"from": machine().sources("claim")},
    )  # fmt: skip


def _second(tools: Tools, row: Row | None, shown: Shown) -> None:
    """Two browsers showed one code: nobody goes on, and both are told."""
    if row is None:
        return
    clash = tools.records.row(
        "handoff.conflict", id=row["id"], to=machine().to("claim_other"), code_hash=shown.hashed,
        **{"from": machine().sources("claim_other")},
    )  # fmt: skip
    if clash is not None:
        tools.event(clash, "handoff.conflict")
        raise TwoPhones


def _failed(tools: Tools, caller: Caller, row: Row | None, shown: Shown) -> None:
    """Counts a failure: of the address, of all, and of the handoff whose typed code came too late."""
    if shown.typed and row is not None:
        tools.records.run("handoff.user_code_try", id=row["id"])
    for name, subject in (("claim.failed.address", caller.address), ("claim.failed.all", "")):
        try:
            tools.limits.hit(name, subject)
        except TooMany:
            continue  # this one is answered like any other failure; the next is told to wait


def _told(row: Row, lang: str) -> dict[str, Any]:
    """What the phone learns: the place first, then what will move. Nothing about the person."""
    return {
        "id": str(row["id"]),
        "state": row["state"],
        "kind": row["kind"],
        "place": {"hall": row["hall"], "kiosk": row["kiosk"]},
        "procedure": row["procedure"],
        "scope_text": scope_text(row["kind"], lang),
        "expires_at": row["claim_expires_at"].isoformat(),
        "seq": row["seq"],
    }
