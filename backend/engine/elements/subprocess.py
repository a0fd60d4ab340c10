"""Embedded sub-processes, event sub-processes, and the beginning of a process: a container starts."""

from backend.engine import events as ev
from backend.engine.arming import arm
from backend.engine.conditions import at_entry
from backend.engine.moves import consumed
from backend.engine.nodes import Node
from backend.engine.run import Run


def work(run: Run, node: Node, key: int) -> None:
    """Handlers subscribe, then the inner start gets a token (X-SUB-01, X-INST-02); an empty one is over."""
    assert node.content is not None
    for handler in node.content.handlers:
        arm(run, handler, key, "handler")
    run.emit(ev.ElementActivated(key, node.id, node.content.starts))
    if run.state.conditions:
        at_entry(run, node, key)
    if not node.content.starts and key in run.state.scopes:
        consumed(run, key)
