"""What may happen from outside while nothing moves: work is done or fails, and everything awaited comes."""

from collections.abc import Iterator
from functools import partial

from backend.engine import commands as cmd
from backend.engine import events as ev
from backend.engine.catching import find_catcher
from backend.engine.conditions import examine
from backend.engine.decide import HANDLERS
from backend.engine.firing import broadcast, fire_timer, taken
from backend.engine.lifecycle import ACTIVE, COMPLETING, READY
from backend.engine.moves import leave
from backend.engine.nodes import Node, Process
from backend.engine.state import ROOT, State

from .undecided import Act, Undecided

OTHER = "any other code"


def occurrences(process: Process, state: State, once: "Once") -> Iterator[Act]:
    """All of them, in the order of keys within each kind."""
    for task in state.tasks:
        yield _asked(cmd.CompleteTask(task))
    for job in state.jobs:
        yield _asked(cmd.CompleteJob(job))
    yield from _chosen(process, state)
    yield from _errors(process, state)
    for key, timer in state.timers.items():
        if once.may(state, timer.element, timer.scope, timer.kind):
            yield partial(_fire, key)
    yield from _told(state, once)
    for key, condition in state.conditions.items():
        if not condition.holds and once.may(state, condition.element, condition.scope, condition.kind):
            yield partial(_examine, key)
    yield from _decided_by_data(state)


def _asked(command: cmd.Command) -> Act:
    return partial(_do, command)


def _do(command: cmd.Command, run: Undecided) -> None:
    HANDLERS[type(command)](run, command)


def _fire(key: int, run: Undecided) -> None:
    fire_timer(run, key)


def _examine(key: int, run: Undecided) -> None:
    examine(run, key)


def _taken(key: int, run: Undecided) -> None:
    taken(run, key, {})


def _broadcast(name: str, run: Undecided) -> None:
    broadcast(run, name, {})


def _chosen(process: Process, state: State) -> Iterator[Act]:
    """What a person may begin in an ad-hoc sub-process in which nothing runs."""
    for key, scope in state.scopes.items():
        node = process.nodes[scope.element].inner
        if node.adhoc is None or node.content is None or scope.tokens or scope.phase != ACTIVE:
            continue
        for element in node.content.starts:
            yield _asked(cmd.ActivateAdHoc(key, element))


def _errors(process: Process, state: State) -> Iterator[Act]:
    """What a task or a job may throw, so far as somebody catches it."""
    places = {**{key: key for key in state.tasks}, **{key: job.scope for key, job in state.jobs.items()}}
    asking = Undecided(process, state, 0, [], {})
    for key, scope in places.items():
        for code in _codes(process, state, scope):
            if find_catcher(asking, scope, "error", code) is not None:
                yield _asked(cmd.ThrowError(key, code))


def _codes(process: Process, state: State, scope: int) -> list[str]:
    """The codes that catchers around a scope name; OTHER for one that catches all."""
    found: dict[str, None] = {}
    while scope:
        node = process.nodes[state.scopes[scope].element]
        beside = node.content.catches if node.content is not None else ()
        for catch in (*beside, *node.catches):
            if catch.kind == "error":
                found[OTHER if catch.code is None else catch.code] = None
        scope = state.scopes[scope].parent
    return list(found)


def _told(state: State, once: "Once") -> Iterator[Act]:
    """Messages each to its receiver, signals to all."""
    signals: dict[str, None] = {}
    for key, one in state.subscriptions.items():
        if not once.may(state, one.element, one.scope, one.kind):
            continue
        if one.key is None:
            signals[one.name] = None
        else:
            yield partial(_taken, key)
    for name in signals:
        yield partial(_broadcast, name)


def _decided_by_data(state: State) -> Iterator[Act]:
    """Incidents and activities that wait for inputs: data would let them go on, so they are taken as done."""
    held = {one.scope for kind in (state.incidents, state.jobs) for one in kind.values()}
    for incident in state.incidents.values():
        if incident.scope != ROOT and incident.kind != "deadlock":
            yield partial(_passed_over, incident.scope)
    for key, scope in state.scopes.items():
        if scope.phase == READY and key not in held:
            yield partial(_passed_over, key)


def _passed_over(scope: int, run: Undecided) -> None:
    """The instance of `scope` is done, whatever held it."""
    node = run.node(scope)
    for key, incident in list(run.state.incidents.items()):
        if incident.scope == scope:
            run.emit(ev.IncidentResolved(key, incident.element))
    if run.state.scopes[scope].phase != COMPLETING:
        run.emit(ev.ElementCompleting(scope, node.id))
    leave(run, node, scope)


class Once:
    """Lets a boundary event or event sub-process that does not interrupt happen again only when nothing is
    left of its last time, so that a reminder that may come ever so often is not taken for an overflow."""

    def __init__(self, process: Process) -> None:
        self._nodes = process.nodes
        mains = [node for node in process.nodes.values() if node.kind != "boundaryEvent"]
        starts = [node for node in mains if not node.incoming]
        main = _reached(process, starts, interrupting=True)
        self._own = {
            node.id: frozenset(_reached(process, [node], interrupting=True) - main)
            for node in process.nodes.values()
            if node.kind == "boundaryEvent" and not node.interrupting
        }

    def may(self, state: State, element: str, scope: int, kind: str) -> bool:
        """Whether the event may happen now, waiting on behalf of `scope`."""
        node = self._nodes[element]
        if kind == "catch" or node.interrupting:
            return True
        if kind == "handler":
            owner = node.owner
            assert owner is not None
            return all(one.element != owner.id or one.parent != scope for one in state.scopes.values())
        own = self._own[element]
        return not any(one.element in own for one in state.scopes.values())


def _reached(process: Process, starts: list[Node], interrupting: bool) -> set[str]:
    """Ids of the nodes that flows lead to from these, over boundary events that interrupt."""
    boundaries: dict[str, list[Node]] = {}
    for node in process.nodes.values():
        if node.kind == "boundaryEvent" and node.owner is not None and node.interrupting == interrupting:
            boundaries.setdefault(node.owner.id, []).append(node)
    found: set[str] = set()
    left = list(starts)
    while left:
        node = left.pop()
        if node.id in found:
            continue
        found.add(node.id)
        left += [process.positions[flow.id] for flow in node.outgoing]
        left += boundaries.get(node.id, [])
    return found
