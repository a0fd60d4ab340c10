"""Builders for the few kinds of Python syntax nodes that compiled FEEL consists of, and the check that no
other occurs.

Locations are set here, since `ast.fix_missing_locations` recurses along long chains.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Sequence
from types import CodeType
from typing import Any

_LINE: dict[str, Any] = {"lineno": 1, "col_offset": 0, "end_lineno": 1, "end_col_offset": 0}
_LOAD = ast.Load()
_STORE = ast.Store()

ALLOWED = frozenset({
    ast.Expression, ast.Lambda, ast.arguments, ast.arg, ast.Name, ast.Load, ast.Store, ast.Constant, ast.Call,
    ast.IfExp, ast.Compare, ast.Is, ast.IsNot, ast.NamedExpr, ast.Tuple, ast.List, ast.Dict, ast.Subscript,
    ast.Eq, ast.NotEq, ast.Lt, ast.LtE, ast.Gt, ast.GtE, ast.Attribute,
})  # fmt: skip
_PLAIN = frozenset({bool, int, str, type(None)})
_NAME = re.compile(r"[a-z][a-z_]*[0-9]*|R|V|D")


def name(id_: str) -> ast.expr:
    return ast.Name(id_, _LOAD, **_LINE)


def constant(value: bool | int | str | None) -> ast.expr:
    return ast.Constant(value, **_LINE)


def call(function: str, *arguments: ast.expr) -> ast.expr:
    """function(R, arguments…): everything that is called gets the run first."""
    return ast.Call(name(function), [name("R"), *arguments], [], **_LINE)


def bare_call(function: str, *arguments: ast.expr) -> ast.expr:
    return ast.Call(name(function), list(arguments), [], **_LINE)


def tuple_(items: Sequence[ast.expr]) -> ast.expr:
    return ast.Tuple(list(items), _LOAD, **_LINE)


def list_(items: Sequence[ast.expr]) -> ast.expr:
    return ast.List(list(items), _LOAD, **_LINE)


def dict_(keys: Sequence[str], values: Sequence[ast.expr]) -> ast.expr:
    return ast.Dict([constant(key) for key in keys], list(values), **_LINE)


def lambda_(parameters: Sequence[str], body: ast.expr) -> ast.expr:
    listed = [ast.arg(parameter, None, None, **_LINE) for parameter in parameters]
    return ast.Lambda(ast.arguments([], listed, None, [], [], None, []), body, **_LINE)


def if_(test: ast.expr, then: ast.expr, otherwise: ast.expr) -> ast.expr:
    return ast.IfExp(test, then, otherwise, **_LINE)


def is_(left: ast.expr, right: ast.expr) -> ast.expr:
    if isinstance(left, ast.Constant) and isinstance(right, ast.Constant):
        return constant(left.value is right.value)
    return ast.Compare(left, [ast.Is()], [right], **_LINE)


def is_not(left: ast.expr, right: ast.expr) -> ast.expr:
    return ast.Compare(left, [ast.IsNot()], [right], **_LINE)


def compare(left: ast.expr, op: ast.cmpop, right: ast.expr) -> ast.expr:
    return ast.Compare(left, [op], [right], **_LINE)


def class_of(value: ast.expr) -> ast.expr:
    return ast.Attribute(value, "__class__", _LOAD, **_LINE)


def keep(target: str, value: ast.expr) -> ast.expr:
    """(target := value)"""
    return ast.NamedExpr(ast.Name(target, _STORE, **_LINE), value, **_LINE)


def sequence(steps: Sequence[ast.expr]) -> ast.expr:
    """The value of the last step after all others were done: (a, b, c)[-1]."""
    if len(steps) == 1:
        return steps[0]
    return ast.Subscript(tuple_(steps), constant(-1), _LOAD, **_LINE)


def check(tree: ast.AST) -> None:
    """AssertionError if the tree holds a node, name or attribute that the compiler must never make."""
    pending: list[ast.AST] = [tree]
    while pending:
        node = pending.pop()
        if type(node) not in ALLOWED:
            raise AssertionError(f"forbidden node {type(node).__name__}")
        if isinstance(node, ast.Name) and not _NAME.fullmatch(node.id):
            raise AssertionError(f"forbidden name {node.id}")
        if isinstance(node, ast.arg) and not _NAME.fullmatch(node.arg):
            raise AssertionError(f"forbidden parameter {node.arg}")
        if isinstance(node, ast.Attribute) and node.attr != "__class__":
            raise AssertionError(f"forbidden attribute {node.attr}")
        if isinstance(node, ast.arguments) and (
            node.vararg or node.kwarg or node.kwonlyargs or node.defaults
        ):
            raise AssertionError("forbidden kind of parameter")
        if isinstance(node, ast.Dict) and None in node.keys:
            raise AssertionError("forbidden unpacking")
        if isinstance(node, ast.Constant) and type(node.value) not in _PLAIN:
            raise AssertionError("forbidden constant")
        if isinstance(node, ast.Call) and not isinstance(node.func, ast.Name):
            raise AssertionError("forbidden kind of call")
        pending.extend(ast.iter_child_nodes(node))


def code_of(function: ast.expr) -> CodeType:
    """The code object of a lambda that uses no outer variable."""
    tree = ast.Expression(function)
    check(tree)
    module = compile(tree, "<feel>", "eval", dont_inherit=True)
    return next(found for found in module.co_consts if isinstance(found, CodeType))
