"""Call activities: a process of the deployment runs inside its caller, in a closed scope of its own."""

from backend.engine import events as ev
from backend.engine.arming import disarm
from backend.engine.moves import begin, consumed, keep
from backend.engine.nodes import Node
from backend.engine.run import Problem, Run
from backend.engine.variables import result

from .instances import owned_by_loops


def work(run: Run, node: Node, key: int) -> None:
    """The called process begins at its none start with a copy of the caller's variables (X-CALL-01,
    C8-CALL-01). Problem when there is none of that id (X-CALL-04), or it nests too deep."""
    assert node.call is not None
    root = _called(run, node, key)
    if _depth(run, key) > run.limits.nesting:
        raise Problem("call", f"more than {run.limits.nesting} elements inside each other")
    given = run.context(key) if node.call.into else run.state.scopes[key].variables
    run.emit(ev.ElementActivated(key, node.id))
    inner = run.key()
    run.emit(ev.ElementEntered(inner, key, root.id, "", given, 0, True))
    begin(run, root, inner)


def _called(run: Run, node: Node, key: int) -> Node:
    assert node.call is not None
    name = run.text(node.call.process, run.context(key), "call", "a called process's id")
    root = run.process.called.get(name)
    if root is None:
        raise Problem("call", f"no process {name!r} in this deployment")
    assert root.content is not None
    if root.content.named and not root.content.starts:
        raise Problem("call", f"the process {name!r} has no start without a trigger")
    return root


def _depth(run: Run, key: int) -> int:
    """How many instances are around one."""
    depth = 0
    while key := run.state.scopes[key].parent:
        depth += 1
    return depth


def returned(run: Run, root: Node, scope: int) -> None:
    """A called process is over: its variables go back to its caller, which may be complete (C8-CALL-02)."""
    record = run.state.scopes[scope]
    caller = run.node(record.parent)
    disarm(run, scope, "handler")
    run.emit(ev.ElementCompleting(scope, root.id))
    if caller.keeps or (caller.call is not None and caller.call.back):
        owned = owned_by_loops(run, record.parent)
        back = {name: value for name, value in record.variables.items() if name not in owned}
        result(run, caller, record.parent, back)
    if root.undo is not None:
        keep(run, root, scope)
    run.emit(ev.ElementCompleted(scope, root.id, ()))
    consumed(run, record.parent)
