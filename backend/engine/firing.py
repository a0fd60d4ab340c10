"""What happens when something that was awaited comes: a timer's instant, a message, a signal, an error."""

from datetime import datetime
from heapq import heappop, heappush
from typing import Any, Final

from . import events as ev
from .arming import disarm, rearm, unsubscribe
from .catching import find_catcher
from .ending import empty, end, resolve_incidents, terminate, withdraw
from .gathering import gather
from .moves import begin, complete, drain, halt, leave
from .nodes import Catch, Node
from .offering import offer_job
from .run import Problem, Run
from .variables import map_outputs, merge, result

AROUND: Final = ("boundary", "handler")


def arrived(run: Run, element: str, scope: int, kind: str, member: int, payload: dict[str, Any]) -> None:
    """One trigger of `element`, waiting on behalf of `scope`, has come; a parallel multiple event fires with
    the last of its triggers (X-MULTI-02)."""
    node = run.process.nodes[element]
    if node.trigger.parallel:
        gathered = gather(run, node, scope, kind, member, payload)
        if gathered is None:
            return
        payload = gathered
    fire(run, element, scope, kind, payload)


def fire(run: Run, element: str, scope: int, kind: str, payload: dict[str, Any]) -> None:
    """All that `element` waited for on behalf of `scope` has come, with these variables."""
    if kind == "boundary":
        at_boundary(run, run.process.nodes[element], scope, payload)
    elif kind == "handler":
        at_handler(run, run.process.nodes[element], scope, payload)
    else:
        node = run.process.nodes[element] if kind == "gate" else run.node(scope)
        if kind == "gate":
            choose_event(run, node, scope)
        run.emit(ev.ElementCompleting(scope, element))
        result(run, node, scope, payload)
        disarm(run, scope, "catch")
        resolve_incidents(run, scope)
        leave(run, node, scope)


def choose_event(run: Run, node: Node, scope: int) -> None:
    """An event wins at its event-based gateway: the others are withdrawn, the instance becomes the event's
    (X-EBG-01)."""
    gate = run.node(scope)
    withdraw(run, scope)
    flow = next((flow.id for flow in gate.outgoing if flow.target == node.id), "")
    run.emit(ev.EventChosen(scope, gate.id, node.id, flow))


def at_boundary(run: Run, node: Node, host: int, payload: dict[str, Any]) -> None:
    """A boundary event takes what came: its activity ends or goes on, a token leaves (X-BND-01, X-BND-02)."""
    parent = run.state.scopes[host].parent
    if node.interrupting:
        terminate(run, host)
    key = run.key()
    run.emit(ev.ElementEntered(key, parent, node.id, "", payload if node.keeps else {}))
    if not node.keeps:
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
        offer_again(run, run.node(timer.scope), timer.scope, timer.left, timer.member)
    elif timer.kind == "catch" and not node.trigger.members and rearm(run, timer):
        emit_repetition(run, node, timer.scope)
    else:
        if timer.kind != "catch" and not node.interrupting and not node.trigger.parallel:
            rearm(run, timer)
        arrived(run, timer.element, timer.scope, timer.kind, timer.member, {})


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


def offer_again(run: Run, node: Node, scope: int, retries: int, listener: int) -> None:
    """A failed job is offered as a new one."""
    try:
        offer_job(run, node, scope, retries, listener)
    except Problem as problem:
        run.incident(scope, node, problem)


def fire_due(run: Run) -> None:
    """All timers due now, one by one in (due, creation) order, each moved to its end (X-TIME-04)."""
    state = run.state
    due: list[tuple[datetime, int]] = []
    newest = 0
    while not state.suspended and not state.halted and not run.ended:
        newest = _add_due(run, due, newest)
        if not due:
            return
        _, key = heappop(due)
        if key not in state.timers:
            continue
        run.moves += 1
        if run.moves > run.limits.moves:
            timer = state.timers[key]
            halt(run, timer.scope, run.process.nodes[timer.element])
            return
        fire_timer(run, key)
        drain(run)


def _add_due(run: Run, due: list[tuple[datetime, int]], newest: int) -> int:
    """Queue the timers that are due and newer than the key `newest`; gives the newest key now."""
    timers = run.state.timers
    for key in reversed(timers):
        if key <= newest:
            break
        if timers[key].due <= run.now:
            heappush(due, (timers[key].due, key))
    return run.state.counter


def broadcast(run: Run, name: str, payload: dict[str, Any]) -> None:
    """A signal for every catcher in this instance, in creation order (X-SIG-01, X-DET-02)."""
    subscriptions = run.state.subscriptions
    for key in [key for key, one in subscriptions.items() if one.key is None and one.name == name]:
        if key in subscriptions and not run.ended:
            taken(run, key, payload)


def taken(run: Run, key: int, payload: dict[str, Any]) -> None:
    """A subscription's message or signal has come; one that may fire again stays."""
    one = run.state.subscriptions[key]
    node = run.process.nodes[one.element]
    if one.kind == "catch" or node.interrupting or node.trigger.parallel:
        unsubscribe(run, key)
    arrived(run, one.element, one.scope, one.kind, one.member, payload)


def returned(run: Run, thrower: Node, scope: int, name: str, key: str, payload: dict[str, Any]) -> bool:
    """Whether a boundary event or event sub-process on a scope around the thrower awaited this message; it
    takes it now, before the scope goes on or completes (X-ORD-02)."""
    scopes, subscriptions = run.state.scopes, run.state.subscriptions
    while scope in scopes:
        for number, one in subscriptions.items():
            if one.scope == scope and one.kind in AROUND and one.name == name and one.key == key:
                run.emit(ev.MessageReturned(name, key, payload, thrower.id, one.element))
                taken(run, number, payload)
                return True
        scope = scopes[scope].parent
    return False


# --- errors and escalations ---


def throw_error(
    run: Run, thrower: Node, scope: int, code: str, payload: dict[str, Any], message: str = ""
) -> bool:
    """Give an error to whoever catches it, from `scope` outward (X-ORD-01, X-ERR-01); False when nobody
    does."""
    found = find_catcher(run, scope, "error", code)
    run.emit(ev.ErrorThrown(code, thrower.id, found[0].node.id if found else "", message))
    if found is None:
        return False
    caught(run, *found, payload)
    return True


def throw_escalation(run: Run, thrower: Node, scope: int, code: str, payload: dict[str, Any]) -> None:
    """Give an escalation to whoever catches it; uncaught it is a warning (X-ESC-01, X-ESC-03)."""
    found = find_catcher(run, scope, "escalation", code)
    run.emit(ev.EscalationThrown(code, thrower.id, found[0].node.id if found else ""))
    if found is None:
        run.emit(ev.Warned(thrower.id, "X-ESC-03", f"nobody catches the escalation {code!r}"))
    else:
        caught(run, *found, payload)


def caught(run: Run, catch: Catch, at: int, payload: dict[str, Any]) -> None:
    """A boundary event or event sub-process of the scope `at` takes what was thrown inside."""
    kind = "boundary" if catch.node.kind == "boundaryEvent" else "handler"
    arrived(run, catch.node.id, at, kind, catch.member, payload)


def uncaught(run: Run, code: str) -> None:
    """An error end event that nobody caught ends the instance as failed (X-ERR-03)."""
    end(run, "failed", code)
