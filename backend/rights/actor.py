"""The one who acts: a person, a kiosk, an official or a machine, with everything that rights look at."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from msgspec import Struct


class Grant(Struct, frozen=True):
    """What a moved session may touch: one case, and one task of it (None: the case from there on)."""

    case: UUID
    task: int | None
    handoff: UUID


class Actor(Struct, frozen=True, kw_only=True):
    """Made from a session by the door, or for a machine by the app; never from what a client says of
    itself."""

    kind: str  # "anonymous" | "citizen" | "staff" | "device" | "system"
    id: str  # person id (uuid text) | staff person id | device id | "system:worker"; anonymous: session id
    channel: str  # "kiosk" | "phone" | "web" | "desk" | "api" | "system"
    session: UUID | None = None
    stamp: int = 0  # the session's counter, compared again inside the transaction
    level: str = "L0"  # "L0" | "L2"
    auth_time: datetime | None = None
    roles: frozenset[str] = frozenset()
    department: str = ""
    region: str = ""
    device: str = ""
    grant: Grant | None = None
    lang: str = "en"


SYSTEM = Actor(kind="system", id="system:worker", channel="system")
