"""Calling functions: positional, named, built-in or of the user's own (F-FN)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from . import conformance
from .arithmetic import kind_name
from .registry import Builtin
from .run import Run
from .structures import Function
from .types import ANY


def call(run: Run, at: int, function: Any, arguments: tuple[Any, ...]) -> Any:
    """function(arguments…), by position."""
    if function.__class__ is Builtin:
        return function.invoke(run, at, arguments)
    if not isinstance(function, Function):
        return run.null("F-FN-04", f"{kind_name(function)} is not a function", at)
    if len(arguments) != len(function.parameters):
        text = f"{len(function.parameters)} arguments expected, {len(arguments)} given"
        return run.null("F-FN-02", text, at)
    run.charge(1)
    run.enter()
    try:
        bound = [
            value if wanted is ANY else conformance.bind(run, at, value, wanted, f"parameter {name}")
            for value, wanted, name in zip(arguments, function.types, function.parameters, strict=True)
        ]
        result = function.body(*bound)
    finally:
        run.depth += 1
    return result if function.result is ANY else conformance.bind(run, at, result, function.result, "result")


def call_named(run: Run, at: int, function: Any, names: Sequence[str], arguments: tuple[Any, ...]) -> Any:
    """function(name: argument, …)."""
    if len(set(names)) != len(names):
        return run.null("F-FN-03", "a parameter is given twice", at)
    if function.__class__ is Builtin:
        return function.invoke_named(run, at, dict(zip(names, arguments, strict=True)))
    if not isinstance(function, Function):
        return run.null("F-FN-04", f"{kind_name(function)} is not a function", at)
    unknown = [name for name in names if name not in function.parameters]
    if unknown:
        return run.null("F-FN-03", f"there is no parameter '{unknown[0]}'", at)
    given = dict(zip(names, arguments, strict=True))
    return call(run, at, function, tuple(given.get(name) for name in function.parameters))
