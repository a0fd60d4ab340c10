"""Whether a sender proved who it is: VAPID, RFC 8292."""

import json
import time
from dataclasses import dataclass
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature

from outside.push.decrypt import unb64url

LONGEST = 24 * 3600
LEEWAY = 30


class Unproven(Exception):
    """The Authorization header proves nothing; the text names the rule."""


@dataclass(frozen=True, slots=True)
class Sender:
    """A proven sender: its public key (base64url of 65 bytes), its contact, and when the proof ends."""

    key: str
    sub: str | None
    exp: int


def prove(header: str | None, audience: str, now: float | None = None) -> Sender:
    """The sender that this Authorization header proves towards the origin `audience`."""
    token, key = _parts(header)
    head, claims, signature, signed = _jwt(token)
    if head.get("alg") != "ES256":
        raise Unproven("RFC 8292 2: the token must be signed by ES256.")
    _check_signature(key, signature, signed)
    now = time.time() if now is None else now
    if claims.get("aud") != audience:
        raise Unproven("RFC 8292 2: aud must be the origin of the push resource.")
    exp = claims.get("exp")
    if isinstance(exp, bool) or not isinstance(exp, int):
        raise Unproven("RFC 8292 2: exp is missing.")
    if exp <= now - LEEWAY:
        raise Unproven("RFC 8292 2: the token has expired.")
    if exp > now + LONGEST + LEEWAY:
        raise Unproven("RFC 8292 2: exp must be at most 24 hours ahead.")
    sub = claims.get("sub")
    if sub is not None and not str(sub).startswith(("mailto:", "https:")):
        raise Unproven("RFC 8292 2.1: sub must be a mailto: or https: URI.")
    return Sender(key, sub, exp)


def _parts(header: str | None) -> tuple[str, str]:
    scheme, _, rest = (header or "").partition(" ")
    if scheme.lower() != "vapid":
        raise Unproven("RFC 8292 3: the Authorization scheme must be vapid.")
    found = dict(part.strip().partition("=")[::2] for part in rest.split(","))
    token, key = found.get("t", "").strip('"'), found.get("k", "").strip('"')
    if not token or not key:
        raise Unproven("RFC 8292 3: the parameters t and k are required.")
    return token, key


def _jwt(token: str) -> tuple[dict[str, Any], dict[str, Any], bytes, bytes]:
    parts = token.split(".")
    if len(parts) != 3:
        raise Unproven("RFC 8292 2: t is no signed token.")
    try:
        head, claims = (json.loads(unb64url(part)) for part in parts[:2])
        signature = unb64url(parts[2])
    except ValueError:
        raise Unproven("RFC 8292 2: t is no signed token.") from None
    if not isinstance(head, dict) or not isinstance(claims, dict):
        raise Unproven("RFC 8292 2: t is no signed token.")
    return head, claims, signature, f"{parts[0]}.{parts[1]}".encode()


def _check_signature(key: str, signature: bytes, signed: bytes) -> None:
    """Raises unless the 64 bytes r ‖ s are a signature by this key."""
    if len(signature) != 64:
        raise Unproven("RFC 8292 2: an ES256 signature has 64 bytes.")
    encoded = encode_dss_signature(int.from_bytes(signature[:32]), int.from_bytes(signature[32:]))
    try:
        public = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), unb64url(key))
        public.verify(encoded, signed, ec.ECDSA(hashes.SHA256()))
    except (ValueError, InvalidSignature):
        raise Unproven("RFC 8292 3.2: the signature does not verify under k.") from None
