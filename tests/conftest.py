"""Fixtures that every test may ask for: the database, Valkey, and the whole running system."""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest
from hypothesis import settings

from tests import services
from tests.system import System, running_system

settings.register_profile("same", derandomize=True, database=None)
settings.register_profile("search", settings.get_profile("default"))
settings.load_profile(os.environ.get("ERRAND_HYPOTHESIS", "same"))
"""The same examples every time: a red run is red again. ERRAND_HYPOTHESIS=search looks for new ones."""


@pytest.fixture(scope="session")
def postgres_url() -> Iterator[str]:
    """The URL of a running PostgreSQL, one server for all tests of this process."""
    with services.postgres_server() as url:
        yield url


@pytest.fixture(scope="session")
def database_template(postgres_url: str) -> str:
    """The name of a migrated database to copy."""
    return services.migrated_template(postgres_url)


@pytest.fixture(scope="module")
def database(postgres_url: str, database_template: str) -> Iterator[str]:
    """The URL of a migrated database with no rows, of this test module alone."""
    with services.fresh_database(postgres_url, database_template) as url:
        yield url


@pytest.fixture(scope="session")
def valkey_url() -> Iterator[str]:
    """The URL of a running Valkey, one server for all tests of this process."""
    with services.valkey_server() as url:
        yield url


@pytest.fixture(scope="session")
def system() -> Iterator[System]:
    """A running Errand with fresh data, shared by all tests that ask for it; see tests/system.py."""
    with running_system() as running:
        yield running


@pytest.hookimpl(tryfirst=True)  # xdist reads the groups in a hook of its own
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Spread over workers by file, but all that need the running system to one worker, and that one first."""
    for item in items:
        item.add_marker(pytest.mark.xdist_group("system" if _needs_system(item) else item.path.stem))
    items.sort(key=lambda item: not _needs_system(item))


def _needs_system(item: pytest.Item) -> bool:
    return "system" in getattr(item, "fixturenames", ())
