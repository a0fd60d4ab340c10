"""Migrated: everything that names an element or flow names its new one."""

from collections.abc import Container
from typing import Any, Final, get_args, get_type_hints

import msgspec

from backend.engine import events as ev
from backend.engine.state import State

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


FLOWS: Final = (":seen", ":back")
"""How the names of memories end that hold flows of a join."""


def names_flows(name: str, value: Any) -> bool:
    """Whether a memory of this name is a list of flows."""
    return name.endswith(FLOWS) and isinstance(value, list) and all(isinstance(one, str) for one in value)


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
            _renamed(name, event.elements): _flows(name, value, event.positions)
            for name, value in scope.memory.items()
        }
    state.moving[:] = [(scope, event.positions.get(at, at)) for scope, at in state.moving]


def _renamed(name: str, elements: dict[str, str]) -> str:
    element = owner(name, elements)
    return elements[element] + name[len(element) :] if element else name


def _flows(name: str, value: Any, positions: dict[str, str]) -> Any:
    return [positions.get(flow, flow) for flow in value] if names_flows(name, value) else value


EFFECTS: Final[Effects] = {ev.Migrated: _migrated}
