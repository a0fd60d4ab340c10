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
    written to all. What is written under an id is written under the names too, and the other way round when
    an expression asks for the id. used: names that expressions ask for.
    """

    def __init__(self, definitions: Definitions) -> None:
        items = [one for one in definitions.by_id.values() if one.kind in ITEMS or one.kind in INNER]
        self.spaced = frozenset(one.name for one in items if one.name and not is_plain(one.name))
        self._references: dict[str, list[Element]] = {}
        for one in items:
            if one.kind == "dataObjectReference":
                target = definitions.resolve(one, one.get("dataObjectRef"))
                self._references.setdefault(target.id if target is not None else "", []).append(one)
        self.used: set[str] = set()
        self._objects = [one for one in items if one.kind == "dataObject"]

    def aliases(self) -> dict[str, tuple[str, ...]]:
        """What is written with a name or id, by each of them; nothing where it stands alone."""
        found: dict[str, tuple[str, ...]] = {}
        for item in self._objects:
            names = self.of(item)
            ids = [one for one in self.ids(item) if one not in names]
            group = (*names, *(one for one in ids if one in self.used))
            found |= {one: group if one in group else (one, *group) for one in (*names, *ids)}
        return {one: group for one, group in found.items() if len(group) > 1}

    def of(self, item: Element) -> tuple[str, ...]:
        """The names of a data object, the one that counts first."""
        references = (one.name for one in self._references.get(item.id, ()))
        names = tuple(dict.fromkeys(name for name in (item.name, *references) if name))
        return names or (item.id,)

    def ids(self, item: Element) -> tuple[str, ...]:
        """The ids of a data object and its references."""
        return (item.id, *(one.id for one in self._references.get(item.id, ())))
