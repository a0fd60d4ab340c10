"""The inclusive gateway: every true flow out, and a join of all that can still come (X-INCL-01 to
X-INCL-06)."""

from backend.engine import events as ev
from backend.engine.moves import consumed
from backend.engine.nodes import Node
from backend.engine.run import Problem, Run

from .joins import choose_all, deadlock, expected, hold, stuck


def choose(run: Run, node: Node, scope: int) -> tuple[str, ...]:
    """The flows its token leaves on (X-INCL-01)."""
    return node.taken if node.taken is not None else choose_all(run, node, run.context(scope))


def settle(run: Run, node: Node, scope: int, standing: list[str]) -> bool:
    """Fire when a token is here and none is awaited; True when something changed (X-INCL-02)."""
    join = node.join
    assert join is not None
    arrived = run.state.scopes[scope].arrived
    flows = tuple(flow for flow in node.incoming if flow in arrived)
    if not flows:
        return False
    full = join.full(flows)
    if not expected(join, full, standing) and not expected(join, full, arrived):
        fire(run, node, scope, flows)
        return True
    if not stuck(run, node, scope, standing):
        return False
    hold(run, node, scope, flows, deadlock(), {"back": list(flows)})
    return True


def fire(run: Run, node: Node, scope: int, flows: tuple[str, ...]) -> None:
    """One token from each flow that has one; what is more stays (X-INCL-03)."""
    try:
        taken = choose(run, node, scope)
    except Problem as problem:
        hold(run, node, scope, flows, problem, {"fired": True})
        return
    run.emit(ev.JoinFired(scope, node.id, flows, taken))
    if not taken:
        consumed(run, scope)
