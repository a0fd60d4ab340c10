"""Messages and signals between instances: one receiver for a message, all for a signal."""

from typing import TYPE_CHECKING, Any

from backend.engine import commands as cmd
from backend.engine import events as ev
from backend.engine.refused import Refused

from .instance import Kept

if TYPE_CHECKING:
    from .host import Host

Waiting = dict[tuple[int, int], ev.MessageSubscribed | ev.SignalSubscribed]


class Post:
    """Who awaits what, oldest first, and the messages that nobody awaits yet (X-MSG-01, X-SIG-01)."""

    def __init__(self, host: "Host") -> None:
        self.host = host
        self.kept: list[Kept] = []
        self.messages: dict[str, Waiting] = {}
        self.signals: dict[str, Waiting] = {}
        self.seen: set[tuple[str, str, str]] = set()
        self._names: dict[tuple[int, int], tuple[dict[str, Waiting], str]] = {}

    def subscribed(self, number: int, event: ev.MessageSubscribed | ev.SignalSubscribed) -> None:
        """An instance waits."""
        kind = self.signals if isinstance(event, ev.SignalSubscribed) else self.messages
        kind.setdefault(event.name, {})[number, event.subscription] = event
        self._names[number, event.subscription] = (kind, event.name)

    def unsubscribed(self, number: int, subscription: int) -> None:
        """It waits no longer."""
        kind, name = self._names.pop((number, subscription), (self.messages, ""))
        waiting = kind.get(name, {})
        waiting.pop((number, subscription), None)
        if not waiting:
            kind.pop(name, None)

    # --- messages ---

    def publish(self, message: Kept) -> None:
        """Give a message to its receiver: the oldest that waits, else a start event, else it is kept for its
        time, else dropped with a warning (X-MSG-01). One whose id was seen before does nothing (X-MSG-02)."""
        identity = (message.name, message.key, message.id)
        if message.id and identity in self.seen:
            return
        self.seen.add(identity)
        if self._given(message):
            return
        if message.until > self.host.now:
            self.kept.append(message)
        else:
            self.host.warnings.append(f"X-MSG-01: nobody awaits the message {message.name!r}")

    def _given(self, message: Kept) -> bool:
        self.host.hops = max(self.host.hops, message.hops)
        for (number, _), waiting in list(self.messages.get(message.name, {}).items()):
            asked = isinstance(waiting, ev.MessageSubscribed) and waiting.key == message.key
            if asked and self._reaches(message, number) and self._correlate(number, message):
                return True
        for process in list(self.host.processes.values()):
            if (not message.to or process.id in message.to) and self.host.beginnings.by_message(
                process, message
            ):
                return True
        return False

    def _reaches(self, message: Kept, number: int) -> bool:
        return not message.to or self.host.instances[number].process.id in message.to

    def _correlate(self, number: int, message: Kept) -> bool:
        if not self.host.instances[number].live:
            return False
        command = cmd.CorrelateMessage(
            message.name, message.key, message.variables, message.id, self.host.hops
        )
        try:
            self.host.give(number, command)
        except Refused:
            return False
        return True

    def offer(self, name: str = "") -> None:
        """Someone may take kept messages now, of one name or any: give each that is wanted, oldest first."""
        for message in [one for one in self.kept if name in ("", one.name) and one.until > self.host.now]:
            if message in self.kept and self._given(message):
                self.kept.remove(message)

    def expire(self) -> None:
        """Forget what was kept long enough."""
        self.kept = [one for one in self.kept if one.until > self.host.now]

    # --- signals ---

    def broadcast(self, name: str, variables: dict[str, Any], thrower: int | None) -> None:
        """Every live catcher, the oldest first, then the start events (X-DET-02); the thrower's own catchers
        had it at once."""
        for number in dict.fromkeys(number for number, _ in list(self.signals.get(name, {}))):
            instance = self.host.instances[number]
            if number != thrower and instance.live and not instance.state.suspended:
                self.host.give(number, cmd.BroadcastSignal(name, variables, self.host.hops))
        self.host.beginnings.by_signal(name, variables)
