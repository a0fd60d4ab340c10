"""What a reader gets to see."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

from msgspec import Struct

from backend.cases.standing import Standing
from backend.procedures import Form


class LeaseView(Struct, frozen=True):
    """Which screen goes on with the case; `live`: it was there within the last 45 seconds."""

    epoch: int
    session: UUID | None
    kind: str
    live: bool


class CaseView(Struct, frozen=True, kw_only=True):
    """A case. `version` is the pack's, `case_version` the case's own; `elements` are the open tasks'
    elements."""

    case: UUID
    reference: str
    procedure: str
    version: str
    case_version: int
    status: str  # "running" | "completed" | "terminated" | "failed"
    stage: str
    stages: tuple[str, ...]
    elements: tuple[str, ...]
    region: str
    department: str
    subject: UUID | None
    lang: str
    started: datetime
    submitted: datetime | None
    due: date | None
    lease: LeaseView
    outcome: dict[str, Any]
    standings: tuple[Standing, ...]


class TaskView(Struct, frozen=True, kw_only=True):
    """An open task. `facts`: references by rule id; their values come from evidence. `answers`: what is
    known."""

    case: UUID
    task: int
    element: str
    procedure: str
    version: str
    name: str
    form: Form | None
    audience: str
    department: str
    lane: str
    stage: str
    revision: int
    page: str | None
    lease_epoch: int
    case_version: int
    region: str
    draft: dict[str, Any]
    answers: dict[str, Any]
    facts: dict[str, dict[str, Any]]
    masked: bool
    due: datetime | None
    fresh_login: bool
    handoff: tuple[str, ...]
    standings: tuple[Standing, ...]


class WorkRow(Struct, frozen=True, kw_only=True):
    """One line of a work list."""

    case: UUID
    task: int
    element: str
    stage: str
    reference: str
    procedure: str
    version: str
    region: str
    subject: UUID | None
    created: datetime
    submitted: datetime | None
    due: datetime | None


class HistoryRow(Struct, frozen=True):
    """One event of a case."""

    at: datetime
    version: int
    type: str
    element: str
    actor_kind: str
    channel: str


class DecisionRow(Struct, frozen=True):
    """A decision that a business rule task evaluated; `rules` made its result, each as `table:number`.

    inputs and results: by table, as they were then; result: of the whole. Cases from before they were kept
    have none.
    """

    element: str
    decision: str
    rules: tuple[str, ...]
    inputs: Mapping[str, Sequence[Any]] = {}
    results: Mapping[str, Any] = {}
    result: Any = None


class Way(Struct, frozen=True):
    """The case on its drawing: elements that are done, elements where it is, flows that it took."""

    done: frozenset[str]
    here: frozenset[str]
    taken: frozenset[str]


class JobWait(Struct, frozen=True, kw_only=True):
    """A machine that the case waits for; `code`: why its last try failed."""

    type: str
    element: str
    since: datetime
    retry_at: datetime | None = None
    code: str | None = None


class JobView(Struct, frozen=True, kw_only=True):
    """A job as its type sees it. A retry is a new job of the same `scope`; `failures`: how many came
    before."""

    case: UUID
    job: int
    scope: int
    element: str
    type: str
    headers: dict[str, str]
    variables: dict[str, Any]
    subject: str | None  # person id
    procedure: str
    version: str  # of the pack
    department: str
    reference: str  # of the case
    failures: int = 0
