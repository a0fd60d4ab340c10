"""A loaded pack: one immutable, checked version of a procedure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from msgspec import Struct

from backend.procedures.calendar import Calendar
from backend.procedures.dates import date_in_words
from backend.procedures.faults import Fault
from backend.procedures.forms import Form
from backend.procedures.rules import AccessRule
from backend.procedures.service import Proof, Service
from backend.procedures.texts import Texts, Words


class Task(Struct, frozen=True, kw_only=True):
    """A user task. `who` is citizen or department; `fresh_login`: submitting asks for a login of just now."""

    id: str
    name: Words
    form: Form | None
    who: str
    department: str = ""
    role: str = ""
    stage: str = ""
    submits: bool = False
    fresh_login: bool = False
    assurance: str = "L2"
    handoff: frozenset[str] = frozenset()
    channels: frozenset[str] = frozenset()
    working_days: int | None = None
    groups: tuple[str, ...] = ()
    outcome: str | None = None

    @property
    def audience(self) -> str:
        """citizen or staff, as tables of cases say it."""
        return "citizen" if self.who == "citizen" else "staff"


class JobUse(Struct, frozen=True):
    """A service task: the type of its job, its headers, and the rule it reads under."""

    element: str
    type: str
    headers: Mapping[str, str]
    rule: AccessRule | None = None


class Stage(Struct, frozen=True):
    """A part of the way that a citizen sees; `state` is done, now or ahead."""

    id: str
    name: str
    state: str


class Letter(Struct, frozen=True):
    """A message for the inbox."""

    kind: str
    subject: str
    body: str


class Procedure(Struct, frozen=True, kw_only=True):
    """One version of a procedure. Ids of rules, forms, tasks and texts hold inside it alone."""

    id: str
    version: str
    service: Service
    process: Any
    decisions: tuple[Any, ...]
    forms: Mapping[str, Form]
    tasks: Mapping[str, Task]
    jobs: Mapping[str, JobUse]
    rules: Mapping[str, AccessRule]
    texts: Texts
    stage_words: Mapping[str, Words]
    stage_of: Mapping[str, str]
    message_words: Mapping[str, tuple[Words, Words]]
    warnings: tuple[Fault, ...] = ()
    element_words: Mapping[str, Words] = {}
    decision_words: Mapping[str, Words] = {}

    @property
    def short(self) -> str:
        """The version as people can say it: the first twelve hex digits."""
        return self.version[:12]

    @property
    def languages(self) -> tuple[str, ...]:
        return self.texts.languages

    @property
    def stages(self) -> tuple[str, ...]:
        return tuple(self.stage_words)

    @property
    def proofs(self) -> tuple[Proof, ...]:
        return self.service.proofs

    def title(self, lang: str) -> str:
        return self.service.title.render(lang)

    def rule(self, name: str) -> AccessRule:
        """A rule by id (`pop.identity@1`), name (`pop.identity`) or key (`pop_identity`), else KeyError."""
        found = self.rules.get(name)
        if found is None:
            found = next((rule for rule in self.rules.values() if name in (rule.name, rule.key)), None)
        if found is None:
            raise KeyError(name)
        return found

    def due(self, start: date | datetime, calendar: Calendar) -> date:
        """The last day of the procedure's time limit for a case submitted at `start`."""
        return self.service.limit.due(start, calendar)

    def progress(self, here: Iterable[str], lang: str, *, ended: bool = False) -> tuple[Stage, ...]:
        """The stages with their state, for a case whose open elements are `here`."""
        order = {stage: index for index, stage in enumerate(self.stage_words)}
        places = [order[self.stage_of[element]] for element in here if self.stage_of.get(element) in order]
        now = len(order) if ended else min(places, default=0)
        states = (
            "done" if index < now else "now" if index == now else "ahead" for index in range(len(order))
        )
        return tuple(
            Stage(id, words.render(lang), state)
            for (id, words), state in zip(self.stage_words.items(), states, strict=True)
        )

    def letter(self, kind: str, lang: str, values: Mapping[str, Any] | None = None) -> Letter:
        """A message's words, `message.<kind>.subject` and `.body`; dates in `values` are written out."""
        subject, body = self.message_words[kind]
        given = {name: _said(value, lang) for name, value in (values or {}).items()}
        return Letter(kind, subject.render(lang, given), body.render(lang, given))

    def proofs_not_asked(self, lang: str) -> list[dict[str, str]]:
        """Papers that nobody had to bring: name, and who knows it instead."""
        return [{"name": proof.name.render(lang), "how": proof.how.render(lang)} for proof in self.proofs]


def _said(value: Any, lang: str) -> Any:
    if isinstance(value, date):
        return date_in_words(value, lang, weekday=True)
    return Decimal(value) if isinstance(value, int) and not isinstance(value, bool) else value
