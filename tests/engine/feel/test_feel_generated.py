"""What compiled expressions consist of: listed syntax, listed names, data; a user's text is never run."""

import ast
import builtins
import random
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from types import CodeType
from typing import Any

import pytest

from backend.engine.feel import FeelFault, compile_expression, compile_unary_tests, pycode
from backend.engine.feel.expression import _expression, _tests
from backend.engine.feel.runtime import RUNTIME
from tests.engine.feel.test_feel_fuzz import VARIABLES, Maker

FEEL = Path(pycode.__file__).parent
HOSTILE = r"""
__import__
__import__("os").system("true")
().__class__.__bases__
a.__class__
[].__class__
{__builtins__: 1, r: __builtins__}.r
{R: 1, V: 2, D: 3, r: R + V + D}.r
{k1: 1, t1: 2, r: k1 + t1}.r
{load: 1, null_: 2, r: load}.r
function(R, V, q) R + V + q
for R in [1] return R
exec("1")
eval("1")
open("x")
`__import__`
{"__class__": 1}.__class__
lambda: 1
a if b else c
"\"+__import__(\"os\")+\""
{f: function(__class__) __class__, r: f(1)}.r
print(1)
""".strip().splitlines()


REFUSED = """
a.b
a.__class__.__mro__
a.__dict__
[x for x in y]
{x for x in y}
{**a}
f(*a)
f(k=a)
a + b
-a
not a
a or b
f'{a}'
(yield)
await_ @ b
a[1:2]
lambda *a: 1
lambda a=1: a
lambda **a: 1
lambda *, a: 1
{1, 2}
a in b
__name
A
a == b == c if d else _e
...
1j
b'a'
1.5
(lambda: a)()
f(a)(b)
a.__class__()
""".strip().splitlines()


def codes(code: CodeType) -> Iterator[CodeType]:
    """A code object and all within it."""
    yield code
    for constant in code.co_consts:
        if isinstance(constant, CodeType):
            yield from codes(constant)


def texts() -> Iterator[str]:
    maker = Maker(11)
    yield from HOSTILE
    for _ in range(400):
        yield maker.expression()


def functions(text: str) -> Iterator[Any]:
    for compile_ in (compile_expression, compile_unary_tests):
        try:
            yield compile_(text, names=VARIABLES, extras=True).function
        except FeelFault:
            continue


def test_generated_code_has_only_listed_names_and_plain_constants() -> None:
    for text in texts():
        for function in functions(text):
            assert function.__globals__["__builtins__"] == {}
            for code in codes(function.__code__):
                own = {name for name in code.co_names if name not in RUNTIME and name != "__class__"}
                assert all(name[0] in "kb" and name[1:].isdigit() for name in own), (text, own)
                assert all(name in function.__globals__ for name in own)
                for constant in code.co_consts:
                    assert constant is None or isinstance(constant, bool | int | str | tuple | CodeType), text


def test_only_syntax_trees_are_compiled(monkeypatch: pytest.MonkeyPatch) -> None:
    _expression.cache_clear()
    _tests.cache_clear()
    given: list[Any] = []
    original = builtins.compile

    def watched(source: Any, *more: Any, **others: Any) -> Any:
        given.append(source)
        return original(source, *more, **others)

    for name in ("exec", "eval"):
        monkeypatch.setattr(builtins, name, None)
    monkeypatch.setattr(builtins, "compile", watched)
    for text in HOSTILE:
        list(functions(text))
    assert len(given) > 20
    assert all(isinstance(source, ast.Expression) for source in given)


def test_hostile_texts_reach_no_object_of_python() -> None:
    for text in HOSTILE:
        for function in functions(text):
            try:
                value, _ = compile_expression(text).evaluate(VARIABLES)
            except FeelFault:
                continue
            kinds = (bool, str, Decimal, list, dict)
            assert (
                value is None
                or isinstance(value, kinds)
                or type(value).__module__.startswith("backend.engine.feel")
            )
            assert function is not None


def test_the_sources_never_run_a_text() -> None:
    for file in FEEL.rglob("*.py"):
        for node in ast.walk(ast.parse(file.read_text())):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
                assert node.func.id not in ("exec", "eval", "__import__"), file
                assert node.func.id != "compile" or file.name == "pycode.py", file


def test_every_listed_kind_of_syntax_is_needed(monkeypatch: pytest.MonkeyPatch) -> None:
    seen: set[type] = set()
    original = pycode.check

    def watched(tree: ast.AST) -> None:
        original(tree)
        seen.update(type(node) for node in ast.walk(tree))

    monkeypatch.setattr(pycode, "check", watched)
    _expression.cache_clear()
    _tests.cache_clear()
    for text in texts():
        list(functions(text))
    assert seen == pycode.ALLOWED


def test_random_trees_that_are_not_listed_are_refused() -> None:
    pick = random.Random(5)
    for source in REFUSED:
        wrapped = pick.choice(["(a, {})", "f({})", "a if {} else b", "[{}]", "lambda x: {}"]).format(source)
        with pytest.raises(AssertionError):
            pycode.check(ast.parse(wrapped, mode="eval"))
