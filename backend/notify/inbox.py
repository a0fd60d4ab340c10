"""The inbox: what a person was told. Words come from the procedure's texts when it is read."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

import msgspec

from backend.cases.records import Records
from backend.notify.kinds import kinds


class Message(msgspec.Struct, frozen=True, kw_only=True):
    """One message; its words are `message.<kind>` of the procedure's texts in that version."""

    id: UUID
    kind: str
    case_id: UUID
    procedure: str
    pack_version: str
    created_at: Any
    read_at: Any


class Inbox:
    """Messages of persons, one per case, version and kind however often a change is told."""

    def __init__(self, records: Records) -> None:
        self._records = records

    def tell(self, case: UUID, version: int, body: Mapping[str, Any]) -> list[UUID]:
        """Keeps the messages of this change and returns their ids, the same ones when it is told again."""
        if not body.get("subject"):
            return []
        rows = self._records.rows(
            "notify.tell",
            case_id=case,
            version=version,
            kinds=list(kinds(body)),
            person_id=UUID(body["subject"]),
            procedure=body["procedure"],
            pack_version=body["pack_version"],
        )
        return [row["id"] for row in rows]

    def messages(self, person: UUID, *, limit: int = 50) -> list[Message]:
        """Newest first."""
        return [
            msgspec.convert(row, Message)
            for row in self._records.rows("notify.messages", person_id=person, limit=limit)
        ]

    def unread(self, person: UUID) -> int:
        row = self._records.row("notify.unread", person_id=person)
        return int(row["count"]) if row else 0

    def read(self, person: UUID, message: UUID) -> bool:
        """Marks the person's own message as read; False if there is none of that id."""
        return self._records.run("notify.read", person_id=person, id=message) == 1
