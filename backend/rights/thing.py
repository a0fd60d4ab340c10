"""What an action is done to, as far as rights care."""

from __future__ import annotations

from uuid import UUID

from msgspec import Struct


class Thing(Struct, frozen=True, kw_only=True):
    """A case, or one task of it. Empty fields match no condition."""

    case: UUID | None = None
    subject: UUID | None = None  # the person whom the case is about
    session: UUID | None = None  # of a case without a subject: the session that began it
    region: str = ""
    department: str = ""  # answers for the case
    handed_in: bool = False  # it was sent, or waits for an official; until then it is the citizen's alone
    task: int | None = None
    task_department: str = ""
    audience: str = ""  # "citizen" | "staff"
    anonymous: bool = False  # the procedure may be used without a login
    login_required: bool = True  # submitting the task asks for the subject herself


NOTHING = Thing()
