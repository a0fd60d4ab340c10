"""What a migration would do to each token, and what stands in its way. Nothing is changed here."""

from collections.abc import Iterator
from typing import Any, Final

import msgspec

from backend.engine.effects.migration import at_join, elements_of, is_data, names_entries, names_flows, owner
from backend.engine.state import ROOT, State

from .mapping import Mapped, same_definition

WAITING: Final = ("timers", "subscriptions", "conditions")
"""The tables of a state that hold what an event waits for."""


class Fate(msgspec.Struct, frozen=True):
    """What happens to one thing.

    what: `instance`, `token`, `timer`, `subscription`, `condition`, `memory` or `new` (an event that begins
    to wait). key: of its scope. outcome: `kept`, `anew` (withdrawn and set again), `withdrawn`, `set` or
    `refused`, then with a reason.
    """

    what: str
    key: int
    element: str
    to: str
    outcome: str = "kept"
    reason: str = ""


class Survey:
    """All fates of a state; `elements` and `positions` are what the event Migrated carries.

    withdrawn: (table, key) of what ends before; forgotten: (scope, name) of memory. anew: (scope, new
    element, kind, member) of what is armed again.
    """

    def __init__(self, mapped: Mapped, state: State) -> None:
        self.mapped = mapped
        self.state = state
        self.fates: list[Fate] = []
        self.elements: dict[str, str] = {}
        self.positions: dict[str, str] = {}
        self.withdrawn: list[tuple[str, int]] = []
        self.anew: list[tuple[int, str, str, int]] = []
        self.forgotten: list[tuple[int, str]] = []
        for key in sorted(state.scopes):
            self._instance(key)
            self._tokens(key)
        self._memories()
        for table in WAITING:
            self._waits(table)
        self._incidents()
        self._one_to_one()

    @property
    def refused(self) -> list[Fate]:
        """What stands in the way."""
        return [fate for fate in self.fates if fate.outcome == "refused"]

    def _say(self, fate: Fate, reason: str = "") -> None:
        if reason:
            fate = msgspec.structs.replace(fate, outcome="refused", reason=reason)
        self.fates.append(fate)
        if fate.outcome in ("kept", "anew"):
            self.elements[fate.element] = fate.to

    # --- instances and tokens ---

    def _instance(self, key: int) -> None:
        scope, mapped = self.state.scopes[key], self.mapped
        element = scope.element
        reason = mapped.problem(element)
        if not reason and key == ROOT and mapped.to(element) != mapped.new.id:
            reason = f"the process becomes {mapped.new.id!r}, nothing else"
        if not reason and not mapped.around(element):
            reason = f"{mapped.to(element)!r} stands in another sub-process"
        if not reason and scope.closed:
            reason = self._called(scope.parent, element)
        self._say(Fate("instance", key, element, mapped.to(element)), reason)

    def _called(self, caller: int, process: str) -> str:
        """Why a called process cannot go on inside its caller; "" when it can, or when FEEL decides."""
        node = self.mapped.node(self.state.scopes[caller].element)
        call = node.inner.call if node is not None else None
        if call is None or (call.process.expression is None and call.process.text != self.mapped.to(process)):
            return f"the call activity calls another process than {self.mapped.to(process)!r}"
        return ""

    def _tokens(self, key: int) -> None:
        """Tokens that wait at joins need their flow; tokens that move need a place in the same scope."""
        for position in self.state.scopes[key].arrived:
            self._at_join(key, position, self.mapped.old.positions[position].id)
        for at, position in self.state.moving:
            if at == key:
                reason = (
                    "" if self._may_stand(key, position) else f"a token is on its way on {position!r}: map it"
                )
                self._token(key, position, "", reason)

    def _may_stand(self, key: int, position: str) -> bool:
        """Whether a token on its way has its place in the new process, inside the same instance."""
        new = self.mapped.new
        target = new.positions.get(self.mapped.to(position))
        container = self.mapped.to(self.state.scopes[key].element)
        made = "#" in position  # a loop's next round and the like: in the instance of the element itself
        return target is not None and (made or new.parents[target.id] == container)

    def _at_join(self, key: int, position: str, join: str) -> None:
        """A token that waits on a flow, or one that came there and is remembered."""
        reason = self.mapped.problem(join)
        if not reason and not self.mapped.around(join):
            reason = f"{self.mapped.to(join)!r} stands in another sub-process"
        target = self.mapped.new.positions.get(self.mapped.to(position))
        if not reason and (target is None or target.id != self.mapped.to(join)):
            reason = f"a token waits on the flow {position!r}, which does not lead there: map the flow"
        self._token(key, position, join, reason)

    def _token(self, key: int, position: str, join: str, reason: str) -> None:
        to = self.mapped.to(position)
        if join and not reason:
            self.elements[join] = self.mapped.to(join)
        if to in self._others(position):
            reason = reason or f"two flows become {to!r}"
        self.positions[position] = to
        fate = Fate("token", key, position, to)
        self.fates.append(msgspec.structs.replace(fate, outcome="refused", reason=reason) if reason else fate)

    def _others(self, position: str) -> set[str]:
        return {to for one, to in self.positions.items() if one != position}

    # --- what is remembered ---

    def _memories(self) -> None:
        """Keys follow their element, flows at a join theirs; what an event remembers that waits no more is
        forgotten; a value that names another renamed id is not understood here."""
        for key, scope in self.state.scopes.items():
            for name, value in scope.memory.items():
                element = owner(name, self.mapped.old.nodes)
                fate = Fate("memory", key, element or name, self.mapped.to(element))
                if element and self._is_lost_event(element):
                    self.forgotten.append((key, name))
                    self.fates.append(msgspec.structs.replace(fate, to="", outcome="withdrawn"))
                else:
                    self._say(fate, self._memory(key, name, value, element))

    def _memory(self, key: int, name: str, value: Any, element: str) -> str:
        if not element:
            return f"{name!r} is remembered for no element that is known"
        reason = self.mapped.problem(element) if element not in self.elements else ""
        if reason or is_data(name):
            return reason
        if names_entries(name):
            return next(filter(None, (self._entry(one) for one in elements_of(value))), "")
        if names_flows(name, value):
            return self._flows(key, name, value)
        renamed = sorted(self._named(value))
        return f"{name!r} names {renamed[0]!r}, which cannot be renamed now" if renamed else ""

    def _flows(self, key: int, name: str, value: list[str]) -> str:
        """Flows at a join need theirs; nodes that wait their turn must be there."""
        for place in filter(None, value):
            if at_join(name):
                self._at_join(key, place, self.mapped.old.positions[place].id)
            elif self.mapped.to(place) not in self.mapped.new.positions:
                return f"{place!r} waits its turn: map it"
            else:
                self.positions[place] = self.mapped.to(place)
        return ""

    def _entry(self, element: str) -> str:
        """Why an activity that can be compensated cannot stay so."""
        reason = self.mapped.problem(element)
        if not reason and not self.mapped.around(element):
            reason = f"{element!r} can be compensated, but stands in another sub-process"
        self.elements.setdefault(element, self.mapped.to(element))
        return reason

    def _is_lost_event(self, element: str) -> bool:
        attached = self.mapped.old.nodes[element].owner is not None
        return attached and element not in self.mapped.mapping and not self.mapped.alike(element)

    def _named(self, value: object) -> set[str]:
        """Ids inside a remembered value that the mapping would rename."""
        return {text for text in texts(value) if self.mapped.to(text) != text and self._is_id(text)}

    def _is_id(self, text: str) -> bool:
        return text in self.mapped.old.nodes or text in self.mapped.old.positions

    # --- what is awaited ---

    def _waits(self, table: str) -> None:
        """Events that wait stay, are armed anew, or are withdrawn; what an instance itself waits for must
        stay."""
        what = table.removesuffix("s")
        for key, record in getattr(self.state, table).items():
            element, scope = record.element, record.scope
            own = record.kind in ("catch", "retry")
            fate = Fate(what, scope, element, self.mapped.to(element))
            if self._goes_on(record) or (own and not self.mapped.problem(element)):
                self._stays(table, key, fate, record)
            elif own or element in self.mapped.mapping:
                self._say(fate, self.mapped.problem(element) or f"{fate.to!r} stands in another place")
            else:
                self.withdrawn.append((table, key))
                self.fates.append(msgspec.structs.replace(fate, to="", outcome="withdrawn"))

    def _goes_on(self, record: Any) -> bool:
        """Whether an event around an instance, or behind its event-based gateway, has one that it becomes."""
        if not self.mapped.alike(record.element):
            return False
        if record.kind != "gate":
            return True
        gate = self.mapped.node(self.state.scopes[record.scope].element)
        behind = gate.outgoing if gate is not None else ()
        return any(flow.target == self.mapped.to(record.element) for flow in behind)

    def _stays(self, table: str, key: int, fate: Fate, record: Any) -> None:
        """A timer keeps its instant; a subscription whose words changed is set anew."""
        node, before = self.mapped.node(fate.element), self.mapped.old.nodes[fate.element]
        assert node is not None
        if table == "timers" or same_definition(before, node, record.member):
            self._say(fate)
            return
        self.withdrawn.append((table, key))
        self.anew.append((fate.key, fate.to, record.kind, record.member))
        self._say(msgspec.structs.replace(fate, outcome="anew"))

    def _incidents(self) -> None:
        """An incident can name an element at which nothing stands, such as where a token was to go."""
        for incident in self.state.incidents.values():
            if self.mapped.node(incident.element) is not None:
                self.elements.setdefault(incident.element, self.mapped.to(incident.element))

    def _one_to_one(self) -> None:
        """Two elements that hold something may not become one, or the way back would be lost."""
        seen: dict[str, str] = {}
        for element, to in list(self.elements.items()):
            if seen.setdefault(to, element) != element:
                reason = f"{seen[to]!r} and {element!r} both become {to!r}"
                self._say(Fate("instance", 0, element, to), reason)


def texts(value: object) -> Iterator[str]:
    """All texts inside a value, names of contexts too."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for name, item in value.items():
            yield from texts(name)
            yield from texts(item)
    elif isinstance(value, list | tuple):
        for item in value:
            yield from texts(item)
