"""The population as a register holds it: who lives with whom, what they are to each other."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date

from outside.people.person import Person

REGISTER_DATE = date(2026, 11, 1)
"""The day on which the register stands; ages follow from it."""


@dataclass
class Population:
    """All persons by id; `named` gives the people that tests and demos call by a key such as `anna`."""

    people: dict[str, Person] = field(default_factory=dict)
    named: dict[str, Person] = field(default_factory=dict)
    by_home: dict[str, list[Person]] = field(default_factory=dict)

    def __iter__(self) -> Iterator[Person]:
        return iter(self.people.values())

    def __len__(self) -> int:
        return len(self.people)

    def get(self, id: str) -> Person | None:
        """The person of this id, or None."""
        return self.people.get(id)

    def household(self, person: Person) -> list[Person]:
        """The others registered at her home, oldest first; empty for one who lives alone or has died."""
        living = self.by_home.get(person.home or "", [])
        return sorted((p for p in living if p.id != person.id), key=lambda p: (p.born, p.id))

    def role(self, person: Person, other: Person) -> str:
        """What `other` is to `person`: spouse, daughter, son, mother, father, sister, brother, grandmother,
        grandfather, granddaughter, grandson, relative (by marriage) or other."""
        female = other.sex == "f"
        if other.id == person.partner:
            return "spouse"
        if other.id in person.children:
            return "daughter" if female else "son"
        if other.id in person.parents:
            return "mother" if female else "father"
        if set(other.parents) & set(person.parents):
            return "sister" if female else "brother"
        if self._is_grandparent(other, person):
            return "grandmother" if female else "grandfather"
        if self._is_grandparent(person, other):
            return "granddaughter" if female else "grandson"
        partner = self.people.get(person.partner or "")
        by_marriage = partner is not None and (other.id in partner.parents or other.id in partner.children)
        return "relative" if by_marriage or other.partner in person.children else "other"

    def _is_grandparent(self, elder: Person, person: Person) -> bool:
        return any(elder.id in self.people[parent].parents for parent in person.parents)

    def add(self, person: Person) -> Person:
        """Takes a person in and links her to her parents and her home."""
        self.people[person.id] = person
        for parent in person.parents:
            self.people[parent].children.append(person.id)
        if person.home and person.alive:
            self.by_home.setdefault(person.home, []).append(person)
        return person


def summary(book: Population) -> Mapping[str, int]:
    """Figures for the registry's own page: persons, households, protected, dead."""
    return {
        "persons": len(book),
        "households": sum(bool(members) for members in book.by_home.values()),
        "protected": sum(p.protected for p in book),
        "deceased": sum(not p.alive for p in book),
    }
