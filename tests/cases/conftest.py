"""A house of each test module, and the people who ask."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from backend.rights import Actor
from tests.house import House


@pytest.fixture(scope="module")
def house(database: str) -> Iterator[House]:
    """One for the tests of a module; each test has its own people and cases."""
    made = House(database)
    yield made
    made.close()


@pytest.fixture
def anna(house: House) -> Actor:
    """A citizen, logged in on the web."""
    return house.citizen()


@pytest.fixture
def boris(house: House) -> Actor:
    """Another citizen."""
    return house.citizen()


@pytest.fixture
def xenia(house: House) -> Actor:
    """A case worker of the department that answers for the case."""
    return house.official()
