"""Activities that wait for data, and start events that bring some."""

from backend.engine.associations import received, refresh
from backend.engine.item_aware import WAITS
from backend.engine.lifecycle import ACTIVE, READY
from backend.engine.moves import begin, drain, stop_at
from backend.engine.nodes import Node
from backend.engine.run import Problem, Run

from . import events


def settle_data(run: Run) -> bool:
    """After the step: let what waits for data begin if it can now, until nothing more does (X-DATA-03).
    Gives whether anything did."""
    any_began = False
    while not run.ended and not run.state.suspended and not run.state.halted:
        _follow(run)
        failed = {incident.scope for incident in run.state.incidents.values()}
        waiting = [
            key
            for key, scope in run.state.scopes.items()
            if scope.phase == READY and scope.memory.get(scope.element + WAITS) and key not in failed
        ]
        before = len(run.events)
        for key in waiting:
            if key in run.state.scopes:
                begin(run, run.node(key), key)
        if len(run.events) == before:
            return any_began
        any_began = True
        drain(run)
    return any_began


def _follow(run: Run) -> None:
    """Inputs that are taken while the work runs follow their sources."""
    for key, scope in list(run.state.scopes.items()):
        plan = run.node(key).data
        if plan is not None and scope.phase == ACTIVE and any(one.running for one in plan.input_sets):
            node = run.node(key)
            try:
                refresh(run, node, key)
            except Problem as problem:
                if not any(one.scope == key for one in run.state.incidents.values()):
                    run.incident(key, node, problem)


def start(run: Run, node: Node, scope: int, position: str) -> None:
    """A start event whose payload goes on into data (X-DATA-06)."""
    try:
        received(run, node, scope)
    except Problem as problem:
        stop_at(run, node, scope, position, problem)
        return
    events.start(run, node, scope, position)


def start_work(run: Run, node: Node, key: int) -> None:
    """The same, tried again."""
    received(run, node, run.state.scopes[key].parent)
    events.start_work(run, node, key)
