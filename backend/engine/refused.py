"""Refused: the first of the engine's three outcomes; the asker is told, and nothing has changed."""


class Refused(Exception):
    """A command that cannot be done now. `code` is stable and for programs, `text` is for people.

    Codes: no_task, no_job, no_key, no_incident, no_scope, no_start, no_subscription, started, ended,
    suspended, bad_value; of a Host also no_instance.
    """

    def __init__(self, code: str, text: str) -> None:
        super().__init__(f"{code}: {text}")
        self.code = code
        self.text = text
