"""The officials who log in at a desk; the identity provider knows them, the population register does not."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Official:
    """Member of staff: roles and department are what the desk acts on; `key` names her in forms and tests."""

    key: str
    name: str
    roles: tuple[str, ...]
    department: str
    region: str


STAFF: tuple[Official, ...] = (
    Official("xenia", "Xenia Varga", ("caseworker",), "residents-south", "south"),
    Official("yusuf", "Yusuf Demir", ("caseworker",), "residents-north", "north"),
    Official("hanna", "Hanna Lund", ("hall",), "residents-south", "south"),
    Official("olga", "Olga Lind", ("operator",), "residents-south", "south"),
    Official("sofia", "Sofia Marchetti", ("supervisor",), "residents-south", "south"),
)
