"""A document as its reader meets it: text, fonts, tags and QR code, in three languages."""

from __future__ import annotations

import io
import re
from collections import Counter
from typing import Any

import pypdfium2
import pytest
import zxingcpp
from pyhanko.pdf_utils.reader import PdfFileReader

from backend.documents import CannotDraw, DocumentKeys, Drawing, Entry, read_payload
from tests.documents.papers import ADDRESS, ENTRIES, OFFICE, TITLE, a_sealed, a_wanted

LANGUAGES = ("en", "zh-Hans", "ar")


def page_of(pdf: bytes) -> Any:
    return pypdfium2.PdfDocument(pdf)[0]


def text_of(pdf: bytes) -> str:
    """The text as a reader copies it, without spaces."""
    return "".join(page_of(pdf).get_textpage().get_text_range().split())


def fonts_of(pdf: bytes) -> dict[str, Any]:
    """Name → descriptor of every font on the first page."""
    page = PdfFileReader(io.BytesIO(pdf)).root["/Pages"]["/Kids"][0]
    found = {}
    for font in page["/Resources"]["/Font"].values():
        inner = font.get_object()["/DescendantFonts"][0].get_object()
        found[str(inner["/BaseFont"])] = inner["/FontDescriptor"].get_object()
    return found


@pytest.mark.parametrize("lang", ["en", "zh-Hans"])
def test_the_text_comes_back_out(drawing: Drawing, keys: DocumentKeys, lang: str) -> None:
    text = text_of(a_sealed(a_wanted(lang), drawing, keys))
    wanted = [TITLE[lang], OFFICE[lang], "SOUTH-2026-000042", "7K3Q-0ZVE-M4TB-8XWD", ADDRESS]
    wanted += [part for entry in ENTRIES[lang] for part in (entry.label, entry.value)]
    assert [part for part in wanted if part.replace(" ", "") not in text] == []


def test_arabic_keeps_its_letters(drawing: Drawing, keys: DocumentKeys) -> None:
    """The font draws dots as glyphs of their own, so a copied text may have a letter twice, but it has it."""
    text = text_of(a_sealed(a_wanted("ar"), drawing, keys))
    wanted = TITLE["ar"] + OFFICE["ar"] + "".join(entry.label + entry.value for entry in ENTRIES["ar"])
    assert Counter(wanted.replace(" ", "")) - Counter(text) == Counter()


def test_arabic_letters_are_joined(drawing: Drawing, keys: DocumentKeys) -> None:
    """A word is one stroke of ink; its letters held apart (by ZWNJ) are four."""
    assert strokes(drawing, keys, "محمد") == 1
    assert strokes(drawing, keys, "م\u200cح\u200cم\u200cد") == 4


def strokes(drawing: Drawing, keys: DocumentKeys, value: str) -> int:
    """How many pieces of ink stand side by side where a value is drawn in the table's first row."""
    wanted = a_wanted("ar", entries=(Entry("-", value),))
    picture = page_of(a_sealed(wanted, drawing, keys)).render(scale=4).to_pil().convert("L")
    row = picture.crop((250, 945, 1450, 1035)).point(lambda shade: 255 if shade < 120 else 0)
    inked = [row.crop((x, 0, x + 1, row.height)).getbbox() is not None for x in range(row.width)]
    return sum(now and not before for before, now in zip([False, *inked], inked, strict=False))


def test_arabic_begins_at_the_right(drawing: Drawing, keys: DocumentKeys) -> None:
    picture = page_of(a_sealed(a_wanted("ar"), drawing, keys)).render(scale=2).to_pil().convert("L")
    heading = picture.crop((140, 230, 1050, 280)).point(lambda shade: 255 if shade > 200 else 0)
    box = heading.getbbox()
    assert box is not None and box[0] > 250 and box[2] > 860


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_font_is_inside_and_only_the_glyphs_that_are_used(
    drawing: Drawing, keys: DocumentKeys, lang: str
) -> None:
    pdf = a_sealed(a_wanted(lang), drawing, keys)
    fonts = fonts_of(pdf)
    needed = {"en": "Atkinson", "zh-Hans": "NotoSansSC", "ar": "NotoSansArabic"}[lang]
    assert any(needed in name for name in fonts)
    assert all(re.match(r"/[A-Z]{6}\+", name) for name in fonts), fonts.keys()
    assert all("/FontFile2" in each or "/FontFile3" in each for each in fonts.values())
    assert len(pdf) < 150_000


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_file_is_tagged_and_says_its_language_and_title(
    drawing: Drawing, keys: DocumentKeys, lang: str
) -> None:
    reader = PdfFileReader(io.BytesIO(a_sealed(a_wanted(lang), drawing, keys)))
    assert reader.root["/MarkInfo"]["/Marked"].value is True
    assert str(reader.root["/Lang"]).startswith({"en": "en", "zh-Hans": "zh", "ar": "ar"}[lang])
    assert str(reader.trailer["/Info"]["/Title"]) == TITLE[lang]
    assert reader.root["/ViewerPreferences"]["/DisplayDocTitle"].value is True
    xmp = reader.root["/Metadata"].get_object().data.decode()
    assert "pdfuaid:part" in xmp
    kinds = set(tags(reader.root["/StructTreeRoot"]))
    assert {"/H1", "/H2", "/Table", "/TH", "/TD", "/Figure", "/Link"} <= kinds


def tags(node: Any) -> list[str]:
    """The structure types below a node."""
    found = [str(node["/S"])] if "/S" in node else []
    below = node.get("/K", [])
    for each in below if isinstance(below, list) else [below]:
        inner = each.get_object() if hasattr(each, "get_object") else each
        if isinstance(inner, dict):
            found += tags(inner)
    return found


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_code_on_the_page_scans_and_is_signed(drawing: Drawing, keys: DocumentKeys, lang: str) -> None:
    picture = page_of(a_sealed(a_wanted(lang), drawing, keys)).render(scale=3).to_pil()
    (found,) = zxingcpp.read_barcodes(picture)
    assert found.text.startswith(f"{ADDRESS}?c=")
    told = read_payload(found.text, keys.trusted.codes)
    assert (told.kind, told.number, told.address) == ("registration", "SOUTH-2026-000042", ADDRESS)


def test_the_same_words_give_the_same_bytes(drawing: Drawing) -> None:
    said = {"number": "N-1", "code": "C", "address": ADDRESS, "scanned": "x"}
    wanted = a_wanted()
    assert drawing.draw(wanted, **said) == drawing.draw(wanted, **said)


def test_a_value_is_text_and_never_markup(drawing: Drawing, keys: DocumentKeys) -> None:
    value = '#panic("x") *b* "><img src=x onerror=1> {{7*7}} $x$'
    pdf = a_sealed(a_wanted(entries=(Entry("Name", value),)), drawing, keys)
    assert value.replace(" ", "") in text_of(pdf)


def test_many_entries_go_on_over_pages(drawing: Drawing, keys: DocumentKeys) -> None:
    entries = tuple(Entry(f"Person {n}", "Anna Orsel") for n in range(60))
    pages = pypdfium2.PdfDocument(a_sealed(a_wanted(entries=entries), drawing, keys))
    assert len(pages) == 3
    assert (
        "Person 59"
        in pages[len(pages) - 2].get_textpage().get_text_range()
        + pages[len(pages) - 1].get_textpage().get_text_range()
    )


@pytest.mark.parametrize("over", [{"lang": "xx"}, {"entries": (Entry("Name", "\U00013000"),)}])
def test_what_cannot_be_drawn_is_refused_and_not_drawn_with_holes(
    drawing: Drawing, keys: DocumentKeys, over: dict[str, Any]
) -> None:
    with pytest.raises(CannotDraw):
        a_sealed(a_wanted(**over), drawing, keys)
