"""The population: families over three generations from one fixed seed, and the people that stories name."""

import random
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cache
from typing import Any

from outside.people import names
from outside.people.addresses import HOMES
from outside.people.person import Person, person_id

REGISTER_DATE = date(2026, 11, 1)
"""The day on which the register stands; ages follow from it."""

VACANT = frozenset({"Millrace Street 14, flat 6, Southmere"})
"""Homes that nobody lives in, since a story moves into them."""


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


class _Registrar:
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
        return self.chance.choices(stock, weights)[0]


def _named_people(reg: _Registrar) -> None:
    """The people of the stories; their facts are fixed, so that mock-ups, tests and demos agree."""
    kiln = reg.home("Kiln Lane 3, flat 2, Northby")
    since = date(2019, 8, 1)
    lindqvist = reg.home()
    helene = reg.write("Helene", "Lindqvist", "f", date(1957, 1, 9), home=lindqvist)
    viktor = reg.write("Viktor", "Lindqvist", "m", date(1954, 6, 23), home=lindqvist)
    irena = reg.write("Irena", "Orsel", "f", date(1959, 12, 2), home=reg.home())
    ludvik = reg.write("Ludvík", "Orsel", "m", date(1955, 3, 17), alive=False)
    anna = reg.write(
        "Anna",
        "Orsel",
        "f",
        date(1988, 3, 14),
        key="anna",
        home=kiln,
        home_since=since,
        parents=(helene.id, viktor.id),
    )
    boris = reg.write(
        "Boris",
        "Orsel",
        "m",
        date(1986, 9, 2),
        key="boris",
        home=kiln,
        home_since=since,
        parents=(irena.id, ludvik.id),
    )
    for one, other in ((helene, viktor), (irena, ludvik), (anna, boris)):
        reg.marry(one, other)
    for key, given, sex, born in (
        ("mira", "Mira", "f", date(2017, 5, 21)),
        ("tomas", "Tomas", "m", date(2022, 2, 11)),
    ):
        reg.write(
            given,
            "Orsel",
            sex,
            born,
            key=key,
            home=kiln,
            home_since=max(born, since),
            parents=(anna.id, boris.id),
        )
    _more_named_people(reg)


def _more_named_people(reg: _Registrar) -> None:
    venn = reg.home()
    agata = reg.write("Agata", "Venn", "f", date(1948, 4, 4), home=venn)
    reg.write("Carla", "Venn", "f", date(1979, 7, 30), key="carla", home=venn, parents=(agata.id,))
    reg.write("Ivo", "Tamm", "m", date(1994, 10, 19), key="ivo", home=reg.home())
    hidden = reg.home()
    nadia = reg.write("Nadia", "Brandt", "f", date(1990, 2, 27), key="nadia", home=hidden, protected=True)
    reg.write("Lena", "Brandt", "f", date(2015, 11, 8), home=hidden, protected=True, parents=(nadia.id,))
    haddad = reg.home()
    layla = reg.write("ليلى", "حداد", "f", date(1992, 5, 3), key="layla", home=haddad, culture=names.ARABIC)
    sami = reg.write("سامي", "حداد", "m", date(1989, 8, 15), home=haddad, culture=names.ARABIC)
    chen = reg.home()
    xiaoyu = reg.write("晓雨", "陈", "f", date(1985, 1, 28), key="xiaoyu", home=chen, culture=names.CHINESE)
    wang = reg.write("明哲", "王", "m", date(1983, 6, 6), home=chen, culture=names.CHINESE)
    reg.marry(layla, sami)
    reg.marry(xiaoyu, wang)
    reg.write(
        "子轩", "王", "m", date(2014, 9, 9), home=chen, culture=names.CHINESE, parents=(xiaoyu.id, wang.id)
    )


def _lineage(reg: _Registrar) -> None:
    """One old couple, their children, and their children's children, as far as the register has room."""
    culture = reg.culture()
    family = reg.chance.choice(culture.family)
    elders = _couple(reg, culture, family, youngest=58, oldest=88, widowed=0.3)
    for child in _children(reg, culture, family, elders, at_most=4):
        age = (REGISTER_DATE - child.born).days // 365
        if age < 24 or reg.full() or reg.chance.random() < 0.25:
            continue
        partner = _partner(reg, child)
        reg.marry(child, partner)
        _children(reg, culture, family, (child, partner), at_most=3)


def _couple(
    reg: _Registrar,
    culture: names.Culture,
    family: tuple[str, str],
    *,
    youngest: int,
    oldest: int,
    widowed: float,
) -> tuple[Person, ...]:
    home = reg.home()
    hers = reg.born(youngest, oldest)
    wife = reg.write(reg.chance.choice(culture.women), family[0], "f", hers, culture=culture, home=home)
    if reg.full():
        return (wife,)
    his = hers - timedelta(days=reg.chance.randrange(-900, 2500))
    alive = reg.chance.random() > widowed
    husband = reg.write(
        reg.chance.choice(culture.men),
        family[1],
        "m",
        his,
        culture=culture,
        alive=alive,
        home=home if alive else None,
    )
    reg.marry(wife, husband)
    return wife, husband


def _partner(reg: _Registrar, child: Person) -> Person:
    """A partner from another family; both live in a home of their own."""
    culture = reg.culture()
    sex = "m" if child.sex == "f" else "f"
    family = reg.chance.choice(culture.family)[0 if sex == "f" else 1]
    born = child.born + timedelta(days=reg.chance.randrange(-1800, 1800))
    home = reg.home()
    _move(reg, child, home)
    given = reg.chance.choice(culture.women if sex == "f" else culture.men)
    return reg.write(given, family, sex, born, culture=culture, home=home, home_since=child.home_since)


def _move(reg: _Registrar, person: Person, home: str) -> None:
    reg.book.by_home[person.home or ""].remove(person)
    person.home = home
    person.home_since = REGISTER_DATE - timedelta(days=reg.chance.randrange(90, 3000))
    reg.book.by_home.setdefault(home, []).append(person)


def _children(
    reg: _Registrar,
    culture: names.Culture,
    family: tuple[str, str],
    parents: tuple[Person, ...],
    *,
    at_most: int,
) -> list[Person]:
    """Their children, the first born when they were 22 to 31; they live with them, grown ones seldom."""
    children: list[Person] = []
    birthday = max(p.born for p in parents) + timedelta(days=reg.chance.randrange(22 * 365, 31 * 365))
    for _ in range(reg.chance.randrange(0, at_most + 1)):
        if birthday > REGISTER_DATE or reg.full():
            break
        sex = reg.chance.choice("fm")
        given = reg.chance.choice(culture.women if sex == "f" else culture.men)
        with_parents = (REGISTER_DATE - birthday).days < 20 * 365 or reg.chance.random() < 0.2
        child = reg.write(
            given,
            family[0 if sex == "f" else 1],
            sex,
            birthday,
            culture=culture,
            home=parents[0].home if with_parents else reg.home(),
            parents=tuple(p.id for p in parents),
        )
        children.append(child)
        birthday += timedelta(days=reg.chance.randrange(400, 1900))
    return children


def build(seed: str = "Errandia", size: int = 200) -> Population:
    """A population of `size` persons (at least the named ones); the same seed gives the same people."""
    reg = _Registrar(seed, size)
    _named_people(reg)
    while not reg.full():
        _lineage(reg)
    return reg.book


@cache
def population() -> Population:
    """The population of this process; built once, in a few milliseconds."""
    return build()


def summary(book: Population) -> Mapping[str, int]:
    """Figures for the registry's own page: persons, households, protected, dead."""
    return {
        "persons": len(book),
        "households": sum(bool(members) for members in book.by_home.values()),
        "protected": sum(p.protected for p in book),
        "deceased": sum(not p.alive for p in book),
    }
