"""Events by position: start, intermediate catch, intermediate throw, boundary, end."""

from collections.abc import Callable
from typing import Any, Final

from backend.engine import events as ev
from backend.engine.arming import arm
from backend.engine.ending import empty, end
from backend.engine.expressions import Value
from backend.engine.firing import broadcast, throw_error, uncaught
from backend.engine.moves import complete, consumed, pass_on, stop_at
from backend.engine.nodes import Node
from backend.engine.run import Problem, Run
from backend.engine.state import ROOT
from backend.engine.variables import merge, need_text, put

# --- start, catch, boundary ---


def start(run: Run, node: Node, scope: int, position: str) -> None:
    """The token of a start event goes on; output mappings write into the scope that starts."""
    try:
        if node.outputs:
            run.emit(ev.VariablesSet(scope, mapped(run, node.outputs, run.context(scope))))
        taken = node.taken if node.taken is not None else node.choose(run, node, scope)
    except Problem as problem:
        stop_at(run, node, scope, position, problem)
        return
    pass_on(run, node, scope, position, taken)


def start_work(run: Run, node: Node, key: int) -> None:
    """A start event tried again."""
    if node.outputs:
        scope = run.state.scopes[key].parent
        run.emit(ev.VariablesSet(scope, mapped(run, node.outputs, run.context(key))))
    complete(run, node, key)


def catch_work(run: Run, node: Node, key: int) -> None:
    """An intermediate catch or receive task waits."""
    arm(run, node, key, "catch")
    run.emit(ev.ElementActivated(key, node.id))


def mapped(run: Run, mappings: Any, context: dict[str, Any]) -> dict[str, Any]:
    """The values of mappings, each seeing the earlier ones."""
    seen = dict(context)
    found: dict[str, Any] = {}
    for mapping in mappings:
        put(found, mapping.path, run.value(mapping.source, seen, "mapping"))
        seen[mapping.path[0]] = found[mapping.path[0]]
    return found


# --- throw and end ---

Throw = Callable[[Run, Node, int, dict[str, Any], str, str], None]


def throw(run: Run, node: Node, scope: int, position: str) -> None:
    """The token passes, then what the event throws takes effect: it may stop this very scope (X-ORD-02)."""
    try:
        payload = mapped(run, node.inputs, run.context(scope))
        name, key = told(run, node, {**run.context(scope), **payload})
        taken = node.taken if node.taken is not None else node.choose(run, node, scope)
    except Problem as problem:
        stop_at(run, node, scope, position, problem)
        return
    run.emit(ev.NodePassed(scope, node.id, position, taken))
    thrown(run, node, scope, payload, name, key)
    after(run, scope, taken)


def throw_work(run: Run, node: Node, key: int) -> None:
    """A throwing event tried again."""
    scope = run.state.scopes[key].parent
    payload = mapped(run, node.inputs, run.context(key))
    name, correlation = told(run, node, {**run.context(key), **payload})
    taken = node.choose(run, node, scope)
    run.emit(ev.ElementCompleting(key, node.id))
    run.emit(ev.ElementCompleted(key, node.id, taken))
    thrown(run, node, scope, payload, name, correlation)
    after(run, scope, taken)


def after(run: Run, scope: int, taken: tuple[str, ...]) -> None:
    """The scope may be complete, when it still stands."""
    if not taken and not run.ended and scope in run.state.scopes:
        consumed(run, scope)


def told(run: Run, node: Node, context: dict[str, Any]) -> tuple[str, str]:
    """(name or code, correlation key) of what is thrown."""
    trigger = node.trigger
    if trigger.name is None:
        return "", ""
    kind = "message" if trigger.kind == "message" else "expression"
    name = run.text(trigger.name, context, kind, f"the name of a {trigger.kind}")
    key = "" if trigger.key is None else _key(run, trigger.key, context)
    return name, key


def _key(run: Run, source: Value, context: dict[str, Any]) -> str:
    """A throw without key is a message that only a start event or a catcher without key takes."""
    found, _ = run.evaluate(source, context, "message") if source.expression else (source.text, ())
    return "" if found is None else need_text(found, "a correlation key")


def thrown(run: Run, node: Node, scope: int, payload: dict[str, Any], name: str, key: str) -> None:
    """Let it take effect by trigger; its token has left."""
    THROWN[node.trigger.kind](run, node, scope, payload, name, key)


def _none(run: Run, node: Node, scope: int, payload: dict[str, Any], name: str, key: str) -> None:
    """Nothing is thrown."""


def _message(run: Run, node: Node, scope: int, payload: dict[str, Any], name: str, key: str) -> None:
    """The outside delivers it; the throw never waits (X-MSG-02)."""
    run.emit(ev.MessageThrown(name, key, payload, str(run.key()), node.id))
    _give(run, node, scope, payload)


def _signal(run: Run, node: Node, scope: int, payload: dict[str, Any], name: str, key: str) -> None:
    """The outside broadcasts it; this instance's own catchers have it at once (X-SIG-01)."""
    run.emit(ev.SignalThrown(name, payload, str(run.key()), node.id))
    broadcast(run, name, payload)


def _error(run: Run, node: Node, scope: int, payload: dict[str, Any], name: str, key: str) -> None:
    """The nearest catcher takes it; without one the instance fails (X-ERR-02, X-ERR-03)."""
    if not throw_error(run, node, scope, name, payload):
        uncaught(run, name)


def _terminate(run: Run, node: Node, scope: int, payload: dict[str, Any], name: str, key: str) -> None:
    """The scope ends at once: the process as terminated, a sub-process by its normal flow (X-TERM-01,
    -02)."""
    if scope == ROOT:
        end(run, "terminated")
    else:
        empty(run, scope)


def _give(run: Run, node: Node, scope: int, payload: dict[str, Any]) -> None:
    """Output mappings of a throwing message event."""
    if node.outputs:
        merge(run, scope, mapped(run, node.outputs, {**run.context(scope), **payload}))


THROWN: Final[dict[str, Throw]] = {
    "none": _none,
    "message": _message,
    "signal": _signal,
    "error": _error,
    "terminate": _terminate,
}
