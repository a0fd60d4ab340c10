"""A town hall for the tests of handoffs: the real database, kiosk 3 with its agent, Anna at it, her phone."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest

from backend.adapters.postgres.database import Database
from backend.adapters.postgres.journal import PostgresJournal
from backend.cases import Ask, Cases, Changed
from backend.cases.commands import SaveDraft, StartCase, Submit
from backend.cases.packs import Packs
from backend.cases.tools import NoFacts, Tools
from backend.channel.limits import Limits
from backend.handoff import Answer, Caller, Handoffs
from backend.handoff.offering import Offer
from backend.people import Claims, Opening, People
from backend.procedures import read_folder, read_regions
from backend.rights import Actor
from backend.vault import Vault
from tests.people.agent import Agent

PERMIT = Path(__file__).resolve().parents[2] / "benchmarks" / "workflows" / "permit"
MAY_MOVE = b"<zeebe:properties><zeebe:property name='errand:handoff' value='K2P'/></zeebe:properties>"
FORM = b"<zeebe:formDefinition"
APPLY = {**{f"field_{n:02d}": f"value number {n}" for n in range(11)}, "amount": 80}
PHONE = "Mozilla/5.0 (Android 15; Mobile; rv:145.0) Gecko/145.0 Firefox/145.0"


def a_key() -> str:
    """A fresh idempotency key."""
    return secrets.token_urlsafe(16)


class Hall:
    """Everything that a handoff touches, over one database."""

    def __init__(self, url: str) -> None:
        self.records = Database(url, size=24)
        self.vault = Vault.ephemeral()
        packs = Packs(self.records)
        packs.deploy(movable(), "permit")
        self.cases = Cases(
            self.records,
            lambda: PostgresJournal(self.records),
            Tools(self.vault, packs, NoFacts(), read_regions()),
        )
        self.ended: list[UUID] = []
        self.told: list[tuple[str, int, str, str]] = []
        self.people = People(self.records, self.vault, self.ended.append)
        self.limits = Limits(None, self.records, self.vault, factor=100)
        self.handoff = Handoffs(
            self.records, self.vault, self.cases, self.people, self.limits,
            origin="https://errand.example", tell=lambda *event: self.told.append(event),
        )  # fmt: skip
        self.agent = Agent(self.people)

    def at_kiosk(self, agent: Agent | None = None) -> Actor:
        """A citizen who has just logged in at a kiosk."""
        person = self.people.person_of(
            Claims(issuer="https://id", subject=str(uuid4()), level="L2", auth_time=0, pid=str(uuid4()))
        )
        _, actor = self.people.sessions.open(
            Opening(
                channel="kiosk", kind="citizen", person=person.id, level="L2", auth_time=datetime.now(UTC),
                device=(agent or self.agent).device.id, region="south",
            )
        )  # fmt: skip
        return actor

    def on_phone(self, person: str) -> Actor:
        """The same or another person, logged in on a phone."""
        opening = Opening(
            channel="phone", kind="citizen", person=UUID(person), level="L2", auth_time=datetime.now(UTC)
        )
        return self.people.sessions.open(opening)[1]

    def start(self, actor: Actor) -> Changed:
        """A case about the actor, at its first task."""
        key = a_key()
        command = StartCase(procedure="permit", region="south", subject=UUID(actor.id))
        case = self.cases.case_id_for(actor, key)
        return self.cases.change(Ask(actor=actor, case=case, command=command, key=key))

    def draft(self, actor: Actor, started: Changed, answers: dict[str, Any]) -> None:
        """Answers kept, not submitted."""
        task = self.cases.read.task(actor, started.case, started.task)
        command = SaveDraft(task=task.task, answers=answers)
        self.cases.change(
            Ask(
                actor=actor,
                case=started.case,
                command=command,
                key="",
                revision=task.revision,
                lease=task.lease_epoch,
            )
        )

    def submit(
        self, actor: Actor, case: UUID, task: int, *, lease: int, revision: int = 1, key: str = ""
    ) -> Changed:
        """The task, with the answers that its form wants."""
        command = Submit(task=task, answers=APPLY)
        return self.cases.change(
            Ask(actor=actor, case=case, command=command, key=key or a_key(), revision=revision, lease=lease)
        )

    def age(self, handoff: str, seconds: int, *columns: str) -> None:
        """Let seconds pass for some times of a handoff."""
        for column in columns:
            self.sql(
                f"UPDATE handoff SET {column} = {column} - make_interval(secs => %s) WHERE id = %s",
                seconds,
                handoff,
            )

    def row(self, handoff: str) -> dict[str, Any]:
        """The handoff as it is stored."""
        return self.sql("SELECT * FROM handoff WHERE id = %s", handoff)[0]

    def sql(self, text: str, *params: Any) -> list[dict[str, Any]]:
        """A statement of the test's own."""
        with self.records.transaction() as inside:
            cursor = inside.connection.execute(text, params)
            return cursor.fetchall() if cursor.description else []


class Move:
    """One handoff, step by step: who stands at the kiosk and what the phone holds."""

    def __init__(self, hall: Hall, kiosk: Actor | None = None) -> None:
        self.hall = hall
        self.kiosk = kiosk or hall.at_kiosk()
        self.started = hall.start(self.kiosk)
        self.phone = Caller(agent=PHONE, address="203.0.113.7")
        self.offer: dict[str, Any] = {}

    def source(self, key: str = "") -> Caller:
        """The kiosk's request."""
        return Caller(actor=self.kiosk, key=key or a_key(), lang="en")

    def target(self, key: str = "", **more: Any) -> Caller:
        """The phone's request."""
        fields = {name: getattr(self.phone, name) for name in self.phone.__struct_fields__}
        return Caller(**(fields | {"key": key or a_key()} | more))

    def offered(self) -> Move:
        """The code is on the screen."""
        self.offer = self.hall.handoff.create(self.wanted(), self.source()).body
        return self

    def wanted(self) -> Offer:
        """What is offered, signed by the kiosk's agent."""
        proof = self.hall.agent.proof("handoff")
        return Offer(kind="K2P", case=self.started.case, task=self.started.task or 0, proof=proof)

    def claimed(self) -> Move:
        """The phone has scanned it."""
        self.offered()
        claim = self.hall.handoff.claim(self.target(), code=self.code)
        self.phone = Caller(agent=PHONE, address="203.0.113.7", claim=claim.claim, actor=self.phone.actor)
        return self

    def approved(self) -> Move:
        """The phone shows a number."""
        self.claimed()
        self.number = self.hall.handoff.approve(self.id, self.target()).body["number"]
        return self

    def confirmed(self) -> Move:
        """The number was typed at the kiosk."""
        self.approved()
        self.hall.handoff.confirm(self.id, self.source(), self.number)
        return self

    def active(self) -> tuple[Answer, Actor]:
        """The phone has taken over: the answer, and who the phone is now."""
        self.confirmed()
        done = self.hall.handoff.activate(self.id, self.target())
        actor = self.hall.people.sessions.resolve(done.session)
        assert actor is not None
        return done, actor

    @property
    def id(self) -> UUID:
        """The handoff's id."""
        return UUID(self.offer["id"])

    @property
    def code(self) -> str:
        """The code in the QR."""
        return str(self.offer["qr_url"].partition("#")[2])


def movable() -> dict[str, bytes]:
    """The reference process, whose tasks may move to a phone."""
    files = dict(read_folder(PERMIT))
    files["process.bpmn"] = files["process.bpmn"].replace(FORM, MAY_MOVE + FORM)
    return files


@pytest.fixture(scope="module")
def hall(database: str) -> Iterator[Hall]:
    """One for the tests of a module."""
    made = Hall(database)
    yield made
    made.cases.close()
    made.records.close()


@pytest.fixture()
def move(hall: Hall) -> Move:
    """Anna at kiosk 3 with a case at its first task."""
    return Move(hall)
