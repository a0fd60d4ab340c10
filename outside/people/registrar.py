"""Writes a population down, person after person."""

import random
from datetime import date, timedelta
from typing import Any

from outside.people import names
from outside.people.addresses import HOMES
from outside.people.person import Person, person_id
from outside.people.population import REGISTER_DATE, Population

VACANT = frozenset({"Millrace Street 14, flat 6, Southmere"})
"""Homes that nobody lives in, since a story moves into them."""


class Registrar:
    """Writes the population down, person after person, until `size` is reached."""

    def __init__(self, seed: str, size: int) -> None:
        self.chance = random.Random(seed)
        self.size = size
        self.book = Population()
        free = [home for home in HOMES if home.use == "dwelling" and home.text not in VACANT]
        self.codes = {home.text: home.code for home in free}
        self.free = [home.code for home in free]
        self.chance.shuffle(self.free)

    def full(self) -> bool:
        return len(self.book) >= self.size

    def home(self, text: str | None = None) -> str:
        """A home that nobody has yet: this one, or any."""
        code = self.codes[text] if text else self.free[-1]
        self.free.remove(code)
        return code

    def write(
        self,
        given: str,
        family: str,
        sex: str,
        born: date,
        *,
        culture: names.Culture = names.LATIN,
        key: str | None = None,
        **facts: Any,
    ) -> Person:
        """Enters a person; `facts` are further fields of `Person`, `key` names her for stories."""
        person = Person(
            id=person_id(len(self.book) + 1),
            given=given,
            family=family,
            name=culture.full(given, family),
            sex=sex,
            born=born,
            script=culture.script,
            **facts,
        )
        if person.home and person.home_since is None:
            person.home_since = max(born, REGISTER_DATE - timedelta(days=self.chance.randrange(90, 5200)))
        if key:
            self.book.named[key] = person
        return self.book.add(person)

    def marry(self, one: Person, other: Person) -> None:
        one.partner, other.partner = other.id, one.id

    def born(self, youngest: int, oldest: int) -> date:
        """A birth date of one whose age lies between these two, in years."""
        return REGISTER_DATE - timedelta(days=self.chance.randrange(youngest * 365 + 30, oldest * 365 + 30))

    def culture(self) -> names.Culture:
        stock, weights = zip(*names.WEIGHTED, strict=True)
        found: names.Culture = self.chance.choices(stock, weights)[0]
        return found
