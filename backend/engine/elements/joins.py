"""What inclusive and complex joins share: who can still come, tokens held by an incident, every true flow."""

from collections.abc import Iterable
from typing import Any

from backend.engine import events as ev
from backend.engine.moves import complete
from backend.engine.nodes import Join, Node
from backend.engine.run import Problem, Run


def arrive(run: Run, node: Node, scope: int, position: str) -> None:
    """A token waits at a join until nothing else can move."""
    run.emit(ev.TokenArrived(scope, node.id, position))


def expected(join: Join, full: int, positions: Iterable[str]) -> bool:
    """Whether a token at one of the positions has a path to an incoming flow outside `full`, and none to one
    in it, both without visiting the join (X-INCL-02). `full` has a bit for each flow as in `Join.bits`."""
    paths = join.paths
    return any((reached := paths.get(position, 0)) and not reached & full for position in positions)


def stuck(run: Run, node: Node, scope: int, standing: Iterable[str]) -> bool:
    """Whether nothing that can move by itself can come here any more: who is awaited waits at a join that
    waits for this one (X-INCL-06). A complex gateway that waits for its start may yet go on by its data; in
    an ad-hoc sub-process somebody may begin more."""
    join, record = node.join, run.state.scopes[scope]
    assert join is not None
    if run.node(scope).adhoc is not None or any(join.paths.get(position, 0) for position in standing):
        return False
    for position in record.arrived:
        other = run.process.positions[position]
        data = other.activation is not None and f"{other.id}:seen" not in record.memory
        if data and other is not node and join.paths.get(position, 0):
            return False
    return True


def deadlock() -> Problem:
    """Joins that wait for each other (X-INCL-06)."""
    return Problem("deadlock", "it waits for a token that waits for it at another join")


def choose_all(run: Run, node: Node, context: dict[str, Any]) -> tuple[str, ...]:
    """Every true flow, else the default (X-INCL-01); no condition counts as true (X-EXCL-03). Problem when
    there are flows and none is true."""
    if node.taken is not None:
        return node.taken
    flows = [flow for flow in node.outgoing if flow is not node.default]
    taken = [flow.id for flow in flows if flow.condition is None or run.holds(node, flow.condition, context)]
    if not taken and node.default is not None:
        taken = [node.default.id]
    if not taken:
        raise Problem("condition", "no outgoing flow is true and there is no default")
    return tuple(taken)


def hold(
    run: Run, node: Node, scope: int, consumed: tuple[str, ...], problem: Problem, memory: dict[str, Any]
) -> None:
    """The tokens of these flows stay at the join as one instance with an incident, and a memory for
    `again`."""
    run.emit(ev.JoinFired(scope, node.id, consumed, ()))
    key = run.key()
    run.emit(ev.ElementEntered(key, scope, node.id, ""))
    run.emit(ev.Remembered(key, {f"{node.id}:{name}": value for name, value in memory.items()}))
    run.incident(key, node, problem)


def again(run: Run, node: Node, key: int) -> None:
    """After an incident: tokens that had not fired the join go back to their flows, others leave."""
    back = run.state.scopes[key].memory.get(f"{node.id}:back")
    if back is None:
        complete(run, node, key)
        return
    run.emit(ev.ElementCompleting(key, node.id))
    run.emit(ev.ElementCompleted(key, node.id, tuple(back)))
