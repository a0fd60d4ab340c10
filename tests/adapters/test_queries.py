"""Every named query is planned by the true schema, says its purpose, and uses an index where it must."""

from __future__ import annotations

import re

import psycopg
import pytest

from backend.adapters.postgres.queries import parse, queries

PARAMETER = re.compile(r"%\((\w+)\)s")


@pytest.fixture(scope="module")
def connection(database):
    with psycopg.connect(database, autocommit=True) as made:
        yield made


def numbered(text: str) -> str:
    """The query as PREPARE takes it: the server itself finds the parameters' types."""
    names: list[str] = []

    def number(match: re.Match[str]) -> str:
        if match[1] not in names:
            names.append(match[1])
        return f"${names.index(match[1]) + 1}"

    return PARAMETER.sub(number, text).replace("%%", "%")


@pytest.mark.parametrize("name", sorted(queries()))
def test_a_query_fits_the_schema(connection, name):
    try:
        connection.execute(f"PREPARE checked AS {numbered(queries()[name])}")
    except (
        psycopg.errors.IndeterminateDatatype,
        psycopg.errors.AmbiguousFunction,
        psycopg.errors.AmbiguousParameter,
    ):
        return  # the server cannot tell a type that the driver will send; names were found all the same
    connection.execute("DEALLOCATE checked")


def test_a_query_without_a_purpose_or_with_a_name_that_stands_twice_is_an_error():
    with pytest.raises(ValueError, match="purpose"):
        parse("-- name: x\nSELECT 1")
    with pytest.raises(ValueError, match="twice"):
        parse("-- name: x\n-- One.\nSELECT 1\n-- name: x\n-- Two.\nSELECT 2")


@pytest.mark.parametrize(
    ("query", "index"),
    [
        (
            "SELECT task FROM task WHERE audience = 'staff' AND department = 'x' ORDER BY created LIMIT 50",
            "task_worklist",
        ),
        ("SELECT timer FROM timer WHERE hand_at <= now() ORDER BY hand_at LIMIT 50", "timer_hand_at"),
        ("SELECT job FROM job WHERE hand_at <= now() ORDER BY hand_at LIMIT 50", "job_hand_at"),
        ("SELECT case_id FROM subscription WHERE name = 'x' AND key = 'y'", "subscription_by_name"),
        (
            "SELECT case_id FROM case_state WHERE subject = gen_random_uuid() ORDER BY started DESC",
            "case_by_subject",
        ),
    ],
)  # fmt: skip
def test_reads_across_cases_go_by_an_index(connection, query, index):
    with connection.transaction():
        connection.execute("SET LOCAL enable_seqscan = off")
        plan = "\n".join(row[0] for row in connection.execute(f"EXPLAIN {query}"))
    assert index in plan


def test_no_update_of_a_case_touches_an_index(connection):
    """Columns that change with every step stand in no index, so that updates stay HOT."""
    indexed = connection.execute(
        "SELECT a.attname FROM pg_index i JOIN pg_attribute a"
        " ON a.attrelid = i.indrelid AND a.attnum = ANY (i.indkey)"
        " WHERE i.indrelid = 'case_state'::regclass"
    ).fetchall()
    assert {name for (name,) in indexed} == {"case_id", "subject", "started"}


def test_every_table_of_a_cases_transaction_has_the_case_first_in_its_key(connection):
    keys = dict(
        connection.execute(
            "SELECT c.relname, a.attname FROM pg_index i JOIN pg_class c ON c.oid = i.indrelid"
            " JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = i.indkey[0]"
            " WHERE i.indisprimary AND c.relnamespace = 'public'::regnamespace"
        ).fetchall()
    )
    tables = "case_state case_event task completion timer job subscription incident idempotency outbox"
    assert {keys[table] for table in tables.split()} == {"case_id"}
