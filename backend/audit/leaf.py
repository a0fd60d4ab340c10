"""One leaf of the audit log: RFC 8785 canonical JSON, at most 4 KiB, without names, numbers or values.

A person appears only as a hash of her person id. That id is a random UUID that stands nowhere outside this
installation, and is therefore the salt: once the person's row is erased, nothing links the leaf to her.
"""

from __future__ import annotations

import hashlib
from base64 import b64encode
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Protocol
from uuid import UUID, uuid4

import msgspec

MAX_BYTES = 4096
MAX_REASON = 200
PERSONS = frozenset({"citizen"})
_ENCODER = msgspec.json.Encoder(order="sorted")


class Who(Protocol):
    """What a leaf needs of the one who acts (rights.Actor has it)."""

    @property
    def kind(self) -> str: ...
    @property
    def id(self) -> str: ...
    @property
    def department(self) -> str: ...


def leaf(  # noqa: PLR0913  each is one word of the leaf
    act: str,
    actor: Who,
    *,
    case: UUID | None = None,
    case_seq: int | None = None,
    subject: UUID | str | None = None,
    rule: str | None = None,
    fields: Sequence[str] = (),
    outcome: str = "ok",
    reason: str = "",
    ref: Mapping[str, str] | None = None,
    body: bytes = b"",
    at: datetime | None = None,
) -> bytes:
    """The bytes of a leaf. `body` is the sealed record that the database keeps (its nonce salts the hash);
    `fields` are names, never values; `at` is the database's clock. Raises ValueError above 4 KiB."""
    record: dict[str, object] = {
        "v": 1,
        "id": str(uuid4()),
        "t": _instant(at or datetime.now(UTC)),
        "act": act,
        "actor": {"k": actor.kind, "id": pseudonym(actor.id) if actor.kind in PERSONS else actor.id},
        "res": outcome,
    }
    optional = {
        "dept": actor.department,
        "case": str(case) if case else None,
        "case_seq": case_seq,
        "subj": pseudonym(str(subject)) if subject else None,
        "rule": rule,
        "fields": list(fields),
        "reason": reason[:MAX_REASON],
        "ref": dict(ref or {}),
        "body_h": hashlib.sha256(body).hexdigest() if body else None,
    }
    record.update((name, value) for name, value in optional.items() if value not in (None, "", [], {}))
    return canonical(record)


def pseudonym(person: str) -> str:
    """How a leaf names a person: base64 of a hash of the random person id."""
    return b64encode(hashlib.sha256(b"errand-subject-v1\0" + person.encode()).digest()).decode()


def canonical(record: Mapping[str, object]) -> bytes:
    """RFC 8785 for what a leaf has: texts, whole numbers, lists, and objects with ASCII keys."""
    data = _ENCODER.encode(record)
    if len(data) > MAX_BYTES:
        raise ValueError("an audit leaf has at most 4 KiB")
    return data


def _instant(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")
