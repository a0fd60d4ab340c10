"""Boxed expressions to Python functions (session, variables) → value (D-BOX)."""

from collections.abc import Callable, Iterable
from typing import Any

from backend.engine.feel import compile_expression
from backend.engine.feel.arithmetic import kind_name
from backend.engine.feel.calls import call_named
from backend.engine.feel.conformance import bind, converted
from backend.engine.feel.loops import items
from backend.engine.feel.structures import Function
from backend.engine.feel.types import ANY, Type, result_of
from backend.engine.model import Element
from backend.engine.model.faults import WARNING

from .expected import tell_of_value
from .item_types import ItemTypes
from .read_table import TableReader
from .session import Logic, Session, Variables
from .source import EXPRESSIONS, Source, expression_in, expressions_in, text_of


def nothing(session: Session, variables: Variables) -> Any:
    """Stands for an expression in which a fault was found."""
    return session.null("D-BOX-LITERAL", "there is no expression")


class BoxedReader:
    """Compiles boxed expressions of one model; `names` are those in scope where an expression stands."""

    def __init__(self, source: Source, types: ItemTypes) -> None:
        self.source = source
        self.types = types
        self.members = types.members
        self._readers: dict[str, Callable[[Element, frozenset[str], str], Logic]] = {
            "literalExpression": self._literal,
            "decisionTable": self._table,
            "context": self._context,
            "list": self._list,
            "relation": self._relation,
            "invocation": self._invocation,
            "functionDefinition": self.function,
            "conditional": self._conditional,
            "filter": self._filter,
            "for": self._for,
            "every": self._quantified,
            "some": self._quantified,
        }
        assert set(self._readers) == EXPRESSIONS

    def read(self, element: Element | None, names: Iterable[str], title: str, wanted: Type = ANY) -> Logic:
        """The function of an expression element; `title` names its decision, `wanted` is its type."""
        if element is None:
            return nothing
        if element.kind == "literalExpression":
            return self._literal(element, frozenset(names), title, wanted)
        return self._readers[element.kind](element, frozenset(names), title)

    def inner(self, holder: Element, names: frozenset[str], title: str) -> Logic:
        """The function of the expression within a holder; a fault if there is none or one too many."""
        found = list(expressions_in(holder))
        if not found:
            text = f"there is no expression in the '{holder.kind}': it gives null"
            self.source.fault(holder, "D-BOX-LITERAL", text, "add an expression", WARNING)
            return nothing
        if len(found) > 1:
            text = f"several expressions in one '{holder.kind}'"
            self.source.fault(holder, "D-BOX-LITERAL", text, "keep one expression")
        return self.read(found[0], names, title)

    def part(self, element: Element, kind: str, names: frozenset[str], title: str) -> Logic:
        """The function of the expression within a child of this kind."""
        child = element.first(kind)
        if child is None:
            self.source.fault(
                element, "D-BOX-LITERAL", f"there is no '{kind}'", f"add '{kind}' with an expression"
            )
            return nothing
        return self.inner(child, names, title)

    # -- kinds -----------------------------------------------------------------------------------------------

    def _literal(self, element: Element, names: frozenset[str], title: str, wanted: Type = ANY) -> Logic:
        text = text_of(element)
        if element.first("importedValues") is not None:
            self.source.fault(element, "D-IMP-03", "values of another file", "write the values here")
        if not text:
            self.source.fault(element, "D-BOX-LITERAL", "the expression is empty", "write it", WARNING)
            return nothing
        around: dict[str, Any] = {"names": names, "members": self.members, "types": self.types.find}
        compiled = self.source.feel(element, compile_expression, text, **around)
        if compiled is None:
            return nothing
        tell_of_value(self.source, element, title, compiled, wanted)
        expression, where = compiled, element.id

        def literal(session: Session, variables: Variables) -> Any:
            outer = session.element
            session.element = where or outer
            value = expression.within(session, variables)
            session.element = outer
            return value

        return literal

    def _table(self, element: Element, names: frozenset[str], title: str) -> Logic:
        return TableReader(self.source, self.types, names, self.members).read(element, title) or nothing

    def _context(self, element: Element, names: frozenset[str], title: str) -> Logic:
        entries: list[tuple[str | None, Type, Logic]] = []
        seen: set[str] = set()
        for entry in element.all("contextEntry"):
            variable = entry.first("variable")
            name = variable.name if variable is not None else None
            if name in seen:
                self.source.fault(
                    entry, "D-BOX-CONTEXT", f"the entry '{name}' stands twice", "rename one entry"
                )
            inner = expression_in(entry)
            scope = (
                names | seen | ({name} if name and inner and inner.kind == "functionDefinition" else set())
            )
            entries.append((name, self.types.of(variable), self.inner(entry, frozenset(scope), title)))
            seen |= {name} if name else set()
        return _context_logic(entries)

    def _list(self, element: Element, names: frozenset[str], title: str) -> Logic:
        parts = [(self.read(child, names, title), self.types.of(child)) for child in expressions_in(element)]
        return lambda session, variables: [
            bind(session, 0, part(session, variables), wanted, "list item") for part, wanted in parts
        ]

    def _relation(self, element: Element, names: frozenset[str], title: str) -> Logic:
        columns = [(column.name, self.types.of(column)) for column in element.all("column")]
        rows: list[list[Logic]] = []
        for row in element.all("row"):
            cells = list(expressions_in(row))
            if len(cells) != len(columns):
                text = f"a row of {len(cells)} cells under {len(columns)} columns"
                self.source.fault(row, "D-BOX-RELATION", text, "give the row one cell for each column")
            rows.append([self.read(cell, names, title) for cell in cells])

        def relation(session: Session, variables: Variables) -> Any:
            return [
                {
                    name: bind(session, 0, cell(session, variables), wanted, f"column {name}")
                    for (name, wanted), cell in zip(columns, row, strict=False)
                }
                for row in rows
            ]

        return relation

    def _invocation(self, element: Element, names: frozenset[str], title: str) -> Logic:
        called = self.inner(element, names, title)
        bindings: list[tuple[str, Logic]] = []
        for binding in element.all("binding"):
            parameter = binding.first("parameter")
            name = parameter.name if parameter is not None else ""
            value = expression_in(binding)
            bindings.append((name, self.read(value, names, title)))
        given = [name for name, _ in bindings]
        if not all(given) or len(set(given)) != len(given):
            self.source.fault(
                element, "D-BOX-INVOCATION", "bindings need distinct names", "name each parameter once"
            )

        def invocation(session: Session, variables: Variables) -> Any:
            function = called(session, variables)
            values = tuple(value(session, variables) for _, value in bindings)
            return call_named(session, 0, function, given, values)

        return invocation

    def function(self, element: Element, names: frozenset[str], title: str) -> Logic:
        """A function definition: gives a function value that sees what stands around it (D-BOX-FUNCTION)."""
        if element.get("kind", "FEEL") != "FEEL":
            text = f"a function of kind {element.get('kind')}, which is never run"
            self.source.fault(element, "F-FN-05", text, "write the function in FEEL")
            return nothing
        parameters = [p.name for p in element.all("formalParameter")]
        types = [self.types.of(p) for p in element.all("formalParameter")]
        if not all(parameters) or len(set(parameters)) != len(parameters):
            self.source.fault(
                element, "D-BOX-FUNCTION", "parameters need distinct names", "name each parameter once"
            )
        body = self.inner(element, names | set(parameters), title)
        result = result_of(self.types.of(element))
        label = title

        def function(session: Session, variables: Variables) -> Any:
            def called(*arguments: Any) -> Any:
                return body(session, {**variables, **dict(zip(parameters, arguments, strict=True))})

            return Function(parameters, called, types, label, result)

        return function

    def _conditional(self, element: Element, names: frozenset[str], title: str) -> Logic:
        test, then, otherwise = (self.part(element, kind, names, title) for kind in ("if", "then", "else"))
        return lambda session, variables: (
            then(session, variables) if test(session, variables) is True else otherwise(session, variables)
        )

    def _filter(self, element: Element, names: frozenset[str], title: str) -> Logic:
        source = self._collection(element, names, title)
        match = self.part(element, "match", names | self.members | {"item"}, title)

        def filtered(session: Session, variables: Variables) -> Any:
            found = items(session, 0, source(session, variables))
            kept = []
            for item in found or ():
                session.charge(1)
                scope = {**variables, "item": item, **(item if isinstance(item, dict) else {})}
                matches = match(session, scope)
                if matches is True:
                    kept.append(item)
                elif matches is not False and matches is not None:
                    return session.null("D-BOX-FILTER", f"match gives {kind_name(matches)}")
            return kept if found is not None else None

        return filtered

    def _for(self, element: Element, names: frozenset[str], title: str) -> Logic:
        name = self._iterator(element)
        source = self._collection(element, names, title)
        body = self.part(element, "return", names | {name, "partial"}, title)

        def loop(session: Session, variables: Variables) -> Any:
            found = items(session, 0, source(session, variables))
            if found is None:
                return None
            results: list[Any] = []
            for item in found:
                session.charge(1 + (len(results) >> 6))
                results.append(body(session, {**variables, name: item, "partial": list(results)}))
            return session.checked_list(results)

        return loop

    def _quantified(self, element: Element, names: frozenset[str], title: str) -> Logic:
        name, some = self._iterator(element), element.kind == "some"
        source = self._collection(element, names, title)
        condition = self.part(element, "satisfies", names | {name}, title)

        def quantified(session: Session, variables: Variables) -> Any:
            found = items(session, 0, source(session, variables))
            if found is None:
                return None
            undecided = False
            for item in found:
                session.charge(1)
                satisfied = condition(session, {**variables, name: item})
                if satisfied is some:
                    return some
                undecided = undecided or satisfied.__class__ is not bool
            return session.null("F-LOGIC-02", "a condition gave no boolean") if undecided else not some

        return quantified

    def _collection(self, element: Element, names: frozenset[str], title: str) -> Logic:
        """What a loop or filter goes over; a typeRef there is that of the list or of each of its items."""
        source = self.part(element, "in", names, title)
        wanted = self.types.of(element.first("in"))
        if wanted is ANY:
            return source
        each = wanted if wanted.kind == "list" else Type("list", (wanted,))
        return lambda session, variables: bind(session, 0, source(session, variables), each, "in")

    def _iterator(self, element: Element) -> str:
        name = element.get("iteratorVariable")
        if not name:
            self.source.fault(
                element, "D-BOX-FOR", "there is no iterator variable", "name the iterator variable"
            )
        return name


def _context_logic(entries: list[tuple[str | None, Type, Logic]]) -> Logic:
    def context(session: Session, variables: Variables) -> Any:
        scope = dict(variables)
        made: Variables = {}
        for name, wanted, logic in entries:
            value = logic(session, scope)
            if wanted is not ANY:
                value, fits = converted(value, wanted)
                if not fits:
                    session.null("D-TYPE-04", f"entry {name}: not of type {wanted}")
            if name is None:
                return value
            made[name] = scope[name] = value
        return made

    return context
