"""The device: its key, who it is since it was enrolled, and what it signs."""

import json
import os
import secrets
import time
from base64 import urlsafe_b64encode
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
)

PURPOSES = ("session", "handoff", "heartbeat")


def b64url(data: bytes) -> str:
    """Base64url without padding."""
    return urlsafe_b64encode(data).rstrip(b"=").decode()


def signed_bytes(purpose: str, device_id: str, challenge: str, iat: int, jti: str) -> bytes:
    """The bytes under a device's signature: one line each, so that no part can run into the next."""
    return "\n".join(("errand-device-v1", purpose, device_id, challenge, str(iat), jti)).encode()


@dataclass(frozen=True, slots=True)
class Enrolment:
    """What the server said when it took the device in."""

    server: str
    device_id: str
    kiosk: str
    hall: str


class Device:
    """The files of one kiosk: `device.json` (0600) holds key and enrolment, so that both change at once.

    `next-key.pem` is a key that was made to enrol with and that the server has not yet taken.
    """

    def __init__(self, place: Path) -> None:
        self._file = place / "device.json"
        self._next = place / "next-key.pem"
        self._key: Ed25519PrivateKey | None = None
        self.enrolment: Enrolment | None = None
        place.mkdir(mode=0o700, parents=True, exist_ok=True)
        if self._file.exists():
            kept = json.loads(self._file.read_text())
            self._key = _read(kept.pop("key").encode())
            self.enrolment = Enrolment(**kept)

    def new_key(self) -> str:
        """The public key (32 bytes, base64url) to enrol with; it is on disk before it is sent.

        A key that was made but not yet enrolled is offered again: the answer to an earlier attempt may have
        been lost. The key in use stays in use until the server has taken the new one.
        """
        if not self._next.exists():
            _replace(self._next, _pem(Ed25519PrivateKey.generate()))
        public = _read(self._next.read_bytes()).public_key()
        return b64url(public.public_bytes(Encoding.Raw, PublicFormat.Raw))

    def enrolled(self, enrolment: Enrolment) -> None:
        """Takes the new key into use as this device."""
        key = _read(self._next.read_bytes())
        kept = asdict(enrolment) | {"key": _pem(key).decode()}
        _replace(self._file, json.dumps(kept).encode())
        self._next.unlink()
        self._key, self.enrolment = key, enrolment

    def forget_new_key(self) -> None:
        """Throws the key away that the server did not take."""
        self._next.unlink(missing_ok=True)

    def sign(self, purpose: str, challenge: str) -> dict[str, Any]:
        """The signature object that a page or a heartbeat carries to the server.

        Raises LookupError if the device is not enrolled.
        """
        if self._key is None or self.enrolment is None:
            raise LookupError("not enrolled")
        iat, jti = int(time.time()), secrets.token_urlsafe(24)
        message = signed_bytes(purpose, self.enrolment.device_id, challenge, iat, jti)
        return {
            "device_id": self.enrolment.device_id,
            "challenge": challenge,
            "iat": iat,
            "jti": jti,
            "signature": b64url(self._key.sign(message)),
        }


def _pem(key: Ed25519PrivateKey) -> bytes:
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())


def _read(pem: bytes) -> Ed25519PrivateKey:
    key = load_pem_private_key(pem, password=None)
    if not isinstance(key, Ed25519PrivateKey):
        raise ValueError("The device key is no Ed25519 key.")
    return key


def _replace(path: Path, content: bytes) -> None:
    """Writes a file whole or not at all, readable by its owner alone."""
    draft = path.with_name(path.name + ".new")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    draft.replace(path)
