"""The table that the rules' benchmark evaluates: 20 rules over 5 inputs, as DMN and as zen-engine's JSON.

Each rule has one household that it is the first to fit, so every place in the table counts alike.
"""

import json
from typing import Any
from xml.sax.saxutils import escape

INPUTS = ("income", "children", "age", "district", "days_late")
TYPES = {"district": "string"}
_INCOMES = ("< 1000", "[1000..2000)", "[2000..4000)", ">= 4000")
_REST = (
    ("> 2", "-", "-", "-"),
    ("-", "< 27", "-", "<= 14"),
    ("-", ">= 65", '"north", "south"', "-"),
    ("[1..2]", "-", '"west"', "> 90"),
    ("-", "-", "-", "-"),
)
RULES: tuple[tuple[str, ...], ...] = tuple((income, *rest) for income in _INCOMES for rest in _REST)
FEES = tuple((7 * number + 5, "reduced" if number % 5 else "full") for number in range(1, 21))
_HOUSEHOLDS = (
    {"children": 3, "age": 40, "district": "east", "days_late": 20},
    {"children": 0, "age": 22, "district": "west", "days_late": 3},
    {"children": 0, "age": 71, "district": "south", "days_late": 30},
    {"children": 2, "age": 35, "district": "west", "days_late": 120},
    {"children": 1, "age": 45, "district": "east", "days_late": 9},
)
FACTS: tuple[dict[str, Any], ...] = tuple(
    {"income": income, **household} for income in (640, 1500, 2750, 5200) for household in _HOUSEHOLDS
)


def dmn() -> bytes:
    """A decision `fee`: the first rule that fits counts."""
    data = "".join(
        f'<inputData id="{name}_data" name="{name}">'
        f'<variable name="{name}" typeRef="{_type(name)}"/></inputData>'
        for name in INPUTS
    )
    needs = "".join(
        f'<informationRequirement><requiredInput href="#{name}_data"/></informationRequirement>'
        for name in INPUTS
    )
    clauses = "".join(
        f'<input><inputExpression typeRef="{_type(name)}"><text>{name}</text></inputExpression></input>'
        for name in INPUTS
    )
    outputs = '<output name="amount" typeRef="number"/><output name="kind" typeRef="string"/>'
    rules = "".join(map(_rule, RULES, FEES))
    return (
        '<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/" name="fees" namespace="fees">'
        f'{data}<decision id="fee" name="fee"><variable name="fee"/>{needs}<decisionTable hitPolicy="FIRST">'
        f"{clauses}{outputs}{rules}</decisionTable></decision></definitions>"
    ).encode()


def jdm() -> str:
    """The same table for zen-engine; where an output is a text it is quoted there as well."""
    rows = [
        {
            "_id": f"r{number}",
            **{name: "" if cell == "-" else cell for name, cell in zip(INPUTS, cells, strict=True)},
            "amount": str(amount),
            "kind": f'"{kind}"',
        }
        for number, (cells, (amount, kind)) in enumerate(zip(RULES, FEES, strict=True))
    ]
    content = {
        "hitPolicy": "first",
        "inputs": [{"id": name, "name": name, "field": name} for name in INPUTS],
        "outputs": [{"id": name, "name": name, "field": name} for name in ("amount", "kind")],
        "rules": rows,
    }
    nodes = [
        {"id": "in", "type": "inputNode", "name": "in", "position": {"x": 0, "y": 0}},
        {
            "id": "t",
            "type": "decisionTableNode",
            "name": "fee",
            "content": content,
            "position": {"x": 1, "y": 0},
        },
        {"id": "out", "type": "outputNode", "name": "out", "position": {"x": 2, "y": 0}},
    ]
    edges = [
        {"id": "a", "type": "edge", "sourceId": "in", "targetId": "t"},
        {"id": "b", "type": "edge", "sourceId": "t", "targetId": "out"},
    ]
    return json.dumps({"nodes": nodes, "edges": edges})


def _type(name: str) -> str:
    return TYPES.get(name, "number")


def _rule(cells: tuple[str, ...], fee: tuple[int, str]) -> str:
    entries = "".join(f"<inputEntry><text>{escape(cell)}</text></inputEntry>" for cell in cells)
    amount, kind = fee
    return (
        f"<rule>{entries}<outputEntry><text>{amount}</text></outputEntry>"
        f'<outputEntry><text>"{kind}"</text></outputEntry></rule>'
    )
