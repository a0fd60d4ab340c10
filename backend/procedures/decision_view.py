"""A procedure's drawing and its decisions for screens, in their author's words where no text has others."""

from __future__ import annotations

from collections.abc import Iterable

from msgspec import Struct

from backend.engine.dmn.table import Table
from backend.engine.model import Element
from backend.procedures.procedure import Procedure
from backend.procedures.tables import tables_in

ANY = ("", "-")


class Row(Struct, frozen=True):
    """A rule. Cells in FEEL, a lone text without its quotes; None where any value fits. `fired`: it made the
    result."""

    number: int
    inputs: tuple[str | None, ...]
    outputs: tuple[str, ...]
    notes: tuple[str, ...]
    fired: bool


class Step(Struct, frozen=True):
    """An activity of the drawing in the reader's words; `own`: they are the model's, in the language
    of its author. who: citizen, department, or "" for a machine."""

    id: str
    name: str
    own: bool
    who: str


class DecisionTable(Struct, frozen=True):
    """A decision table with its columns' labels."""

    id: str
    name: str
    inputs: tuple[str, ...]
    outputs: tuple[str, ...]
    rows: tuple[Row, ...]


def decision_tables(procedure: Procedure, decision: str, rules: Iterable[str]) -> list[DecisionTable]:
    """The tables of a decision that had a part in its result; `rules` are "table:number", as the engine tells
    them. Empty when the procedure has no such decision."""
    fired: dict[str, set[int]] = {}
    for rule in rules:
        table, _, number = rule.rpartition(":")
        if number.isdecimal():
            fired.setdefault(table, set()).add(int(number))
    model = next((each for each in procedure.decisions if decision in each), None)
    if model is None:
        return []
    return [
        _drawn(node.name, node.element, table, fired[table.id])
        for node in model.nodes.values()
        for table in tables_in(node.logic)
        if table.id in fired
    ]


def steps(procedure: Procedure, lang: str) -> list[Step]:
    """The named activities of the process as they stand in its file; those inside a sub-process instead of it
    when they are named."""
    found = []
    for node in procedure.process.nodes.values():
        task, job = procedure.tasks.get(node.id), procedure.jobs.get(node.id)
        if task is not None:
            found.append(Step(node.id, task.name.render(lang), False, task.who))
        elif job is not None and job.rule is not None:
            words = procedure.texts.words(f"rule.{job.rule.key}.name", "").render(lang)
            found.append(Step(node.id, words, False, ""))
        elif node.name and node.kind.lower().endswith(("task", "activity")):
            found.append(Step(node.id, node.name, True, ""))
    return found


def _drawn(name: str, element: Element, table: Table, fired: set[int]) -> DecisionTable:
    drawn = next((each for each in element.walk() if each.id == table.id), None)
    labels = [each.get("label") for each in drawn.all("output")] if drawn is not None else []
    width = len(table.inputs)
    return DecisionTable(
        table.id,
        name,
        tuple(clause.label for clause in table.inputs),
        tuple(
            (labels[place] if place < len(labels) else "") or clause.name or name
            for place, clause in enumerate(table.outputs)
        ),
        tuple(
            Row(
                rule.number,
                tuple(None if text in ANY else plain(text) for text in rule.texts[:width]),
                tuple(plain(text) for text in output_texts(drawn, rule.number, len(table.outputs))),
                tuple(note for _, note in rule.annotations),
                rule.number in fired,
            )
            for rule in table.rules
        ),
    )


def output_texts(drawn: Element | None, number: int, width: int) -> tuple[str, ...]:
    """The output cells of a rule as they are written."""
    rules = list(drawn.all("rule")) if drawn is not None else []
    if not 0 < number <= len(rules):
        return ("",) * width
    cells = rules[number - 1].all("outputEntry")
    return tuple(text.text.strip() if (text := cell.first("text")) is not None else "" for cell in cells)


def plain(text: str) -> str:
    """A FEEL text without quotes when it is nothing else; everything else as it is written."""
    inner = text[1:-1]
    return inner if text[:1] == text[-1:] == '"' and len(text) > 1 and '"' not in inner else text
