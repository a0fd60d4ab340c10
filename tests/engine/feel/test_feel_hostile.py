"""Hostile and huge texts end quickly: a fault when loaded or a limit when run (A15); flat ones just work."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest

from backend.engine.feel import FeelFault, LimitExceeded, Limits, compile_expression, compile_unary_tests

FAULTS = {
    "parentheses": "(" * 20_000 + "1" + ")" * 20_000,
    "minuses": "-" * 20_000 + "1",
    "lists": "[" * 20_000,
    "contexts": "{a:" * 20_000 + "1" + "}" * 20_000,
    "filters": "a[" * 20_000,
    "calls": "f(" * 20_000,
    "functions": "function(x) " * 20_000 + "x",
    "for": "for i in " * 20_000,
    "in": "1 in (" * 20_000,
    "open ranges": "]1.." * 20_000,
    "types": "1 instance of " + "list<" * 20_000,
    "comment": "1 /* " + "/*" * 20_000,
    "too long": "1+" * 200_000 + "1",
    "then": "if a then " * 20_000,
    "string": '"abc',
    "strange": "1 § 2",
    "long list": "[1" + ",1" * 10_000 + "]",
    "long string": '"' + "a" * 65_537 + '"',
}


@pytest.mark.parametrize("name", FAULTS)
def test_A15_fault(name: str) -> None:
    with pytest.raises(FeelFault):
        compile_expression(FAULTS[name])
    with pytest.raises(FeelFault):
        compile_unary_tests(FAULTS[name])


ENDLESS = [
    "for i in 1..1000000000 return i*i",
    "count(for i in 1..1000000000 return i)",
    "some i in for x in 1..9000 return x, j in for x in 1..9000 return x satisfies false",
    "every i in [1..1000000] satisfies true",
    "for i in 1..1000, j in 1..1000 return partial",
    "{f: function(n) f(n), r: f(1)}.r",
    "{f: function(n) f(n + 1) + 1, r: f(1)}.r",
    '{f: function(s, n) if n = 0 then s else f(s + s, n - 1), r: f("0123456789", 40)}.r',
    "{f: function(l, n) if n = 0 then l else f(concatenate(l, l), n - 1), r: f([1, 2, 3], 40)}.r",
    "for i in 1..9000 return partial",
    "sort(for i in 1..10000 return -i, function(x, y) x < y)",
    "distinct values(for i in 1..9000 return [i])",
]


@pytest.mark.parametrize("text", ENDLESS)
def test_F_ERR_03_A15_limit(text: str) -> None:
    with pytest.raises(LimitExceeded):
        compile_expression(text).evaluate({})


EDGES = [
    ("count(for i in 1..10000 return i) = 10000", "for i in 1..10001 return i"),
    ("count(concatenate(l, l)) = 10000", "append(concatenate(l, l), 1)"),
    ("string length(s + s) = 65536", 's + s + "a"'),
    ('string length(replace(s, "^a", "bb")) = 32769', 'replace(s, "a", "bbb")'),
    ('count(split(replace(s, ".{8}", "ab"), "b")) = 4097', 'split(s, "a")'),
    ("count(flatten([l, l])) = 10000", "flatten([l, l, 1])"),
]


@pytest.mark.parametrize(("allowed", "beyond"), EDGES)
def test_F_ERR_03_sizes_to_their_edge(feel: Callable[..., Any], allowed: str, beyond: str) -> None:
    variables = {"l": [Decimal(1)] * 5_000, "s": "a" * 32_768}
    assert feel(allowed, variables) is True
    with pytest.raises(LimitExceeded):
        feel(beyond, variables)


def test_F_ERR_03_the_limits_that_hold_unless_others_are_given(feel: Callable[..., Any]) -> None:
    held = Limits()
    assert (held.steps, held.list_size, held.string_size, held.depth, held.pattern) == (
        100_000, 10_000, 65_536, 64, 256,
    )  # fmt: skip
    assert feel("matches(s, p)", {"s": "a" * 256, "p": "a" * 256}) is True
    assert feel("matches(s, p)", {"s": "a" * 257, "p": "a" * 257}) is None


def test_A15_regular_expression(feel: Callable[..., Any]) -> None:
    assert feel(f'matches("{"a" * 5000}b", "(a+)+$")') is False
    assert feel(f'matches("a", "{"(a*)*" * 60}")') is None
    assert feel('replace("' + "a" * 60_000 + '", "(a|aa)+$", "b")') == "b"
    assert feel('matches("a", "a{1000}{1000}{1000}")') is None


FLAT: dict[str, tuple[str, Any]] = {
    "sum": ("1" + "+1" * 5_000, Decimal(5_001)),
    "and": ("true" + " and true" * 3_000, True),
    "or": ("false" + " or false" * 3_000, False),
    "comparison": ("1" + " = 1" * 2_000, None),
    "path": ("a" + ".b" * 10_000, None),
    "filter": ("[1]" + "[1]" * 10_000, Decimal(1)),
    "list": ("count([" + "1," * 9_000 + "1])", Decimal(9_001)),
    "else if": ("if false then 0 " + "else if false then 1 " * 2_000 + "else 7", Decimal(7)),
    "context": ("{" + ",".join(f"a{i}: {i}" for i in range(5_000)) + "}.a4999", Decimal(4999)),
    "linked": ("{a0: 1," + ",".join(f"a{i}: a{i - 1}+1" for i in range(1, 3_000)) + "}.a2999", Decimal(3000)),
    "backwards": (
        "{" + ",".join(f"a{i}: a{i + 1}+1" for i in range(3_000)) + ", a3000: 0}.a0",
        Decimal(3000),
    ),
    "calls": ("(function() 1)" + "()" * 5_000, None),
    "between": ("5" + " between 1 and 9" * 3_000, None),
    "in": ("5" + " in 5" * 3_000, None),
    "instance": ("5" + " instance of number" * 3_000, False),
}


@pytest.mark.parametrize("name", FLAT)
def test_long_flat_texts_are_safe(feel: Callable[..., Any], name: str) -> None:
    text, expected = FLAT[name]
    assert feel(text) == expected


NESTED = {
    "parentheses": ("(", "1", ")"),
    "lists": ("[", "1", "]"),
    "contexts": ("{a: ", "1", "}"),
    "filters": ("[1][item = ", "1", "]"),
    "mixed filters": ("[1][1 = 1 and ", "true", "]"),
    "for": ("for i in [1] return ", "i", ""),
    "for source": ("for i in ", "[1]", " return i"),
    "some": ("some i in [1] satisfies ", "true", ""),
    "function": ("function(x) ", "x", ""),
    "if": ("if ", "true", " then true else false"),
    "then": ("if true then ", "1", " else 2"),
    "calls": ("abs(", "1", ")"),
    "named calls": ("abs(n: ", "1", ")"),
    "in": ("1 in (2, ", "1", ")"),
    "arithmetic": ("1+(", "1", ")"),
    "comparison": ("1=(", "1", ")"),
    "logic": ("true and (", "true", ")"),
    "ranges": ("[1..", "2", "]"),
    "minus": ("-", "1", ""),
    "linked contexts": ("{b: 1, a: b + ", "1", "}"),
}


@pytest.mark.parametrize("name", NESTED)
def test_nesting_up_to_the_limit_compiles_and_runs(name: str) -> None:
    before, middle, after = NESTED[name]
    deepest = 0
    for depth in (5, 31, 62, 63, 64, 65):
        try:
            compiled = compile_expression(before * depth + middle + after * depth)
        except FeelFault as fault:
            assert fault.rule == "F-LIMIT"
            break
        deepest = depth
        compiled.evaluate({})
    assert 31 <= deepest < 65
