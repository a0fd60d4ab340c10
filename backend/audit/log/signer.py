"""The log's key, and the memory that refuses to sign a log that was turned back or rewritten.

The memory is the last signed checkpoint in a file outside the database: a database that is restored from an
older copy, or in which leaves were changed, does not fit it.
"""

from __future__ import annotations

import fcntl
import os
from collections.abc import Callable
from pathlib import Path

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from backend.audit.log.directory import write_whole
from backend.audit.log.note import Checkpoint, NoteBroken, PrivateKey


class RolledBack(Exception):
    """The log is not the one that was signed before; its text says how. Nothing was signed."""


class Signer:
    """Signs checkpoints of one log; `memory` is the file that holds the last of them."""

    def __init__(self, key: PrivateKey, memory: Path):
        self._key = key
        self._memory = memory
        self.public = key.public

    def last(self) -> Checkpoint | None:
        """What was signed last, as far as this machine knows. Raises RolledBack when the file is broken."""
        try:
            return self.public.open(self._memory.read_text(encoding="utf-8"))
        except FileNotFoundError:
            return None
        except (NoteBroken, UnicodeDecodeError) as error:
            raise RolledBack(f"{self._memory} holds no checkpoint of this log: {error}") from None

    def check(self, size: int, root_at: Callable[[int], bytes]) -> None:
        """Raises RolledBack unless a log of `size`, with the roots of `root_at`, goes on from the last."""
        last = self.last()
        if last is None:
            return
        if last.size > size:
            raise RolledBack(
                f"the log has {size} leaves, but {last.size} were signed: the database was turned back, or "
                f"is another one. If that is meant, move {self._memory} away"
            )
        if root_at(last.size) != last.root:
            raise RolledBack(f"the first {last.size} leaves are not those that were signed")

    def sign(self, size: int, root: bytes) -> str:
        """The signed checkpoint, after `check`."""
        return self._key.sign(size, root)

    def remember(self, checkpoint: str) -> None:
        """Keep what is now committed, unless a later one is kept. Raises RolledBack for a second root."""
        signed = self.public.open(checkpoint)
        self._memory.parent.mkdir(parents=True, exist_ok=True)
        with open(self._memory.with_name(self._memory.name + ".lock"), "w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            last = self.last()
            if last is not None and last.size == signed.size and last.root != signed.root:
                raise RolledBack(f"two logs of {signed.size} leaves were signed")
            if last is None or last.size < signed.size:
                write_whole(self._memory, checkpoint.encode())


def make_key(path: Path) -> None:
    """A new Ed25519 key in `path` (PKCS #8, PEM, 0600), unless one is there; of two that start one wins."""
    if path.exists():
        return
    data = Ed25519PrivateKey.generate().private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    fresh = path.with_name(f".{path.name}.{os.getpid()}")
    with open(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    try:
        os.link(fresh, path)
    except FileExistsError:
        pass
    finally:
        fresh.unlink()


def read_key(path: Path, name: str) -> PrivateKey:
    """The key of the log of this name. Raises FileNotFoundError, or ValueError when it is no Ed25519 key."""
    key = serialization.load_pem_private_key(path.read_bytes(), password=None)
    if not isinstance(key, Ed25519PrivateKey):
        raise ValueError(f"{path} holds no Ed25519 key")
    return PrivateKey(name, key)
