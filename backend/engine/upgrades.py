"""Dumps of earlier releases brought up to this one's shape, one step a schema number.

A field that is added at the end of a record with a default needs no step of its own, only a new number: an
older release then refuses the dump instead of dropping what it does not know. Whatever else changes its place
or meaning is changed here, on the plain lists and maps that the dump decodes to (the state is a list in the
order of State's fields, the first is the number).
"""

from collections.abc import Callable, Mapping
from typing import Any, Final

Raw = list[Any]
Step = Callable[[Raw], Raw]


def _same(raw: Raw) -> Raw:
    """Only fields at the ends were added: scopes got round, closed and memory."""
    return raw


UPGRADES: Final[Mapping[int, Step]] = {1: _same}
"""What makes a state of schema n one of n + 1."""


def upgraded(raw: Any, to: int, steps: Mapping[int, Step] = UPGRADES) -> Raw:
    """A decoded state of any earlier schema as one of schema `to`. ValueError when it is none of ours."""
    if not isinstance(raw, list) or not raw or not isinstance(raw[0], int) or raw[0] < 1:
        raise ValueError("not a dumped state")
    if raw[0] > to:
        raise ValueError(f"a state of the schema {raw[0]}, which only a later release reads")
    found: Raw = raw
    for schema in range(raw[0], to):
        found = [schema + 1, *steps[schema](found)[1:]]
    return found
