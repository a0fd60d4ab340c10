"""How the compiler resolves a name: lexical scopes, filter items, variables of the evaluation, built-ins
(F-SCOPE-01)."""

from __future__ import annotations

from collections.abc import Mapping

from .builtins import BUILTINS, EXTENDED
from .registry import Builtin


class ItemScope:
    """The scope that a filter opens: its item, whose entries hide outer names at run time."""

    __slots__ = ("used", "variable")

    def __init__(self, variable: str) -> None:
        self.variable = variable
        self.used = False


class Found:
    """Where a name leads: filter items to be asked first, then a Python variable, or a global name."""

    __slots__ = ("items", "variable")

    def __init__(self, items: list[ItemScope], variable: str | None) -> None:
        self.items = items
        self.variable = variable


class Scopes:
    """Nested scopes, innermost last."""

    def __init__(self, declared: Mapping[str, str], extras: bool) -> None:
        self.stack: list[Mapping[str, str] | ItemScope] = []
        self.declared = declared
        self.extras = extras

    def find(self, name: str) -> Found:
        """Resolve a canonical name; marks the filter items that may decide it as used."""
        items: list[ItemScope] = []
        for scope in reversed(self.stack):
            if isinstance(scope, ItemScope):
                if name != "?":
                    scope.used = True
                    items.append(scope)
                if name == "item":
                    return Found(items, scope.variable)
            elif name in scope:
                return Found(items, scope[name])
        return Found(items, None)

    def builtin(self, name: str) -> Builtin | None:
        """The built-in of this name, unless a declared variable hides it."""
        found = (EXTENDED.get(name) if self.extras else None) or BUILTINS.get(name)
        return None if found is None or name in self.declared or (found.extra and not self.extras) else found
