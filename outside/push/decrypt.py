"""What the user agent does with a push message: RFC 8291 over RFC 8188, written from the texts.

Deliberately not the library that the sender encrypts with, so that both sides cannot share one mistake.
"""

import os
from base64 import urlsafe_b64decode, urlsafe_b64encode
from dataclasses import dataclass

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

HEADER = 16 + 4 + 1
POINT = 65


class Undecryptable(Exception):
    """The message is not what RFC 8291 says; the text names the rule, never the content."""


def b64url(data: bytes) -> str:
    """Base64url without padding."""
    return urlsafe_b64encode(data).rstrip(b"=").decode()


def unb64url(text: str) -> bytes:
    """Bytes of base64url, padded or not."""
    return urlsafe_b64decode(text + "=" * (-len(text) % 4))


@dataclass(frozen=True)
class Receiver:
    """The keys of one subscription: P-256 private key and the 16-byte authentication secret."""

    private: ec.EllipticCurvePrivateKey
    auth: bytes

    @classmethod
    def new(cls) -> "Receiver":
        """Fresh keys, as a browser makes them at `subscribe()`."""
        return cls(ec.generate_private_key(ec.SECP256R1()), os.urandom(16))

    @classmethod
    def of(cls, private: bytes, auth: bytes) -> "Receiver":
        """Keys from their raw bytes (32 and 16)."""
        return cls(ec.derive_private_key(int.from_bytes(private), ec.SECP256R1()), auth)

    @property
    def public(self) -> bytes:
        """The 65-byte public key, `p256dh`."""
        return self.private.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)

    @property
    def secret(self) -> bytes:
        """The 32-byte private number, to keep it over a restart."""
        return self.private.private_numbers().private_value.to_bytes(32)

    def open(self, body: bytes) -> bytes:
        """The plaintext of an aes128gcm message of exactly one record."""
        salt, size, sender, sealed = _split(body)
        if size < 18 or len(sealed) > size:
            raise Undecryptable("RFC 8291 4: one record only, and not larger than its record size.")
        try:
            shared = self.private.exchange(
                ec.ECDH(), ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), sender)
            )
        except ValueError:
            raise Undecryptable("RFC 8291 4: the key id is no point of P-256.") from None
        ikm = _hkdf(self.auth, shared, b"WebPush: info\x00" + self.public + sender, 32)
        key = _hkdf(salt, ikm, b"Content-Encoding: aes128gcm\x00", 16)
        nonce = _hkdf(salt, ikm, b"Content-Encoding: nonce\x00", 12)
        try:
            padded = AESGCM(key).decrypt(nonce, sealed, None)
        except InvalidTag:
            raise Undecryptable("RFC 8188 2: the record does not authenticate under these keys.") from None
        content = padded.rstrip(b"\x00")
        if not content or content[-1] != 2:
            raise Undecryptable("RFC 8188 2: the last record must end in 0x02 and zeros.")
        return content[:-1]


def _split(body: bytes) -> tuple[bytes, int, bytes, bytes]:
    """salt, record size, sender's key and ciphertext of a message (RFC 8188, 2.1)."""
    if len(body) < HEADER + POINT or body[20] != POINT:
        raise Undecryptable("RFC 8291 4: the header must hold salt, record size and a key id of 65 bytes.")
    return body[:16], int.from_bytes(body[16:20]), body[HEADER : HEADER + POINT], body[HEADER + POINT :]


def _hkdf(salt: bytes, secret: bytes, info: bytes, length: int) -> bytes:
    return HKDF(algorithm=hashes.SHA256(), length=length, salt=salt, info=info).derive(secret)
