"""Several tokens make one instance, or one instance makes several tokens (X-ACT-02, X-ACT-03)."""

from backend.engine import events as ev
from backend.engine.nodes import Choose, Enter, Node
from backend.engine.run import Run


def gathering(quantity: int, begin: Enter) -> Enter:
    """What a token does at an activity with this startQuantity: it waits, or begins with those that did."""

    def enter(run: Run, node: Node, scope: int, position: str) -> None:
        arrived = run.state.scopes[scope].arrived
        waiting = [flow for flow in node.incoming for _ in range(arrived.get(flow, 0))]
        if len(waiting) < quantity - 1:
            run.emit(ev.TokenArrived(scope, node.id, position))
            return
        run.emit(ev.JoinFired(scope, node.id, tuple(waiting[: quantity - 1]), ()))
        begin(run, node, scope, position)

    return enter


def multiplying(quantity: int, choose: Choose, always: tuple[str, ...] | None) -> Choose:
    """The flows an activity with this completionQuantity leaves on, each so many times. always: those it
    takes without a choice."""

    def chosen(run: Run, node: Node, scope: int) -> tuple[str, ...]:
        taken = choose(run, node, scope) if always is None else always
        return tuple(flow for flow in taken for _ in range(quantity))

    return chosen
