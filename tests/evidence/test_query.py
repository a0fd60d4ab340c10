"""Reads under a rule: what is listed is kept, what is not is dropped, and every read is written down."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import msgspec
import pytest

from backend.adapters.postgres.database import Database
from backend.evidence import Asked, Facts, NotAllowed, Query, Reads
from backend.evidence.ports import Question, RegistryDown, RegistryWrong, Reply
from backend.procedures import AccessRule, load_folder
from backend.vault import Vault

ANNA = UUID("0a0a0a0a-0000-4000-8000-000000000001")
BORIS = UUID("0b0b0b0b-0000-4000-8000-000000000002")
ANSWER = {"name": "Anna Orsel", "birth_date": "1988-03-14", "alive": True, "block": False}
ROOT = Path(__file__).resolve().parents[2]


class Answering:
    """A registry that answers what it was told; it remembers what it was asked."""

    def __init__(self, answer: dict[str, Any] | Exception) -> None:
        self.answer = answer
        self.asked: list[Question] = []

    def ask(self, question: Question) -> Reply:
        self.asked.append(question)
        if isinstance(self.answer, Exception):
            raise self.answer
        return Reply(self.answer, "hash")


@pytest.fixture(scope="module")
def records(database: str) -> Iterator[Database]:
    made = Database(database)
    yield made
    made.close()


@pytest.fixture(scope="module")
def identity() -> AccessRule:
    return load_folder(ROOT / "workflows" / "move").rule("pop.identity")


def asked(rule: AccessRule, **over: Any) -> Asked:
    given: dict[str, Any] = {
        "case": uuid4(),
        "scope": 7,
        "element": "ask_identity",
        "reference": "SM-TEST",
        "rule": rule,
        "person": ANNA,
        "pid": "1988031401",
    }
    return Asked(**given | over)


def keep(records: Database, known: Any) -> None:
    """What the change that completes the job writes."""
    for extra in known.extras:
        assert records.run(extra.query, **extra.params) in (0, 1)


def test_a_fact_is_kept_sealed_and_given_back_by_its_handle(records: Database, identity: AccessRule) -> None:
    facts = Facts(records, Vault.ephemeral())
    registry = Answering(ANSWER)
    this = asked(identity)
    known = Query(records, facts, registry).ask(this)
    keep(records, known)
    handle = UUID(known.reference["handle"])
    assert facts.fact(this.case, handle) == ANSWER
    assert facts.fact(uuid4(), handle) is None
    stored = records.row("evidence.facts", case_id=this.case, handles=[handle])
    assert stored is not None and b"Anna" not in bytes(stored["sealed"])
    assert registry.asked[0].fields == {"person_id": "1988031401"}
    assert "1988031401" not in registry.asked[0].user + registry.asked[0].issue


def test_surplus_fields_are_dropped_and_noted(records: Database, identity: AccessRule) -> None:
    facts = Facts(records, Vault.ephemeral())
    this = asked(identity, person=BORIS)
    known = Query(records, facts, Answering({**ANSWER, "religion": "none"})).ask(this)
    keep(records, known)
    assert facts.fact(this.case, UUID(known.reference["handle"])) == ANSWER
    row = Reads(records).about(BORIS)[0]
    assert (row["outcome"], row["fields"]) == ("ok", sorted(ANSWER))
    assert "Orsel" not in msgspec.json.encode(row, enc_hook=str).decode()


def test_wrong_types_are_no_fact(records: Database, identity: AccessRule) -> None:
    facts = Facts(records, Vault.ephemeral())
    this = asked(identity, person=uuid4())
    with pytest.raises(RegistryWrong):
        Query(records, facts, Answering({**ANSWER, "alive": "yes"})).ask(this)
    assert Reads(records).about(this.person)[0]["outcome"] == "wrong"


def test_a_silent_registry_is_written_down_and_a_retry_is_the_same_query(
    records: Database, identity: AccessRule
) -> None:
    facts = Facts(records, Vault.ephemeral())
    this = asked(identity, person=uuid4())
    silent = Answering(RegistryDown("no answer"))
    for _ in range(2):
        with pytest.raises(RegistryDown):
            Query(records, facts, silent).ask(this)
    assert silent.asked[0].query == silent.asked[1].query
    rows = Reads(records).about(this.person)
    assert [row["outcome"] for row in rows] == ["down"]
    later = Query(records, facts, Answering(ANSWER)).ask(this)
    keep(records, later)
    assert [row["outcome"] for row in Reads(records).about(this.person)] == ["ok"]


@pytest.mark.parametrize("over", [{"element": "decide"}, {"actor": "staff"}])
def test_what_the_rule_does_not_name_is_refused_before_anything_is_asked(
    records: Database, identity: AccessRule, over: dict[str, str]
) -> None:
    registry = Answering(ANSWER)
    with pytest.raises(NotAllowed):
        Query(records, Facts(records, Vault.ephemeral()), registry).ask(asked(identity, **over))
    assert registry.asked == []


def test_the_rate_of_a_rule_counts_queries_of_a_case(records: Database, identity: AccessRule) -> None:
    query = Query(records, Facts(records, Vault.ephemeral()), Answering(ANSWER))
    case, most = uuid4(), identity.rate[0]
    for scope in range(most):
        query.ask(asked(identity, case=case, scope=scope))
    with pytest.raises(NotAllowed):
        query.ask(asked(identity, case=case, scope=most))


def test_a_person_can_be_forgotten_without_harm_to_another(records: Database, identity: AccessRule) -> None:
    facts = Facts(records, Vault.ephemeral())
    case = uuid4()
    known = {}
    for person, scope in ((ANNA, 1), (BORIS, 2)):
        known[person] = Query(records, facts, Answering(ANSWER)).ask(
            asked(identity, case=case, scope=scope, person=person)
        )
        keep(records, known[person])
    facts.forget(case, ANNA)
    assert facts.fact(case, UUID(known[ANNA].reference["handle"])) is None
    assert facts.fact(case, UUID(known[BORIS].reference["handle"])) == ANSWER
