"""What is asked for and what is given: a document in words, before and after it is issued."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from uuid import UUID

from msgspec import Struct

LANGUAGES = ("en", "zh-Hans", "ar")


class Entry(Struct, frozen=True):
    """One line of a document: what it is about and what is certified."""

    label: str
    value: str


class Wanted(Struct, frozen=True, kw_only=True):
    """A document to issue. `title` and `office` are by language, since a stranger reads them in his own;
    the entries are in the document's language and only in the document."""

    case: UUID
    person: UUID
    kind: str
    region: str
    lang: str
    title: Mapping[str, str]
    office: Mapping[str, str]
    entries: tuple[Entry, ...]
    date: date
    edition: int = 1

    def words(self, by_language: Mapping[str, str]) -> str:
        """The text in the document's language, else in English."""
        return by_language.get(self.lang) or by_language["en"]


class Issued(Struct, frozen=True, kw_only=True):
    """An issued document: its number, the code that a person types to check it, and the file."""

    number: str
    code: str
    pdf: bytes
