"""Syntax tree to Python code object, once per text. No source text is made; `pycode` bounds what can occur.

The code is a lambda (R, V) or, for unary tests, (R, V, q): the run, the variables, the tested value.
Left-leaning chains are cut into steps `(t1 := …, t2 := t1 …, …)[-1]`, so that the depth of the Python tree
follows the nesting of the FEEL text and never its length.
"""

from __future__ import annotations

import ast
from collections.abc import Callable
from types import FunctionType
from typing import Any

from . import nodes, pycode
from .builtins import BUILTINS
from .compiler_base import CHAIN
from .pycode import bare_call, call, constant, if_, is_, keep, lambda_, name, sequence, tuple_
from .run import Run
from .scope import ItemScope
from .scoped_compiler import ScopedCompiler
from .tests_compiler import COMPARE, TestsCompiler
from .type_resolver import resolve

LITERALS = frozenset({"date", "time", "date and time", "duration"})
_SPINE = (nodes.Binary, nodes.Between, nodes.In, nodes.InstanceOf, nodes.Path, nodes.Filter, nodes.Call)
_ARITHMETIC = {"+": "add", "-": "subtract", "*": "multiply", "/": "divide", "**": "power"}


class Compiler(ScopedCompiler, TestsCompiler):
    """Compiles one text. `free` collects the names that only the variables can give."""

    # -- entries -------------------------------------------------------------------------------------------

    def expression(self, node: nodes.Node) -> Callable[..., Any]:
        """function(run, variables)"""
        return self._finished(lambda_(("R", "V"), self.gen(node)))

    def unary_tests(self, tests: nodes.UnaryTests) -> Callable[..., Any]:
        """function(run, variables, value) → True, False or None"""
        self.scopes.stack.append({"?": "q"})
        joined = self._any_of(tests.tests, "q") if tests.tests else constant(True)
        body = is_(joined, constant(False)) if tests.negated else joined
        return self._finished(lambda_(("R", "V", "q"), body))

    def _finished(self, function: ast.expr) -> Callable[..., Any]:
        return FunctionType(pycode.code_of(function), self.globals)

    # -- parts ---------------------------------------------------------------------------------------------

    def gen(self, node: nodes.Node) -> ast.expr:
        """Code of an expression."""
        spine: list[Any] = []
        while isinstance(node, _SPINE):
            spine.append(node)
            node = node.left
        self._level += 1
        code = _LEAVES[type(node)](self, node)
        steps: list[ast.expr] = []
        for count, link in enumerate(reversed(spine), 1):
            if count == 1 and isinstance(node, nodes.Name) and isinstance(link, nodes.Call):
                code = self._named_call(node.name, link, code)
            else:
                code = _LINKS[type(link)](self, link, code)
            if count % CHAIN == 0 and count < len(spine):
                steps.append(keep(temporary := self._fresh("t"), code))
                code = name(temporary)
        self._level -= 1
        return sequence([*steps, code])

    # -- leaves --------------------------------------------------------------------------------------------

    def _number(self, node: nodes.Number) -> ast.expr:
        return self._constant(node.value)

    def _literal(self, node: nodes.String | nodes.Boolean) -> ast.expr:
        return constant(node.value)

    def _null(self, node: nodes.Null) -> ast.expr:
        return constant(None)

    def _at(self, node: nodes.AtLiteral) -> ast.expr:
        if node.value is None:
            return self._fail(node.at, "F-DT-01", "no date, time or duration")
        return self._constant(node.value)

    def _name(self, node: nodes.Name) -> ast.expr:
        found = self.scopes.find(node.name)
        code = name(found.variable) if found.variable else self._variable(node.name, node.at, not found.items)
        if found.items:
            asked = bare_call("pick", tuple_([name(i.variable) for i in found.items]), constant(node.name))
            kept = self._fresh("t")
            return if_(pycode.is_not(keep(kept, asked), name("missing")), name(kept), code)
        return code

    def _variable(self, canonical: str, at: int, certain: bool = True) -> ast.expr:
        builtin = self.scopes.builtin(canonical)
        spelling = self.scopes.declared.get(canonical, canonical)
        if builtin is None and certain:
            self.free.add(spelling)
        arguments = (name("V"), constant(spelling), constant(at))
        return call("load_or", *arguments, self._constant(builtin)) if builtin else call("load", *arguments)

    def _negation(self, node: nodes.Negation) -> ast.expr:
        if isinstance(node.operand, nodes.Number):
            value = node.operand.value
            return self._constant(value.copy_negate() if value else value)
        return call("negate", constant(node.at), self.gen(node.operand))

    def _interval(self, node: nodes.Interval) -> ast.expr:
        at = constant(node.at)
        if node.start is not None and node.end is not None:
            ends = self.gen(node.start), self.gen(node.end)
            return call("make_range", at, *ends, constant(node.start_included), constant(node.end_included))
        end, below = (node.start, False) if node.end is None else (node.end, True)
        assert end is not None
        return call(
            "half_range",
            at,
            self.gen(end),
            constant(below),
            constant(node.end_included if below else node.start_included),
        )

    def _list(self, node: nodes.ListNode) -> ast.expr:
        return pycode.list_([self.gen(item) for item in node.items])

    # -- links of a chain ----------------------------------------------------------------------------------

    def _binary(self, node: nodes.Binary, left: ast.expr) -> ast.expr:
        op, at = node.op, constant(node.at)
        if op in _ARITHMETIC:
            return call(_ARITHMETIC[op], at, left, self.gen(node.right))
        if op in COMPARE:
            return self._compare(op, at, left, node.right)
        kept = self._fresh("t")
        decided, rest = (False, "conjunction") if op == "and" else (True, "disjunction")
        undecided = call(rest, at, name(kept), self.gen(node.right))
        return if_(is_(keep(kept, left), constant(decided)), constant(decided), undecided)

    def _between(self, node: nodes.Between, left: ast.expr) -> ast.expr:
        return call("between", constant(node.at), left, self.gen(node.low), self.gen(node.high))

    def _in(self, node: nodes.In, left: ast.expr) -> ast.expr:
        kept = self._fresh("t")
        self.scopes.stack.append({"?": kept})
        tests = self._any_of(node.tests, kept)
        self.scopes.stack.pop()
        return sequence([keep(kept, left), tests])

    def _instance(self, node: nodes.InstanceOf, left: ast.expr) -> ast.expr:
        wanted = resolve(node.type, self.types)
        return call("is_instance", constant(node.at), left, self._constant(wanted))

    def _path(self, node: nodes.Path, left: ast.expr) -> ast.expr:
        return call("path", constant(node.at), left, constant(node.name))

    def _filter(self, node: nodes.Filter, left: ast.expr) -> ast.expr:
        at = constant(node.at)
        literal = node.condition.operand if isinstance(node.condition, nodes.Negation) else node.condition
        if isinstance(literal, nodes.Number):
            return call("index", at, left, self.gen(node.condition))
        if isinstance(literal, nodes.Null):
            return sequence([left, self._fail(node.at, "F-FILT-04", "a filter that is null")])
        scope = ItemScope(self._fresh("v"))
        self.scopes.stack.append(scope)
        condition = lambda_((scope.variable,), self.gen(node.condition))
        self.scopes.stack.pop()
        return call("select", at, left, condition)

    def _call(self, node: nodes.Call, function: ast.expr) -> ast.expr:
        arguments = tuple_([self.gen(argument) for argument in node.arguments])
        if node.names is not None:
            return call("call_named", constant(node.at), function, self._constant(node.names), arguments)
        return call("call", constant(node.at), function, arguments)

    def _named_call(self, called: str, node: nodes.Call, function: ast.expr) -> ast.expr:
        """A call of a name; one that can only be a built-in is called without a look-up."""
        builtin = self._certain_builtin(called)
        if builtin is None:
            return self._call(node, function)
        literal = _literal_value(called, node)
        if literal is not None:
            return self._constant(literal)
        arguments = [self.gen(argument) for argument in node.arguments]
        if node.names is None:
            return call(self._global(builtin.invoke), constant(node.at), tuple_(arguments))
        if len(set(node.names)) != len(node.names):
            return self._fail(node.at, "F-FN-03", "a parameter is given twice")
        return call(
            self._global(builtin.invoke_named), constant(node.at), pycode.dict_(node.names, arguments)
        )

    def _global(self, value: Any) -> str:
        key = self._fresh("b")
        self.globals[key] = value
        return key


_LEAVES: dict[type, Callable[[Compiler, Any], ast.expr]] = {
    nodes.Number: Compiler._number, nodes.String: Compiler._literal, nodes.Boolean: Compiler._literal,
    nodes.Null: Compiler._null, nodes.AtLiteral: Compiler._at, nodes.Name: Compiler._name,
    nodes.Negation: Compiler._negation, nodes.Interval: Compiler._interval, nodes.ListNode: Compiler._list,
    nodes.ContextNode: Compiler._context, nodes.If: Compiler._if, nodes.For: Compiler._for,
    nodes.Quantified: Compiler._quantified, nodes.FunctionNode: Compiler._function,
}  # fmt: skip
_LINKS: dict[type, Callable[[Compiler, Any, ast.expr], ast.expr]] = {
    nodes.Binary: Compiler._binary, nodes.Between: Compiler._between, nodes.In: Compiler._in,
    nodes.InstanceOf: Compiler._instance, nodes.Path: Compiler._path, nodes.Filter: Compiler._filter,
    nodes.Call: Compiler._call,
}  # fmt: skip


def _literal_value(called: str, node: nodes.Call) -> Any:
    """The value of a date, time or duration that is written out, such as date("2024-01-01"); else None."""
    literal = called in LITERALS and node.names is None
    if not literal or not all(isinstance(a, nodes.String | nodes.Number) for a in node.arguments):
        return None
    values = tuple(a.value for a in node.arguments if isinstance(a, nodes.String | nodes.Number))
    return BUILTINS[called].invoke(Run(), node.at, values)
