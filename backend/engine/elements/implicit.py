"""The default signal of a multi-instance's behaviour (X-MI-05, X-MI-06)."""

from backend.engine import events as ev
from backend.engine.effects.loops import counters, rounds
from backend.engine.firing import broadcast, taken
from backend.engine.run import Run


def own_signal(run: Run, element: str, scope: int) -> None:
    """It carries the counters. Every signal boundary event of the activity takes it, whatever its signal;
    without one it is broadcast under the activity's id. element: what throws it."""
    record = run.state.scopes[scope]
    told = counters(*record.memory[rounds(record.element)][1:])
    subscriptions = run.state.subscriptions
    own = [
        key
        for key, waiting in subscriptions.items()
        if waiting.scope == scope and waiting.kind == "boundary" and waiting.key is None
    ]
    for key in own:
        if key in subscriptions:
            taken(run, key, told)
    if not own:
        run.emit(ev.SignalThrown(record.element, told, str(run.key()), element))
        broadcast(run, record.element, told)
