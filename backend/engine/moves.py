"""How tokens move: into nodes, out of them, and out of the world. All positions and triggers are made of
these."""

from typing import Final

from . import events as ev
from .arming import arm, disarm
from .associations import bring_out, take_in
from .ending import end, withdraw
from .nodes import Flow, Node
from .offering import first_offer
from .run import Problem, Run
from .state import ROOT
from .undoing import completed
from .variables import map_inputs, map_outputs, merge

LOOKS: Final = 256  # instances that joins look through for the price of one move


def drain(run: Run) -> None:
    """Move tokens, and joins that await no more of them, until nothing can move (X-INCL-05)."""
    _move(run)
    settle = run.process.settle
    if settle is not None:
        state = run.state
        while not (state.suspended or state.halted or run.ended) and settle(run):
            run.moves += len(state.scopes) // LOOKS
            _move(run)


def _move(run: Run) -> None:
    """Take the oldest movable token until nothing moves, the instance ended, or the limit of moves is
    reached."""
    state = run.state
    moving = state.moving
    positions = run.process.positions
    scopes = state.scopes
    limit, live = run.limits.moves, run.limits.scopes
    while moving and not state.suspended and not state.halted:
        run.moves += 1
        scope, position = moving[0]
        node = positions[position]
        if run.moves > limit or len(scopes) > live or len(moving) > live:
            halt(run, scope, node)
            return
        node.enter(run, node, scope, position)


def halt(run: Run, scope: int, node: Node) -> None:
    """Stop all movement of the instance with one incident."""
    what = f"more than {run.limits.moves} moves or {run.limits.scopes} elements or tokens at once"
    run.incident(scope, node, Problem("limit", what))


# --- choosing flows ---


def choose(run: Run, node: Node, scope: int) -> tuple[str, ...]:
    """The flows an activity's or event's token leaves on: all without condition and all true ones; the
    default only
    when no condition is true (X-ACT-04, X-ACT-05). Problem when flows exist and none is chosen (X-EXC-01)."""
    if node.taken is not None:
        return node.taken
    context = run.context(scope)
    taken: list[str] = []
    true = False
    for flow in node.outgoing:
        if flow is node.default:
            continue
        if flow.condition is None:
            taken.append(flow.id)
        elif run.holds(node, flow.condition, context):
            taken.append(flow.id)
            true = True
    if not true and node.default is not None:
        taken.append(node.default.id)
    if not taken:
        raise Problem("condition", "no outgoing flow is true and there is no default")
    return tuple(taken)


def choose_one(run: Run, node: Node, scope: int) -> tuple[str, ...]:
    """The first true flow in order, else the default (X-EXCL-02). A flow without condition is true
    (X-EXCL-03)."""
    context = run.context(scope)
    flow: Flow | None
    for flow in node.outgoing:
        if flow is node.default:
            continue
        if flow.condition is None or run.holds(node, flow.condition, context):
            return (flow.id,)
    if node.default is not None:
        return (node.default.id,)
    if not node.outgoing:
        return ()
    raise Problem("condition", "no outgoing flow is true and there is no default")


# --- in and out ---


def pass_on(run: Run, node: Node, scope: int, position: str, taken: tuple[str, ...]) -> None:
    """The moving token goes through a node that holds nothing."""
    run.emit(ev.NodePassed(scope, node.id, position, taken))
    if not taken:
        consumed(run, scope)


def enter(run: Run, node: Node, scope: int, position: str) -> None:
    """The moving token becomes an instance of the node, which begins."""
    key = run.state.counter + 1
    run.emit(ev.ElementEntered(key, scope, node.id, position))
    begin(run, node, key)


def begin(run: Run, node: Node, key: int) -> None:
    """From Ready on: inputs, subscriptions, work (X-ACT-06). A Problem leaves it Ready with an incident;
    data that are not there let it wait (X-DATA-03)."""
    try:
        if node.plain or _taken_in(run, node, key):
            node.work(run, node, key)
    except Problem as problem:
        run.incident(key, node, problem)


def _taken_in(run: Run, node: Node, key: int) -> bool:
    """Inputs and subscriptions; False when data are awaited, or what it waits for has ended it already."""
    if node.data is not None and not take_in(run, node, key):
        return False
    if node.inputs:
        map_inputs(run, node, key)
    for catcher in node.catchers:
        arm(run, catcher, key, "boundary")
    if node.entered is None:
        return True
    node.entered(run, node, key)
    return key in run.state.scopes


def stop_at(run: Run, node: Node, scope: int, position: str, problem: Problem) -> None:
    """The moving token stays at a node that would hold nothing, with an incident."""
    key = run.state.counter + 1
    run.emit(ev.ElementEntered(key, scope, node.id, position))
    run.incident(key, node, problem)


def complete(run: Run, node: Node, key: int) -> None:
    """The instance's work is done: to Completing, and out."""
    if node.content is not None:
        disarm(run, key, "handler")
    run.emit(ev.ElementCompleting(key, node.id))
    leave(run, node, key)


def leave(run: Run, node: Node, key: int, heard: bool = False) -> None:
    """From Completing on: outputs, subscriptions withdrawn, tokens (X-ACT-06). A Problem leaves it
    Completing. heard: its listeners after the work, and the outputs before them, are done."""
    scope = run.state.scopes[key].parent
    if node.plain and node.taken is not None:
        run.emit(ev.ElementCompleted(key, node.id, node.taken))
        if not node.taken:
            consumed(run, scope)
        return
    try:
        if not heard:
            if node.outputs:
                merge(run, scope, map_outputs(run, node, key))
            if node.data is not None:
                bring_out(run, node, key)
            if node.listeners is not None and node.listeners.after:
                first_offer(run, node, key, -1)
                return
        taken = node.taken
        if taken is None:
            taken = node.choose(run, node, scope) if node.closing is None else node.closing(run, node, key)
    except Problem as problem:
        run.incident(key, node, problem)
        return
    if node.catchers:
        withdraw(run, key)
    if node.undo is not None:
        keep(run, node, key)
    run.emit(ev.ElementCompleted(key, node.id, taken))
    if not taken:
        consumed(run, scope)


def keep(run: Run, node: Node, key: int) -> None:
    """An activity that completes can be compensated from now on, unless nothing in it would be
    (X-COMP-01)."""
    undo = node.undo
    assert undo is not None
    own = undo.activity is not None or undo.start is not None
    if own or completed(run.state.scopes[key]):
        snapshot = not undo.mode and (undo.activity is None or undo.start is not None)
        run.emit(ev.Compensable(run.key(), node.id, key, undo.mode, snapshot, undo.kept))


def consumed(run: Run, scope: int) -> None:
    """A token died in a scope: it may be complete now (X-END-02), or only handlers may be left
    (X-EVSUB-02)."""
    record = run.state.scopes[scope]
    node = run.node(scope)
    if record.tokens:
        if node.content is not None and node.content.handlers and only_handlers(run, scope):
            disarm(run, scope, "handler")
    elif scope == ROOT and node.listeners is None:
        end(run, "completed")
    else:
        node.done(run, node, scope)


def handled(run: Run, node: Node, scope: int) -> None:
    """A running event sub-process is over; it has no flows of its own."""
    parent = run.state.scopes[scope].parent
    withdraw(run, scope)
    run.emit(ev.ElementCompleting(scope, node.id))
    if node.undo is not None:
        keep(run, node, scope)
    run.emit(ev.ElementCompleted(scope, node.id, ()))
    consumed(run, parent)


def only_handlers(run: Run, scope: int) -> bool:
    """Whether every token of a scope stands in a running event sub-process."""
    nodes = run.process.nodes
    inside = [one for one in run.state.scopes.values() if one.parent == scope]
    return len(inside) == run.state.scopes[scope].tokens and all(nodes[one.element].handler for one in inside)
