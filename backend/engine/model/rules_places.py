"""A2: what may stand inside what."""

from collections.abc import Iterator
from functools import cache
from typing import Final

from .facts import Facts, Found
from .metamodel import is_a

PLACES: Final = (  # what → where; the first that fits decides
    ("EventDefinition", ("CatchEvent", "ThrowEvent", "Definitions")),
    ("ImplicitThrowEvent", ()),
    ("FlowElement", ("FlowElementsContainer",)),
    ("LoopCharacteristics", ("Activity",)),
    ("InputOutputSpecification", ("Activity", "CallableElement")),
    ("DataInputAssociation", ("Activity", "ThrowEvent")),
    ("DataOutputAssociation", ("Activity", "CatchEvent")),
    ("Participant", ("Collaboration",)),
    ("MessageFlow", ("Collaboration",)),
    ("LaneSet", ("FlowElementsContainer", "Lane")),
    ("Lane", ("LaneSet",)),
    ("RootElement", ("Definitions",)),
)
OWN: Final = ("EventDefinition", "Process", "Collaboration")  # what means something by where it stands
IMPLICIT: Final = "event"  # of a complexBehaviorDefinition, which the metamodel does not name
ONE: Final = ("LoopCharacteristics", "InputOutputSpecification")


def places(facts: Facts) -> Iterator[Found]:
    """V-SCHEMA-01: parts stand where they belong. A root element elsewhere is found by its id all the
    same."""
    for element in facts.elements:
        parent = element.parent
        if parent is None or parent.kind == IMPLICIT or _belongs(element.kind, parent.kind):
            continue
        named = is_a(element.kind, "RootElement") and not any(is_a(element.kind, one) for one in OWN)
        text = f"a {element.kind} does not belong in a {parent.kind}"
        yield Found(element, "V-SCHEMA-01", "M" if named else "E", text, "move or remove it")


@cache
def _belongs(kind: str, parent: str) -> bool:
    for what, where in PLACES:
        if is_a(kind, what):
            return not where or any(is_a(parent, one) for one in where)
    return True


def single(facts: Facts) -> Iterator[Found]:
    """V-SCHEMA-01: an activity has one way to loop and one specification of its inputs and outputs."""
    for node in facts.nodes:
        for what in ONE:
            if len(found := [child for child in node.children if is_a(child.kind, what)]) > 1:
                text = f"{len(found)} times {what}"
                yield Found(node, "V-SCHEMA-01", "E", text, "delete all but one")


RULES: Final = (places, single)
