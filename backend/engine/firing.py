"""What happens when something that was awaited comes: a timer's instant, a message, a signal, an error."""

from typing import Any

from . import events as ev
from .arming import disarm, rearm, unsubscribe
from .ending import empty, end, terminate
from .moves import begin, complete, drain, halt, leave
from .nodes import Node
from .offering import offer_job
from .run import Problem, Run
from .variables import map_outputs, merge, result


def fire(run: Run, element: str, scope: int, kind: str, payload: dict[str, Any]) -> None:
    """The trigger of `element`, waiting on behalf of `scope`, has come with these variables."""
    node = run.process.nodes[element]
    if kind == "boundary":
        at_boundary(run, node, scope, payload)
    elif kind == "handler":
        at_handler(run, node, scope, payload)
    else:
        run.emit(ev.ElementCompleting(scope, element))
        result(run, node, scope, payload)
        disarm(run, scope, "catch")
        leave(run, node, scope)


def at_boundary(run: Run, node: Node, host: int, payload: dict[str, Any]) -> None:
    """A boundary event takes what came: its activity ends or goes on, a token leaves (X-BND-01, X-BND-02)."""
    parent = run.state.scopes[host].parent
    if node.interrupting:
        terminate(run, host)
    key = run.key()
    run.emit(ev.ElementEntered(key, parent, node.id, "", payload if node.outputs else {}))
    if not node.outputs:
        merge(run, parent, payload)
    complete(run, node, key)


def at_handler(run: Run, start: Node, scope: int, payload: dict[str, Any]) -> None:
    """An event sub-process of `scope` begins; an interrupting one first ends all else in it (X-EVSUB-01,
    -02)."""
    owner = start.owner
    assert owner is not None
    if start.interrupting:
        empty(run, scope)
        disarm(run, scope, "handler")
    key = run.key()
    run.emit(ev.ElementEntered(key, scope, owner.id, "", payload))
    begin(run, owner, key)


def fire_timer(run: Run, key: int) -> None:
    """One timer's instant has come. Each repetition of a cycle is a timer of its own (X-TIME-03)."""
    timer = run.state.timers[key]
    run.emit(ev.TimerFired(key, timer.element))
    node = run.process.nodes[timer.element]
    if timer.kind == "retry":
        offer_again(run, node, timer.scope, timer.left)
    elif timer.kind == "catch" and rearm(run, timer):
        emit_repetition(run, node, timer.scope)
    else:
        if timer.kind != "catch" and not node.interrupting:
            rearm(run, timer)
        fire(run, timer.element, timer.scope, timer.kind, {})


def emit_repetition(run: Run, node: Node, key: int) -> None:
    """An intermediate timer with a cycle lets one token go and waits on (X-TIME-03)."""
    scope = run.state.scopes[key].parent
    try:
        if node.outputs:
            merge(run, scope, map_outputs(run, node, key))
        taken = node.choose(run, node, scope)
    except Problem as problem:
        run.incident(key, node, problem)
        return
    if taken:
        run.emit(ev.TokensPlaced(scope, node.id, taken))


def offer_again(run: Run, node: Node, scope: int, retries: int) -> None:
    """A failed job is offered as a new one."""
    try:
        offer_job(run, node, scope, retries)
    except Problem as problem:
        run.incident(scope, node, problem)


def fire_due(run: Run) -> None:
    """All timers due now, one by one in (due, creation) order, each moved to its end (X-TIME-04)."""
    state = run.state
    while state.timers and not state.suspended and not state.halted and not run.ended:
        key = min(state.timers, key=lambda one: (state.timers[one].due, one))
        timer = state.timers[key]
        if timer.due > run.now:
            return
        run.moves += 1
        if run.moves > run.limits.moves:
            halt(run, timer.scope, run.process.nodes[timer.element])
            return
        fire_timer(run, key)
        drain(run)


def broadcast(run: Run, name: str, payload: dict[str, Any]) -> None:
    """A signal for every catcher in this instance, in creation order (X-SIG-01, X-DET-02)."""
    subscriptions = run.state.subscriptions
    for key in [key for key, one in subscriptions.items() if one.key is None and one.name == name]:
        if key in subscriptions and not run.ended:
            taken(run, key, payload)


def taken(run: Run, key: int, payload: dict[str, Any]) -> None:
    """A subscription's message or signal has come; one that may fire again stays."""
    subscription = run.state.subscriptions[key]
    node = run.process.nodes[subscription.element]
    if subscription.kind == "catch" or node.interrupting:
        unsubscribe(run, key)
    fire(run, subscription.element, subscription.scope, subscription.kind, payload)


# --- errors ---


def throw_error(
    run: Run, thrower: Node, scope: int, code: str, payload: dict[str, Any], message: str = ""
) -> bool:
    """Give an error to whoever catches it, from `scope` outward (X-ORD-01, X-ERR-01); False when nobody
    does."""
    found = find_catcher(run, scope, code)
    run.emit(ev.ErrorThrown(code, thrower.id, found[0].id if found else "", message))
    if found is None:
        return False
    catcher, at = found
    if catcher.kind == "boundaryEvent":
        at_boundary(run, catcher, at, payload)
    else:
        at_handler(run, catcher, at, payload)
    return True


def find_catcher(run: Run, scope: int, code: str) -> tuple[Node, int] | None:
    """(catching event, scope it stands on): per level the event sub-processes, then the boundary events.

    What a handler throws is not offered to the handlers beside it.
    """
    from_handler = False
    scopes = run.state.scopes
    while scope:
        node = run.node(scope)
        beside = node.content.errors if node.content is not None and not from_handler else ()
        if handler := matching(beside, code):
            return handler, scope
        if boundary := matching(node.errors, code):
            return boundary, scope
        from_handler = node.handler
        scope = scopes[scope].parent
    return None


def matching(catchers: tuple[Node, ...], code: str) -> Node | None:
    """The catcher of exactly this code, else one that catches all (X-ERR-01)."""
    for catcher in catchers:
        if catcher.trigger.name is not None and catcher.trigger.name.text == code:
            return catcher
    return next((catcher for catcher in catchers if catcher.trigger.name is None), None)


def uncaught(run: Run, code: str) -> None:
    """An error end event that nobody caught ends the instance as failed (X-ERR-03)."""
    end(run, "failed", code)
