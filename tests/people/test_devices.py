"""Devices: one-time enrolment, signatures that are used once, heartbeats, revocation."""

from __future__ import annotations

import time
from collections.abc import Iterator
from uuid import UUID, uuid4

import pytest

from backend.adapters.postgres.database import Database
from backend.people import CodeNotAvailable, DeviceRefused, Opening, People, Proof
from backend.people.devices import encode
from backend.vault import Vault
from tests.people.agent import Agent


@pytest.fixture(scope="module")
def records(database: str) -> Iterator[Database]:
    opened = Database(database)
    yield opened
    opened.close()


@pytest.fixture()
def people(records: Database) -> People:
    return People(records, Vault.ephemeral())


def test_an_enrolment_code_works_once_and_in_time(people: People, records: Database) -> None:
    agent = Agent(people)
    assert (agent.device.kiosk, agent.device.hall, agent.device.state) == (
        "3",
        "Southmere Town Hall",
        "active",
    )
    with pytest.raises(CodeNotAvailable):
        people.devices.enrol(agent.code, bytes(32))
    late = people.devices.enrolment_code(kiosk="7", hall="Southmere Town Hall", region="south")
    with records.transaction() as inside:
        inside.connection.execute(
            "UPDATE device_enrolment SET expires_at = clock_timestamp() WHERE used_at IS NULL"
        )
    with pytest.raises(CodeNotAvailable):
        people.devices.enrol(late, bytes(32))
    with pytest.raises(CodeNotAvailable):
        people.devices.enrol("never-made", bytes(32))


def test_a_challenge_is_answered_once_for_its_purpose(people: People) -> None:
    agent = Agent(people)
    challenge, _ = people.devices.challenge()
    with pytest.raises(DeviceRefused):
        people.devices.verify("handoff", agent.sign("session", challenge))
    good = agent.sign("session", challenge)
    assert people.devices.verify("session", good).id == agent.device.id
    with pytest.raises(DeviceRefused):
        people.devices.verify("session", good)
    with pytest.raises(DeviceRefused):
        people.devices.verify("session", agent.sign("session", challenge))


@pytest.mark.parametrize("wrong", ["iat", "signature", "device", "jti", "challenge"])
def test_a_proof_with_anything_changed_is_refused(people: People, wrong: str) -> None:
    agent = Agent(people)
    challenge, _ = people.devices.challenge()
    proof = agent.sign("session", challenge)
    changed = {
        "iat": proof.iat + 1, "signature": proof.signature[:-4] + "AAAA", "device": uuid4(),
        "jti": encode(uuid4().bytes), "challenge": people.devices.challenge()[0],
    }  # fmt: skip
    fields = {name: getattr(proof, name) for name in proof.__struct_fields__} | {wrong: changed[wrong]}
    with pytest.raises(DeviceRefused):
        people.devices.verify("session", Proof(**fields))


@pytest.mark.parametrize("seconds", [-61, 61])
def test_a_proof_of_another_minute_is_refused(people: People, seconds: int) -> None:
    agent = Agent(people)
    challenge, _ = people.devices.challenge()
    with pytest.raises(DeviceRefused):
        people.devices.verify("session", agent.sign("session", challenge, iat=int(time.time()) + seconds))


def test_three_missed_heartbeats_make_a_device_suspect_and_its_session_dead(
    people: People, records: Database
) -> None:
    agent = Agent(people)
    token, _ = people.sessions.open(Opening(channel="kiosk", device=agent.device.id))
    silent(records, agent.device.id, 91)
    assert people.devices.get(agent.device.id).state == "suspect"
    assert people.sessions.resolve(token) is None
    challenge, _ = people.devices.challenge()
    with pytest.raises(DeviceRefused):
        people.devices.verify("handoff", agent.sign("handoff", challenge))
    heard = people.devices.heartbeat(agent.sign("heartbeat", ""), {"build": "1", "uptime": 5})
    assert heard.state == "active" and people.devices.get(agent.device.id).state == "active"


def test_a_revoked_device_is_refused_everywhere_at_once(people: People) -> None:
    agent = Agent(people)
    token, _ = people.sessions.open(Opening(channel="kiosk", device=agent.device.id))
    people.devices.revoke(agent.device.id)
    assert people.sessions.resolve(token) is None
    with pytest.raises(DeviceRefused):
        people.devices.heartbeat(agent.sign("heartbeat", ""), {})
    challenge, _ = people.devices.challenge()
    with pytest.raises(DeviceRefused):
        people.devices.verify("session", agent.sign("session", challenge))


def test_a_new_device_in_the_same_place_replaces_the_old_one(people: People) -> None:
    old = Agent(people)
    token, _ = people.sessions.open(Opening(channel="kiosk", device=old.device.id))
    new = Agent(people)
    assert people.devices.get(old.device.id).state == "revoked"
    assert people.sessions.resolve(token) is None
    assert people.devices.in_place(kiosk="3", hall="Southmere Town Hall") == new.device.id


def silent(records: Database, device: UUID, seconds: int) -> None:
    with records.transaction() as inside:
        inside.connection.execute(
            "UPDATE device SET heard_at = heard_at - make_interval(secs => %s) WHERE id = %s",
            (seconds, device),
        )
