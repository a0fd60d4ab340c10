"""Which element of the new process an element of the old one becomes, and whether the two are alike."""

from collections.abc import Mapping
from typing import Any

from backend.engine.nodes import Node, Process, Trigger


class Mapped:
    """A mapping between two processes. What it does not name keeps its id; a process becomes the other."""

    def __init__(self, old: Process, new: Process, mapping: Mapping[str, str]) -> None:
        self.old = old
        self.new = new
        self.mapping = {old.id: new.id, **mapping}

    def to(self, id: str) -> str:
        """The new id of an element or flow."""
        return self.mapping.get(id, id)

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
            return f"{self.to(element)!r} is {_told(after)}, not {_told(before)}"
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


def shape(node: Node) -> tuple[Any, ...]:
    """What must be the same of two nodes for an instance to go from one to the other."""
    members = tuple(trigger.kind for trigger in node.trigger.each())
    inside = node.content is not None
    return (node.kind, node.job is not None, node.handler, members, node.trigger.parallel, inside)


def _told(found: tuple[Any, ...]) -> str:
    kind, job, handler, members, *_ = found
    trigger = " and ".join(members) if members != ("none",) else ""
    words = [trigger, "event" if handler else "", kind, "done as a job" if job else ""]
    return "a " + " ".join(word for word in words if word)


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
        if element != old.id and not same.problem(element) and same.around(element):
            found[element] = element
    return found
