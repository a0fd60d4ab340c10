"""What `cases.change` and the reads refuse, one class a reason. An error's docstring is its default message.

`status` and `slug` are what every channel answers (problem+json `/problems/<slug>`). Texts name no person.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any


class CaseError(Exception):
    """The change was refused."""

    status = 409
    slug = "refused"

    def __init__(self, text: str = "", **extra: Any):
        super().__init__(text or (type(self).__doc__ or "").split("\n")[0])
        self.extra = extra  # members that the problem answer carries beside type, title and status


class NotFound(CaseError):
    """There is no such case or task for you."""

    status, slug = 404, "not-found"


class Finished(CaseError):
    """This was finished before; it can be read but not changed."""

    status, slug = 409, "finished"


Gone = Finished


class LeaseLost(CaseError):
    """Another screen goes on with this case."""

    status, slug = 409, "lease-lost"

    def __init__(self, holder_kind: str):
        super().__init__(holder_kind=holder_kind)
        self.holder_kind = holder_kind


class LeaseRequired(CaseError):
    """Say with Errand-Lease which lease you hold."""

    status, slug = 428, "lease-required"


class RevisionRequired(CaseError):
    """Say with If-Match which revision of the task you saw."""

    status, slug = 428, "revision-required"


class VersionRequired(CaseError):
    """Say with If-Match which version of the case you saw."""

    status, slug = 428, "version-required"


class CaseChanged(CaseError):
    """The case changed since you read it."""

    status, slug = 412, "stale"

    def __init__(self, current: int):
        super().__init__(current=current)
        self.current = current


class ReasonRequired(CaseError):
    """Say why: the reason is kept in the audit log."""

    status, slug = 422, "reason-required"


class Stale(CaseError):
    """The task changed since you read it."""

    status, slug = 412, "stale"

    def __init__(self, current: int):
        super().__init__(current=current)
        self.current = current


class KeyReused(CaseError):
    """This Idempotency-Key was used for another request."""

    status, slug = 422, "key-reused"


class KeyInvalid(CaseError):
    """An Idempotency-Key has 16 to 64 characters of A-Z, a-z, 0-9, - and _."""

    status, slug = 400, "key-invalid"


class TooLarge(CaseError):
    """The answers are too large."""

    status, slug = 413, "too-large"


class Invalid(CaseError):
    """Some answers are not right."""

    status, slug = 422, "invalid"

    def __init__(self, problems: Sequence[Any]):
        super().__init__()
        self.problems = tuple(problems)  # of the procedure's form: each names field and text key


class Refused(CaseError):
    """The process does not take this now."""

    def __init__(self, code: str, text: str = "", status: int = 409):
        super().__init__(text, code=code)
        self.code = code
        self.status = status


class Forbidden(Refused):
    """You may see this but not do it."""

    slug = "forbidden"

    def __init__(self, code: str = "forbidden", text: str = ""):
        super().__init__(code, text, 403)


class NotFresh(CaseError):
    """Log in now: this asks for a login of the last minutes."""

    status, slug = 403, "login-required"


class SessionEnded(CaseError):
    """Your session has ended."""

    status, slug = 401, "session-ended"


class Conflict(CaseError):
    """Someone else changed the case at the same moment; ask again."""

    status, slug = 409, "conflict"


class Unavailable(CaseError):
    """The answer of the database was lost; the same key tells what became of the request."""

    status, slug = 503, "unavailable"
