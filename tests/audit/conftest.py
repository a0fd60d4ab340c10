"""A log of 700 leaves in files, and a key."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from uuid import UUID

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from backend.audit.log.note import PrivateKey
from backend.audit.log.tiles import bundle, tile_path, tiles_of
from tests.audit import slow

SIZE = 700


def a_leaf(n: int, **more: object) -> bytes:
    """The n-th leaf of a log in which seven cases take turns."""
    case = str(UUID(int=n % 7))
    told = {"case": case, "case_seq": n // 7 + 1, "id": str(UUID(int=1000 + n)), "v": 1, **more}
    return json.dumps(told, sort_keys=True, separators=(",", ":")).encode()


def write(path: Path, leaves: list[bytes], key: PrivateKey) -> None:
    """The directory of a log, by the slow telling of the standard."""
    for level, n, width in tiles_of(len(leaves)):
        files = {tile_path(level, n, width): slow.tile(level, n, width, leaves)}
        if level == 0:
            files[tile_path("entries", n, width)] = bundle(leaves[n * 256 : n * 256 + width])
        for name, data in files.items():
            (path / name).parent.mkdir(parents=True, exist_ok=True)
            (path / name).write_bytes(data)
    (path / "checkpoint").write_text(key.sign(len(leaves), slow.mth(leaves)))


@pytest.fixture(scope="session")
def key() -> PrivateKey:
    return PrivateKey("audit.example/test", Ed25519PrivateKey.generate())


@pytest.fixture(scope="session")
def leaves() -> list[bytes]:
    return [a_leaf(n) for n in range(SIZE)]


@pytest.fixture(scope="session")
def original(tmp_path_factory: pytest.TempPathFactory, leaves: list[bytes], key: PrivateKey) -> Path:
    path = tmp_path_factory.mktemp("log")
    write(path, leaves, key)
    return path


@pytest.fixture
def copy(original: Path, tmp_path: Path) -> Path:
    """A copy that a test may damage."""
    return Path(shutil.copytree(original, tmp_path / "log"))
