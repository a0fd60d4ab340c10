"""Compiles what opens a scope: contexts, for, some, every, functions; and if, whose cases may be many."""

from __future__ import annotations

import ast
from collections.abc import Sequence

from . import nodes, pycode
from .compiler_base import CHAIN, CompilerBase
from .inference import Inference
from .pycode import bare_call, call, constant, if_, is_, keep, lambda_, name, sequence, tuple_
from .references import names_in


class ScopedCompiler(CompilerBase):
    """Adds the expressions that bring names into scope."""

    def _context(self, node: nodes.ContextNode) -> ast.expr:
        keys = [key for key, _ in node.entries]
        if len(set(keys)) != len(keys):
            return self._fail(node.at, "F-CTX-01", "a key of the context is given twice")
        needs = {key: names_in(value) & set(keys) for key, value in node.entries}
        if not any(needs.values()):
            return pycode.dict_(keys, [self.gen(value) for _, value in node.entries])
        return self._linked_context(dict(node.entries), needs)

    def _linked_context(self, entries: dict[str, nodes.Node], needs: dict[str, set[str]]) -> ast.expr:
        """A context whose entries refer to each other, evaluated in the order of their needs (F-CTX-01)."""
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

    def _sources(
        self, iterators: Sequence[nodes.Iterator], names: dict[str, str]
    ) -> tuple[ast.expr, list[str]]:
        """Lambdas that give what each iterator goes over, and their parameters; `names` gets the iterators.

        Each lambda gets the values of the earlier iterators.
        """
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
        return tuple_(sources), taken

    def _for(self, node: nodes.For) -> ast.expr:
        names: dict[str, str] = {}
        sources, parameters = self._sources(node.iterators, names)
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
        sources, parameters = self._sources(node.iterators, names)
        self.scopes.stack.append(names)
        body = lambda_(parameters, self.gen(node.body))
        self.scopes.stack.pop()
        return call("quantified", constant(node.at), constant(node.kind == "some"), sources, body)

    def _function(self, node: nodes.FunctionNode) -> ast.expr:
        names = {parameter: self._fresh("v") for parameter in node.parameters}
        signature = Inference(self.types, self._certain_builtin).type_of(node, {})
        assert node.body is not None
        self.scopes.stack.append(names)
        body = lambda_(list(names.values()), self.gen(node.body))
        self.scopes.stack.pop()
        return bare_call("make_function", self._constant(node.parameters), self._constant(signature), body)


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
