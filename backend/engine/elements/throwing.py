"""Events that throw: intermediate ones and ends. A throw never waits (X-MSG-02, X-DATA-06).

What is thrown may stop the very scope it is thrown in (X-ORD-02): an intermediate event throws while its
token still stands before it, and the token goes on only when the scope survived; an end event's token is
consumed first, and the scope looks afterwards whether it is complete.
"""

from collections.abc import Callable
from typing import Any, Final

import msgspec

from backend.engine import events as ev
from backend.engine.associations import sent
from backend.engine.correlation import fix
from backend.engine.ending import empty, end
from backend.engine.expressions import Value
from backend.engine.firing import broadcast, returned, throw_error, throw_escalation, uncaught
from backend.engine.moves import complete, consumed, stop_at
from backend.engine.nodes import Node, Trigger
from backend.engine.run import Problem, Run
from backend.engine.state import ROOT
from backend.engine.variables import merge, need_text

from .compensation import cancel_work, compensate_beside
from .compensation import throw_work as throw_compensation
from .events import mapped
from .implicit import own_signal


class Thrown(msgspec.Struct, frozen=True):
    """One thing that an event throws. name: of message or signal, or the code. key: a message's. activity:
    what a compensation undoes."""

    kind: str
    name: str
    key: str
    payload: dict[str, Any]
    activity: str = ""


Throw = Callable[[Run, Node, int, Thrown], None]


def throw(run: Run, node: Node, scope: int, position: str) -> None:
    """A token comes to a throwing event."""
    try:
        things = told(run, node, scope)
        taken = node.taken if node.taken is not None else node.choose(run, node, scope)
    except Problem as problem:
        stop_at(run, node, scope, position, problem)
        return
    if not taken:
        run.emit(ev.NodePassed(scope, node.id, position, taken))
        thrown(run, node, scope, things)
        ended(run, scope)
        return
    before = run.state.scopes[scope]
    thrown(run, node, scope, things)
    if run.state.scopes.get(scope) is before and run.state.moving[:1] == [(scope, position)]:
        run.emit(ev.NodePassed(scope, node.id, position, taken))


def throw_work(run: Run, node: Node, key: int) -> None:
    """A throwing event tried again; it holds its token while it throws."""
    scope = run.state.scopes[key].parent
    things = told(run, node, key)
    taken = node.choose(run, node, scope)
    if taken:
        thrown(run, node, scope, things)
        if key not in run.state.scopes:
            return
        if node.listeners is not None:
            complete(run, node, key)
            return
    run.emit(ev.ElementCompleting(key, node.id))
    run.emit(ev.ElementCompleted(key, node.id, taken))
    if not taken:
        thrown(run, node, scope, things)
        ended(run, scope)


def send_work(run: Run, node: Node, key: int) -> None:
    """A send task sends its local data as the message and is done (X-ACT-07, X-MSG-02)."""
    local = run.state.scopes[key].variables
    names = {mapping.path[0] for mapping in node.inputs}
    if node.data is not None:
        names |= {place.name for place in node.data.inputs}
    payload = {name: value for name, value in local.items() if name in names}
    thrown(run, node, key, [_one(run, node.trigger, run.context(key), payload)])
    if key in run.state.scopes:
        complete(run, node, key)


def cancel_last(run: Run, node: Node, key: int) -> None:
    """An end event that throws several things and cancels: the transaction is cancelled last (X-MULTI-03)."""
    scope = run.state.scopes[key].parent
    thrown(run, node, scope, [one for one in told(run, node, key) if one.kind != "cancel"])
    if key in run.state.scopes:
        cancel_work(run, node, key)


def compensate_last(run: Run, node: Node, key: int) -> None:
    """An event that throws several things, one of them a compensation that it waits for: that comes last
    (X-MULTI-03, X-COMP-05)."""
    waited = node.trigger.waited()
    scope = run.state.scopes[key].parent
    thrown(run, node, scope, [one for at, one in enumerate(told(run, node, key)) if at != waited])
    if key in run.state.scopes:
        throw_compensation(run, node, key)


def ended(run: Run, scope: int) -> None:
    """The scope may be complete, when it still stands."""
    if not run.ended and scope in run.state.scopes:
        consumed(run, scope)


def told(run: Run, node: Node, scope: int) -> list[Thrown]:
    """What is thrown, evaluated before anything of it takes effect. An output mapping of a throwing message
    event is written now."""
    context = run.context(scope)
    payload = {} if node.data is None else sent(run, node, context)
    payload |= mapped(run, node.inputs, {**context, **payload})
    context = {**context, **payload}
    things = [_one(run, trigger, context, payload) for trigger in node.trigger.each()]
    if node.outputs:
        merge(run, scope, mapped(run, node.outputs, context))
    return things


def _one(run: Run, trigger: Trigger, context: dict[str, Any], payload: dict[str, Any]) -> Thrown:
    if trigger.name is None:
        return Thrown(trigger.kind, "", "", payload, trigger.activity)
    if run.hops >= run.limits.hops and trigger.kind in ("message", "signal"):
        raise Problem("message", f"what came here was thrown on {run.hops} times: a circle of messages")
    kind = "message" if trigger.kind == "message" else "expression"
    name = run.text(trigger.name, context, kind, f"the name of a {trigger.kind}")
    key = "" if trigger.key is None else _key(run, trigger.key, context)
    return Thrown(trigger.kind, name, key, payload)


def _key(run: Run, source: Value, context: dict[str, Any]) -> str:
    """A throw without key is a message that only a start event or a catcher without key takes."""
    found, _ = run.evaluate(source, context, "message") if source.expression else (source.text, ())
    return "" if found is None else need_text(found, "a correlation key")


def thrown(run: Run, node: Node, scope: int, things: list[Thrown]) -> None:
    """Let all of it take effect, in order (X-MULTI-03). What seeks its catcher through the scopes around is
    thrown only while the scope stands."""
    for thing in things:
        if not run.ended and (scope in run.state.scopes or thing.kind in ("message", "signal")):
            THROWN[thing.kind](run, node, scope, thing)


def _none(run: Run, node: Node, scope: int, thing: Thrown) -> None:
    """Nothing is thrown."""


def _message(run: Run, node: Node, scope: int, thing: Thrown) -> None:
    """A catcher on a scope around takes it at once, else the outside delivers it (X-MSG-02)."""
    if run.process.correlation is not None:
        fix(run, thing.name, thing.payload)
    if not returned(run, node, scope, thing.name, thing.key, thing.payload):
        number, hops = str(run.key()), run.hops + 1
        run.emit(ev.MessageThrown(thing.name, thing.key, thing.payload, number, node.id, None, hops))


def _signal(run: Run, node: Node, scope: int, thing: Thrown) -> None:
    """The outside broadcasts it; this instance's own catchers have it at once (X-SIG-01)."""
    run.emit(ev.SignalThrown(thing.name, thing.payload, str(run.key()), node.id, run.hops + 1))
    broadcast(run, thing.name, thing.payload)


def _error(run: Run, node: Node, scope: int, thing: Thrown) -> None:
    """The nearest catcher takes it; without one the instance fails (X-ERR-02, X-ERR-03)."""
    if not throw_error(run, node, scope, thing.name, thing.payload):
        uncaught(run, thing.name)


def _escalation(run: Run, node: Node, scope: int, thing: Thrown) -> None:
    """The nearest catcher takes it; without one nothing happens (X-ESC-01, X-ESC-03)."""
    throw_escalation(run, node, scope, thing.name, thing.payload)


def _terminate(run: Run, node: Node, scope: int, thing: Thrown) -> None:
    """The scope ends at once: the process as terminated, a sub-process by its normal flow (X-TERM-01,
    -02)."""
    if scope == ROOT:
        end(run, "terminated")
    else:
        empty(run, scope)


def _compensation(run: Run, node: Node, scope: int, thing: Thrown) -> None:
    """One of several things thrown: it undoes what it reaches beside what goes on."""
    compensate_beside(run, node, scope, thing.activity)


def _own_signal(run: Run, node: Node, scope: int, thing: Thrown) -> None:
    """What a multi-instance throws when its model names nothing (X-MI-05)."""
    own_signal(run, node.id, scope)


THROWN: Final[dict[str, Throw]] = {
    "none": _none,
    "message": _message,
    "signal": _signal,
    "error": _error,
    "escalation": _escalation,
    "compensation": _compensation,
    "terminate": _terminate,
    "own signal": _own_signal,
}
