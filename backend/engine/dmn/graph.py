"""The requirements graph: decisions, inputs, knowledge and services, and who needs whom (D-DEC, D-CYC)."""

from collections.abc import Iterable
from typing import Any, Final

import msgspec

from backend.engine.feel.lexer import KEYWORDS
from backend.engine.feel.names import canonical, pieces
from backend.engine.feel.tokens import NAME_SIGNS
from backend.engine.feel.types import Type
from backend.engine.model import Element

from .session import Logic
from .source import Source

KINDS: Final = ("inputData", "decision", "businessKnowledgeModel", "decisionService")


class Node(msgspec.Struct):
    """An element of the graph.

    needs: ids of decisions and inputs. knows: ids of knowledge models and services. variable: the name under
    which those that require it see it. prefixes: names of the imports that foreign needs come from, by id.
    logic is filled in once all names are known.
    """

    element: Element
    kind: str
    id: str
    name: str
    variable: str
    type: Type
    needs: tuple[str, ...] = ()
    knows: tuple[str, ...] = ()
    prefixes: dict[str, str] = {}
    logic: Logic | None = None
    service: Any = None


def nodes_of(source: Source, type_of: Any) -> dict[str, Node]:
    """All nodes by id; faults for names that are no names or not distinct."""
    found: dict[str, Node] = {}
    names: dict[str, str] = {}
    for element in source.root.children:
        if element.kind not in KINDS:
            continue
        node = _node(source, element, type_of)
        check_name(source, element)
        _check_distinct(source, element, names)
        if node.id:
            found[node.id] = node
        else:
            source.fault(element, "D-ID-01", f"a {element.kind} has no id", "give it an id")
    return found


def _node(source: Source, element: Element, type_of: Any) -> Node:
    variable = element.first("variable")
    name = element.name
    if variable is not None and variable.name and variable.name != name:
        text = f"the variable '{variable.name}' is not named like its {element.kind}"
        source.must(element, "D-ID-03", text, f"rename the variable to '{name}'")
    typed = variable if variable is not None else element
    known = variable.name if variable is not None and variable.name else name
    return Node(element, element.kind, element.id, name, known, type_of(typed))


def check_name(source: Source, element: Element) -> None:
    """Told if an element's name is no FEEL name (D-ID-02)."""
    parts = pieces(element.name)
    first = parts[0] if parts else ""
    legal = first and (first[0].isalpha() or first[0] in "_?") and first not in KEYWORDS
    if not legal or any(not (p[0].isalnum() or p[0] in "_?" or p in NAME_SIGNS) for p in parts):
        text = f"'{element.name}' is no FEEL name"
        source.must(
            element, "D-ID-02", text, "begin with a letter; use letters, digits, spaces and . / - ' + *"
        )


def _check_distinct(source: Source, element: Element, names: dict[str, str]) -> None:
    name = canonical(element.name)
    if name in names:
        text = f"the name '{element.name}' is used twice"
        source.fault(element, "D-ID-02", text, "rename one of the elements")
    names[name] = element.id


def connect(source: Source, nodes: dict[str, Node], own: dict[str, Node]) -> None:
    """Fill in needs and knows from the requirements; faults for those that lead nowhere."""
    for node in own.values():
        node.needs = tuple(
            _targets(
                source, nodes, node.element, "informationRequirement", ("requiredDecision", "requiredInput")
            )
        )
        node.knows = tuple(
            _targets(source, nodes, node.element, "knowledgeRequirement", ("requiredKnowledge",))
        )


WANTED: Final = {
    "requiredDecision": ("decision",),
    "requiredInput": ("inputData",),
    "requiredKnowledge": ("businessKnowledgeModel", "decisionService"),
}


def _targets(
    source: Source, nodes: dict[str, Node], element: Element, kind: str, children: Iterable[str]
) -> Iterable[str]:
    for requirement in element.all(kind):
        for child_kind in children:
            for child in requirement.all(child_kind):
                target = target_of(source, nodes, child, WANTED[child_kind])
                if target is not None:
                    yield target


def target_of(
    source: Source, nodes: dict[str, Node], reference: Element, kinds: tuple[str, ...]
) -> str | None:
    """The id that an href means; a fault if there is no such element of the right kind (D-ID-01)."""
    namespace, _, local = reference.get("href").strip().rpartition("#")
    key = local if not namespace or namespace == source.namespace else f"{namespace}#{local}"
    node = nodes.get(key)
    if node is None or node.kind not in kinds:
        text = f"'{reference.get('href')}' is no {' or '.join(kinds)}"
        source.fault(reference, "D-ID-01", text, "let the requirement point to an element of this model")
        return None
    return key


def order_of(source: Source, nodes: dict[str, Node]) -> list[str]:
    """All ids so that each comes after all it requires; a fault for a circle (D-CYC-01)."""
    state: dict[str, int] = {}
    order: list[str] = []
    for first in nodes:
        pending = [] if first in state else [first]
        while pending:
            key = pending[-1]
            if state.get(key) == 2:
                pending.pop()
                continue
            state[key] = 1
            node = nodes[key]
            ahead = [k for k in (*node.needs, *node.knows) if k in nodes and state.get(k) != 2]
            ahead = [k for k in ahead if not (k == key and node.kind == "businessKnowledgeModel")]
            if any(state.get(k) == 1 for k in ahead):
                source.fault(node.element, "D-CYC-01", f"'{node.name}' requires itself", "break the circle")
                ahead = [k for k in ahead if state.get(k) != 1]
            if ahead:
                pending.append(ahead[0])
            else:
                state[key] = 2
                order.append(pending.pop())
    return order
