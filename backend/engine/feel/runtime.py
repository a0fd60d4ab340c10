"""The names that compiled expressions may use: all that runs when FEEL is evaluated, in one table."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from . import arithmetic, calls, conformance, loops, operators
from .run import MISSING, load, load_or

RUNTIME: dict[str, Any] = {
    "__builtins__": {}, "D": Decimal, "text_class": str, "missing": MISSING, "load": load, "load_or": load_or,
    "add": arithmetic.add, "subtract": arithmetic.subtract, "multiply": arithmetic.multiply,
    "divide": arithmetic.divide, "power": arithmetic.power, "negate": arithmetic.negate,
    "eq": operators.eq, "ne": operators.ne, "lt": operators.lt, "le": operators.le, "gt": operators.gt,
    "ge": operators.ge, "conjunction": operators.conjunction, "disjunction": operators.disjunction,
    "between": operators.between, "span_test": operators.span_test, "make_range": operators.make_range,
    "half_range": operators.half_range, "member": operators.member, "own_test": operators.own_test,
    "one_of": operators.one_of, "any_test": operators.any_test, "path": operators.path,
    "pick": operators.pick,
    "index": operators.index, "select": operators.select, "make_function": operators.make_function,
    "call": calls.call, "call_named": calls.call_named, "is_instance": conformance.is_instance,
    "items": loops.items, "span": loops.span, "loop": loops.loop, "quantified": loops.quantified,
    "null": lambda run, at, rule, text: run.null(rule, text, at),
}  # fmt: skip
