"""The sequencer: what is staged is appended to the log, in one transaction a batch.

Any number may run; one at a time holds the database's advisory lock, the others find nothing to do. Nothing
is kept in memory between batches, so that a sequencer may be killed at any instruction: either the batch is
committed with its tiles and its checkpoint, or every row is staged as before.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from backend.audit.log import merkle
from backend.audit.log.signer import RolledBack, Signer
from backend.audit.log.tiles import edge_of, grow, reader
from backend.cases.crash import crash_point
from backend.cases.records import Records

BATCH = 4096


class Sequencer:
    """Appends to the log of one database."""

    def __init__(self, records: Records, signer: Signer, *, batch: int = BATCH):
        self._records = records
        self._signer = signer
        self._batch = batch

    def step(self) -> int:
        """Append one batch; gives how many leaves it had. 0: nothing is staged, or another one is at it.
        Raises RolledBack; then nothing has changed."""
        with self._records.transaction() as records:
            asked = records.row("audit.try_lock")
            rows = self._take(records) if asked and asked["mine"] else []
            if not rows:
                return 0
            checkpoint = self._append(records, rows[0]["index"], [row["leaf"] for row in rows])
            crash_point("audit.appended")
        crash_point("audit.committed")
        self._signer.remember(checkpoint)
        crash_point("audit.remembered")
        return len(rows)

    def _take(self, records: Records) -> list[dict[str, Any]]:
        return records.rows("audit.take", limit=self._batch)

    def _append(self, records: Records, size: int, leaves: Sequence[bytes]) -> str:
        """Tiles, head and checkpoint for leaves from position `size` on."""
        held = {
            (level, n): _tile(records, level, n)[: width * merkle.HASH] for level, n, width in edge_of(size)
        }
        self._check(records, size, held)
        edge = {level: tile for (level, _), tile in held.items()}
        written = grow(size, edge, [merkle.leaf_hash(leaf) for leaf in leaves])
        grown = size + len(leaves)
        read = reader(lambda level, n, _: written.get((level, n)) or held.get((level, n), b""), grown)
        root = merkle.root(read, grown)
        checkpoint = self._signer.sign(grown, root)
        records.run(
            "audit.put_tiles",
            levels=[level for level, _ in written],
            numbers=[n for _, n in written],
            hashes=list(written.values()),
        )
        if records.run("audit.move_head", expected=size, size=grown, root=root, checkpoint=checkpoint) != 1:
            raise RolledBack("the log's head moved beside the sequencer")
        return checkpoint

    def _check(self, records: Records, size: int, held: dict[tuple[int, int], bytes]) -> None:
        """The tiles are those of the head, and the head goes on from what was signed."""
        head = records.row("audit.head")

        def tile(level: int, n: int, width: int) -> bytes:
            found = held.get((level, n))
            return (found if found is not None else _tile(records, level, n))[: width * merkle.HASH]

        def root_at(past: int) -> bytes:
            return merkle.root(reader(tile, past), past)

        if head is None or head["size"] != size or head["root"] != root_at(size):
            raise RolledBack("the log's tiles are not those of its head")
        self._signer.check(size, root_at)


def _tile(records: Records, level: int, n: int) -> bytes:
    row = records.row("audit.tile", level=level, n=n)
    return bytes(row["hashes"]) if row else b""
