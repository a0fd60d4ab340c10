"""A stranger's question about a document: counted by address, answered by the room of documents."""

from __future__ import annotations

from typing import Any

from flask import request

from backend.channel.door import errand

LIMIT = "check.address"


def by_code(typed: str) -> Any:
    """By the code that stands on the document. Raises TooMany."""
    return _documents().check_code(typed)


def by_qr(payload: str) -> Any:
    """By the text of its QR code. Raises TooMany."""
    return _documents().check_payload(payload)


def by_file(pdf: bytes) -> Any:
    """By the file itself, which is not kept. Raises TooMany."""
    return _documents().check_file(pdf)


def public_keys() -> bytes:
    """PEM: what somebody needs who checks without us."""
    found: bytes = errand().documents.public_keys
    return found


def _documents() -> Any:
    errand().limits.hit(LIMIT, request.remote_addr or "")
    return errand().documents
