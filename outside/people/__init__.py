"""The people, homes and officials of the fictional country Errandia, the same at every start."""

from outside.people.addresses import HOMES, REGIONS, Dwelling, find_homes, home_by_code
from outside.people.families import build, population
from outside.people.person import Person, check_digit, is_person_id, person_id
from outside.people.population import Population
from outside.people.staff import STAFF, Official

__all__ = [
    "HOMES",
    "REGIONS",
    "STAFF",
    "Dwelling",
    "Official",
    "Person",
    "Population",
    "build",
    "check_digit",
    "find_homes",
    "home_by_code",
    "is_person_id",
    "person_id",
    "population",
]
