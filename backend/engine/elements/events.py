"""Events that begin or wait: start, intermediate catch, receive task."""

from typing import Any

from backend.engine import events as ev
from backend.engine.arming import arm
from backend.engine.conditions import at_entry
from backend.engine.moves import complete, pass_on, stop_at
from backend.engine.nodes import Node
from backend.engine.run import Problem, Run
from backend.engine.variables import put


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
    if run.state.conditions:
        at_entry(run, node, key)


def mapped(run: Run, mappings: Any, context: dict[str, Any]) -> dict[str, Any]:
    """The values of mappings, each seeing the earlier ones."""
    seen = dict(context)
    found: dict[str, Any] = {}
    for mapping in mappings:
        put(found, mapping.path, run.value(mapping.source, seen, "mapping"))
        seen[mapping.path[0]] = found[mapping.path[0]]
    return found
