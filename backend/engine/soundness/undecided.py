"""A run whose data are not known: each condition may turn out either way, and it pauses after every move."""

from collections.abc import Callable
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any, Final

import msgspec

from backend.engine import events as ev
from backend.engine.expressions import Value
from backend.engine.feel import Diagnostic
from backend.engine.moves import drain
from backend.engine.nodes import Process
from backend.engine.run import Run
from backend.engine.state import State, private

NOW: Final = datetime(2000, 1, 1, tzinfo=UTC)
COUNTED: Final = frozenset({"activationCount", "waitingForStart"})
MOST_CHOICES: Final = 12  # in one move; every one doubles its outcomes
SOME_TEXT: Final = "1"  # also a whole number, where one is wanted
SOME_TIMING: Final = {"date": "2000-01-01T00:00:00Z", "duration": "PT0S", "cycle": "R1/PT1M"}

Hints = dict[int, Any]
Act = Callable[["Undecided"], None]


class Paused(Exception):
    """The run has made its one move."""


class Endless(Exception):
    """One move asks for data more often than can be explored."""


class Outcome(msgspec.Struct, frozen=True):
    """A decision that was not made."""

    value: Any = None
    diagnostics: tuple[Diagnostic, ...] = ()
    trace: tuple[Any, ...] = ()


class Undecided(Run):
    """A run of at most `budget` moves. `choices`: which way each condition turned out, as a script that is
    followed and then prolonged; 0 is true, 1 is false."""

    __slots__ = ("_budget", "_hints", "_moved", "_used", "choices")

    knows_data = False

    def __init__(self, process: Process, state: State, budget: int, choices: list[int], hints: Hints) -> None:
        self._budget = budget
        super().__init__(process, state, NOW)
        self.choices = choices
        self._used = 0
        self._hints = hints

    @property
    def moves(self) -> int:
        """Moves made, as the kernel counts them; it knows nothing of a pause."""
        return self._moved

    @moves.setter
    def moves(self, moved: int) -> None:
        if moved > self._budget:
            raise Paused
        self._moved = moved

    def emit(self, event: ev.Event) -> None:
        """A cycle comes once: it tells nothing new to see it come again; nor does another round of a loop
        that no maximum ends."""
        if isinstance(event, ev.Remembered):
            node = self.process.nodes[self.state.scopes[event.scope].element]
            if node.loop is not None and node.loop.endless and node.loop.memory in event.memory:
                event = ev.Remembered(event.scope, {node.loop.memory: 1})
        elif isinstance(event, ev.TimerSet) and event.cycle:
            event = msgspec.structs.replace(event, left=0, cycle="", since=None)
        super().emit(event)

    def evaluate(
        self, source: Value, context: dict[str, Any], kind: str
    ) -> tuple[Any, tuple[Diagnostic, ...]]:
        """A condition is true and false, one after the other, unless it asks for counts of tokens alone; all
        else is something of the right type."""
        if kind == "condition":
            if self._counts(source):
                return super().evaluate(source, context, kind)
            return self._choose() == 0, ()
        return self._hints.get(id(source), SOME_TEXT), ()

    def _counts(self, source: Value) -> bool:
        """Whether it is a complex gateway's condition that no data decide (X-CPLX-01)."""
        names = source.expression.free if source.expression is not None else ()
        flows = self.process.positions.keys() - self.process.nodes.keys()
        return bool(names) and all(name in COUNTED or name in flows for name in names)

    def decision(self, models: Callable[[str], Any], name: str, context: dict[str, Any]) -> Any:
        """It is not made."""
        return Outcome()

    def _choose(self) -> int:
        if self._used == len(self.choices):
            if self._used == MOST_CHOICES:
                raise Endless
            self.choices.append(0)
        self._used += 1
        return self.choices[self._used - 1]


def hints(process: Process) -> Hints:
    """What stands for a value where a text would be refused: timers, due dates, loops (of one
    instance), priorities."""
    found: Hints = {}
    for node in process.nodes.values():
        for trigger in node.trigger.each():
            if trigger.timing is not None:
                found[id(trigger.timing.value)] = SOME_TIMING[trigger.timing.mode]
        task, loop, adhoc = node.inner.task, node.loop, node.inner.adhoc
        if task is not None:
            found.update({id(value): None for value in (task.due, task.follow_up) if value})
        if loop is not None:
            found.update({id(loop.collection): [None], id(loop.cardinality): Decimal(1)})
        if adhoc is not None and node.inner.content is not None:
            found[id(adhoc.active)] = [start.rpartition(":")[2] for start in node.inner.content.starts]
    return found


def outcomes(process: Process, state: State, act: Act | None, known: Hints) -> list[Undecided]:
    """Every way in which one act, or without one the next move, may turn out."""
    found = []
    choices: list[int] | None = []
    while choices is not None:
        run = Undecided(process, private(state), 0 if act else 1, choices, known)
        try:
            if act is not None:
                act(run)
            if not run.ended:
                drain(run)
        except Paused:
            pass
        found.append(run)
        choices = _next(run.choices)
    return found


def _next(choices: list[int]) -> list[int] | None:
    """The script that follows, the last choice turning first; None after the last."""
    kept = len(choices)
    while kept and choices[kept - 1] == 1:
        kept -= 1
    return [*choices[: kept - 1], 1] if kept else None
