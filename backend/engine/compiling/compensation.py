"""Which activities can be compensated and how: boundaries with their associated activities, event
sub-processes, and, from the inside out, what contains something compensable."""

from typing import Final

from backend.engine.elements.compensation import advance, emptied
from backend.engine.model import Element
from backend.engine.model.element import local
from backend.engine.nodes import Node, Process, Undo
from backend.engine.undoing import ROUNDS, TOGETHER

from .faulty import Compilation

THROWN: Final = frozenset({"compensation", "cancel"})
THROWING: Final = frozenset({"intermediateThrowEvent", "endEvent", "implicitThrowEvent"})


def boundaries(compilation: Compilation, inside: dict[str, Node], elements: dict[str, Element]) -> None:
    """Give each activity the handler that its compensation boundary is associated with (X-COMP-01)."""
    catching = [
        key
        for key, element in elements.items()
        if element.kind == "boundaryEvent" and inside[key].trigger.kind == "compensation"
    ]
    associated = _associated(compilation) if catching else {}
    for key in catching:
        host = inside.get(local(elements[key].get("attachedToRef")))
        handler = next((inside[one] for one in associated.get(key, ()) if one in inside), None)
        if host is not None and handler is not None and host.undo is None:
            host.undo = Undo()
            host.undo.activity = handler


def _associated(compilation: Compilation) -> dict[str, list[str]]:
    """Activities for compensation that an association joins with an element, either way round, by its id."""
    definitions = compilation.definitions
    found: dict[str, list[str]] = {}
    for one in definitions.root.parts():
        if one.kind != "association":
            continue
        ends = [definitions.resolve(one, one.get(end)) for end in ("sourceRef", "targetRef")]
        for end, other in (ends, ends[::-1]):
            if end is not None and other is not None and for_compensation(other):
                found.setdefault(end.id, []).append(other.id)
    return found


def for_compensation(element: Element) -> bool:
    """Whether an activity runs only to compensate another."""
    return element.get("isForCompensation").strip() in ("true", "1")


def finish(process: Process, calls: dict[str, tuple[str, ...]]) -> None:
    """When all nodes are there: mark what can be compensated, when anything throws it. calls: the processes
    that a call activity may mean, by its id."""
    nodes = tuple(process.nodes.values())
    throwing = [node for node in nodes if node.kind in THROWING and _throws(node)]
    for node in throwing:
        node.done = advance
    if not throwing:
        for node in nodes:
            node.undo = None
        return
    handlers = [node.undo.activity for node in nodes if node.undo is not None and node.undo.activity]
    never = {handler.id for handler in handlers}
    for handler in handlers:
        handler.closing = None  # an ad-hoc sub-process does not count it
    for node in nodes:
        if node.trigger.kind == "compensation" and node.kind == "startEvent" and node.owner is not None:
            never.add(node.owner.id)
            _undo(process.nodes[process.parents[node.owner.id]]).start = node
    _spread(process, calls, never)
    for node in nodes:
        if node.undo is not None:
            _prepare(node)


def _throws(node: Node) -> bool:
    return any(one.kind in THROWN for one in node.trigger.each())


def _undo(node: Node) -> Undo:
    if node.undo is None:
        node.undo = Undo()
    return node.undo


def _spread(process: Process, calls: dict[str, tuple[str, ...]], never: set[str]) -> None:
    """What contains or calls something compensable is compensable, save handlers."""
    roots = {root.id: name for name, root in process.called.items()}
    found = [node.id for node in process.nodes.values() if node.undo is not None]
    while found:
        one = found.pop()
        around = [process.parents[one]] if one in process.parents else []
        around += [call for call, meant in calls.items() if roots.get(one) in meant]
        for outer in around:
            node = process.nodes[outer]
            if node.undo is None and outer not in never:
                _undo(node)
                found.append(outer)


def _prepare(node: Node) -> None:
    """A loop is undone by its rounds; what is undone from within may stand again."""
    inner, plan = node.inner, node.loop
    if inner is not node:
        inner.undo = node.undo
        together = plan is not None and not plan.sequential and (plan.cardinality or plan.collection)
        node.undo = Undo(TOGETHER if together else ROUNDS)
    if inner.undo is not None and plan is not None:
        inner.undo.kept = ("loopCounter", plan.item) if plan.item else ("loopCounter",)
    if inner.content is not None or inner.call is not None or plan is not None:
        inner.done = emptied(inner.done)
