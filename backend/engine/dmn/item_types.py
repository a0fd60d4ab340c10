"""Item definitions as FEEL types, and the way of JSON values into them (D-TYPE)."""

from collections.abc import Callable, Iterable, Iterator
from decimal import Decimal
from typing import Any, Final

import msgspec

from backend.engine.feel import FeelFault, LimitExceeded, UnaryTests, compile_unary_tests, lexical
from backend.engine.feel.conformance import bind, is_plainly
from backend.engine.feel.expression import compile_type
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

_JSON_PLAIN: Final = frozenset({Decimal, str, bool})
_BARE: Final = frozenset({"list", "context", "function", "range"})
_NAMED_VALUES: Final = frozenset({"itemComponent", "variable", "column", "output", "formalParameter"})


class ItemTypes:
    """The types that a model defines. `imported` are those of other models by `prefix.name`, `members` names
    that stand behind a dot there."""

    def __init__(self, source: Source, imported: dict[str, Type], members: Iterable[str] = ()) -> None:
        self.source = source
        self._types: dict[str, Type] = dict(imported)
        self._open: set[str] = set()
        self.members = frozenset((*_member_names(source), *members))
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

    def of(self, element: Element | None, attribute: str = "typeRef") -> Type:
        """The type that an element's typeRef means; Any without one, a fault if it is unknown (D-TYPE-05)."""
        name, namespace = type_ref(element, attribute)
        if element is None or not name:
            return ANY
        found = self._foreign(name, namespace) or self.find(name) or _of_feel(name, self.find)
        if found is None:
            text = f"there is no type '{name}'"
            self.source.fault(element, "D-TYPE-05", text, "define the type or correct typeRef")
        return found or ANY

    def _foreign(self, name: str, namespace: str) -> Type | None:
        """The type that a prefix of DMN 1.1 names in an imported model."""
        prefixes = [one.name for one in self.source.root.all("import") if one.get("namespace") == namespace]
        return self.find(f"{prefixes[0]}.{name}" if prefixes[0] else name) if prefixes else None

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
        if sum((bool(components), bool(type_ref(element)[0]), function is not None)) > 1:
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
        return Type("function", (*parameters, self.of(element, "outputTypeRef")))

    def _constrained(self, base: Type, constraint: Element | None) -> Type:
        text = text_of(constraint)
        if constraint is None or not text:
            return base
        tests = self.source.feel(constraint, compile_unary_tests, text, members=self.members, types=self.find)
        if tests is None:
            return base
        return msgspec.structs.replace(base, allowed=(*base.allowed, _Allowed(tests)))


def _of_feel(name: str, lookup: Callable[[str], Type | None]) -> Type | None:
    """A type of FEEL by its name or as its grammar writes it: `list<number>`, also a bare `list`."""
    if name in _BARE:
        return Type(name)
    simple = simple_type(canonical(name)) or simple_type(name)
    if simple is not None or "<" not in name:
        return simple
    try:
        return compile_type(name, lookup)
    except FeelFault:
        return None


def _member_names(source: Source) -> Iterator[str]:
    """Names that may stand behind a dot: of components, entries, columns, outputs and variables."""
    for element in source.parts():
        if element.kind in _NAMED_VALUES and element.name:
            yield element.name


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
    if value.__class__ in _JSON_PLAIN and is_plainly(value, wanted):
        return value
    known = value if value.__class__ in SCALARS else converted(run, value, 0)
    if wanted is ANY:
        return known
    return bind(run, 0, _read_as(run, known, wanted), wanted, what)


def _read_as(run: Run, value: Any, wanted: Type) -> Any:
    """Strings become temporal where so declared; missing components become null (D-TYPE-03)."""
    if isinstance(value, str) and wanted.kind in _PARSERS:
        read = _PARSERS[wanted.kind](value.strip())
        return read if read is not None else run.null("D-TYPE-06", f"a text that is no {wanted.kind}")
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
