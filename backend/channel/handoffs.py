"""Handoff calls for pages and the API alike, and what their answers set in the browser."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from flask import Response, request

from backend.channel import identity
from backend.channel.devices import proof_of
from backend.channel.door import errand
from backend.channel.look import chosen_language
from backend.handoff import (
    Answer,
    Caller,
    HandoffEnded,
    HandoffNotAvailable,
    Handoffs,
    NumberMismatch,
    TwoPhones,
)
from backend.handoff.errors import NoMoreCodes
from backend.handoff.offering import Offer

__all__ = [
    "Answer", "HandoffEnded", "HandoffNotAvailable", "NoMoreCodes", "NumberMismatch", "TwoPhones", "activate",
    "approve", "caller", "cancel", "claim", "confirm", "create", "get", "rotate", "set_cookies",
]  # fmt: skip


def create(kind: str, case: UUID, task: int, device: Mapping[str, Any] | None, key: str) -> Answer:
    """The source offers a task of a case; `device` is what the kiosk's agent signed."""
    proof = proof_of(device) if device else None
    return _room().create(Offer(kind=kind, case=case, task=task, proof=proof), caller(key))


def rotate(handoff: UUID, key: str, *, again: bool = False) -> Answer:
    """The source shows the next code; `again` after "Show again" was touched."""
    return _room().rotate(handoff, caller(key), again=again)


def claim(key: str, *, code: str = "", user_code: str = "") -> Answer:
    """A phone binds itself to a code that it scanned, or whose letters were typed.

    Codes lead to the citizens' origin; at a kiosk or desk they are not available.
    """
    if identity.channel() != "web":
        raise HandoffNotAvailable
    return _room().claim(caller(key), code=code, user_code=user_code)


def approve(handoff: UUID, key: str) -> Answer:
    """The phone says yes and gets the number."""
    return _room().approve(handoff, caller(key))


def confirm(handoff: UUID, number: str, key: str) -> Answer:
    """The number was typed at the source."""
    return _room().confirm(handoff, caller(key), number)


def activate(handoff: UUID, key: str) -> Answer:
    """The phone takes over."""
    return _room().activate(handoff, caller(key))


def cancel(handoff: UUID, key: str) -> Answer:
    """Either side ends it."""
    return _room().cancel(handoff, caller(key))


def get(handoff: UUID) -> Answer:
    """How it stands, for its parties."""
    return _room().get(handoff, caller(""))


def caller(key: str) -> Caller:
    """Who asks: the session, the claim token, the address and browser of this request."""
    return Caller(
        actor=identity.actor(),
        claim=request.cookies.get(identity.CLAIM, ""),
        key=key,
        address=request.remote_addr or "",
        agent=request.headers.get("User-Agent", "")[:400],
        lang=chosen_language(),
    )


def set_cookies(answer: Answer, response: Response) -> Response:
    """What the answer gives to the browser: a claim token, or the new session instead of it."""
    if answer.claim:
        identity.set_claim(response, answer.claim)
    if answer.session:
        identity.set_session(response, answer.session)
        identity.forget()
    if answer.drop_claim:
        identity.clear(response, identity.CLAIM)
    return response


def _room() -> Handoffs:
    found: Handoffs = errand().handoff
    return found
