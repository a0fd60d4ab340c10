"""`./errand verify FILE`: whether an issued document is to the last bit what was sealed. Needs no server.

./errand verify certificate.pdf                    by the installation's own keys
./errand verify certificate.pdf --keys keys.pem    by the public keys that /check/keys.pem gave
./errand verify --qr "https://…/check?c=eyJ…"      the text of a document's QR code
"""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path

from backend.app.settings import ROOT, value_of
from backend.documents import PayloadRefused, SealRefused, Trusted, read_payload, verify_pdf
from backend.documents.keys import public_of

REVOKED = "Whether it was revoked only the check page can say."


def verify(arguments: list[str]) -> int:
    """0 when it is unchanged and sealed by a trusted key, 1 with the reason when not, 2 when it cannot be
    read."""
    parser = argparse.ArgumentParser(prog="./errand verify", description=verify.__doc__)
    parser.add_argument("file", nargs="?", type=Path, help="the PDF")
    parser.add_argument("--qr", help="the text of a QR code, instead of a file")
    parser.add_argument("--keys", type=Path, help="PEM: certificates and public keys")
    asked = parser.parse_args(arguments)
    if (asked.file is None) == (asked.qr is None):
        parser.error("name a file, or the text of a QR code with --qr")
    try:
        trusted = _trusted(asked.keys)
        return _code(asked.qr, trusted) if asked.qr else _file(asked.file, trusted)
    except (OSError, ValueError) as error:
        print(f"verify: {error}", file=sys.stderr)
        return 2


def _trusted(keys: Path | None) -> Trusted:
    if keys is not None:
        return Trusted.read(keys.read_bytes())
    env = os.environ
    certificates = ROOT / value_of(env, "ERRAND_DOCUMENTS_CERTIFICATES")
    if not certificates.exists():
        raise ValueError(f"there are no keys in {certificates.parent}; name those of the office with --keys")
    code_key = ROOT / value_of(env, "ERRAND_DOCUMENTS_CODE_KEY")
    return Trusted.read(certificates.read_bytes() + public_of(code_key.read_bytes()))


def _file(path: Path, trusted: Trusted) -> int:
    try:
        found = verify_pdf(path.read_bytes(), trusted)
    except SealRefused as refused:
        print(f"{path}: refused: {refused}")
        return 1
    print(f"{path}: unchanged since it was sealed")
    print(f"  {found.title}, {found.number}, {found.office}")
    print(f"  sealed by {found.sealed_by}. {REVOKED}")
    return 0


def _code(text: str, trusted: Trusted) -> int:
    try:
        found = read_payload(text, trusted.codes)
    except PayloadRefused:
        print("refused: the code was changed, or is not by a key that was asked for")
        return 1
    print(f"the code is unchanged: {found.kind}, {found.number}, issued on {found.issued}")
    print(f"  {REVOKED} It is at {found.address}")
    return 0
