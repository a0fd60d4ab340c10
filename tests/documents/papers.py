"""Documents to issue, and the parts that issue them, without a database."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

from backend.channel import qr
from backend.documents import DocumentKeys, Drawing, Entry, Wanted
from backend.documents.payload import Payload, sign_payload
from backend.documents.sealing import seal

ROOT = Path(__file__).resolve().parents[2]
PACKAGES = ROOT / "node_modules" / "@fontsource-variable"
ADDRESS = "https://errand.example/check"
ANNA = UUID("0a0a0a0a-0000-4000-8000-000000000001")
TITLE = {"en": "Certificate of registration", "zh-Hans": "户籍登记证明", "ar": "شهادة تسجيل محل الإقامة"}
OFFICE = {"en": "Registration Office South", "zh-Hans": "南区户籍登记处", "ar": "مكتب التسجيل في الجنوب"}
ENTRIES = {
    "en": (Entry("Name", "Zoë Łukaszewicz"), Entry("Registered at", "12 River Street, Southmere")),
    "zh-Hans": (Entry("姓名", "王小明"), Entry("登记住址", "南湖市河街十二号，龘")),
    "ar": (Entry("الاسم", "محمد الأمين"), Entry("العنوان المسجل", "شارع النهر 12، الشقة 3")),
}


def a_wanted(lang: str = "en", **over: Any) -> Wanted:
    """A registration certificate of Anna's."""
    given: dict[str, Any] = {
        "case": uuid4(),
        "person": ANNA,
        "kind": "registration",
        "region": "south",
        "lang": lang,
        "title": TITLE,
        "office": OFFICE,
        "entries": ENTRIES.get(lang, ()),
        "date": date(2026, 11, 25),
    }
    return Wanted(**(given | over))


def a_drawing(kept: Path) -> Drawing:
    """Draws with the look's own fonts."""
    return Drawing(PACKAGES, kept, qr.svg)


def a_sealed(wanted: Wanted, drawing: Drawing, keys: DocumentKeys) -> bytes:
    """The file of a document with number SOUTH-2026-000042."""
    payload = Payload(kind=wanted.kind, number="SOUTH-2026-000042", issued=wanted.date, address=ADDRESS)
    signed = sign_payload(payload, keys.code_key, keys.code_key_id)
    drawn = drawing.draw(
        wanted,
        number=payload.number,
        code="7K3Q-0ZVE-M4TB-8XWD",
        address=ADDRESS,
        scanned=f"{ADDRESS}?c={signed}",
    )
    return seal(drawn, keys.signer)
