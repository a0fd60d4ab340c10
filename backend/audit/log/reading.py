"""The log as it stands in the database: positions, tiles, leaves and proofs for those who ask."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from backend.audit.leaf import pseudonym
from backend.audit.log import merkle
from backend.audit.log.note import proof_text
from backend.audit.log.tiles import WIDTH, TileMissing, reader, tile_path
from backend.cases.records import Records

MOST_RECEIPT = 2**63


class NotThere(Exception):
    """No leaf has this receipt (or not one that the asker may see)."""


class NotYet(Exception):
    """The leaf is staged and will stand in the log within seconds."""


@dataclass(frozen=True)
class Proved:
    """A leaf, where it stands, and the proof as a text (c2sp.org/tlog-proof@v1) that is checked offline."""

    index: int
    leaf: bytes
    proof: str


class AuditLog:
    """Reads the log of one database; also a `Store` for `verify` and `export`."""

    def __init__(self, records: Records):
        self._records = records

    def checkpoint(self) -> str | None:
        """The signed checkpoint; None before the first."""
        head = self._records.row("audit.head")
        return head["checkpoint"] or None if head else None

    def size(self) -> int:
        """How many leaves the log has."""
        head = self._records.row("audit.head")
        return int(head["size"]) if head else 0

    def tile(self, level: int, n: int, width: int) -> bytes | None:
        """The first `width` hashes of a tile; None when it is absent."""
        row = self._records.row("audit.tile", level=level, n=n)
        return bytes(row["hashes"])[: width * merkle.HASH] if row else None

    def leaves(self, n: int, width: int) -> Sequence[bytes | None]:
        """The leaves of bundle n, None for each that is absent."""
        first = n * WIDTH
        rows = self._records.rows("audit.leaves", first=first, end=first + width)
        found = {row["index"]: bytes(row["leaf"]) for row in rows}
        return [found.get(index) for index in range(first, first + width)]

    def position(self, receipt: str) -> int:
        """Where the leaf that a receipt names stands in the log. Raises NotThere, NotYet."""
        return self._find(receipt)[0]

    def prove(self, receipt: str) -> Proved:
        """The leaf of a receipt with its inclusion proof. Raises NotThere, NotYet."""
        index, leaf = self._find(receipt)
        head = self._records.row("audit.head")
        assert head is not None
        proof = merkle.inclusion(reader(self._tile, head["size"]), index, head["size"])
        return Proved(index, leaf, proof_text(index, proof, head["checkpoint"]))

    def prove_own(self, person: UUID | str, receipt: str) -> Proved:
        """As `prove`, for a leaf about this person or of her own doing; another's is NotThere."""
        proved = self.prove(receipt)
        record, name = json.loads(proved.leaf), pseudonym(str(person))
        if name not in (record.get("subj"), record["actor"]["id"]):
            raise NotThere
        return proved

    def consistency(self, old: int, new: int) -> list[bytes]:
        """The proof that the log of `new` leaves goes on from that of `old`. Raises ValueError outside it."""
        if new > self.size():
            raise ValueError(f"the log has no {new} leaves")
        return merkle.consistency(reader(self._tile, new), old, new)

    def _tile(self, level: int, n: int, width: int) -> bytes:
        found = self.tile(level, n, width)
        if found is None:
            raise TileMissing(tile_path(level, n, width))
        return found

    def _find(self, receipt: str) -> tuple[int, bytes]:
        number = int(receipt) if receipt.isascii() and receipt.isdigit() and len(receipt) < 20 else 0
        if not 0 < number < MOST_RECEIPT:
            raise NotThere
        row = self._records.row("audit.position", receipt=number)
        if row is None:
            raise NotThere
        if row["index"] is None:
            raise NotYet
        return row["index"], bytes(row["leaf"])
