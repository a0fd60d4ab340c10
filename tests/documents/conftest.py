"""A drawing and keys for all tests of documents."""

from __future__ import annotations

import pytest

from backend.documents import DocumentKeys, Drawing
from tests.channels.conftest import world  # noqa: F401  a fixture
from tests.documents.papers import a_drawing, a_sealed, a_wanted


@pytest.fixture(scope="session")
def drawing(tmp_path_factory: pytest.TempPathFactory) -> Drawing:
    return a_drawing(tmp_path_factory.mktemp("fonts"))


@pytest.fixture(scope="session")
def keys() -> DocumentKeys:
    return DocumentKeys.ephemeral()


@pytest.fixture(scope="session")
def sealed(drawing: Drawing, keys: DocumentKeys) -> bytes:
    """A sealed certificate in English."""
    return a_sealed(a_wanted(), drawing, keys)
