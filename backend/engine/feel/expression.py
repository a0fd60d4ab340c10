"""Compiled expressions and unary tests: what the rest of the engine uses of FEEL."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterable, Mapping
from functools import lru_cache
from typing import Any, NamedTuple

from . import nodes
from .builtins import BUILTINS
from .compiler import Compiler
from .diagnostics import DEFAULT_LIMITS, MAX_NESTING, Diagnostic, FeelFault, LimitExceeded, Limits
from .names import SpacedNames, canonical, is_plain
from .parser import Parser
from .run import Run, converted
from .type_resolver import TypeLookup, no_types, resolve
from .types import Type
from .values import SCALARS

_BUILTIN_NAMES = SpacedNames(name for name, found in BUILTINS.items() if not found.extra)
_ALL_NAMES = SpacedNames(BUILTINS)
# Longer texts are compiled anew each time, so that the cache stays small.
CACHED_TEXT = 4096
Result = tuple[Any, tuple[Diagnostic, ...]]


class Compiled:
    """A text with its code. `free` are the names that only the variables can give."""

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
        result = self.within(
            run, variables, value if value.__class__ in SCALARS else converted(run, value, 0)
        )
        return (result if isinstance(result, bool) else None), tuple(run.diagnostics)


class Surroundings(NamedTuple):
    """What, besides the text, decides how it is read: the key of the cache."""

    names: frozenset[str]
    members: frozenset[str]
    extras: bool

    def parser(self, text: str) -> Parser:
        known = [_ALL_NAMES if self.extras else _BUILTIN_NAMES, SpacedNames(self.names)]
        return Parser(text, known, self.members)

    def compiler(self, types: TypeLookup) -> Compiler:
        return Compiler({canonical(name): name for name in self.names}, self.extras, types)


def surroundings(names: Iterable[str] = (), members: Iterable[str] = ()) -> Surroundings:
    """How a text is read among these names."""
    return Surroundings(_relevant(names), _relevant(members), False)


def compile_expression(
    text: str,
    names: Iterable[str] = (),
    *,
    members: Iterable[str] = (),
    extras: bool = False,
    types: TypeLookup = no_types,
) -> Expression:
    """Compile a FEEL expression. Raises FeelFault if it does not parse.

    names: variables in scope; only those with spaces or signs, and those that hide a built-in, change how the
    text is read. members: names of entries that its values may have, likewise. extras: Camunda's additional
    functions. types: named types for `instance of` and parameters.
    """
    around = Surroundings(_relevant(names), _relevant(members), extras)
    compile_now = _expression if types is no_types and len(text) <= CACHED_TEXT else _expression.__wrapped__
    return compile_now(text, around, types)


def compile_unary_tests(
    text: str,
    names: Iterable[str] = (),
    *,
    members: Iterable[str] = (),
    extras: bool = False,
    types: TypeLookup = no_types,
) -> UnaryTests:
    """Compile unary tests such as `[1..5], > 9`, `not("a")` or `-`. Raises FeelFault if they do not parse."""
    around = Surroundings(_relevant(names), _relevant(members), extras)
    compile_now = _tests if types is no_types and len(text) <= CACHED_TEXT else _tests.__wrapped__
    return compile_now(text, around, types)


def compile_values(
    text: str, names: Iterable[str] = (), *, members: Iterable[str] = (), types: TypeLookup = no_types
) -> Expression:
    """Compile the values that unary tests list, such as `"high", "low"`: an expression giving their list."""
    around = Surroundings(_relevant(names), _relevant(members), False)
    compiler = around.compiler(types)

    def work() -> Callable[..., Any]:
        tests = around.parser(text).whole_unary_tests().tests
        return compiler.expression(nodes.ListNode(0, tests))

    return Expression(text, frozenset(compiler.free), _guarded(work))


def compile_type(text: str, types: TypeLookup = no_types) -> Type | None:
    """The type that a text such as `list<number>` names; None if a name is unknown. Raises FeelFault."""
    parser = surroundings().parser(text)
    try:
        return resolve(parser.whole_type(), types)
    except RecursionError:
        raise FeelFault(f"nested deeper than {MAX_NESTING} levels", 0, "F-LIMIT") from None


def _relevant(names: Iterable[str]) -> frozenset[str]:
    return frozenset(name for name in names if not is_plain(name) or name in BUILTINS)


@lru_cache(maxsize=8192)
def _expression(text: str, around: Surroundings, types: TypeLookup) -> Expression:
    compiler = around.compiler(types)
    function = _guarded(lambda: compiler.expression(around.parser(text).whole_expression()))
    return Expression(text, frozenset(compiler.free), function)


@lru_cache(maxsize=8192)
def _tests(text: str, around: Surroundings, types: TypeLookup) -> UnaryTests:
    compiler = around.compiler(types)
    function = _guarded(lambda: compiler.unary_tests(around.parser(text).whole_unary_tests()))
    return UnaryTests(text, frozenset(compiler.free), function)


def _guarded(work: Callable[[], Callable[..., Any]]) -> Callable[..., Any]:
    try:
        return work()
    except RecursionError:
        raise FeelFault(f"nested deeper than {MAX_NESTING} levels", 0, "F-LIMIT") from None
