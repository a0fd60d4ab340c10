"""A house for tests: cases over the real PostgreSQL, the reference process, people with sessions."""

from __future__ import annotations

import secrets
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

from backend.adapters.postgres.database import Database
from backend.adapters.postgres.journal import PostgresJournal
from backend.cases import Ask, Cases, Changed
from backend.cases.commands import Decide, StartCase, Submit
from backend.cases.packs import Packs
from backend.cases.tools import NoFacts, Tools
from backend.procedures import read_folder, read_regions
from backend.rights import Actor
from backend.vault import Vault

PERMIT = Path(__file__).resolve().parents[1] / "benchmarks" / "workflows" / "permit"
APPLY = {**{f"field_{n:02d}": f"value number {n}" for n in range(11)}, "amount": 80}


def a_key() -> str:
    """A fresh idempotency key."""
    return secrets.token_urlsafe(16)


class House:
    """What a test holds: cases over a database, and people who ask."""

    def __init__(self, url: str, vault: Vault | None = None, **more: Any):
        self.url = url
        self.records = Database(url)
        self.vault = vault or Vault.ephemeral()
        packs = Packs(self.records)
        packs.deploy(read_folder(PERMIT), "permit")
        self.tools = Tools(self.vault, packs, NoFacts(), read_regions())
        self.cases = Cases(self.records, lambda: PostgresJournal(self.records), self.tools, **more)

    def another(self) -> Cases:
        """The cases of another process: a committer of its own."""
        return Cases(self.records, lambda: PostgresJournal(self.records), self.tools)

    def session(self, kind: str, channel: str, person: UUID | None, **columns: Any) -> UUID:
        """A live session in the database."""
        session = uuid4()
        with self.records.connect() as connection:
            if person is not None:
                connection.execute(
                    "INSERT INTO person (id, kind, identity, profile) VALUES (%s, %s, %s, '')"
                    " ON CONFLICT DO NOTHING",
                    (person, kind, person.bytes),
                )
            connection.execute(
                "INSERT INTO session (id, token_hash, stamp, kind, channel, person, idle, expires_at)"
                " VALUES (%s, %s, 1, %s, %s, %s, %s, clock_timestamp() + interval '1 hour')",
                (session, secrets.token_bytes(32), kind, channel, person, columns.get("idle", 900)),
            )
        return session

    def citizen(self, channel: str = "web", person: UUID | None = None) -> Actor:
        """Someone who has just logged in."""
        person = person or uuid4()
        session = self.session("citizen", channel, person)
        return Actor(
            kind="citizen", id=str(person), channel=channel, session=session, stamp=1, level="L2",
            auth_time=datetime.now(UTC),
        )  # fmt: skip

    def official(self, department: str = "permits-south", role: str = "caseworker") -> Actor:
        """A case worker at the desk."""
        person = uuid4()
        session = self.session("staff", "desk", person)
        return Actor(
            kind="staff", id=str(person), channel="desk", session=session, stamp=1, level="L2",
            roles=frozenset({role}), department=department,
        )  # fmt: skip

    def start(self, actor: Actor, key: str | None = None, procedure: str = "permit") -> Changed:
        """A new case about the actor."""
        key = key or a_key()
        command = StartCase(procedure=procedure, region="south", subject=UUID(actor.id))
        return self.cases.change(
            Ask(actor=actor, case=self.cases.case_id_for(actor, key), command=command, key=key)
        )

    def submit(self, actor: Actor, case: UUID, answers: dict[str, Any], **more: Any) -> Changed:
        """The open task of the actor, submitted as a screen would: with what it read."""
        task = self.cases.read.open_tasks(actor, case)[0]
        command = (Decide if actor.kind == "staff" else Submit)(
            task=more.pop("task", task.task), answers=answers
        )
        given: dict[str, Any] = {"key": a_key(), "revision": task.revision, "lease": task.lease_epoch, **more}
        return self.cases.change(Ask(actor=actor, case=case, command=command, **given))

    def count(self, table: str, case: UUID | None = None) -> int:
        """Rows of a table, of one case or of all."""
        with self.records.connect() as connection:
            where = " WHERE case_id = %s" if case else ""
            row = connection.execute(
                f"SELECT count(*) AS n FROM {table}{where}", (case,) if case else ()
            ).fetchone()  # type: ignore[arg-type]
        assert row is not None
        return int(row["n"])

    def sql(self, text: str, *params: Any) -> list[dict[str, Any]]:
        """A statement of the test's own."""
        with self.records.connect() as connection:
            cursor = connection.execute(text, params)  # type: ignore[call-overload]
            return cursor.fetchall() if cursor.description else []

    def close(self) -> None:
        self.cases.close()
        self.records.close()
