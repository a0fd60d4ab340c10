"""Modify: an operator adds, removes and moves tokens. Refused undoes all of it: the state is private."""

from typing import Final

import msgspec

from . import commands as cmd
from . import events as ev
from .arming import arm, disarm
from .conditions import at_entry
from .ending import terminate
from .moves import begin, consumed, only_handlers
from .nodes import Node, Process
from .refused import Refused
from .run import Problem, Run
from .state import ROOT
from .variables import map_inputs

CONTAINERS: Final = frozenset({"subProcess", "transaction"})  # what begins by itself around an activated node


class Stand(msgspec.Struct, frozen=True):
    """Where one token is: an instance (`key`), or a token on `position` in `scope`."""

    scope: int
    key: int = 0
    position: str = ""
    waiting: bool = False


def modify(run: Run, command: cmd.Modify) -> None:
    """Enter what is added, end what goes, end what is empty, begin what was entered."""
    gone = _gone(run, command)
    run.emit(ev.Modified())
    entered: list[int] = []
    opened = run.state.counter
    for one in command.activate:
        entered += _enter(run, one, ())
    for move in command.move:
        target = cmd.Activate(move.to, move.scope, move.variables)
        for stand in _sources(run, move):
            entered += _enter(run, target, _around(run, stand.key or stand.scope))
    for stand in gone:
        _end(run, stand)
    _settle(run, {stand.scope for stand in gone})
    begun = [key for key in run.state.scopes if key > opened and key not in entered]
    for key in begun:
        if key in run.state.scopes:
            at_entry(run, run.node(key), key)
    for key in entered:
        if key in run.state.scopes and not run.ended:
            begin(run, run.node(key), key)


# --- where tokens are ---


def stands_at(run: Run, element: str) -> list[Stand]:
    """All tokens of an element: instances (a loop's as a whole), then tokens that wait or move at it."""
    state, positions = run.state, run.process.positions
    found = [
        Stand(one.parent, key)
        for key, one in state.scopes.items()
        if one.element == element and one.parent and state.scopes[one.parent].element != element
    ]
    for key, one in state.scopes.items():
        for position, count in one.arrived.items():
            if positions[position].id == element:
                found += [Stand(key, 0, position, True)] * count
    return found + [Stand(key, 0, at) for key, at in state.moving if positions[at].id == element]


def _sources(run: Run, move: cmd.Move) -> list[Stand]:
    """What a Move moves. Refused when nothing is there."""
    if move.key:
        return [_instance(run, move.key)]
    found = stands_at(run, move.element)
    if not found:
        raise Refused("no_token", f"no token stands at {move.element!r}")
    return found


def _instance(run: Run, key: int) -> Stand:
    if key == ROOT:
        raise Refused("would_end", "the process itself is not terminated by a modification: cancel it")
    if key not in run.state.scopes:
        raise Refused("no_scope", f"no instance has the key {key}")
    return Stand(run.state.scopes[key].parent, key)


def _gone(run: Run, command: cmd.Modify) -> list[Stand]:
    """All that ends, each once, in the order named."""
    found = [_instance(run, key) for key in command.terminate]
    for element in command.remove:
        stands = stands_at(run, element)
        if not stands:
            raise Refused("no_token", f"no token stands at {element!r}")
        found += stands
    for move in command.move:
        found += _sources(run, move)
    instances = [stand for stand in found if stand.key]
    if len({stand.key for stand in instances}) != len(instances):
        raise Refused("twice", "an instance is named twice")
    return found


# --- adding ---


def _enter(run: Run, wanted: cmd.Activate, near: tuple[int, ...]) -> tuple[int, ...]:
    """The entered instance's key; none for a flow, whose token moves by itself."""
    process = run.process
    if "#" in wanted.element:  # what the compiler made is none of the model's
        raise Refused("no_element", f"the process has no element {wanted.element!r}")
    node = process.nodes.get(wanted.element)
    if node is not None:
        _may_begin(node, wanted.element)
        scope = _scope(run, wanted, process.parents[node.id], near)
        key = run.key()
        run.emit(ev.ElementEntered(key, scope, node.id, "", wanted.variables))
        return (key,)
    target = process.positions.get(wanted.element)
    if target is None:
        raise Refused("no_element", f"the process has no element {wanted.element!r}")
    if wanted.variables:
        raise Refused("no_scope", "a token on a flow has no variables of its own")
    scope = _scope(run, wanted, process.parents[target.id], near)
    run.emit(ev.TokensPlaced(scope, target.id, (wanted.element,)))
    return ()


def _may_begin(node: Node, element: str) -> None:
    if node.kind == "process":
        raise Refused("no_element", "the process itself has begun already")
    if node.kind == "boundaryEvent" and node.trigger.kind == "compensation":
        raise Refused("no_element", f"{element!r} begins by compensation only")


def _scope(run: Run, wanted: cmd.Activate, container: str, near: tuple[int, ...]) -> int:
    """The instance of `container` for a new token; missing ones are begun, outermost first."""
    chain = containers(run.process, container)
    at = ROOT if chain[0] == run.process.id else _called(run, chain[0], wanted, near)
    if wanted.scope is not None:
        at = wanted.scope
        if at not in run.state.scopes or run.state.scopes[at].element not in chain:
            raise Refused("no_scope", f"{wanted.scope} is no instance around {wanted.element!r}")
        chain = chain[chain.index(run.state.scopes[at].element) :]
    for element in chain[1:]:
        found = _inside(run, at, element)
        at = _one(found, element, near) if found else _open(run, element, at)
    return at


def _one(found: list[int], element: str, near: tuple[int, ...]) -> int:
    """The only instance, or the one around what is moved. Refused when that leaves several."""
    found = [key for key in found if key in near] or found
    if len(found) > 1:
        keys = ", ".join(map(str, found))
        raise Refused("ambiguous", f"{element!r} runs several times: name the scope, one of {keys}")
    return found[0]


def _called(run: Run, process: str, wanted: cmd.Activate, near: tuple[int, ...]) -> int:
    """The instance of a called process, which only its call activity begins."""
    found = [key for key, one in run.state.scopes.items() if one.closed and one.element == process]
    if not found:
        raise Refused("no_scope", f"{process!r} is not being called: activate its call activity")
    return wanted.scope if wanted.scope is not None else _one(found, process, near)


def containers(process: Process, innermost: str) -> list[str]:
    """The elements around a node, the process first, `innermost` last."""
    chain = [innermost]
    while chain[0] in process.parents:
        chain.insert(0, process.parents[chain[0]])
    return chain


def _inside(run: Run, scope: int, element: str) -> list[int]:
    """Instances of a sub-process directly in a scope; of a loop its rounds."""
    scopes = run.state.scopes
    outer = [key for key, one in scopes.items() if one.parent == scope and one.element == element]
    rounds = [key for key, one in scopes.items() if one.parent in outer and one.element == element]
    return rounds or outer


def _around(run: Run, scope: int) -> tuple[int, ...]:
    """A scope and all around it."""
    found = []
    while scope:
        found.append(scope)
        scope = run.state.scopes[scope].parent
    return tuple(found)


def _open(run: Run, element: str, scope: int) -> int:
    """Begin a sub-process without its own start: what is activated inside is its token."""
    node = run.process.nodes[element]
    if node.kind not in CONTAINERS or node.content is None or node.loop is not None:
        raise Refused("no_scope", f"{element!r} cannot begin from inside: activate it itself")
    key = run.key()
    run.emit(ev.ElementEntered(key, scope, element, ""))
    try:
        if node.inputs:
            map_inputs(run, node, key)
        for catcher in node.catchers:
            arm(run, catcher, key, "boundary")
        for handler in node.content.handlers:
            arm(run, handler, key, "handler")
    except Problem as problem:
        raise Refused("problem", f"{element!r} cannot begin: {problem.message}") from None
    run.emit(ev.ElementActivated(key, element))
    return key


# --- ending ---


def _end(run: Run, stand: Stand) -> None:
    """Terminate an instance or take a token away; what ended with something around it is gone already."""
    if stand.key:
        if stand.key in run.state.scopes:
            _uncount(run, stand.key)
            terminate(run, stand.key)
    elif stand.scope in run.state.scopes:
        node = run.process.positions[stand.position]
        run.emit(ev.TokenRemoved(stand.scope, node.id, stand.position, stand.waiting))


def _uncount(run: Run, key: int) -> None:
    """A round of a multi-instance that is terminated counts as such (X-MI-02)."""
    scope, loop = run.state.scopes[key], run.node(key).loop
    if loop is None or not scope.round:
        return
    counts = run.state.scopes[scope.parent].memory.get(loop.memory)
    if isinstance(counts, list):
        begun, total, active, completed, terminated = counts
        now = (begun, total, active - 1, completed, terminated + 1)
        run.emit(ev.InstancesCounted(scope.parent, scope.element, *now))


def _settle(run: Run, touched: set[int]) -> None:
    """Sub-processes that hold no token end too, innermost first; the process must go on.

    A loop whose last round was terminated completes, an ad-hoc sub-process does what it does when empty.
    """
    for scope in sorted(touched, reverse=True):
        at = scope
        while at in run.state.scopes and at != ROOT and not run.state.scopes[at].tokens:
            parent, node = run.state.scopes[at].parent, run.node(at)
            if node.loop is not None or node.adhoc is not None:
                consumed(run, at)
                break
            _uncount(run, at)
            terminate(run, at)
            at = parent
        if at in run.state.scopes and run.state.scopes[at].tokens and only_handlers(run, at):
            disarm(run, at, "handler")
    if not run.ended and not run.state.scopes[ROOT].tokens:
        raise Refused("would_end", "no token would be left: cancel the instance instead")
