"""The homes of Errandia: three regions, nine towns, a few hundred dwellings, each with a code."""

import random
import unicodedata
from dataclasses import dataclass
from functools import cache

from outside.people.person import check_digit

REGIONS = {"north": "North", "south": "South", "central": "Central"}

_TOWNS = {
    "north": {"Northby": 11, "Hällvik": 12, "Fjordende": 13},
    "south": {"Southmere": 21, "Port Açaí": 22, "Lindenau": 23},
    "central": {"Midford": 31, "Kreuzweg": 32, "Žalec Cross": 33},
}
_STREETS = (
    "Kiln Lane", "Millrace Street", "Harbour Row", "Rue des Érables", "Lärchenweg", "Mercado Square",
    "Tannery Hill", "Old Ferry Road", "Calle Peñalver", "Ulica Świętojańska", "Orchard Close",
    "Weaver's Yard", "Bridge Street", "Station Road", "Glasmakergränd", "Chapel Walk", "Meadow View",
    "Beacon Street",
)  # fmt: skip
_USES = ("dwelling", "dwelling", "dwelling", "dwelling", "dwelling", "collective")


@dataclass(frozen=True, slots=True)
class Dwelling:
    """One place where people can be registered: an address and, in a house of flats, the flat.

    `code` names the dwelling (eight digits and a check digit), `building` the house; `area` is in m².
    """

    code: str
    building: str
    street: str
    number: str
    flat: str | None
    postcode: str
    town: str
    region: str
    use: str
    area: int

    @property
    def text(self) -> str:
        """The address as people write it: `Kiln Lane 3, flat 2, Northby`."""
        flat = f", flat {self.flat}" if self.flat else ""
        return f"{self.street} {self.number}{flat}, {self.town}"


def _dwellings() -> list[Dwelling]:
    chance = random.Random("homes of Errandia")
    homes: list[Dwelling] = []
    for region, towns in _TOWNS.items():
        for town, town_number in towns.items():
            streets = chance.sample(range(len(_STREETS)), 5)
            fixed = {"Northby": 0, "Southmere": 1}.get(town)
            if fixed is not None and fixed not in streets:
                streets[0] = fixed
            for street in sorted(streets):
                homes += _street(chance, region, town, town_number, street)
    return homes


def _street(chance: random.Random, region: str, town: str, town_number: int, street: int) -> list[Dwelling]:
    homes = []
    for house in range(1, 15 if street == 1 else 8):
        in_flats = chance.random() < 0.4 or (street, house) in {(0, 3), (1, 14)}
        flats = [str(n) for n in range(1, 7)] if in_flats else [None]
        use = chance.choice(_USES) if in_flats else "dwelling"
        if (street, house) in {(0, 3), (1, 14)}:
            use = "dwelling"
        for flat in flats:
            body = f"{town_number:02d}{street:02d}{house:02d}{int(flat or 0):02d}"
            homes.append(
                Dwelling(
                    code=body + check_digit(body),
                    building=body[:6],
                    street=_STREETS[street],
                    number=str(house),
                    flat=flat,
                    postcode=f"{town_number}{street:02d}0",
                    town=town,
                    region=region,
                    use=use,
                    area=chance.randrange(38, 190),
                )
            )
    return homes


HOMES: tuple[Dwelling, ...] = tuple(_dwellings())
_BY_CODE = {home.code: home for home in HOMES}


def home_by_code(code: str | None) -> Dwelling | None:
    """The dwelling of this code, or None."""
    return _BY_CODE.get(code) if code else None


def plain(text: str) -> str:
    """Text as people type it in a hurry: no accents, no case, punctuation as spaces."""
    decomposed = (
        unicodedata.normalize("NFKD", text).casefold().replace("ß", "ss").replace("ø", "o").replace("ł", "l")
    )
    kept = (c for c in decomposed if not unicodedata.combining(c))
    return " ".join("".join(c if c.isalnum() else " " for c in kept).split())


@cache
def _search_rows() -> tuple[tuple[Dwelling, tuple[str, ...]], ...]:
    return tuple((home, tuple(plain(f"{home.text} {home.postcode}").split())) for home in HOMES)


def find_homes(query: str, limit: int = 8, region: str | None = None) -> list[Dwelling]:
    """The dwellings that a beginning of an address may mean, best first.

    Every word of the query must begin a word of the address; digits must be whole words unless they end the
    query, so that "Kiln Lane 1" still finds number 10 while it is being typed. The first number is taken for
    the house's: those homes come first.
    """
    words = plain(query).split()
    house = next((word for word in words if word.isdigit()), None)
    if not words:
        return []
    found = []
    for order, (home, parts) in enumerate(_search_rows()):
        if region and home.region != region:
            continue
        if all(_begins(word, parts, last=i == len(words) - 1) for i, word in enumerate(words)):
            exact = sum(word in parts for word in words)
            found.append((home.number != house, -exact, order, home))
    return [row[-1] for row in sorted(found, key=lambda row: row[:3])[:limit]]


def _begins(word: str, parts: tuple[str, ...], *, last: bool) -> bool:
    if word.isdigit() and not last:
        return word in parts
    return any(part.startswith(word) for part in parts)
