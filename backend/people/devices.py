"""Devices of halls: enrolled once by a code, known by the key that their agent holds, alive by
heartbeats."""

from __future__ import annotations

import hashlib
import re
import secrets
from base64 import urlsafe_b64decode, urlsafe_b64encode
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import msgspec
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from msgspec import Struct

from backend.cases.records import Records
from backend.people.errors import CodeNotAvailable, DeviceRefused
from backend.people.sessions import SILENT_SECONDS, Sessions

ENROL_SECONDS = 15 * 60
CHALLENGE_SECONDS = 60
CLOCK = timedelta(seconds=60)
JTI = re.compile(r"[A-Za-z0-9_-]{16,64}")


class Device(Struct, frozen=True):
    """A device, where it stands, and whether it is active, suspect (silent) or revoked."""

    id: UUID
    kiosk: str
    hall: str
    region: str
    state: str


class Proof(Struct, frozen=True, kw_only=True):
    """What an agent signed: a purpose, our challenge, its time and a number used once."""

    device: UUID
    challenge: str
    iat: int
    jti: str
    signature: str

    def message(self, purpose: str) -> bytes:
        """The exact bytes under the signature."""
        parts = ("errand-device-v1", purpose, str(self.device), self.challenge, str(self.iat), self.jti)
        return "\n".join(parts).encode()


class Devices:
    """Enrols devices, checks what they sign, hears their heartbeats."""

    def __init__(self, records: Records, sessions: Sessions) -> None:
        self._records = records
        self._sessions = sessions

    def enrolment_code(self, *, kiosk: str, hall: str, region: str) -> str:
        """A code of 128 bits that enrols one device at this place, once, within 15 minutes."""
        code = secrets.token_urlsafe(16)
        self._records.run(
            "people.enrolment_make",
            code_hash=_hash(code), kiosk=kiosk, hall=hall, region=region, seconds=ENROL_SECONDS,
        )  # fmt: skip
        return code

    def enrol(self, code: str, public_key: bytes) -> Device:
        """Make the device whose agent holds the key; one that stood in this place is revoked with its
        sessions."""
        with self._records.transaction() as records:
            place = records.row("people.enrolment_use", code_hash=_hash(code))
            if place is None:
                raise CodeNotAvailable
            before = records.row("people.device_in_place", kiosk=place["kiosk"], hall=place["hall"])
            made = uuid4()
            records.run("people.device_make", id=made, public_key=public_key, **place)
        if before is not None:
            self._sessions.end_of_device(before["id"], "device-replaced")
        return Device(made, place["kiosk"], place["hall"], place["region"], "active")

    def get(self, device: UUID) -> Device | None:
        """A device by id."""
        row = self._row(device)
        return None if row is None else _device(row)

    def in_place(self, *, kiosk: str, hall: str) -> UUID | None:
        """The device that stands at a place now, if one is enrolled."""
        row = self._records.row("people.device_in_place", kiosk=kiosk, hall=hall)
        return None if row is None else row["id"]

    def challenge(self) -> tuple[str, datetime]:
        """A random challenge and when it ends; it can be answered once."""
        challenge = secrets.token_urlsafe(16)
        row = self._records.row(
            "people.challenge_make", challenge_hash=_hash(challenge), seconds=CHALLENGE_SECONDS
        )
        if row is None:
            raise LookupError("a challenge that was kept is not there")
        return challenge, row["expires_at"]

    def verify(self, purpose: str, proof: Proof) -> Device:
        """The active device that answered our challenge for this purpose. Raises DeviceRefused."""
        device = self._signed(purpose, proof)
        if self._records.run("people.challenge_use", challenge_hash=_hash(proof.challenge)) != 1:
            raise DeviceRefused
        if device.state != "active":
            raise DeviceRefused
        return device

    def heartbeat(self, proof: Proof, report: dict[str, Any]) -> Device:
        """A device says that it lives; a silent one is active again. Raises DeviceRefused if it is
        revoked."""
        device = self._signed("heartbeat", proof)
        written = msgspec.json.encode(report).decode()
        if self._records.run("people.device_heard", id=device.id, report=written) != 1:
            raise DeviceRefused
        return Device(device.id, device.kiosk, device.hall, device.region, "active")

    def revoke(self, device: UUID) -> bool:
        """Trust a device no more; its sessions end at once."""
        done = self._records.run("people.device_revoke", id=device) == 1
        self._sessions.end_of_device(device, "device-revoked")
        return done

    def _signed(self, purpose: str, proof: Proof) -> Device:
        row = self._row(proof.device)
        if row is None or row["state"] == "revoked" or not JTI.fullmatch(proof.jti):
            raise DeviceRefused
        if abs(row["now"].timestamp() - proof.iat) > CLOCK.total_seconds():
            raise DeviceRefused
        try:
            Ed25519PublicKey.from_public_bytes(bytes(row["public_key"])).verify(
                decode(proof.signature), proof.message(purpose)
            )
        except (InvalidSignature, ValueError):
            raise DeviceRefused from None
        if self._records.run("people.proof_once", device=proof.device, jti=proof.jti) != 1:
            raise DeviceRefused
        return _device(row)

    def _row(self, device: UUID) -> dict[str, Any] | None:
        return self._records.row("people.device_by_id", id=device, silent_seconds=SILENT_SECONDS)


def encode(data: bytes) -> str:
    """Base64url without padding."""
    return urlsafe_b64encode(data).rstrip(b"=").decode()


def decode(text: str) -> bytes:
    """The bytes of base64url without padding; raises ValueError."""
    if not re.fullmatch(r"[A-Za-z0-9_-]*", text):
        raise ValueError("not base64url")
    return urlsafe_b64decode(text + "=" * (-len(text) % 4))


def _hash(code: str) -> bytes:
    return hashlib.sha256(code.encode()).digest()


def _device(row: dict[str, Any]) -> Device:
    return Device(row["id"], row["kiosk"], row["hall"], row["region"], row["state"])
