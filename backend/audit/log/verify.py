"""`verify`: whether a log is what its checkpoint says, and if not, which leaf is the first that is not.

Everything is computed anew from the leaves. The tiles are a second telling of the same: where both differ,
the signed root decides which of them was changed.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from backend.audit.log.content import Content
from backend.audit.log.directory import Store
from backend.audit.log.merkle import HASH, Frontier, leaf_hash, root_of
from backend.audit.log.note import Checkpoint, NoteBroken, PublicKey
from backend.audit.log.tiles import BITS, WIDTH, hashes_of, tile_path, width_of

Look = Callable[[int, Sequence[bytes]], "list[Fault]"]
"""A check of one's own over leaves from a position on, say against the records of a database."""


@dataclass(frozen=True, order=True)
class Fault:
    """Something that is not as it was signed, and the positions of the leaves it may concern."""

    first: int
    last: int
    text: str

    def __str__(self) -> str:
        if self.last < self.first:
            return self.text
        where = f"leaf {self.first}" if self.first == self.last else f"leaves {self.first} to {self.last}"
        return f"{where}: {self.text}"


@dataclass
class Report:
    """What `verify` found, in the order of the leaves; the log is whole when there are no faults."""

    size: int = 0
    root: bytes = b""
    faults: list[Fault] = field(default_factory=list)


def verify(store: Store, key: PublicKey, last: Checkpoint | None = None, look: Look | None = None) -> Report:
    """Check signature, leaves, tiles, what is remembered (`last`), and the case numbers in the leaves."""
    text = store.checkpoint()
    if text is None:
        return Report(faults=[Fault(0, last.size - 1 if last else -1, "there is no checkpoint")])
    try:
        head = key.open(text)
    except NoteBroken as error:
        return Report(faults=[Fault(0, -1, f"the checkpoint: {error}")])
    if last and last.size > head.size:
        gone = f"gone: the remembered checkpoint has {last.size} leaves, this one {head.size}"
        return Report(head.size, head.root, [Fault(head.size, last.size - 1, gone)])
    walk = _Walk(store, head, last)
    walk.leaves(look)
    walk.levels()
    return Report(head.size, head.root, sorted(walk.judge()))


class _Walk:
    """One pass over the log; `told` are tiles that differ, `sure` are faults that need no judgement."""

    def __init__(self, store: Store, head: Checkpoint, last: Checkpoint | None):
        self.store = store
        self.head = head
        self.last = last
        self.by_leaves, self.by_tiles = Frontier(), Frontier()
        self.past: bytes | None = None  # the root by the leaves at the size of the remembered checkpoint
        self.above: list[bytes] = []  # of the full tiles of level 0, by the tiles
        self.mixed: list[tuple[int, str]] = []  # leaves whose hash is not the tile's
        self.apart: list[Fault] = []  # tiles that are not what the tile above says
        self.sure: list[Fault] = []
        self.said: list[
            Fault
        ] = []  # by the content of leaves, which counts when they are those that were signed
        self.content = Content()

    def leaves(self, look: Look | None) -> None:
        """Bundle after bundle, each beside its tile."""
        for n in range(-(-self.head.size // WIDTH)):
            first, width = n * WIDTH, width_of(0, n, self.head.size)
            leaves = self.store.leaves(n, width)
            tile = self._tile(0, n, width)
            self._surplus(leaves, first, width)
            present = [leaf for leaf in leaves[:width] if leaf is not None]
            if len(present) == width:
                self.said += [Fault(at, at, told) for at, told in self.content.faults(first, present)]
                self.said += look(first, present) if look else []
            for at in range(width):
                self._leaf(first + at, leaves[at], tile[at] if tile else None)
            if width == WIDTH:
                self.above.append(root_of(tile or [leaf_hash(leaf) for leaf in present]))

    def levels(self) -> None:
        """Each tile above level 0 beside the tiles below it."""
        level, below = 1, self.above
        while below:
            above = []
            for n in range(-(-len(below) // WIDTH)):
                expected = below[n * WIDTH : (n + 1) * WIDTH]
                tile = self._tile(level, n, len(expected))
                if tile:
                    self._compare(level, n, tile, expected)
                if len(expected) == WIDTH:
                    above.append(root_of(tile or expected))
            level, below = level + 1, above

    def judge(self) -> list[Fault]:
        """Who was changed: the leaves, the tiles, or both."""
        if self.by_leaves.root() == self.head.root:
            wrong = [
                Fault(at, at, f"its hash in {path} is wrong; the leaf is right") for at, path in self.mixed
            ]
            return self.sure + _finest(wrong + self.apart) + self._past() + ([] if self.sure else self.said)
        if self.by_tiles.root() == self.head.root:
            return self.sure + [Fault(at, at, "it is not the leaf that was signed") for at, _ in self.mixed]
        both = [
            Fault(at, at, "the leaf or its hash in the tile is not what was signed") for at, _ in self.mixed
        ]
        return self.sure + (_finest(both + self.apart) or [self._forked()])

    def _leaf(self, at: int, leaf: bytes | None, told: bytes | None) -> None:
        found = leaf_hash(leaf) if leaf is not None else None
        if found is None:
            self.sure.append(Fault(at, at, "it is missing"))
        elif told is not None and found != told:
            self.mixed.append((at, tile_path(0, at // WIDTH, width_of(0, at // WIDTH, self.head.size))))
        self.by_leaves.add(found or told or b"")
        self.by_tiles.add(told or found or b"")
        if self.last and self.by_leaves.size == self.last.size:
            self.past = self.by_leaves.root()

    def _tile(self, level: int, n: int, width: int) -> list[bytes] | None:
        data = self.store.tile(level, n, width)
        if data is not None and len(data) == width * HASH:
            return hashes_of(data)
        kind = "missing" if data is None else "not as long as it must be"
        self.sure.append(
            Fault(*self._span(level, n * WIDTH, width), f"{tile_path(level, n, width)} is {kind}")
        )
        return None

    def _compare(self, level: int, n: int, tile: list[bytes], expected: list[bytes]) -> None:
        for at, (told, found) in enumerate(zip(tile, expected, strict=True)):
            if told != found:
                path = tile_path(level, n, len(expected))
                span = self._span(level, n * WIDTH + at, 1)
                self.apart.append(Fault(*span, f"the hash in {path} is not that of the tile below it"))

    def _span(self, level: int, start: int, count: int) -> tuple[int, int]:
        """The leaves below `count` hashes of a level from `start` on."""
        return start << BITS * level, ((start + count) << BITS * level) - 1

    def _surplus(self, leaves: Sequence[bytes | None], first: int, width: int) -> None:
        if len(leaves) > width:
            end = first + width
            self.sure.append(
                Fault(end, end, f"{tile_path('entries', first // WIDTH, width)} holds more than was signed")
            )

    def _past(self) -> list[Fault]:
        if self.last is None or self.last.size == 0 or self.past == self.last.root:
            return []
        return [
            Fault(
                0, self.last.size - 1, "they are not those of the remembered checkpoint: the log was forked"
            )
        ]

    def _forked(self) -> Fault:
        """Leaves and tiles agree, but not with the signature."""
        kept = self.last.size if self.last and self.past == self.last.root else 0
        told = (
            "leaves and tiles agree with each other, but another log was signed: it was rewritten or forked"
        )
        return Fault(kept, self.head.size - 1, told)


def _finest(faults: list[Fault]) -> list[Fault]:
    """Without those that only repeat, for more leaves, what a finer one says."""
    found: list[Fault] = []
    for fault in sorted(faults, key=lambda fault: fault.last - fault.first):
        if not any(fault.first <= finer.first and finer.last <= fault.last for finer in found):
            found.append(fault)
    return found
