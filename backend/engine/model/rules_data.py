"""A8 and correlation: data inputs and outputs, their sets, associations, item definitions, keys."""

from collections.abc import Iterator
from typing import Final

from .element import Element
from .facts import Facts, Found
from .metamodel import is_a

SIDES: Final = (
    ("dataInput", "inputSet", "dataInputRefs", ("optionalInputRefs", "whileExecutingInputRefs")),
    ("dataOutput", "outputSet", "dataOutputRefs", ("optionalOutputRefs", "whileExecutingOutputRefs")),
)
ASSOCIATIONS: Final = ("dataInputAssociation", "dataOutputAssociation")
LOOP_DATA: Final = ("inputDataItem", "outputDataItem")
COLLECTIONS: Final = ("dataInput", "dataOutput", "dataObject")
XSD: Final = "http://www.w3.org/2001/XMLSchema"
TYPES: Final = frozenset({"string", "number", "boolean", "date", "time", "context", "list", "Any"})


def named(facts: Facts, holder: Element, kind: str) -> list[Element]:
    """The elements that reference children of one kind name."""
    found = (facts.definitions.resolve(one, one.text) for one in holder.all(kind))
    return [one for one in found if one is not None]


def specifications(facts: Facts) -> Iterator[Found]:
    """V-DATA-01 to V-DATA-04."""
    for specification in facts.elements:
        if specification.kind != "ioSpecification":
            continue
        for item, holder, refs, _ in SIDES:
            if specification.first(holder) is None:
                yield Found(
                    specification, "V-DATA-01", "E", f"no {holder}", f"add an {holder}, empty if need be"
                )
            inside = [one for set_ in specification.all(holder) for one in named(facts, set_, refs)]
            for one in specification.all(item):
                if specification.first(holder) is not None and one not in inside:
                    yield Found(one, "V-DATA-02", "E", f"the {item} stands in no {holder}", "add it to one")
        yield from _pairs(facts, specification)


def _pairs(facts: Facts, specification: Element) -> Iterator[Found]:
    """V-DATA-04: each pairing is written on both sets."""
    for holder, refs, back in (
        ("inputSet", "outputSetRefs", "inputSetRefs"),
        ("outputSet", "inputSetRefs", "outputSetRefs"),
    ):
        for set_ in specification.all(holder):
            for other in named(facts, set_, refs):
                if set_ not in named(facts, other, back):
                    text = f"{refs} names {other.id}, whose {back} does not name it"
                    yield Found(set_, "V-DATA-04", "E", text, "name each set in the other")


def sets(facts: Facts) -> Iterator[Found]:
    """V-DATA-03."""
    for _, holder, refs, parts in SIDES:
        for set_ in facts.elements:
            if set_.kind != holder:
                continue
            inside = named(facts, set_, refs)
            for part in parts:
                for one in named(facts, set_, part):
                    if one not in inside:
                        text = f"{part} names {one.id}, which is not in {refs}"
                        yield Found(set_, "V-DATA-03", "E", text, f"add it to {refs} or remove it")


def associations(facts: Facts) -> Iterator[Found]:
    """V-DATA-05 to V-DATA-10."""
    for association in facts.elements:
        if association.kind in ASSOCIATIONS and association.parent is not None:
            sources = named(facts, association, "sourceRef")
            targets = named(facts, association, "targetRef")
            owner = association.parent
            if association.kind == "dataInputAssociation":
                yield from _input(association, owner, targets)
                others, wrong = sources, "dataOutput"
            else:
                yield from _output(association, owner, sources)
                others, wrong = targets, "dataInput"
            yield from _content(association, owner)
            for other in others:
                yield from _other_end(association, owner, other, wrong)


def _input(association: Element, owner: Element, targets: list[Element]) -> Iterator[Found]:
    """A property of the activity counts as its input: drawing tools put one there."""
    for target in targets:
        right = target.kind in ("dataInput", "property", *LOOP_DATA) and _owner(target) is owner
        if not right:
            text = f"the target {target.id} is no data input of {owner.id}"
            yield Found(association, "V-DATA-05", "E", text, "let it fill a data input of its own element")


def _output(association: Element, owner: Element, sources: list[Element]) -> Iterator[Found]:
    for source in sources:
        right = source.kind in ("dataOutput", "property", *LOOP_DATA) and _owner(source) is owner
        if not right:
            text = f"the source {source.id} is no data output of {owner.id}"
            yield Found(association, "V-DATA-06", "E", text, "let it take a data output of its own element")


def _content(association: Element, owner: Element) -> Iterator[Found]:
    """V-DATA-08, V-DATA-10. A bare arrow out of an element without outputs is what drawing tools make: it
    moves nothing, in one clear way."""
    sources = sum(1 for _ in association.all("sourceRef"))
    made = association.first("transformation") is not None or association.first("assignment") is not None
    if sources > 1 and not made:
        yield Found(association, "V-DATA-08", "E", "several sources and no transformation", "add one")
    if not sources and not made:
        drawn = association.kind == "dataOutputAssociation" and not any(
            one.kind == "dataOutput" for one in owner.walk()
        )
        severity = "M" if drawn else "E"
        text = "the association has neither source nor assignment"
        yield Found(association, "V-DATA-10", severity, text, "name the source or delete it")


def _other_end(association: Element, owner: Element, other: Element, wrong: str) -> Iterator[Found]:
    """V-DATA-07, V-DATA-09."""
    home = _owner(other)
    at: Element | None = owner
    while at is not None and at is not home:
        at = at.parent
    if at is None:
        text = f"{other.id} is not visible from {owner.id}"
        yield Found(association, "V-DATA-07", "E", text, "declare the data in a container around both")
    if other.kind == wrong and home is not None and home.kind == "process":
        what = "a data output of the process is read" if wrong == "dataOutput" else "a data input is written"
        yield Found(association, "V-DATA-09", "M", f"{what} inside it", "use a data object")


def _owner(item: Element) -> Element | None:
    """The process, sub-process, activity, event or file that an item-aware element belongs to."""
    at = item.parent
    while at is not None and not (
        at.kind in ("process", "definitions") or is_a(at.kind, "FlowNode") or is_a(at.kind, "CallableElement")
    ):
        at = at.parent
    return at


def items(facts: Facts) -> Iterator[Found]:
    """V-DATA-11, V-DATA-12, and where a property may stand."""
    for element in facts.elements:
        if element.kind in COLLECTIONS:
            item = facts.target(element, "itemSubjectRef")
            if item is not None and _many(item) != _many(element):
                text = f"isCollection differs from that of {item.id}"
                yield Found(element, "V-DATA-11", "E", text, "make both equal")
        elif element.kind == "itemDefinition" and element.get("structureRef"):
            if not _known(facts, element):
                text = f"the structure {element.get('structureRef')!r} is not known"
                yield Found(element, "V-DATA-12", "W", text, "import it, or use a type of XML Schema")
        elif element.kind == "property" and element.parent is not None:
            holder = element.parent.kind
            if (
                holder not in ("process", "event")
                and not is_a(holder, "Activity")
                and not is_a(holder, "Event")
            ):
                yield Found(
                    element, "V-SCHEMA-01", "E", f"a {holder} has no properties", "put it on the process"
                )


def _many(element: Element) -> bool:
    return element.get("isCollection").strip() in ("true", "1")


def _known(facts: Facts, item: Element) -> bool:
    prefix, colon, local = item.get("structureRef").strip().rpartition(":")
    if not colon:
        return local in TYPES or local in facts.definitions.by_id
    namespace = (item.prefixes or {}).get(prefix)
    if namespace == facts.definitions.target_namespace:
        return local in facts.definitions.by_id
    imported = (one.get("namespace") for one in facts.definitions.root.all("import"))
    return namespace == XSD or (namespace is not None and namespace in imported)


def correlation(facts: Facts) -> Iterator[Found]:
    """V-CORR-01, V-CORR-02."""
    for key in facts.elements:
        if key.kind != "correlationKey":
            continue
        properties = named(facts, key, "correlationPropertyRef")
        if key.first("correlationPropertyRef") is None:
            yield Found(key, "V-CORR-01", "E", "the correlation key has no property", "add one")
        messages = {one: _retrieved(facts, one) for one in properties}
        used = _messages(facts, key) | {id for ids in messages.values() for id in ids}
        for one, retrieved in messages.items():
            for missing in sorted(used - retrieved):
                text = f"{one.id} says not how it is found in the message {missing}"
                yield Found(key, "V-CORR-02", "M", text, "add a retrieval expression")


def _retrieved(facts: Facts, prop: Element) -> set[str]:
    expressions = prop.all("correlationPropertyRetrievalExpression")
    found = (facts.target(one, "messageRef") for one in expressions)
    return {one.id for one in found if one is not None}


def _messages(facts: Facts, key: Element) -> set[str]:
    """The messages of the conversation that a key belongs to."""
    flows = named(facts, key.parent, "messageFlowRef") if key.parent is not None else []
    found = (facts.target(flow, "messageRef") for flow in flows)
    return {one.id for one in found if one is not None}


RULES: Final = (specifications, sets, associations, items, correlation)
