"""The signed payload of a document's QR code: few fields, none of them personal (JWS, RFC 7515, 9864).

`k` kind, `r` reference (the document's number), `d` date of issue, `u` the address that tells the status.
The code holds `<u>?c=<payload>`, so that any phone opens the page.
"""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Mapping
from datetime import date

from joserfc import jws
from joserfc.errors import JoseError
from joserfc.jwk import OKPKey
from msgspec import Struct

ALGORITHM = "Ed25519"
LONGEST = 1000


class PayloadRefused(Exception):
    """The payload was changed, or no key of ours signed it."""


class Payload(Struct, frozen=True, kw_only=True):
    """What a QR code says of its document."""

    kind: str
    number: str
    issued: date
    address: str


def sign_payload(payload: Payload, key: OKPKey, key_id: str) -> str:
    """The compact form."""
    told = {
        "k": payload.kind,
        "r": payload.number,
        "d": payload.issued.isoformat(),
        "u": payload.address,
    }
    body = json.dumps(told, ensure_ascii=False, separators=(",", ":"))
    return jws.serialize_compact({"alg": ALGORITHM, "kid": key_id}, body, key, algorithms=[ALGORITHM])


def read_payload(text: str, keys: Mapping[str, OKPKey]) -> Payload:
    """What one of our `keys` (by id) signed, out of a payload or of the whole text of a code.

    Raises PayloadRefused: also for a text that differs only in bits that base64 does not use.
    """
    compact = text.strip().rpartition("?c=")[2]
    if len(compact) > LONGEST or not all(map(_canonical, compact.split("."))):
        raise PayloadRefused
    try:
        found = jws.extract_compact(compact.encode())
        key = keys[str(found.headers()["kid"])]
        told = json.loads(jws.deserialize_compact(compact, key, algorithms=[ALGORITHM]).payload)
        return Payload(
            kind=told["k"], number=told["r"], issued=date.fromisoformat(told["d"]), address=told["u"]
        )
    except (JoseError, ValueError, KeyError, TypeError, AttributeError):
        raise PayloadRefused from None


def _canonical(part: str) -> bool:
    try:
        padded = part + "=" * (-len(part) % 4)
        return base64.urlsafe_b64encode(base64.urlsafe_b64decode(padded)).rstrip(b"=").decode() == part
    except (binascii.Error, ValueError):
        return False
