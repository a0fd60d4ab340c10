"""BPMN's own metamodel as data: which element is of which type, which attributes are typed, what refers to
what.

metamodel.json is flattened from the descriptor of bpmn-moddle (MIT); it is read once, at import.
"""

from pathlib import Path
from typing import Final

import msgspec


class Type(msgspec.Struct, rename={"supertypes": "is"}):
    """A type: itself and its supertypes, its typed attributes, and where it refers to other elements."""

    supertypes: list[str]
    values: dict[str, str] = {}
    attribute_references: dict[str, str] = msgspec.field(default_factory=dict, name="attributeReferences")
    child_references: dict[str, str] = msgspec.field(default_factory=dict, name="childReferences")


class Metamodel(msgspec.Struct):
    """elements: XML name → type ("" for plain text); enumerations: name → allowed values."""

    elements: dict[str, str]
    enumerations: dict[str, list[str]]
    types: dict[str, Type]


META: Final = msgspec.json.decode(Path(__file__).with_name("metamodel.json").read_bytes(), type=Metamodel)


_TYPES: Final = {kind: META.types.get(name) for kind, name in META.elements.items()}
_IS: Final = {kind: frozenset(found.supertypes) for kind, found in _TYPES.items() if found is not None}
_NOTHING: Final[frozenset[str]] = frozenset()


def type_of(kind: str) -> Type | None:
    """The type of an element of this XML name; None for plain text children and foreign elements."""
    return _TYPES.get(kind)


def is_a(kind: str, wanted: str) -> bool:
    """Whether an element of this XML name is of a type or one of its subtypes."""
    return wanted in _IS.get(kind, _NOTHING)
