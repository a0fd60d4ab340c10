"""docs/feel.md: the grammar, every rule with its tests, and every built-in function by its own docstring.

Rules are those of backend/engine/feel/rules.txt; the tests of a rule carry its id in their name. All
sources are read as texts, so that no environment is needed.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from launcher.places import ROOT

PAGE = ROOT / "docs" / "feel.md"
RULES = ROOT / "backend" / "engine" / "feel" / "rules.txt"
BUILTINS = RULES.parent / "builtins"
TESTS = ROOT / "tests" / "engine" / "feel"
UNTESTED = "**untested**"
NAME = re.compile(r"test_F_([A-Z]+)_(\d\d)(?!\d)")
BUILTIN = re.compile(r"test_F_(BUILTIN(?:_[A-Z]+)+)")
KINDS = {
    "days": "days and time duration",
    "months": "years and months duration",
    "point": "value of an ordered kind",
}
KIND = re.compile(r"(?<=[:|] )(?:days|months|point)\b")
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
    yield "\n## Built-in functions"
    yield "`?` marks what may be left off, `…` what may be given many times. Outside its domain: null."
    for module, title in GROUPS.items():
        yield f"\n### {title}"
        if module == "extras":
            yield "No part of the standard: known only where they are switched on, as in processes."
        for name, bodies in _built_ins(module).items():
            yield f"\n#### {name}"
            yield from bodies
            rule = "F-BUILTIN-" + name.upper().replace(" ", "-")
            if module != "extras":
                yield f"{rule}: {_named(tests.get(rule, []))}"


def _built_ins(module: str) -> dict[str, list[str]]:
    """Each function of a module of built-ins, with what is said of each of its bodies."""
    found: dict[str, list[str]] = {}
    for node in ast.parse((BUILTINS / f"{module}.py").read_text()).body:
        if isinstance(node, ast.FunctionDef):
            signatures = [text for decorator in node.decorator_list for text in _signature(decorator)]
            if signatures:
                words, _, examples = (ast.get_docstring(node) or "").partition("\n\n")
                lines = [*signatures, *(f"    {line}" for line in examples.splitlines() if line)]
                said = "\n".join([" ".join(words.split()), "```", *lines, "```"])
                found.setdefault(signatures[0].split("(")[0], []).append(said)
    return found


def _signature(decorator: ast.expr) -> Iterator[str]:
    """The signature that `@builtin("…")` registers, with the kinds' full names."""
    if not isinstance(decorator, ast.Call) or ast.unparse(decorator.func) != "builtin":
        return
    takes, gives = str(ast.literal_eval(decorator.args[0])).rsplit(" -> ", 1)
    text = KIND.sub(lambda match: KINDS[match[0]], takes)
    if any(keyword.arg == "spread" for keyword in decorator.keywords):
        text = text.replace("(list: list)", "(list: list) or (item…: any)")
    yield f"{text.replace('...', '…')} -> {KINDS.get(gives, gives)}"
