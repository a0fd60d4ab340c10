"""Who catches what is thrown inside: errors and escalations, from the inside outward (X-ORD-01)."""

from .gathering import takes
from .nodes import Catch
from .run import Run
from .undoing import RESTORED, remembered


def find_catcher(run: Run, scope: int, kind: str, code: str) -> tuple[Catch, int] | None:
    """(what catches, scope it stands on): from `scope` outward, per level the event sub-processes, then the
    boundary events (X-ORD-01). kind: error or escalation.

    What a handler throws is not offered to the handlers beside it; what a round of a loop throws is offered
    to its own handlers, then to the boundary events of the whole loop.
    """
    scopes = run.state.scopes
    skip = False
    while scope:
        node = run.node(scope)
        record = scopes[scope]
        if node.undo is not None and remembered(record, RESTORED):  # it had completed: X-COMP-07
            scope = record.parent
            continue
        beside = node.content.catches if node.content is not None and not skip else ()
        if found := matching(run, scope, beside, kind, code):
            return found, scope
        if found := matching(run, scope, node.catches, kind, code):
            return found, scope
        skip = node.handler
        scope = record.parent
    return None


def matching(run: Run, scope: int, catches: tuple[Catch, ...], kind: str, code: str) -> Catch | None:
    """The one of exactly this code, else one that catches all (X-ERR-01)."""
    open_ones = [one for one in catches if one.kind == kind and takes(run, one, scope)]
    for one in open_ones:
        if one.code == code:
            return one
    return next((one for one in open_ones if one.code is None), None)
