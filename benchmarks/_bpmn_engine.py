"""npm's bpmn-engine driving the benchmark's process in a process of Node that is asked by lines of JSON.

The model is the same file with plain functions of JavaScript in place of FEEL; the model is parsed once and
left out of what is stored, as a careful user of that library would do.
"""

import re
from typing import Any

from benchmarks._node_process import NodeProcess

SCRIPTS = ("fee", "check", "rule")


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
        self._process = NodeProcess("_bpmn_engine.mjs", "bpmn-engine")
        self.opened = self._process.ask({"open": {"source": in_javascript(xml), "answers": answers}})

    def seconds(self, what: str, times: int) -> float:
        """Seconds that one run of `step` (all steps), `instance` or `read` takes."""
        return float(self._process.ask({"time": what, "times": times})["seconds"])

    def close(self) -> None:
        """End the process."""
        self._process.close()
