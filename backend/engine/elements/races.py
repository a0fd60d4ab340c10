"""The event-based gateway: the first event behind it decides where its token goes (X-EBG-01)."""

from backend.engine import events as ev
from backend.engine.arming import arm
from backend.engine.conditions import examine
from backend.engine.firing import fire_timer
from backend.engine.nodes import Node
from backend.engine.run import Run


def work(run: Run, node: Node, key: int) -> None:
    """All events behind the gateway are awaited. What has come already wins at once, in the order of
    `outgoing`; an instant that is past leaves it to the outside when a message before it may be kept."""
    targets = [run.process.positions[flow.id] for flow in node.outgoing]
    for target in targets:
        arm(run, target, key, "gate")
    run.emit(ev.ElementActivated(key, node.id))
    may_be_kept = False
    for target in targets:
        if true_already(run, key, target) or (not may_be_kept and past(run, key, target)):
            return
        may_be_kept = may_be_kept or any(one.kind == "message" for one in target.trigger.each())


def true_already(run: Run, key: int, target: Node) -> bool:
    """Whether a condition of the target was true, and the race is decided."""
    conditions = run.state.conditions
    for number in [
        one for one, held in conditions.items() if held.scope == key and held.element == target.id
    ]:
        if number in conditions:
            examine(run, number)
    return decided(run, key, target)


def past(run: Run, key: int, target: Node) -> bool:
    """Whether an instant of the target was due, and the race is decided."""
    timers = run.state.timers
    for number in [one for one, timer in timers.items() if timer.scope == key and timer.element == target.id]:
        if number in timers and timers[number].due <= run.now:
            fire_timer(run, number)
    return decided(run, key, target)


def decided(run: Run, key: int, target: Node) -> bool:
    """Whether the gateway's instance went on as the target's."""
    held = run.state.scopes.get(key)
    return held is None or held.element == target.id
