"""Compensation and cancellation: throwing it, running the handlers one after the other, the end.

The throwing event's instance holds its token and, inside it, the handlers that run; so an error of a handler
propagates from the throw (X-COMP-07), and what interrupts the throw ends them. A completed scope that is
compensated from within stands again for that time, with the snapshot of its data.
"""

from backend.engine import events as ev
from backend.engine.arming import disarm
from backend.engine.ending import terminate
from backend.engine.firing import at_boundary
from backend.engine.moves import begin, complete, consumed
from backend.engine.nodes import Node, Work
from backend.engine.run import Problem, Run
from backend.engine.undoing import (
    CANCELS,
    COMPLETED,
    CONTENT,
    LEFT,
    PASSED,
    RESTORED,
    Entry,
    completed,
    name,
    remembered,
)


def throw_work(run: Run, node: Node, key: int) -> None:
    """Take what the throw reaches, and undo it; a throw that does not wait lets its token go (X-COMP-05)."""
    scope = run.state.scopes[key].parent
    taken = () if node.trigger.wait else node.choose(run, node, scope)
    run.emit(ev.ElementActivated(key, node.id))
    if taken:
        run.emit(ev.Remembered(key, {name(node.id, PASSED): True}))
        run.emit(ev.TokensPlaced(scope, node.id, taken))
    _take(run, node, key, node.trigger.activity)
    advance(run, node, key)


def compensate_beside(run: Run, node: Node, scope: int, activity: str) -> None:
    """A compensation that nothing waits for, in an instance of its own."""
    key = run.key()
    run.emit(ev.ElementEntered(key, scope, node.id, ""))
    run.emit(ev.ElementActivated(key, node.id))
    run.emit(ev.Remembered(key, {name(node.id, PASSED): True}))
    _take(run, node, key, activity)
    advance(run, node, key)


def _take(run: Run, node: Node, key: int, activity: str) -> None:
    for container in reach(run, run.state.scopes[key].parent):
        if completed(run.state.scopes[container]):
            run.emit(ev.CompensationTaken(key, node.id, container, activity))


def reach(run: Run, scope: int) -> list[int]:
    """The containers whose completed activities a throw in `scope` compensates: its own, and from inside an
    event sub-process also those around it (X-COMP-03). What a multi-instance throws as a whole stands in the
    container around it."""
    if run.node(scope).loop is not None and not run.state.scopes[scope].round:
        scope = run.state.scopes[scope].parent
    found = [scope]
    while run.node(scope).handler:
        scope = run.state.scopes[scope].parent
        found.append(scope)
    return found


def advance(run: Run, node: Node, key: int) -> None:
    """Undo what completed latest; when nothing is left or running, the compensation is over (X-COMP-04)."""
    while left := remembered(run.state.scopes[key], LEFT):
        entries = [Entry(*one) for one in left[-1]]
        run.emit(ev.Compensating(key, node.id, tuple(one.element for one in entries)))
        for entry in entries:
            _undo(run, node, key, entry)
        if run.state.scopes[key].tokens:
            return
    _over(run, node, key)


def _undo(run: Run, node: Node, key: int, entry: Entry) -> None:
    """By the compensation event sub-process, else the boundary's handler, else the content (X-COMP-06)."""
    done = run.process.nodes.get(entry.element)
    if done is None:  # it has no place in the version that the instance was migrated to
        return
    done = done.inner if entry.round else done
    undo = done.undo
    if undo is None or undo.start is not None or undo.activity is None or entry.mode == CONTENT:
        _restore(run, done, key, entry)
    elif entry.variables:
        inner = _again(run, done, key, entry)
        run.emit(ev.TokensPlaced(inner, done.id, (undo.activity.id,)))
    else:
        run.emit(ev.TokensPlaced(key, node.id, (undo.activity.id,)))


def _again(run: Run, done: Node, key: int, entry: Entry) -> int:
    """A completed scope stands again with its data (X-COMP-01)."""
    inner = run.key()
    closed = done.kind == "process"
    run.emit(ev.ElementEntered(inner, key, done.id, "", entry.variables or {}, entry.round, closed))
    memory = {name(done.id, COMPLETED): entry.inside or None, name(done.id, RESTORED): True}
    run.emit(ev.Remembered(inner, memory))
    run.emit(ev.ElementActivated(inner, done.id))
    return inner


def _restore(run: Run, done: Node, key: int, entry: Entry) -> None:
    """Its event sub-process undoes it, else what completed in it is undone in turn."""
    inner = _again(run, done, key, entry)
    start = done.undo.start if done.undo is not None and entry.mode != CONTENT else None
    if start is not None and start.owner is not None:
        handler = run.key()
        run.emit(ev.ElementEntered(handler, inner, start.owner.id, ""))
        begin(run, start.owner, handler)
        return
    run.emit(ev.CompensationTaken(inner, done.id, inner))
    advance(run, done, inner)


def emptied(otherwise: Work) -> Work:
    """What a scope that may stand again does when it is empty: go on undoing, or as always."""

    def done(run: Run, node: Node, key: int) -> None:
        (advance if remembered(run.state.scopes[key], RESTORED) else otherwise)(run, node, key)

    return done


def _over(run: Run, node: Node, key: int) -> None:
    scope = run.state.scopes[key]
    if remembered(scope, CANCELS):
        _cancelled(run, node, key)
    elif remembered(scope, RESTORED) or remembered(scope, PASSED):
        _closed(run, node, key)
        consumed(run, scope.parent)
    else:
        complete(run, node, key)


def _closed(run: Run, node: Node, key: int) -> None:
    run.emit(ev.ElementCompleting(key, node.id))
    run.emit(ev.ElementCompleted(key, node.id, ()))


# --- transactions ---


def cancel_work(run: Run, node: Node, key: int) -> None:
    """The transaction's other tokens end, then what completed in it is compensated (X-TX-02)."""
    scope = _transaction(run, key)
    run.emit(ev.ElementActivated(key, node.id))
    run.emit(ev.CompensationTaken(key, node.id, scope, "", True))
    run.emit(ev.Remembered(key, {name(node.id, CANCELS): True}))
    disarm(run, scope, "handler")
    _end_others(run, scope, key)
    advance(run, node, key)


def _transaction(run: Run, key: int) -> int:
    """The transaction around a cancel end event, as a whole when it is looped."""
    scopes = run.state.scopes
    while (key := scopes[key].parent) and run.node(key).kind != "transaction":
        if scopes[key].closed:
            break
    if not key or run.node(key).kind != "transaction":
        raise Problem("cancel", "the cancel end event is not in a transaction")
    while scopes[key].round:
        key = scopes[key].parent
    return key


def _end_others(run: Run, scope: int, spared: int) -> None:
    """Everything inside a scope ends but one instance and what is around that."""
    scopes = run.state.scopes
    path = {spared}
    while scopes[min(path)].parent != scope:
        path.add(scopes[min(path)].parent)
    inside = [key for key, inner in scopes.items() if inner.parent == scope]
    for key in inside:
        if key not in path:
            terminate(run, key)
        elif key != spared:
            _end_others(run, key, spared)
    if scopes[scope].tokens > sum(inner.parent == scope for inner in scopes.values()):
        run.emit(ev.TokensDropped(scope, scopes[scope].element))


def _cancelled(run: Run, node: Node, key: int) -> None:
    """The token leaves by the cancel boundary; without one its path ends."""
    scope = _transaction(run, key)
    parent = run.state.scopes[scope].parent
    around = run.node(scope)
    _closed(run, node, key)
    boundary = next((one.node for one in around.catches if one.kind == "cancel"), None)
    if boundary is not None:
        at_boundary(run, boundary, scope, {})
    else:
        terminate(run, scope)
        consumed(run, parent)
