"""The part of the grammar that begins with a word: if, for, some, every, function (rules 44 to 46, 55)."""

from __future__ import annotations

from . import nodes
from .names import SpacedNames
from .type_parser import TypeParser


class TextualParser(TypeParser):
    """Adds expressions that begin with a word; their bodies reach as far right as they can (rule 2a)."""

    def expression(self) -> nodes.Node:
        """Any expression; the parser as a whole knows how."""
        raise NotImplementedError

    def _if(self) -> nodes.Node:
        start = self.token.start
        cases: list[tuple[nodes.Node, nodes.Node]] = []
        while self.at_keyword("if"):
            self.advance()
            condition = self.expression()
            self.expect("then")
            cases.append((condition, self.expression()))
            self.expect("else")
        return nodes.If(start, tuple(cases), self.expression())

    def _iterators(self, ranges: bool, known: SpacedNames) -> tuple[nodes.Iterator, ...]:
        found: list[nodes.Iterator] = []
        while not found or self.take_sign(","):
            name = self.declaration("in")
            if name is None:
                raise self.fault("a name and 'in' expected")
            self.expect("in")
            source = self.expression()
            end = self.expression() if ranges and self.take_sign("..") else None
            found.append(nodes.Iterator(name, source, end))
            known.add(name)
        return tuple(found)

    def _for(self) -> nodes.Node:
        start = self.advance().start
        with self.scope() as known:
            iterators = self._iterators(True, known)
            self.expect("return")
            return nodes.For(start, iterators, self.expression())

    def _quantified(self) -> nodes.Node:
        kind = self.advance()
        with self.scope() as known:
            iterators = self._iterators(False, known)
            self.expect("satisfies")
            return nodes.Quantified(kind.start, kind.text, iterators, self.expression())

    def _function(self) -> nodes.Node:
        start = self.advance().start
        self.expect("(")
        names: list[str] = []
        types: list[nodes.TypeNode | None] = []
        while not self.take_sign(")"):
            if names:
                self.expect(",")
            name = self.declaration(":", ",", ")")
            if name is None or name in names:
                raise self.fault("a parameter's name expected")
            names.append(name)
            types.append(self.type() if self.take_sign(":") else None)
        external = self.at_keyword("external")
        if external:
            raise self.fault("external functions are refused", "F-FN-05")
        with self.scope(names):
            return nodes.FunctionNode(start, tuple(names), tuple(types), self.expression())
