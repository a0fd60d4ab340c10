"""Devices of halls, for the kiosk's pages and its agent."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from flask import request

from backend.channel import identity
from backend.channel.door import errand
from backend.channel.look import LANGUAGES, chosen_language
from backend.people import Device, DeviceRefused, Opening, Proof
from backend.people.devices import decode
from backend.rights import Actor

KEY_BYTES = 32


def proof_of(signed: Mapping[str, Any]) -> Proof:
    """What an agent sent as a proof. Raises DeviceRefused for what can be none."""
    try:
        return Proof(
            device=UUID(str(signed["device_id"])),
            challenge=str(signed["challenge"]),
            iat=int(signed["iat"]),
            jti=str(signed["jti"]),
            signature=str(signed["signature"]),
        )
    except (KeyError, ValueError):
        raise DeviceRefused from None


def enrol(code: str, public_key: str) -> Device:
    """Make a device of the agent that knows the code."""
    errand().limits.hit("enrol.address", request.remote_addr or "")
    try:
        key = decode(public_key)
    except ValueError:
        key = b""
    if len(key) != KEY_BYTES:
        raise DeviceRefused
    made: Device = errand().people.devices.enrol(code, key)
    return made


def heartbeat(signed: Mapping[str, Any], report: Mapping[str, Any]) -> Device:
    """The agent says that its device lives."""
    heard: Device = errand().people.devices.heartbeat(proof_of(signed), dict(report))
    return heard


def challenge() -> tuple[str, datetime]:
    """Something for the agent to sign, once, within a minute."""
    errand().limits.hit("device_session.address", request.remote_addr or "")
    made: tuple[str, datetime] = errand().people.devices.challenge()
    return made


def open_session(signed: Mapping[str, Any], lang: str = "") -> tuple[str, Actor, Device]:
    """A kiosk session for whoever stands there: a session of this browser before it ends at once."""
    people = errand().people
    device: Device = people.devices.verify("session", proof_of(signed))
    people.sessions.end_of_device(device.id, "next-person")
    opening = Opening(
        channel="kiosk",
        device=device.id,
        region=device.region,
        lang=lang if lang in LANGUAGES else chosen_language(),
    )
    token, actor = people.sessions.open(opening)
    identity.become(actor)
    return token, actor, device
