"""The three worlds as processes: they serve on loopback alone, and end whole when they are told or killed."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
import requests

from tests.services import a_free_port

ROOT = Path(__file__).parents[2]
WORLDS = {
    "outside.registries": ("ERRAND_REGISTRIES_PORT", "/_control/seen"),
    "outside.identity": ("ERRAND_IDP_PORT", "/.well-known/openid-configuration"),
    "outside.push": ("ERRAND_PUSH_PORT", "/"),
}


def answers(url):
    try:
        return requests.get(url, timeout=2).status_code == 200
    except requests.ConnectionError:
        return False


def until(condition, seconds=10.0):
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if condition():
            return True
        time.sleep(0.05)
    return False


@pytest.mark.parametrize("world", WORLDS)
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT, signal.SIGKILL])
def test_a_world_starts_serves_and_ends(world, number, tmp_path):
    variable, path = WORLDS[world]
    port = a_free_port()
    environment = os.environ | {variable: str(port), "ERRAND_HOME": str(tmp_path), "HOME": str(tmp_path)}
    process = subprocess.Popen(
        [sys.executable, "-m", world], env=environment, cwd=ROOT, stdout=subprocess.DEVNULL
    )
    url = f"http://127.0.0.1:{port}{path}"
    try:
        assert until(lambda: answers(url))
        process.send_signal(number)
        status = process.wait(5)
        assert status == (-signal.SIGKILL if number == signal.SIGKILL else 0)
        assert until(lambda: not answers(url)), "a worker outlived its parent"
    finally:
        process.kill()
        process.wait()
    assert not list(tmp_path.rglob("*.ctl"))
