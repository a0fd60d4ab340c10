"""Facts about a person: asked under a rule, kept under a key of their own, referred to by handle.

A case holds only the handle. So one person's facts can be forgotten (his key is destroyed) without
harm to the case or to the others in it, and a copy of the case's state holds no registry data.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any, Protocol
from uuid import UUID

import msgspec

from backend.cases.records import Records

SEAL = "evidence.fact"


class Key(Protocol):
    def seal(self, name: str, plaintext: bytes) -> bytes: ...
    def open(self, name: str, sealed: bytes) -> bytes: ...


class Keys(Protocol):
    """The part of the vault that evidence needs."""

    def new_key(self) -> tuple[Any, bytes]: ...
    def unwrap(self, wrapped: bytes) -> Any: ...


class Facts:
    """Keeps and gives back what registries said, sealed per case and person."""

    def __init__(self, records: Records, vault: Keys) -> None:
        self._records = records
        self._vault = vault

    def seal(self, case: UUID, person: UUID, fields: dict[str, Any]) -> bytes:
        """`fields` sealed under the key of (case, person), which is made at first use."""
        return self.key(case, person).seal(SEAL, msgspec.json.encode(fields))

    def fact(self, case: UUID, handle: UUID) -> dict[str, Any] | None:
        """The fields behind `handle` in `case`, or None if there is no such fact or it was forgotten."""
        return self.facts(case, [handle]).get(handle)

    def facts(self, case: UUID, handles: list[UUID]) -> dict[UUID, dict[str, Any]]:
        """The fields of all these handles that are known and not forgotten."""
        rows = self._records.rows("evidence.facts", case_id=case, handles=handles)
        return {row["handle"]: self._open(row) for row in rows}

    def _open(self, row: dict[str, Any]) -> dict[str, Any]:
        fields: dict[str, Any] = msgspec.json.decode(
            self._vault.unwrap(row["wrapped"]).open(SEAL, row["sealed"])
        )
        return fields

    def key(self, case: UUID, person: UUID) -> Key:
        """The key of (case, person), made at first use; `forget` destroys it."""
        _, wrapped = self._vault.new_key()
        row = self._records.row("evidence.person_key", case_id=case, person_id=person, wrapped=wrapped)
        assert row is not None
        key: Key = self._vault.unwrap(row["wrapped"])
        return key

    def forget(self, case: UUID, person: UUID) -> None:
        """Destroys the key of (case, person): what was sealed under it can never be read again."""
        self._records.run("evidence.forget", case_id=case, person_id=person)


class Reads:
    """What was read about a person: by whom, when, why, which fields. Never a value."""

    def __init__(self, records: Records) -> None:
        self._records = records

    def about(
        self, person: UUID, *, limit: int = 100, before: datetime | None = None
    ) -> list[dict[str, Any]]:
        """Newest first, at most 1,000."""
        return self._records.rows("evidence.reads", person_id=person, limit=min(limit, 1000), before=before)
