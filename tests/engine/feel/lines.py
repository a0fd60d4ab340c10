"""Tables of FEEL lines as tests: `test_F_EQ_03 = holds(...)` is a test that is named by its rule."""

from collections.abc import Callable
from typing import Any

import pytest

from backend.engine.feel import FeelFault, compile_expression, compile_unary_tests

from .conftest import NOW, evaluate


def _lines(table: str) -> list[str]:
    return [line for line in table.strip().splitlines() if line]


def holds(table: str) -> Callable[..., None]:
    """Each line is `expression → value`, the same kind and value or both null; without arrow it is true."""

    @pytest.mark.parametrize("line", _lines(table))
    def test(line: str) -> None:
        text, arrow, expected = line.partition(" → ")
        value = evaluate(text)
        wanted = evaluate(expected) if arrow else True
        assert evaluate("is(found, wanted)", {"found": value, "wanted": wanted}) is True, value

    return test


def nulls(table: str) -> Callable[..., None]:
    """Each line is null, and the last diagnostic names the rule in front of it: `F-AR-01 1 + "a"`."""

    @pytest.mark.parametrize("line", _lines(table))
    def test(line: str) -> None:
        rule, text = line.split(" ", 1)
        value, diagnostics = compile_expression(text).evaluate({}, now=NOW)
        assert value is None
        assert rule in [diagnostic.rule for diagnostic in diagnostics]
        assert all(0 <= diagnostic.position <= len(text) for diagnostic in diagnostics)

    return test


def faults(table: str) -> Callable[..., None]:
    """Each line does not parse."""

    @pytest.mark.parametrize("line", _lines(table))
    def test(line: str) -> None:
        with pytest.raises(FeelFault) as caught:
            compile_expression(line)
        assert 0 <= caught.value.position <= len(line)

    return test


def satisfies(table: str) -> Callable[..., None]:
    """Each line is `value | tests → true, false or null`."""

    @pytest.mark.parametrize("line", _lines(table))
    def test(line: str) -> None:
        value, rest = line.split(" | ", 1)
        tests, expected = rest.split(" → ")
        found, _ = compile_unary_tests(tests).evaluate(evaluate(value), {}, now=NOW)
        wanted: Any = evaluate(expected)
        assert found is wanted

    return test
