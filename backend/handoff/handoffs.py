"""The room's front door."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from backend.cases.records import Records
from backend.handoff import claiming, ending, moving, offering
from backend.handoff.answers import Answer, Answers, Caller
from backend.handoff.offering import Offer
from backend.handoff.tools import Limits, Tell, Tools, silent
from backend.people import People
from backend.vault import Vault


class Handoffs:
    """Moves cases between screens.

    cases: the façade of cases (change, read, available). origin: where a phone opens codes (the web's).
    tell(topic, seq, type, ref): wakes open screens.
    """

    def __init__(  # noqa: PLR0913  each is a part of the house that wiring names
        self,
        records: Records,
        vault: Vault,
        cases: Any,
        people: People,
        limits: Limits,
        *,
        origin: str,
        tell: Tell = silent,
    ) -> None:
        answers = Answers(records, vault)
        self._tools = Tools(records, vault, cases, people, limits, answers, tell, origin)

    def create(self, offer: Offer, caller: Caller) -> Answer:
        """The source makes a handoff: 201 with the code to show."""
        return offering.create(self._tools, offer, caller)

    def rotate(self, handoff: UUID, caller: Caller, *, again: bool = False) -> Answer:
        """The source shows the next code; `again` begins a new round after the tenth."""
        return offering.rotate(self._tools, handoff, caller, again=again)

    def claim(self, caller: Caller, *, code: str = "", user_code: str = "") -> Answer:
        """Who scanned or typed the code is bound to it: 201 with place and scope, and the claim token."""
        return claiming.claim(self._tools, caller, code=code, user_code=user_code)

    def approve(self, handoff: UUID, caller: Caller) -> Answer:
        """The claimant says yes: 200 with the number."""
        return claiming.approve(self._tools, handoff, caller)

    def confirm(self, handoff: UUID, caller: Caller, number: str) -> Answer:
        """The source typed the number: 200, or NumberMismatch."""
        return moving.confirm(self._tools, handoff, caller, number)

    def activate(self, handoff: UUID, caller: Caller) -> Answer:
        """The receiver takes over: 200 with case, task, lease, and the new session's token."""
        return moving.activate(self._tools, handoff, caller)

    def cancel(self, handoff: UUID, caller: Caller) -> Answer:
        """Either party ends it, or the case's person revokes it."""
        return ending.cancel(self._tools, handoff, caller)

    def get(self, handoff: UUID, caller: Caller) -> Answer:
        """The handoff as this party may see it."""
        return ending.view(self._tools, handoff, caller)
