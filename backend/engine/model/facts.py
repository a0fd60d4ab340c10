"""What the rules ask of a model again and again, gathered in one walk."""

from collections.abc import Iterator
from typing import Final

import msgspec

from .element import Definitions, Element, local
from .metamodel import is_a

CONTAINERS: Final = frozenset({"process", "subProcess", "transaction", "adHocSubProcess"})
SUB_PROCESSES: Final = frozenset({"subProcess", "transaction", "adHocSubProcess"})
EVENT_DEFINITIONS: Final = {
    "messageEventDefinition": "message",
    "timerEventDefinition": "timer",
    "signalEventDefinition": "signal",
    "errorEventDefinition": "error",
    "terminateEventDefinition": "terminate",
    "escalationEventDefinition": "escalation",
    "conditionalEventDefinition": "conditional",
    "linkEventDefinition": "link",
    "compensateEventDefinition": "compensation",
    "cancelEventDefinition": "cancel",
}


class Found(msgspec.Struct, frozen=True):
    """What a rule finds; severity as the rule page says it: E, M or W. `about`: the element whose process
    decides whether it refuses, where that is another one than `element`."""

    element: Element
    rule: str
    severity: str
    text: str
    remedy: str
    about: Element | None = None


class Facts:
    """Flow nodes, flows, events and containers of a model, by id and by element.

    elements: those of the BPMN namespace that are part of the model, not what stands in extensions. nodes:
    those of processes; what a choreography holds is never executed.
    """

    def __init__(self, definitions: Definitions, running: Element | None = None) -> None:
        self.definitions = definitions
        self.running = running
        self.elements = definitions.elements
        self.by_kind: dict[str, list[Element]] = {}
        for one in self.elements:
            self.by_kind.setdefault(one.kind, []).append(one)
        self.nodes = tuple(one for one in self.elements if _node(one))
        self.flows = tuple(self.by_kind.get("sequenceFlow", ()))
        self.outgoing: dict[str, list[Element]] = {node.id: [] for node in self.nodes}
        self.incoming: dict[str, list[Element]] = {node.id: [] for node in self.nodes}
        for flow in self.flows:
            self.outgoing.setdefault(local(flow.get("sourceRef")), []).append(flow)
            self.incoming.setdefault(local(flow.get("targetRef")), []).append(flow)
        self.containers = tuple(
            one for one in self.elements if one.kind in CONTAINERS and process_of(one) is not None
        )
        self.boundaries: dict[str, list[Element]] = {}
        for node in self.nodes:
            if node.kind == "boundaryEvent":
                self.boundaries.setdefault(local(node.get("attachedToRef")), []).append(node)

    def runs(self, element: Element) -> bool:
        """Whether an element is part of a process that is marked executable or asked to run."""
        return executable(element) or (self.running is not None and process_of(element) is self.running)

    def children(self, container: Element) -> list[Element]:
        """The flow nodes directly in a container."""
        return [child for child in container.children if is_a(child.kind, "FlowNode")]

    def target(self, element: Element, attribute: str) -> Element | None:
        """What an attribute refers to."""
        return self.definitions.resolve(element, element.get(attribute))

    def triggers(self, event: Element) -> list[Element]:
        """An event's definitions, its own and those it refers to."""
        found = [child for child in event.children if child.kind in EVENT_DEFINITIONS]
        for reference in event.all("eventDefinitionRef"):
            target = self.definitions.resolve(reference, reference.text)
            if target is not None and target.kind in EVENT_DEFINITIONS:
                found.append(target)
        return found

    def trigger(self, event: Element) -> str:
        """none, multiple, or the one trigger's kind."""
        found = self.triggers(event)
        return "none" if not found else EVENT_DEFINITIONS[found[0].kind] if len(found) == 1 else "multiple"

    def kinds(self, event: Element) -> list[str]:
        """The kinds of all its triggers."""
        return [EVENT_DEFINITIONS[one.kind] for one in self.triggers(event)]

    def events(self, kind: str) -> Iterator[Element]:
        """Events of one XML name."""
        return (node for node in self.nodes if node.kind == kind)


def process_of(element: Element) -> Element | None:
    """The process around an element, or itself."""
    return element.around("process")


def _node(element: Element) -> bool:
    return (
        is_a(element.kind, "FlowNode")
        and element.kind != "implicitThrowEvent"
        and process_of(element) is not None
    )


def executable(element: Element) -> bool:
    """Whether an element is part of a process marked executable."""
    process = process_of(element)
    return process is not None and process.get("isExecutable").strip() in ("true", "1")


def conditional(flow: Element) -> bool:
    """Whether a flow carries a condition with a body."""
    condition = flow.first("conditionExpression")
    return condition is not None and bool(condition.text.strip())


def true(element: Element, attribute: str, default: bool = False) -> bool:
    """A boolean attribute."""
    value = element.get(attribute).strip()
    return value in ("true", "1") if value else default


def handler(element: Element) -> bool:
    """Whether it is an event sub-process."""
    return element.kind in SUB_PROCESSES and true(element, "triggeredByEvent")
