"""DMN's own metamodel as data: which attributes and elements an element may have (D-NS-03).

metamodel.json is flattened from the descriptor of dmn-moddle (MIT), with what DMN 1.4 and 1.5 add; it is read
once, at import.
"""

from pathlib import Path
from typing import Final

import msgspec

from backend.engine.model import Element

from .source import Source, is_foreign


class Kind(msgspec.Struct):
    """A type: its attributes, and its child elements with their types ("" for text)."""

    attributes: frozenset[str]
    children: dict[str, str]


class Metamodel(msgspec.Struct):
    """types by their names."""

    types: dict[str, Kind]


META: Final = msgspec.json.decode(Path(__file__).with_name("metamodel.json").read_bytes(), type=Metamodel)
OPAQUE: Final = frozenset({"ExtensionElements"})
SINCE: Final = {
    "conditional": "1.4",
    "filter": "1.4",
    "for": "1.4",
    "every": "1.4",
    "some": "1.4",
    "typeConstraint": "1.5",
}
_ANYWHERE: Final = frozenset(child for kind in META.types.values() for child in kind.children)


def check_elements(source: Source) -> None:
    """Fault unknown elements; tell those out of place or of a later version, and unknown attributes."""
    stack = [(source.root, META.types["Definitions"])]
    while stack:
        element, kind = stack.pop()
        _check_attributes(source, element, kind)
        for child in element.children:
            if is_foreign(child):
                continue
            wanted = kind.children.get(child.kind)
            if wanted is None:
                _misplaced(source, element, child)
            elif wanted and wanted not in OPAQUE:
                _check_version(source, child)
                stack.append((child, META.types[wanted]))


def _misplaced(source: Source, element: Element, child: Element) -> None:
    if child.kind in _ANYWHERE:
        text = f"a '{child.kind}' has no place in a '{element.kind}'; it is passed over"
        source.must(child, "D-NS-03", text, "move it to where it belongs, or remove it")
    else:
        text = f"there is no element '{child.kind}' in DMN"
        source.fault(child, "D-NS-03", text, "remove it or correct the namespace")


def _check_version(source: Source, element: Element) -> None:
    since = SINCE.get(element.kind, "")
    if since > source.version:
        text = f"'{element.kind}' is of DMN {since}, the model of DMN {source.version}"
        source.must(element, "D-NS-03", text, f"export the model as DMN {since}")


def _check_attributes(source: Source, element: Element, kind: Kind) -> None:
    for name in element.attributes:
        if ":" not in name and name[0] != "{" and name not in kind.attributes:
            text = f"a '{element.kind}' has no attribute '{name}'; it is passed over"
            source.must(element, "D-NS-03", text, "remove it, or give it a namespace of its own")
