"""A7: quantities, standard loops and multi-instance."""

from collections.abc import Iterator
from typing import Final

from .element import Element
from .facts import EVENT_DEFINITIONS, SUB_PROCESSES, Facts, Found, true

VISIBLE_DATA: Final = frozenset({"dataObject", "dataObjectReference", "property", "dataInput"})
THROWABLE: Final = frozenset({"signal", "message", "escalation", "error", "compensation"})


def quantities(facts: Facts) -> Iterator[Found]:
    """V-LOOP-01."""
    for node in facts.nodes:
        for attribute in ("startQuantity", "completionQuantity"):
            if _below_one(node.get(attribute, "1")):
                yield Found(node, "V-LOOP-01", "E", f"{attribute} must be 1 or more", "correct it")


def _below_one(text: str) -> bool:
    return text.lstrip("+-").isdecimal() and int(text[:20]) < 1


def loops(facts: Facts) -> Iterator[Found]:
    """V-LOOP-02, V-LOOP-03, V-MI-01 to V-MI-05."""
    for loop in facts.by_kind.get("standardLoopCharacteristics", ()):
        if loop.parent is not None:
            yield from _standard(loop.parent, loop)
    for loop in facts.by_kind.get("multiInstanceLoopCharacteristics", ()):
        if loop.parent is not None:
            yield from _counted(loop.parent, loop)
            yield from _behaviour(facts, loop.parent, loop)
            yield from _collection(facts, loop.parent, loop)


def _standard(node: Element, loop: Element) -> Iterator[Found]:
    maximum = loop.get("loopMaximum")
    condition = loop.first("loopCondition")
    if not maximum and (condition is None or not condition.text.strip()):
        yield Found(node, "V-LOOP-02", "E", "the loop has neither condition nor maximum", "write one")
    if _below_one(maximum):
        yield Found(node, "V-LOOP-03", "E", "loopMaximum must be 1 or more", "correct it")


def _counted(node: Element, loop: Element) -> Iterator[Found]:
    zeebe = loop.extension("zeebe:loopCharacteristics")
    listed = zeebe is not None and bool(zeebe.get("inputCollection"))
    collection = listed or loop.first("loopDataInputRef") is not None
    cardinality = loop.first("loopCardinality")
    counted = cardinality is not None and bool(cardinality.text.strip())
    if not collection and not counted:
        yield Found(node, "V-MI-01", "E", "neither a number nor a collection to loop over", "give one")
    if collection and counted:
        text = "both a number and a collection: the collection decides"
        yield Found(node, "V-MI-05", "W", text, "delete one")
    if (loop.first("outputDataItem") is None) != (loop.first("loopDataOutputRef") is None):
        text = "outputDataItem and loopDataOutputRef belong together"
        yield Found(node, "V-MI-04", "M", text, "add the other")


def _behaviour(facts: Facts, node: Element, loop: Element) -> Iterator[Found]:
    """V-MI-03."""
    if loop.get("behavior") == "Complex" and loop.first("complexBehaviorDefinition") is None:
        text = "behavior=Complex without a definition"
        yield Found(node, "V-MI-03", "E", text, "add complexBehaviorDefinition")
    named = [facts.target(loop, one) for one in ("oneBehaviorEventRef", "noneBehaviorEventRef")]
    for complex in loop.all("complexBehaviorDefinition"):
        named += [one for event in complex.children for one in facts.triggers(event)]
    for definition in named:
        kind = EVENT_DEFINITIONS.get(definition.kind, "") if definition is not None else ""
        if kind and kind not in THROWABLE:
            text = f"a {kind} is to be thrown by the instances, which never is"
            yield Found(node, "V-MI-03", "E", text, "throw a signal, message, escalation or error")


def _collection(facts: Facts, node: Element, loop: Element) -> Iterator[Found]:
    """V-MI-02: a task loops over its own data input, a sub-process over data that it sees."""
    reference = loop.first("loopDataInputRef")
    target = facts.definitions.resolve(reference, reference.text) if reference is not None else None
    if target is None:
        return
    own = target.kind == "dataInput" and target.parent is not None and target.parent.parent is node
    seen = node.kind in SUB_PROCESSES and target.kind in VISIBLE_DATA and _holds(target, node)
    if not own and not seen:
        wanted = "data that it sees" if node.kind in SUB_PROCESSES else "a data input of its own"
        text = f"{target.id}, which is looped over, is not {wanted}"
        yield Found(node, "V-MI-02", "E", text, f"name {wanted}")
    elif not _is_collection(facts, target):
        yield Found(node, "V-MI-02", "M", f"{target.id} is no collection", "set isCollection=true")


def _holds(data: Element, node: Element) -> bool:
    """Whether data are declared in a scope around a node."""
    scope = data.parent
    if scope is not None and scope.kind == "ioSpecification":
        scope = scope.parent
    at = node.parent
    while at is not None and at is not scope:
        at = at.parent
    return at is not None


def _is_collection(facts: Facts, data: Element) -> bool:
    if data.kind == "dataObjectReference":
        meant = facts.target(data, "dataObjectRef")
        return meant is None or _is_collection(facts, meant)
    if true(data, "isCollection"):
        return True
    item = facts.target(data, "itemSubjectRef")
    return data.kind == "property" or (item is not None and true(item, "isCollection"))


RULES: Final = (quantities, loops)
