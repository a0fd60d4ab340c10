"""Builders of DMN files: `table(...)` for one decision with a table, `model(...)` for any elements."""

import datetime
from collections.abc import Callable
from typing import Any
from xml.sax.saxutils import escape, quoteattr

import pytest

NOW = datetime.datetime(2026, 11, 25, 12, 30, tzinfo=datetime.UTC)
MODEL = "https://www.omg.org/spec/DMN/20191111/MODEL/"


def model(body: str, namespace: str = MODEL, own: str = "urn:test") -> bytes:
    """A DMN file around elements."""
    return f'<definitions xmlns="{namespace}" namespace="{own}" id="m" name="M">{body}</definitions>'.encode()


def cell(kind: str, text: str, ident: str = "") -> str:
    """An entry with its FEEL."""
    return f"<{kind}{f' id={quoteattr(ident)}' if ident else ''}><text>{escape(text)}</text></{kind}>"


def table_xml(
    inputs: dict[str, str],
    outputs: dict[str, dict[str, str]],
    rules: list[list[str]],
    policy: str = "UNIQUE",
    aggregation: str = "",
) -> str:
    """inputs: expression → allowed values; outputs: name → {values, default, type}; rules: cells, notes."""
    parts = [
        f'<decisionTable id="t" hitPolicy="{policy}"'
        + (f' aggregation="{aggregation}"' if aggregation else "")
    ]
    parts.append(">")
    for number, (expression, values) in enumerate(inputs.items(), 1):
        allowed = cell("inputValues", values) if values else ""
        parts.append(f'<input id="i{number}">{cell("inputExpression", expression)}{allowed}</input>')
    for number, (name, more) in enumerate(outputs.items(), 1):
        typed = f' typeRef="{more["type"]}"' if "type" in more else ""
        values = cell("outputValues", more["values"]) if "values" in more else ""
        default = cell("defaultOutputEntry", more["default"]) if "default" in more else ""
        parts.append(f'<output id="o{number}" name="{name}"{typed}>{values}{default}</output>')
    parts.append('<annotation name="Law"/>')
    for number, cells in enumerate(rules, 1):
        n, m = len(inputs), len(outputs)
        entries = [cell("inputEntry", text, f"r{number}i{k}") for k, text in enumerate(cells[:n], 1)]
        entries += [cell("outputEntry", text) for text in cells[n : n + m]]
        entries += [cell("annotationEntry", text) for text in cells[n + m :]]
        parts.append(f'<rule id="r{number}">{"".join(entries)}</rule>')
    return "".join(parts) + "</decisionTable>"


def decision_xml(name: str, logic: str, requires: str = "", type_ref: str = "") -> str:
    """A decision; requires: `#id` of inputs, `!id` of decisions, `?id` of knowledge, separated by blanks."""
    needs = []
    for need in requires.split():
        kind, child = {
            "#": ("informationRequirement", "requiredInput"),
            "!": ("informationRequirement", "requiredDecision"),
            "?": ("knowledgeRequirement", "requiredKnowledge"),
        }[need[0]]
        needs.append(f'<{kind}><{child} href="#{need[1:]}"/></{kind}>')
    typed = f' typeRef="{type_ref}"' if type_ref else ""
    ident = name.lower().replace(" ", "_")
    variable = f'<variable name="{name}"{typed}/>'
    return f'<decision id="{ident}" name="{name}">{variable}{"".join(needs)}{logic}</decision>'


def input_xml(name: str, type_ref: str = "") -> str:
    """Input data; its id is its name in small letters."""
    typed = f' typeRef="{type_ref}"' if type_ref else ""
    ident = name.lower().replace(" ", "_")
    return f'<inputData id="{ident}" name="{name}"><variable name="{name}"{typed}/></inputData>'


def literal_xml(text: str) -> str:
    """A literal expression."""
    return cell("literalExpression", text)


class Build:
    """All builders under one name."""

    NOW = NOW
    model = staticmethod(model)
    cell = staticmethod(cell)
    table = staticmethod(table_xml)
    decision = staticmethod(decision_xml)
    input = staticmethod(input_xml)
    literal = staticmethod(literal_xml)


@pytest.fixture(scope="session")
def build() -> type[Build]:
    """Builders of DMN XML."""
    return Build


@pytest.fixture(scope="session")
def hit() -> Callable[..., Any]:
    """hit(value of x, policy, rules, …) → outcome of a table with the input x and one or more outputs"""
    from backend.engine.dmn import read_dmn

    def run(
        x: Any, policy: str, rules: list[list[str]], aggregation: str = "", **outputs: dict[str, str]
    ) -> Any:
        logic = table_xml({"x": ""}, outputs or {"out": {}}, rules, policy, aggregation)
        xml = model(input_xml("x") + decision_xml("D", logic, "#x"))
        return read_dmn(xml).evaluate("d", {"x": x}, now=NOW)

    return run
