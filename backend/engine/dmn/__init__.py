"""DMN 1.1 to 1.5: read a model once, evaluate its decisions, and see which rules made the result."""

from .decision_model import DecisionModel
from .outcome import Outcome, TracedDecision, TracedInput, TracedRule, TracedTable
from .read import read_dmn

__all__ = [
    "DecisionModel",
    "Outcome",
    "TracedDecision",
    "TracedInput",
    "TracedRule",
    "TracedTable",
    "read_dmn",
]
