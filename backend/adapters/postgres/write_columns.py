"""Changes and drafts of a batch turned into the columns that change_cases and save_drafts take."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from backend.adapters.postgres.columns import BigInts, Bytes, Column, Instants, Texts, Uuids
from backend.cases.journal import DraftWrite, Write

Rows = Sequence[tuple[UUID, Any]]

OF_CHANGE: dict[str, tuple[type[Column], Callable[[Write], Any]]] = {
    "c_case": (Uuids, lambda w: w.case),
    "c_expect": (BigInts, lambda w: w.expect),
    "c_epoch": (BigInts, lambda w: w.epoch),
    "c_session": (Uuids, lambda w: w.session),
    "c_stamp": (BigInts, lambda w: w.stamp),
    "c_task": (BigInts, lambda w: w.task),
    "c_revision": (BigInts, lambda w: w.revision),
    "c_blob": (Bytes, lambda w: w.blob),
    "c_status": (Texts, lambda w: w.status),
    "c_stage": (Texts, lambda w: w.stage),
    "c_submitted": (Instants, lambda w: w.submitted),
    "c_due": (Instants, lambda w: w.due),
    "c_new_epoch": (BigInts, lambda w: w.lease.epoch),
    "c_holder": (Uuids, lambda w: w.lease.session),
    "c_holder_kind": (Texts, lambda w: w.lease.kind),
    "c_hold": (BigInts, lambda w: w.lease.hold),
    "c_procedure": (Texts, lambda w: w.begin and w.begin.procedure),
    "c_pack": (Texts, lambda w: w.begin and w.begin.pack),
    "c_region": (Texts, lambda w: w.begin and w.begin.region),
    "c_department": (Texts, lambda w: w.begin and w.begin.department),
    "c_lang": (Texts, lambda w: w.begin and w.begin.lang),
    "c_subject": (Uuids, lambda w: w.begin and w.begin.subject),
    "c_owner": (Uuids, lambda w: w.begin and w.begin.owner_session),
    "c_wrapped": (Bytes, lambda w: w.begin and w.begin.wrapped),
    "c_types": (Texts, lambda w: " ".join(w.types)),
    "c_elements": (Texts, lambda w: " ".join(w.elements)),
    "c_body": (Bytes, lambda w: w.body),
    "c_actor_kind": (Texts, lambda w: w.actor_kind),
    "c_channel": (Texts, lambda w: w.channel),
    "c_leaf": (Bytes, lambda w: w.leaf),
    "c_outbox": (Texts, lambda w: w.outbox),
    "c_actor": (Texts, lambda w: w.actor),
    "c_key": (Texts, lambda w: w.key),
    "c_fingerprint": (Bytes, lambda w: w.fingerprint),
    "c_answer": (Bytes, lambda w: w.answer),
}
OF_ROW: dict[str, tuple[Callable[[Write], Iterable[Any]], dict[str, type[Column]]]] = {
    "t": (
        lambda w: w.tasks,
        {
            "task": BigInts, "element": Texts, "audience": Texts, "department": Texts, "lane": Texts,
            "stage": Texts, "due": Instants,
        },
    ),
    "m": (lambda w: w.timers, {"timer": BigInts, "element": Texts, "due": Instants}),
    "j": (lambda w: w.jobs, {"job": BigInts, "type": Texts, "element": Texts, "retries": BigInts}),
    "s": (
        lambda w: w.subscriptions,
        {"subscription": BigInts, "kind": Texts, "name": Texts, "key": Bytes, "element": Texts},
    ),
    "i": (lambda w: w.incidents, {"incident": BigInts, "kind": Texts, "element": Texts}),
}  # fmt: skip
_NAMES = (
    *OF_CHANGE,
    *(f"{prefix}_{name}" for prefix, (_, columns) in OF_ROW.items() for name in ("case", *columns)),
    "g_case",
    "g_kind",
    "g_key",
)
_PARAMETERS = ("now", *_NAMES)
CHANGE = (
    "SELECT won_case, receipt FROM change_cases("
    + ", ".join(f"{name} => ${number}" for number, name in enumerate(_PARAMETERS, 1))
    + ")"
)
"""With the database's own numbered parameters: so many named ones would be parsed anew at each batch."""


def of_changes(now: datetime, changes: Sequence[Write]) -> list[Any]:
    """The parameters of CHANGE in their order."""
    params: dict[str, Any] = {"now": now}
    for name, (column, get) in OF_CHANGE.items():
        params[name] = column(map(get, changes))
    for prefix, (rows_of, columns) in OF_ROW.items():
        rows = [(change.case, row) for change in changes for row in rows_of(change)]
        params[f"{prefix}_case"] = Uuids(case for case, _ in rows)
        for name, column in columns.items():
            params[f"{prefix}_{name}"] = column(getattr(row, name) for _, row in rows)
    gone = [(change.case, kind, key) for change in changes for kind, key in change.gone]
    params["g_case"] = Uuids(case for case, _, _ in gone)
    params["g_kind"] = Texts(kind for _, kind, _ in gone)
    params["g_key"] = BigInts(key for _, _, key in gone)
    return [params[name] for name in _PARAMETERS]


def of_drafts(drafts: Sequence[DraftWrite]) -> dict[str, Any]:
    """The parameters of the query cases.save_drafts."""
    return {
        "f_case": Uuids(d.case for d in drafts),
        "f_task": BigInts(d.task for d in drafts),
        "f_revision": BigInts(d.revision for d in drafts),
        "f_epoch": BigInts(d.epoch for d in drafts),
        "f_session": Uuids(d.session for d in drafts),
        "f_stamp": BigInts(d.stamp for d in drafts),
        "f_page": Texts(d.page for d in drafts),
        "f_draft": Bytes(d.draft for d in drafts),
        "f_hold": BigInts(d.hold for d in drafts),
    }
