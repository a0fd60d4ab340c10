"""`Cases`: what the rest of the house holds in its hand."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

from msgspec import structs

from backend.cases.ask import Ask, Changed, case_id_for, check_key, fingerprint_of
from backend.cases.available import Stands, available
from backend.cases.batches import Batches
from backend.cases.commands import Decide, MigrateBack, RenewLease, SaveDraft, Submit
from backend.cases.committer import Committer
from backend.cases.errors import Unavailable
from backend.cases.journal import Journal
from backend.cases.limits import check_size
from backend.cases.operating import Operating
from backend.cases.operations import Operations
from backend.cases.packs import Packs
from backend.cases.read import Read
from backend.cases.records import Records
from backend.cases.tools import LookedUp, LookUp, Tools
from backend.procedures import AccessRule
from backend.procedures.forms import Option
from backend.procedures.forms import Register as FormRegister
from backend.procedures.forms.register import LookUp as RegisterLookUp
from backend.rights import Actor

KEYLESS = (SaveDraft, RenewLease)
ANSWERING = (SaveDraft, Submit, Decide)
MOST_LOOKUPS = 3  # rounds: answers that need a third look-up after two are no honest form


def _silent(_rule: AccessRule, _fields: dict[str, object]) -> None:
    """An installation without registers: a value stays as it is, for an officer to look at."""


class Cases:
    """Changes and reads of cases. `after` is called after each commit; `look_up` asks a register."""

    def __init__(
        self,
        records: Records,
        journal: Callable[[], Journal],
        tools: Tools,
        *,
        look_up: RegisterLookUp = _silent,
        after: Callable[[], None] = lambda: None,
    ):
        self._records = records
        self.packs: Packs = tools.packs
        self.read = Read(records, tools)
        self.operating = Operating(records, tools)
        self.operations = Operations(records, tools)
        self.batches = Batches(records, tools)
        self._look_up = look_up
        self._committer = Committer(journal, tools, after)

    def change(self, ask: Ask) -> Changed:
        """Do what is asked, or raise a CaseError; whatever it answers is on disk."""
        if ask.key or (ask.actor.kind != "system" and not isinstance(ask.command, KEYLESS)):
            check_key(ask.key)
        if isinstance(ask.command, ANSWERING):
            check_size(ask.command.answers)
        if isinstance(ask.command, MigrateBack):
            ask = self._with_history(ask, ask.command)
        looked_up = LookedUp()
        for _ in range(MOST_LOOKUPS):
            try:
                return self._committer.change(ask, looked_up)
            except LookUp as needed:
                looked_up = LookedUp({**looked_up.known, **self._look_up_all(needed)})
        raise Unavailable("The registers were asked too often; nothing was changed.")

    def _with_history(self, ask: Ask, command: MigrateBack) -> Ask:
        """What a way back needs besides the state: the sealed events. The engine compares them with it."""
        rows = self._records.rows("cases.event_bodies", case_id=ask.case)
        history = tuple((row["version"], bytes(row["body"])) for row in rows)
        return structs.replace(
            ask, command=structs.replace(command, history=history), fingerprint=fingerprint_of(ask)
        )

    def case_id_for(self, actor: Actor, key: str) -> UUID:
        """The id of the case that this actor begins under this key."""
        return case_id_for(actor, key)

    def available(self, view: Stands, actor: Actor) -> frozenset[str]:
        """What `actor` may do with it now."""
        return available(view, actor)

    def close(self) -> None:
        """Finish what waits."""
        self._committer.close()

    def _look_up_all(self, needed: LookUp) -> dict[tuple[str, str], Option | None]:
        """What the registers say; asked in the asker's thread, so that no batch waits for them."""
        source = FormRegister(self.packs.get(needed.procedure, needed.version).rules, self._look_up)
        return {(rule, value): source.exact(rule, value) for rule, value in needed.wanted}
