"""Faults of a procedure pack: all of them at once, each with its place and its remedy."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal

from msgspec import Struct


class Fault(Struct, frozen=True, order=True):
    """One thing that is wrong in a pack. `rule` names the rule it breaks (README.md lists them)."""

    file: str
    text: str
    remedy: str
    rule: str
    element: str | None = None
    line: int | None = None
    severity: Literal["error", "warning"] = "error"

    def __str__(self) -> str:
        place = (
            self.file
            + (f":{self.line}" if self.line else "")
            + (f" ({self.element})" if self.element else "")
        )
        return f"{place}: {self.text} {self.remedy} [{self.rule}]"


class PackFaults(Exception):
    """The pack was refused; `faults` holds every fault that was found, errors and warnings."""

    def __init__(self, faults: Iterable[Fault]) -> None:
        self.faults = tuple(faults)
        super().__init__("\n".join(str(fault) for fault in self.faults))


class Findings:
    """Collects faults while a pack is read, so that reading goes on after the first one."""

    def __init__(self) -> None:
        self._faults: dict[Fault, None] = {}

    def add(  # noqa: PLR0913 - a fault has that many parts, and each is named where it is noted
        self,
        file: str,
        rule: str,
        text: str,
        remedy: str,
        *,
        element: str | None = None,
        line: int | None = None,
        severity: Literal["error", "warning"] = "error",
    ) -> None:
        """Note one fault; the same fault twice is kept once."""
        self._faults[Fault(file, text, remedy, rule, element, line, severity)] = None

    def take(self, faults: Iterable[Fault]) -> None:
        """Note faults that were found elsewhere."""
        self._faults.update(dict.fromkeys(faults))

    @property
    def all(self) -> tuple[Fault, ...]:
        return tuple(
            sorted(self._faults, key=lambda f: (f.file, f.line or 0, f.element or "", f.rule, f.text))
        )

    @property
    def errors(self) -> tuple[Fault, ...]:
        return tuple(fault for fault in self.all if fault.severity == "error")

    def refuse_if_any(self) -> None:
        """Raise PackFaults if an error was noted."""
        if self.errors:
            raise PackFaults(self.all)
