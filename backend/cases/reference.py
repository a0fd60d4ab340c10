"""The short name of a case that people read to one another: SM-4F7K-2Q9D. Not secret, and not a
credential."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from uuid import UUID

from backend.procedures import Region

_LETTERS = "23456789BCDFGHJKLMNPQRSTVWXZ"  # no vowels (no words), no 0, 1, A, E, I, O, U, Y


def reference_of(case: UUID, code: str) -> str:
    """The region's code and eight characters made from the case's id; equal ids give equal references."""
    number = int.from_bytes(hashlib.sha256(b"errand-reference-v1\0" + case.bytes).digest()[:8], "big")
    letters = []
    for _ in range(8):
        number, index = divmod(number, len(_LETTERS))
        letters.append(_LETTERS[index])
    return f"{code}-{''.join(letters[:4])}-{''.join(letters[4:])}"


def code_of(region: str, regions: Mapping[str, Region]) -> str:
    """How a region is written in references: as its own data say, else by its first and last letter."""
    known = regions.get(region)
    letters = "".join(letter for letter in region.upper() if letter.isalnum()) or "XX"
    return (known.reference if known else "") or letters[0] + letters[-1]
