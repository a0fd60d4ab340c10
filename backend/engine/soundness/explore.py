"""The markings of a process, one kernel move at a time, and what they tell of its soundness.

Every condition may be true or false; tasks, jobs, timers, messages, signals and errors that are caught may
come whenever they are awaited. A marking from which nothing can happen is a deadlock, one that goes on and
cannot reach an end a livelock; where two tokens stand in one place a synchronisation lacks; what no marking
reaches is dead.
"""

from collections import deque
from collections.abc import Iterable
from functools import partial
from typing import Final

from backend.engine import events as ev
from backend.engine.decide import begun
from backend.engine.nodes import Node, Process
from backend.engine.state import State, began

from .marking import Marking, crowded, marking, waiting
from .occurrences import Once, occurrences
from .report import Finding, Kind, Place, Report, Verdict
from .undecided import Act, Endless, Undecided, hints, outcomes

LIMIT: Final = 50_000
NO_PARENT: Final = -1
TOLD: Final = 10  # findings of one kind that are told


def explore(process: Process, limit: int = LIMIT) -> Report:
    """Look at up to `limit` markings from every start of the process."""
    search = Search(process, limit)
    search.run()
    return search.report()


class Search:
    """One breadth-first walk: markings by number, with the way they were first reached."""

    def __init__(self, process: Process, limit: int) -> None:
        self.process = process
        self.limit = limit
        self.numbers: dict[Marking, int] = {}
        self.parents: list[tuple[int, tuple[str, ...]]] = []
        self.after: list[list[tuple[int, tuple[str, ...]]]] = []
        self.ends: list[int] = []
        self.stuck: dict[int, tuple[str, ...]] = {}
        self.crowded: dict[int, str] = {}
        self.seen: set[str] = set()
        self.left: deque[tuple[int, State]] = deque()
        self.skipped = False
        self._hints = hints(process)
        self._once = Once(process)

    @property
    def complete(self) -> bool:
        """Whether all markings were looked at."""
        return not self.left and not self.skipped

    def run(self) -> None:
        """Walk until no new marking is found, or the limit is reached."""
        for start, positions in _starts(self.process):
            first = began(ev.ProcessStarted(self.process.id, {}, positions, start or ""))
            for run in outcomes(self.process, first, partial(_begin, start), self._hints):
                self._reached(NO_PARENT, run)
        while self.left and len(self.parents) < self.limit:
            number, state = self.left.popleft()
            self._expand(number, state)

    def _expand(self, number: int, state: State) -> None:
        acts: list[Act | None] = [None]
        if not state.moving:
            acts = [*occurrences(self.process, state, self._once)]
        if not acts:
            self.stuck[number] = tuple(waiting(self.process, state))
        for act in acts:
            try:
                found = outcomes(self.process, state, act, self._hints)
            except Endless:
                self.skipped = True
                continue
            for run in found:
                self._reached(number, run)
        if acts and not self.after[number]:  # only data that no exploration knows lead on
            self.ends.append(number)
            self.skipped = True

    def _reached(self, before: int, run: Undecided) -> None:
        """Note what a run came to; one in which no flow was true is none that data could take."""
        if any(isinstance(event, ev.IncidentRaised) and event.kind == "condition" for event in run.events):
            return
        way = _way(run.events)
        self.seen.update(way)
        self.seen.update(one.element for one in run.events if isinstance(one, ev.ElementEntered))
        form = marking(run.state)
        number = self.numbers.get(form)
        if number is None:
            number = self.numbers[form] = len(self.parents)
            self.parents.append((before, way))
            self.after.append([])
            self._new(number, run.state)
        if before != NO_PARENT:
            self.after[before].append((number, way))

    def _new(self, number: int, state: State) -> None:
        if state.status != "active":
            self.ends.append(number)
        elif element := crowded(self.process, state, _most(self.process)):
            self.crowded[number] = element
        else:
            self.left.append((number, state))

    # --- the answer ---

    def report(self) -> Report:
        """What was found."""
        findings = [*self._first("deadlock", self.stuck.items())]
        full = ((number, (element,)) for number, element in self.crowded.items())
        findings += self._first("lack of synchronisation", full)
        if self.complete:
            findings += self._livelocks()
            if not self.crowded:
                findings += [Finding("dead activity", (self._place(node.id),)) for node in self._dead()]
        verdict: Verdict = "unsound" if findings else "sound" if self.complete else "unknown"
        return Report(verdict, tuple(findings), len(self.parents))

    def _first(self, kind: Kind, found: Iterable[tuple[int, tuple[str, ...]]]) -> list[Finding]:
        """One finding per place, the shortest way to it."""
        told: dict[tuple[str, ...], Finding] = {}
        for number, at in found:
            if at not in told and len(told) < TOLD:
                told[at] = Finding(kind, tuple(map(self._place, at)), self._path(number))
        return list(told.values())

    def _livelocks(self) -> list[Finding]:
        """A marking that leads on for ever, and never to an end, a deadlock or an overflow."""
        before: list[list[int]] = [[] for _ in self.parents]
        for number, followers in enumerate(self.after):
            for follower, _ in followers:
                before[follower].append(number)
        good = {*self.ends, *self.stuck, *self.crowded}
        left = list(good)
        while left:
            fresh = [one for one in before[left.pop()] if one not in good]
            good.update(fresh)
            left += fresh
        caught = next((number for number in range(len(self.parents)) if number not in good), None)
        if caught is None:
            return []
        begins, at = self._round(caught)
        return [Finding("livelock", at, self._path(begins))]

    def _round(self, number: int) -> tuple[int, tuple[Place, ...]]:
        """(marking, elements) of a round that is made for ever from a marking on."""
        met: dict[int, int] = {}
        ways: list[tuple[str, ...]] = []
        while number not in met:
            met[number] = len(ways)
            number, way = self.after[number][0]
            ways.append(way)
        elements = dict.fromkeys(element for way in ways[met[number] :] for element in way)
        return number, tuple(map(self._place, elements))

    def _path(self, number: int) -> tuple[Place, ...]:
        ways = []
        while number != NO_PARENT:
            number, way = self.parents[number]
            ways.append(way)
        steps = [element for way in reversed(ways) for element in way]
        return tuple(self._place(step) for at, step in enumerate(steps) if at == 0 or steps[at - 1] != step)

    def _place(self, element: str) -> Place:
        return Place(element, self.process.nodes[element].name)

    def _dead(self) -> list[Node]:
        """What no marking reached, of the process itself: not what only compensation would begin, nor an
        activity that no flow leads to, of which validation tells."""
        nodes = self.process.nodes
        return [node for key, node in nodes.items() if key not in self.seen and _expected(self.process, node)]


def _expected(process: Process, node: Node) -> bool:
    """Whether tokens are meant to reach a node in the normal way."""
    if node.id == process.id or (not node.incoming and node.kind not in BEGINNERS and not node.handler):
        return False
    inside: Node | None = node
    while inside is not None and inside.id != process.id:
        if inside.trigger.kind == "compensation" or _compensates(process, inside):
            return False
        inside = process.nodes.get(process.parents.get(inside.id, ""))
    return inside is not None


def _compensates(process: Process, node: Node) -> bool:
    """Whether it is an event sub-process that compensation begins."""
    if not node.handler or node.content is None:
        return False
    return any(start.trigger.kind == "compensation" for start in node.content.named.values())


BEGINNERS: Final = frozenset({"startEvent", "boundaryEvent", "intermediateCatchEvent"})


def _starts(process: Process) -> list[tuple[str | None, tuple[str, ...]]]:
    """Every way to begin, with its positions: by itself, and by each start event or other element that a
    trigger begins."""
    root = process.root
    found: list[tuple[str | None, tuple[str, ...]]] = [(None, root.starts)] if root.starts else []
    found += [(key, (key,)) for key in root.named if (key,) != root.starts]
    return found + list(root.instantiating.items())


def _begin(start: str | None, run: Undecided) -> None:
    begun(run, start)


def _most(process: Process) -> int:
    """How many tokens may stand in one place: one, or what an activity gathers or gives (X-ACT-02,
    X-ACT-03)."""
    return max(node.quantity for node in process.nodes.values())


LEFT: Final = (ev.NodePassed, ev.TokenArrived, ev.JoinFired, ev.ElementCompleted)


def _way(events: list[ev.Event]) -> tuple[str, ...]:
    """The elements that tokens left, or wait at as at a join."""
    return tuple(dict.fromkeys(event.element for event in events if isinstance(event, LEFT)))
