"""Many process instances in memory: messages, signals and timers between them by a clock that the caller
moves.

For examples, simulation and users of the library; a real system keeps states in a database and carries
messages through an outbox instead.
"""

from collections import deque
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any, Final

from backend.engine import commands as cmd
from backend.engine import events as ev
from backend.engine.decide import step
from backend.engine.limits import DEFAULT, Limits
from backend.engine.nodes import Process
from backend.engine.refused import Refused

from .beginnings import Beginnings
from .instance import Instance, Kept
from .post import Post

MAX_DELIVERIES: Final = 3_000  # of what deliveries threw; beyond, what comes is no longer thrown on


class Host:
    """Holds instances and plays the outside for messages, signals, timers, conditions and data stores.

    `now` moves only by `advance`. `warnings` tells what was dropped. Thrown messages are kept
    `time_to_live` when nobody awaits them. stores: what data stores hold, by name (X-DATA-07). data: what
    conditional start events look at. Methods raise Refused as `decide` does.
    """

    def __init__(
        self,
        processes: Process | Iterable[Process],
        now: datetime,
        limits: Limits = DEFAULT,
        time_to_live: timedelta = timedelta(hours=1),
    ) -> None:
        self.processes: dict[str, Process] = {}
        self.now = now
        self.limits = limits
        self.time_to_live = time_to_live
        self.instances: dict[int, Instance] = {}
        self.stores: dict[str, Any] = {}
        self.data: dict[str, Any] = {}
        self.warnings: list[str] = []
        self.hops = 0  # of what is being carried, as in events.MessageThrown
        self.conversations: dict[tuple[str, str], int] = {}
        self.post = Post(self)
        self.beginnings = Beginnings(self)
        self._outbox: deque[tuple[int, ev.Event]] = deque()
        self._delivering = False
        for process in (processes,) if isinstance(processes, Process) else processes:
            self.deploy(process)

    @property
    def kept(self) -> list[Kept]:
        """Messages that nobody awaits yet, oldest first."""
        return self.post.kept

    def deploy(self, process: Process) -> None:
        """Take a process on, or its new version; its timer start events begin to count now (X-TIME-03)."""
        self.processes[process.id] = process
        self.beginnings.deployed(process)

    def start(self, process: str, variables: dict[str, Any] | None = None, start: str | None = None) -> int:
        """Begin an instance; gives its number."""
        number = self.begin(process, variables or {}, start)
        self._deliver()
        return number

    def do(self, instance: int, command: cmd.Command) -> tuple[ev.Event, ...]:
        """Give a command to an instance, then carry what it threw to all others."""
        events = self.give(instance, command)
        self._deliver()
        return events

    def complete(
        self, instance: int, element: str, variables: dict[str, Any] | None = None
    ) -> tuple[ev.Event, ...]:
        """Complete the oldest open task, else job, of an element."""
        state = self._instance(instance).state
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
        """A message for exactly one receiver (X-MSG-01), kept `time_to_live` (default: not at all) when
        nobody awaits it."""
        until = self.now + (time_to_live if time_to_live is not None else timedelta())
        self.post.publish(Kept(name, key, variables or {}, id, until))
        self._deliver()

    def broadcast(self, name: str, variables: dict[str, Any] | None = None) -> None:
        """A signal for every live catcher, then for the start events that it begins (X-SIG-01, X-DET-02)."""
        self.post.broadcast(name, variables or {}, None)
        self._deliver()

    def update(self, data: dict[str, Any]) -> None:
        """Change the host's data; conditional start events whose condition becomes true begin instances with
        them (X-COND-01)."""
        self.data |= data
        self.beginnings.by_condition()
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
        self.post.expire()

    # --- one instance ---------------------------------------------------------------------------------------

    def begin(
        self,
        process: str,
        variables: dict[str, Any],
        start: str | None = None,
        conversation: tuple[str, str] = ("", ""),
    ) -> int:
        """Begin an instance without carrying on what it throws; gives its number."""
        compiled = self.processes.get(process)
        if compiled is None:
            raise Refused("no_start", f"no process {process!r} is deployed")
        stores = {name: self.stores[name] for name in compiled.stores if name in self.stores}
        command = cmd.StartProcess(variables, start, stores, self.hops)
        result = step(compiled, None, command, self.now, self.limits)
        number = len(self.instances) + 1
        self.instances[number] = Instance(compiled, result.state, conversation)
        self.conversations[conversation] = number
        self._took(number, result.events)
        return number

    def give(self, number: int, command: cmd.Command) -> tuple[ev.Event, ...]:
        """One command for an instance without carrying on what it throws."""
        instance = self._instance(number)
        result = step(instance.process, instance.state, command, self.now, self.limits)
        instance.state = result.state
        self._took(number, result.events)
        return result.events

    def _instance(self, number: int) -> Instance:
        found = self.instances.get(number)
        if found is None:
            raise Refused("no_instance", f"there is no instance {number}")
        return found

    def _took(self, number: int, events: tuple[ev.Event, ...]) -> None:
        """Keep the history, note who waits, queue what concerns others."""
        self.instances[number].events.extend(events)
        correlates = self.instances[number].process.correlation is not None
        for event in events:
            if isinstance(event, ev.MessageSubscribed | ev.SignalSubscribed):
                self.post.subscribed(number, event)
            elif isinstance(event, ev.MessageUnsubscribed | ev.SignalUnsubscribed):
                self.post.unsubscribed(number, event.subscription)
            elif isinstance(event, ev.Warned):
                self.warnings.append(f"{event.rule} {event.element}: {event.message}")
            if isinstance(event, CARRIED) or (correlates and isinstance(event, ev.VariablesSet)):
                self._outbox.append((number, event))

    # --- the clock ------------------------------------------------------------------------------------------

    def _dues(self) -> Iterable[datetime]:
        for instance in self.instances.values():
            state = instance.state
            if instance.live and not state.suspended and not state.halted:
                yield from (timer.due for timer in state.timers.values())
        yield from (start.due for start in self.beginnings.timers)

    def _fire(self) -> None:
        for number, instance in list(self.instances.items()):
            if instance.live and any(timer.due <= self.now for timer in instance.state.timers.values()):
                self.give(number, cmd.FireTimers())
        self.beginnings.fire()

    # --- between instances ----------------------------------------------------------------------------------

    def _deliver(self) -> None:
        """Carry all that was thrown, in order, until nothing is left. In a storm those that throw on are
        stopped by an incident; what then is still on its way is dropped."""
        if self._delivering:
            return
        self._delivering = True
        stormy = 0
        try:
            while self._outbox and stormy < 2 * MAX_DELIVERIES:
                number, event = self._outbox.popleft()
                self.hops = event.hops if isinstance(event, ev.MessageThrown | ev.SignalThrown) else 0
                stormy += self.hops > 1 or isinstance(event, ev.StoreWritten)
                if stormy > MAX_DELIVERIES:
                    self.hops = self.limits.hops
                self._carry(number, event)
            if self._outbox:
                self.warnings.append(f"more than {2 * MAX_DELIVERIES} deliveries: the rest is dropped")
                self._outbox.clear()
        finally:
            self._delivering = False
            self.hops = 0

    def _carry(self, number: int, event: ev.Event) -> None:
        if isinstance(event, ev.MessageThrown):
            self._send(number, event)
        elif isinstance(event, ev.SignalThrown):
            self.post.broadcast(event.name, event.variables, number)
        elif isinstance(event, ev.MessageSubscribed):
            self.post.offer(event.name)
        elif isinstance(event, ev.StoreWritten):
            self._store(number, event)
        elif not isinstance(event, ev.ProcessCompleted) or self._awaited(number):
            self.post.offer()

    def _awaited(self, number: int) -> bool:
        """Whether messages may have been kept until this instance's end: it held their conversation."""
        conversation = self.instances[number].conversation
        return conversation != ("", "") and self.conversations[conversation] == number

    def _send(self, number: int, event: ev.MessageThrown) -> None:
        """A thrown message goes where its message flows lead, when one of those processes is deployed; else
        to anyone."""
        to = self.instances[number].process.sends.get(event.element, ())
        live = self.time_to_live if event.time_to_live is None else timedelta(seconds=event.time_to_live)
        self.post.publish(
            Kept(
                event.name,
                event.key,
                event.variables,
                f"{number}-{event.id}",
                self.now + live,
                tuple(one for one in to if one in self.processes),
                event.hops,
            )
        )

    def _store(self, number: int, event: ev.StoreWritten) -> None:
        """A data store was written by an instance: the others that use it are told."""
        if not event.element:
            return
        self.stores |= event.variables
        for other, instance in list(self.instances.items()):
            if other != number and instance.live:
                used = instance.process.stores
                told = {name: value for name, value in event.variables.items() if name in used}
                if told:
                    self.give(other, cmd.UpdateStores(told))
        self.beginnings.by_condition()


CARRIED: Final = (
    ev.MessageThrown,
    ev.SignalThrown,
    ev.MessageSubscribed,
    ev.StoreWritten,
    ev.Resumed,
    ev.ProcessCompleted,
)
