"""docs/feel.md: the grammar, every rule with its tests, and every built-in function by its own docstring.

Rules are those of backend/engine/feel/rules.txt; the tests of a rule carry its id in their name. It reads the
built-ins themselves, so it runs in the environment: `python -m launcher.feel_page [--check]`.
"""

from __future__ import annotations

import ast
import inspect
import re
import sys
from collections.abc import Iterator
from typing import TYPE_CHECKING

from launcher.places import ROOT

if TYPE_CHECKING:
    from backend.engine.feel.registry import Builtin, Overload

PAGE = ROOT / "docs" / "feel.md"
RULES = ROOT / "backend" / "engine" / "feel" / "rules.txt"
TESTS = ROOT / "tests" / "engine" / "feel"
UNTESTED = "**untested**"
NAME = re.compile(r"test_F_([A-Z]+)_(\d\d)(?!\d)")
BUILTIN = re.compile(r"test_F_(BUILTIN(?:_[A-Z]+)+)")
KINDS = {
    "days": "days and time duration",
    "months": "years and months duration",
    "point": "value of an ordered kind",
}
GROUPS = {
    "conversion": "Conversion", "booleans": "Booleans and identity", "strings": "Strings", "lists": "Lists",
    "numeric": "Numbers", "ranges": "Ranges and points", "temporal": "Dates and the clock",
    "contexts": "Contexts", "extras": "Camunda's additions",
}  # fmt: skip

HEAD = """\
# FEEL, the expression language of DMN 1.5
Made by `./errand docs` from the grammar, the rules and the built-ins' own docstrings; `./errand check` says
when it is stale. Every example below is a test. {tested} of {count} rules have a test of their name.

```python
from backend.engine.feel import compile_expression

fee = compile_expression("if size > 10 then 25 else 40", names={{"size"}})
value, diagnostics = fee.evaluate({{"size": 12}})  # Decimal("25"), ()
```
A text is compiled once and kept by its content. Evaluation never raises, except `LimitExceeded`; a text that
does not parse raises `FeelFault` when it is compiled. Every null that is an error comes with a diagnostic:
rule, words, position. The clock is the one that is given: `evaluate(variables, now=…)`.

## Grammar
Lowest precedence first; infix operators are left associative.
```
{grammar}
```
"""
GRAMMAR = """\
expression   for x in e [.. e] {, y in e [.. e]} return e        e: a list; a..b: whole numbers or dates
             if e then e else e
             some x in e {, y in e} satisfies e                  every likewise
             function ( [x [: type] {, y [: type]}] ) e
             e or e
             e and e
             e = e    !=  <  <=  >  >=                           do not chain
             e between e and e       e in test       e in ( test {, test} )
             e + e    e - e
             e * e    e / e
             e ** e
             - e
             e instance of type
             e . name    e [ e ]    e ( [e {, e}] )    e ( name : e {, name : e} )
             literal    name    ( e )    [ [e {, e}] ]    { [name : e {, "key" : e}] }
range        [ e .. e ]    ( e .. e )    ] e .. e [              also (< e)  (<= e)  (> e)  (>= e)
literal      12.5    .5    "text"    true    false    null
             @"2024-02-29"   @"12:30:00@Europe/Paris"   @"2024-02-29T12:30:00Z"   @"P1Y2M"   @"-PT1H30M"
type         name    list<T>    range<T>    context<name: T, …>    function<T, …> -> T
unary tests  -       test {, test}       not ( test {, test} )
test         < e    <= e    > e    >= e    = e    != e    range    e      (? is the tested value)
comment      // to the end of the line       /* … */"""


def page() -> str:
    """The page as it should be."""
    tests, rules = _tests(), list(_rules())
    ids = [words[0] for kind, words in rules if kind == "rule"]
    head = HEAD.format(tested=sum(rule in tests for rule in ids), count=len(ids), grammar=GRAMMAR)
    return "\n".join([head + "\n## Rules", *_tables(rules, tests), *_functions(tests)]) + "\n"


def write() -> None:
    """Write the page."""
    PAGE.write_text(page())


def stale() -> str:
    """What is wrong with the page that lies there; empty when it is current."""
    current = PAGE.is_file() and PAGE.read_text() == page()
    return "" if current else f"{PAGE.relative_to(ROOT)} is not current; run ./errand docs"


def _rules() -> Iterator[tuple[str, list[str]]]:
    """(`head`, [title]) and (`rule`, [id, text]) in the order of rules.txt."""
    for line in RULES.read_text().splitlines():
        if line.startswith("## "):
            yield "head", [line.removeprefix("## ")]
        elif line and not line.startswith("#"):
            yield "rule", line.split(" ", 1)


def _tables(rules: list[tuple[str, list[str]]], tests: dict[str, list[str]]) -> Iterator[str]:
    for kind, words in rules:
        if kind == "head":
            yield f"\n### {words[0]}\n| rule | what holds | test |\n|---|---|---|"
        else:
            rule, text = words
            yield f"| {rule} | {text.replace('|', chr(92) + '|')} | {_named(tests.get(rule, []))} |"


def _named(tests: list[str]) -> str:
    return ", ".join(f"`{test}`" for test in tests[:3]) or UNTESTED


def _tests() -> dict[str, list[str]]:
    """The tests of each rule and built-in, by the ids in their names."""
    found: dict[str, list[str]] = {}
    for file in sorted(TESTS.glob("test_*.py")):
        for name in _names(ast.parse(file.read_text())):
            ids = [f"F-{family}-{number}" for family, number in NAME.findall(name)]
            for rule in ids + [f"F-{rest.replace('_', '-')}" for rest in BUILTIN.findall(name)]:
                found.setdefault(rule, []).append(f"{file.name}::{name}")
    return found


def _names(tree: ast.Module) -> Iterator[str]:
    """Tests that are functions, and those that a table of lines makes: `test_F_EQ_03 = true(…)`."""
    for node in tree.body:
        if isinstance(node, ast.FunctionDef):
            yield node.name
        elif isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name):
            yield node.targets[0].id


def _functions(tests: dict[str, list[str]]) -> Iterator[str]:
    from backend.engine.feel.builtins import BUILTINS

    yield "\n## Built-in functions"
    yield "`?` marks what may be left off, `…` what may be given many times. Outside its domain: null."
    for module, title in GROUPS.items():
        yield f"\n### {title}"
        if module == "extras":
            yield "No part of the standard: known only where they are switched on, as in processes."
        for found in BUILTINS.values():
            listed = [one for one in found.overloads if _module(one) == module]
            if listed:
                yield from _function(found, listed, tests)


def _module(overload: Overload) -> str:
    return overload.body.__module__.rsplit(".", 1)[-1]


def _function(found: Builtin, overloads: list[Overload], tests: dict[str, list[str]]) -> Iterator[str]:
    yield f"\n#### {found.name}"
    bodies: dict[object, list[str]] = {}
    for overload in overloads:
        bodies.setdefault(overload.body, []).append(_signature(overload))
    for body, signatures in bodies.items():
        words, examples = _document(body)
        lines = "\n".join([*reversed(signatures), *(f"    {one}" for one in examples)])
        yield f"{words}\n```\n{lines}\n```"
    if not found.extra:
        yield f"{found.rule}: {_named(tests.get(found.rule, []))}"


def _signature(overload: Overload) -> str:
    """The signature with the kinds' full names; what may be left off or given often is marked."""
    takes, gives = overload.signature.rsplit(" -> ", 1)
    text = re.sub(r"\b(days|months|point)\b(?=[ |,)])(?<!: point:)", lambda m: _kind(m, takes), takes)
    spread = text.replace("(list: list)", "(list: list) or (item…: any)") if overload.spread else text
    return f"{spread.replace('...', '…')} -> {KINDS.get(gives, gives)}"


def _kind(match: re.Match[str], text: str) -> str:
    is_kind = re.search(r"[:|] $", text[: match.start()]) is not None
    return KINDS[match[0]] if is_kind else match[0]


def _document(body: object) -> tuple[str, list[str]]:
    """(what it does, in one paragraph; the examples) of a docstring."""
    words, _, examples = (inspect.getdoc(body) or "").partition("\n\n")
    return " ".join(words.split()), [line for line in examples.splitlines() if line]


if __name__ == "__main__":
    if "--check" not in sys.argv:
        write()
    raise SystemExit(stale() or 0)
