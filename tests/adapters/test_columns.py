"""Columns go to the server and come back as they were, with one fixed type each."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from uuid import UUID

import psycopg
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from backend.adapters.postgres.columns import BigInts, Bytes, Instants, Texts, Uuids, register

PLAIN_TEXT = st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=20)
ZONES = st.sampled_from([UTC, timezone(timedelta(hours=5, minutes=30)), timezone(timedelta(hours=-8))])
KINDS = [
    (BigInts, "bigint", st.integers(-(2**63), 2**63 - 1)),
    (Uuids, "uuid", st.uuids()),
    (Texts, "text", PLAIN_TEXT),
    (Bytes, "bytea", st.binary(max_size=40)),
    (Instants, "timestamptz", st.datetimes(datetime(1900, 1, 1), datetime(9000, 1, 1), timezones=ZONES)),
]


@pytest.fixture(scope="module")
def connection(postgres_url):
    with psycopg.connect(postgres_url, autocommit=True, prepare_threshold=0) as made:
        register(made)
        yield made


@pytest.mark.parametrize(("column", "name", "values"), KINDS)
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_there_and_back(connection, column, name, values, data):
    sent = data.draw(st.lists(st.none() | values, max_size=6))
    row = connection.execute("SELECT %s, pg_typeof(%s)::text", (column(sent), column(sent))).fetchone()
    assert row == (sent, f"{name if name != 'timestamptz' else 'timestamp with time zone'}[]")


def test_an_empty_column_has_its_type_too(connection):
    assert connection.execute("SELECT pg_typeof(%s)::text", (Uuids([]),)).fetchone() == ("uuid[]",)
    assert isinstance(connection.execute("SELECT %s", (Uuids([UUID(int=1)]),)).fetchone()[0][0], UUID)
