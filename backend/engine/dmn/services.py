"""Decision services: a set of decisions as one function of given inputs (D-SVC)."""

import msgspec

from backend.engine.model import Element

from .graph import Node, target_of
from .source import Source


class Service(msgspec.Struct, frozen=True):
    """inputs: ids of the service's parameters, input data first; outputs, inside: ids of decisions."""

    inputs: tuple[str, ...]
    outputs: tuple[str, ...]
    inside: frozenset[str]


def read_service(source: Source, nodes: dict[str, Node], element: Element) -> Service:
    """The service of an element; faults for what it lacks (D-SVC-05)."""

    def ids(kind: str, wanted: str) -> list[str]:
        found = (target_of(source, nodes, child, (wanted,)) for child in element.all(kind))
        return [key for key in found if key is not None]

    data, given = ids("inputData", "inputData"), ids("inputDecision", "decision")
    outputs, hidden = ids("outputDecision", "decision"), ids("encapsulatedDecision", "decision")
    if not outputs:
        source.fault(element, "D-SVC-03", "the service has no output decision", "add an output decision")
    service = Service((*data, *given), tuple(outputs), frozenset((*outputs, *hidden)))
    _check(source, nodes, element, service)
    return service


def _check(source: Source, nodes: dict[str, Node], element: Element, service: Service) -> None:
    allowed = service.inside | set(service.inputs)
    for key in sorted(service.inside):
        for need in nodes[key].needs:
            if need not in allowed:
                text = f"'{nodes[key].name}' requires '{nodes[need].name}', which the service does not hold"
                source.fault(
                    element, "D-SVC-05", text, "take it in as input, output or encapsulated decision"
                )
