"""The complex gateway: an activation condition, then a reset by what can still come (X-CPLX-01 to
X-CPLX-05).

While it waits for its reset the scope's memory has `<id>:seen`, the flows that started it.
"""

from typing import Any, Final

from backend.engine import events as ev
from backend.engine.moves import consumed, pass_on, stop_at
from backend.engine.nodes import Node
from backend.engine.run import Problem, Run

from . import joins

START: Final = "start"
RESET: Final = "reset"


def pass_alone(run: Run, node: Node, scope: int, position: str) -> None:
    """With at most one way in and no condition every token starts it, and nothing is left for a reset."""
    try:
        taken = joins.choose_all(run, node, status(run, node, scope, True, {position: 1}))
    except Problem as problem:
        stop_at(run, node, scope, position, problem)
        return
    pass_on(run, node, scope, position, taken)


def arrive(run: Run, node: Node, scope: int, position: str) -> None:
    """A token waits; it may start the gateway at once (X-CPLX-01)."""
    run.emit(ev.TokenArrived(scope, node.id, position))
    if started_by(run, node, scope) is None:
        try_start(run, node, scope)


def started_by(run: Run, node: Node, scope: int) -> list[str] | None:
    """The flows that started it, None while it waits for its start."""
    found: list[str] | None = run.state.scopes[scope].memory.get(f"{node.id}:seen")
    return found


def status(
    run: Run, node: Node, scope: int, waiting_for_start: bool, arrived: dict[str, int]
) -> dict[str, Any]:
    """What its conditions see: the variables, waitingForStart, activationCount, and each incoming flow's
    count."""
    counts = {flow.rpartition(":")[2]: arrived.get(flow, 0) for flow in node.incoming}
    count = sum(arrived.get(flow, 0) for flow in node.incoming or arrived)
    return {
        **run.context(scope),
        **counts,
        "activationCount": count,
        "waitingForStart": waiting_for_start,
    }


def try_start(run: Run, node: Node, scope: int) -> None:
    """Start when the activation condition is true (X-CPLX-02, X-CPLX-05)."""
    arrived = run.state.scopes[scope].arrived
    context = status(run, node, scope, True, arrived)
    try:
        if node.activation is not None and not run.holds(node, node.activation, context):
            return
    except Problem as problem:
        flows = tuple(flow for flow in node.incoming if flow in arrived)
        joins.hold(run, node, scope, flows, problem, {"back": list(flows)})
        return
    start(run, node, scope, context)


def start(run: Run, node: Node, scope: int, context: dict[str, Any]) -> None:
    """The first phase: one token from each flow that has one, the rest is awaited for the reset."""
    flows = tuple(flow for flow in node.incoming if flow in run.state.scopes[scope].arrived)
    if len(flows) < len(node.incoming):
        run.emit(ev.Remembered(scope, {f"{node.id}:seen": list(flows)}))
    try:
        taken = joins.choose_all(run, node, context)
    except Problem as problem:
        joins.hold(run, node, scope, flows, problem, {"phase": START})
        return
    run.emit(ev.JoinFired(scope, node.id, flows, taken))
    if not taken:
        consumed(run, scope)


def settle(run: Run, node: Node, scope: int, standing: list[str]) -> bool:
    """Nothing else moves: reset, or start when changed data make the condition true; True when it did."""
    join = node.join
    assert join is not None
    arrived = run.state.scopes[scope].arrived
    seen = started_by(run, node, scope)
    if seen is None:
        return _start_late(run, node, scope)
    fresh = tuple(flow for flow in node.incoming if flow in arrived and flow not in seen)
    full = join.full((*seen, *fresh))
    if not joins.expected(join, full, standing) and not joins.expected(join, full, arrived):
        reset(run, node, scope, fresh)
        return True
    if not fresh or not joins.stuck(run, node, scope, standing):
        return False
    joins.hold(run, node, scope, fresh, joins.deadlock(), {"back": list(fresh)})
    return True


def _start_late(run: Run, node: Node, scope: int) -> bool:
    """Tokens may wait for a condition that other data make true; nothing is told while it is not."""
    arrived = run.state.scopes[scope].arrived
    if node.activation is None or not any(flow in arrived for flow in node.incoming):
        return False
    context = status(run, node, scope, True, arrived)
    try:
        true = run.evaluate(node.activation, context, "condition")[0] is True
    except Problem:
        return False
    if true:
        start(run, node, scope, context)
    return true


def reset(run: Run, node: Node, scope: int, fresh: tuple[str, ...]) -> None:
    """Take one token from each flow that did not start it, and wait for the next start (X-CPLX-04)."""
    run.emit(ev.Remembered(scope, {f"{node.id}:seen": None}))
    taken: tuple[str, ...] = ()
    if fresh:
        try:
            taken = chosen_at_reset(run, node, scope)
        except Problem as problem:
            joins.hold(run, node, scope, fresh, problem, {"phase": RESET})
        else:
            run.emit(ev.JoinFired(scope, node.id, fresh, taken))
    if any(flow in run.state.scopes[scope].arrived for flow in node.incoming):
        try_start(run, node, scope)
    elif fresh and not taken:
        consumed(run, scope)


def chosen_at_reset(run: Run, node: Node, scope: int) -> tuple[str, ...]:
    """The flows whose condition is true in this phase; there may be none, and the default is not one."""
    context = status(run, node, scope, False, run.state.scopes[scope].arrived)
    return tuple(
        flow.id
        for flow in node.outgoing
        if flow.condition is not None and run.holds(node, flow.condition, context)
    )


def again(run: Run, node: Node, key: int) -> None:
    """After an incident: its tokens are taken anew, or leave by the phase in which no flow was found."""
    phase = run.state.scopes[key].memory.get(f"{node.id}:phase")
    if phase is None:
        joins.again(run, node, key)
        return
    scope = run.state.scopes[key].parent
    taken = chosen_at_reset(run, node, scope) if phase == RESET else choose(run, node, scope)
    run.emit(ev.ElementCompleting(key, node.id))
    run.emit(ev.ElementCompleted(key, node.id, taken))
    if not taken:
        consumed(run, scope)


def choose(run: Run, node: Node, scope: int) -> tuple[str, ...]:
    """The flows of the first phase, tried again after an incident."""
    return joins.choose_all(run, node, status(run, node, scope, True, run.state.scopes[scope].arrived))
