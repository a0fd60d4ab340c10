"""The constants that unary tests compare with, and whether the tests depend on nothing else."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

import msgspec

from . import nodes
from .compiler import Compiler
from .diagnostics import DEFAULT_LIMITS, FeelFault, LimitExceeded
from .expression import surroundings
from .run import Run
from .type_resolver import no_types

_SPLIT: Final = (
    nodes.UnaryTests, nodes.Comparison, nodes.Interval, nodes.ListNode, nodes.Between, nodes.In,
)  # fmt: skip
_OPERATORS: Final = frozenset({"and", "or", "=", "!=", "<", "<=", ">", ">="})
_ITSELF: Final = "?"


def constants(text: str) -> tuple[list[Any], bool]:
    """(values, whole): the constants in the order of the text; whole if the tests compare the value with them
    and do nothing else. Raises FeelFault if the text does not parse."""
    values: list[Any] = []
    whole = True
    for node in _leaves(surroundings().parser(text).whole_unary_tests()):
        if isinstance(node, nodes.Name) and node.name == _ITSELF:
            continue
        known, value = _constant(node)
        whole = whole and known
        if known and value is not None:
            values.append(value)
    return values, whole


def _leaves(node: nodes.Node) -> Iterator[nodes.Node]:
    """The operands of comparisons, ranges, lists and logic."""
    if isinstance(node, _SPLIT) or (isinstance(node, nodes.Binary) and node.op in _OPERATORS):
        for name in node.__struct_fields__:
            yield from _children(getattr(node, name))
    else:
        yield node


def _children(part: Any) -> Iterator[nodes.Node]:
    if isinstance(part, nodes.Node):
        yield from _leaves(part)
    elif isinstance(part, tuple):
        for each in part:
            yield from _children(each)


def _constant(node: nodes.Node) -> tuple[bool, Any]:
    """(True, value) of an expression without variables."""
    compiler = Compiler({}, False, no_types)
    try:
        function = compiler.expression(node)
        if compiler.free or _asks_itself(node):
            return False, None
        return True, function(Run(None, DEFAULT_LIMITS), {})
    except (FeelFault, LimitExceeded, ArithmeticError, RecursionError):
        return False, None


def _asks_itself(node: Any) -> bool:
    if isinstance(node, nodes.Name):
        return node.name == _ITSELF
    if isinstance(node, msgspec.Struct):
        return any(_asks_itself(getattr(node, name)) for name in node.__struct_fields__)
    return isinstance(node, tuple) and any(_asks_itself(each) for each in node)
