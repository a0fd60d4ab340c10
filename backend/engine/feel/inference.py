"""The type of a function's result, as far as its text alone tells it; Any where it does not (F-INST-01)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from . import nodes
from .registry import Builtin
from .temporal import Date, DateTime, DaysDuration, MonthsDuration, Time
from .type_resolver import TypeLookup, resolve
from .types import ANY, BOOLEAN, DATE, DATE_TIME, DAYS, MONTHS, NULL, NUMBER, STRING, TIME, Type

_BOOLEAN = (nodes.Boolean, nodes.Between, nodes.In, nodes.InstanceOf, nodes.Quantified)
_COMPARING = frozenset({"=", "!=", "<", "<=", ">", ">=", "and", "or"})
_TEMPORAL: dict[type, Type] = {
    Date: DATE, Time: TIME, DateTime: DATE_TIME, DaysDuration: DAYS, MonthsDuration: MONTHS,
}  # fmt: skip
# Expressions that one inference looks at; a longer function has a result of type Any.
LOOKED_AT = 100
Builtins = Callable[[str], Builtin | None]


class Inference:
    """Finds types of expressions. Sound: a value is of the type found, or null."""

    def __init__(self, types: TypeLookup, builtins: Builtins) -> None:
        self.types = types
        self.builtins = builtins
        self.left = LOOKED_AT

    def type_of(self, node: nodes.Node, known: Mapping[str, Type]) -> Type:
        """The type of an expression among names of known type."""
        self.left -= 1
        if self.left < 0:
            return ANY
        if isinstance(node, _BOOLEAN):
            return BOOLEAN
        match node:
            case nodes.Number():
                return NUMBER
            case nodes.String():
                return STRING
            case nodes.Null():
                return NULL
            case nodes.AtLiteral():
                return _TEMPORAL.get(type(node.value), NULL)
            case nodes.Name():
                return known.get(node.name, ANY)
            case nodes.Negation():
                return NUMBER
            case nodes.Binary():
                return self._binary(node, known)
            case nodes.If():
                results = [result for _, result in node.cases] + [node.otherwise]
                return _common([self.type_of(result, known) for result in results])
        return self._structured(node, known)

    def _structured(self, node: nodes.Node, known: Mapping[str, Type]) -> Type:
        match node:
            case nodes.ListNode():
                return Type("list", (_common([self.type_of(item, known) for item in node.items]),))
            case nodes.ContextNode():
                keys = tuple(key for key, _ in node.entries)
                outer = {name: found for name, found in known.items() if name not in keys}
                return Type("context", tuple(self.type_of(value, outer) for _, value in node.entries), keys)
            case nodes.FunctionNode() if node.body is not None:
                taken = self.parameters(node)
                inner = {**known, **dict(zip(node.parameters, taken, strict=True))}
                return Type("function", (*taken, self.type_of(node.body, inner)))
            case nodes.Call(left=nodes.Name(name=name)) if name not in known:
                return _result(self.builtins(name))
        return ANY

    def parameters(self, node: nodes.FunctionNode) -> tuple[Type, ...]:
        """The declared types of a function's parameters."""
        found = (resolve(t, self.types) if t is not None else None for t in node.types)
        return tuple(one or ANY for one in found)

    def _binary(self, node: nodes.Binary, known: Mapping[str, Type]) -> Type:
        if node.op in _COMPARING:
            return BOOLEAN
        left, right = self.type_of(node.left, known), self.type_of(node.right, known)
        if left == right == NUMBER or (node.op == "+" and left == right == STRING):
            return left
        return ANY


def _common(types: list[Type]) -> Type:
    distinct = list(dict.fromkeys(one for one in types if one != NULL))
    if not distinct:
        return NULL
    return distinct[0] if len(distinct) == 1 else ANY


def _result(builtin: Any) -> Type:
    results = {overload.result for overload in builtin.overloads} if builtin is not None else {ANY}
    return results.pop() if len(results) == 1 else ANY
