"""What this room refuses. An error's docstring is its default message; `status` and `slug` are what
channels answer."""

from __future__ import annotations


class PeopleError(Exception):
    """The request was refused."""

    status = 403
    slug = "forbidden"

    def __init__(self, text: str = "") -> None:
        super().__init__(text or (type(self).__doc__ or "").split("\n")[0])


class SessionOver(PeopleError):
    """Your session has ended."""

    status, slug = 401, "session-ended"


class LoginFailed(PeopleError):
    """The login did not succeed. Begin again."""

    status, slug = 400, "login-failed"


class NotTheSubject(PeopleError):
    """This belongs to another person. Log in as the person who began it."""

    status, slug = 403, "not-the-subject"


class DeviceRefused(PeopleError):
    """This device is not known here, or its signature does not fit."""

    status, slug = 401, "device-refused"


class CodeNotAvailable(PeopleError):
    """This enrolment code is not available."""

    status, slug = 404, "not-found"


class TooMany(PeopleError):
    """That was too often. Wait a little."""

    status, slug = 429, "too-many"

    def __init__(self, retry_after: int) -> None:
        super().__init__()
        self.retry_after = retry_after  # seconds
