"""Multi-instance: an outer instance that bears the boundary events and counts, and one inner for each item
(X-MI, C8-MI-01)."""

from decimal import Decimal
from typing import Any

from backend.engine import events as ev
from backend.engine.effects.loops import COUNTERS, counters, placed
from backend.engine.ending import terminate
from backend.engine.moves import complete
from backend.engine.nodes import Node
from backend.engine.plans import LoopPlan
from backend.engine.run import Problem, Run

from .loops import begin_round

# --- beginning ---


def work(run: Run, node: Node, key: int) -> None:
    """Count once (X-MI-01), then all instances, or the first of a sequence. None: complete, with []."""
    plan = node.loop
    assert plan is not None
    context = run.context(key)
    items = None if plan.collection is None else _items(run, plan, context)
    total = _cardinality(run, plan, context) if items is None else len(items)
    _bounded(run, node, plan, total)
    if plan.result:
        run.emit(ev.VariablesSet(key, {plan.result: [None] * total}))
    if items and plan.item:
        run.emit(ev.Remembered(key, {_kept(node): items}))
    run.emit(ev.InstancesCounted(key, node.id, 0, total, 0 if plan.sequential else total, 0, 0))
    if total:
        run.emit(ev.ElementActivated(key, node.id, (plan.position,) * (1 if plan.sequential else total)))
    else:
        complete(run, node, key)


def _kept(node: Node) -> str:
    """Under which name the outer instance remembers its items."""
    return f"{node.id}:items"


def _items(run: Run, plan: LoopPlan, context: dict[str, Any]) -> list[Any]:
    assert plan.collection is not None
    found = run.value(plan.collection, context, "loop")
    if not isinstance(found, list):
        raise Problem("loop", f"the collection is no list: {plan.collection.text}")
    return found


def _cardinality(run: Run, plan: LoopPlan, context: dict[str, Any]) -> int:
    assert plan.cardinality is not None
    found = run.value(plan.cardinality, context, "loop")
    if not isinstance(found, Decimal) or not found.is_finite() or found < 0 or found % 1:
        raise Problem("loop", f"the number of instances is no whole number from 0: {plan.cardinality.text}")
    return int(found)


def _bounded(run: Run, node: Node, plan: LoopPlan, total: int) -> None:
    """More than the bound is an incident before any instance is made."""
    most = plan.most or run.limits.scopes
    if not plan.sequential:
        most = min(most, run.limits.scopes - len(run.state.scopes))
    if total > most:
        raise Problem("loop", f"more than {most} instances")


def enter(run: Run, node: Node, scope: int, position: str) -> None:
    """A token of the outer instance becomes the next instance, with its item and loopCounter (X-MI-02)."""
    plan = node.loop
    assert plan is not None
    memory = run.state.scopes[scope].memory
    begun, total, active, completed, terminated = memory[plan.memory]
    active = 1 if plan.sequential else active
    run.emit(ev.InstancesCounted(scope, node.id, begun + 1, total, active, completed, terminated))
    items = memory.get(_kept(node))
    variables: dict[str, Any] = {plan.own: None} if plan.own else {}
    if items is not None:
        variables[plan.item] = items[begun]
    if items is not None and begun + 1 == total:
        run.emit(ev.Remembered(scope, {_kept(node): None}))
    begin_round(run, node, scope, position, begun + 1, variables)


# --- ending ---


def closing(run: Run, node: Node, key: int) -> tuple[str, ...]:
    """One instance completes: its output is collected, it is counted, the completionCondition decides about
    the rest (X-MI-03, X-MI-04). Gives what is thrown (X-MI-05), then the next of a sequence.

    All is evaluated before anything is emitted, so that a retry after an incident counts once.
    """
    plan = node.loop
    assert plan is not None
    record = run.state.scopes[key]
    outer = record.parent
    begun, total, active, completed, terminated = run.state.scopes[outer].memory[plan.memory]
    active, completed = active - 1, completed + 1
    context = {**run.context(key), **counters(total, active, completed, terminated)}
    output = _output(run, plan, context, record.round)
    over = plan.condition is not None and run.holds(node, plan.condition, context)
    thrown = _thrown(run, node, plan, context, completed)
    if plan.result:
        run.emit(ev.Collected(outer, record.round - 1, {plan.result: output}))
    if over:
        _end_rest(run, node, plan, outer, key)
        active, terminated = 0, total - completed
    run.emit(ev.InstancesCounted(outer, node.id, begun, total, active, completed, terminated))
    again = plan.sequential and not over and begun < total
    return (*thrown, plan.position) if again else thrown


def _output(run: Run, plan: LoopPlan, context: dict[str, Any], number: int) -> Any:
    """The instance's output, which conditions see in the collection already."""
    if not plan.result:
        return None
    output = None if plan.output is None else run.value(plan.output, context, "mapping")
    if plan.condition is not None or plan.thrown:
        context[plan.result] = placed(context.get(plan.result), number - 1, output)
    return output


def _thrown(run: Run, node: Node, plan: LoopPlan, context: dict[str, Any], completed: int) -> tuple[str, ...]:
    if plan.once and completed > 1:
        return ()
    return tuple(
        position
        for condition, position in plan.thrown
        if condition is None or run.holds(node, condition, context)
    )


def _end_rest(run: Run, node: Node, plan: LoopPlan, outer: int, key: int) -> None:
    """The instances not begun, then those still running, oldest first."""
    state = run.state
    if (outer, plan.position) in state.moving:
        run.emit(ev.TokensDropped(outer, node.id, plan.position))
    running = (one for one, scope in state.scopes.items() if scope.parent == outer and scope.round)
    terminate(run, *[one for one in running if one != key])


def owned_by_loops(run: Run, key: int) -> frozenset[str]:
    """What the multi-instances around an instance write: their counters and what they collect. A called
    process has a copy of it, which must not come back over what others have written meanwhile."""
    names: frozenset[str] = frozenset()
    while key:
        record = run.state.scopes[key]
        plan = run.process.nodes[record.element].loop if record.round else None
        if plan is not None and not plan.standard:
            names = names.union(COUNTERS, (plan.result,))
        key = 0 if record.closed else record.parent
    return names
