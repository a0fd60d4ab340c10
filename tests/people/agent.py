"""A kiosk's agent for tests: holds a key, enrols, signs."""

from __future__ import annotations

import time
from typing import Any
from uuid import uuid4

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from backend.people import People, Proof
from backend.people.devices import encode


class Agent:
    """Enrolled at a kiosk of Southmere Town Hall."""

    def __init__(self, people: People, kiosk: str = "3") -> None:
        self.people = people
        self.key = Ed25519PrivateKey.generate()
        self.code = people.devices.enrolment_code(kiosk=kiosk, hall="Southmere Town Hall", region="south")
        self.device = people.devices.enrol(self.code, self.key.public_key().public_bytes_raw())

    def sign(self, purpose: str, challenge: str, **more: Any) -> Proof:
        """A proof over a challenge; `more` replaces what is signed."""
        told = {
            "device": self.device.id,
            "challenge": challenge,
            "iat": int(time.time()),
            "jti": encode(uuid4().bytes),
        }
        unsigned = Proof(signature="", **(told | more))
        return Proof(signature=encode(self.key.sign(unsigned.message(purpose))), **(told | more))

    def proof(self, purpose: str) -> Proof:
        """A proof over a fresh challenge."""
        return self.sign(purpose, self.people.devices.challenge()[0])

    def wire(self, purpose: str) -> dict[str, Any]:
        """The same as it is sent."""
        made = self.proof(purpose)
        return {
            "device_id": str(made.device), "challenge": made.challenge, "iat": made.iat, "jti": made.jti,
            "signature": made.signature,
        }  # fmt: skip
