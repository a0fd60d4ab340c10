"""Seeded fuzzing: texts made from the grammar and broken ones end in a value, a fault or a limit,
never otherwise."""

import random
from decimal import Decimal
from typing import Any

import pytest

from backend.engine.feel import FeelFault, LimitExceeded, Limits, compile_expression, compile_unary_tests
from backend.engine.feel.builtins import BUILTINS
from backend.engine.feel.text import to_text

LEAVES = [
    "0", "1", "-1", "2.5", "1E30", "9999999999999999999999999999999999", '""', '"abc"', '"a,b"', "true",
    "false", "null",
    "[]", "[1, 2, 3]", '["a", null]', "{}", '{a: 1, b: "x"}', '@"2024-02-29"', '@"-2024-02-29"',
    '@"10:00:00"',
    '@"10:00:00@Europe/Paris"', '@"2024-03-31T02:30:00@Europe/Paris"', '@"2024-01-01T00:00:00Z"', '@"P1D"',
    '@"P1M"',
    '@"-PT0.5S"', "[1..5]", '(< "b")', "a", "b", "a b", "x.y", "item", "?", "partial", "now()", "today()",
    "function(x) x", "abs", '[{a: 1}, {a: "x"}]', '"[a-z]+"', '"(a)|b"', '"P1Y"', '"2024-01-01"',
]  # fmt: skip
BINARY = ["+", "-", "*", "/", "**", "=", "!=", "<", "<=", ">", ">=", "and", "or", "in"]
TYPES = [
    "number",
    "string",
    "list<number>",
    "context<a: number>",
    "range<date>",
    "function<number>->Any",
    "nothing",
]
NOISE = [
    *list("()[]{}.,:;@\"'+-*/<>=?!§\\ \n"),
    "..",
    "**",
    "if",
    "then",
    "for",
    "in",
    "/*",
    "//",
    "null",
    "0x",
]


class Maker:
    """Random texts from a seed."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)

    def expression(self, depth: int = 4) -> str:
        pick = self.random
        if depth <= 0 or pick.random() < 0.15:
            return pick.choice(LEAVES)
        inner = lambda: self.expression(depth - 1 - pick.randrange(2))
        name = pick.choice(["a", "x", "a b", "r"])
        forms = [
            lambda: f"({inner()} {pick.choice(BINARY)} {inner()})",
            lambda: f"{inner()} {pick.choice(BINARY)} {inner()}",
            lambda: f"-{inner()}",
            lambda: f"({inner()} between {inner()} and {inner()})",
            lambda: f"{inner()} in ({inner()}, {pick.choice(['<', '>=', ''])} {inner()})",
            lambda: f"if {inner()} then {inner()} else {inner()}",
            lambda: f"for {name} in {inner()} return {inner()}",
            lambda: f"for {name} in {inner()}..{inner()} return {inner()}",
            lambda: f"some {name} in {inner()} satisfies {inner()}",
            lambda: f"every {name} in {inner()} satisfies {inner()}",
            lambda: f"{inner()}[{inner()}]",
            lambda: f"({inner()}).{pick.choice(['a', 'year', 'start', 'time offset', 'days'])}",
            lambda: f"[{inner()}, {inner()}]",
            lambda: f"{{{name}: {inner()}, r: {inner()}}}",
            lambda: f"{pick.choice('[(]')}{inner()}..{inner()}{pick.choice('])[')}",
            lambda: f"({inner()}) instance of {pick.choice(TYPES)}",
            lambda: f"(function({name}, y: {pick.choice(TYPES)}) {inner()})({inner()}, {inner()})",
            self._call(inner),
            self._call(inner),
            self._call(inner),
        ]
        return str(pick.choice(forms)())

    def _call(self, inner: Any) -> Any:
        name = self.random.choice(list(BUILTINS))
        overload = self.random.choice(BUILTINS[name].overloads)
        count = len(overload.parameters) - (self.random.random() < 0.2)
        if self.random.random() < 0.2:
            return lambda: f"{name}({', '.join(f'{p.name}: {inner()}' for p in overload.parameters)})"
        return lambda: f"{name}({', '.join(inner() for _ in range(max(count, 0)))})"

    def broken(self) -> str:
        text = self.expression()
        for _ in range(self.random.randrange(1, 4)):
            place = self.random.randrange(len(text) + 1)
            text = text[:place] + self.random.choice(NOISE) + text[place + self.random.randrange(3) :]
        return text


VARIABLES = {"a": Decimal(3), "b": "abc", "a b": [1, 2, {"a": 5}], "x": {"y": [1, "two", None]}}
LIMITS = Limits(steps=5_000, list_size=500, string_size=5_000)


def is_feel(value: Any) -> bool:
    """True for a value of FEEL, all the way down; its text can be written."""
    to_text(value)
    if isinstance(value, list):
        return all(map(is_feel, value))
    if isinstance(value, dict):
        return all(isinstance(key, str) and is_feel(item) for key, item in value.items())
    if isinstance(value, Decimal):
        return (
            value.is_finite()
            and len(value.as_tuple().digits) <= 34
            and not (value.is_zero() and value.is_signed())
        )
    return (
        value is None
        or type(value).__module__.startswith("backend.engine.feel")
        or isinstance(value, bool | str)
    )


def try_text(text: str, clock: Any) -> None:
    for compile_, extra in ((compile_expression, ()), (compile_unary_tests, (Decimal(1),))):
        try:
            compiled = compile_(text, names=VARIABLES, extras=True)
            value, _ = compiled.evaluate(*extra, VARIABLES, now=clock, limits=LIMITS)  # type: ignore[attr-defined]
        except (FeelFault, LimitExceeded):
            continue
        assert is_feel(value), text


def run_fuzz(count: int, seed: int, clock: Any) -> None:
    maker = Maker(seed)
    for number in range(count):
        text = maker.broken() if number % 4 == 0 else maker.expression()
        try:
            try_text(text, clock)
        except Exception as error:
            raise AssertionError(f"seed {seed}, text {number}: {text!r}") from error


def test_fuzz(clock: Any) -> None:
    run_fuzz(1_500, 7, clock)


@pytest.mark.deep
def test_fuzz_deep(clock: Any) -> None:
    for seed in range(20):
        run_fuzz(10_000, seed, clock)
