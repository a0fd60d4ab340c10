"""DMN XML to a model that can be evaluated, or every fault at once."""

from collections.abc import Mapping

from backend.engine.model import Element

from .boxed import BoxedReader
from .decision_model import DecisionModel
from .graph import Node, connect, nodes_of, order_of
from .imports import import_models
from .item_types import ItemTypes
from .metamodel import check_elements
from .services import read_service
from .source import EXPRESSIONS, Source, expression_in


def read_dmn(xml: bytes, imports: Mapping[str, DecisionModel] | None = None) -> DecisionModel:
    """The model of a DMN file (1.1 to 1.5). Raises ModelFaults with every fault found.

    imports: models that may be imported, by their namespace; nothing is ever fetched.
    """
    source = Source(xml)
    foreign = import_models(source, imports or {})
    types = ItemTypes(source, foreign.types, foreign.members)
    nodes = nodes_of(source, types.of)
    for key in foreign.nodes:
        nodes[key] = foreign.nodes[key]
    own = {key: node for key, node in nodes.items() if key not in foreign.nodes}
    check_elements(source)
    connect_own(source, nodes, own)
    for node in own.values():
        node.prefixes = {k: foreign.prefixes[k] for k in (*node.needs, *node.knows) if k in foreign.prefixes}
    order = order_of(source, nodes)
    boxed = BoxedReader(source, types)
    for node in own.values():
        _read_logic(boxed, nodes, node)
    source.refuse()
    model = DecisionModel(source.root.name, source.namespace, nodes, order, foreign.paths)
    model.warnings = tuple(source.faults)
    model.types = types.own
    model.members = types.members
    return model


def connect_own(source: Source, nodes: dict[str, Node], own: dict[str, Node]) -> None:
    """Requirements and services of the model's own elements."""
    connect(source, nodes, own)
    for node in own.values():
        if node.kind == "decisionService":
            node.service = read_service(source, nodes, node.element)
            knows = [k for key in node.service.inside for k in nodes[key].knows]
            node.knows = tuple(dict.fromkeys(knows))


def _read_logic(boxed: BoxedReader, nodes: dict[str, Node], node: Node) -> None:
    names = {node.prefixes.get(key) or nodes[key].variable for key in (*node.needs, *node.knows)}
    if node.kind == "decision":
        if (expression := _single(boxed, node.element)) is not None:
            node.logic = boxed.read(expression, names, node.name, node.type)
    elif node.kind == "businessKnowledgeModel":
        function = node.element.first("encapsulatedLogic")
        if function is None:
            boxed.source.must(
                node.element, "D-BKM-01", "the knowledge model has no logic", "add its function"
            )
        else:
            node.logic = boxed.function(function, frozenset(names | {node.variable}), node.name)


def _single(boxed: BoxedReader, element: Element) -> Element | None:
    found = [child for child in element.children if child.kind in EXPRESSIONS]
    if len(found) > 1:
        boxed.source.fault(element, "D-BOX-LITERAL", "the decision has two expressions", "keep one of them")
    if not found:
        boxed.source.must(element, "D-DEC-02", "the decision has no logic", "add an expression or a table")
    return expression_in(element)
