"""One registry read: under a rule, written down before it happens, cut to what the rule lists.

Deny by default (access rules are data of the procedure). The caller names a rule and a case, never
fields. What the rule does not list is dropped before anything else sees it; that it came is noted.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid4, uuid5

from backend.cases.records import Extra, Records
from backend.evidence.facts import Facts
from backend.evidence.ports import Question, Registry, RegistryDown, RegistryRefused, RegistryWrong
from backend.procedures.rules import AccessRule, WrongAnswer

#: Names queries: a retry after a fault keeps its X-Road-Id, another visit of the element has another one.
_QUERIES = UUID("6f0f7d3e-52a1-5f0a-9c2e-3d8a7c1b4e90")


@dataclass(frozen=True, kw_only=True)
class Asked:
    """Who wants what for which case; `pid` is the subject's registry number and is not kept.

    scope: the engine's key of the element's instance; a retry of its job is the same query.
    """

    case: UUID
    scope: int
    element: str
    reference: str
    rule: AccessRule
    person: UUID
    pid: str
    actor: str = "system"
    department: str = ""


@dataclass(frozen=True)
class Known:
    """A fact was kept: what the case may hold of it, and the writes that belong to its change."""

    reference: dict[str, str]
    extras: tuple[Extra, ...]


class NotAllowed(Exception):
    """The rule does not allow this read. Args: why."""


class Query:
    """Reads from registries."""

    def __init__(self, records: Records, facts: Facts, registry: Registry) -> None:
        self._records = records
        self._facts = facts
        self._registry = registry

    def ask(self, asked: Asked) -> Known:
        """The fact, sealed and ready to be kept by the change that completes the job.

        Raises `NotAllowed`, `RegistryDown` (ask again later), `RegistryRefused`, `RegistryWrong`.
        """
        query = uuid5(_QUERIES, f"{asked.case}/{asked.scope}")
        self._allow(asked, query)
        self._records.run("evidence.read_begun", **self._entry(asked, query))
        try:
            reply = self._registry.ask(self._question(asked, query))
            kept, surplus = _project(asked.rule, reply.fields)
        except (RegistryDown, RegistryRefused, RegistryWrong) as error:
            self._records.run("evidence.read_done", **_end(asked, query, _outcome(error)))
            raise
        handle = uuid5(query, "fact")
        return Known(
            {
                "handle": str(handle),
                "rule": asked.rule.id,
                "source": asked.rule.registry,
                "read_at": datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
            },
            (
                Extra(
                    "evidence.store_fact",
                    {
                        "case_id": asked.case,
                        "handle": handle,
                        "person_id": asked.person,
                        "rule": asked.rule.id,
                        "sealed": self._facts.seal(asked.case, asked.person, kept),
                    },
                    expects=None,
                ),
                Extra(
                    "evidence.read_done",
                    _end(asked, query, "ok", reply.request_hash, sorted(surplus)),
                    expects=1,
                ),
            ),
        )

    def look_up(self, rule: AccessRule, fields: dict[str, Any], *, reference: str = "") -> dict[str, Any]:
        """The answer of a lookup rule (say addresses that match some letters): it is about no person.

        Raises `NotAllowed` for a rule that is about a person, else as `ask`.
        """
        if not rule.lookup or set(fields) != set(rule.request_fields):
            raise NotAllowed("the rule is no lookup of these fields")
        question = Question(
            service=rule.registry, fields=fields, query=uuid4(), user="XElookup", issue=reference
        )
        return _project(rule, self._registry.ask(question).fields)[0]

    def _allow(self, asked: Asked, query: UUID) -> None:
        rule = asked.rule
        if asked.element not in rule.tasks:
            raise NotAllowed("the rule does not name this task")
        if asked.actor not in rule.actors:
            raise NotAllowed("the rule does not name this actor")
        most, per, window = rule.rate
        whom = {"case": {"case_id": asked.case}, "person": {"person_id": asked.person}}[per]
        used = self._records.row(
            f"evidence.uses_by_{per}", rule=rule.id, window=f"1 {window}", query_id=query, **whom
        )
        if used is not None and used["count"] >= most:
            raise NotAllowed(f"the rule was used too often for this {per}")

    def _entry(self, asked: Asked, query: UUID) -> dict[str, Any]:
        rule = asked.rule
        return {
            "case_id": asked.case,
            "query_id": query,
            "person_id": asked.person,
            "rule": rule.id,
            "registry": rule.registry,
            "purpose": f"rule.{rule.key}.purpose",
            "legal_basis": rule.legal_basis,
            "fields": sorted(rule.response_fields),
            "actor": asked.actor,
            "department": asked.department,
        }

    def _question(self, asked: Asked, query: UUID) -> Question:
        return Question(
            service=asked.rule.registry,
            fields=dict.fromkeys(asked.rule.request_fields, asked.pid),
            query=query,
            user=f"XE{asked.person.hex}",
            issue=asked.reference,
        )


def _project(rule: AccessRule, raw: dict[str, Any]) -> tuple[dict[str, Any], list[str]]:
    try:
        kept, surplus = rule.project(raw)
    except WrongAnswer as error:
        raise RegistryWrong(str(error)) from None
    return kept, list(surplus)


def _outcome(error: Exception) -> str:
    return {RegistryDown: "down", RegistryRefused: "refused", RegistryWrong: "wrong"}[type(error)]


def _end(
    asked: Asked, query: UUID, outcome: str, request_hash: str = "", surplus: list[str] | None = None
) -> dict[str, Any]:
    return {
        "case_id": asked.case,
        "query_id": query,
        "outcome": outcome,
        "request_hash": request_hash,
        "surplus": surplus or [],
    }
