"""`can`: the table asked for one actor, one action, one thing."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any
from uuid import UUID

import msgspec
import yaml

from backend.rights.actor import Actor
from backend.rights.conditions import CONDITIONS
from backend.rights.thing import NOTHING, Thing

__all__ = ["Thing", "actions", "can", "masked", "ways"]
LEVELS = ("L0", "L2")


class Way(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One line of permissions.yaml."""

    kind: str
    level: str = "L0"
    roles: tuple[str, ...] = ()
    when: tuple[str, ...] = ()

    def allows(self, actor: Actor, thing: Thing) -> bool:
        """Everything that the line asks for holds."""
        return (
            actor.kind == self.kind
            and LEVELS.index(actor.level) >= LEVELS.index(self.level)
            and (not self.roles or not actor.roles.isdisjoint(self.roles))
            and all(CONDITIONS[name](actor, thing) for name in self.when)
        )


@cache
def table() -> dict[str, tuple[Way, ...]]:
    """permissions.yaml, checked: an unknown level, condition or field is an error at the first question."""
    raw: Any = yaml.safe_load(Path(__file__).with_name("permissions.yaml").read_text())
    read = msgspec.convert(raw, dict[str, tuple[Way, ...]])
    for action, lines in read.items():
        for way in lines:
            if way.level not in LEVELS or not CONDITIONS.keys() >= set(way.when):
                raise ValueError(f"permissions.yaml, {action}: unknown level or condition")
    return read


def actions() -> frozenset[str]:
    """Every action that the table knows."""
    return frozenset(table())


def ways(action: str) -> tuple[Way, ...]:
    """The ways to be allowed `action`; an action that the table does not know is an error of ours."""
    return table()[action]


def can(actor: Actor, action: str, thing: Thing = NOTHING) -> bool:
    """Whether the table allows `actor` to do `action` to `thing`."""
    return any(way.allows(actor, thing) for way in ways(action))


def masked(actor: Actor, case_subject: UUID | None) -> bool:
    """Whether facts and personal answers are hidden: from a moved session until its person has logged in."""
    if case_subject is None or actor.kind in {"staff", "system"}:
        return False
    return not (actor.kind == "citizen" and actor.id == str(case_subject))
