"""Migrated: everything that names an element or flow names its new one."""

from collections.abc import Container, Iterator
from typing import Any, Final, get_args, get_type_hints

import msgspec

from backend.engine import events as ev
from backend.engine.item_aware import CHOSEN, FIXED, STORE, WAITS
from backend.engine.state import State
from backend.engine.undoing import Entry

from .base import Effects


def _naming() -> tuple[str, ...]:
    """The tables of a state whose records name an element; a table that is added later is one of them."""
    found = []
    for name, hint in get_type_hints(State).items():
        record = get_args(hint)[-1] if get_args(hint) else None
        if "element" in getattr(record, "__struct_fields__", ()):
            found.append(name)
    return tuple(found)


TABLES: Final = _naming()


JOINS: Final = (":seen", ":back")
"""How the names of memories end that hold flows on which tokens came to a join."""

FLOWS: Final = (*JOINS, ":next", ":held")
"""Of those that hold flows or nodes where tokens came from or will go to."""

ENTRIES: Final = (":completed", ":left")
"""Of those that hold what can be compensated (undoing.Entry)."""

DATA: Final = (":items", ":come", STORE, FIXED, WAITS, CHOSEN)
"""Of those that hold data of the instance."""


def names_flows(name: str, value: Any) -> bool:
    """Whether a memory of this name is a list of flows."""
    return name.endswith(FLOWS) and isinstance(value, list) and all(isinstance(one, str) for one in value)


def at_join(name: str) -> bool:
    """Whether these flows lead to a join."""
    return name.endswith(JOINS)


def names_entries(name: str) -> bool:
    """Whether it tells what can be compensated."""
    return name.endswith(ENTRIES)


def is_data(name: str) -> bool:
    """Whether it holds values that only look like ids."""
    return name.endswith(DATA)


def elements_of(entries: Any) -> Iterator[str]:
    """The elements of entries, of groups of entries, and of what completed inside them."""
    if not isinstance(entries, list):
        return
    if _is_entry(entries):
        yield entries[1]
        yield from elements_of(entries[5])
    else:
        for one in entries:
            yield from elements_of(one)


def _is_entry(found: list[Any]) -> bool:
    return len(found) == len(Entry._fields) and isinstance(found[0], int) and isinstance(found[1], str)


def _entries(found: Any, elements: dict[str, str]) -> Any:
    if not isinstance(found, list):
        return found
    if _is_entry(found):
        order, element, *rest, inside = found
        return [order, elements.get(element, element), *rest, _entries(inside, elements)]
    return [_entries(one, elements) for one in found]


def owner(name: str, elements: Container[str]) -> str:
    """The element that a remembered key belongs to: the longest id that begins it before a colon; "" for
    none."""
    parts = name.split(":")
    for count in range(len(parts), 0, -1):
        found = ":".join(parts[:count])
        if found in elements:
            return found
    return ""


def _migrated(state: State, event: ev.Migrated) -> None:
    state.process = event.process
    for table in TABLES:
        records: dict[int, Any] = getattr(state, table)
        for key, record in records.items():
            to = event.elements.get(record.element, record.element)
            if to != record.element:
                records[key] = msgspec.structs.replace(record, element=to)
    for scope in state.scopes.values():
        scope.arrived = {event.positions.get(at, at): count for at, count in scope.arrived.items()}
        scope.memory = {
            _renamed(name, event.elements): _value(name, value, event) for name, value in scope.memory.items()
        }
    state.moving[:] = [(scope, event.positions.get(at, at)) for scope, at in state.moving]


def _renamed(name: str, elements: dict[str, str]) -> str:
    element = owner(name, elements)
    return elements[element] + name[len(element) :] if element else name


def _value(name: str, value: Any, event: ev.Migrated) -> Any:
    if names_flows(name, value):
        return [event.positions.get(flow, flow) for flow in value]
    return _entries(value, event.elements) if names_entries(name) else value


EFFECTS: Final[Effects] = {ev.Migrated: _migrated}
