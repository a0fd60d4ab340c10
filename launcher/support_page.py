"""docs/bpmn-support.md: every rule and element of BPMN, what becomes of it, and the test that shows it.

The rules and elements are texts of the engine (rules.txt, elements.txt), the metamodel is the standard's own;
tests are found by the ids in their names, docstrings and tables. A rule that no test names is untested.
"""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Iterator

from launcher.places import ROOT

PAGE = ROOT / "docs" / "bpmn-support.md"
ENGINE = ROOT / "backend" / "engine"
RULE = re.compile(r"(?<![A-Za-z0-9])([VX])[-_]([A-Z]+)[-_](\d\d)((?:_\d\d)*)(?!\d)")
SHOWN = 3  # tests named for a rule; more are counted
UNTESTED = "**untested**"
STATUS = {
    "runs": "runs",
    "data": "read by what runs",
    "checked": "checked",
    "kept": "read and kept",
}
KEPT = "read and kept for drawing; its references are checked"
EVERY = "test_schema_models.py::test_a_file_that_the_schema_allows_is_read_and_kept"


def page() -> str:
    """The page as it should be."""
    rules, tests = list(_rules()), _tests()
    tested = sum(1 for kind, words in rules if kind == "rule" and tests.get(words[0]))
    count = sum(1 for kind, _ in rules if kind == "rule")
    lines = [HEAD.format(tested=tested, count=count), *_rule_tables(rules, tests), *_elements(tests)]
    return "\n".join(lines) + "\n"


HEAD = """\
# What of BPMN 2.0 the engine does
Made by `./errand docs` from the engine's rules and elements and from the tests; `./errand check` says when it
is stale. E: refused always. M: the standard forbids it, yet it runs in one clear way: refused for our own
procedures (`strict`), told for others' models (`foreign`). W: told. In a process that is only drawn, nothing
but broken structure refuses. Tests lie in tests/engine.
{tested} of {count} rules have one that carries their name."""


def write() -> None:
    """Write the page."""
    PAGE.write_text(page())


def stale() -> str:
    """What is wrong with the page that lies there; empty when it is current."""
    current = PAGE.is_file() and PAGE.read_text() == page()
    return "" if current else f"{PAGE.relative_to(ROOT)} is not current; run ./errand docs"


def _rules() -> Iterator[tuple[str, list[str]]]:
    """(`head`, [title]) and (`rule`, [id, severity, text]) in the order of rules.txt."""
    for line in (ENGINE / "rules.txt").read_text().splitlines():
        if line.startswith("## "):
            yield "head", [line.removeprefix("## ")]
        elif line and not line.startswith("#"):
            rule, rest = line.split(" ", 1)
            severity, text = rest.split(" ", 1) if rule.startswith("V") else ("", rest)
            yield "rule", [rule, severity, text]


def _rule_tables(rules: list[tuple[str, list[str]]], tests: dict[str, list[str]]) -> Iterator[str]:
    for kind, words in rules:
        if kind == "head":
            yield f"\n## {words[0]}\n| rule | what holds | test |\n|---|---|---|"
        else:
            rule, severity, text = words
            name = f"{rule} {severity}".strip()
            yield f"| {name} | {text} | {_named(tests.get(rule, []))} |"


def _named(tests: list[str]) -> str:
    more = f" and {len(tests) - SHOWN} more" if len(tests) > SHOWN else ""
    return ", ".join(f"`{test}`" for test in tests[:SHOWN]) + more if tests else UNTESTED


def _elements(tests: dict[str, list[str]]) -> Iterator[str]:
    metamodel = json.loads((ENGINE / "model" / "metamodel.json").read_text())
    known = {}
    for line in (ENGINE / "elements.txt").read_text().splitlines():
        if line and not line.startswith("#"):
            name, status, rules, words = (part.strip() for part in line.split(" | "))
            known[name] = (status, rules.split(), words)
    yield "\n## Elements of the metamodel\n| element | the engine | rules | test |\n|---|---|---|---|"
    for name in sorted(metamodel["elements"]):
        status, covered, words = known.get(name, ("", [], KEPT))
        first = [test for rule in covered for test in tests.get(rule, [])[:1]]
        told = f"{STATUS[status]}: {words}" if status else words
        shown = list(dict.fromkeys(first)) or ([] if status == "runs" else [EVERY])
        yield f"| {name} | {told} | {' '.join(covered)} | {_named(shown)} |"


def _tests() -> dict[str, list[str]]:
    """The tests of each rule; a test named by it comes before one that only speaks of it."""
    named: dict[str, list[str]] = {}
    spoken: dict[str, list[str]] = {}
    for file in sorted((ROOT / "tests" / "engine").rglob("test_*.py")):
        tree = ast.parse(file.read_text())
        functions = [one for one in tree.body if _is_test(one)]
        short = str(file.relative_to(ROOT / "tests" / "engine"))
        for function in functions:
            assert isinstance(function, ast.FunctionDef)
            for rule in _ids(function.name):
                named.setdefault(rule, []).append(f"{short}::{function.name}")
            for rule in _ids(ast.get_docstring(function) or ""):
                spoken.setdefault(rule, []).append(f"{short}::{function.name}")
        if functions:
            for rule in _tabled(tree):
                named.setdefault(rule, []).append(f"{short} [{rule}]")
    return {
        rule: list(dict.fromkeys([*named.get(rule, []), *spoken.get(rule, [])]))
        for rule in sorted({*named, *spoken})
    }


def _is_test(node: ast.stmt) -> bool:
    return isinstance(node, ast.FunctionDef) and node.name.startswith("test_")


def _ids(text: str) -> list[str]:
    """Rules named in a text or a function's name: `X-INCL-02`, `X_INCL_02`; `X_END_01_02` means both."""
    return [
        f"{kind}-{family}-{number}"
        for kind, family, first, others in RULE.findall(text)
        for number in [first, *others.split("_")[1:]]
    ]


def _tabled(tree: ast.Module) -> list[str]:
    """Rules that stand alone as a text in a table of the module: the cases of a parametrised test."""
    found = []
    for node in tree.body:
        if isinstance(node, ast.Assign):
            for one in ast.walk(node):
                if isinstance(one, ast.Constant) and isinstance(one.value, str) and RULE.fullmatch(one.value):
                    found.append(one.value)
    return list(dict.fromkeys(found))
