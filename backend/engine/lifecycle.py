"""The life of an activity instance: which phase may follow which (X-ACT-01), as one table.

Inactive and the closed phases (Completed, Terminated, Withdrawn) are the absence of a scope record;
Completing
holds an instance whose outputs or flows met an incident, so that a retry begins there and not at the work.
"""

from typing import Final

INACTIVE: Final = -1
READY: Final = 0
ACTIVE: Final = 1
COMPLETING: Final = 2
CLOSED: Final = 3

NAMES: Final = {
    INACTIVE: "inactive",
    READY: "ready",
    ACTIVE: "active",
    COMPLETING: "completing",
    CLOSED: "closed",
}

ALLOWED: Final = frozenset(
    {
        (INACTIVE, READY),
        (READY, ACTIVE),
        (READY, COMPLETING),  # work that takes no time: scripts, throws
        (READY, CLOSED),  # terminated while an incident holds it at entry
        (ACTIVE, ACTIVE),  # a job offered again
        (ACTIVE, COMPLETING),
        (ACTIVE, CLOSED),
        (COMPLETING, CLOSED),
    }
)


def moved(before: int, after: int) -> int:
    """`after`, when the table allows it; raises AssertionError, which would be a bug of ours."""
    if (before, after) not in ALLOWED:
        raise AssertionError(f"an activity instance cannot go from {NAMES[before]} to {NAMES[after]}")
    return after
