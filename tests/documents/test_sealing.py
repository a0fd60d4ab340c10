"""A seal holds for the very bytes that were sealed, by our own check and by another's arithmetic."""

from __future__ import annotations

import hashlib
import io
import re
import struct
from datetime import date
from pathlib import Path

import pytest
from asn1crypto import cms
from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from hypothesis import given, settings
from hypothesis import strategies as st
from pyhanko.pdf_utils.generic import pdf_string
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign.general import SigningError

from backend.app.verify import verify
from backend.documents import (
    DocumentKeys,
    Drawing,
    Payload,
    PayloadRefused,
    SealRefused,
    Trusted,
    read_payload,
    verify_pdf,
)
from backend.documents.payload import sign_payload
from backend.documents.sealing import seal
from tests.documents.papers import a_sealed, a_wanted

RANGE = re.compile(rb"/ByteRange *\[ *(\d+) +(\d+) +(\d+) +(\d+) *\]")


def why(pdf: bytes, keys: DocumentKeys) -> str:
    """The reason of a refusal."""
    with pytest.raises(SealRefused) as told:
        verify_pdf(pdf, keys.trusted)
    return told.value.why


def test_a_sealed_file_says_what_it_is(sealed: bytes, keys: DocumentKeys) -> None:
    told = verify_pdf(sealed, keys.trusted)
    assert (told.number, told.kind) == ("SOUTH-2026-000042", "registration")
    assert (told.title, told.office) == ("Certificate of registration", "Registration Office South")


def test_the_signature_is_pades_and_verifies_without_our_code(sealed: bytes, keys: DocumentKeys) -> None:
    """By hand: digest of the byte range, signed attributes, ECDSA over them (CMS, RFC 5652)."""
    assert b"/SubFilter/ETSI.CAdES.detached" in sealed.replace(b" ", b"")
    start, left, right, rest = map(int, RANGE.findall(sealed)[0])
    assert (start, right + rest) == (0, len(sealed))
    digest = hashlib.sha256(sealed[:left] + sealed[right:]).digest()
    signed = cms.ContentInfo.load(bytes.fromhex(sealed[left + 1 : right - 1].decode()))["content"]
    (info,) = signed["signer_infos"]
    attributes = {each["type"].native: each["values"][0] for each in info["signed_attrs"]}
    assert attributes["message_digest"].native == digest
    certificate = x509.load_der_x509_certificate(signed["certificates"][0].chosen.dump())
    hashed = attributes["signing_certificate_v2"]["certs"][0]["cert_hash"].native
    assert hashed == certificate.fingerprint(hashes.SHA256())
    key = certificate.public_key()
    assert isinstance(key, ec.EllipticCurvePublicKey)
    said = info["signed_attrs"].untag().dump()
    key.verify(info["signature"].native, said, ec.ECDSA(hashes.SHA256()))
    with pytest.raises(InvalidSignature):
        key.verify(info["signature"].native, said + b"\0", ec.ECDSA(hashes.SHA256()))


@settings(max_examples=200, deadline=None)
@given(data=st.data())
def test_one_changed_byte_anywhere_is_refused(sealed: bytes, keys: DocumentKeys, data: st.DataObject) -> None:
    at = data.draw(st.integers(0, len(sealed) - 1))
    byte = data.draw(st.integers(0, 255).filter(lambda value: value != sealed[at]))
    changed = sealed[:at] + bytes([byte]) + sealed[at + 1 :]
    with pytest.raises(SealRefused):
        verify_pdf(changed, keys.trusted)


@settings(max_examples=150, deadline=None)
@given(data=st.data())
def test_no_bit_of_the_seals_own_container_can_be_changed(
    sealed: bytes, keys: DocumentKeys, data: st.DataObject
) -> None:
    """Its padding and the case of its digits mean nothing to the standard, and are refused all the same."""
    _, left, right, _ = map(int, RANGE.findall(sealed)[0])
    at = data.draw(st.integers(left, right - 1))
    byte = data.draw(st.sampled_from(b"0123456789abcdefABCDEF <>").filter(lambda value: value != sealed[at]))
    with pytest.raises(SealRefused):
        verify_pdf(sealed[:at] + bytes([byte]) + sealed[at + 1 :], keys.trusted)


def test_cut_and_doubled_files_are_refused(sealed: bytes, keys: DocumentKeys) -> None:
    for changed in (sealed[:-1], sealed[: len(sealed) // 2], sealed + sealed, b"", b"%PDF-1.7"):
        with pytest.raises(SealRefused):
            verify_pdf(changed, keys.trusted)


def test_an_appended_update_is_refused_and_said_to_be_one(sealed: bytes, keys: DocumentKeys) -> None:
    writer = IncrementalPdfFileWriter(io.BytesIO(sealed))
    writer.root["/Errand"] = pdf_string("added")
    writer.update_root()
    out = io.BytesIO()
    writer.write(out)
    assert out.getvalue().startswith(sealed)
    assert why(out.getvalue(), keys) == "appended"
    assert why(sealed + b"\n", keys) == "appended"


def test_a_seal_forbids_another_one_after_it(sealed: bytes, keys: DocumentKeys) -> None:
    """It certifies the file with DocMDP 1: a well-kept program adds nothing, not even a signature."""
    with pytest.raises(SigningError):
        seal(sealed, keys.signer)


def test_a_seal_by_somebody_else_is_refused(drawing: Drawing, keys: DocumentKeys) -> None:
    assert why(a_sealed(a_wanted(), drawing, DocumentKeys.ephemeral()), keys) == "other_seal"


def test_a_file_without_a_seal_is_refused(drawing: Drawing, keys: DocumentKeys) -> None:
    drawn = drawing.draw(a_wanted(), number="N", code="C", address="a", scanned="x")
    assert why(drawn, keys) == "no_seal"
    assert why(b"<html>", keys) == "not_pdf"


def test_a_key_that_was_replaced_still_verifies_what_it_sealed(drawing: Drawing) -> None:
    old, new = DocumentKeys.ephemeral(), DocumentKeys.ephemeral()
    both = Trusted.read(new.public + old.public)
    for each in (old, new):
        assert verify_pdf(a_sealed(a_wanted(), drawing, each), both).number


def test_keys_are_made_once_and_only_where_they_may_be(tmp_path: Path) -> None:
    files = [tmp_path / name for name in ("documents.key", "documents.crt", "code.key")]
    made = DocumentKeys.at(*files, made_in=tmp_path)
    assert DocumentKeys.at(*files, made_in=tmp_path).public == made.public
    assert {path.stat().st_mode & 0o777 for path in files} == {0o600}
    with pytest.raises(SystemExit, match="not there"):
        DocumentKeys.at(tmp_path / "x" / "own.key", *files[1:], made_in=tmp_path)
    files[0].write_bytes((tmp_path / "code.key").read_bytes())
    with pytest.raises(ValueError, match="not that of their key"):
        DocumentKeys.at(*files, made_in=tmp_path)


PAYLOAD = Payload(kind="registration", number="S-1", issued=date(2026, 11, 25), address="https://e/check")


def test_a_payload_comes_back_and_holds_few_fields(keys: DocumentKeys) -> None:
    text = sign_payload(PAYLOAD, keys.code_key, keys.code_key_id)
    assert read_payload(text, keys.trusted.codes) == PAYLOAD
    assert len(text) < 260


@settings(max_examples=200, deadline=None)
@given(data=st.data())
def test_one_changed_letter_of_a_payload_is_refused(keys: DocumentKeys, data: st.DataObject) -> None:
    text = sign_payload(PAYLOAD, keys.code_key, keys.code_key_id)
    at = data.draw(st.integers(0, len(text) - 1))
    letter = data.draw(st.characters(codec="ascii", min_codepoint=33).filter(lambda c: c != text[at]))
    changed = text[:at] + letter + text[at + 1 :]
    with pytest.raises(PayloadRefused):
        read_payload(changed, keys.trusted.codes)


@pytest.mark.parametrize("text", ["", "x", "a.b.c", "eyJhbGciOiJub25lIn0.e30.", "é" * 50, "." * 5000])
def test_what_is_no_payload_is_refused(keys: DocumentKeys, text: str) -> None:
    with pytest.raises(PayloadRefused):
        read_payload(text, keys.trusted.codes)


def test_verify_says_offline_whether_a_file_is_unchanged(
    sealed: bytes, keys: DocumentKeys, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    pem, good, bad = tmp_path / "keys.pem", tmp_path / "good.pdf", tmp_path / "bad.pdf"
    pem.write_bytes(keys.public)
    good.write_bytes(sealed)
    bad.write_bytes(sealed + b"\n%%EOF")
    assert verify([str(good), "--keys", str(pem)]) == 0
    assert "unchanged since it was sealed" in capsys.readouterr().out
    assert verify([str(bad), "--keys", str(pem)]) == 1
    assert "refused: something was added after it was sealed" in capsys.readouterr().out
    assert verify([str(tmp_path / "none.pdf"), "--keys", str(pem)]) == 2
    code = sign_payload(PAYLOAD, keys.code_key, keys.code_key_id)
    assert verify(["--qr", f"https://e/check?c={code}", "--keys", str(pem)]) == 0
    assert verify(["--qr", code[:-2] + "AA", "--keys", str(pem)]) == 1


def test_verify_knows_the_installations_own_keys(
    drawing: Drawing, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ERRAND_KEYS", str(tmp_path))
    paper = tmp_path / "paper.pdf"
    paper.write_bytes(b"%PDF-1.7")
    assert verify([str(paper)]) == 2
    files = [tmp_path / name for name in ("documents.key", "documents.crt", "documents-code.key")]
    own = DocumentKeys.at(*files, made_in=tmp_path)
    paper.write_bytes(a_sealed(a_wanted(), drawing, own))
    assert verify([str(paper)]) == 0


def test_any_bytes_are_answered_with_a_reason(keys: DocumentKeys, sealed: bytes) -> None:
    for n in range(50):
        junk = b"%PDF-1.7\n" + struct.pack(">I", n) * 40 + b"/ByteRange[0 1 2 3]" + sealed[n * 700 :]
        with pytest.raises(SealRefused):
            verify_pdf(junk, keys.trusted)


def test_a_seal_is_the_only_revision_after_the_drawing(drawing: Drawing, keys: DocumentKeys) -> None:
    drawn = drawing.draw(a_wanted(), number="N", code="C", address="a", scanned="x")
    assert seal(drawn, keys.signer).startswith(drawn)
