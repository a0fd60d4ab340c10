"""Every setting stands in one table, in docs/settings.md, and is read; nothing else is."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from backend.app.settings import TABLE, Settings, value_of

ROOT = Path(__file__).resolve().parents[2]
CODE = (
    "backend",
    "launcher",
    "outside",
    "kiosk_agent",
    "kiosk_ui",
    "mobile_api",
    "citizen_web",
    "staff_desk",
)
NAME = re.compile(r"\bERRAND_[A-Z0-9_]*[A-Z0-9]\b")
NAMES = {setting.name for setting in TABLE}
BY_CHANNEL = re.compile(r"ERRAND_OIDC(_(WEB|KIOSK|DESK))?(_[A-Z0-9_]+)?")
OF_PORTS = re.compile(r"ERRAND_(PUSHSERVICE|[A-Z]+)_PORT")


def used() -> set[str]:
    files = [file for folder in CODE for file in (ROOT / folder).rglob("*.py") if file.name != "settings.py"]
    return {name for file in files for name in NAME.findall(file.read_text())}


def test_what_the_code_reads_stands_in_the_table() -> None:
    unknown = {name for name in used() - NAMES if not BY_CHANNEL.fullmatch(name)}
    assert not unknown


def test_the_docs_show_the_table() -> None:
    rows = re.findall(
        r"^\| `(ERRAND_[A-Z0-9_]+)` \| (.*?) \| (.*?) \|$", (ROOT / "docs/settings.md").read_text(), re.M
    )
    told = [(name, default.strip("`"), purpose) for name, default, purpose in rows]
    assert told == [(s.name, s.default, s.purpose) for s in TABLE]


def test_settings_are_read_with_their_defaults_filled_in() -> None:
    env = {
        "ERRAND_DATABASE_URL": "postgresql://x@/errand",
        "ERRAND_REGISTRIES_PORT": "9010",
        "ERRAND_HOME": "/tmp/e",
    }
    read = Settings.read(env)
    assert read.xroad_url == "http://127.0.0.1:9010" and read.keys == Path("/tmp/e/keys")
    assert read.egress_allow == frozenset() and read.worker_threads == 8
    assert Settings.read({**env, "ERRAND_EGRESS_ALLOW": "a:1, b:2"}).egress_allow == {"a:1", "b:2"}
    assert value_of({"ERRAND_WEB_PORT": "7"}, "ERRAND_PUBLIC_PORT") == "7"


@pytest.mark.parametrize("env", [{}, {"ERRAND_DATABASE_URL": "x", "ERRAND_WEB_PORT": "eighty"}])
def test_a_wrong_setting_ends_with_a_sentence(env: dict[str, str]) -> None:
    with pytest.raises(SystemExit, match="ERRAND_"):
        Settings.read(env)
