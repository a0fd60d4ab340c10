"""What operators do to a case: suspend, resume, cancel, modify, migrate and the way back.

Each says why; the reason goes into the audit log and, sealed, into the log of operations.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final

from backend.cases import sealing
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
from backend.cases.errors import CaseChanged, NotFound, ReasonRequired, Refused, VersionRequired
from backend.cases.records import Extra
from backend.cases.scene import Scene
from backend.cases.writing import Move
from backend.engine import State, Step, migrate, migrate_back, replay, step
from backend.engine import commands as engine
from backend.engine import events as ev
from backend.procedures import Procedure

ACTIONS: Final[Mapping[type, str]] = {
    Suspend: "suspend",
    Resume: "resume",
    Cancel: "cancel",
    Modify: "modify",
    Migrate: "migrate",
    MigrateBack: "migrate",
}
"""For each operation what `available` is asked for."""

LONGEST_REASON: Final = 200


def operate(scene: Scene, command: Operation) -> Move:
    """The operation as a change of the case. An operator names the version that was seen."""
    scene.allow(ACTIONS[type(command)])
    reason = reason_of(scene, command)
    _seen(scene)
    state = sealing.open_state(scene.key, scene.case.blob)
    pack = _pack(scene, command)
    moved = _moved(scene, command, state, pack)
    act = "case.migrate_back" if isinstance(command, MigrateBack) else f"case.{ACTIONS[type(command)]}"
    extras = logged(scene, act, reason, getattr(command, "batch", None))
    if pack is not scene.pack:
        extras += tuple(carried(scene, state, moved.state, pack))
    return Move(
        act=act, state=moved.state, events=moved.events, reason=reason, extras=extras,
        pack=pack.version if pack is not scene.pack else "",
    )  # fmt: skip


def reason_of(scene: Scene, command: Operation | ResolveIncident) -> str:
    """Why it is done; staff must say it. Raises ReasonRequired, or Refused when it is too long."""
    reason = command.reason.strip()
    if not reason and scene.ask.actor.kind == "staff":
        raise ReasonRequired
    if len(reason) > LONGEST_REASON:
        raise Refused("reason-too-long", f"A reason has at most {LONGEST_REASON} characters.", 422)
    return reason


def _seen(scene: Scene) -> None:
    """The version that the operator saw is still the case's. A machine looks at the case anew each time."""
    version = scene.ask.version
    if version is None and scene.ask.actor.kind == "staff":
        raise VersionRequired
    if version is not None and version != scene.case.version:
        raise CaseChanged(scene.case.version)


def _pack(scene: Scene, command: Operation) -> Procedure:
    """The version of the procedure on which the case goes on."""
    if isinstance(command, Migrate):
        if command.on not in ("", scene.case.pack):
            raise Refused("other-version", "The case is on another version.")
        return version_of(scene, command.to)
    if isinstance(command, MigrateBack):
        return version_of(scene, _last_migration(scene, command).previous)
    return scene.pack


def version_of(scene: Scene, version: str) -> Procedure:
    """A deployed version of the case's procedure. Refused for one that there is not, or that it is on."""
    if version == scene.case.pack:
        raise Refused("same-version", "The case is on this version already.")
    try:
        return scene.tools.packs.get(scene.case.procedure, version or "-")
    except NotFound:
        raise Refused("no-version", "The procedure has no such version.", 422) from None


def _moved(scene: Scene, command: Operation, state: State, pack: Procedure) -> Step:
    now, old = scene.seen.now, scene.pack.process
    match command:
        case Migrate():
            wanted = engine.Migrate(command.mapping, command.to, scene.case.pack)
            return migrate(old, pack.process, state, wanted, now)
        case MigrateBack():
            *earlier, last = _history(scene, command)
            before = replay(event for events in earlier for event in events)
            return migrate_back(pack.process, state, before, last, now)
        case Suspend():
            return step(old, state, engine.Suspend(), now)
        case Resume():
            return step(old, state, engine.Resume(), now)
        case Cancel():
            return step(old, state, engine.Cancel(), now)
        case Modify():
            parts = (command.activate, command.terminate, command.remove, command.move)
            return step(old, state, engine.Modify(*parts), now)


def _history(scene: Scene, command: MigrateBack) -> list[tuple[ev.Event, ...]]:
    return [sealing.open_events(scene.key, body) for _, body in command.history]


def _last_migration(scene: Scene, command: MigrateBack) -> ev.Migrated:
    """The migration that was the case's last change. Refused when it was another."""
    history = _history(scene, command)
    last = history[-1] if history else ()
    found = next((event for event in last if isinstance(event, ev.Migrated)), None)
    if found is None or found.back:
        raise Refused("happened", "The case's last change is no migration: map it forward instead.")
    return found


# --- rows ---


def logged(scene: Scene, act: str, reason: str, batch: Any = None) -> tuple[Extra, ...]:
    """The line of the log of operations; none for what a machine does of its own."""
    if not reason:
        return ()
    known = {"case_id": scene.case.case_id, "version": scene.case.version + 1, "at": scene.seen.now}
    sealed = scene.key.seal(sealing.REASON, reason.encode())
    who = {"act": act, "actor": scene.ask.actor.id, "batch": batch, "sealed": sealed}
    return (Extra("operations.log", {**known, **who}),)


def carried(scene: Scene, before: State, after: State, pack: Procedure) -> Iterable[Extra]:
    """The case's row and the rows of what stayed open, by the words of the version it goes on with."""
    case = scene.case.case_id
    yield Extra("operations.carry_case", {"case_id": case, "pack": pack.version})
    tasks = [key for key in after.tasks if key in before.tasks]
    if tasks:
        yield Extra("operations.carry_tasks", {"case_id": case, **_tasks(scene, after, tasks, pack)}, None)
    for table in ("timers", "jobs", "subscriptions", "incidents"):
        old, new = getattr(before, table), getattr(after, table)
        kept = [key for key in new if key in old and old[key].element != new[key].element]
        if kept:
            elements = [new[key].element for key in kept]
            known = {"case_id": case, "keys": kept, "elements": elements}
            yield Extra(f"operations.carry_{table}", known, None)


def _tasks(scene: Scene, after: State, keys: list[int], pack: Procedure) -> dict[str, Any]:
    """For each open task what its row says in the new version."""
    told: dict[str, list[Any]] = {
        name: [] for name in ("elements", "audiences", "departments", "lanes", "stages")
    }
    for key in keys:
        element = after.tasks[key].element
        task, node = pack.tasks.get(element), pack.process.nodes[element]
        audience = task.audience if task else "staff"
        department = (task.department if task else "") or next(iter(after.tasks[key].groups), "")
        told["elements"].append(element)
        told["audiences"].append(audience)
        told["departments"].append("" if audience == "citizen" else department or scene.case.department)
        told["lanes"].append(node.lane)
        told["stages"].append((task.stage if task else "") or node.stage)
    return {"keys": keys, **told}
