"""The syntax tree of FEEL. `at` is the position in the text, in characters.

Chains that are written flat (a + b + c, a.b[1].c, else if) lean to the left or are lists, so that no
walker needs
to recurse along them.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import msgspec


class Node(msgspec.Struct, frozen=True, gc=False):
    """Any expression."""

    at: int


class Number(Node, frozen=True):
    value: Decimal


class String(Node, frozen=True):
    value: str


class Boolean(Node, frozen=True):
    value: bool


class Null(Node, frozen=True):
    pass


class AtLiteral(Node, frozen=True):
    """`@"…"`; value None if the text is no temporal literal."""

    value: Any


class Name(Node, frozen=True):
    """A name in its canonical spelling."""

    name: str


class Negation(Node, frozen=True):
    operand: Node


class Binary(Node, frozen=True):
    """op: + - * / ** and or = != < <= > >="""

    op: str
    left: Node
    right: Node


class Between(Node, frozen=True):
    left: Node
    low: Node
    high: Node


class In(Node, frozen=True):
    """`left in tests`; tests joined by or."""

    left: Node
    tests: tuple[Node, ...]


class InstanceOf(Node, frozen=True):
    left: Node
    type: TypeNode


class Path(Node, frozen=True):
    left: Node
    name: str


class Filter(Node, frozen=True):
    left: Node
    condition: Node


class Call(Node, frozen=True):
    """names is None for positional arguments."""

    left: Node
    arguments: tuple[Node, ...]
    names: tuple[str, ...] | None


class Interval(Node, frozen=True):
    """A range with two ends, or with one (`<5`), where the other is None."""

    start: Node | None
    end: Node | None
    start_included: bool
    end_included: bool


class Comparison(Node, frozen=True):
    """`= e` or `!= e` as a unary test."""

    op: str
    operand: Node


class ListNode(Node, frozen=True):
    items: tuple[Node, ...]


class ContextNode(Node, frozen=True):
    entries: tuple[tuple[str, Node], ...]


class If(Node, frozen=True):
    """cases: (condition, result) of if and every else if."""

    cases: tuple[tuple[Node, Node], ...]
    otherwise: Node


class Iterator(msgspec.Struct, frozen=True):
    """`name in source`, or `name in source..end`."""

    name: str
    source: Node
    end: Node | None = None


class For(Node, frozen=True):
    iterators: tuple[Iterator, ...]
    body: Node


class Quantified(Node, frozen=True):
    """kind: some or every."""

    kind: str
    iterators: tuple[Iterator, ...]
    body: Node


class FunctionNode(Node, frozen=True):
    parameters: tuple[str, ...]
    types: tuple[TypeNode | None, ...]
    body: Node | None


class UnaryTests(Node, frozen=True):
    """tests is empty for `-`."""

    tests: tuple[Node, ...]
    negated: bool


class TypeNode(msgspec.Struct, frozen=True):
    """A type as written: kind is list, range, context, function or the qualified name."""

    kind: str
    parts: tuple[TypeNode, ...] = ()
    names: tuple[str, ...] = ()
    bare: bool = True
