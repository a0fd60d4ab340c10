"""Persons: known by who identified them; names and numbers are sealed, found again by blind index only."""

from __future__ import annotations

from uuid import UUID, uuid4

import msgspec
from msgspec import Struct

from backend.cases.records import Records
from backend.vault import Vault

PROFILE = "person-profile"


class Claims(Struct, frozen=True, kw_only=True):
    """What an identity provider said of a person, checked and in our words."""

    issuer: str
    subject: str
    level: str
    auth_time: int | None  # seconds since 1970; None: the provider did not say, so never fresh
    name: str = ""
    pid: str = ""
    roles: tuple[str, ...] = ()
    department: str = ""
    region: str = ""

    @property
    def kind(self) -> str:
        """Officials are those to whom the provider gives roles."""
        return "staff" if self.roles else "citizen"


class Person(Struct, frozen=True):
    """A person and her profile, opened."""

    id: UUID
    kind: str
    name: str
    pid: str


class _Profile(Struct):
    name: str
    pid: str


class Persons:
    """Finds and keeps persons."""

    def __init__(self, records: Records, vault: Vault) -> None:
        self._records = records
        self._vault = vault

    def of(self, claims: Claims) -> Person:
        """The person of an identity (issuer and subject); made at the first login, refreshed at each."""
        sealed = self._vault.seal(PROFILE, msgspec.json.encode(_Profile(claims.name, claims.pid)))
        row = self._records.row(
            "people.person_keep",
            id=uuid4(),
            kind=claims.kind,
            identity=self._vault.blind("identity", f"{claims.issuer}\n{claims.subject}"),
            pid_blind=self._vault.blind("pid", claims.pid) if claims.pid else None,
            profile=sealed,
        )
        if row is None:
            raise LookupError("a person that was kept is not there")
        return Person(row["id"], row["kind"], claims.name, claims.pid)

    def get(self, person: UUID) -> Person | None:
        """A person by id."""
        row = self._records.row("people.person_by_id", id=person)
        if row is None:
            return None
        profile = msgspec.json.decode(self._vault.open(PROFILE, row["profile"]), type=_Profile)
        return Person(row["id"], row["kind"], profile.name, profile.pid)

    def pid(self, person: UUID | str) -> str:
        """The population registry's number of a person, for registry queries. Raises LookupError."""
        found = self.get(UUID(str(person)))
        if found is None or not found.pid:
            raise LookupError("no number is known for this person")
        return found.pid

    def by_pid(self, pid: str) -> UUID | None:
        """The citizen with this number, if she ever logged in."""
        row = self._records.row("people.person_by_pid", pid_blind=self._vault.blind("pid", pid))
        return None if row is None else row["id"]
