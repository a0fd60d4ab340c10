"""Compiled expressions and unary tests: what the rest of the engine uses of FEEL."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterable, Mapping
from functools import lru_cache
from typing import Any

from .builtins import BUILTINS
from .compiler import Compiler
from .diagnostics import DEFAULT_LIMITS, MAX_NESTING, Diagnostic, FeelFault, LimitExceeded, Limits
from .names import SpacedNames, canonical, is_plain
from .parser import Parser
from .run import Run
from .type_resolver import TypeLookup, no_types

_BUILTIN_NAMES = SpacedNames(name for name, found in BUILTINS.items() if not found.extra)
_ALL_NAMES = SpacedNames(BUILTINS)
Result = tuple[Any, tuple[Diagnostic, ...]]


class Compiled:
    """A text with its code. `free` are the names that the variables are asked for."""

    __slots__ = ("free", "function", "text")

    def __init__(self, text: str, free: frozenset[str], function: Callable[..., Any]) -> None:
        self.text = text
        self.free = free
        self.function = function

    def within(self, run: Run, *arguments: Any) -> Any:
        """The value, as part of a run that goes on. ArithmeticError never leaves; LimitExceeded may."""
        try:
            return self.function(run, *arguments)
        except ArithmeticError:
            return run.null("F-NUM-01", "the number is out of range")
        except RecursionError:
            raise LimitExceeded("depth") from None

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.text!r})"


class Expression(Compiled):
    """A FEEL expression."""

    __slots__ = ()

    def evaluate(
        self,
        variables: Mapping[str, Any],
        now: datetime.datetime | None = None,
        limits: Limits = DEFAULT_LIMITS,
    ) -> Result:
        """(value, diagnostics). `now` is the only clock there is. Raises LimitExceeded and nothing else."""
        run = Run(now, limits)
        value = self.within(run, variables)
        return value, tuple(run.diagnostics)


class UnaryTests(Compiled):
    """The tests of an input entry, or of allowed values."""

    __slots__ = ()

    def evaluate(
        self,
        value: Any,
        variables: Mapping[str, Any],
        now: datetime.datetime | None = None,
        limits: Limits = DEFAULT_LIMITS,
    ) -> Result:
        """(True, False or None; diagnostics). Only True means that the tests are satisfied."""
        run = Run(now, limits)
        result = self.within(run, variables, _converted(run, value))
        return (result if isinstance(result, bool) else None), tuple(run.diagnostics)


def _converted(run: Run, value: Any) -> Any:
    from .run import converted
    from .values import SCALARS

    return value if value.__class__ in SCALARS else converted(run, value, 0)


def compile_expression(
    text: str, names: Iterable[str] = (), *, extras: bool = False, types: TypeLookup = no_types
) -> Expression:
    """Compile a FEEL expression. Raises FeelFault if it does not parse.

    names: variables in scope; only those with spaces or signs, and those that hide a built-in,
    change how the text
    is read. extras: Camunda's additional functions. types: named types for `instance of` and parameters.
    """
    if types is no_types:
        return _cached_expression(text, _relevant(names), extras)
    return _expression(text, _relevant(names), extras, types)


def compile_unary_tests(
    text: str, names: Iterable[str] = (), *, extras: bool = False, types: TypeLookup = no_types
) -> UnaryTests:
    """Compile unary tests such as `[1..5], > 9`, `not("a")` or `-`. Raises FeelFault if they do not parse."""
    if types is no_types:
        return _cached_tests(text, _relevant(names), extras)
    return _tests(text, _relevant(names), extras, types)


def _relevant(names: Iterable[str]) -> frozenset[str]:
    return frozenset(name for name in names if not is_plain(name) or name in BUILTINS)


def _expression(text: str, names: frozenset[str], extras: bool, types: TypeLookup) -> Expression:
    compiler = Compiler({canonical(name): name for name in names}, extras, types)
    function = _guarded(lambda: compiler.expression(_parser(text, names, extras).whole_expression()))
    return Expression(text, frozenset(compiler.free), function)


def _tests(text: str, names: frozenset[str], extras: bool, types: TypeLookup) -> UnaryTests:
    compiler = Compiler({canonical(name): name for name in names}, extras, types)
    function = _guarded(lambda: compiler.unary_tests(_parser(text, names, extras).whole_unary_tests()))
    return UnaryTests(text, frozenset(compiler.free), function)


def _parser(text: str, names: frozenset[str], extras: bool) -> Parser:
    return Parser(text, [_ALL_NAMES if extras else _BUILTIN_NAMES, SpacedNames(names)])


def _guarded(work: Callable[[], Callable[..., Any]]) -> Callable[..., Any]:
    try:
        return work()
    except RecursionError:
        raise FeelFault(f"nested deeper than {MAX_NESTING} levels", 0, "F-LIMIT") from None


@lru_cache(maxsize=8192)
def _cached_expression(text: str, names: frozenset[str], extras: bool) -> Expression:
    return _expression(text, names, extras, no_types)


@lru_cache(maxsize=8192)
def _cached_tests(text: str, names: frozenset[str], extras: bool) -> UnaryTests:
    return _tests(text, names, extras, no_types)
