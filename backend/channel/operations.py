"""What the operators' API and pages ask for: each call adds the request's actor and goes to the cases."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any
from uuid import UUID

from backend.cases.ask import Ask, Changed
from backend.cases.batches import Wanted
from backend.cases.commands import (
    Cancel,
    Migrate,
    MigrateBack,
    Modify,
    Operation,
    ResolveIncident,
    Resume,
    Suspend,
)  # fmt: skip
from backend.channel.door import actor, errand
from backend.engine import commands as engine
from backend.procedures import Procedure
from backend.procedures.faults import Fault
from backend.procedures.lint import lint_procedure

Body = Mapping[str, Any]

MAKE: dict[str, Callable[[Body], Operation | ResolveIncident]] = {
    "retry": lambda body: ResolveIncident(incident=body["incident"], reason=body["reason"]),
    "suspend": lambda body: Suspend(reason=body["reason"]),
    "resume": lambda body: Resume(reason=body["reason"]),
    "cancel": lambda body: Cancel(reason=body["reason"]),
    "modify": lambda body: Modify(
        reason=body["reason"],
        activate=tuple(engine.Activate(**one) for one in body["activate"]),
        terminate=tuple(body["terminate"]),
        remove=tuple(body["remove"]),
        move=tuple(engine.Move(**one) for one in body["move"]),
    ),
    "migrate": lambda body: Migrate(to=body["to"], mapping=body["mapping"], reason=body["reason"]),
    "migrate_back": lambda body: MigrateBack(reason=body["reason"]),
}
"""The command that an operation's body means."""


def operate(
    name: str, case: UUID, body: Body, *, key: str, version: int, fingerprint: bytes = b""
) -> Changed:
    """An operation on one case, as the operator saw it in `version`."""
    command = MAKE[name](body)
    ask = Ask(actor=actor(), case=case, command=command, key=key, fingerprint=fingerprint, version=version)
    done: Changed = errand().cases.change(ask)
    return done


def plan(case: UUID, to: str, mapping: Mapping[str, str]) -> Any:
    """What a migration would do to each token."""
    return errand().cases.operations.plan(actor(), case, to, mapping)


def history(case: UUID) -> Any:
    """What happened, in words."""
    return errand().cases.operations.history(actor(), case)


def log(case: UUID) -> Any:
    """What operators did, and why."""
    return errand().cases.operations.log(actor(), case)


def export(case: UUID, format: str) -> bytes:
    """One case's history for process mining."""
    found: bytes = errand().cases.operations.export(actor(), case, format)
    return found


def export_all(procedure: str, format: str) -> bytes:
    """The histories of a procedure's cases."""
    found: bytes = errand().cases.operations.export_all(actor(), procedure, format)
    return found


def warnings_of(procedure: Procedure) -> list[Fault]:
    """What is to be known of a deployed procedure, its decision tables' gaps and overlaps included."""
    return lint_procedure(procedure)


def versions(procedure: str) -> Any:
    """The deployed versions of a procedure."""
    return errand().cases.operations.versions(actor(), procedure)


def mapping(procedure: str, old: str, to: str) -> Any:
    """Which elements of two versions are the same."""
    versions(procedure)
    return errand().cases.operations.mapping(procedure, old, to)


def begin_batch(body: Body, key: str) -> Any:
    """A migration of many cases."""
    wanted = Wanted(
        kind=body["kind"], procedure=body["procedure"], pack_from=body["from_version"],
        pack_to=body["to_version"], mapping=body["mapping"], cases=tuple(body["cases"]),
        undoes=body["undoes"], reason=body["reason"],
    )  # fmt: skip
    return errand().cases.batches.begin(actor(), wanted, key)


def batch(batch: UUID) -> Any:
    """A batch and how far it is."""
    return errand().cases.batches.one(actor(), batch)


def batches() -> Any:
    """The batches of the operator's region."""
    return errand().cases.batches.all(actor())


def batch_cases(batch: UUID, outcome: str) -> Any:
    """What became of a batch's cases."""
    return errand().cases.batches.cases(actor(), batch, outcome)
