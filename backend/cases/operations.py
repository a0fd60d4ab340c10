"""What operators read besides `Operating`: plans of migrations, histories in words, the log, exports."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from msgspec import Struct, structs

from backend.cases import sealing
from backend.cases.errors import Forbidden, NotFound, Refused
from backend.cases.records import Records
from backend.cases.tools import Tools
from backend.engine import Refused as EngineRefused
from backend.engine import default_mapping, plan_migration
from backend.engine import events as ev
from backend.engine.export import Lived, ocel, xes
from backend.engine.history import Line, readable
from backend.engine.migration import Fate
from backend.procedures import Procedure
from backend.rights import Actor, can
from backend.rights.thing import Thing

FORMATS: Final = {"ocel": ocel, "xes": xes}
MOST_EXPORTED: Final = 10_000


class Done(Struct, frozen=True, kw_only=True):
    """One line of the log of operations."""

    version: int
    at: datetime
    act: str
    actor: str
    reason: str
    batch: UUID | None


class Version(Struct, frozen=True, kw_only=True):
    """A deployed version of a procedure, and how many of the operator's cases run on it."""

    version: str
    active: bool
    running: int


class Known(Struct, frozen=True):
    """A case as an operator may see it, with its key and its procedure."""

    row: Mapping[str, Any]
    key: Any
    pack: Procedure


class Operations:
    """Reads for operators; each asks the right that it names."""

    def __init__(self, records: Records, tools: Tools) -> None:
        self._records = records
        self._tools = tools

    def plan(self, actor: Actor, case: UUID, to: str, mapping: Mapping[str, str]) -> tuple[Fate, ...]:
        """What a migration would do to each token; nothing is changed. Raises NotFound, Forbidden, or
        Refused for a version that there is not and a case that has ended."""
        known = self._known(actor, case, "case.migrate")
        return self.planned(known.row, to, mapping)

    def planned(self, row: Mapping[str, Any], to: str, mapping: Mapping[str, str]) -> tuple[Fate, ...]:
        """The same for a row of a case, with no right asked."""
        packs = self._tools.packs
        old = packs.get(row["procedure"], row["pack"]).process
        state = sealing.open_state(self._tools.vault.unwrap(row["wrapped"]), row["blob"])
        now = self._records.row("cases.now")
        assert now is not None
        new = version(packs, row["procedure"], to)
        try:
            return plan_migration(old, new.process, state, mapping, now["now"]).fates
        except EngineRefused as refused:
            raise Refused(refused.code, str(refused)) from None

    def mapping(self, procedure: str, old: str, to: str) -> dict[str, str]:
        """Which elements of two versions are the same by id, kind and place."""
        packs = self._tools.packs
        found = (version(packs, procedure, one).process for one in (old, to))
        return default_mapping(*found)

    def history(self, actor: Actor, case: UUID) -> list[Line]:
        """What happened, without values or persons; `number` is the case's version, names are those of the
        procedure's version of then. Raises NotFound."""
        known = self._known(actor, case, "case.operate")
        rows = self._events(case)
        steps = [(row["version"], sealing.open_events(known.key, row["body"])) for row in rows]
        lines = []
        for row, (number, events) in zip(rows, steps, strict=True):
            pack = pack_then(steps, number, known.pack.version)
            process = self._tools.packs.get(known.pack.id, pack).process
            told = readable([events], process, [row["at"]])
            lines += [structs.replace(line, number=number) for line in told]
        return lines

    def log(self, actor: Actor, case: UUID) -> list[Done]:
        """What operators did to a case, and why. Raises NotFound."""
        known = self._known(actor, case, "case.operate")
        return [
            Done(
                version=row["version"], at=row["at"], act=row["act"], actor=row["actor"], batch=row["batch"],
                reason=known.key.open(sealing.REASON, row["sealed"]).decode(),
            )
            for row in self._records.rows("operations.logged", case_id=case)
        ]  # fmt: skip

    def export(self, actor: Actor, case: UUID, format: str) -> bytes:
        """One case's history as OCEL or XES. Raises NotFound, Forbidden."""
        known = self._known(actor, case, "case.export")
        return FORMATS[format]([self._lived(known.row, known.key, known.pack)])

    def export_all(self, actor: Actor, procedure: str, format: str) -> bytes:
        """The histories of a procedure's cases in the operator's region, at most 10,000. Raises Forbidden."""
        if not can(actor, "case.export", Thing(region=actor.region)):
            raise Forbidden
        rows = self._records.rows(
            "operations.exported", procedure=procedure, region=actor.region, limit=MOST_EXPORTED
        )
        lived = (self._lived(row, self._tools.vault.unwrap(row["wrapped"]), self._pack(row)) for row in rows)
        return FORMATS[format](lived)

    def versions(self, actor: Actor, procedure: str) -> list[Version]:
        """The deployed versions, the latest first. Raises Forbidden."""
        if not can(actor, "batch.migrate", Thing(region=actor.region)):
            raise Forbidden
        rows = self._records.rows("operations.versions", procedure=procedure, region=actor.region)
        return [Version(version=row["version"], active=row["active"], running=row["running"]) for row in rows]

    def _known(self, actor: Actor, case: UUID, action: str) -> Known:
        row = self._records.row("cases.case_row", case_id=case)
        if row is None:
            raise NotFound
        thing = Thing(
            case=case, subject=row["subject"], region=row["region"], department=row["department"],
            handed_in=True,
        )  # fmt: skip
        if not can(actor, "case.operate", thing):
            raise NotFound
        if not can(actor, action, thing):
            raise Forbidden
        return Known(row, self._tools.vault.unwrap(row["wrapped"]), self._pack(row))

    def _pack(self, row: Mapping[str, Any]) -> Procedure:
        return self._tools.packs.get(row["procedure"], row["pack"])

    def _events(self, case: UUID) -> Sequence[Mapping[str, Any]]:
        return self._records.rows("operations.events", case_id=case)

    def _lived(self, row: Mapping[str, Any], key: Any, pack: Procedure) -> Lived:
        """A case's history under a name from which nobody finds the case without the installation's key."""
        steps = tuple(
            (one["at"], sealing.open_events(key, one["body"])) for one in self._events(row["case_id"])
        )
        name = self._tools.vault.blind("export", str(row["case_id"])).hex()
        told = {"procedure": row["procedure"], "version": row["pack"][:12], "region": row["region"]}
        return Lived(name, pack.process, steps, told)


def version(packs: Any, procedure: str, wanted: str) -> Procedure:
    """A deployed version. Refused when there is none."""
    try:
        found: Procedure = packs.get(procedure, wanted or "-")
    except NotFound:
        raise Refused("no-version", "The procedure has no such version.", 422) from None
    return found


def pack_then(events: Iterable[tuple[int, Sequence[ev.Event]]], number: int, now: str) -> str:
    """The pack on which a case stood after its version `number`; `now` is its pack today."""
    for at, step in events:
        for event in step:
            if at > number and isinstance(event, ev.Migrated) and event.previous:
                return event.previous
    return now
