"""Facts as callers give them, and as FEEL sees them."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from backend.procedures.forms.nodes import Fact

GivenFacts = Mapping[str, Any]
"""By rule name, id or key: a Fact, the mapping of its values, or None where the registry knows nothing."""


def as_facts(facts: GivenFacts | None) -> dict[str, Fact]:
    """Facts by the key of their rule (`pop_identity`), whichever of id, name or key they were given by."""
    result: dict[str, Fact] = {}
    for name, given in (facts or {}).items():
        fact = (
            given
            if isinstance(given, Fact)
            else Fact(values=given, state="nothing" if given is None else "known")
        )
        result[name.partition("@")[0].replace(".", "_")] = fact
    return result


def feel_facts(facts: Mapping[str, Fact]) -> dict[str, Any]:
    """Facts as FEEL sees them: facts.pop_identity.name; only those whose values are known."""
    return {key: _feel(fact.values) for key, fact in facts.items() if fact.values is not None}


def _feel(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {str(key): _feel(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_feel(item) for item in value]
    return Decimal(repr(value)) if isinstance(value, float) else value
