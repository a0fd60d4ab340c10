"""What deciding a change may use besides what was read: keys, procedures, the values behind facts."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Protocol
from uuid import UUID

from msgspec import Struct

from backend.cases.packs import Packs
from backend.cases.reference import code_of, reference_of
from backend.procedures import Region
from backend.procedures.forms import Option
from backend.vault import Vault


class FactValues(Protocol):
    """Implemented by evidence: the fields behind handles, as far as they are known and not forgotten."""

    def facts(self, case: UUID, handles: list[UUID]) -> dict[UUID, dict[str, Any]]: ...


class NoFacts:
    """For installations without registries."""

    def facts(self, case: UUID, handles: list[UUID]) -> dict[UUID, dict[str, Any]]:
        return {}


class Tools(Struct, frozen=True):
    """Given once by wiring."""

    vault: Vault
    packs: Packs
    facts: FactValues
    regions: Mapping[str, Region] = {}

    def reference(self, case: UUID, region: str) -> str:
        """The case's short name."""
        return reference_of(case, code_of(region, self.regions))


class LookUp(Exception):
    """The answers name entries of registers that nobody has looked up yet: (rule id, value) each."""

    def __init__(self, procedure: str, version: str, wanted: Iterable[tuple[str, str]]):
        super().__init__()
        self.procedure = procedure
        self.version = version
        self.wanted = tuple(wanted)


class LookedUp:
    """A form's `Source` that knows what was looked up before the batch, and asks nobody."""

    def __init__(self, known: Mapping[tuple[str, str], Option | None] | None = None):
        self.known = dict(known or {})

    def find(self, rule: str, text: str, limit: int = 8) -> list[Option]:
        """Nothing: a check does not search."""
        return []

    def exact(self, rule: str, value: str) -> Option | None:
        """The entry; KeyError if it was not looked up."""
        return self.known[rule, value]
