"""Documents that a procedure issues: drawn, sealed, registered, revoked, and checked by anyone.

A room knows one call, `Documents.issue`; a stranger's questions end in `Documents.check_*`; a file can be
checked with nothing but a public key (`verify_pdf`).
"""

from backend.documents.documents import Documents, Shown
from backend.documents.drawing import CannotDraw, Drawing
from backend.documents.keys import DocumentKeys, Trusted
from backend.documents.payload import Payload, PayloadRefused, read_payload
from backend.documents.verifying import Sealed, SealRefused, verify_pdf
from backend.documents.wanted import Entry, Issued, Wanted

__all__ = [
    "CannotDraw",
    "DocumentKeys",
    "Documents",
    "Drawing",
    "Entry",
    "Issued",
    "Payload",
    "PayloadRefused",
    "SealRefused",
    "Sealed",
    "Shown",
    "Trusted",
    "Wanted",
    "read_payload",
    "verify_pdf",
]
