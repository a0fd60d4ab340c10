"""Exclusive and parallel gateways, and what passes like one of them."""

from backend.engine import events as ev
from backend.engine.moves import consumed, pass_on, stop_at
from backend.engine.nodes import Node
from backend.engine.run import Problem, Run


def exclusive(run: Run, node: Node, scope: int, position: str) -> None:
    """Each token passes alone, on one flow (X-EXCL-01, X-EXCL-02)."""
    try:
        taken = node.taken if node.taken is not None else node.choose(run, node, scope)
    except Problem as problem:
        stop_at(run, node, scope, position, problem)
        return
    pass_on(run, node, scope, position, taken)


def parallel(run: Run, node: Node, scope: int, position: str) -> None:
    """Wait for a token on each incoming flow, take one from each, give one to each outgoing flow
    (X-PAR-01)."""
    taken = node.taken
    assert taken is not None
    if len(node.incoming) < 2:
        pass_on(run, node, scope, position, taken)
        return
    run.emit(ev.TokenArrived(scope, node.id, position))
    arrived = run.state.scopes[scope].arrived
    for flow in node.incoming:
        if flow not in arrived:
            return
    run.emit(ev.JoinFired(scope, node.id, node.incoming, taken))
    if not taken:
        consumed(run, scope)
