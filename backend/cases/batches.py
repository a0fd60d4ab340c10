"""Migrations of many cases: begun by an operator, carried out by a worker, with what became of each.

A worker that is killed leaves the cases that it did not reach waiting; the next one goes on there. A case
that was carried over and not yet noted is answered by its idempotency key and noted then.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final
from uuid import UUID, uuid5

import msgspec
from msgspec import Struct

from backend.audit.leaf import leaf
from backend.cases.ask import Ask, check_key
from backend.cases.commands import Migrate, MigrateBack
from backend.cases.crash import crash_point
from backend.cases.errors import (
    CaseError,
    Conflict,
    Forbidden,
    NotFound,
    ReasonRequired,
    Refused,
    Unavailable,
)
from backend.cases.operate import LONGEST_REASON
from backend.cases.operations import version
from backend.cases.records import Records
from backend.cases.tools import Tools
from backend.rights import SYSTEM, Actor, can
from backend.rights.thing import Thing

if TYPE_CHECKING:
    from backend.cases.cases import Cases

KINDS: Final = ("plan", "migrate", "back")
OUTCOMES: Final = ("waiting", "done", "possible", "refused", "failed")
NAMES: Final = UUID("5f0d4e0a-3d63-5a07-8c36-0e4b1b1d3f52")  # the name space of the ids of batches
AT_ONCE: Final = 50
MOST: Final = 200
MOST_TOLD: Final = 2000


class Batch(Struct, frozen=True, kw_only=True):
    """A batch and how far it is. kind: `plan` tells what would happen, `migrate` does it, `back` undoes one.

    progress: cases by outcome: waiting, done, possible (of a plan), refused (with the reason), failed.
    """

    batch: UUID
    kind: str
    procedure: str
    pack_from: str
    pack_to: str
    mapping: dict[str, str]
    undoes: UUID | None
    actor: str
    reason: str
    created: datetime
    ended: datetime | None
    progress: dict[str, int]


class Outcome(Struct, frozen=True):
    """What became of one case; `told` names elements of the model, never a value."""

    case: UUID
    reference: str
    outcome: str
    told: str
    version: int | None


class Wanted(Struct, frozen=True, kw_only=True):
    """What an operator asks for. cases: () is all running cases of her region on `pack_from`."""

    kind: str
    procedure: str = ""
    pack_from: str = ""
    pack_to: str = ""
    mapping: dict[str, str] = {}
    cases: tuple[UUID, ...] = ()
    undoes: UUID | None = None
    reason: str = ""


class Batches:
    """Begun, read and run."""

    def __init__(self, records: Records, tools: Tools) -> None:
        self._records = records
        self._tools = tools

    def begin(self, actor: Actor, wanted: Wanted, key: str) -> Batch:
        """The batch, handed to the workers; the same key gives the same batch. Raises Forbidden, NotFound,
        Refused, ReasonRequired."""
        check_key(key)
        self._may(actor)
        batch = uuid5(NAMES, f"{actor.id}\0{key}")
        wanted = self._checked(actor, wanted)
        params = {
            "batch": batch, "kind": wanted.kind, "procedure": wanted.procedure, "pack_from": wanted.pack_from,
            "pack_to": wanted.pack_to, "mapping": msgspec.json.encode(wanted.mapping).decode(),
            "undoes": wanted.undoes, "actor": actor.id, "region": actor.region,
            "department": actor.department,
            "sealed": self._tools.vault.seal("batch-reason", wanted.reason.encode()),
        }  # fmt: skip
        with self._records.transaction() as records:
            if records.run("operations.begin_batch", **params):
                self._fill(records, batch, actor, wanted)
                told = leaf(f"batch.{wanted.kind}", actor, reason=wanted.reason, ref={"batch": str(batch)})
                records.row("audit.stage", leaf=told)
        return self.one(actor, batch)

    def one(self, actor: Actor, batch: UUID) -> Batch:
        """A batch of the operator's region. Raises NotFound, Forbidden."""
        self._may(actor)
        row = self._records.row("operations.batch", batch=batch)
        if row is None or row["region"] != actor.region:
            raise NotFound
        return self._batch(row)

    def all(self, actor: Actor) -> list[Batch]:
        """The batches of the operator's region, the latest first. Raises Forbidden."""
        self._may(actor)
        rows = self._records.rows("operations.batches", region=actor.region, limit=MOST)
        return [self._batch(row) for row in rows]

    def cases(self, actor: Actor, batch: UUID, outcome: str = "") -> list[Outcome]:
        """What became of its cases, at most 200 of one outcome. Raises NotFound, Forbidden."""
        self.one(actor, batch)
        rows = self._records.rows("operations.batch_cases", batch=batch, outcome=outcome, limit=MOST)
        return [
            Outcome(
                row["case_id"], self._tools.reference(row["case_id"], row["region"]), row["outcome"],
                row["told"], row["version"],
            )
            for row in rows
        ]  # fmt: skip

    def run(self, cases: Cases, batch: UUID) -> int:
        """Carry out what waits; gives how many cases were looked at. For a worker. Raises Unavailable when
        the database is away; what was done is done."""
        row = self._records.row("operations.batch", batch=batch)
        if row is None or row["ended"] is not None:
            return 0
        found, count = self._batch(row), 0
        while rows := self._records.rows("operations.batch_waiting", batch=batch, limit=AT_ONCE):
            for each in rows:
                outcome, told, at = self._did(cases, found, each)
                crash_point("batch.did")
                self._records.run(
                    "operations.batch_did", batch=batch, case_id=each["case_id"], outcome=outcome, told=told,
                    version=at,
                )  # fmt: skip
            count += len(rows)
        self._records.run("operations.end_batch", batch=batch)
        return count

    def _did(self, cases: Cases, batch: Batch, row: Mapping[str, Any]) -> tuple[str, str, int | None]:
        """(outcome, what is told of it, the case's version after it)."""
        try:
            if batch.kind == "plan":
                return self._planned(cases, batch, row)
            changed = cases.change(self._ask(batch, row["case_id"]))
        except (Conflict, Unavailable):
            raise
        except CaseError as refused:
            return "refused", str(refused)[:MOST_TOLD], None
        except Exception as error:
            return "failed", type(error).__name__, None
        return "done", "", changed.version

    def _planned(self, cases: Cases, batch: Batch, row: Mapping[str, Any]) -> tuple[str, str, int | None]:
        fates = cases.operations.planned(row, batch.pack_to, batch.mapping)
        wrong = [f"{fate.element or fate.key}: {fate.reason}" for fate in fates if fate.outcome == "refused"]
        return ("refused" if wrong else "possible", "; ".join(wrong)[:MOST_TOLD], row["version"])

    def _ask(self, batch: Batch, case: UUID) -> Ask:
        command: Migrate | MigrateBack
        if batch.kind == "back":
            command = MigrateBack(reason=batch.reason, batch=batch.batch)
        else:
            command = Migrate(to=batch.pack_to, mapping=batch.mapping, reason=batch.reason, batch=batch.batch)
        return Ask(actor=SYSTEM, case=case, command=command, key=f"batch-{batch.batch.hex}")

    def _may(self, actor: Actor) -> None:
        if not can(actor, "batch.migrate", Thing(region=actor.region)):
            raise Forbidden

    def _checked(self, actor: Actor, wanted: Wanted) -> Wanted:
        if wanted.kind not in KINDS:
            raise Refused("no-kind", "A batch plans, migrates or goes back.", 422)
        reason = wanted.reason.strip()
        if not reason and wanted.kind != "plan":
            raise ReasonRequired
        if len(reason) > LONGEST_REASON:
            raise Refused("reason-too-long", f"A reason has at most {LONGEST_REASON} characters.", 422)
        if wanted.kind == "back":
            return self._undoing(actor, wanted, reason)
        for one in (wanted.pack_from, wanted.pack_to):
            version(self._tools.packs, wanted.procedure, one)
        if wanted.pack_from == wanted.pack_to:
            raise Refused("same-version", "The cases are on this version already.")
        return msgspec.structs.replace(wanted, reason=reason, undoes=None)

    def _undoing(self, actor: Actor, wanted: Wanted, reason: str) -> Wanted:
        undone = self.one(actor, wanted.undoes) if wanted.undoes is not None else None
        if undone is None or undone.kind != "migrate":
            raise Refused("no-batch", "Name the batch of a migration that is to be undone.", 422)
        return Wanted(
            kind="back", procedure=undone.procedure, pack_from=undone.pack_to, pack_to=undone.pack_from,
            undoes=undone.batch, reason=reason,
        )  # fmt: skip

    def _fill(self, records: Records, batch: UUID, actor: Actor, wanted: Wanted) -> None:
        known = {"batch": batch, "procedure": wanted.procedure, "pack_from": wanted.pack_from}
        if wanted.undoes is not None:
            records.run("operations.batch_undone", batch=batch, undoes=wanted.undoes)
        elif wanted.cases:
            cases: Sequence[UUID] = list(wanted.cases)
            records.run("operations.batch_some", **known, region=actor.region, cases=cases)
        else:
            records.run("operations.batch_all", **known, region=actor.region)

    def _batch(self, row: Mapping[str, Any]) -> Batch:
        counts = self._records.rows("operations.batch_progress", batch=row["batch"])
        return Batch(
            batch=row["batch"], kind=row["kind"], procedure=row["procedure"], pack_from=row["pack_from"],
            pack_to=row["pack_to"], mapping=msgspec.json.decode(row["mapping"], type=dict[str, str]),
            undoes=row["undoes"], actor=row["actor"], created=row["created"], ended=row["ended"],
            reason=self._tools.vault.open("batch-reason", row["sealed"]).decode(),
            progress={one["outcome"]: one["cases"] for one in counts},
        )  # fmt: skip
