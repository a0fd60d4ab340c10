"""Imports of other models: their elements and types under a prefix (D-IMP)."""

from collections.abc import Mapping
from typing import Any

import msgspec

from backend.engine.feel.types import Type

from .graph import Node
from .namespaces import VERSIONS
from .source import Source


class Imported(msgspec.Struct):
    """nodes by `namespace#id`; types by `prefix.name`; the prefix of each node's import by the node's key."""

    nodes: dict[str, Node]
    types: dict[str, Type]
    prefixes: dict[str, str]


def import_models(source: Source, available: Mapping[str, Any]) -> Imported:
    """What the model's import elements bring; faults for what cannot be imported (D-IMP-03)."""
    found = Imported({}, {}, {})
    for element in source.root.all("import"):
        if element.get("importType") not in VERSIONS:
            text = "only DMN models can be imported"
            source.fault(element, "D-IMP-03", text, "define the types in the model itself")
            continue
        model = available.get(element.get("namespace"))
        if model is None:
            text = f"the model {element.get('namespace')} is not at hand"
            source.fault(element, "D-IMP-03", text, "put the imported file beside this one")
            continue
        _take(source, found, model, element.name)
    return found


def _take(source: Source, found: Imported, model: Any, prefix: str) -> None:
    def named(name: str) -> str:
        return f"{prefix}.{name}" if prefix else name

    own = [key for key in model.nodes if "#" not in key]
    keys = {key: f"{model.namespace}#{key}" for key in own}
    for key, node in model.nodes.items():
        needs = tuple(keys.get(k, k) for k in node.needs)
        knows = tuple(keys.get(k, k) for k in node.knows)
        service = node.service
        if service is not None:
            service = _moved(service, keys)
        new = keys.get(key, key)
        if key in keys:
            found.prefixes[new] = prefix
        found.nodes[new] = msgspec.structs.replace(node, id=new, needs=needs, knows=knows, service=service)
    for name, type_ in model.types.items():
        if named(name) in found.types:
            text = f"two imports bring the type '{name}' without a prefix"
            source.fault(source.root, "D-IMP-02", text, "give one import a name")
        found.types[named(name)] = type_


def _moved(service: Any, keys: dict[str, str]) -> Any:
    return msgspec.structs.replace(
        service,
        inputs=tuple(keys.get(k, k) for k in service.inputs),
        outputs=tuple(keys.get(k, k) for k in service.outputs),
        inside=frozenset(keys.get(k, k) for k in service.inside),
    )
