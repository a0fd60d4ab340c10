"""A DMN file as a tree with plain names, and the collector of all that is wrong with it."""

from collections.abc import Callable, Iterator
from typing import Any, Final, TypeVar

from backend.engine.feel import FeelFault
from backend.engine.feel.names import canonical
from backend.engine.model import Element, Fault, ModelFaults
from backend.engine.model.faults import ERROR, MUST, WARNING
from backend.engine.model.xml import parse

from .namespaces import VERSIONS, is_feel

T = TypeVar("T")
EXPRESSIONS: Final = frozenset(
    [
        "literalExpression",
        "decisionTable",
        "context",
        "list",
        "relation",
        "invocation",
        "functionDefinition",
        "conditional",
        "filter",
        "for",
        "every",
        "some",
    ]
)
# What is inside of these is no part of the model.
OPAQUE: Final = frozenset({"extensionElements", "description", "text"})


class Source:
    """The tree of a file, its version, and the faults found so far."""

    def __init__(self, xml: bytes) -> None:
        self.faults: list[Fault] = []
        self.root = parse(xml)
        namespace, _, local = self.root.kind.lstrip("{").partition("}")
        self.version = VERSIONS.get(namespace, "")
        if local != "definitions" or not self.version:
            text = "the root is no definitions element of DMN 1.1 to 1.5"
            raise ModelFaults(
                [Fault("", "", self.root.line, "D-NS-01", text, "export the model as DMN 1.3 to 1.5")]
            )
        self._plain_names("{" + namespace + "}")
        self.by_id: dict[str, Element] = {}
        self._index()
        self._check_languages()

    @property
    def namespace(self) -> str:
        """The namespace that the model's own elements are in."""
        return self.root.get("namespace")

    def _plain_names(self, prefix: str) -> None:
        for element in self.root.walk():
            element.kind = element.kind.removeprefix(prefix)

    def parts(self) -> Iterator[Element]:
        """The model's own elements in document order: nothing foreign, nothing inside of extensions."""
        stack = [self.root]
        while stack:
            element = stack.pop()
            yield element
            if element.kind not in OPAQUE:
                stack += [child for child in reversed(element.children) if not is_foreign(child)]

    def _index(self) -> None:
        for element in self.parts():
            if not element.id:
                continue
            if element.id in self.by_id:
                self.fault(
                    element, "D-ID-01", f"the id {element.id} stands twice", "give each element its own id"
                )
            self.by_id.setdefault(element.id, element)

    def _check_languages(self) -> None:
        for element in self.parts():
            language = element.get("expressionLanguage")
            if language and not is_feel(language):
                self.fault(element, "D-NS-02", "an expression language other than FEEL", "write it in FEEL")

    def fault(self, element: Element, rule: str, text: str, remedy: str, severity: str = ERROR) -> None:
        """Note a fault at an element."""
        where = _identified(element)
        self.faults.append(Fault(where.id, where.name, element.line, rule, text, remedy, severity))

    def must(self, element: Element, rule: str, text: str, remedy: str) -> None:
        """Note what the standard forbids, though it runs in one clear way."""
        self.fault(element, rule, text, remedy, MUST)

    def feel(
        self, element: Element, compile_: Callable[..., T], text: str, place: str = "", **surroundings: Any
    ) -> T | None:
        """A compiled FEEL text; a fault at the element and None if it does not parse. place: of a cell."""
        said = f"{place}: " if place else ""
        try:
            compiled = compile_(text, **surroundings)
        except FeelFault as fault:
            self.fault(element, fault.rule, f"{said}FEEL: {fault}", "correct the expression")
            return None
        self._warn_of_unknown(element, said, compiled, surroundings.get("names", frozenset()))
        return compiled

    def _warn_of_unknown(self, element: Element, said: str, compiled: Any, names: frozenset[str]) -> None:
        known = {canonical(name) for name in names}
        for name in sorted(compiled.free):
            if canonical(name) not in known:
                text = f"{said}'{name}' is not required here"
                remedy = "draw a requirement to it or correct the name"
                self.fault(element, "F-NAME-06", text, remedy, WARNING)

    def refuse(self) -> None:
        """Raise ModelFaults if there is an error."""
        if any(fault.severity == ERROR for fault in self.faults):
            raise ModelFaults(self.faults)


def _identified(element: Element) -> Element:
    """The element or the nearest around it that has an id."""
    current: Element | None = element
    while current is not None and not current.id:
        current = current.parent
    return current or element


def text_of(element: Element | None) -> str:
    """The FEEL of an element with a `text` child, stripped; "" without."""
    child = element.first("text") if element is not None else None
    return child.text.strip() if child is not None else ""


def is_foreign(element: Element) -> bool:
    """True for an element of another namespace than the model's."""
    return element.kind.startswith("{") or ":" in element.kind


def type_ref(element: Element | None, attribute: str = "typeRef") -> tuple[str, str]:
    """(name, namespace) of the type that an attribute or a child of this name tells, ("", "") without.

    The namespace is that of a prefix as DMN 1.1 writes it (D-NS-02), "" without a prefix.
    """
    if element is None:
        return "", ""
    child = element.first(attribute)
    holder = element if element.get(attribute) or child is None else child
    written = (holder.text if holder is child else element.get(attribute)).strip()
    prefix, colon, local = written.rpartition(":")
    if not colon or "<" in written:
        return written, ""
    return local.strip(), (holder.prefixes or {}).get(prefix, "")


def expression_in(element: Element) -> Element | None:
    """The boxed expression directly within an element."""
    return next((child for child in element.children if child.kind in EXPRESSIONS), None)


def expressions_in(element: Element) -> Iterator[Element]:
    """All boxed expressions directly within an element."""
    return (child for child in element.children if child.kind in EXPRESSIONS)
