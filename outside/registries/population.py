"""Population registry (POP): identity, address, household, each with the fewest fields that serve it."""

from collections.abc import Mapping
from typing import Any

from outside.people import Person, Population, home_by_code, is_person_id
from outside.registries.service import Answer, Refusal, Service

PROVIDER = "XE/GOV/1001/pop"
_ADDRESS = ("address_code", "address", "street", "number", "flat", "postcode", "town", "region")


def services(book: Population) -> list[Service]:
    """The services of the registry over this population."""

    def search(asked: Mapping[str, Any]) -> Person:
        number = asked.get("person_id")
        if not is_person_id(number):
            raise Refusal(422, "invalid-person-id", "person_id must be ten digits with a right check digit.")
        person = book.get(str(number))
        if person is None:
            raise Refusal(404, "unknown-person", "The register has no person with this number.")
        return person

    return [
        Service(
            PROVIDER,
            "identity",
            "Name, birth date, whether alive, whether information is blocked",
            ("person_id",),
            {"name": "string", "birth_date": "date", "alive": "boolean", "block": "boolean"},
            lambda asked: identity(search(asked)),
            lambda asked: {"mother_id": (search(asked).parents or ("",))[0], "sex": search(asked).sex},
        ),
        Service(
            PROVIDER,
            "address",
            "Where the person is registered, and since when",
            ("person_id",),
            dict.fromkeys(_ADDRESS, "string") | {"from": "date", "block": "boolean"},
            lambda asked: address(search(asked)),
            lambda asked: {"landlord": "Orchard Housing", "religion": "none"},
            usual=("address_code", "address", "region", "from", "block"),
        ),
        Service(
            PROVIDER,
            "household",
            "The others registered at the same dwelling, and what they are to the person",
            ("person_id",),
            {"members": "list", "block": "boolean"},
            lambda asked: household(book, search(asked)),
            lambda asked: {"income_band": "C", "former_members": []},
        ),
    ]


def identity(person: Person) -> Answer:
    """Who the person is."""
    return {
        "name": person.name,
        "birth_date": person.born.isoformat(),
        "alive": person.alive,
        "block": person.protected,
    }


def address(person: Person) -> Answer:
    """Her registered home; a protected person's and a dead person's is not told: every field null."""
    home = None if person.protected else home_by_code(person.home)
    return {
        "address_code": home and home.code,
        "address": home and home.text,
        "street": home and home.street,
        "number": home and home.number,
        "flat": home and home.flat,
        "postcode": home and home.postcode,
        "town": home and home.town,
        "region": home and home.region,
        "from": person.home_since.isoformat() if home and person.home_since else None,
        "block": person.protected,
    }


def household(book: Population, person: Person) -> Answer:
    """Who lives with her; nobody is told of a protected person, and nothing of those who live with one."""
    others = [] if person.protected else [other for other in book.household(person) if not other.protected]
    members = [
        {
            "person_id": other.id,
            "role": book.role(person, other),
            "name": other.name,
            "birth_date": other.born.isoformat(),
        }
        for other in others
    ]
    return {"members": members, "block": person.protected}
