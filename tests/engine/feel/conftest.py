"""What all FEEL tests use: one clock, and one way to evaluate."""

import datetime
from collections.abc import Callable
from typing import Any

import pytest

from backend.engine.feel import compile_expression, compile_unary_tests

NOW = datetime.datetime(2026, 11, 25, 12, 30, tzinfo=datetime.UTC)


def evaluate(text: str, variables: dict[str, Any] | None = None, extras: bool = False) -> Any:
    """The value of an expression; its names are those of the variables."""
    variables = variables or {}
    compiled = compile_expression(text, names=frozenset(variables), extras=extras)
    return compiled.evaluate(variables, now=NOW)[0]


@pytest.fixture(scope="session")
def feel() -> Callable[..., Any]:
    """feel(text, variables) → value"""
    return evaluate


@pytest.fixture(scope="session")
def rules() -> Callable[..., list[str]]:
    """rules(text, variables) → the ids of the rules named by its diagnostics"""

    def run(text: str, variables: dict[str, Any] | None = None) -> list[str]:
        variables = variables or {}
        _, diagnostics = compile_expression(text, names=frozenset(variables)).evaluate(variables, now=NOW)
        return [diagnostic.rule for diagnostic in diagnostics]

    return run


@pytest.fixture(scope="session")
def satisfied() -> Callable[..., bool | None]:
    """satisfied(tests, value) → True, False or None"""

    def run(text: str, value: Any, variables: dict[str, Any] | None = None) -> bool | None:
        variables = variables or {}
        found, _ = compile_unary_tests(text, names=frozenset(variables)).evaluate(value, variables, now=NOW)
        return found

    return run


@pytest.fixture(scope="session")
def clock() -> datetime.datetime:
    """The instant that tests give as now."""
    return NOW
