"""A decisionTable element to a Table, every cell compiled, every fault told with its rule and column."""

from collections.abc import Iterable
from typing import Any

from backend.engine.feel import compile_expression, compile_unary_tests
from backend.engine.feel.conformance import plain_class
from backend.engine.feel.expression import compile_values
from backend.engine.feel.types import ANY, Type
from backend.engine.model import Element

from .expected import tell_of_tests, tell_of_value
from .hit_policies import LETTERS
from .item_types import ItemTypes
from .source import Source, text_of, type_ref
from .table import Input, Output, Rule, Table


class TableReader:
    """Reads one table within a scope of names."""

    def __init__(
        self, source: Source, types: ItemTypes, names: Iterable[str], members: frozenset[str]
    ) -> None:
        self.source = source
        self.types = types
        self.around: dict[str, Any] = {"names": frozenset(names), "members": members, "types": types.find}

    def read(self, element: Element, name: str) -> Table | None:
        """The table, or None if a fault was found in it."""
        before = len(self.source.faults)
        inputs = [self._input(clause) for clause in element.all("input")]
        outputs = self._outputs(element)
        policy = self._policy(element, outputs)
        columns = [column.name for column in element.all("annotation")]
        rules = [
            self._rule(rule, number, (inputs, outputs), columns)
            for number, rule in enumerate(element.all("rule"), 1)
        ]
        if len(self.source.faults) > before and any(f.severity == "E" for f in self.source.faults[before:]):
            return None
        return Table(
            element.id,
            name,
            policy,
            tuple(i for i in inputs if i),
            tuple(outputs),
            tuple(r for r in rules if r),
        )

    def _input(self, element: Element) -> Input | None:
        expression = element.first("inputExpression")
        text = text_of(expression)
        if expression is None or not text:
            self.source.fault(element, "D-TAB-02", "the input has no expression", "say what the column tests")
            return None
        compiled = self.source.feel(expression, compile_expression, text, **self.around)
        if compiled is None:
            return None
        label, wanted = element.get("label") or text, self.types.of(expression)
        allowed = self._tests(element.first("inputValues"))
        exact = plain_class(wanted) if allowed is None else None
        return Input(element.id, label, compiled, wanted, allowed, exact)

    def _tests(self, element: Element | None) -> Any:
        text = text_of(element)
        return (
            self.source.feel(element, compile_unary_tests, text, **self.around) if element and text else None
        )

    def _outputs(self, element: Element) -> list[Output]:
        clauses = list(element.all("output"))
        if not clauses:
            self.source.fault(element, "D-TAB-01", "the table has no output", "add an output column")
        names = [clause.name for clause in clauses]
        if len(clauses) > 1 and (not all(names) or len(set(names)) < len(names)):
            self.source.fault(element, "D-TAB-05", "several outputs need distinct names", "name each output")
        # The type of a table that gives a single value is also that of its only output.
        single = len(clauses) == 1 and element.get("hitPolicy", "UNIQUE") in (
            "UNIQUE",
            "ANY",
            "FIRST",
            "PRIORITY",
        )
        return [self._output(clause, element if single else None) for clause in clauses]

    def _output(self, element: Element, table: Element | None) -> Output:
        of_own = type_ref(element)[0]
        wanted = self.types.of(element) if of_own or table is None else self.types.of(table)
        values, default = element.first("outputValues"), element.first("defaultOutputEntry")
        listed = None
        if text := text_of(values):
            listed = self.source.feel(values or element, compile_values, text, **self.around)
        elif wanted.allowed and (source_text := getattr(wanted.allowed[-1], "tests", None)) is not None:
            listed = self.source.feel(element, compile_values, source_text.text, **self.around)
        compiled = None
        if text := text_of(default):
            compiled = self.source.feel(default or element, compile_expression, text, **self.around)
            tell_of_value(self.source, default or element, "the default output", compiled, wanted)
        return Output(element.id, element.name, wanted or ANY, self._tests(values), listed, compiled)

    def _policy(self, element: Element, outputs: list[Output]) -> str:
        policy, aggregation = element.get("hitPolicy", "UNIQUE"), element.get("aggregation")
        letter = LETTERS.get((policy, aggregation))
        if letter is None:
            text = f"no hit policy {policy} {aggregation}".strip()
            self.source.fault(element, "D-HIT-02", text, "aggregate with COLLECT only")
            return "U"
        if len(letter) > 1 and len(outputs) > 1:
            self.source.fault(element, "D-HIT-02", "aggregation needs a single output", "keep one output")
        if letter in "PO" and not any(output.listed for output in outputs):
            text = "the priorities of outputs are not listed"
            self.source.fault(element, "D-HIT-01", text, "list the output values, the most important first")
        return letter

    def _rule(
        self,
        element: Element,
        number: int,
        columns_of: tuple[list[Input | None], list[Output]],
        columns: list[str],
    ) -> Rule | None:
        cells, results = list(element.all("inputEntry")), list(element.all("outputEntry"))
        inputs, clauses = columns_of
        if (len(cells), len(results)) != (len(inputs), len(clauses)):
            have = f"{len(cells)} inputs and {len(results)} outputs"
            want = f"{len(inputs)} and {len(clauses)}"
            text = f"rule {number} has {have}, not {want}"
            self.source.fault(element, "D-TAB-01", text, "give it one cell for each column")
            return None
        texts = tuple(text_of(cell) for cell in cells)
        tests = []
        for place, (cell, text) in enumerate(zip(cells, texts, strict=True)):
            if text not in ("", "-"):
                at = f"rule {number}, input {place + 1}"
                compiled = self.source.feel(cell, compile_unary_tests, text, at, **self.around)
                if compiled is not None:
                    tests.append((place, compiled.function, cell.id or element.id))
                    tell_of_tests(self.source, cell, at, text, inputs[place])
        outputs = tuple(
            self._result(cell, f"rule {number}, output {place}", clause.type)
            for place, (cell, clause) in enumerate(zip(results, clauses, strict=True), 1)
        )
        notes = [text_of(note) for note in element.all("annotationEntry")]
        titles = columns + ["Annotation"] * (len(notes) - len(columns))
        described = [("description", d.text.strip()) for d in element.all("description") if d.text.strip()]
        annotations = tuple((title, note) for title, note in zip(titles, notes, strict=False) if note)
        return Rule(element.id, number, tuple(tests), outputs, texts, (*annotations, *described))

    def _result(self, cell: Element, at: str, wanted: Type) -> Any:
        text = text_of(cell)
        if text in ("", "-"):
            return None
        compiled = self.source.feel(cell, compile_expression, text, at, **self.around)
        tell_of_value(self.source, cell, at, compiled, wanted)
        return compiled
