"""The Merkle tree of RFC 6962 over SHA-256: roots and proofs from a reader of hashes, and their check.

A reader `read(level, index)` gives the hash of the full subtree of 2^level leaves that begins at leaf
index * 2^level.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Sequence

HASH = 32  # bytes
EMPTY = hashlib.sha256(b"").digest()
Read = Callable[[int, int], bytes]


def leaf_hash(leaf: bytes) -> bytes:
    """RFC 6962, 2.1: SHA-256 of 0x00 and the leaf."""
    return hashlib.sha256(b"\0" + leaf).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """RFC 6962, 2.1: SHA-256 of 0x01 and both children."""
    return hashlib.sha256(b"\1" + left + right).digest()


class Frontier:
    """The root of a growing list of leaf hashes, in memory that grows with its logarithm."""

    def __init__(self) -> None:
        self.size = 0
        self._full: list[bytes] = []  # of the full subtrees, the largest first

    def add(self, leaf: bytes) -> None:
        """Append one leaf hash."""
        ones = ((self.size + 1) & -(self.size + 1)).bit_length() - 1
        for _ in range(ones):
            leaf = node_hash(self._full.pop(), leaf)
        self._full.append(leaf)
        self.size += 1

    def root(self) -> bytes:
        """The root of all that was added."""
        if not self._full:
            return EMPTY
        found = self._full[-1]
        for left in reversed(self._full[:-1]):
            found = node_hash(left, found)
        return found


def root_of(hashes: Sequence[bytes]) -> bytes:
    """The root over these hashes as leaves of a tree of their own."""
    frontier = Frontier()
    for each in hashes:
        frontier.add(each)
    return frontier.root()


def root(read: Read, size: int) -> bytes:
    """The root of the first `size` leaves."""
    return _range(read, 0, size) if size else EMPTY


def inclusion(read: Read, index: int, size: int) -> list[bytes]:
    """RFC 6962, 2.1.1: from the leaf's sibling to the root's child. Raises ValueError outside the tree."""
    if not 0 <= index < size:
        raise ValueError(f"there is no leaf {index} in a log of {size}")
    return [_range(read, *part) for part in _siblings(index, size)][::-1]


def consistency(read: Read, old: int, new: int) -> list[bytes]:
    """RFC 6962, 2.1.2: that the first `old` leaves of a log of `new` are what they were."""
    if not 0 < old <= new:
        raise ValueError(f"a log of {new} leaves has no proof from {old}")
    proof: list[bytes] = []
    start, end, whole = 0, new, True
    while old != end:
        middle = start + _split(end - start)
        if old <= middle:
            proof.append(_range(read, middle, end))
            end = middle
        else:
            proof.append(_range(read, start, middle))
            start, whole = middle, False
    if not whole:
        proof.append(_range(read, start, end))
    return proof[::-1]


def included(leaf: bytes, index: int, size: int, proof: Sequence[bytes], root: bytes) -> bool:
    """RFC 9162, 2.1.3.2: whether the proof leads from this leaf hash at `index` to the root."""
    if not 0 <= index < size:
        return False
    at, last, found = index, size - 1, leaf
    for each in proof:
        if last == 0:
            return False
        if at & 1 or at == last:
            found = node_hash(each, found)
            while not at & 1 and at:
                at, last = at >> 1, last >> 1
        else:
            found = node_hash(found, each)
        at, last = at >> 1, last >> 1
    return last == 0 and found == root


def consistent(old: int, old_root: bytes, new: int, new_root: bytes, proof: Sequence[bytes]) -> bool:
    """RFC 9162, 2.1.4.2: whether the proof shows that the log only grew. Nothing is a beginning of all."""
    if old == new or old == 0:
        return not proof and (old_root == new_root if old == new else old_root == EMPTY)
    if not 0 < old < new or not proof:
        return False
    path = list(proof) if old & (old - 1) else [old_root, *proof]
    at, last = old - 1, new - 1
    while at & 1:
        at, last = at >> 1, last >> 1
    before = after = path[0]
    for each in path[1:]:
        if last == 0:
            return False
        if at & 1 or at == last:
            before, after = node_hash(each, before), node_hash(each, after)
            while not at & 1 and at:
                at, last = at >> 1, last >> 1
        else:
            after = node_hash(after, each)
        at, last = at >> 1, last >> 1
    return last == 0 and before == old_root and after == new_root


def _split(size: int) -> int:
    """The largest power of two that is smaller than `size`."""
    return 1 << (size - 1).bit_length() - 1


def _range(read: Read, start: int, end: int) -> bytes:
    size = end - start
    if not size & (size - 1):
        level = size.bit_length() - 1
        return read(level, start >> level)
    middle = start + _split(size)
    return node_hash(_range(read, start, middle), _range(read, middle, end))


def _siblings(index: int, size: int) -> Iterator[tuple[int, int]]:
    """The parts beside the way down from the root to the leaf."""
    start, end = 0, size
    while end - start > 1:
        middle = start + _split(end - start)
        if index < middle:
            yield middle, end
            end = middle
        else:
            yield start, middle
            start = middle
