"""transitions.yaml, loaded and checked: which event takes a handoff from which state to which."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import msgspec
import yaml
from msgspec import Struct

FILE = Path(__file__).with_name("transitions.yaml")


class Kind(Struct, frozen=True, forbid_unknown_fields=True):
    """A kind of handoff: where it starts, who receives, whether the case moves, and the receiver's
    channel."""

    source: str
    receiver: str
    moves: bool
    channel: str


class State(Struct, frozen=True, forbid_unknown_fields=True):
    """A state: final, or over at the time in this column."""

    final: bool = False
    until: str | None = None


class Transition(Struct, frozen=True, forbid_unknown_fields=True, rename={"sources": "from"}):
    """One row of the table."""

    sources: tuple[str, ...]
    event: str
    by: str
    to: str
    guard: str = ""


class Machine(Struct, frozen=True, forbid_unknown_fields=True):
    """The whole table."""

    kinds: dict[str, Kind]
    states: dict[str, State]
    transitions: tuple[Transition, ...]

    def sources(self, event: str, by: str | None = None) -> list[str]:
        """The states from which an event (of this party) leads on."""
        rows = [row for row in self.transitions if row.event == event and by in (None, row.by)]
        return sorted({state for row in rows for state in row.sources})

    def to(self, event: str) -> str:
        """The state that an event leads to."""
        return next(row.to for row in self.transitions if row.event == event)

    def final(self, state: str) -> bool:
        """Whether nothing follows."""
        return self.states[state].final

    def live(self) -> list[str]:
        """The states of a handoff that is under way and not yet in force."""
        return self.sources("expire")


@cache
def machine() -> Machine:
    """The table of transitions.yaml. Raises ValueError if a row names an unknown state."""
    read = msgspec.convert(yaml.safe_load(FILE.read_text()), Machine)
    named = {state for row in read.transitions for state in (*row.sources, row.to)} - {"new"}
    if named - read.states.keys():
        raise ValueError(f"transitions.yaml names unknown states: {sorted(named - read.states.keys())}")
    return read
