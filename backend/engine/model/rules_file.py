"""A1, A2: the file, ids, references, required parts and attribute values."""

import re
from collections.abc import Iterator
from functools import cache
from typing import Final

from .element import BPMN, Element
from .facts import Facts, Found, executable
from .metamodel import META, is_a, type_of

NCNAME: Final = re.compile(r"[^\W\d][\w.\-·]*\Z")
MAX_ID: Final = 128
NEEDS_ID: Final = ("FlowNode", "SequenceFlow", "RootElement", "DataObject", "Participant", "Lane")
REQUIRED: Final = {
    "sequenceFlow": ("sourceRef", "targetRef"),
    "messageFlow": ("sourceRef", "targetRef"),
    "association": ("sourceRef", "targetRef"),
    "boundaryEvent": ("attachedToRef",),
    "import": ("importType", "namespace"),
    "interface": ("name",),
    "operation": ("name",),
    "participantAssociation": (),
    "correlationPropertyRetrievalExpression": ("messageRef",),
    "correlationPropertyBinding": ("correlationPropertyRef",),
    "correlationSubscription": ("correlationKeyRef",),
    "resourceParameterBinding": ("parameterRef",),
}
CHILDREN: Final = {
    "ioSpecification": (("inputSet", 1, None), ("outputSet", 1, None)),
    "dataInputAssociation": (("targetRef", 1, 1), ("transformation", 0, 1)),
    "dataOutputAssociation": (("targetRef", 1, 1), ("transformation", 0, 1)),
    "assignment": (("from", 1, 1), ("to", 1, 1)),
    "operation": (("inMessageRef", 1, 1), ("outMessageRef", 0, 1)),
    "interface": (("operation", 1, None),),
    "lane": (("childLaneSet", 0, 1),),
    "sequenceFlow": (("conditionExpression", 0, 1),),
    "correlationProperty": (("correlationPropertyRetrievalExpression", 1, None),),
    "correlationPropertyRetrievalExpression": (("messagePath", 1, 1),),
    "correlationPropertyBinding": (("dataPath", 1, 1),),
    "complexBehaviorDefinition": (("condition", 1, 1), ("event", 0, 1)),
    "multiInstanceLoopCharacteristics": (("loopCardinality", 0, 1), ("completionCondition", 0, 1)),
    "linkEventDefinition": (("target", 0, 1),),
}
IMPORT_TYPES: Final = frozenset(
    {
        "http://www.w3.org/2001/XMLSchema",
        "http://www.w3.org/TR/wsdl20/",
        "http://www.omg.org/spec/BPMN/20100524/MODEL",
    }
    | {
        "http://schemas.xmlsoap.org/wsdl/",
        "http://www.w3.org/ns/wsdl",
        "http://www.omg.org/spec/DMN/20180521/MODEL/",
    }
)
# QNames that name XML types or foreign things, or that have rules of their own.
UNRESOLVED: Final = frozenset({"structureRef", "implementationRef", "definition", "evaluatesToTypeRef"})


def root(facts: Facts) -> Iterator[Found]:
    """V-XML-02, V-XML-03, V-XML-04."""
    top = facts.definitions.root
    if top.kind != "definitions":
        yield Found(top, "V-XML-02", "E", "the root is not BPMN definitions", f"use the namespace {BPMN}")
        return
    if not facts.definitions.target_namespace:
        yield Found(top, "V-XML-03", "E", "definitions has no targetNamespace", "add it")
    for element in facts.elements:
        foreign = ":" in element.kind or "{" in element.kind
        if not foreign and element.kind not in META.elements and not _inside_extension(element):
            yield Found(element, "V-XML-04", "E", f"BPMN has no element {element.kind!r}", "remove it")


def _inside_extension(element: Element) -> bool:
    at = element.parent
    while at is not None:
        if at.kind == "extensionElements":
            return True
        at = at.parent
    return False


def ids(facts: Facts) -> Iterator[Found]:
    """V-ID-01, V-ID-02, V-ID-03."""
    seen: dict[str, Element] = {}
    for element in facts.elements:
        if _inside_extension(element) and "zeebe" in element.kind:
            continue
        if element.id:
            if element.id in seen:
                first = seen[element.id]
                yield Found(element, "V-ID-01", "E", f"the id stands also on line {first.line}", "rename one")
            seen.setdefault(element.id, element)
            if not NCNAME.match(element.id):
                yield Found(element, "V-ID-02", "E", f"{element.id!r} is no id (NCName)", "rename it")
            elif len(element.id) > MAX_ID:
                yield Found(element, "V-ID-02", "M", f"the id is longer than {MAX_ID}", "shorten it")
        elif "id" in element.attributes:
            yield Found(element, "V-ID-02", "E", "the id is empty", "name it")
        elif _needs_id(element.kind) and not _loose(element):
            yield Found(element, "V-ID-03", "E", f"this {element.kind} has no id", "add one")


@cache
def _needs_id(kind: str) -> bool:
    return any(is_a(kind, one) for one in NEEDS_ID)


def _loose(element: Element) -> bool:
    """Event definitions inside an event need no id."""
    return (
        is_a(element.kind, "EventDefinition")
        and element.parent is not None
        and element.parent.parent is not None
    )


def references(facts: Facts) -> Iterator[Found]:
    """V-REF-01, V-REF-02, V-REF-05, V-REF-06."""
    for element in facts.elements:
        kind = type_of(element.kind)
        if kind is None:
            continue
        for attribute, wanted in kind.attribute_references.items():
            text = element.get(attribute)
            if text and attribute not in UNRESOLVED:
                yield from _reference(facts, element, element, attribute, text, wanted)
        for child in element.children:
            wanted_child = kind.child_references.get(child.kind)
            if wanted_child and child.kind not in UNRESOLVED:
                yield from _reference(facts, element, child, child.kind, child.text, wanted_child)


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
            yield from _imported(facts, owner, name, namespace)
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
    elif not _right_type(target, name, wanted):
        yield Found(
            owner, "V-REF-02", "E", f"{name} names a {target.kind}, not a {wanted}", f"name a {wanted}"
        )


def _right_type(target: Element, name: str, wanted: str) -> bool:
    if wanted in ("FlowNode", "SequenceFlow") and name in ("sourceRef", "targetRef"):
        return True  # V-FLOW-05 tells it better
    if name == "attachedToRef":
        return True  # V-BND-01
    if name == "default":
        return True  # V-FLOW-08
    if wanted == "BaseElement" or not META.types.get(wanted):
        return True
    if wanted == "InteractionNode":
        return any(
            is_a(target.kind, kind) for kind in ("InteractionNode", "Participant", "Activity", "Event")
        )
    return is_a(target.kind, wanted) or (wanted == "ItemAwareElement" and is_a(target.kind, "Property"))


def _imported(facts: Facts, owner: Element, name: str, namespace: str) -> Iterator[Found]:
    """V-REF-04 and the missing import."""
    imports = [one for one in facts.definitions.root.all("import") if one.get("namespace") == namespace]
    if not imports:
        yield Found(
            owner, "V-REF-01", "E", f"{name}: the namespace {namespace!r} is not imported", "import it"
        )
    else:
        severity = "E" if executable(owner) else "W"
        yield Found(
            owner, "V-REF-04", severity, f"{name} names something in a file that is not loaded", "put it here"
        )


def imports(facts: Facts) -> Iterator[Found]:
    """V-REF-03, V-EXT-01."""
    for element in facts.definitions.root.children:
        kind = element.get("importType")
        if element.kind == "import" and kind and kind not in IMPORT_TYPES:
            yield Found(
                element, "V-REF-03", "E", f"the importType {kind!r} is unknown", "use BPMN, XSD or WSDL"
            )
        if element.kind == "extension" and element.get("mustUnderstand") in ("true", "1"):
            text = f"the extension {element.get('definition')!r} must be understood and is not known"
            yield Found(element, "V-EXT-01", "E", text, "remove it or set mustUnderstand=false")


def schema(facts: Facts) -> Iterator[Found]:
    """V-SCHEMA-01, V-SCHEMA-02."""
    for element in facts.elements:
        for attribute in REQUIRED.get(element.kind, ()):
            if not element.get(attribute).strip():
                yield Found(
                    element, "V-SCHEMA-01", "E", f"{element.kind} has no {attribute}", f"add {attribute}"
                )
        for kind, least, most in CHILDREN.get(element.kind, ()):
            count = sum(1 for _ in element.all(kind))
            if count < least or (most is not None and count > most):
                remedy = "add one" if count < least else "delete all but one"
                yield Found(element, "V-SCHEMA-01", "E", f"{element.kind} has {count} {kind}", remedy)
        described = type_of(element.kind)
        for attribute, wanted in described.values.items() if described else ():
            value = element.attributes.get(attribute)
            if value is not None and not _valid(value.strip(), wanted):
                yield Found(
                    element, "V-SCHEMA-02", "E", f"{attribute}={value!r} is no {wanted}", "correct it"
                )


def _valid(value: str, wanted: str) -> bool:
    if wanted == "Boolean":
        return value in ("true", "false", "1", "0")
    if wanted == "Integer":
        return re.fullmatch(r"[+-]?\d+", value) is not None
    allowed = META.enumerations.get(wanted)
    return allowed is None or value in allowed


def copies(facts: Facts) -> Iterator[Found]:
    """V-SCHEMA-03: incoming and outgoing children must agree with the flows."""
    for node in facts.nodes:
        for kind, end in (("outgoing", "sourceRef"), ("incoming", "targetRef")):
            for child in node.all(kind):
                flow = facts.definitions.resolve(child, child.text)
                if flow is not None and flow.kind == "sequenceFlow" and flow.get(end) != node.id:
                    text = f"{kind} lists {flow.id}, whose {end} is {flow.get(end)!r}"
                    yield Found(node, "V-SCHEMA-03", "E", text, "correct the list or the flow")


RULES: Final = (root, ids, references, imports, schema, copies)
STRUCTURAL: Final = ("V-XML", "V-ID", "V-REF", "V-EXT", "V-SCHEMA")
