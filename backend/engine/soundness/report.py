"""What an exploration answers."""

from typing import Literal

import msgspec

Kind = Literal["deadlock", "lack of synchronisation", "dead activity", "livelock"]
Verdict = Literal["sound", "unsound", "unknown"]


class Place(msgspec.Struct, frozen=True):
    """An element of the model by its id and name."""

    element: str
    name: str = ""

    def __str__(self) -> str:
        return f"{self.element} ({self.name})" if self.name else self.element


class Finding(msgspec.Struct, frozen=True):
    """One thing that is unsound: where, and the elements that tokens went through to come there, in order.

    deadlock: tokens wait at `at` for what can never come. lack of synchronisation: two tokens stand where one
    is meant. dead activity: nothing ever reaches `at`. livelock: from here on it moves and never ends.
    """

    kind: Kind
    at: tuple[Place, ...]
    path: tuple[Place, ...] = ()

    def __str__(self) -> str:
        way = " > ".join(map(str, self.path))
        where = ", ".join(map(str, self.at))
        return f"{self.kind} at {where}" + (f" after {way}" if way else "")


class Report(msgspec.Struct, frozen=True):
    """unknown: nothing was found as far as was looked. markings: how many were looked at."""

    verdict: Verdict
    findings: tuple[Finding, ...] = ()
    markings: int = 0
