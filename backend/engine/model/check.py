"""Run every rule over a model and weigh what they find by profile."""

from .element import Definitions
from .faults import Fault


def check(definitions: Definitions) -> tuple[Fault, ...]:
    """Every fault and warning of a model, in document order."""
    return ()
