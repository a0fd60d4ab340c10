"""FEEL, the expression language of DMN 1.5: compile a text once, evaluate it many times; never an
exception but limits."""

from .diagnostics import Diagnostic, FeelFault, LimitExceeded, Limits
from .expression import Expression, UnaryTests, compile_expression, compile_unary_tests

__all__ = [
    "Diagnostic",
    "Expression",
    "FeelFault",
    "LimitExceeded",
    "Limits",
    "UnaryTests",
    "compile_expression",
    "compile_unary_tests",
]
