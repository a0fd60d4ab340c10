"""Numbers and check codes of documents, and what is kept of a code."""

from __future__ import annotations

import hashlib
from datetime import date

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"  # Crockford's base 32: nothing that looks like something else
READ_AS = str.maketrans({"O": "0", "I": "1", "L": "1"})
LENGTH = 16
BYTES = 10


def series(region: str, day: date) -> str:
    """The series in which documents are counted: a region's of one year."""
    return f"{region.upper()}-{day.year}"


def number(counted: str, count: int) -> str:
    """SOUTH-2026-000042."""
    return f"{counted}-{count:06}"


def code(secret: bytes) -> str:
    """Sixteen letters and digits in four groups, from 80 of the secret's bits."""
    value = int.from_bytes(secret[:BYTES])
    letters = "".join(ALPHABET[value >> 5 * place & 31] for place in reversed(range(LENGTH)))
    return "-".join(letters[at : at + 4] for at in range(0, LENGTH, 4))


def plain(typed: str) -> str | None:
    """A typed code without its spaces and hyphens, or None if it can be none."""
    letters = "".join(typed.upper().replace("-", " ").split()).translate(READ_AS)
    return letters if len(letters) == LENGTH and set(letters) <= set(ALPHABET) else None


def kept(code_: str) -> bytes:
    """What the registry keeps of a code, which has enough entropy for a plain hash."""
    return hashlib.sha256(code_.replace("-", "").encode()).digest()
