"""One data key: AES-256-GCM over small records, each bound to a logical name.

A sealed record is `format (1 byte) | nonce (12) | ciphertext and tag`. The additional data are the logical
name
and the key's version, never a table or partition, so that a record survives restores and moves between
tables.
"""

from __future__ import annotations

import os

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

FORMAT = b"\x01"
NONCE = 12
KEY = 32
OVERHEAD = len(FORMAT) + NONCE + 16


class SealBroken(Exception):
    """A sealed record was altered, belongs to another name, or was sealed by another key."""


class DataKey:
    """Seals and opens records. Safe to share between threads; never printed."""

    __slots__ = ("_aead", "version")

    def __init__(self, key: bytes, version: int = 1):
        if len(key) != KEY:
            raise ValueError("a data key has 32 bytes")
        self._aead = AESGCM(key)
        self.version = version

    def seal(self, name: str, plaintext: bytes) -> bytes:
        """Encrypt `plaintext` under a fresh random nonce; only `open` with the same name gives it back."""
        nonce = os.urandom(NONCE)
        return FORMAT + nonce + self._aead.encrypt(nonce, plaintext, self._bound(name))

    def open(self, name: str, sealed: bytes) -> bytes:
        """The plaintext of a record that `seal` made under this name, or SealBroken."""
        sealed = bytes(sealed)
        if len(sealed) < OVERHEAD or sealed[:1] != FORMAT:
            raise SealBroken("not a sealed record")
        try:
            return self._aead.decrypt(sealed[1 : 1 + NONCE], sealed[1 + NONCE :], self._bound(name))
        except InvalidTag:
            raise SealBroken(f"the record {name!r} does not open") from None

    def _bound(self, name: str) -> bytes:
        return f"errand/{name}/{self.version}".encode()

    def __repr__(self) -> str:
        return f"DataKey(version={self.version})"
