"""Parallel multiple events: what of it has come is remembered until the last member comes (X-MULTI-02)."""

from typing import Any

from . import events as ev
from .arming import ARM, come_key
from .nodes import Catch, Node
from .run import Problem, Run


def gather(
    run: Run, node: Node, scope: int, kind: str, member: int, payload: dict[str, Any]
) -> dict[str, Any] | None:
    """Remember that a member has come. The variables of all, later ones winning, when it was the last; else
    None. One that may fire again waits anew for every member."""
    key = come_key(node)
    come = {**run.state.scopes[scope].memory.get(key, {}), str(member): payload}
    if len(come) < len(node.trigger.members):
        run.emit(ev.Remembered(scope, {key: come}))
        return None
    run.emit(ev.Remembered(scope, {key: None}))
    if kind in ("boundary", "handler") and not node.interrupting:
        _anew(run, node, scope, kind)
    return {name: value for one in come.values() for name, value in one.items()}


def _anew(run: Run, node: Node, scope: int, kind: str) -> None:
    """Wait for every member once more; conditions have stayed watched, for their next edge."""
    try:
        for member, one in enumerate(node.trigger.members):
            if one.kind in ARM and one.kind != "conditional":
                ARM[one.kind](run, node, one, scope, kind, member)
    except Problem as problem:
        run.incident(scope, node, problem)


def takes(run: Run, catch: Catch, scope: int) -> bool:
    """Whether an event can take what is thrown now: a parallel one takes each member once, and an error,
    after which nothing can come any more, only as the last."""
    trigger = catch.node.trigger
    if not trigger.parallel:
        return True
    come = run.state.scopes[scope].memory.get(come_key(catch.node), {})
    last = len(come) + 1 == len(trigger.members)
    return str(catch.member) not in come and (last or catch.kind != "error")
