"""The tree that a BPMN file is read into: every element, attribute and text, whatever its namespace."""

import itertools
from collections.abc import Iterator
from typing import Final

from .faults import Fault

BPMN: Final = "http://www.omg.org/spec/BPMN/20100524/MODEL"
PREFIXES: Final = {
    BPMN: "",
    "http://camunda.org/schema/zeebe/1.0": "zeebe:",
    "http://www.w3.org/2001/XMLSchema-instance": "xsi:",
    "http://www.omg.org/spec/BPMN/20100524/DI": "bpmndi:",
    "http://www.omg.org/spec/DD/20100524/DI": "di:",
    "http://www.omg.org/spec/DD/20100524/DC": "dc:",
    "http://camunda.org/schema/modeler/1.0": "modeler:",
}


OPAQUE: Final = frozenset({"documentation", "extensionElements", "text", "script"})
"""Elements that may hold any markup, also of the BPMN namespace: what is inside is kept and is no part of the
model."""


class Element:
    """One XML element.

    kind: local name in the BPMN namespace (`userTask`), prefixed for known ones (`zeebe:script`), else
    `{ns}name`.
    attributes: unqualified names as written, others like kind. prefixes: namespaces in force, kept only where
    a value holds a colon. `index` is the place in document order. own: it is of the BPMN namespace.
    """

    __slots__ = ("attributes", "children", "id", "index", "kind", "line", "own", "parent", "prefixes", "text")

    def __init__(
        self, kind: str, attributes: dict[str, str], line: int, parent: "Element | None", index: int
    ):
        self.kind = kind
        self.id: str = attributes.get("id", "")
        self.attributes = attributes
        self.children: list[Element] = []
        self.text = ""
        self.line = line
        self.parent = parent
        self.prefixes: dict[str | None, str] | None = None
        self.index = index
        self.own = ":" not in kind and kind[0] != "{"

    @property
    def name(self) -> str:
        """Its name attribute, "" without."""
        return self.attributes.get("name", "")

    def get(self, attribute: str, default: str = "") -> str:
        """An attribute's value."""
        return self.attributes.get(attribute, default)

    def all(self, kind: str) -> list["Element"]:
        """Children of this kind, in document order."""
        return [child for child in self.children if child.kind == kind]

    def first(self, kind: str) -> "Element | None":
        """The first child of this kind."""
        for child in self.children:
            if child.kind == kind:
                return child
        return None

    def extension(self, kind: str) -> "Element | None":
        """The first element of this kind in its extensionElements."""
        for holder in self.children:
            if holder.kind == "extensionElements":
                for child in holder.children:
                    if child.kind == kind:
                        return child
        return None

    def extensions(self, kind: str) -> list["Element"]:
        """Elements of this kind in its extensionElements, in document order."""
        return [child for holder in self.all("extensionElements") for child in holder.all(kind)]

    def walk(self) -> Iterator["Element"]:
        """Itself and all that is inside, in document order."""
        stack = [self]
        while stack:
            element = stack.pop()
            yield element
            stack.extend(reversed(element.children))

    def parts(self) -> Iterator["Element"]:
        """Itself and the BPMN elements inside, in document order: nothing foreign, no markup of texts."""
        stack = [self]
        while stack:
            element = stack.pop()
            yield element
            if element.children and element.kind not in OPAQUE:
                stack.extend([one for one in reversed(element.children) if one.own])

    def around(self, kind: str) -> "Element | None":
        """The nearest element of this kind that it stands in, or itself."""
        at: Element | None = self
        while at is not None and at.kind != kind:
            at = at.parent
        return at

    def __repr__(self) -> str:
        return f"<{self.kind} {self.id}>"


def local(reference: str) -> str:
    """The id that a QName or IDREF ends in."""
    reference = reference.strip()
    return reference.rpartition(":")[2] if ":" in reference else reference


class Definitions:
    """A file as read. `source` are its bytes, `warnings` the faults that did not refuse it.

    elements: those of the BPMN namespace that are part of the model, in document order. by_id: every element
    of the model and of its diagrams with an id; where an id stands twice, the first. Ids
    inside extensions are another space. A sequence flow without id is named after its ends (V-ID-03).
    """

    def __init__(self, root: Element, source: bytes, profile: str) -> None:
        self.root = root
        self.source = source
        self.profile = profile
        self.warnings: tuple[Fault, ...] = ()
        self.by_id: dict[str, Element] = {}
        self.elements = tuple(root.parts())
        for part in (self.elements, *(drawn.walk() for drawn in root.all("bpmndi:BPMNDiagram"))):
            for element in part:
                if element.id:
                    self.by_id.setdefault(element.id, element)
        self.scattered: dict[int, list[Element]] = {}
        self._named: dict[str, int] = {}
        for element in self.elements:
            if element.kind == "sequenceFlow":
                self._place(element)

    def flows(self, scope: Element) -> list[Element]:
        """The sequence flows between the nodes of a scope, also those written in another one (V-FLOW-03)."""
        return [*scope.all("sequenceFlow"), *self.scattered.get(scope.index, ())]

    def _place(self, flow: Element) -> None:
        """Give a flow that has no id one that is free, and note one that stands elsewhere than its source."""
        if not flow.id:
            self._name(flow)
        source = self.by_id.get(local(flow.get("sourceRef")))
        if source is not None and source.parent is not None and source.parent is not flow.parent:
            self.scattered.setdefault(source.parent.index, []).append(flow)

    def _name(self, flow: Element) -> None:
        wanted = f"{local(flow.get('sourceRef'))}_{local(flow.get('targetRef'))}"
        taken = self._named.get(wanted, 0)
        free = (f"{wanted}_{count}" if count else wanted for count in itertools.count(taken))
        flow.id = next(id for id in free if id not in self.by_id)
        self._named[wanted] = taken + 1
        self.by_id[flow.id] = flow

    @property
    def target_namespace(self) -> str:
        """The namespace that its own names are in."""
        return self.root.get("targetNamespace")

    @property
    def processes(self) -> tuple[Element, ...]:
        """Its processes, in document order."""
        return tuple(self.root.all("process"))

    def resolve(self, element: Element, reference: str) -> "Element | None":
        """The element of this file that a QName or id in `element` means; None for none or another file's."""
        reference = reference.strip()
        if ":" not in reference:
            return self.by_id.get(reference)
        prefix, _, local = reference.rpartition(":")
        namespace = (element.prefixes or {}).get(prefix)
        return self.by_id.get(local) if namespace == self.target_namespace else None
