# ruff: noqa: E501  (models stand on one line each)
"""Small BPMN models written in a test: nodes as XML without prefix, flows as `a>b>c` or `a>b: condition`."""

import itertools
from datetime import UTC, datetime, timedelta
from typing import Any
from xml.sax.saxutils import escape

from backend.engine import Host, Process, State, compile_process, dump, load, read_bpmn, replay
from backend.engine import events as ev

NOW = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)
HEAD = (
    '<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"'
    ' xmlns:zeebe="http://camunda.org/schema/zeebe/1.0" xmlns:t="urn:t" id="defs" targetNamespace="urn:t">'
)


def flows(*lines: str) -> str:
    """Sequence flows with ids `a_b`."""
    made = []
    for line in lines:
        chain, _, condition = line.partition(": ")
        nodes = [node.strip() for node in chain.split(">")]
        inner = f"<conditionExpression>={escape(condition)}</conditionExpression>" if condition else ""
        for source, target in itertools.pairwise(nodes):
            made.append(
                f'<sequenceFlow id="{source}_{target}" sourceRef="{source}" targetRef="{target}">{inner}</sequenceFlow>'
            )
    return "".join(made)


def model(nodes: str, *lines: str, roots: str = "", attributes: str = 'isExecutable="true"') -> bytes:
    """A whole file with one process `p`."""
    return (
        f'{HEAD}{roots}<process id="p" {attributes}>{nodes}{flows(*lines)}</process></definitions>'.encode()
    )


def ext(inner: str) -> str:
    """extensionElements."""
    return f"<extensionElements>{inner}</extensionElements>"


def user(id: str, inner: str = "", attributes: str = "", extension: str = "") -> str:
    """A user task."""
    return f'<userTask id="{id}" {attributes}>{ext("<zeebe:userTask/>" + extension)}{inner}</userTask>'


def script(id: str, expression: str, result: str = "") -> str:
    """A FEEL script task."""
    text = escape(expression, {'"': "&quot;"})
    line = f'<zeebe:script expression="={text}" resultVariable="{result}"/>'
    return f'<scriptTask id="{id}">{ext(line)}</scriptTask>'


def service(id: str, type: str = "work", retries: int = 3, inner: str = "", extension: str = "") -> str:
    """A service task."""
    definition = f'<zeebe:taskDefinition type="{type}" retries="{retries}"/>'
    return f'<serviceTask id="{id}">{ext(definition + extension)}{inner}</serviceTask>'


def io(*lines: str) -> str:
    """An ioMapping: `in name = feel` or `out name = feel`."""
    made = []
    for line in lines:
        kind, name, expression = line.split(" ", 2)
        source = escape(expression.removeprefix("= "), {'"': "&quot;"})
        made.append(f'<zeebe:{kind}put source="={source}" target="{name}"/>')
    return f"<zeebe:ioMapping>{''.join(made)}</zeebe:ioMapping>"


def message(id: str, name: str = "", key: str = '="k"') -> str:
    """A root message with a correlation key."""
    subscription = f"<zeebe:subscription correlationKey='{key}'/>"
    return f'<message id="{id}" name="{name or id}">{ext(subscription)}</message>'


def timer(id: str, kind: str, mode: str, value: str, attributes: str = "") -> str:
    """An event with a timer definition."""
    body = f"<timerEventDefinition><{mode}>{value}</{mode}></timerEventDefinition>"
    return f'<{kind} id="{id}" {attributes}>{body}</{kind}>'


def compiled(xml: bytes, profile: str = "foreign", **more: Any) -> Process:
    """Read and compile."""
    return compile_process(read_bpmn(xml, profile), **more)


class Stored(Host):
    """A host that puts every instance away after every step and takes it out again, as a real system does;
    each time its history must give the same state."""

    def _took(self, number: int, events: tuple[ev.Event, ...]) -> None:
        super()._took(number, events)
        instance = self.instances[number]
        instance.state = load(dump(instance.state))
        assert replay(instance.events) == instance.state


def hosted(xml: bytes, variables: dict[str, Any] | None = None, start: str | None = None) -> Host:
    """A host with instance 1 of the model started."""
    host = Stored([compiled(xml)], NOW)
    host.start("p", variables, start)
    return host


def state(host: Host, instance: int = 1) -> State:
    """An instance's state."""
    return host.instances[instance].state


def open_tasks(host: Host, instance: int = 1) -> list[str]:
    """Elements of the open tasks, oldest first."""
    return [task.element for task in state(host, instance).tasks.values()]


def passed(host: Host, element: str, instance: int = 1) -> int:
    """How often an element was passed or completed."""
    kinds = (ev.NodePassed, ev.ElementCompleted, ev.JoinFired)
    return sum(isinstance(one, kinds) and one.element == element for one in host.instances[instance].events)


def raised(host: Host, instance: int = 1) -> list[tuple[str, str]]:
    """(element, kind) of the open incidents."""
    return [(one.element, one.kind) for one in state(host, instance).incidents.values()]
