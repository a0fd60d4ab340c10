"""A case's rules and its drawing as plain data for templates."""

from __future__ import annotations

import json
from typing import Any

from backend.channel import door
from backend.channel.walk import said
from backend.procedures.decision_view import DecisionTable, Said, Step, decision_tables, names, steps, told
from backend.procedures.procedure import Procedure


def tables(view: Any, procedure: Procedure, lang: str) -> list[DecisionTable]:
    """The tables that decided in this case, each with the rule that fired; the last result of each counts."""
    found: dict[str, DecisionTable] = {}
    for row in told(door.decisions(view.case)):
        for table in decision_tables(procedure, row, lang):
            found[table.id] = table
    return list(found.values())


def named_on_drawing(procedure: Procedure, lang: str) -> dict[str, Said]:
    """The names of all that the drawing shows, by element, in the reader's words."""
    return names(procedure, lang)


def named_steps(procedure: Procedure, lang: str) -> list[Step]:
    """The named activities of a procedure, in the reader's words."""
    return steps(procedure, lang)


def names_for_drawing(procedure: Procedure, lang: str) -> dict[str, str]:
    """The names that a drawing shows instead of its file's own."""
    return {element: said.text for element, said in names(procedure, lang).items() if not said.own}


def diagram(view: Any, procedure: Procedure, lang: str) -> dict[str, Any]:
    """The drawing: `src`, `way` (JSON: done, here, taken, names) and `steps`, the same as a list in words."""
    way = door.way(view.case)
    drawn = steps(procedure, lang)
    way_told = {
        "done": sorted(way.done),
        "here": sorted(way.here),
        "taken": sorted(way.taken),
        "names": names_for_drawing(procedure, lang),
    }
    office = said.office(view, lang)
    return {
        "src": f"/cases/{view.case}/drawing",
        "way": json.dumps(way_told, ensure_ascii=False),
        "steps": [
            {
                "text": step.name,
                "own": step.own,
                "who": office if step.who == "department" else "",
                "state": "here" if step.id in way.here else "done" if step.id in way.done else "next",
            }
            for step in drawn
        ],
    }
