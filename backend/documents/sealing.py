"""The seal on a PDF: a PAdES signature (ETSI EN 319 142, B-B) that certifies it against any change."""

from __future__ import annotations

import asyncio
import io
from typing import Any

from asn1crypto import algos, cms, x509
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign.fields import MDPPerm, SigSeedSubFilter
from pyhanko.sign.signers import ExternalSigner, PdfSignatureMetadata, PdfSigner, SimpleSigner
from pyhanko_certvalidator.registry import SimpleCertificateStore

FIELD = "Seal"
DIGEST = "sha256"


def seal(pdf: bytes, signer: SimpleSigner) -> bytes:
    """The PDF with our seal as its only and last revision; no change is permitted after it (DocMDP 1)."""
    told = PdfSignatureMetadata(
        field_name=FIELD,
        md_algorithm=DIGEST,
        subfilter=SigSeedSubFilter.PADES,
        certify=True,
        docmdp_permissions=MDPPerm.NO_CHANGES,
    )
    writer = IncrementalPdfFileWriter(io.BytesIO(pdf))
    done: Any = PdfSigner(told, signer).sign_pdf(writer)
    sealed: bytes = done.getvalue()
    return sealed


def container(digest: bytes, certificate: x509.Certificate, signature: cms.SignerInfo) -> bytes:
    """The one container that a seal of ours can have, from the three things in it that differ."""
    known = ExternalSigner(
        signing_cert=certificate,
        cert_registry=SimpleCertificateStore(),
        signature_value=signature["signature"].native,
        signature_mechanism=algos.SignedDigestAlgorithm(
            {"algorithm": signature["signature_algorithm"]["algorithm"].native}
        ),
    )
    made: bytes = asyncio.run(known.async_sign(digest, DIGEST, use_pades=True)).dump()
    return made
