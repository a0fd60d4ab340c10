"""What begins instances from outside: timers, messages, signals, conditions, several of them together."""

from typing import TYPE_CHECKING, Any

from backend.engine.arming import cycle_of, instant
from backend.engine.conditions import begins
from backend.engine.correlation import conversation
from backend.engine.nodes import Node, Process, Trigger
from backend.engine.timing import first_due, next_due, parse_duration, repetitions

from .instance import Gathering, Kept, Start

if TYPE_CHECKING:
    from .host import Host


class Beginnings:
    """The start events, instantiating receive tasks and gateways of a host's processes (X-INST-04 to
    X-INST-08)."""

    def __init__(self, host: "Host") -> None:
        self.host = host
        self.timers: list[Start] = []
        self.gatherings: list[Gathering] = []
        self.held: dict[tuple[str, str, int], bool] = {}

    def deployed(self, process: Process) -> None:
        """A process is new, or takes the place of its former version."""
        self.timers = [one for one in self.timers if one.process != process.id]
        self.gatherings = [one for one in self.gatherings if one.process != process.id]
        self.held = {key: holds for key, holds in self.held.items() if key[0] != process.id}
        for node, member, trigger in process.begun_by("timer"):
            try:
                self._arm(process, node, member, trigger)
            except (ValueError, TypeError, OverflowError) as error:
                self.host.warnings.append(f"X-TIME-03 {node.id}: never begins: {error}")

    def begin(
        self,
        process: Process,
        node: Node,
        member: int,
        variables: dict[str, Any],
        said: tuple[str, str] = ("", ""),
    ) -> None:
        """One trigger has come: an instance begins, or the trigger is kept until the others have come
        (X-INST-08)."""
        if node.trigger.parallel:
            gathered = self._gather(process, node, member, variables, said[1] if said[0] else None)
            if gathered is None:
                return
            variables = gathered
        self.host.begin(process.id, variables, node.id, said)

    def _gather(
        self, process: Process, node: Node, member: int, variables: dict[str, Any], key: str | None
    ) -> dict[str, Any] | None:
        found = next((one for one in self.gatherings if _fits(one, process, node, member, key)), None)
        if found is None:
            found = Gathering(process.id, node.id, key, {})
            self.gatherings.append(found)
        found.come[member] = variables
        if found.key is None:
            found.key = key
        if len(found.come) < len(node.trigger.members):
            return None
        self.gatherings.remove(found)
        return {name: value for one in found.come.values() for name, value in one.items()}

    # --- messages and signals ---

    def by_message(self, process: Process, message: Kept) -> bool:
        """Whether a message begins an instance of a process, or is one of several that begin it. One whose
        conversation has a live instance does not (X-INST-04)."""
        for node, member, trigger in process.begun_by("message"):
            if not self._named(trigger, message.name):
                continue
            said = (process.id, conversation(process, message.name, message.key, message.variables))
            begun = self.host.conversations.get(said) if said[1] else None
            if begun is not None and self.host.instances[begun].live:
                return False
            self.begin(process, node, member, message.variables, said)
            return True
        return False

    def by_signal(self, name: str, variables: dict[str, Any]) -> None:
        """Every start event that a signal begins, in order of deployment."""
        for process in list(self.host.processes.values()):
            for node, member, trigger in process.begun_by("signal"):
                if self._named(trigger, name):
                    self.begin(process, node, member, variables)

    def _named(self, trigger: Trigger, name: str) -> bool:
        """Whether a trigger waits for this name, which may be FEEL without variables."""
        said = trigger.name
        if said is None or said.expression is None:
            return said is not None and said.text == name
        return bool(said.expression.evaluate({}, now=self.host.now)[0] == name)

    # --- conditions ---

    def by_condition(self) -> None:
        """The host's data have changed: every condition that turned from false to true begins one
        (X-COND-01)."""
        data = {**self.host.stores, **self.host.data}
        for process in list(self.host.processes.values()):
            for node, member, trigger in process.begun_by("conditional"):
                key = (process.id, node.id, member)
                holds = begins(trigger, data, self.host.now)
                if holds and not self.held.get(key, False):
                    self.begin(process, node, member, dict(self.host.data))
                self.held[key] = holds

    # --- timers ---

    def fire(self) -> None:
        """Every timer start that is due."""
        for start in [one for one in self.timers if one.due <= self.host.now]:
            self.timers.remove(start)
            process = self.host.processes[start.process]
            if start.cycle and start.left:
                cycle = cycle_of(start.cycle, process.zone)
                due = next_due(cycle, start.since, start.due, start.left, process.zone)
                if due is not None:
                    again = Start(start.process, start.element, due, start.left - 1, start.cycle, start.since)
                    again.member = start.member
                    self.timers.append(again)
            self.begin(process, process.nodes[start.element], start.member, {})

    def _arm(self, process: Process, node: Node, member: int, trigger: Trigger) -> None:
        """A timer start begins to count now (X-TIME-03)."""
        timing, now, zone = trigger.timing, self.host.now, process.zone
        assert timing is not None
        source = timing.value
        value = source.expression.evaluate({}, now=now)[0] if source.expression else source.text
        start = Start(process.id, node.id, now, 0, "", now, member)
        if timing.mode == "cycle":
            cycle = cycle_of(value, zone)
            start.due, start.left, start.cycle = first_due(cycle, now, zone), repetitions(cycle), value
        elif timing.mode == "date":
            start.due = instant(value, zone)
        else:
            start.due = parse_duration(str(value)).after(now, zone)
        self.timers.append(start)


def _fits(one: Gathering, process: Process, node: Node, member: int, key: str | None) -> bool:
    """Whether a trigger may be the missing part of a gathering: messages only of one key."""
    same = one.key is None or key is None or one.key == key
    return one.process == process.id and one.element == node.id and member not in one.come and same
