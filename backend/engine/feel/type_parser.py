"""The part of the grammar that reads types (rules 52 to 56)."""

from __future__ import annotations

from . import nodes
from .lexer import KEYWORDS
from .names import SpacedNames, canonical
from .tokens import TokenStream

TYPE_NAMES = SpacedNames(["date and time", "days and time duration", "years and months duration"])


class TypeParser(TokenStream):
    """Adds `type()` to a stream of tokens."""

    def type(self) -> nodes.TypeNode:
        """A type; whether its name is known is found out later."""
        with self.nested():
            word = self.token.text
            if self.ahead().text == "<" and word in ("list", "range", "context", "function"):
                self.index += 2
                if word == "context":
                    return self._context_type()
                if word == "function":
                    return self._function_type()
                part = self.type()
                self.expect(">")
                return nodes.TypeNode(word, (part,), (), False)
            return nodes.TypeNode(self._type_name())

    def _type_name(self) -> str:
        token = self.token
        if token.kind != "word" or (token.text in KEYWORDS and token.text not in ("function", "null")):
            raise self.fault("a type expected")
        name = self._longest([TYPE_NAMES, *self.scopes])
        if name is None:
            name = self._lengthened(self.advance().text, token.start)
        if self.at_sign(".") and self.ahead().kind == "word":
            self.advance()
            return f"{name}.{self._type_name()}"
        return canonical(name)

    def _context_type(self) -> nodes.TypeNode:
        names: list[str] = []
        parts: list[nodes.TypeNode] = []
        while not self.take_sign(">"):
            if names:
                self.expect(",")
            name = self.declaration(":")
            if name is None:
                raise self.fault("an entry's name and ':' expected")
            self.expect(":")
            names.append(name)
            parts.append(self.type())
        return nodes.TypeNode("context", tuple(parts), tuple(names), False)

    def _function_type(self) -> nodes.TypeNode:
        parts: list[nodes.TypeNode] = []
        while not self.take_sign(">"):
            if parts:
                self.expect(",")
            parts.append(self.type())
        self.expect("->")
        parts.append(self.type())
        return nodes.TypeNode("function", tuple(parts), (), False)
