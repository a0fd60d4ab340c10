"""People, and what an attack must leave as it is."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import psycopg
import pytest
from psycopg.rows import dict_row

from tests.attacks.stage import Browser, citizen
from tests.system import System

Sql = Callable[..., list[dict[str, Any]]]
Effects = Callable[[str], Any]


@pytest.fixture(scope="module")
def anna(system: System) -> Browser:
    return citizen(system, "anna")


@pytest.fixture(scope="module")
def boris(system: System) -> Browser:
    return citizen(system, "boris")


@pytest.fixture(scope="module")
def xenia(system: System) -> Browser:
    return citizen(system, "xenia", "desk")


@pytest.fixture(scope="module")
def yusuf(system: System) -> Browser:
    return citizen(system, "yusuf", "desk")


@pytest.fixture
def sql(system: System) -> Iterator[Sql]:
    """Statements of the test's own."""
    with psycopg.connect(system.database_url, autocommit=True, row_factory=dict_row) as link:

        def run(query: str, *params: Any) -> list[dict[str, Any]]:
            cursor = link.execute(query, params)
            return cursor.fetchall() if cursor.description else []

        yield run


@pytest.fixture
def effects(sql: Sql) -> Effects:
    """effects(case): what a refused request must not change."""

    def seen(case: str) -> Any:
        return sql(
            "SELECT version, lease_epoch, lease_session, status,"
            " (SELECT array_agg((task, revision, draft) ORDER BY task)"
            "  FROM task WHERE case_id = c.case_id) AS tasks,"
            " (SELECT count(*) FROM case_event WHERE case_id = c.case_id) AS events,"
            " (SELECT count(*) FROM completion WHERE case_id = c.case_id) AS completions"
            " FROM case_state c WHERE case_id = %s",
            case,
        )

    return seen
