"""The words of a procedure's models in every language: names on its drawing, words of its decision tables.

Texts: `element.<id>` for what is named on the drawing and has no words otherwise; `decision.<id>.name`; of a
table `decision.<id>.column.<clause>`, `.rule.<rule>` (its annotation), `.value.<clause>.<word>`; and
`decision.<id>.result`, a sentence about the result, with the result's entries (a lone one as `result`).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from backend.engine.dmn import DecisionModel
from backend.engine.dmn.table import Table
from backend.engine.model import Element
from backend.procedures.drawing import FILE, Drawing
from backend.procedures.procedure import JobUse, Task
from backend.procedures.tables import tables_in
from backend.procedures.texts import Texts, Words

WORD = re.compile(r'"([A-Za-z0-9_-]+)"')


def element_words(
    drawing: Drawing | None, tasks: Mapping[str, Task], jobs: Mapping[str, JobUse], texts: Texts
) -> dict[str, Words]:
    """Names on the drawing by element, where neither a task nor a rule of access has words for it."""
    found = {}
    for element, name in drawing.named.items() if drawing is not None else ():
        job = jobs.get(element)
        if element not in tasks and (job is None or job.rule is None):
            found[element] = texts.or_own(f"element.{element}", name, FILE)
    return found


def decision_words(models: Iterable[DecisionModel], texts: Texts) -> dict[str, Words]:
    """The words of all decision tables, by key."""
    found: dict[str, Words] = {}
    for model in models:
        for key, node in model.nodes.items():
            tables = list(tables_in(node.logic)) if "#" not in key else []
            if tables:
                for text, own in _of_decision(key, node, tables):
                    found[text] = texts.or_own(text, own, model.name)
                if texts.has(sentence := f"decision.{key}.result"):
                    found[sentence] = texts.words(sentence, model.name)
    return found


def _of_decision(key: str, node: Any, tables: Iterable[Table]) -> Iterator[tuple[str, str]]:
    yield f"decision.{key}.name", node.name
    for table in tables:
        drawn = drawn_table(node.element, table)
        for clause, label in (*inputs_of(table), *outputs_of(table, drawn, node.name)):
            if clause and label:
                yield f"decision.{key}.column.{clause}", label
        for rule in table.rules:
            if rule.id and rule.annotations:
                yield f"decision.{key}.rule.{rule.id}", annotation(rule)
        yield from _values(key, table, drawn)


def _values(key: str, table: Table, drawn: Element | None) -> Iterator[tuple[str, str]]:
    """The words that cells and lists of values name."""
    width = len(table.inputs)
    clauses: tuple[Any, ...] = (*table.inputs, *table.outputs)
    for rule in table.rules:
        outputs = output_texts(drawn, rule.number, len(table.outputs))
        for clause, cell in zip(clauses, (*rule.texts[:width], *outputs), strict=True):
            for word in WORD.findall(cell) if clause.id else ():
                yield f"decision.{key}.value.{clause.id}.{word}", word


def annotation(rule: Any) -> str:
    """What a rule's author wrote beside it."""
    return "; ".join(note for _, note in rule.annotations)


def inputs_of(table: Table) -> list[tuple[str, str]]:
    """(id, label) of the input columns."""
    return [(clause.id, clause.label or clause.expression.text) for clause in table.inputs]


def outputs_of(table: Table, drawn: Element | None, name: str) -> list[tuple[str, str]]:
    """(id, label) of the output columns; `name` is the decision's."""
    labels = [each.get("label") for each in drawn.all("output")] if drawn is not None else []
    return [
        (clause.id, (labels[place] if place < len(labels) else "") or clause.name or name)
        for place, clause in enumerate(table.outputs)
    ]


def drawn_table(element: Element, table: Table) -> Element | None:
    """The table as it stands in its file."""
    return next((each for each in element.walk() if each.id == table.id), None)


def output_texts(drawn: Element | None, number: int, width: int) -> tuple[str, ...]:
    """The output cells of a rule as they are written."""
    rules = list(drawn.all("rule")) if drawn is not None else []
    if not 0 < number <= len(rules):
        return ("",) * width
    cells = rules[number - 1].all("outputEntry")
    return tuple(text.text.strip() if (text := cell.first("text")) is not None else "" for cell in cells)
