"""Execution listeners: jobs before and after a node's own work, which waits for them (C8-EL-01).

Those before run one after the other while the instance is Ready, their results stay inside it; those after
run while it is Completing, when its outputs are written, and their results go outward as those of its work.
What fails is tried again from the first of its side.
"""

from typing import Any

from backend.engine import events as ev
from backend.engine.arming import disarm
from backend.engine.ending import end
from backend.engine.lifecycle import READY
from backend.engine.moves import leave
from backend.engine.nodes import Node
from backend.engine.offering import first_offer
from backend.engine.run import Problem, Run
from backend.engine.state import ROOT
from backend.engine.variables import merge


def start(run: Run, node: Node, key: int) -> None:
    """In place of the node's work: the first listener before it."""
    first_offer(run, node, key, 1)


def emptied(run: Run, node: Node, key: int) -> None:
    """In place of what a process or event sub-process does when it is empty: the first listener after it."""
    assert node.listeners is not None
    disarm(run, key, "handler")
    if node.listeners.after:
        _offer(run, node, key, -1)
    else:
        _over(run, node, key)


def before(node: Node) -> bool:
    """Whether a node has listeners before its work."""
    return node.listeners is not None and bool(node.listeners.before)


def heard(run: Run, node: Node, key: int, number: int, answers: dict[str, Any]) -> bool:
    """A listener's job is done: the next one, or what the node does itself. True when the process as a whole
    may begin now, see `set_off`."""
    plan = node.listeners
    assert plan is not None
    following = number + (1 if number > 0 else -1)
    if number > 0:
        if answers:
            run.emit(ev.VariablesSet(key, answers))
    else:
        merge(run, run.state.scopes[key].parent or key, answers)
    if plan.at(following) is not None:
        _offer(run, node, key, following)
    elif number < 0:
        _over(run, node, key)
    elif key == ROOT:
        return True
    else:
        _try(run, node, key)
    return False


def _try(run: Run, node: Node, key: int) -> None:
    assert node.listeners is not None
    try:
        node.listeners.work(run, node, key)
    except Problem as problem:
        run.incident(key, node, problem)


def _offer(run: Run, node: Node, key: int, number: int) -> None:
    try:
        first_offer(run, node, key, number)
    except Problem as problem:
        run.incident(key, node, problem)


def _over(run: Run, node: Node, key: int) -> None:
    assert node.listeners is not None
    if key == ROOT:
        end(run, "completed")
    elif _whole(node):
        node.listeners.done(run, node, key)
    else:
        leave(run, node, key, heard=True)


def _whole(node: Node) -> bool:
    """Whether it ends without leaving on flows: a process, an event sub-process."""
    return node.kind == "process" or node.handler


def again(run: Run, node: Node, key: int) -> bool:
    """After an incident: listeners of a whole that had not begun, or was empty. False for all else."""
    record = run.state.scopes[key]
    if not _whole(node) or record.phase == READY or record.tokens:
        return False
    if not any(job.scope == key for job in run.state.jobs.values()):
        _offer(run, node, key, 1 if _held(node) in record.memory else -1)
    return True


# --- the process as a whole ---


def _held(node: Node) -> str:
    return f"{node.id}:held"


def hold(run: Run, positions: tuple[str, ...], start: str) -> None:
    """The process begins when its listeners are done: then at these positions."""
    node = run.node(ROOT)
    run.emit(ev.Remembered(ROOT, {_held(node): [start, *positions]}))
    _offer(run, node, ROOT, 1)


def set_off(run: Run) -> str | None:
    """Tokens stand where the process begins; gives the start event that was named, if any."""
    node = run.node(ROOT)
    named, *positions = run.state.scopes[ROOT].memory[_held(node)]
    run.emit(ev.Remembered(ROOT, {_held(node): None}))
    run.emit(ev.TokensPlaced(ROOT, node.id, tuple(positions)))
    return named or None
