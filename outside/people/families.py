"""Families over three generations from one fixed seed, until the register is full."""

from datetime import timedelta
from functools import cache

from outside.people import names
from outside.people.named import named_people
from outside.people.person import Person
from outside.people.population import REGISTER_DATE, Population
from outside.people.registrar import Registrar


def _lineage(reg: Registrar) -> None:
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
    reg: Registrar,
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


def _partner(reg: Registrar, child: Person) -> Person:
    """A partner from another family; both live in a home of their own."""
    culture = reg.culture()
    sex = "m" if child.sex == "f" else "f"
    family = reg.chance.choice(culture.family)[0 if sex == "f" else 1]
    born = child.born + timedelta(days=reg.chance.randrange(-1800, 1800))
    home = reg.home()
    _move(reg, child, home)
    given = reg.chance.choice(culture.women if sex == "f" else culture.men)
    return reg.write(given, family, sex, born, culture=culture, home=home, home_since=child.home_since)


def _move(reg: Registrar, person: Person, home: str) -> None:
    reg.book.by_home[person.home or ""].remove(person)
    person.home = home
    person.home_since = REGISTER_DATE - timedelta(days=reg.chance.randrange(90, 3000))
    reg.book.by_home.setdefault(home, []).append(person)


def _children(
    reg: Registrar,
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
    reg = Registrar(seed, size)
    named_people(reg)
    while not reg.full():
        _lineage(reg)
    return reg.book


@cache
def population() -> Population:
    """The population of this process; built once, in a few milliseconds."""
    return build()
