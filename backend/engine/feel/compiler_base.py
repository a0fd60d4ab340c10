"""What all parts of the compiler share: scopes, fresh names, constants."""

from __future__ import annotations

import ast
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from . import nodes
from .pycode import call, constant, name
from .registry import Builtin
from .runtime import RUNTIME
from .scope import Scopes
from .type_resolver import TypeLookup

# Links of a chain (or cases of an if) before it is cut; nesting up to which comparisons are done in place.
CHAIN, INLINE_DEPTH = 6, 8


class CompilerBase:
    """Compiles one text. `free` collects the names that only the variables can give."""

    def __init__(self, declared: Mapping[str, str], extras: bool, types: TypeLookup) -> None:
        self.scopes = Scopes(declared, extras)
        self.types = types
        self.free: set[str] = set()
        self.globals: dict[str, Any] = dict(RUNTIME)
        self._constants: dict[tuple[type, Any], str] = {}
        self._count = 0
        self._level = 0

    def gen(self, node: nodes.Node) -> ast.expr:
        """Code of an expression; the compiler as a whole knows how."""
        raise NotImplementedError

    def _certain_builtin(self, called: str) -> Builtin | None:
        """The built-in that a name can only mean, if any."""
        found = self.scopes.find(called)
        return None if found.items or found.variable else self.scopes.builtin(called)

    def _fresh(self, letter: str) -> str:
        self._count += 1
        return f"{letter}{self._count}"

    def _constant(self, value: Any) -> ast.expr:
        """A Python object as a global of the code, since `ast` knows simple constants only."""
        key = (value.__class__, str(value) if isinstance(value, Decimal) else id(value))
        if key not in self._constants:
            self._constants[key] = self._fresh("k")
            self.globals[self._constants[key]] = value
        return name(self._constants[key])

    def _fail(self, at: int, rule: str, text: str) -> ast.expr:
        return call("null", constant(at), constant(rule), constant(text))
