"""Who can log in: the citizens of the register, and the officials; with the claims that each brings."""

import hashlib
from dataclasses import dataclass
from datetime import date
from typing import Any

from outside.people import STAFF, Official, Person, Population
from outside.people.addresses import plain
from outside.people.population import REGISTER_DATE

ADULT = 18
FIRST = ("anna", "boris", "carla", "ivo", "layla", "xiaoyu", "nadia")


@dataclass(frozen=True, slots=True)
class Subject:
    """One who can log in; `key` is what the form sends, `sub` what clients see (stable, says nothing)."""

    key: str
    name: str
    sub: str
    script: str
    born: date | None
    initial: str
    claims: dict[str, Any]


class Directory:
    """The subjects of each audience, found by key, by the first letter of the family name, or by a text."""

    def __init__(self, book: Population) -> None:
        keys = {person.id: key for key, person in book.named.items()}
        adults = [p for p in book if p.alive and (REGISTER_DATE - p.born).days >= ADULT * 365.25]
        citizens = sorted((_citizen(p, keys.get(p.id)) for p in adults), key=lambda s: (s.initial, s.name))
        self._by_audience = {"citizen": citizens, "staff": [_official(one) for one in STAFF]}
        self._by_key = {(a, s.key): s for a, subjects in self._by_audience.items() for s in subjects}
        self._by_sub = {s.sub: s for s in self._by_key.values()}

    def get(self, audience: str, key: str) -> Subject | None:
        """The subject of this key, if the audience is hers."""
        return self._by_key.get((audience, key))

    def by_sub(self, sub: str) -> Subject | None:
        """The subject of this `sub`."""
        return self._by_sub.get(sub)

    def first(self, audience: str) -> list[Subject]:
        """Those whom the page offers before anything is searched."""
        if audience == "staff":
            return self._by_audience["staff"]
        return [self._by_key[audience, key] for key in FIRST]

    def initials(self, audience: str) -> list[str]:
        """The first letters of family names, in order."""
        return sorted({s.initial for s in self._by_audience[audience]}) if audience == "citizen" else []

    def find(self, audience: str, text: str = "", initial: str = "") -> list[Subject]:
        """The subjects whose name holds every word of the text or whose family name begins so."""
        words = plain(text).split()
        if not words and not initial:
            return []
        return [
            subject
            for subject in self._by_audience[audience]
            if (not initial or subject.initial == initial)
            and all(word in plain(subject.name) for word in words)
        ]


def _sub(kind: str, id: str) -> str:
    return hashlib.sha256(f"errandia demo eid\n{kind}\n{id}".encode()).hexdigest()[:32]


def _citizen(person: Person, key: str | None) -> Subject:
    initial = (plain(person.family) or person.family)[0].upper()
    claims = {"name": person.name, "person_identifier": person.id}
    return Subject(
        key or person.id, person.name, _sub("citizen", person.id), person.script, person.born, initial, claims
    )


def _official(one: Official) -> Subject:
    claims = {"name": one.name, "roles": list(one.roles), "department": one.department, "region": one.region}
    return Subject(one.key, one.name, _sub("staff", one.key), "Latn", None, one.name[0], claims)
