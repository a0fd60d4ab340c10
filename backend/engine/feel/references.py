"""Which names occur in an expression: a safe over-estimate that ignores hiding."""

from __future__ import annotations

from typing import Any

from . import nodes

_CHILDREN: dict[type, tuple[str, ...]] = {
    nodes.Negation: ("operand",), nodes.Binary: ("left", "right"), nodes.Between: ("left", "low", "high"),
    nodes.InstanceOf: ("left",), nodes.Path: ("left",), nodes.Filter: ("left", "condition"),
    nodes.Interval: ("start", "end"), nodes.Comparison: ("operand",), nodes.FunctionNode: ("body",),
}  # fmt: skip


def children(node: Any) -> list[Any]:
    """The expressions directly within a node."""
    match node:
        case nodes.In():
            return [node.left, *node.tests]
        case nodes.Call():
            return [node.left, *node.arguments]
        case nodes.ListNode():
            return list(node.items)
        case nodes.ContextNode():
            return [value for _, value in node.entries]
        case nodes.If():
            return [part for case in node.cases for part in case] + [node.otherwise]
        case nodes.For() | nodes.Quantified():
            ends = [part for i in node.iterators for part in (i.source, i.end) if part is not None]
            return [*ends, node.body]
        case nodes.UnaryTests():
            return list(node.tests)
    return [part for field in _CHILDREN.get(type(node), ()) if (part := getattr(node, field)) is not None]


def names_in(node: nodes.Node) -> set[str]:
    """Every name used in the node, however deep."""
    found: set[str] = set()
    pending: list[Any] = [node]
    while pending:
        current = pending.pop()
        if isinstance(current, nodes.Name):
            found.add(current.name)
        pending.extend(children(current))
    return found
