"""A1, A2: references, imports and extensions."""

from collections.abc import Iterator
from typing import Final

from .element import Element
from .facts import Facts, Found
from .metamodel import META, is_a, type_of

SCHEMA: Final = "http://www.w3.org/2001/XMLSchema"
IMPORT_TYPES: Final = (
    SCHEMA,
    "http://www.omg.org/spec/BPMN/",
    "http://www.omg.org/spec/DMN/",
    "https://www.omg.org/spec/DMN/",
    "http://www.omg.org/spec/CMMN/",
    "http://www.w3.org/TR/wsdl20",
    "http://www.w3.org/ns/wsdl",
    "http://schemas.xmlsoap.org/wsdl",
)
# QNames that name XML types or foreign things, or that have rules of their own.
UNRESOLVED: Final = frozenset(
    {"implementationRef", "definition", "evaluatesToTypeRef", "valueRef", "extensionAttributeDefinition"}
)
# What only says of what shape data are: an engine that lacks it runs all the same.
SHAPES: Final = frozenset({"structureRef", "itemSubjectRef", "itemRef", "type", "import"})


def references(facts: Facts) -> Iterator[Found]:
    """V-REF-01, V-REF-02, V-REF-05, V-REF-06."""
    for element in facts.elements:
        kind = type_of(element.kind)
        if kind is None:
            continue
        for attribute, text in element.attributes.items() if kind.attribute_references else ():
            wanted = kind.attribute_references.get(attribute)
            if not wanted or not text or _plainly(facts, attribute, text, wanted):
                continue
            if attribute not in UNRESOLVED and not _named_type(element, attribute):
                yield from _reference(facts, element, element, attribute, text, wanted)
        for child in element.children if kind.child_references else ():
            wanted = kind.child_references.get(child.kind)
            if not wanted or _plainly(facts, child.kind, child.text, wanted):
                continue
            if child.kind not in UNRESOLVED:
                yield from _reference(facts, element, child, child.kind, child.text, wanted)


def _plainly(facts: Facts, name: str, text: str, wanted: str) -> bool:
    """Whether it is the id of an element of the right type, written without prefix or blanks: what nearly all
    references are."""
    target = facts.definitions.by_id.get(text)
    return target is not None and name != "eventDefinitionRef" and _right_type(target, wanted)


def _named_type(element: Element, attribute: str) -> bool:
    """Whether it is the structure of an item: a type of another language."""
    return attribute == "structureRef" and element.kind == "itemDefinition"


def _reference(
    facts: Facts, owner: Element, place: Element, name: str, text: str, wanted: str
) -> Iterator[Found]:
    prefix, colon, _ = text.strip().rpartition(":")
    if colon:
        namespace = (place.prefixes or {}).get(prefix)
        if namespace is None:
            yield Found(
                owner, "V-REF-05", "E", f"{name}: the prefix {prefix!r} is not bound", "bind or remove it"
            )
            return
        if namespace != facts.definitions.target_namespace:
            yield from _elsewhere(facts, owner, name, namespace)
            return
    target = facts.definitions.resolve(place, text)
    if target is None:
        yield Found(
            owner,
            "V-REF-01",
            "E",
            f"{name} names {text.strip()!r}, which does not exist",
            "correct or delete",
        )
    elif name == "eventDefinitionRef" and target.parent is not facts.definitions.root:
        yield Found(
            owner, "V-REF-06", "E", f"{text.strip()!r} is not declared at the root", "declare it there"
        )
    elif not _told_elsewhere(owner, name) and not _right_type(target, wanted):
        severity = "M" if name == "flowNodeRef" else "E"
        text = f"{name} names a {target.kind}, not a {wanted}"
        yield Found(owner, "V-REF-02", severity, text, f"name a {wanted}")


def _told_elsewhere(owner: Element, name: str) -> bool:
    """Whether a wrong type has a rule of its own: V-FLOW-05, V-COLL-02, V-BND-01, V-FLOW-08, V-EVT-18."""
    ends = name in ("sourceRef", "targetRef") and owner.kind in ("sequenceFlow", "messageFlow")
    return ends or name in ("attachedToRef", "default", "activityRef")


def _right_type(target: Element, wanted: str) -> bool:
    return not META.types.get(wanted) or wanted == "BaseElement" or is_a(target.kind, wanted)


def _elsewhere(facts: Facts, owner: Element, name: str, namespace: str) -> Iterator[Found]:
    """A name of another namespace: of a known type (told), of an import (V-REF-04), or of nothing."""
    if name in SHAPES and namespace == SCHEMA:
        text = f"{name} names a type of XML Schema, not an item definition"
        yield Found(owner, "V-REF-02", "W", text, "add an itemDefinition")
    elif not any(one.get("namespace") == namespace for one in facts.definitions.root.all("import")):
        text = f"{name}: the namespace {namespace!r} is not imported"
        yield Found(owner, "V-REF-01", "E", text, "import it")
    else:
        severity = "E" if name not in SHAPES and facts.runs(owner) else "W"
        text = f"{name} names something in a file that is not loaded"
        yield Found(owner, "V-REF-04", severity, text, "put it here")


def imports(facts: Facts) -> Iterator[Found]:
    """V-REF-03, V-REF-04 (no location), V-EXT-01."""
    for element in facts.by_kind.get("import", ()):
        kind = element.get("importType")
        if not kind.startswith(IMPORT_TYPES):
            text = f"the importType {kind!r} is unknown" if kind else "the import has no importType"
            yield Found(element, "V-REF-03", "E", text, "use BPMN, XSD or WSDL")
        if not element.get("location"):
            yield Found(element, "V-REF-04", "W", "the import says no location", "add it")
    for element in facts.by_kind.get("extension", ()):
        if element.get("mustUnderstand") in ("true", "1"):
            text = f"the extension {element.get('definition')!r} must be understood and is not known"
            yield Found(element, "V-EXT-01", "E", text, "remove it or set mustUnderstand=false")


def belonging(facts: Facts) -> Iterator[Found]:
    """V-REF-02 of what must be a part of the same thing: data of a set, parameters of a resource."""
    for kind in ("inputSet", "outputSet"):
        for one in facts.by_kind.get(kind, ()):
            for child in one.children:
                if child.kind.startswith("data") or child.kind.startswith(("optional", "while")):
                    yield from _of(facts, one, child, child.text, one.parent, "this specification")
    for binding in facts.by_kind.get("resourceParameterBinding", ()):
        role = binding.parent
        reference = role.first("resourceRef") if role is not None else None
        if reference is not None:
            resource = facts.definitions.resolve(reference, reference.text)
            yield from _of(facts, binding, binding, binding.get("parameterRef"), resource, "that resource")


def _of(
    facts: Facts, owner: Element, place: Element, text: str, home: Element | None, whose: str
) -> Iterator[Found]:
    target = facts.definitions.resolve(place, text)
    if target is not None and home is not None and target.parent is not home:
        yield Found(owner, "V-REF-02", "E", f"{target.id} is no part of {whose}", "name one that is")


RULES: Final = (references, imports, belonging)
