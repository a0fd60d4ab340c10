"""The keys of documents: a P-256 key with its certificate that seals PDFs, an Ed25519 key that signs codes.

P-256 because every PDF reader checks it; Ed25519 because its signature is small. In development they are made
in the keys directory; in production three files are given (ADR 17), and none is made.
"""

from __future__ import annotations

import hashlib
import os
import secrets
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

from asn1crypto import keys as asn1_keys
from asn1crypto import x509 as asn1_x509
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519
from cryptography.x509.oid import NameOID
from joserfc.jwk import OKPKey
from msgspec import Struct
from pyhanko.sign.signers import SimpleSigner
from pyhanko_certvalidator.registry import SimpleCertificateStore

PEM = serialization.Encoding.PEM
NAME = "Errand documents (development)"
YEARS = 10


class Trusted(Struct, frozen=True):
    """Whose seals and codes are ours: the public part, as `/check/keys.pem` gives it."""

    certificates: tuple[asn1_x509.Certificate, ...]
    codes: dict[str, OKPKey]

    @classmethod
    def read(cls, pem: bytes) -> Trusted:
        """Out of one file with any number of certificates and public keys. Raises ValueError for no seal."""
        found = [x509.load_pem_x509_certificate(block) for block in _blocks(pem, b"CERTIFICATE")]
        if not found:
            raise ValueError("there is no certificate in the key file")
        codes = [serialization.load_pem_public_key(block) for block in _blocks(pem, b"PUBLIC KEY")]
        return cls(
            tuple(asn1_x509.Certificate.load(one.public_bytes(serialization.Encoding.DER)) for one in found),
            {key_id(key): OKPKey.import_key(_spki(key)) for key in codes},  # type: ignore[arg-type]
        )


class DocumentKeys(Struct, frozen=True):
    """What an installation signs with, and its public part."""

    signer: SimpleSigner
    code_key: OKPKey
    code_key_id: str
    public: bytes
    trusted: Trusted

    @classmethod
    def at(cls, key: Path, certificate: Path, code_key: Path, made_in: Path) -> DocumentKeys:
        """The keys in these files. Those that lie in `made_in` are made at first use, safe when two
        processes start; others must be there. The first certificate in its file seals, the others sealed
        once."""
        for path, make in (
            (key, _new_key),
            (certificate, lambda: _new_certificate(key.read_bytes())),
            (code_key, _new_code_key),
        ):
            if not path.exists():
                if path.parent != made_in:
                    raise SystemExit(f"{path} is not there; documents cannot be sealed without it.")
                _make(path, make)
        return cls.of(key.read_bytes(), certificate.read_bytes(), code_key.read_bytes())

    @classmethod
    def ephemeral(cls) -> DocumentKeys:
        """Keys that live only in this object."""
        key = _new_key()
        return cls.of(key, _new_certificate(key), _new_code_key())

    @classmethod
    def of(cls, key: bytes, certificate: bytes, code_key: bytes) -> DocumentKeys:
        """Out of PEM files. Raises ValueError when key and certificate do not belong together."""
        private = serialization.load_pem_private_key(key, None)
        own = x509.load_pem_x509_certificate(certificate)
        if _spki(private.public_key()) != _spki(own.public_key()):
            raise ValueError("the certificate of documents is not that of their key")
        signs = _code_private(code_key)
        public = certificate.strip() + b"\n" + public_of(code_key)
        trusted = Trusted.read(public)
        signer = SimpleSigner(
            signing_cert=trusted.certificates[0],
            signing_key=asn1_keys.PrivateKeyInfo.load(_pkcs8(private, serialization.Encoding.DER)),
            cert_registry=SimpleCertificateStore(),
        )
        return cls(signer, OKPKey.import_key(_pkcs8(signs)), key_id(signs.public_key()), public, trusted)


def public_of(code_key: bytes) -> bytes:
    """The public part of a file with the key of QR codes and the public keys that signed before it."""
    return _spki(_code_private(code_key).public_key()) + b"".join(_blocks(code_key, b"PUBLIC KEY"))


def key_id(key: object) -> str:
    """Eight hexadecimal digits that name a public key."""
    return hashlib.sha256(_spki(key)).hexdigest()[:8]


def _code_private(code_key: bytes) -> ed25519.Ed25519PrivateKey:
    found = serialization.load_pem_private_key(code_key, None)
    if not isinstance(found, ed25519.Ed25519PrivateKey):
        raise ValueError("the key of QR codes must be an Ed25519 key")
    return found


def _spki(key: object) -> bytes:
    info = serialization.PublicFormat.SubjectPublicKeyInfo
    return key.public_bytes(PEM, info)  # type: ignore[attr-defined,no-any-return]


def _pkcs8(key: object, encoding: serialization.Encoding = PEM) -> bytes:
    form, open_ = serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    return key.private_bytes(encoding, form, open_)  # type: ignore[attr-defined,no-any-return]


def _new_key() -> bytes:
    return _pkcs8(ec.generate_private_key(ec.SECP256R1()))


def _new_code_key() -> bytes:
    return _pkcs8(ed25519.Ed25519PrivateKey.generate())


def _new_certificate(key: bytes) -> bytes:
    """Self-signed, for development: its use is to sign documents, nothing else."""
    private = serialization.load_pem_private_key(key, None)
    assert isinstance(private, ec.EllipticCurvePrivateKey)
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, NAME)])
    now = datetime.now(UTC)
    usage = x509.KeyUsage(
        digital_signature=True, content_commitment=True, key_encipherment=False, data_encipherment=False,
        key_agreement=False, key_cert_sign=False, crl_sign=False, encipher_only=False, decipher_only=False,
    )  # fmt: skip
    return (
        x509.CertificateBuilder(name, name, private.public_key(), x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=365 * YEARS))
        .add_extension(x509.BasicConstraints(False, None), True)
        .add_extension(usage, True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(private.public_key()), False)
        .sign(private, hashes.SHA256())
        .public_bytes(PEM)
    )


def _blocks(pem: bytes, kind: bytes) -> list[bytes]:
    """The PEM blocks of one kind, each with its lines."""
    begin, end = b"-----BEGIN %b-----" % kind, b"-----END %b-----" % kind
    return [begin + part.partition(end)[0] + end + b"\n" for part in pem.split(begin)[1:]]


def _make(path: Path, make: Callable[[], bytes]) -> None:
    """Whole and at once, readable by its owner; of two first starts one wins."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    fresh = path.with_name(f".{path.name}.{os.getpid()}.{secrets.token_hex(4)}")
    with open(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(make())
        file.flush()
        os.fsync(file.fileno())
    try:
        os.link(fresh, path)
    except FileExistsError:
        pass
    finally:
        fresh.unlink()
