"""The reference procedure with an event of its own, for tests of what cases throw to one another."""

from __future__ import annotations

from backend.procedures import read_folder
from tests.house import PERMIT

AT = 3
"""The version in which a case comes to the event."""
MESSAGE = (
    '<bpmn:message id="m_%s" name="%s"><bpmn:extensionElements>'
    '<zeebe:subscription correlationKey="=&quot;one&quot;" /></bpmn:extensionElements></bpmn:message>'
)
DEFINITION = {
    "message": '<bpmn:messageEventDefinition id="d_%s" messageRef="m_%s" />',
    "signal": '<bpmn:signalEventDefinition id="d_%s" signalRef="m_%s" />',
}


def variant(kind: str, name: str, *, at: str = "check", catches: bool = False) -> dict[str, bytes]:
    """The reference procedure with an event in the place of its register check, or as its start."""
    files = read_folder(PERMIT)
    text = files["process.bpmn"].decode()
    root = MESSAGE % (name, name) if kind == "message" else f'<bpmn:signal id="m_{name}" name="{name}" />'
    text = text.replace("<bpmn:process", root + "<bpmn:process", 1)
    definition = DEFINITION[kind] % (name, name)
    if at == "start":
        begin = text.index("<bpmn:startEvent")
        end = text.index("</bpmn:startEvent>", begin)
        text = text[:end] + definition + text[end:]
    else:
        begin = text.index('<bpmn:scriptTask id="check"')
        flows = text.index("<bpmn:incoming>", begin)
        end = text.index("</bpmn:scriptTask>", begin)
        tag = "bpmn:intermediateCatchEvent" if catches else "bpmn:intermediateThrowEvent"
        text = (
            f'{text[:begin]}<{tag} id="check" name="Check">{text[flows:end]}{definition}</{tag}>'
            + (text[end + len("</bpmn:scriptTask>") :])
        )
    return {**files, "process.bpmn": text.encode()}
