"""The registry of issued documents: made once, kept sealed, revoked, and asked about by anyone.

`issue` is called by a job, outside of any case's transaction, and its answer goes back by CompleteJob. It is
idempotent by (case, kind, edition): whoever comes second, or again after a kill, gets the same document.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any, Protocol
from uuid import UUID

from msgspec import Struct

from backend.cases.records import Records
from backend.documents import codes
from backend.documents.drawing import Drawing
from backend.documents.keys import DocumentKeys
from backend.documents.payload import Payload, PayloadRefused, read_payload, sign_payload
from backend.documents.sealing import seal
from backend.documents.verifying import SealRefused, verify_pdf
from backend.documents.wanted import Issued, Wanted

SEAL = "documents.pdf"
REASONS = ("error", "withdrawn", "superseded")


class Key(Protocol):
    def seal(self, name: str, plaintext: bytes) -> bytes: ...
    def open(self, name: str, sealed: bytes) -> bytes: ...


class PersonKeys(Protocol):
    """The key of (case, person): evidence's facts have it, so that one person is forgotten in all rooms."""

    def key(self, case: UUID, person: UUID) -> Any: ...


class Vault(Protocol):
    def mac(self, purpose: str, value: str | bytes) -> bytes: ...
    def unwrap(self, wrapped: bytes) -> Any: ...


class Shown(Struct, frozen=True, kw_only=True):
    """What a stranger may know of a document. `state`: valid, changed, revoked, unknown; `why`: the reason of
    a refusal or of a revocation. No name, no entry, no case."""

    state: str
    why: str = ""
    number: str = ""
    title: Mapping[str, str] = {}
    office: Mapping[str, str] = {}
    issued: date | None = None
    revoked: datetime | None = None


UNKNOWN = Shown(state="unknown")


class Documents:
    """Issues, gives back, revokes and checks. `address`: the page on which a document is checked."""

    def __init__(
        self,
        records: Records,
        vault: Vault,
        persons: PersonKeys,
        keys: DocumentKeys,
        drawing: Drawing,
        address: str,
    ) -> None:
        self._records = records
        self._vault = vault
        self._persons = persons
        self._keys = keys
        self._drawing = drawing
        self._address = address

    @property
    def public_keys(self) -> bytes:
        """PEM: the certificates of seals and the key of QR codes, for whoever checks offline."""
        return self._keys.public

    def issue(self, wanted: Wanted) -> Issued:
        """The document, made at the first call. Raises CannotDraw. Takes no lock while it draws and signs."""
        found = self.issued(wanted.case, wanted.kind, wanted.edition)
        if found is not None:
            return found
        number = self._number(wanted)
        code = self._code(wanted.case, wanted.kind, wanted.edition)
        pdf = self._make(wanted, number, code)
        self._records.run(
            "documents.finish",
            **_name(wanted.case, wanted.kind, wanted.edition),
            lang=wanted.lang,
            title=_json(wanted.title),
            office=_json(wanted.office),
            issued=wanted.date,
            sha256=hashlib.sha256(pdf).digest(),
            sealed=self._persons.key(wanted.case, wanted.person).seal(SEAL, pdf),
        )
        kept = self.issued(wanted.case, wanted.kind, wanted.edition)
        assert kept is not None
        return kept

    def issued(self, case: UUID, kind: str, edition: int = 1) -> Issued | None:
        """An issued document; None before it is, or when its person was forgotten."""
        row = self._records.row("documents.file", **_name(case, kind, edition))
        if row is None:
            return None
        pdf = self._vault.unwrap(row["wrapped"]).open(SEAL, row["sealed"])
        return Issued(number=row["number"], code=self._code(case, kind, edition), pdf=pdf)

    def revoke(self, case: UUID, kind: str, reason: str, edition: int = 1) -> bool:
        """From now on every check says revoked, with `reason` (one of REASONS); the first revocation stays.
        False if there is no such document."""
        if reason not in REASONS:
            raise ValueError(f"a document is revoked for one of {', '.join(REASONS)}")
        return self._records.run("documents.revoke", **_name(case, kind, edition), reason=reason) == 1

    def check_code(self, typed: str) -> Shown:
        """By the code that stands on the document."""
        code = codes.plain(typed)
        return self._shown("documents.by_code", code=codes.kept(code)) if code else UNKNOWN

    def check_payload(self, text: str) -> Shown:
        """By its QR code: the payload or the whole text."""
        try:
            payload = read_payload(text, self._keys.trusted.codes)
        except PayloadRefused:
            return Shown(state="changed", why="code_altered")
        return self._shown("documents.by_number", number=payload.number)

    def check_file(self, pdf: bytes) -> Shown:
        """By the file: unchanged to the last bit, sealed by us, in the registry, not revoked."""
        try:
            verify_pdf(pdf, self._keys.trusted)
        except SealRefused as refused:
            ours = refused.why in {"appended", "altered", "seal_altered"}
            return Shown(state="changed" if ours else "unknown", why=refused.why)
        return self._shown("documents.by_file", sha256=hashlib.sha256(pdf).digest())

    def _shown(self, query: str, **by: Any) -> Shown:
        row = self._records.row(query, **by)
        if row is None:
            return UNKNOWN
        return Shown(
            state="revoked" if row["revoked"] else "valid",
            why=row["reason"] or "",
            number=row["number"],
            title=row["title"],
            office=row["office"],
            issued=row["issued"],
            revoked=row["revoked"],
        )

    def _number(self, wanted: Wanted) -> str:
        """The document's number, drawn from its series with its row: none is lost, none is given twice."""
        name = _name(wanted.case, wanted.kind, wanted.edition)
        series = codes.series(wanted.region, wanted.date)
        with self._records.transaction() as inside:
            inside.run("documents.open_series", series=series)
            inside.row("documents.lock_series", series=series)
            row = inside.row("documents.number", **name)
            if row is None:
                count = inside.row("documents.count", series=series)
                assert count is not None
                code = self._code(wanted.case, wanted.kind, wanted.edition)
                row = inside.row(
                    "documents.reserve",
                    **name,
                    person_id=wanted.person,
                    number=codes.number(series, count["last"]),
                    code=codes.kept(code),
                )
            assert row is not None
            return str(row["number"])

    def _code(self, case: UUID, kind: str, edition: int) -> str:
        return codes.code(self._vault.mac("document.code", f"{case}/{kind}/{edition}"))

    def _make(self, wanted: Wanted, number: str, code: str) -> bytes:
        payload = Payload(kind=wanted.kind, number=number, issued=wanted.date, address=self._address)
        signed = sign_payload(payload, self._keys.code_key, self._keys.code_key_id)
        drawn = self._drawing.draw(
            wanted, number=number, code=code, address=self._address, scanned=f"{self._address}?c={signed}"
        )
        return seal(drawn, self._keys.signer)


def _name(case: UUID, kind: str, edition: int) -> dict[str, Any]:
    return {"case_id": case, "kind": kind, "edition": edition}


def _json(by_language: Mapping[str, str]) -> str:
    return json.dumps(dict(by_language), ensure_ascii=False)
