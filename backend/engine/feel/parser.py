"""The grammar of FEEL: text to syntax tree, by precedence climbing (rules F-PREC, grammar numbers of DMN
1.4)."""

from __future__ import annotations

import decimal
from collections.abc import Iterable

from . import lexical, nodes, numbers
from .diagnostics import DEFAULT_LIMITS, FeelFault
from .lexer import Token, unescape
from .names import SpacedNames
from .textual_parser import TextualParser

# Rules 2b to 4c; all are left associative. Unary minus (4d) binds tighter than each.
PRECEDENCE = {
    "or": 1, "and": 2, "=": 3, "!=": 3, "<": 3, "<=": 3, ">": 3, ">=": 3, "between": 3, "in": 3,
    "+": 4, "-": 4, "*": 5, "/": 5, "**": 6,
}  # fmt: skip
COMPARISON, ADDITIVE, TIGHTEST = 3, 4, 7
# What can follow the end of a range written ]a..b[ ; anything else behind a '[' begins a filter.
AFTER_RANGE = frozenset({
    ")", "]", ",", "}", "..", "=", "!=", "<", "<=", ">", ">=", "+", "*", "/", "**", ":",
    "and", "or", "then", "else", "return", "satisfies", "in", "between", "instance",
})  # fmt: skip


class Parser(TextualParser):
    """One text, read once."""

    def __init__(self, text: str, scopes: Iterable[SpacedNames], members: Iterable[str] = ()) -> None:
        super().__init__(text, scopes)
        for member in members:
            self.seen.add(member)
        self._open_end = False

    # -- entries -------------------------------------------------------------------------------------------

    def whole_expression(self) -> nodes.Node:
        """The text as an expression (rule 1)."""
        node = self.expression()
        if self.token.kind != "end":
            raise self.fault("an operator or the end expected")
        return node

    def whole_type(self) -> nodes.TypeNode:
        """The text as a type (rule 52)."""
        node = self.type()
        if self.token.kind != "end":
            raise self.fault("the end of the type expected")
        return node

    def whole_unary_tests(self) -> nodes.UnaryTests:
        """The text as unary tests (rule 15)."""
        if self.token.text == "-" and self.ahead().kind == "end":
            return nodes.UnaryTests(0, (), False)
        if self.at_keyword("not") and self.ahead().text == "(" and self._closes_at_end():
            self.index += 2
            tests = self._tests()
            self.expect(")")
            node = nodes.UnaryTests(0, tests, True)
        else:
            node = nodes.UnaryTests(0, self._tests(), False)
        if self.token.kind != "end":
            raise self.fault("',' or the end expected")
        return node

    def _closes_at_end(self) -> bool:
        """True if the parenthesis behind `not` is closed by the last token."""
        depth = 0
        for index in range(self.index + 1, len(self.tokens)):
            token = self.tokens[index]
            if token.kind == "sign" and token.text in "()":
                depth += 1 if token.text == "(" else -1
                if depth == 0:
                    return self.tokens[index + 1].kind == "end"
        return False

    def _tests(self) -> tuple[nodes.Node, ...]:
        tests = [self._test()]
        while self.take_sign(","):
            tests.append(self._test())
        return tuple(tests)

    def _test(self) -> nodes.Node:
        if self.at_sign("=", "!="):
            sign = self.advance()
            return nodes.Comparison(sign.start, sign.text, self._inner())
        return self._inner()

    # -- expressions ---------------------------------------------------------------------------------------

    def expression(self) -> nodes.Node:
        return self.binary(1)

    def _inner(self) -> nodes.Node:
        """An expression within brackets, where `[` is a filter again."""
        outer, self._open_end = self._open_end, False
        node = self.binary(1)
        self._open_end = outer
        return node

    def binary(self, minimum: int, first: nodes.Node | None = None) -> nodes.Node:
        """Operators of at least this precedence; `first` is the left operand if it was read already."""
        self.enter()
        left = first if first is not None else self._unary()
        while True:
            token = self.token
            level = PRECEDENCE.get(token.text, 0) if token.kind in ("sign", "word") else 0
            if not level or level < minimum:
                break
            self.advance()
            left = self._combined(token, level, left)
        self.depth -= 1
        return left

    def _combined(self, token: Token, level: int, left: nodes.Node) -> nodes.Node:
        if token.text == "between":
            low = self.binary(ADDITIVE)
            self.expect("and")
            return nodes.Between(token.start, left, low, self.binary(ADDITIVE))
        if token.text == "in":
            return nodes.In(token.start, left, self._in_operand())
        return nodes.Binary(token.start, token.text, left, self.binary(level + 1))

    def _in_operand(self) -> tuple[nodes.Node, ...]:
        """What stands behind `in`: one test, or several in parentheses (rule 2d)."""
        if not self.at_sign("("):
            return (self.binary(ADDITIVE),)
        bracket = self.advance()
        first = self._test()
        if self.at_sign(","):
            tests = [first]
            while self.take_sign(","):
                tests.append(self._test())
            self.expect(")")
            return tuple(tests)
        if self.at_sign("..") and not isinstance(first, nodes.Comparison):
            first = self._interval(bracket, first, False)
        else:
            self.expect(")")
        if isinstance(first, nodes.Comparison):
            return (first,)
        return (self.binary(ADDITIVE, self._postfix(first)),)

    def _unary(self) -> nodes.Node:
        if self.at_sign("-"):
            sign = self.advance()
            with self.nested():
                return nodes.Negation(sign.start, self._unary())
        return self._postfix(self._primary())

    def _postfix(self, node: nodes.Node) -> nodes.Node:
        while True:
            token = self.token
            if token.kind == "word" and token.text == "instance":
                self.advance()
                self.expect("of")
                node = nodes.InstanceOf(token.start, node, self.type())
            elif token.kind != "sign":
                return node
            elif token.text == ".":
                self.advance()
                node = nodes.Path(token.start, node, self.member())
            elif token.text == "[" and not (self._open_end and self._ends_range()):
                self.advance()
                node = nodes.Filter(token.start, node, self._filter_condition())
            elif token.text == "(":
                self.advance()
                node = self._call(node, token)
            else:
                return node

    def _ends_range(self) -> bool:
        following = self.ahead()
        return following.kind == "end" or following.text in AFTER_RANGE

    def _filter_condition(self) -> nodes.Node:
        outer, self.in_filter = self.in_filter, True
        condition = self._inner()
        self.in_filter = outer
        self.expect("]")
        return condition

    def _call(self, function: nodes.Node, token: Token) -> nodes.Node:
        arguments: list[nodes.Node] = []
        names: list[str] = []
        while not self.take_sign(")"):
            if arguments:
                self.expect(",")
            name = self._argument_name()
            if (name is not None) != bool(names) and arguments:
                raise self.fault("named and positional arguments do not mix", "F-FN-03")
            if name is not None:
                names.append(name)
            arguments.append(self._inner())
        return nodes.Call(token.start, function, tuple(arguments), tuple(names) if names else None)

    def _argument_name(self) -> str | None:
        if self.token.kind == "string" and self.ahead().text == ":":
            name: str | None = unescape(self.advance())
        else:
            name = self.declaration(":")
        if name is not None:
            self.expect(":")
        return name

    # -- primaries -----------------------------------------------------------------------------------------

    def _primary(self) -> nodes.Node:
        token = self.token
        if token.kind in ("word", "quoted"):
            name = self.reference()
            return nodes.Name(token.start, name) if name is not None else self._keyword(token)
        if token.kind == "number":
            return self._number()
        if token.kind == "string":
            return self._string()
        if token.kind == "sign":
            return self._bracketed(token)
        if token.kind == "bad" and token.text == '"':
            raise self.fault("the string is not closed", "F-STR-01")
        raise self.fault("an expression expected")

    def _string(self) -> nodes.Node:
        token = self.advance()
        value = unescape(token)
        if len(value) > DEFAULT_LIMITS.string_size:
            raise FeelFault("the string is too long", token.start, "F-LIMIT")
        return nodes.String(token.start, value)

    def _number(self) -> nodes.Node:
        token = self.advance()
        try:
            return nodes.Number(token.start, numbers.parse_number(token.text))
        except (ArithmeticError, decimal.DecimalException):
            raise FeelFault("the number is out of range", token.start, "F-NUM-01") from None

    def _keyword(self, token: Token) -> nodes.Node:
        word = token.text
        if word in ("true", "false"):
            self.advance()
            return nodes.Boolean(token.start, word == "true")
        if word == "null":
            self.advance()
            return nodes.Null(token.start)
        if word == "if":
            return self._if()
        if word == "for":
            return self._for()
        if word in ("some", "every"):
            return self._quantified()
        if word == "function":
            return self._function()
        if word == "not" and self.ahead().text == "(":
            self.advance()
            return nodes.Name(token.start, "not")
        raise self.fault("an expression expected")

    def _bracketed(self, token: Token) -> nodes.Node:
        sign = token.text
        if sign == "(":
            self.advance()
            first = self._inner()
            if self.at_sign(".."):
                return self._interval(token, first, False)
            self.expect(")")
            return first
        if sign == "[":
            self.advance()
            return self._list_or_interval(token)
        if sign == "]":
            self.advance()
            return self._interval(token, self._inner(), False)
        if sign == "{":
            self.advance()
            return self._context(token)
        if sign == "@":
            return self._at_literal()
        if sign in ("<", "<=", ">", ">="):
            self.advance()
            end = self.binary(ADDITIVE)
            if sign[0] == "<":
                return nodes.Interval(token.start, None, end, False, sign == "<=")
            return nodes.Interval(token.start, end, None, sign == ">=", False)
        raise self.fault("an expression expected")

    def _at_literal(self) -> nodes.Node:
        at = self.advance()
        if self.token.kind != "string":
            raise self.fault("a string expected after '@'")
        return nodes.AtLiteral(at.start, lexical.parse_temporal(unescape(self.advance())))

    def _list_or_interval(self, token: Token) -> nodes.Node:
        items: list[nodes.Node] = []
        while not self.take_sign("]"):
            if items:
                self.expect(",")
            items.append(self._inner())
            if len(items) > DEFAULT_LIMITS.list_size:
                raise FeelFault("the list is too long", token.start, "F-LIMIT")
            if len(items) == 1 and self.at_sign(".."):
                return self._interval(token, items[0], True)
        return nodes.ListNode(token.start, tuple(items))

    def _interval(self, token: Token, start: nodes.Node, included: bool) -> nodes.Node:
        self.expect("..")
        outer, self._open_end = self._open_end, True
        end = self.binary(1)
        self._open_end = outer
        if not self.at_sign(")", "]", "["):
            raise self.fault("')', ']' or '[' expected at the end of a range")
        return nodes.Interval(token.start, start, end, included, self.advance().text == "]")

    def _context(self, token: Token) -> nodes.Node:
        entries: list[tuple[str, nodes.Node]] = []
        with self.scope() as known:
            while not self.take_sign("}"):
                if entries:
                    self.expect(",")
                key = self._key()
                self.expect(":")
                entries.append((key, self._inner()))
                known.add(key)
                self.seen.add(key)
        return nodes.ContextNode(token.start, tuple(entries))

    def _key(self) -> str:
        if self.token.kind == "string":
            return unescape(self.advance())
        key = self.declaration(":")
        if key is None:
            raise self.fault("a key and ':' expected")
        return key
