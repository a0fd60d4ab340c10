"""Many process instances in memory: messages, signals and timers between them by a clock that the caller
moves.

For examples, simulation and users of the library; a real system keeps states in a database and carries
messages through an outbox instead.
"""

from collections import deque
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any, Final

import msgspec

from . import commands as cmd
from . import events as ev
from .arming import cycle_of, instant
from .decide import step
from .limits import DEFAULT, Limits
from .nodes import Node, Process, Trigger
from .refused import Refused
from .state import State
from .timing import first_due, next_due, parse_duration, repetitions

MAX_DELIVERIES: Final = 10_000


class Instance:
    """One running process: its state, and all its events so far."""

    __slots__ = ("conversation", "events", "process", "state")

    def __init__(self, process: Process, state: State, conversation: tuple[str, str]) -> None:
        self.process = process
        self.state = state
        self.events: list[ev.Event] = []
        self.conversation = conversation

    @property
    def live(self) -> bool:
        """Whether it has not ended."""
        return self.state.status == "active"


class Kept(msgspec.Struct, frozen=True):
    """A message that nobody awaited yet, and until when it is kept."""

    name: str
    key: str
    variables: dict[str, Any]
    id: str
    until: datetime


class Start(msgspec.Struct):
    """A timer start event's next instant; `left` as in events.TimerSet."""

    process: str
    element: str
    due: datetime
    left: int
    cycle: str
    since: datetime


class Host:
    """Holds instances and plays the outside for messages, signals and timers.

    `now` moves only by `advance`. `warnings` tells what was dropped. Thrown messages are kept
    `time_to_live` when nobody awaits them. Methods raise Refused as `decide` does.
    """

    def __init__(
        self,
        processes: Iterable[Process],
        now: datetime,
        limits: Limits = DEFAULT,
        time_to_live: timedelta = timedelta(hours=1),
    ) -> None:
        self.processes: dict[str, Process] = {}
        self.now = now
        self.limits = limits
        self.time_to_live = time_to_live
        self.instances: dict[int, Instance] = {}
        self.kept: list[Kept] = []
        self.starts: list[Start] = []
        self.warnings: list[str] = []
        self._outbox: deque[tuple[int, ev.Event]] = deque()
        self._waiting: dict[tuple[int, int], ev.MessageSubscribed] = {}
        self._delivering = False
        for process in processes:
            self.deploy(process)

    def deploy(self, process: Process) -> None:
        """Take a process on; its timer start events begin to count now (X-TIME-03)."""
        self.processes[process.id] = process
        for node, _, trigger in process.begun_by("timer"):
            if not node.trigger.parallel:
                self._arm_start(process, node, trigger)

    def start(self, process: str, variables: dict[str, Any] | None = None, start: str | None = None) -> int:
        """Begin an instance; gives its number."""
        number = self._begin(process, variables or {}, start, ("", ""))
        self._deliver()
        return number

    def do(self, instance: int, command: cmd.Command) -> tuple[ev.Event, ...]:
        """Give a command to an instance, then carry what it threw to all others."""
        events = self._step(instance, command)
        self._deliver()
        return events

    def complete(
        self, instance: int, element: str, variables: dict[str, Any] | None = None
    ) -> tuple[ev.Event, ...]:
        """Complete the oldest open task, else job, of an element."""
        state = self.instances[instance].state
        for key, task in state.tasks.items():
            if task.element == element:
                return self.do(instance, cmd.CompleteTask(key, variables or {}))
        for key, job in state.jobs.items():
            if job.element == element:
                return self.do(instance, cmd.CompleteJob(key, variables or {}))
        raise Refused("no_task", f"no task or job of {element!r} is open")

    def publish(
        self, name: str, key: str = "", variables: dict[str, Any] | None = None,
        time_to_live: timedelta | None = None, id: str = "",
    ) -> None:  # fmt: skip
        """A message for exactly one receiver (X-MSG-01)."""
        until = self.now + (time_to_live if time_to_live is not None else timedelta())
        self._publish(Kept(name, key, variables or {}, id, until))
        self._deliver()

    def broadcast(self, name: str, variables: dict[str, Any] | None = None) -> None:
        """A signal for every live catcher, then for the start events that it begins (X-SIG-01, X-DET-02)."""
        self._broadcast(name, variables or {}, None)
        self._deliver()

    def advance(self, to: datetime) -> None:
        """Move the clock on, stopping at every timer on the way."""
        while True:
            due = min(self._dues(), default=None)
            if due is None or due > to:
                break
            self.now = max(self.now, due)
            self._fire()
            self._deliver()
        self.now = max(self.now, to)
        self.kept = [message for message in self.kept if message.until > self.now]

    # --- inside ---------------------------------------------------------------------------------------------

    def _dues(self) -> Iterable[datetime]:
        for instance in self.instances.values():
            state = instance.state
            if instance.live and not state.suspended and not state.halted:
                yield from (timer.due for timer in state.timers.values())
        yield from (start.due for start in self.starts)

    def _fire(self) -> None:
        for number, instance in list(self.instances.items()):
            if instance.live and any(timer.due <= self.now for timer in instance.state.timers.values()):
                self._step(number, cmd.FireTimers())
        for start in [start for start in self.starts if start.due <= self.now]:
            self._fire_start(start)

    def _begin(
        self, process: str, variables: dict[str, Any], start: str | None, conversation: tuple[str, str]
    ) -> int:
        compiled = self.processes[process]
        result = step(compiled, None, cmd.StartProcess(variables, start), self.now, self.limits)
        number = len(self.instances) + 1
        self.instances[number] = Instance(compiled, result.state, conversation)
        self._took(number, result.events)
        return number

    def _step(self, number: int, command: cmd.Command) -> tuple[ev.Event, ...]:
        instance = self.instances[number]
        result = step(instance.process, instance.state, command, self.now, self.limits)
        instance.state = result.state
        self._took(number, result.events)
        return result.events

    def _took(self, number: int, events: tuple[ev.Event, ...]) -> None:
        """Keep the history, note who waits, queue what was thrown."""
        self.instances[number].events.extend(events)
        for event in events:
            if isinstance(event, ev.MessageSubscribed):
                self._waiting[number, event.subscription] = event
                self._outbox.append((number, event))
            elif isinstance(event, ev.MessageUnsubscribed):
                self._waiting.pop((number, event.subscription), None)
            elif isinstance(event, ev.MessageThrown | ev.SignalThrown):
                self._outbox.append((number, event))
            elif isinstance(event, ev.Warned):
                self.warnings.append(f"{event.rule} {event.element}: {event.message}")

    def _deliver(self) -> None:
        """Carry all that was thrown, in order, until nothing is left or a storm is stopped."""
        if self._delivering:
            return
        self._delivering = True
        try:
            for _ in range(MAX_DELIVERIES):
                if not self._outbox:
                    return
                number, event = self._outbox.popleft()
                self._carry(number, event)
            self.warnings.append(f"more than {MAX_DELIVERIES} deliveries: the rest is dropped")
            self._outbox.clear()
        finally:
            self._delivering = False

    def _carry(self, number: int, event: ev.Event) -> None:
        if isinstance(event, ev.MessageThrown):
            self._publish(
                Kept(
                    event.name,
                    event.key,
                    event.variables,
                    f"{number}-{event.id}",
                    self.now + self.time_to_live,
                )
            )
        elif isinstance(event, ev.SignalThrown):
            self._broadcast(event.name, event.variables, number)
        elif isinstance(event, ev.MessageSubscribed) and (number, event.subscription) in self._waiting:
            self._offer_kept(event.name, event.key)

    def _offer_kept(self, name: str, key: str) -> None:
        """Someone awaits a message now: give the oldest kept one."""
        for message in self.kept:
            if message.name == name and message.key == key:
                self.kept.remove(message)
                self._publish(message)
                return

    def _publish(self, message: Kept) -> None:
        for (number, _), waiting in list(self._waiting.items()):
            if (
                waiting.name == message.name
                and waiting.key == message.key
                and self._correlate(number, message)
            ):
                return
        for process in self.processes.values():
            for node, _, trigger in process.begun_by("message"):
                named = trigger.name is not None and trigger.name.text == message.name
                if named and not node.trigger.parallel and self._start_by(process, node, message):
                    return
        if message.until > self.now:
            self.kept.append(message)
        else:
            self.warnings.append(f"X-MSG-01: nobody awaits the message {message.name!r}")

    def _correlate(self, number: int, message: Kept) -> bool:
        if not self.instances[number].live:
            return False
        command = cmd.CorrelateMessage(message.name, message.key, message.variables, message.id)
        try:
            self._step(number, command)
        except Refused:
            return False
        return True

    def _start_by(self, process: Process, node: Node, message: Kept) -> bool:
        """Begin an instance, unless a live one was begun by the same key (X-INST-04)."""
        conversation = (f"{process.id} {message.name}", message.key)
        live = (one for one in self.instances.values() if one.live)
        if message.key and any(one.conversation == conversation for one in live):
            return False
        self._begin(process.id, message.variables, node.id, conversation)
        return True

    def _broadcast(self, name: str, variables: dict[str, Any], thrower: int | None) -> None:
        for number, instance in list(self.instances.items()):
            state = instance.state
            waits = any(one.key is None and one.name == name for one in state.subscriptions.values())
            if number != thrower and instance.live and not state.suspended and waits:
                self._step(number, cmd.BroadcastSignal(name, variables))
        for process in list(self.processes.values()):
            for node, _, trigger in process.begun_by("signal"):
                named = trigger.name is not None and trigger.name.text == name
                if named and not node.trigger.parallel:
                    self._begin(process.id, variables, node.id, ("", ""))

    def _arm_start(self, process: Process, node: Node, trigger: Trigger) -> None:
        timing = trigger.timing
        assert timing is not None
        source = timing.value
        value = source.expression.evaluate({}, now=self.now)[0] if source.expression else source.text
        if timing.mode == "cycle":
            cycle = cycle_of(value, process.zone)
            left = repetitions(cycle)
            due = first_due(cycle, self.now, process.zone)
            self.starts.append(Start(process.id, node.id, due, left, value, self.now))
        else:
            date = timing.mode == "date"
            due = (
                instant(value, process.zone)
                if date
                else parse_duration(str(value)).after(self.now, process.zone)
            )
            self.starts.append(Start(process.id, node.id, due, 0, "", self.now))

    def _fire_start(self, start: Start) -> None:
        self.starts.remove(start)
        if start.cycle and start.left:
            zone = self.processes[start.process].zone
            due = next_due(cycle_of(start.cycle, zone), start.since, start.due, start.left, zone)
            if due is not None:
                self.starts.append(
                    Start(start.process, start.element, due, start.left - 1, start.cycle, start.since)
                )
        self._begin(start.process, {}, start.element, ("", ""))
