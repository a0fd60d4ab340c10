"""What the handler of a command works with: the ask, what was read for it, and the means to decide."""

from __future__ import annotations

from msgspec import Struct

from backend.cases.ask import Ask
from backend.cases.available import why_not
from backend.cases.journal import CaseRow, Seen
from backend.cases.standing import Standing
from backend.cases.tools import LookedUp, Tools
from backend.procedures import Procedure
from backend.vault import DataKey


class Scene(Struct, frozen=True):
    """One ask about a case that exists."""

    ask: Ask
    seen: Seen
    case: CaseRow
    stands: Standing
    tools: Tools
    looked_up: LookedUp

    def allow(self, action: str) -> None:
        """Raises the error with which `available` refuses this action."""
        refusal = why_not(action, self.stands, self.ask.actor)
        if refusal is not None:
            raise refusal

    @property
    def key(self) -> DataKey:
        """The case's key."""
        return self.tools.vault.unwrap(self.case.wrapped)

    @property
    def pack(self) -> Procedure:
        """The version that the case runs on."""
        return self.tools.packs.get(self.case.procedure, self.case.pack)
