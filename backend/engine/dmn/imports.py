"""Imports of other models: their elements and types under a prefix (D-IMP)."""

from collections.abc import Iterator, Mapping
from typing import Any

import msgspec

from backend.engine.feel.names import canonical
from backend.engine.feel.types import Type
from backend.engine.model import Element

from .graph import KINDS, Node, check_name
from .namespaces import VERSIONS
from .source import Source


class Imported(msgspec.Struct):
    """nodes by `namespace#id`; types by `prefix.name`; the prefix of each node's import by the node's key.

    paths: for every node that came along, the prefixes that lead to it, the nearest first.
    members: names that stand behind a dot in the imported models.
    """

    nodes: dict[str, Node]
    types: dict[str, Type]
    prefixes: dict[str, str]
    paths: dict[str, tuple[str, ...]]
    members: set[str]


def import_models(source: Source, available: Mapping[str, Any]) -> Imported:
    """What the model's import elements bring; faults for what cannot be imported (D-IMP-03)."""
    found = Imported({}, {}, {}, {}, set())
    names = {canonical(name) for name in _own_names(source)}
    for element in source.root.all("import"):
        _check_prefix(source, element, names)
        if element.get("importType") not in VERSIONS:
            text = f"no import of '{element.get('importType')}', only of DMN models"
            source.fault(element, "D-IMP-03", text, "define the types in the model itself")
            continue
        model = available.get(element.get("namespace"))
        if model is None:
            text = f"the model {element.get('namespace')} is not at hand"
            source.fault(element, "D-IMP-03", text, "put the imported file beside this one")
            continue
        _take(source, element, found, model, names)
    return found


def _own_names(source: Source) -> Iterator[str]:
    return (element.name for element in source.root.children if element.kind in KINDS)


def _check_prefix(source: Source, element: Element, names: set[str]) -> None:
    """An import's name is a name like those of the elements, and none of them (D-ID-02)."""
    if not element.name:
        return
    check_name(source, element)
    if canonical(element.name) in names:
        text = f"the name '{element.name}' is used twice"
        source.fault(element, "D-ID-02", text, "rename the import or the element")
    names.add(canonical(element.name))


def _take(source: Source, element: Element, found: Imported, model: Any, names: set[str]) -> None:
    prefix = element.name
    found.members |= model.members
    keys = {key: f"{model.namespace}#{key}" for key in model.nodes if "#" not in key}
    for key, node in model.nodes.items():
        new = keys.get(key, key)
        if key in keys:
            found.prefixes[new] = prefix
            if not prefix:
                _unclashing(source, element, node.variable, names)
        found.paths.setdefault(new, (prefix, *model.paths.get(key, ())))
        if new not in found.nodes:
            found.nodes[new] = _renamed(node, new, keys)
    own_types = {canonical(one.name) for one in source.root.all("itemDefinition")}
    for name, type_ in model.types.items():
        known = canonical(f"{prefix}.{name}" if prefix else name)
        if not prefix and (known in found.types or known in own_types):
            text = f"the import brings the type '{name}', which there is already"
            source.fault(element, "D-IMP-02", text, "give the import a name")
        found.types[known] = type_


def _unclashing(source: Source, element: Element, name: str, names: set[str]) -> None:
    """Elements of imports without a name stand among our own: no two may have one name (D-IMP-02)."""
    if canonical(name) in names:
        text = f"the import brings '{name}', which there is already"
        source.fault(element, "D-IMP-02", text, "give the import a name")
    names.add(canonical(name))


def _renamed(node: Node, new: str, keys: dict[str, str]) -> Node:
    """The node with the keys of its model's elements as the importing model knows them."""

    def moved(ids: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(keys.get(k, k) for k in ids)

    service = node.service
    if service is not None:
        service = msgspec.structs.replace(
            service,
            inputs=moved(service.inputs),
            outputs=moved(service.outputs),
            inside=frozenset(keys.get(k, k) for k in service.inside),
        )
    return msgspec.structs.replace(
        node, id=new, needs=moved(node.needs), knows=moved(node.knows), service=service
    )
