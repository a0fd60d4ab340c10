"""The log in tiles (C2SP tlog-tiles): 256 hashes of 32 bytes a tile, the leaves themselves in bundles.

Tile (level, n) holds the hashes of the subtrees of 256^level leaves from n * 256 on; the last tile of a level
is partial.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence

from backend.audit.log.merkle import HASH, Read, root_of

WIDTH = 256
BITS = 8
Tile = Callable[[int, int, int], bytes]
"""(level, n, width) gives the hashes of a tile; raises TileMissing."""


class TileMissing(Exception):
    """A tile is absent or not as wide as the log's size says."""


def width_of(level: int, n: int, size: int) -> int:
    """How many hashes tile (level, n) has in a log of `size` leaves."""
    return max(0, min(WIDTH, (size >> BITS * level) - WIDTH * n))


def tiles_of(size: int) -> Iterator[tuple[int, int, int]]:
    """Every tile (level, n, width) of a log of `size` leaves, level by level."""
    level = 0
    while count := size >> BITS * level:
        for n in range(-(-count // WIDTH)):
            yield level, n, width_of(level, n, size)
        level += 1


def edge_of(size: int) -> list[tuple[int, int, int]]:
    """The partial tiles of a log of `size` leaves, from which its root follows."""
    edge = []
    level = 0
    while count := size >> BITS * level:
        if count % WIDTH:
            edge.append((level, count // WIDTH, count % WIDTH))
        level += 1
    return edge


def tile_path(kind: int | str, n: int, width: int) -> str:
    """`tile/<level or entries>/<n>[.p/<width>]`: n in groups of three digits, all but the last after an x."""
    groups = [f"{n % 1000:03d}"]
    while n := n // 1000:
        groups.insert(0, f"x{n % 1000:03d}")
    partial = "" if width == WIDTH else f".p/{width}"
    return f"tile/{kind}/{'/'.join(groups)}{partial}"


def hashes_of(tile: bytes) -> list[bytes]:
    """The hashes of a tile."""
    return [tile[at : at + HASH] for at in range(0, len(tile), HASH)]


def bundle(leaves: Sequence[bytes]) -> bytes:
    """An entry bundle: each leaf behind its length in two bytes, big-endian."""
    return b"".join(len(leaf).to_bytes(2, "big") + leaf for leaf in leaves)


def unbundle(data: bytes) -> list[bytes]:
    """The leaves of a bundle, as many as are whole; a rest that is none becomes one last, broken leaf."""
    leaves = []
    at = 0
    while at < len(data):
        end = at + 2 + int.from_bytes(data[at : at + 2], "big")
        leaves.append(data[at + 2 : end])
        at = end
    return leaves


def grow(size: int, edge: Mapping[int, bytes], leaves: Sequence[bytes]) -> dict[tuple[int, int], bytes]:
    """The tiles that change when these leaf hashes are appended to a log of `size`, whose partial tiles are
    `edge` (by level). Raises TileMissing when the edge is not that of the size."""
    written: dict[tuple[int, int], bytes] = {}
    fresh: list[bytes] = list(leaves)
    level = 0
    while fresh:
        count = size >> BITS * level
        held = edge.get(level, b"")
        if len(held) != count % WIDTH * HASH:
            raise TileMissing(tile_path(level, count // WIDTH, count % WIDTH))
        fresh = _fill(written, level, count // WIDTH, held + b"".join(fresh))
        level += 1
    return written


def _fill(written: dict[tuple[int, int], bytes], level: int, n: int, data: bytes) -> list[bytes]:
    """Cut into tiles from the n-th on; gives the hashes of the full ones."""
    full = []
    for at in range(0, len(data), WIDTH * HASH):
        tile = data[at : at + WIDTH * HASH]
        written[level, n + at // (WIDTH * HASH)] = tile
        if len(tile) == WIDTH * HASH:
            full.append(root_of(hashes_of(tile)))
    return full


def reader(tile: Tile, size: int) -> Read:
    """A reader of the tree's hashes from the tiles of a log of `size` leaves. Raises TileMissing."""

    def read(level: int, index: int) -> bytes:
        above, inside = divmod(level, BITS)
        first, count = index << inside, 1 << inside
        n, at = divmod(first, WIDTH)
        width = width_of(above, n, size)
        data = tile(above, n, width)
        if len(data) != width * HASH or at + count > width:
            raise TileMissing(tile_path(above, n, width))
        return root_of(hashes_of(data[at * HASH : (at + count) * HASH]))

    return read
