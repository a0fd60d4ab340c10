"""Item definitions as FEEL types, and the way of JSON values into them (D-TYPE)."""

from collections.abc import Callable, Iterator
from typing import Any

import msgspec

from backend.engine.feel import LimitExceeded, UnaryTests, compile_unary_tests, lexical
from backend.engine.feel.conformance import bind
from backend.engine.feel.names import canonical
from backend.engine.feel.run import Run, converted
from backend.engine.feel.types import ANY, Type, simple_type
from backend.engine.feel.values import SCALARS
from backend.engine.model import Element

from .source import Source, text_of, type_ref

_PARSERS: dict[str, Callable[[str], Any]] = {
    "date": lexical.parse_date,
    "time": lexical.parse_time,
    "date and time": lexical.parse_date_time,
    "days and time duration": lexical.parse_duration,
    "years and months duration": lexical.parse_duration,
}


class ItemTypes:
    """The types that a model defines. `imported` gives those of other models, by `prefix.name`."""

    def __init__(self, source: Source, imported: dict[str, Type]) -> None:
        self.source = source
        self._types: dict[str, Type] = dict(imported)
        self._open: set[str] = set()
        self._elements: dict[str, Element] = {}
        for element in source.root.all("itemDefinition"):
            name = canonical(element.name)
            if name in self._elements:
                source.fault(element, "D-ID-02", "two item definitions have one name", "rename one")
            self._elements[name] = element
        self.own = {name: self._named(name, element) for name, element in self._elements.items()}

    def find(self, name: str) -> Type | None:
        """The type of this name: the model's own or FEEL's."""
        name = canonical(name)
        known = self._types.get(name)
        if known is not None:
            return known
        element = self._elements.get(name)
        return self._named(name, element) if element is not None else None

    def of(self, element: Element | None) -> Type:
        """The type that an element's typeRef means; Any without one, a fault if it is unknown (D-TYPE-05)."""
        name = type_ref(element)
        if element is None or not name:
            return ANY
        found = self.find(name) or simple_type(name)
        if found is None:
            self.source.fault(
                element, "D-TYPE-05", f"there is no type '{name}'", "define the type or correct typeRef"
            )
        return found or ANY

    def member_names(self) -> Iterator[str]:
        """Names of all components, which expressions may use behind a dot."""
        for element in self.source.root.walk():
            if element.kind == "itemComponent":
                yield element.name

    def _named(self, name: str, element: Element) -> Type:
        if name in self._types:
            return self._types[name]
        if name in self._open:
            self.source.fault(element, "D-TYPE-01", "the type is defined by itself", "break the circle")
            return ANY
        self._open.add(name)
        self._types[name] = msgspec.structs.replace(self._defined(element), name=name)
        return self._types[name]

    def _defined(self, element: Element) -> Type:
        components = list(element.all("itemComponent"))
        function = element.first("functionItem")
        if sum((bool(components), bool(type_ref(element)), function is not None)) > 1:
            text = "an item definition is either a typeRef, components or a function"
            self.source.fault(element, "D-TYPE-01", text, "keep one of them")
        if components:
            base = self._context(components)
        elif function is not None:
            base = self._function(function)
        else:
            base = self.of(element)
        base = self._constrained(base, element.first("allowedValues"))
        if element.get("isCollection") in ("true", "1"):
            base = Type("list", (base,))
        return self._constrained(base, element.first("typeConstraint"))

    def _context(self, components: list[Element]) -> Type:
        names = tuple(component.name for component in components)
        return Type("context", tuple(self._defined(component) for component in components), names)

    def _function(self, element: Element) -> Type:
        parameters = [self.of(parameter) for parameter in element.all("parameters")]
        output = element.get("outputTypeRef")
        result = (self.find(output) or simple_type(output) or ANY) if output else ANY
        return Type("function", (*parameters, result))

    def _constrained(self, base: Type, constraint: Element | None) -> Type:
        text = text_of(constraint)
        if constraint is None or not text:
            return base
        tests = self.source.feel(
            constraint, compile_unary_tests, text, members=frozenset(self.member_names())
        )
        if tests is None:
            return base
        return msgspec.structs.replace(base, allowed=(*base.allowed, _Allowed(tests)))


class _Allowed:
    """Allowed values of a type as a test of a value; null is always allowed (D-TYPE-04)."""

    __slots__ = ("tests",)

    def __init__(self, tests: UnaryTests) -> None:
        self.tests = tests

    def __call__(self, value: Any) -> bool:
        try:
            return value is None or self.tests.evaluate(value, {})[0] is True
        except LimitExceeded:
            return False


def from_outside(run: Run, value: Any, wanted: Type, what: str) -> Any:
    """A value from JSON or Python, read as its declared type (D-TYPE-06), bound to it or null (D-TYPE-04)."""
    known = value if value.__class__ in SCALARS else converted(run, value, 0)
    if wanted is ANY:
        return known
    return bind(run, 0, _read_as(run, known, wanted), wanted, what)


def _read_as(run: Run, value: Any, wanted: Type) -> Any:
    """Strings become temporal where so declared; missing components become null (D-TYPE-03)."""
    if isinstance(value, str) and wanted.kind in _PARSERS:
        return _PARSERS[wanted.kind](value.strip())
    if isinstance(value, list) and wanted.kind == "list" and wanted.parts:
        return [_read_as(run, item, wanted.parts[0]) for item in value]
    if wanted.kind == "list" and wanted.parts and value is not None:
        return _read_as(run, value, wanted.parts[0])
    if isinstance(value, dict) and wanted.kind == "context" and wanted.names:
        return _context_as(run, value, wanted)
    return value


def _context_as(run: Run, value: dict[str, Any], wanted: Type) -> dict[str, Any]:
    read = dict(value)
    for name, part in zip(wanted.names, wanted.parts, strict=True):
        if name not in read:
            run.null("D-TYPE-03", f"{wanted}: the component '{name}' is missing")
        read[name] = _read_as(run, read.get(name), part)
    return read
