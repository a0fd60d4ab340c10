"""The secrets of a handoff, and what is kept of each."""

from __future__ import annotations

import hashlib
import re
import secrets
from typing import Protocol

QR_BYTES = 16  # 22 characters of base64url
USER_ALPHABET = "BCDFGHJKLMNPQRSTVWXZ"  # RFC 8628, 6.1: no vowels, so no words
USER_LENGTH = 8
NUMBER_DIGITS = 6

CODE_SECONDS = 30
GRACE_SECONDS = 15
USER_CODE_SECONDS = 120
CLAIM_SECONDS = 180
NUMBER_SECONDS = 90
ACTIVATE_SECONDS = 30
HANDOFF_SECONDS = 15 * 60
MOST_EPOCHS = 10
MOST_ROUNDS = 5
TRIES = 3
USER_CODE_TRIES = 5

_QR = re.compile(r"[A-Za-z0-9_-]{22}\Z")
_NUMBER = re.compile(r"[0-9]{6}\Z")


class Mac(Protocol):
    """Hides secrets of low entropy: vault.Vault."""

    def mac(self, purpose: str, value: str | bytes) -> bytes: ...


def new_qr() -> str:
    """128 random bits."""
    return secrets.token_urlsafe(QR_BYTES)


def new_user_code() -> str:
    """Eight letters in two fours: BCDF-GHJK."""
    letters = "".join(secrets.choice(USER_ALPHABET) for _ in range(USER_LENGTH))
    return f"{letters[:4]}-{letters[4:]}"


def new_claim() -> str:
    """256 random bits, for the browser that scanned."""
    return secrets.token_urlsafe(32)


def new_number() -> str:
    """Six digits."""
    return f"{secrets.randbelow(10**NUMBER_DIGITS):0{NUMBER_DIGITS}}"


def hash_of(token: str) -> bytes:
    """What is kept of a token with enough entropy."""
    return hashlib.sha256(token.encode()).digest()


def qr_hash(code: str) -> bytes:
    """What is kept of a scanned code; text that can be no code gives the hash of nothing that exists."""
    return hash_of(code if _QR.match(code) else "\0no code")


def user_code_mac(vault: Mac, typed: str) -> bytes:
    """What is kept of a typed code; case, spaces and dashes do not matter."""
    letters = re.sub(r"[\s\-\u2010-\u2015]", "", typed).upper()
    good = len(letters) == USER_LENGTH and set(letters) <= set(USER_ALPHABET)
    return vault.mac("handoff-user-code", letters if good else "\0no code")


def number_mac(vault: Mac, handoff: str, number: str) -> bytes:
    """What is kept of a number, of this handoff alone."""
    return vault.mac("handoff-number", f"{handoff}\n{number if _NUMBER.match(number) else 'no number'}")
