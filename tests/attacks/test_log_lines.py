"""What the log may not do: fail a request whose change is committed."""

from __future__ import annotations

import io
import sys

import pytest
from flask import Flask

from backend.channel import logs


class Unread(io.StringIO):
    """The reader of standard error has died, as when a process is killed from above."""

    def write(self, text: str) -> int:
        raise BrokenPipeError

    def flush(self) -> None:
        raise BrokenPipeError


def test_a_request_is_answered_although_nobody_reads_the_log(monkeypatch: pytest.MonkeyPatch) -> None:
    app = Flask("test")
    logs.install(app, "web")
    app.add_url_rule("/", view_func=lambda: "done")
    monkeypatch.setattr(sys, "stderr", Unread())
    answer = app.test_client().get("/")
    assert (answer.status_code, answer.text) == (200, "done")
