"""The log as a directory of files (C2SP tlog-tiles), which a web server may serve and anyone check."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path
from typing import Protocol

from backend.audit.log.merkle import HASH
from backend.audit.log.tiles import bundle, tile_path, tiles_of, unbundle


class Store(Protocol):
    """Where a log can be read."""

    def checkpoint(self) -> str | None:
        """The signed checkpoint; None before the first."""
        ...

    def tile(self, level: int, n: int, width: int) -> bytes | None:
        """The first `width` hashes of a tile; None when it is absent."""
        ...

    def leaves(self, n: int, width: int) -> Sequence[bytes | None]:
        """The leaves of bundle n in their order, None for an absent one; more than `width` if there are."""
        ...


class Directory:
    """A log in files."""

    def __init__(self, path: Path):
        self.path = path

    def checkpoint(self) -> str | None:
        data = self._read("checkpoint")
        return None if data is None else data.decode(errors="replace")

    def tile(self, level: int, n: int, width: int) -> bytes | None:
        return self._read(tile_path(level, n, width))

    def leaves(self, n: int, width: int) -> Sequence[bytes | None]:
        found: list[bytes | None] = [*unbundle(self._read(tile_path("entries", n, width)) or b"")]
        return found + [None] * (width - len(found))

    def _read(self, path: str) -> bytes | None:
        try:
            return (self.path / path).read_bytes()
        except (FileNotFoundError, NotADirectoryError):
            return None


def export(store: Store, size: int, checkpoint: str, path: Path) -> None:
    """Write the log of this size into a directory; the checkpoint last, when all that it promises is there.
    Raises ValueError when the log has a hole."""
    for level, n, width in tiles_of(size):
        tile = store.tile(level, n, width)
        if tile is None or len(tile) != width * HASH:
            raise ValueError(f"{tile_path(level, n, width)} is missing")
        write_whole(path / tile_path(level, n, width), tile)
        if level == 0:
            leaves = [leaf for leaf in store.leaves(n, width) if leaf is not None]
            if len(leaves) != width:
                raise ValueError(f"a leaf of {tile_path('entries', n, width)} is missing")
            write_whole(path / tile_path("entries", n, width), bundle(leaves))
    write_whole(path / "checkpoint", checkpoint.encode())


def write_whole(path: Path, data: bytes) -> None:
    """The file is the old one or the new one whatever happens, and on the disk when we return."""
    path.parent.mkdir(parents=True, exist_ok=True)
    fresh = path.with_name(f".{path.name}.{os.getpid()}")
    with open(fresh, "wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    os.replace(fresh, path)
