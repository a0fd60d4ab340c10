"""Whether a PDF is exactly what we sealed: offline, with nothing but public keys.

Stricter than the standard, which lets a file differ in bytes that mean nothing: every byte outside the seal's
container is under the digest, and the container must be the very one that we would have made.
"""

from __future__ import annotations

import hashlib
import io
import re
from typing import Any

from asn1crypto import cms, x509
from msgspec import Struct
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.validation import validate_pdf_signature
from pyhanko.sign.validation.pdf_embedded import EmbeddedPdfSignature
from pyhanko_certvalidator import ValidationContext

from backend.documents.keys import Trusted
from backend.documents.sealing import container

LARGEST = 8 * 1024 * 1024
RANGE = re.compile(rb"/ByteRange\s*\[\s*\d{1,9}\s+\d{1,9}\s+(\d{1,9})\s+(\d{1,9})\s*\]")


class SealRefused(Exception):
    """The file is not what we sealed; `why` is one of REASONS."""

    def __init__(self, why: str) -> None:
        super().__init__(REASONS[why])
        self.why = why


REASONS = {
    "not_pdf": "it is no PDF file",
    "no_seal": "it carries no seal",
    "other_seal": "its seal is not by a key that was asked for",
    "appended": "something was added after it was sealed",
    "altered": "its content is not what was sealed",
    "seal_altered": "the seal itself was changed",
}


class Sealed(Struct, frozen=True, kw_only=True):
    """What a sealed file says of itself."""

    title: str
    number: str
    kind: str
    office: str
    sealed_by: str


def verify_pdf(pdf: bytes, trusted: Trusted) -> Sealed:
    """What the sealed file says. Raises SealRefused when a single bit of it is not what we sealed."""
    if not pdf.startswith(b"%PDF-") or len(pdf) > LARGEST:
        raise SealRefused("not_pdf")
    try:
        reader = PdfFileReader(io.BytesIO(pdf))
        return _verify(pdf, reader, trusted)
    except SealRefused:
        raise
    except Exception:  # whatever a broken file makes a parser do
        raise SealRefused(_why_broken(pdf)) from None


def _why_broken(pdf: bytes) -> str:
    """What is most likely wrong with a file that cannot be read or shows no seal."""
    found = RANGE.search(pdf)
    if found is None:
        return "altered" if b"/ByteRange" in pdf else "no_seal"
    return "appended" if int(found[1]) + int(found[2]) < len(pdf) else "altered"


def _verify(pdf: bytes, reader: PdfFileReader, trusted: Trusted) -> Sealed:
    seals = reader.embedded_signatures
    if not seals:
        raise SealRefused(_why_broken(pdf))
    found = seals[0]
    start, left, right, rest = (int(part) for part in found.byte_range)
    if len(seals) > 1 or right + rest < len(pdf):
        raise SealRefused("appended")
    if start or right + rest != len(pdf) or pdf[left : left + 1] + pdf[right - 1 : right] != b"<>":
        raise SealRefused("altered")
    certificate, info = _signed_by(found, trusted)
    digest = hashlib.sha256(pdf[:left] + pdf[right:]).digest()
    _same_container(pdf[left + 1 : right - 1], digest, certificate, info)
    _holds(found, certificate)
    return _told(reader, certificate)


def _signed_by(found: EmbeddedPdfSignature, trusted: Trusted) -> tuple[x509.Certificate, cms.SignerInfo]:
    signed = cms.ContentInfo.load(bytes(found.pkcs7_content))["content"]
    own = bytes(signed["certificates"][0].chosen.dump())
    certificate = next((one for one in trusted.certificates if one.dump() == own), None)
    if certificate is None:
        raise SealRefused("other_seal")
    return certificate, signed["signer_infos"][0]


def _same_container(
    written: bytes, digest: bytes, certificate: x509.Certificate, info: cms.SignerInfo
) -> None:
    told = next(each for each in info["signed_attrs"] if each["type"].native == "message_digest")
    if told["values"][0].native != digest:
        raise SealRefused("altered")
    wanted = container(digest, certificate, info).hex().upper().encode()
    if written != wanted.ljust(len(written), b"0"):
        raise SealRefused("seal_altered")


def _holds(found: EmbeddedPdfSignature, certificate: x509.Certificate) -> None:
    """The signature is by this certificate's key, over the whole file. An issuer above it is not asked: the
    certificate itself is what is trusted, at the moment that the seal names."""
    context = ValidationContext(
        trust_roots=[certificate], allow_fetching=False, moment=found.self_reported_timestamp
    )
    status: Any = validate_pdf_signature(found, context)
    if not status.intact or not status.valid:
        raise SealRefused("seal_altered")
    if not status.bottom_line:
        raise SealRefused("other_seal" if not status.trusted else "altered")


def _told(reader: PdfFileReader, certificate: x509.Certificate) -> Sealed:
    info: Any = reader.trailer["/Info"]
    number, _, kind = str(info.get("/Keywords", "")).partition(", ")
    return Sealed(
        title=str(info.get("/Title", "")),
        number=number,
        kind=kind,
        office=str(info.get("/Author", "")),
        sealed_by=certificate.subject.human_friendly,
    )
