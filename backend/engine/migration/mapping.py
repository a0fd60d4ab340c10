"""Which element of the new process an element of the old one becomes, and whether the two are alike."""

from collections.abc import Mapping
from typing import NamedTuple

from backend.engine.elements import loops
from backend.engine.nodes import Node, Process, Trigger


class Mapped:
    """A mapping between two processes. What it does not name keeps its id; a process becomes the other."""

    def __init__(self, old: Process, new: Process, mapping: Mapping[str, str]) -> None:
        self.old = old
        self.new = new
        self.mapping = {old.id: new.id, **mapping}

    def to(self, id: str) -> str:
        """The new id of an element or flow, or of a place that the compiler made for one (`id#what`)."""
        if id in self.mapping:
            return self.mapping[id]
        element, sign, rest = id.partition("#")
        return self.mapping.get(element, element) + sign + rest

    def node(self, element: str) -> Node | None:
        """The new node of an old element, None when there is none."""
        return self.new.nodes.get(self.to(element))

    def problem(self, element: str) -> str:
        """Why an element cannot become what it is mapped to; "" when it can."""
        node = self.node(element)
        if node is None:
            return f"the new process has no {self.to(element)!r}: map it"
        before, after = shape(self.old.nodes[element]), shape(node)
        if before != after:
            return f"{self.to(element)!r} is {after}, not {before}"
        return ""

    def around(self, element: str) -> bool:
        """Whether the new node stands in the sub-process that the old one's sub-process becomes."""
        node = self.node(element)
        parent = self.old.parents.get(element, "")
        return node is not None and self.new.parents.get(node.id, "") == (self.to(parent) if parent else "")

    def alike(self, element: str) -> bool:
        """Whether an event goes on waiting as what it becomes: the same kind, on the same activity."""
        node, before = self.node(element), self.old.nodes[element]
        if node is None or self.problem(element) or not self.around(element):
            return False
        return (before.owner is None) == (node.owner is None) and (
            node.owner is None or before.owner is None or self.to(before.owner.id) == node.owner.id
        )


class Shape(NamedTuple):
    """What must be the same of two nodes for an instance to go from one to the other."""

    kind: str
    repeats: str
    triggers: tuple[str, ...]
    parallel: bool
    job: bool
    handler: bool
    inside: bool
    adhoc: bool

    def __str__(self) -> str:
        waits = " and ".join(one for one in self.triggers if one != "none")
        words = [
            self.repeats,
            waits,
            "event" if self.handler else "",
            self.kind,
            "done as a job" if self.job else "",
        ]
        return "a " + " ".join(word for word in words if word)


def shape(node: Node) -> Shape:
    """A node's shape; of a loop that of the whole, with what a round does."""
    inner = node.inner
    return Shape(
        node.kind,
        _repeats(node),
        tuple(one.kind for one in node.trigger.each()),
        node.trigger.parallel,
        inner.job is not None,
        inner.handler,
        inner.content is not None,
        inner.adhoc is not None,
    )


def _repeats(node: Node) -> str:
    if node.loop is None:
        return ""
    if node.work is loops.work:
        return "looping"
    return "sequential multi-instance" if node.loop.sequential else "parallel multi-instance"


def same_definition(before: Node, after: Node, member: int) -> bool:
    """Whether two events wait for the same by the words of the model, so that a subscription may stay."""
    return _words(before.trigger.each()[member]) == _words(after.trigger.each()[member])


def _words(trigger: Trigger) -> tuple[str, ...]:
    values = (trigger.name, trigger.key, trigger.condition)
    return tuple("" if value is None else value.text for value in values)


def default_mapping(old: Process, new: Process) -> dict[str, str]:
    """Every element that has one of equal id, alike, in the same place; what is absent must be mapped by
    hand when a token is there."""
    same = Mapped(old, new, {})
    found = {old.id: new.id}
    for element in old.nodes:
        if element != old.id and "#" not in element and not same.problem(element) and same.around(element):
            found[element] = element
    return found
