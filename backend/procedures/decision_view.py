"""A procedure's drawing and its decisions for screens, in the reader's words; where no text has them, in the
model's own."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from msgspec import Struct

from backend.engine.dmn.table import Rule, Table
from backend.procedures.cells import Cell, Word, of_text, of_value
from backend.procedures.model_words import annotation, drawn_table, inputs_of, output_texts, outputs_of
from backend.procedures.procedure import Procedure
from backend.procedures.tables import tables_in
from backend.procedures.texts import Words

SINGLE = "UAPF"
"""Hit policies under which one rule makes the result."""


class Said(Struct, frozen=True):
    """Words for a reader; `own`: they are the model's, in the language of its author."""

    text: str
    own: bool = False


class Column(Struct, frozen=True):
    """A column with its value in this case; None when it is not known any more."""

    label: Said
    value: Cell | None


class Row(Struct, frozen=True):
    """A rule. `fired`: it made the result, and its outputs are what came out."""

    number: int
    inputs: tuple[Cell, ...]
    outputs: tuple[Cell, ...]
    notes: tuple[Said, ...]
    fired: bool


class Step(Struct, frozen=True):
    """An activity of the drawing in the reader's words; `own`: they are the model's, in the language
    of its author. who: citizen, department, or "" for a machine."""

    id: str
    name: str
    own: bool
    who: str


class DecisionTable(Struct, frozen=True):
    """A decision table. sentence: what came out, where the procedure has words for it."""

    id: str
    name: Said
    sentence: str
    inputs: tuple[Column, ...]
    outputs: tuple[Column, ...]
    rows: tuple[Row, ...]

    @property
    def known(self) -> bool:
        """Whether the values of the case are known."""
        return all(column.value is not None for column in self.inputs)


def decision_tables(procedure: Procedure, made: Any, lang: str) -> list[DecisionTable]:
    """The tables that had a part in a decision. made: `decision`, `rules` as "table:number", and by table
    `inputs` and `results`; `result` of the whole. Empty when the procedure has no such decision."""
    fired: dict[str, set[int]] = {}
    for rule in made.rules:
        table, _, number = rule.rpartition(":")
        if number.isdecimal():
            fired.setdefault(table, set()).add(int(number))
    model = next((each for each in procedure.decisions if made.decision in each), None)
    if model is None:
        return []
    return [
        _Drawn(procedure, key, node, table, lang).table(fired[table.id], made)
        for key, node in model.nodes.items()
        for table in tables_in(node.logic)
        if table.id in fired
    ]


class _Drawn:
    """One table on its way to the screen."""

    def __init__(self, procedure: Procedure, key: str, node: Any, table: Table, lang: str) -> None:
        self._words = procedure.decision_words
        self._key = f"decision.{key}"
        self._node = node
        self._table = table
        self._lang = lang
        self._element = drawn_table(node.element, table)

    def table(self, fired: set[int], made: Any) -> DecisionTable:
        table = self._table
        values = made.inputs.get(table.id, ())
        result = made.results.get(table.id)
        outputs = outputs_of(table, self._element, self._node.name)
        came_out = self._results(result)
        return DecisionTable(
            table.id,
            self._said("name", self._node.name),
            self._sentence(result) if table.id in made.results else "",
            tuple(
                Column(
                    self._label(clause, label),
                    of_value(values[place], self._word(clause), self._lang) if place < len(values) else None,
                )
                for place, (clause, label) in enumerate(inputs_of(table))
            ),
            tuple(
                Column(self._label(clause, label), came_out[place] if came_out else None)
                for place, (clause, label) in enumerate(outputs)
            ),
            tuple(self._row(rule, rule.number in fired, came_out) for rule in table.rules),
        )

    def _row(self, rule: Rule, fired: bool, came_out: tuple[Cell, ...]) -> Row:
        written = output_texts(self._element, rule.number, len(self._table.outputs))
        outputs = tuple(
            of_text(text, self._word(clause.id), self._lang)
            for text, clause in zip(written, self._table.outputs, strict=True)
        )
        inputs = tuple(
            of_text(text, self._word(clause.id), self._lang)
            for text, clause in zip(rule.texts, self._table.inputs, strict=False)
        )
        notes = (self._said(f"rule.{rule.id}", annotation(rule)),) if rule.annotations else ()
        return Row(rule.number, inputs, came_out if fired and came_out else outputs, notes, fired)

    def _results(self, result: Any) -> tuple[Cell, ...]:
        """What came out, by output; empty where several rules make one result, or it is not known."""
        outputs = self._table.outputs
        if self._table.policy[:1] not in SINGLE or result is None:
            return ()
        values = [result] if len(outputs) == 1 else [result.get(clause.name) for clause in outputs]
        return tuple(
            of_value(value, self._word(clause.id), self._lang)
            for value, clause in zip(values, outputs, strict=True)
        )

    def _sentence(self, result: Any) -> str:
        words: Words | None = self._words.get(f"{self._key}.result")
        context: Mapping[str, Any] = result if isinstance(result, dict) else {"result": result}
        return words.render(self._lang, context) if words is not None else ""

    def _said(self, part: str, own: str) -> Said:
        words = self._words.get(f"{self._key}.{part}")
        return Said(own, True) if words is None else Said(words.render(self._lang), self._lang in words.own)

    def _label(self, clause: str, own: str) -> Said:
        return self._said(f"column.{clause}", own)

    def _word(self, clause: str) -> Word:
        return lambda text: self._said(f"value.{clause}.{text}", text).text


def steps(procedure: Procedure, lang: str) -> list[Step]:
    """The named activities of the process as they stand in its file; those inside a sub-process instead of it
    when they are named."""
    found = []
    for node in procedure.process.nodes.values():
        said = names(procedure, lang).get(node.id)
        task = procedure.tasks.get(node.id)
        if said is not None and (task is not None or node.kind.lower().endswith(("task", "activity"))):
            found.append(Step(node.id, said.text, said.own, task.who if task is not None else ""))
    return found


def names(procedure: Procedure, lang: str) -> dict[str, Said]:
    """The names of all that the drawing shows, by element."""
    found = {
        element: Said(words.render(lang), lang in words.own)
        for element, words in procedure.element_words.items()
    }
    for job in procedure.jobs.values():
        if job.rule is not None:
            found[job.element] = Said(procedure.texts.words(f"rule.{job.rule.key}.name", "").render(lang))
    for task in procedure.tasks.values():
        found[task.id] = Said(task.name.render(lang))
    return found


def told(made: Iterable[Any]) -> list[Any]:
    """Of each decision that was made at an element, the last one: it counts."""
    return list({(row.element, row.decision): row for row in made}.values())
