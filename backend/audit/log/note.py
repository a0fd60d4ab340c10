"""Signed notes and checkpoints (C2SP signed-note, tlog-checkpoint, tlog-proof), by Ed25519."""

from __future__ import annotations

import binascii
import hashlib
from base64 import b64decode, b64encode
from collections.abc import Sequence
from dataclasses import dataclass

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from backend.audit.log.merkle import HASH, included, leaf_hash

ED25519 = b"\1"
PROOF = "c2sp.org/tlog-proof@v1"


class NoteBroken(Exception):
    """A text that is no signed note, is not signed by this key, or says no checkpoint."""


@dataclass(frozen=True)
class Checkpoint:
    """How large the log is, and its root."""

    origin: str
    size: int
    root: bytes

    def text(self) -> str:
        """What is signed."""
        return f"{self.origin}\n{self.size}\n{b64encode(self.root).decode()}\n"


@dataclass(frozen=True)
class PublicKey:
    """The public key of a log, by its name; `str` gives the verifier key `name+id+key`."""

    name: str
    key: bytes

    @classmethod
    def read(cls, text: str) -> PublicKey:
        """From a verifier key. Raises NoteBroken."""
        name, plus, rest = text.strip().partition("+")
        mark, _, encoded = rest.partition("+")
        data = _unbase64(encoded)
        found = cls(name, data[1:])
        if not plus or not name or data[:1] != ED25519 or len(data) != 33 or found.id.hex() != mark:
            raise NoteBroken("this is no verifier key of a log (name+id+key)")
        return found

    @property
    def id(self) -> bytes:
        """Four bytes that tell keys of one name apart."""
        return hashlib.sha256(self.name.encode() + b"\n" + ED25519 + self.key).digest()[:4]

    def __str__(self) -> str:
        return f"{self.name}+{self.id.hex()}+{b64encode(ED25519 + self.key).decode()}"

    def open(self, note: str) -> Checkpoint:
        """The checkpoint of a note that this key signed. Raises NoteBroken."""
        return _checkpoint(self.text_of(note), self.name)

    def text_of(self, note: str) -> str:
        """What a note says that this key signed; lines of other keys are left alone. Raises NoteBroken."""
        text, blank, lines = note.rpartition("\n\n")
        text += "\n"
        if not blank or not note.endswith("\n"):
            raise NoteBroken("this is no signed note")
        signatures = [found for line in lines[:-1].split("\n") if (found := self._mine(line)) is not None]
        if not signatures:
            raise NoteBroken(f"it is not signed by {self}")
        for signature in signatures:
            try:
                Ed25519PublicKey.from_public_bytes(self.key).verify(signature, text.encode())
            except InvalidSignature:
                raise NoteBroken(f"the signature of {self.name} does not fit its text") from None
        return text

    def _mine(self, line: str) -> bytes | None:
        words = line.split(" ")
        if len(words) != 3 or words[0] != "—":
            raise NoteBroken("a line of its signatures is none")
        data = _unbase64(words[2])
        return data[4:] if words[1] == self.name and data[:4] == self.id else None


class PrivateKey:
    """The log's own key. Never printed."""

    def __init__(self, name: str, key: Ed25519PrivateKey):
        if not name or "+" in name or any(character.isspace() for character in name):
            raise ValueError("a log's name has no spaces and no plus")
        self._key = key
        self.public = PublicKey(name, key.public_key().public_bytes_raw())

    def sign(self, size: int, root: bytes) -> str:
        """The signed checkpoint."""
        return self.sign_text(Checkpoint(self.public.name, size, root).text())

    def sign_text(self, text: str) -> str:
        """The signed note of a text that ends with a newline."""
        signature = b64encode(self.public.id + self._key.sign(text.encode())).decode()
        return f"{text}\n— {self.public.name} {signature}\n"


def proof_text(index: int, proof: Sequence[bytes], checkpoint: str) -> str:
    """That a leaf stands in the log, as one text that can be checked anywhere (tlog-proof)."""
    lines = [PROOF, f"index {index}", *(b64encode(each).decode() for each in proof)]
    return "\n".join(lines) + f"\n\n{checkpoint}"


def check_proof(leaf: bytes, proof: str, key: PublicKey) -> int:
    """The position of the leaf in the log, as the proof shows it. Raises NoteBroken."""
    head, _, note = proof.partition("\n\n")
    kind, *lines = head.split("\n")
    if lines and lines[0].startswith("extra "):
        lines = lines[1:]
    if kind != PROOF or not lines or not lines[0].startswith("index "):
        raise NoteBroken("this is no proof of a log")
    index = _number(lines[0].removeprefix("index "))
    signed = key.open(note)
    path = [_unbase64(line) for line in lines[1:]]
    if not included(leaf_hash(leaf), index, signed.size, path, signed.root):
        raise NoteBroken("the proof does not lead from this leaf to the signed root")
    return index


def _checkpoint(text: str, origin: str) -> Checkpoint:
    lines = text.split("\n")
    if len(lines) < 4 or lines[0] != origin:
        raise NoteBroken(f"it is no checkpoint of {origin}")
    root = _unbase64(lines[2])
    if len(root) != HASH:
        raise NoteBroken("its root is no hash")
    return Checkpoint(origin, _number(lines[1]), root)


def _number(text: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) < 20) or str(int(text)) != text:
        raise NoteBroken(f"{text!r} is no number")
    return int(text)


def _unbase64(text: str) -> bytes:
    try:
        data = b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        raise NoteBroken("a line is not base64") from None
    if b64encode(data).decode() != text:
        raise NoteBroken("a line is not base64")
    return data
