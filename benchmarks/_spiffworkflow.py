"""The reference process for SpiffWorkflow: its file with conditions and scripts in Python, and a driver.

FEEL means nothing to SpiffWorkflow, so the four scripts and the condition are written in Python; nothing
else of the file changes. Used by the bench only.
"""

import re
from typing import Any

from lxml import etree
from SpiffWorkflow.bpmn import BpmnWorkflow
from SpiffWorkflow.bpmn.parser import BpmnParser
from SpiffWorkflow.bpmn.serializer import BpmnWorkflowSerializer
from SpiffWorkflow.util.task import TaskState

PYTHON = {
    "fee": "fee = 25 + amount * 0.1",
    "check": "registered = True",
    "rule": "decision = 'grant' if approved and registered else 'refuse'",
}


def in_python(xml: bytes) -> bytes:
    """The file with Python in place of FEEL."""
    text = xml.decode().replace("=amount &gt; 100", "amount &gt; 100")
    for task, code in PYTHON.items():
        extension = "<bpmn:extensionElements>.*?</bpmn:extensionElements>"
        pattern = rf'(<bpmn:scriptTask id="{task}"[^>]*>){extension}(.*?)(</bpmn:scriptTask>)'
        text = re.sub(pattern, rf"\1\2<bpmn:script>{code}</bpmn:script>\3", text)
    return text.encode()


class Spiff:
    """Runs the process in memory, or with JSON around each step."""

    def __init__(self, xml: bytes) -> None:
        self.xml = in_python(xml)
        self.spec = self.parse()
        self.serializer = BpmnWorkflowSerializer()

    def parse(self) -> Any:
        """Read and compile the file."""
        parser = BpmnParser()
        parser.add_bpmn_xml(etree.fromstring(self.xml))
        return parser.get_spec("permit")

    def start(self) -> Any:
        """A new instance, run up to its first task."""
        workflow = BpmnWorkflow(self.spec)
        workflow.do_engine_steps()
        return workflow

    def complete(self, workflow: Any, element: str, variables: dict[str, Any]) -> None:
        """Complete the open task of this element."""
        task = next(
            t for t in workflow.get_tasks(state=TaskState.READY, manual=True) if t.task_spec.name == element
        )
        task.data.update(variables)
        task.run()
        workflow.do_engine_steps()

    def save(self, workflow: Any) -> str:
        """The instance as JSON."""
        text: str = self.serializer.serialize_json(workflow)
        return text

    def restore(self, text: str) -> Any:
        """The instance from JSON."""
        return self.serializer.deserialize_json(text)
