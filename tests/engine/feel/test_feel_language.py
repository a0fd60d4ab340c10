"""Texts, names, values and limits as Python gives them to FEEL and takes them back."""

import ast
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest

from backend.engine.feel import (
    FeelFault,
    LimitExceeded,
    Limits,
    compile_expression,
    compile_unary_tests,
    pycode,
)


def test_F_LEX_01_a_comment_ends_with_its_line(feel: Callable[..., Any]) -> None:
    assert feel("1 /* one */ + // two\n1 = 2 /* the\nend */") is True
    assert feel("1 // one\r\n + 1") == 2


def test_F_NAME_04_backquotes_name_what_else_would_be_an_operation(feel: Callable[..., Any]) -> None:
    assert feel("`a-b` + `a b`", {"a-b": 1, "a b": 2}) == 3


def test_F_CONV_02_a_quick_call_does_not_hide_other_overloads(feel: Callable[..., Any]) -> None:
    for _ in range(2):
        assert feel('[string length("ab"), string length(["abc"])]') == [2, 3]
        assert feel('string length(["a", "b"])') is None
        assert feel('[get value({a: 1}, "a"), get value({a: 1}, ["a"])]') == [1, 1]
        assert feel("[abs(-1), count([1, 2]), count(1), sum([1, 2]), sum(1, 2)]") == [1, 2, 1, 3, 3]
        assert feel('[abs(@"-P1D"), date(@"2024-01-01"), date("2024-01-01")]') == feel(
            '[@"P1D", @"2024-01-01", @"2024-01-01"]'
        )


@pytest.mark.parametrize(
    "text",
    ["", "1 +", "(1", "[1", "{a 1}", "if 1 then 2", '"a', '"a\nb"', "1 2", "for x in [1]", "a..b",
     "f(a: 1, 2)", "function(x: number) external {java: {class: \"a\"}}", "1 in ()", "{1: 2}", "@5", "a.",
     "some x satisfies 1", "between 1 and 2", "/* open", "1 instance of", "'a'", "if", "not",
     "1E999999", "then"],
)  # fmt: skip
def test_F_ERR_02_does_not_parse(text: str) -> None:
    with pytest.raises(FeelFault) as caught:
        compile_expression(text)
    assert 0 <= caught.value.position <= len(text)
    assert caught.value.rule.startswith("F-")


def test_F_NAME_04_spaced_names_of_the_variables(feel: Callable[..., Any]) -> None:
    variables = {"Monthly Salary": 100, "tax - rate": Decimal("0.1"), "a": 5, "terms and conditions": True}
    assert feel("Monthly Salary * tax-rate", variables) == 10
    assert feel("Monthly  /* x */ Salary * tax  -  rate", variables) == 10
    assert feel("terms and conditions and a = 5", variables) is True
    assert feel("if terms and conditions then a-1 else 0", variables) == 4


def test_F_NAME_04_members_are_known_behind_a_dot() -> None:
    compiled = compile_expression("p.co-borrower + 1", names={"p"}, members={"co-borrower"})
    assert compiled.evaluate({"p": {"co-borrower": 2}})[0] == 3
    assert compile_expression("p.monthly income").evaluate({"p": {"monthly income": 2}})[0] == 2


def test_F_NAME_06_unknown_name(rules: Callable[..., list[str]], feel: Callable[..., Any]) -> None:
    assert feel("nobody") is None
    assert rules("nobody") == ["F-NAME-06"]
    assert rules("no body at all = null") == ["F-NAME-06"]


def test_free_names_are_told() -> None:
    assert compile_expression("a + b.c + count(d) + [1][e > 1][1] + x y").free == {"a", "b", "d", "x y"}


def test_F_FN_06_recursion_within_limits(feel: Callable[..., Any]) -> None:
    text = "{f: function(n) if n = 0 then 0 else 1 + f(n - 1), r: f(%d)}.r"
    assert feel(text % 60) == 60
    with pytest.raises(LimitExceeded):
        feel(text % 70)


def test_values_of_python_are_taken(feel: Callable[..., Any]) -> None:
    import datetime

    assert feel("a + b.c[2]", {"a": 1, "b": {"c": [1, 2.5]}}) == Decimal("3.5")
    assert feel("d.year", {"d": datetime.date(2024, 1, 2)}) == 2024
    assert feel("d - e", {"d": datetime.datetime(2024, 1, 2), "e": datetime.datetime(2024, 1, 1)}) == feel(
        '@"P1D"'
    )
    assert feel("a", {"a": object()}) is None
    assert feel("a > 1", {"a": Decimal("NaN")}) is None
    assert feel("a", {"a": 10**7000}) is None


def test_limits_are_an_argument() -> None:
    loop = compile_expression("for i in 1..50 return i")
    assert len(loop.evaluate({})[0]) == 50
    for limits in (Limits(steps=20), Limits(list_size=20), Limits(depth=0)):
        with pytest.raises(LimitExceeded):
            loop.evaluate({}, limits=limits)


def test_diagnostics_name_rule_and_position_and_no_value(feel: Callable[..., Any]) -> None:
    _, found = compile_expression('1 + ("secret" * 2)').evaluate({})
    assert [(d.rule, d.position) for d in found] == [("F-AR-01", 14), ("F-AR-01", 2)]
    assert not any("secret" in d.text for d in found)


def test_compiled_once_by_content() -> None:
    assert compile_expression("a + 1") is compile_expression("a + 1", names={"a", "b"})
    assert compile_expression("a-b") is not compile_expression("a-b", names={"a-b"})
    assert compile_unary_tests("< 1") is compile_unary_tests("< 1")


@pytest.mark.parametrize(
    "forbidden",
    ["(lambda: 0).__globals__", "__import__", "[x for x in y]", "a + b", "lambda *a: a", "f'{a}'",
     "await_(a).b", "{**a}", "a.__class__.__bases__", "not a", "A", "K(B)"],
)  # fmt: skip
def test_only_listed_syntax_can_be_generated(forbidden: str) -> None:
    with pytest.raises(AssertionError):
        pycode.check(ast.parse(forbidden, mode="eval"))


def test_the_clock_is_the_given_one() -> None:
    value, found = compile_expression("now()").evaluate({})
    assert value is None
    assert found[0].rule == "F-BUILTIN-NOW"
