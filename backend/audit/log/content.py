"""What the leaves say among themselves: no change of a case is left out, and no leaf stands twice."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence


class Content:
    """Remembers, over all leaves in their order, the last number of each case."""

    def __init__(self) -> None:
        self._numbers: dict[str, int] = {}
        self._ids: set[str] = set()

    def faults(self, first: int, leaves: Sequence[bytes]) -> Iterator[tuple[int, str]]:
        """Position and text of what is wrong in these leaves, which follow those that were given before."""
        for index, leaf in enumerate(leaves, first):
            try:
                record = json.loads(leaf)
                id, case, number = record["id"], record.get("case"), record.get("case_seq")
            except (ValueError, TypeError, KeyError, AttributeError):
                yield index, "it is no leaf of an audit log"
                continue
            yield from ((index, told) for told in self._told(str(id), case, number))

    def _told(self, id: str, case: str | None, number: int | None) -> Iterator[str]:
        if id in self._ids:
            yield f"the leaf {id} stands twice"
        self._ids.add(id)
        if case is None or number is None:
            return
        before = self._numbers.get(case, 0)
        if number != before + 1:
            yield f"case {case} goes from change {before} to {number}"
        self._numbers[case] = number
