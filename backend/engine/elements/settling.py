"""Joins that wait for what can still come, examined when nothing else can move (X-INCL-05, X-CPLX-03)."""

from collections.abc import Callable
from typing import Final

from backend.engine.nodes import Node
from backend.engine.run import Run
from backend.engine.undoing import PASSED, remembered

from . import complex_gateway, inclusive

SETTLE: Final[dict[str, Callable[[Run, Node, int, list[str]], bool]]] = {
    "inclusiveGateway": inclusive.settle,
    "complexGateway": complex_gateway.settle,
}


def settle(run: Run) -> bool:
    """Let every join go on that awaits no token any more, at most one in each scope; True when one did.

    Outer scopes come first: what a join does changes only its own scope and those around it.
    """
    scopes = run.state.scopes
    inside: dict[int, list[str]] | None = None
    changed = False
    for key, record in list(scopes.items()):
        if not record.arrived and not record.memory:
            continue
        content = run.node(key).content if key in scopes else None
        if content is None or not content.joins:
            continue
        if inside is None:
            inside = standing(run)
        if _settle_one(run, content.joins, key, inside.get(key, [])):
            changed = True
    return changed


def _settle_one(run: Run, joins: tuple[Node, ...], scope: int, inside: list[str]) -> bool:
    return any(SETTLE[join.kind](run, join, scope, inside) for join in joins)


def standing(run: Run) -> dict[int, list[str]]:
    """By scope, the nodes that hold a token directly in it; the inside of each counts as one (X-INCL-04), a
    throw whose token has gone on as none."""
    found: dict[int, list[str]] = {}
    for record in run.state.scopes.values():
        if not record.memory or not remembered(record, PASSED):
            found.setdefault(record.parent, []).append(record.element)
    return found
