"""A process that tests kill: submits the tasks whose asks come on standard input, and says when each is
answered.

change_process.py URL KEYS      lines in: actor, session, case, task, key; out: the key, after the commit
"""

from __future__ import annotations

import sys
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from backend.adapters.postgres.database import Database
from backend.adapters.postgres.journal import PostgresJournal
from backend.cases import Ask, Cases
from backend.cases.commands import Submit
from backend.cases.packs import Packs
from backend.cases.tools import NoFacts, Tools
from backend.rights import Actor
from backend.vault import Vault

APPLY = {**{f"field_{n:02d}": f"value number {n}" for n in range(11)}, "amount": 80}


def main(url: str, keys: str) -> None:
    records = Database(url)
    cases = Cases(
        records, lambda: PostgresJournal(records), Tools(Vault.at(Path(keys)), Packs(records), NoFacts())
    )
    for line in sys.stdin:
        person, session, case, task, key = line.split()
        actor = Actor(
            kind="citizen", id=person, channel="web", session=UUID(session), stamp=1, level="L2",
            auth_time=datetime.now(UTC),
        )  # fmt: skip
        ask = Ask(
            actor=actor,
            case=UUID(case),
            command=Submit(task=int(task), answers=APPLY),
            key=key,
            revision=1,
            lease=1,
        )
        cases.change(ask)
        print(key, flush=True)


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2])
