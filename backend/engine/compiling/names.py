"""What the data of a file are called (X-DATA-01)."""

from typing import Final

from backend.engine.feel.names import is_plain
from backend.engine.model import Definitions, Element

ITEMS: Final = frozenset({"dataObject", "dataObjectReference", "dataStore", "dataStoreReference", "property"})
INNER: Final = frozenset({"dataInput", "dataOutput", "inputDataItem", "outputDataItem"})


class ItemNames:
    """The variables of data objects, and which names are of more than one word.

    A data object is a variable of its own name; without one, of its first named reference's, which is what a
    drawing shows; else of its id. Other names of references are aliases: what is written to one is
    written to all.
    """

    def __init__(self, definitions: Definitions) -> None:
        items = [one for one in definitions.by_id.values() if one.kind in ITEMS or one.kind in INNER]
        self.spaced = frozenset(one.name for one in items if one.name and not is_plain(one.name))
        self._references: dict[str, list[Element]] = {}
        for one in items:
            if one.kind == "dataObjectReference":
                target = definitions.resolve(one, one.get("dataObjectRef"))
                self._references.setdefault(target.id if target is not None else "", []).append(one)
        self.aliases: dict[str, tuple[str, ...]] = {}
        for one in items:
            if one.kind == "dataObject" and len(names := self.of(one)) > 1:
                self.aliases.update(dict.fromkeys(names, names))

    def of(self, item: Element) -> tuple[str, ...]:
        """The names of a data object, the one that counts first."""
        references = (one.name for one in self._references.get(item.id, ()))
        names = tuple(dict.fromkeys(name for name in (item.name, *references) if name))
        return names or (item.id,)

    def ids(self, item: Element) -> tuple[str, ...]:
        """The ids of a data object and its references."""
        return (item.id, *(one.id for one in self._references.get(item.id, ())))
