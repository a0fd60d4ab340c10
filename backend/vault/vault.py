"""The keys of an installation, in files of a directory that only its owner can enter (development).

kek.key     wraps data keys; changing it rewraps them and re-encrypts nothing
data.key    the wrapped data key for small records that belong to no case
index.key   blind indexes (TRUST: encryption at rest)
mac.key     secrets of low entropy (numbers that people type), which a plain hash would not protect
"""

from __future__ import annotations

import hashlib
import hmac
import os
import secrets
import unicodedata
from collections.abc import Callable
from functools import lru_cache
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from backend.vault.keys import FORMAT, KEY, NONCE, DataKey, SealBroken

WRAPPED_NAME = b"errand/data-key/1"
CACHED_KEYS = 4096


class Vault:
    """Makes, wraps and remembers data keys; seals small records; blinds and authenticates values."""

    def __init__(self, kek: bytes, index: bytes, mac: bytes, wrapped_own: bytes | None = None):
        self._kek = AESGCM(kek)
        self._index = index
        self._mac = mac
        self.unwrap = lru_cache(maxsize=CACHED_KEYS)(self._unwrap)
        self._own = (
            self.unwrap(wrapped_own) if wrapped_own else DataKey(hashlib.sha256(b"own" + kek).digest())
        )

    @classmethod
    def at(cls, directory: Path) -> Vault:
        """The vault whose keys lie in `directory`, made there (0600) at first use; safe when two processes
        start."""
        directory.mkdir(mode=0o700, parents=True, exist_ok=True)
        kek, index, mac = (
            _key_file(directory / f"{name}.key", _random_key) for name in ("kek", "index", "mac")
        )
        own = _key_file(directory / "data.key", lambda: cls(kek, index, mac).new_key()[1])
        return cls(kek, index, mac, own)

    @classmethod
    def ephemeral(cls) -> Vault:
        """A vault with random keys that live only in this object."""
        return cls(_random_key(), _random_key(), _random_key())

    def new_key(self) -> tuple[DataKey, bytes]:
        """A new data key and its wrapped form, which may be stored anywhere."""
        key, version, nonce = _random_key(), 1, os.urandom(NONCE)
        wrapped = FORMAT + nonce + self._kek.encrypt(nonce, bytes([version]) + key, WRAPPED_NAME)
        return DataKey(key, version), wrapped

    def _unwrap(self, wrapped: bytes) -> DataKey:
        try:
            opened = self._kek.decrypt(wrapped[1 : 1 + NONCE], bytes(wrapped[1 + NONCE :]), WRAPPED_NAME)
        except (InvalidTag, ValueError):
            raise SealBroken("a data key does not unwrap under this vault") from None
        return DataKey(opened[1:], opened[0])

    def seal(self, name: str, plaintext: bytes) -> bytes:
        """Seal a small record that belongs to no case (a profile, a push endpoint)."""
        return self._own.seal(name, plaintext)

    def open(self, name: str, sealed: bytes) -> bytes:
        """What `seal` sealed under this name, or SealBroken."""
        return self._own.open(name, sealed)

    def blind(self, field: str, value: str) -> bytes:
        """16 bytes that are equal for equal values of one field; for identifiers, never for low-entropy
        fields."""
        return hmac.digest(self._field_key(field), unicodedata.normalize("NFKC", value).encode(), "sha256")[
            :16
        ]

    def _field_key(self, field: str) -> bytes:
        return hmac.digest(self._index, b"field:" + field.encode(), "sha256")

    def mac(self, purpose: str, value: str | bytes) -> bytes:
        """32 bytes that prove a low-entropy secret without storing it; compare with hmac.compare_digest."""
        data = value.encode() if isinstance(value, str) else value
        return hmac.digest(self._mac, purpose.encode() + b"\0" + data, "sha256")


def _random_key() -> bytes:
    return secrets.token_bytes(KEY)


def _key_file(path: Path, make: Callable[[], bytes]) -> bytes:
    """The content of `path`; made whole and at once when absent, so that of two first starts one wins."""
    if not path.exists():
        fresh = path.with_name(f".{path.name}.{os.getpid()}.{secrets.token_hex(4)}")
        with open(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.write(make())
            file.flush()
            os.fsync(file.fileno())
        try:
            os.link(fresh, path)
        except FileExistsError:
            pass
        finally:
            fresh.unlink()
    return path.read_bytes()
