"""Sessions: rotation, idle and absolute time, ends (ASVS 7.2.4, A07)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from uuid import UUID, uuid4

import pytest

from backend.adapters.postgres.database import Database
from backend.people import Claims, Opening, People, SessionOver, fresh
from backend.rights import Grant
from backend.vault import Vault


@pytest.fixture(scope="module")
def records(database: str) -> Iterator[Database]:
    opened = Database(database)
    yield opened
    opened.close()


@pytest.fixture()
def ended() -> list[UUID]:
    return []


@pytest.fixture()
def people(records: Database, ended: list[UUID]) -> People:
    return People(records, Vault.ephemeral(), ended.append)


def anna(**more: object) -> Claims:
    told = {
        "issuer": "https://id",
        "subject": f"anna-{uuid4()}",
        "level": "L2",
        "auth_time": 0,
        "name": "Anna Orsel",
    }
    return Claims(**{**told, **more})  # type: ignore[arg-type]


def login(people: People, channel: str = "web"):
    person = people.person_of(anna(pid=str(uuid4())))
    opening = Opening(
        channel=channel, kind="citizen", person=person.id, level="L2", auth_time=datetime.now(UTC)
    )
    return person, *people.sessions.open(opening)


def test_a_token_gives_its_actor_and_only_a_hash_is_stored(people: People, records: Database) -> None:
    person, token, actor = login(people)
    found = people.sessions.resolve(token)
    assert found == actor
    assert (found.kind, found.id, found.level, found.channel) == ("citizen", str(person.id), "L2", "web")
    with records.transaction() as inside:
        stored = str(inside.connection.execute("SELECT * FROM session").fetchall())
    assert token not in stored and len(token) >= 43


def test_a07_after_a_rotation_the_old_token_is_dead_and_the_id_stays(people: People) -> None:
    token, visitor = people.sessions.open(Opening(channel="web"))
    person = people.person_of(anna())
    changed, actor = people.sessions.rotate(visitor, kind="citizen", person=person.id, level="L2")
    assert people.sessions.resolve(token) is None
    assert people.sessions.resolve(changed) == actor
    assert actor.session == visitor.session and actor.stamp == visitor.stamp + 1
    with pytest.raises(SessionOver):
        people.sessions.rotate(visitor, level="L2")


@pytest.mark.parametrize(("channel", "idle"), [("kiosk", 80), ("web", 900), ("phone", 900), ("desk", 900)])
def test_idle_time_ends_a_session(people: People, records: Database, channel: str, idle: int) -> None:
    token, actor = people.sessions.open(Opening(channel=channel))
    age(records, actor.session, "last_seen", idle - 5)
    assert people.sessions.resolve(token) is not None, (
        "still within the idle time; being seen begins it again"
    )
    age(records, actor.session, "last_seen", idle + 1)
    assert people.sessions.resolve(token) is None
    assert people.sessions.touch(actor.session) is False, "what is over is not brought back"


@pytest.mark.parametrize(("channel", "whole"), [("kiosk", 1200), ("web", 28800), ("desk", 36000)])
def test_absolute_time_ends_a_session_however_busy(
    people: People, records: Database, channel: str, whole: int
) -> None:
    token, actor = people.sessions.open(Opening(channel=channel))
    age(records, actor.session, "expires_at", whole - 5)
    assert people.sessions.resolve(token) is not None
    age(records, actor.session, "expires_at", 6)
    assert people.sessions.resolve(token) is None


def test_a_poll_is_no_sign_of_life_but_a_person_is(people: People, records: Database) -> None:
    token, actor = people.sessions.open(Opening(channel="kiosk"))
    age(records, actor.session, "last_seen", 60)
    people.sessions.resolve(token, touch=False)
    assert seen(records, actor.session) > 55
    people.sessions.resolve(token)
    assert seen(records, actor.session) < 5


def test_a_wait_lets_a_kiosk_stand_while_its_person_logs_in_elsewhere(
    people: People, records: Database
) -> None:
    token, actor = people.sessions.open(Opening(channel="kiosk"))
    people.sessions.wait(actor.session, 300)
    age(records, actor.session, "last_seen", 200)
    assert people.sessions.resolve(token, touch=False) is not None
    age(records, actor.session, "wait_until", 301)
    assert people.sessions.resolve(token, touch=False) is None


def test_ending_a_session_ends_what_was_granted_from_it_never_the_reverse(
    people: People, ended: list[UUID]
) -> None:
    parent_token, parent = people.sessions.open(Opening(channel="web"))
    child_token, child = people.sessions.open(Opening(channel="kiosk", parent=parent.session))
    assert people.sessions.end(child.session, "done")
    assert people.sessions.resolve(parent_token) is not None
    child_token, child = people.sessions.open(Opening(channel="kiosk", parent=parent.session))
    people.sessions.end(parent.session, "logout")
    assert people.sessions.resolve(parent_token) is None and people.sessions.resolve(child_token) is None
    assert child.session in ended and parent.session in ended


def test_a_person_sees_and_ends_her_own_sessions_only(people: People) -> None:
    person, token, actor = login(people)
    _, boris_token, boris_actor = login(people)
    assert [row["id"] for row in people.sessions.of_person(person.id)] == [actor.session]
    assert people.sessions.end_own(person.id, boris_actor.session) is False
    assert people.sessions.resolve(boris_token) is not None
    assert people.sessions.end_own(person.id, actor.session) is True
    assert people.sessions.resolve(token) is None


def test_a_grant_is_kept_with_the_session(people: People) -> None:
    grant = Grant(uuid4(), 7, uuid4())
    token, actor = people.sessions.open(Opening(channel="phone", grant=grant))
    assert people.sessions.resolve(token).grant == grant
    assert actor.kind == "anonymous" and actor.id == str(actor.session)


def test_a_person_is_the_same_at_each_login_and_her_data_are_sealed(
    people: People, records: Database
) -> None:
    claims = anna(pid="5089307017")
    first, second = people.person_of(claims), people.person_of(claims)
    assert first.id == second.id
    assert people.pid(first.id) == "5089307017" and people.by_pid("5089307017") == first.id
    with records.transaction() as inside:
        stored = str(inside.connection.execute("SELECT * FROM person").fetchall())
    assert "Anna" not in stored and "5089307017" not in stored


def test_fresh_is_a_login_of_the_last_five_minutes(people: People) -> None:
    _, _, actor = login(people)
    now = datetime.now(UTC)
    assert fresh(actor, now)
    assert not fresh(actor, now.replace(year=now.year + 1))


def age(records: Database, session: UUID, column: str, seconds: int) -> None:
    """Let `seconds` pass for one session's column."""
    with records.transaction() as inside:
        inside.connection.execute(
            f"UPDATE session SET {column} = {column} - make_interval(secs => %s) WHERE id = %s",
            (seconds, session),
        )


def seen(records: Database, session: UUID) -> float:
    """Seconds since the session was last seen."""
    with records.transaction() as inside:
        row = inside.connection.execute(
            "SELECT extract(epoch FROM clock_timestamp() - last_seen)::float AS age FROM session"
            " WHERE id = %s",
            (session,),
        ).fetchone()
    return row["age"]
