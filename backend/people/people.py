"""The room's front door."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

from backend.cases.records import Records
from backend.people.devices import Devices
from backend.people.persons import Claims, Person, Persons
from backend.people.sessions import Sessions
from backend.vault import Vault


def _not_heard(_session: UUID) -> None:
    return None


class People:
    """Persons, sessions and devices over one database. `ended(session)` is told of every session that is
    over."""

    def __init__(self, records: Records, vault: Vault, ended: Callable[[UUID], None] = _not_heard) -> None:
        self.sessions = Sessions(records, ended)
        self.persons = Persons(records, vault)
        self.devices = Devices(records, self.sessions)

    def person_of(self, claims: Claims) -> Person:
        """The person whom an identity provider named."""
        return self.persons.of(claims)

    def pid(self, person: UUID | str) -> str:
        """The population registry's number of a person. Raises LookupError."""
        return self.persons.pid(person)

    def by_pid(self, pid: str) -> UUID | None:
        """The citizen with this number, if she ever logged in."""
        return self.persons.by_pid(pid)
