"""Types as written to types: the built-in names, and those that a model defines."""

from __future__ import annotations

from collections.abc import Callable

from .nodes import TypeNode
from .types import Type, simple_type

TypeLookup = Callable[[str], Type | None]


def no_types(name: str) -> Type | None:
    """Knows no type beyond FEEL's own."""
    return None


def resolve(node: TypeNode, lookup: TypeLookup) -> Type | None:
    """The type, or None if a name in it is unknown or a bare list, context, function or range (F-INST-02)."""
    if node.bare:
        return lookup(node.kind) or simple_type(node.kind)
    parts = [resolve(part, lookup) for part in node.parts]
    known = tuple(part for part in parts if part is not None)
    return Type(node.kind, known, node.names) if len(known) == len(parts) else None
