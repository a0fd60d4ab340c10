"""A1, A2: the file, ids, required parts and attribute values."""

import re
from collections.abc import Iterator
from functools import cache
from typing import Final

from .element import BPMN, Element, local
from .facts import Facts, Found
from .metamodel import META, is_a, type_of

_START: Final = (
    "A-Z_a-z\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u02ff\u0370-\u037d\u037f-\u1fff\u200c-\u200d\u2070-\u218f"
    "\u2c00-\u2fef\u3001-\ud7ff\uf900-\ufdcf\ufdf0-\ufffd\U00010000-\U000effff"
)
NCNAME: Final = re.compile(rf"[{_START}][{_START}\-.0-9\u00b7\u0300-\u036f\u203f-\u2040]*\Z")
MAX_ID: Final = 128
NEEDS_ID: Final = ("FlowNode", "Process")
WANTS_ID: Final = ("SequenceFlow", "RootElement", "DataObject", "Participant", "Lane")
REQUIRED: Final = {
    "sequenceFlow": ("sourceRef", "targetRef"),
    "messageFlow": ("sourceRef", "targetRef"),
    "association": ("sourceRef", "targetRef"),
    "boundaryEvent": ("attachedToRef",),
    "conversationLink": ("sourceRef", "targetRef"),
    "import": ("namespace",),
    "interface": ("name",),
    "operation": ("name",),
    "correlationPropertyRetrievalExpression": ("messageRef",),
    "correlationPropertyBinding": ("correlationPropertyRef",),
    "correlationSubscription": ("correlationKeyRef",),
    "resourceParameterBinding": ("parameterRef",),
}
CHILDREN: Final = {
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
    "multiInstanceLoopCharacteristics": (
        *(("loopCardinality", 0, 1), ("completionCondition", 0, 1)),
        *(("loopDataInputRef", 0, 1), ("loopDataOutputRef", 0, 1)),
        *(("inputDataItem", 0, 1), ("outputDataItem", 0, 1)),
    ),
    "standardLoopCharacteristics": (("loopCondition", 0, 1),),
    "adHocSubProcess": (("completionCondition", 0, 1),),
    "complexGateway": (("activationCondition", 0, 1),),
    "conditionalEventDefinition": (("condition", 0, 1),),
    "scriptTask": (("script", 0, 1),),
    "linkEventDefinition": (("target", 0, 1),),
}
# Elements of the standard's schema that the descriptor of the metamodel spells otherwise or leaves out.
ALSO: Final = frozenset(
    {
        "event",
        "endPointRef",
        "innerParticipantRef",
        "outerParticipantRef",
        "partnerEntityRef",
        "partnerRoleRef",
    }
    | {"innerConversationNodeRef", "outerConversationNodeRef", "innerMessageFlowRef", "outerMessageFlowRef"}
)


def root(facts: Facts) -> Iterator[Found]:
    """V-XML-02, V-XML-03, V-XML-04."""
    top = facts.definitions.root
    if top.kind != "definitions":
        yield Found(top, "V-XML-02", "E", "the root is not BPMN definitions", f"use the namespace {BPMN}")
        return
    if "targetNamespace" not in top.attributes:
        yield Found(top, "V-XML-03", "E", "definitions has no targetNamespace", "add it")
    for element in facts.elements:
        if element.kind not in META.elements and element.kind not in ALSO:
            yield Found(element, "V-XML-04", "E", f"BPMN has no element {element.kind!r}", "remove it")


def ids(facts: Facts) -> Iterator[Found]:
    """V-ID-01, V-ID-02, V-ID-03."""
    seen: dict[str, Element] = {}
    for element in (*facts.elements, *_diagrams(facts)):
        if element.id:
            if element.id in seen:
                first = seen[element.id]
                yield Found(element, "V-ID-01", "E", f"the id stands also on line {first.line}", "rename one")
            seen.setdefault(element.id, element)
        if "id" in element.attributes:
            if not NCNAME.match(element.id) or len(element.id) > MAX_ID:
                yield from _written(element)
        elif _is_one_of(element.kind, NEEDS_ID) and element.kind != "implicitThrowEvent":
            yield Found(element, "V-ID-03", "E", f"this {element.kind} has no id", "add one")
        elif _is_one_of(element.kind, WANTS_ID) and not _loose(element):
            yield Found(element, "V-ID-03", "M", f"this {element.kind} has no id", "add one")


def _diagrams(facts: Facts) -> Iterator[Element]:
    for diagram in facts.definitions.root.all("bpmndi:BPMNDiagram"):
        yield from (one for one in diagram.walk() if one.kind.startswith(("bpmndi:", "di:")))


def _written(element: Element) -> Iterator[Found]:
    """V-ID-02. An empty id harms only where something could refer to it."""
    id = element.attributes["id"]
    if not id:
        needed = _is_one_of(element.kind, NEEDS_ID)
        yield Found(element, "V-ID-02", "E" if needed else "W", "the id is empty", "name it")
    elif not NCNAME.match(id):
        yield Found(element, "V-ID-02", "E", f"{id!r} is no id (NCName)", "rename it")
    elif len(id) > MAX_ID:
        yield Found(element, "V-ID-02", "M", f"the id is longer than {MAX_ID}", "shorten it")


@cache
def _is_one_of(kind: str, wanted: tuple[str, ...]) -> bool:
    return any(is_a(kind, one) for one in wanted)


def _loose(element: Element) -> bool:
    """Event definitions inside an event need no id."""
    return (
        element.parent is not None
        and element.parent.parent is not None
        and (is_a(element.kind, "EventDefinition"))
    )


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
        for attribute, value in element.attributes.items() if described and described.values else ():
            wanted = described.values.get(attribute) if described else None
            if wanted and not _valid(value.strip(), wanted):
                yield Found(
                    element, "V-SCHEMA-02", "E", f"{attribute}={value!r} is no {wanted}", "correct it"
                )


def parts(facts: Facts) -> Iterator[Found]:
    """V-SCHEMA-01 and V-SCHEMA-02 of what must fit together: roles and multiplicities."""
    for element in facts.elements:
        if is_a(element.kind, "ResourceRole"):
            ways = ("resourceRef", "resourceAssignmentExpression")
            if all(element.first(way) is not None for way in ways):
                text = "both a resource and an expression that finds one"
                yield Found(element, "V-SCHEMA-01", "E", text, "keep one")
        elif element.kind == "participantMultiplicity":
            least, most = (_number(element, name, start) for name, start in (("minimum", 0), ("maximum", 1)))
            if least is not None and most is not None and not (0 <= least <= most and most >= 1):
                text = f"from {least} to {most} participants"
                yield Found(element, "V-SCHEMA-02", "E", text, "keep 0 ≤ minimum ≤ maximum and 1 ≤ maximum")


def _number(element: Element, name: str, default: int) -> int | None:
    """A whole number; None where it is none (V-SCHEMA-02)."""
    text = element.get(name) or str(default)
    return int(text[:20]) if _valid(text, "Integer") else None


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
                if flow is not None and flow.kind == "sequenceFlow" and local(flow.get(end)) != node.id:
                    text = f"{kind} lists {flow.id}, whose {end} is {flow.get(end)!r}"
                    yield Found(node, "V-SCHEMA-03", "E", text, "correct the list or the flow")


RULES: Final = (root, ids, schema, parts, copies)
STRUCTURAL: Final = ("V-XML", "V-ID", "V-REF", "V-EXT", "V-SCHEMA")
