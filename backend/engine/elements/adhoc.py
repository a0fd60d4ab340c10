"""Ad-hoc sub-processes: what begins inside, what each end there means, when the whole completes (X-ADHOC)."""

from typing import Any

from backend.engine import events as ev
from backend.engine.arming import arm
from backend.engine.conditions import at_entry
from backend.engine.effects.loops import placed
from backend.engine.ending import terminate
from backend.engine.lifecycle import ACTIVE
from backend.engine.moves import complete, consumed
from backend.engine.nodes import Node
from backend.engine.plans import AdHocPlan
from backend.engine.refused import Refused
from backend.engine.run import Problem, Run
from backend.engine.undoing import RESTORED, remembered


def _next(node: Node) -> str:
    """Under which name an instance remembers what waits its turn (Sequential)."""
    return f"{node.id}:next"


def _over(run: Run, node: Node, key: int) -> bool:
    """Whether the completionCondition has come true: nothing new begins."""
    return f"{node.id}:over" in run.state.scopes[key].memory


def work(run: Run, node: Node, key: int) -> None:
    """Handlers subscribe, then what is to run begins: all at once, or one by one (X-ADHOC-01, X-ADHOC-02)."""
    plan = node.adhoc
    assert plan is not None and node.content is not None
    for handler in node.content.handlers:
        arm(run, handler, key, "handler")
    wanted = node.content.starts if plan.active is None else _active(run, node, plan, key)
    if plan.result:
        run.emit(ev.VariablesSet(key, {plan.result: []}))
    first = wanted[:1] if plan.sequential else wanted
    if wanted[len(first) :]:
        run.emit(ev.Remembered(key, {_next(node): list(wanted[len(first) :])}))
    run.emit(ev.ElementActivated(key, node.id, first))
    if run.state.conditions:
        at_entry(run, node, key)
    if not first and key in run.state.scopes:
        consumed(run, key)


def _active(run: Run, node: Node, plan: AdHocPlan, key: int) -> tuple[str, ...]:
    """The ids that activeElementsCollection gives; a wrong one is a Problem (C8-ADHOC-01)."""
    assert plan.active is not None and node.content is not None
    found = run.value(plan.active, run.context(key), "loop")
    if not isinstance(found, list):
        raise Problem("loop", f"the active elements are no list: {plan.active.text}")
    inside = {start.rpartition(":")[2]: start for start in node.content.starts}
    if not all(isinstance(one, str) and one in inside for one in found):
        raise Problem("loop", f"not all are activities inside that no flow leads to: {plan.active.text}")
    return tuple(inside[one] for one in found)


def emptied(run: Run, node: Node, key: int) -> None:
    """No token is left inside: the next begins; or it completes, unless its condition is still to come true
    (X-ADHOC-02, X-ADHOC-04)."""
    assert node.adhoc is not None
    if not _over(run, node, key):
        waiting = run.state.scopes[key].memory.get(_next(node))
        if waiting:
            run.emit(ev.Remembered(key, {_next(node): waiting[1:] or None}))
            run.emit(ev.TokensPlaced(key, node.id, (waiting[0],)))
            return
        if node.adhoc.condition is not None:
            return
    complete(run, node, key)


def activate(run: Run, key: int, element: str) -> None:
    """One more activity inside begins, or waits its turn. Refused where that cannot be (X-ADHOC-01)."""
    scope = run.state.scopes.get(key)
    node = run.node(key) if scope is not None else None
    if scope is None or node is None or node.adhoc is None or node.content is None or scope.phase != ACTIVE:
        raise Refused("no_scope", "no running ad-hoc sub-process has this key")
    if _over(run, node, key) or remembered(scope, RESTORED):
        raise Refused("ended", "the ad-hoc sub-process begins nothing any more")
    if element not in node.content.starts:
        raise Refused("no_element", f"{element!r} is no activity in it that no flow leads to")
    if node.adhoc.sequential and scope.tokens:
        waiting = scope.memory.get(_next(node), [])
        run.emit(ev.Remembered(key, {_next(node): [*waiting, element]}))
    else:
        run.emit(ev.TokensPlaced(key, node.id, (element,)))


# --- the end of what is inside ---


def closing(run: Run, node: Node, key: int) -> tuple[str, ...]:
    """An activity inside completes: its output is collected, the condition is asked (X-ADHOC-03)."""
    scope = run.state.scopes[key].parent
    around = run.node(scope)
    plan = around.adhoc
    if plan is None:  # it compensates, inside what throws
        return node.choose(run, node, scope)
    over = _over(run, around, scope)
    collected = _collected(run, plan, key, scope)
    if not over and plan.condition is not None:
        context = {**run.context(scope), **collected}
        come = run.holds(around, plan.condition, context)
        taken = (plan.done,) if come else node.choose(run, node, scope)
    else:
        taken = () if over else node.choose(run, node, scope)
    if plan.result:
        found = collected[plan.result]
        run.emit(ev.Collected(scope, len(found) - 1, {plan.result: found[-1]}))
    return taken


def _collected(run: Run, plan: AdHocPlan, key: int, scope: int) -> dict[str, Any]:
    """The collection with the output of the instance that completes, in completion order (C8-ADHOC-01)."""
    if not plan.result:
        return {}
    output = None if plan.output is None else run.value(plan.output, run.context(key), "mapping")
    held = run.state.scopes[scope].variables.get(plan.result)
    return {plan.result: placed(held, len(held) if isinstance(held, list) else 0, output)}


def passing(run: Run, node: Node, key: int) -> tuple[str, ...]:
    """An event inside completes: its flows are followed as long as new work may begin."""
    scope = run.state.scopes[key].parent
    return () if _over(run, run.node(scope), scope) else node.choose(run, node, scope)


def done(run: Run, node: Node, scope: int, position: str) -> None:
    """The completionCondition has come true: nothing new, and with cancelRemainingInstances nothing more
    (X-ADHOC-03)."""
    around = run.node(scope)
    assert around.adhoc is not None
    run.emit(ev.NodePassed(scope, node.id, position, ()))
    run.emit(ev.Remembered(scope, {f"{around.id}:over": True, _next(around): None}))
    if around.adhoc.cancel and not around.adhoc.sequential:
        running = (key for key, inner in run.state.scopes.items() if inner.parent == scope)
        terminate(run, *[key for key in running if not run.node(key).handler])
    state = run.state
    if state.scopes[scope].arrived or any(at == scope for at, _ in state.moving):
        run.emit(ev.TokensDropped(scope, around.id))
    consumed(run, scope)
