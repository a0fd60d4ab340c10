"""Syntax tree to Python code object, once per text. No source text is made; `pycode` bounds what can occur.

The code is a lambda (R, V) or, for unary tests, (R, V, q): the run, the variables, the tested value.
Left-leaning chains are cut into steps `(t1 := …, t2 := t1 …, …)[-1]`, so that the depth of the Python tree
follows the nesting of the FEEL text and never its length.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from types import FunctionType
from typing import Any

from . import arithmetic, calls, conformance, loops, nodes, operators, pycode
from .pycode import bare_call, call, constant, if_, is_, keep, lambda_, name, sequence, tuple_
from .references import names_in
from .run import MISSING, load, load_or
from .scope import ItemScope, Scopes
from .type_resolver import TypeLookup, resolve

CHAIN, INLINE_DEPTH = 6, 8
_SPINE = (nodes.Binary, nodes.Between, nodes.In, nodes.InstanceOf, nodes.Path, nodes.Filter, nodes.Call)
_ARITHMETIC = {"+": "add", "-": "subtract", "*": "multiply", "/": "divide", "**": "power"}
_COMPARE: dict[str, tuple[str, type[ast.cmpop]]] = {
    "=": ("eq", ast.Eq), "!=": ("ne", ast.NotEq), "<": ("lt", ast.Lt), "<=": ("le", ast.LtE),
    ">": ("gt", ast.Gt), ">=": ("ge", ast.GtE),
}  # fmt: skip
RUNTIME: dict[str, Any] = {
    "__builtins__": {}, "D": Decimal, "text_class": str, "missing": MISSING, "load": load, "load_or": load_or,
    "add": arithmetic.add, "subtract": arithmetic.subtract, "multiply": arithmetic.multiply,
    "divide": arithmetic.divide, "power": arithmetic.power, "negate": arithmetic.negate,
    "eq": operators.eq, "ne": operators.ne, "lt": operators.lt, "le": operators.le, "gt": operators.gt,
    "ge": operators.ge, "conjunction": operators.conjunction, "disjunction": operators.disjunction,
    "between": operators.between, "span_test": operators.span_test, "make_range": operators.make_range,
    "half_range": operators.half_range, "member": operators.member, "own_test": operators.own_test,
    "one_of": operators.one_of, "any_test": operators.any_test, "path": operators.path,
    "pick": operators.pick,
    "index": operators.index, "select": operators.select, "make_function": operators.make_function,
    "call": calls.call, "call_named": calls.call_named, "is_instance": conformance.is_instance,
    "items": loops.items, "span": loops.span, "loop": loops.loop, "quantified": loops.quantified,
    "null": lambda run, at, rule, text: run.null(rule, text, at),
}  # fmt: skip


class Compiler:
    """Compiles one text. `free` collects the names that only the variables can give."""

    def __init__(self, declared: Mapping[str, str], extras: bool, types: TypeLookup) -> None:
        self.scopes = Scopes(declared, extras)
        self.types = types
        self.free: set[str] = set()
        self.globals: dict[str, Any] = dict(RUNTIME)
        self._constants: dict[tuple[type, Any], str] = {}
        self._count = 0
        self._level = 0

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

    def _fail(self, at: int, rule: str, text: str) -> ast.expr:
        return call("null", constant(at), constant(rule), constant(text))

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

    def _context(self, node: nodes.ContextNode) -> ast.expr:
        keys = [key for key, _ in node.entries]
        if len(set(keys)) != len(keys):
            return self._fail(node.at, "F-CTX-01", "a key of the context is given twice")
        needs = {key: names_in(value) & set(keys) for key, value in node.entries}
        if not any(needs.values()):
            return pycode.dict_(keys, [self.gen(value) for _, value in node.entries])
        return self._linked_context(dict(node.entries), needs)

    def _linked_context(self, entries: dict[str, nodes.Node], needs: dict[str, set[str]]) -> ast.expr:
        """A context whose entries refer to each other: evaluated in the order of their needs (F-CTX-01,
        03)."""
        variables = {key: self._fresh("v") for key in entries}
        order = _by_needs(needs)
        functions = {key for key in entries if isinstance(entries[key], nodes.FunctionNode)}
        steps = [keep(variables[key], constant(None)) for key in entries] if functions else []
        done: dict[str, str] = {}
        for key in order:
            self.scopes.stack.append(variables if key in functions else dict(done))
            steps.append(keep(variables[key], self.gen(entries[key])))
            self.scopes.stack.pop()
            done[key] = variables[key]
        steps.append(pycode.dict_(list(entries), [name(variables[key]) for key in entries]))
        return sequence(steps)

    def _if(self, node: nodes.If) -> ast.expr:
        code = self.gen(node.otherwise)
        steps: list[ast.expr] = []
        for count, (condition, then) in enumerate(reversed(node.cases), 1):
            code = if_(is_(self.gen(condition), constant(True)), self.gen(then), code)
            if count % CHAIN == 0 and count < len(node.cases):
                steps.append(keep(rest := self._fresh("f"), lambda_((), code)))
                code = bare_call(rest)
        return sequence([*steps, code])

    def _sources(self, iterators: Sequence[nodes.Iterator], names: dict[str, str]) -> ast.expr:
        """Lambdas that give what each iterator goes over; each gets the values of the earlier ones."""
        sources: list[ast.expr] = []
        taken: list[str] = []
        for iterator in iterators:
            at = constant(iterator.source.at)
            self.scopes.stack.append(dict(names))
            if iterator.end is not None:
                body = call("span", at, self.gen(iterator.source), self.gen(iterator.end))
            else:
                body = call("items", at, self.gen(iterator.source))
            self.scopes.stack.pop()
            sources.append(lambda_(taken, body))
            names[iterator.name] = self._fresh("v")
            taken.append(names[iterator.name])
        names["\0taken"] = ",".join(taken)
        return tuple_(sources)

    def _for(self, node: nodes.For) -> ast.expr:
        names: dict[str, str] = {}
        sources = self._sources(node.iterators, names)
        parameters = names.pop("\0taken").split(",")
        partial = "partial" in names_in(node.body) and "partial" not in names
        if partial:
            names["partial"] = self._fresh("v")
            parameters.append(names["partial"])
        self.scopes.stack.append(names)
        body = lambda_(parameters, self.gen(node.body))
        self.scopes.stack.pop()
        return call("loop", sources, body, constant(partial))

    def _quantified(self, node: nodes.Quantified) -> ast.expr:
        names: dict[str, str] = {}
        sources = self._sources(node.iterators, names)
        parameters = names.pop("\0taken").split(",")
        self.scopes.stack.append(names)
        body = lambda_(parameters, self.gen(node.body))
        self.scopes.stack.pop()
        return call("quantified", constant(node.at), constant(node.kind == "some"), sources, body)

    def _function(self, node: nodes.FunctionNode) -> ast.expr:
        names = {parameter: self._fresh("v") for parameter in node.parameters}
        types = tuple(resolve(t, self.types) if t is not None else None for t in node.types)
        assert node.body is not None
        self.scopes.stack.append(names)
        body = lambda_(list(names.values()), self.gen(node.body))
        self.scopes.stack.pop()
        return bare_call("make_function", self._constant(node.parameters), self._constant(types), body)

    def _comparison_test(self, node: nodes.Comparison) -> ast.expr:
        raise AssertionError("only within tests")

    # -- links of a chain ----------------------------------------------------------------------------------

    def _binary(self, node: nodes.Binary, left: ast.expr) -> ast.expr:
        op, at = node.op, constant(node.at)
        if op in _ARITHMETIC:
            return call(_ARITHMETIC[op], at, left, self.gen(node.right))
        if op in _COMPARE:
            return self._compare(op, at, left, node.right)
        kept = self._fresh("t")
        decided, rest = (False, "conjunction") if op == "and" else (True, "disjunction")
        undecided = call(rest, at, name(kept), self.gen(node.right))
        return if_(is_(keep(kept, left), constant(decided)), constant(decided), undecided)

    def _compare(self, op: str, at: ast.expr, left: ast.expr, right_node: nodes.Node) -> ast.expr:
        """Two numbers (or strings, for = and !=) are compared in place, all else by the general operator."""
        function, python_op = _COMPARE[op]
        right = self.gen(right_node)
        if self._level > INLINE_DEPTH:
            return call(function, at, left, right)
        a, b = self._fresh("t"), self._fresh("t")
        literal = isinstance(right_node, nodes.String) and op in ("=", "!=")
        if literal or isinstance(right_node, nodes.Number):
            same = is_(pycode.class_of(keep(a, left)), name("text_class" if literal else "D"))
            return if_(same, pycode.compare(name(a), python_op(), right), call(function, at, name(a), right))
        same = ast.Compare(
            pycode.class_of(keep(a, left)), [ast.Is(), ast.Is()],
            [pycode.class_of(keep(b, right)), name("D")],
            lineno=1, col_offset=0, end_lineno=1, end_col_offset=0,
        )  # fmt: skip
        return if_(same, pycode.compare(name(a), python_op(), name(b)), call(function, at, name(a), name(b)))

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
        builtin = self.scopes.builtin(called)
        found = self.scopes.find(called)
        if builtin is None or found.items or found.variable:
            return self._call(node, function)
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

    # -- unary tests ---------------------------------------------------------------------------------------

    def _any_of(self, tests: Sequence[nodes.Node], value: str) -> ast.expr:
        """Tests joined by or; many literals of one kind become a look-up."""
        for kind, python in ((nodes.String, str), (nodes.Number, Decimal)):
            if len(tests) > 1 and all(isinstance(test, kind) for test in tests):
                listed = frozenset(test.value for test in tests)  # type: ignore[attr-defined]
                return call(
                    "one_of",
                    constant(tests[0].at),
                    name(value),
                    self._constant(listed),
                    self._constant(python),
                )
        if len(tests) == 1:
            return self._test(tests[0], value)
        return bare_call("any_test", tuple_([lambda_((), self._test(test, value)) for test in tests]))

    def _test(self, test: nodes.Node, value: str) -> ast.expr:
        at = constant(test.at)
        match test:
            case nodes.Comparison():
                return call("eq" if test.op == "=" else "ne", at, name(value), self.gen(test.operand))
            case nodes.Interval(start=None, end=end) if end is not None:
                return self._compare("<=" if test.end_included else "<", at, name(value), end)
            case nodes.Interval(start=start, end=None) if start is not None:
                return self._compare(">=" if test.start_included else ">", at, name(value), start)
            case nodes.Interval(start=start, end=end) if start is not None and end is not None:
                ends = self.gen(start), self.gen(end)
                included = tuple_([constant(test.start_included), constant(test.end_included)])
                return call("span_test", at, name(value), *ends, included)
            case nodes.Number() | nodes.String():
                return self._compare("=", at, name(value), test)
            case nodes.Boolean() | nodes.Null():
                return call("eq", at, name(value), self.gen(test))
        own = "?" in names_in(test)
        return call("own_test" if own else "member", at, name(value), self.gen(test))


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


def _by_needs(needs: dict[str, set[str]]) -> list[str]:
    """Keys so that each comes after those it needs, as far as there is no cycle; else as written."""
    order: list[str] = []
    state: dict[str, bool] = {}
    for first in needs:
        pending = [(first, iter(sorted(needs[first])))]
        if first in state:
            continue
        state[first] = False
        while pending:
            key, rest = pending[-1]
            following = next((need for need in rest if need not in state), None)
            if following is None:
                pending.pop()
                state[key] = True
                order.append(key)
            else:
                state[following] = False
                pending.append((following, iter(sorted(needs[following]))))
    return order
