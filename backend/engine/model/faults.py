"""What is wrong with a model: each fault names element, line, rule and remedy; all are told at once."""

from collections.abc import Iterable
from typing import Final

import msgspec

ERROR: Final = "E"  # refuse always
MUST: Final = (
    "M"  # the standard forbids it, yet it runs in one clear way: refused in `strict`, told in `foreign`
)
WARNING: Final = "W"


class Fault(msgspec.Struct, frozen=True):
    """One thing wrong. `severity` is E (refused) or W (told); line 0 when the file could not be read that
    far."""

    element: str
    name: str
    line: int
    rule: str
    text: str
    remedy: str
    severity: str = ERROR

    def __str__(self) -> str:
        where = f"line {self.line}: {self.element}" + (f" ({self.name})" if self.name else "")
        return f"{where}: {self.text} [{self.rule}] → {self.remedy}"


class ModelFaults(Exception):
    """A model that is refused, with every fault and warning found."""

    def __init__(self, faults: Iterable[Fault]) -> None:
        self.faults = tuple(faults)
        super().__init__("\n".join(str(fault) for fault in self.faults if fault.severity == ERROR))
