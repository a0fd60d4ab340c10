"""Compiles comparisons and unary tests (F-UT)."""

from __future__ import annotations

import ast
from collections.abc import Sequence
from decimal import Decimal

from . import nodes, pycode
from .compiler_base import INLINE_DEPTH, CompilerBase
from .pycode import bare_call, call, constant, if_, is_, keep, lambda_, name, tuple_
from .references import names_in

COMPARE: dict[str, tuple[str, type[ast.cmpop]]] = {
    "=": ("eq", ast.Eq), "!=": ("ne", ast.NotEq), "<": ("lt", ast.Lt), "<=": ("le", ast.LtE),
    ">": ("gt", ast.Gt), ">=": ("ge", ast.GtE),
}  # fmt: skip


class TestsCompiler(CompilerBase):
    """Adds comparisons and tests of a value that is kept in a variable."""

    __test__ = False

    def _compare(self, op: str, at: ast.expr, left: ast.expr, right_node: nodes.Node) -> ast.expr:
        """Two numbers (or strings, for = and !=) are compared in place, all else by the general operator."""
        function, python_op = COMPARE[op]
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

    def _number_span(
        self, test: nodes.Interval, value: str, start: nodes.Number, end: nodes.Number
    ) -> ast.expr:
        """A number is compared with both ends in place, all else by the general test."""
        low, high = self.gen(start), self.gen(end)
        included = tuple_([constant(test.start_included), constant(test.end_included)])
        above: ast.cmpop = ast.LtE() if test.start_included else ast.Lt()
        below: ast.cmpop = ast.LtE() if test.end_included else ast.Lt()
        inside = ast.Compare(
            low, [above, below], [name(value), high], lineno=1, col_offset=0, end_lineno=1, end_col_offset=0
        )
        general = call("span_test", constant(test.at), name(value), low, high, included)
        return if_(is_(pycode.class_of(name(value)), name("D")), inside, general)

    def _test(self, test: nodes.Node, value: str) -> ast.expr:
        at = constant(test.at)
        match test:
            case nodes.Comparison():
                return call("eq" if test.op == "=" else "ne", at, name(value), self.gen(test.operand))
            case nodes.Interval(start=None, end=end) if end is not None:
                return self._compare("<=" if test.end_included else "<", at, name(value), end)
            case nodes.Interval(start=start, end=None) if start is not None:
                return self._compare(">=" if test.start_included else ">", at, name(value), start)
            case nodes.Interval(start=nodes.Number() as start, end=nodes.Number() as end):
                return self._number_span(test, value, start, end)
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
