"""Lines of many threads: none is lost or mixed, and a lone line is written before its writer goes on."""

from __future__ import annotations

import io
import json
import sys
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from backend.channel.log_lines import LogLines


class SlowErr(io.StringIO):
    """A standard error whose write lets other threads run."""

    def write(self, text: str) -> int:
        time.sleep(0.001)
        return super().write(text)


def test_lines_of_many_threads_stay_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    heard = SlowErr()
    monkeypatch.setattr(sys, "stderr", heard)
    lines = LogLines()
    with ThreadPoolExecutor(16) as pool:
        list(pool.map(lambda number: lines.write(json.dumps({"n": number}) + "\n"), range(2000)))
    deadline = time.monotonic() + 5
    while heard.getvalue().count("\n") < 2000 and time.monotonic() < deadline:
        time.sleep(0.01)
    assert sorted(json.loads(line)["n"] for line in heard.getvalue().splitlines()) == list(range(2000))


def test_a_lone_line_is_there_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    heard = io.StringIO()
    monkeypatch.setattr(sys, "stderr", heard)
    LogLines().write("one\n")
    assert heard.getvalue() == "one\n"
