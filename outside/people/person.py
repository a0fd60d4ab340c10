"""One person of the register, and the numbers that name persons and homes."""

from dataclasses import dataclass, field
from datetime import date


def check_digit(digits: str) -> str:
    """The check digit of a row of digits by ISO/IEC 7064, MOD 11,10: finds every single wrong digit."""
    product = 10
    for digit in digits:
        product = (product + int(digit)) % 10 or 10
        product = product * 2 % 11
    return str((11 - product) % 10)


def person_id(serial: int) -> str:
    """The ten-digit number of a person: nine digits that say nothing about her, and a check digit.

    Serials are spread over the number range (multiplied by a unit of the ring), so that neighbours in the
    register do not have neighbouring numbers.
    """
    body = f"{(serial * 387_420_489 + 271_828_182) % 899_999_963 + 100_000_000:09d}"
    return body + check_digit(body)


def is_person_id(text: object) -> bool:
    """Whether this is ten ASCII digits with the right check digit; says nothing about whether she exists."""
    if not isinstance(text, str) or len(text) != 10 or not (text.isascii() and text.isdigit()):
        return False
    return check_digit(text[:9]) == text[9]


@dataclass(slots=True)
class Person:
    """A natural person; `parents` and `partner` are person ids; `home` is an address code, None if dead."""

    id: str
    given: str
    family: str
    name: str
    sex: str
    born: date
    script: str = "Latn"
    alive: bool = True
    protected: bool = False
    home: str | None = None
    home_since: date | None = None
    partner: str | None = None
    parents: tuple[str, ...] = ()
    children: list[str] = field(default_factory=list)
