"""`python -m backend.app.cli prepare`: what must be done before the processes start, as often as one likes.

The schema is brought up, keys are made, and workflows/ are deployed: a procedure that is broken is told with
every
fault, and what runs goes on running as it is. Rooms that have something to prepare register below.
"""

from __future__ import annotations

import sys
from collections.abc import Callable

from backend.adapters.postgres.schema import migrate
from backend.app.audit_command import audit
from backend.app.auditing import prepare_key
from backend.app.offline import decide, lint_folders
from backend.app.process import start_logging
from backend.app.settings import Settings
from backend.app.verify import verify
from backend.app.wiring import Errand, build
from backend.people.demo import demo_prepare
from backend.procedures import PackFaults, read_folder


def deploy(errand: Errand) -> int:
    """Deploy each folder of workflows/; gives the number of broken ones, whose faults were printed."""
    broken = 0
    folders = sorted(path for path in errand.settings.workflows.iterdir() if path.is_dir())
    for folder in folders:
        try:
            version = errand.packs.deploy(read_folder(folder), folder.name)
            print(f"procedure {folder.name} {version[:12]}")
        except PackFaults as faults:
            broken += 1
            print(f"procedure {folder.name} is broken and was not deployed:\n{faults}", file=sys.stderr)
    return broken


def prepare(settings: Settings) -> int:
    """0 when all is well, 1 when a procedure is broken that does not run in an earlier version."""
    migrate(settings.database_url)
    prepare_key(settings)
    errand = build(settings)
    try:
        broken = deploy(errand)
        for step in STEPS:
            step(errand)
        return 1 if broken and not errand.packs.active() else 0
    finally:
        errand.close()


STEPS: list[Callable[[Errand], None]] = [
    lambda errand: demo_prepare(errand, errand.settings.home),
]
"""What rooms prepare for the demo (each does nothing when it is done already)."""


OFFLINE: dict[str, Callable[[list[str]], int]] = {
    "lint": lint_folders,
    "decide": decide,
    "audit": audit,
    "verify": verify,
}
"""What needs no database, or not always."""


def main(arguments: list[str]) -> int:
    """The exit code."""
    command, *rest = arguments or [""]
    if command in OFFLINE:
        return OFFLINE[command](rest)
    start_logging()
    if arguments == ["prepare"]:
        return prepare(Settings.read())
    known = ", ".join(["prepare", *OFFLINE])
    print(f"usage: python -m backend.app.cli COMMAND, with COMMAND one of: {known}", file=sys.stderr)
    return 2


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
