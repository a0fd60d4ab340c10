"""Standard loops: an outer instance that bears the boundary events, and one inner for each round (X-LOOP)."""

from decimal import Decimal
from typing import Any

from backend.engine import events as ev
from backend.engine.moves import begin, complete
from backend.engine.nodes import Node
from backend.engine.run import Run


def work(run: Run, node: Node, key: int) -> None:
    """The first round, unless the condition is tested before it and does not hold."""
    plan = node.loop
    assert plan is not None
    if plan.before and not _goes_on(run, node, run.context(key), 1):
        complete(run, node, key)
    else:
        run.emit(ev.ElementActivated(key, node.id, (plan.position,)))


def enter(run: Run, node: Node, scope: int, position: str) -> None:
    """A token of the outer instance becomes the next round."""
    assert node.loop is not None
    number = run.state.scopes[scope].memory.get(node.loop.memory, 0) + 1
    run.emit(ev.Remembered(scope, {node.loop.memory: number}))
    begin_round(run, node, scope, position, number, {})


def begin_round(
    run: Run, node: Node, scope: int, position: str, number: int, variables: dict[str, Any]
) -> None:
    """Round `number` begins, with its own variables and loopCounter (X-LOOP-02)."""
    key = run.key()
    local = {"loopCounter": Decimal(number), **variables}
    run.emit(ev.ElementEntered(key, scope, node.id, position, local, number))
    begin(run, node, key)


def closing(run: Run, node: Node, key: int) -> tuple[str, ...]:
    """What follows a round: another, or nothing, which completes the whole (X-LOOP-01, X-LOOP-02).

    Tested after: the condition sees the round's own variables. Tested before: those of the coming round.
    """
    plan = node.loop
    assert plan is not None
    record = run.state.scopes[key]
    if plan.maximum and record.round >= plan.maximum:
        return ()
    if plan.before:
        again = _goes_on(run, node, run.context(record.parent), record.round + 1)
    else:
        again = _goes_on(run, node, run.context(key), record.round)
    return (plan.position,) if again else ()


def _goes_on(run: Run, node: Node, context: dict[str, Any], number: int) -> bool:
    assert node.loop is not None
    condition = node.loop.condition
    return condition is None or run.holds(node, condition, {**context, "loopCounter": Decimal(number)})
