"""One command being decided: a private state, the events so far, and the evaluation of expressions in a
scope."""

from collections.abc import Callable
from datetime import datetime
from functools import lru_cache
from typing import Any, ClassVar, Final

from . import events as ev
from .effects import APPLIERS
from .expressions import Value
from .feel import Diagnostic, LimitExceeded
from .feel import Limits as FeelLimits
from .limits import DEFAULT, Limits
from .nodes import Node, Process
from .state import ROOT, State

ABSENT = frozenset(
    {"F-NAME-06", "F-PATH-01", "F-PATH-02"}
)  # rules of FEEL that tell of data that are not there


class Problem(Exception):
    """The process cannot go on at an element; becomes an incident of this kind (X-EXC-01)."""

    def __init__(self, kind: str, message: str) -> None:
        super().__init__(message)
        self.kind = kind
        self.message = message


class Run:
    """What a behaviour works with. `emit` is the only way to change `state`.

    knows_data: whether variables hold what they will hold; where they do not, nothing waits for data.
    """

    __slots__ = ("events", "feel_limits", "hops", "limits", "moves", "now", "process", "state")

    knows_data: ClassVar[bool] = True

    def __init__(self, process: Process, state: State, now: datetime, limits: Limits = DEFAULT) -> None:
        self.process = process
        self.state = state
        self.now = now
        self.limits = limits
        self.events: list[ev.Event] = []
        self.moves = 0
        self.hops = 0
        self.feel_limits = DEFAULT_FEEL if limits is DEFAULT else _feel_limits(limits)

    def emit(self, event: ev.Event) -> None:
        """It has become true."""
        self.events.append(event)
        APPLIERS[event.__class__](self.state, event)

    def key(self) -> int:
        """The next key; the event that carries it makes it used."""
        return self.state.counter + 1

    def node(self, scope: int) -> Node:
        """The node whose instance a scope is; of a loop's round what is repeated."""
        record = self.state.scopes[scope]
        node = self.process.nodes[record.element]
        return node.inner if record.round else node

    def context(self, scope: int) -> dict[str, Any]:
        """All variables visible in a scope, inner names hiding outer ones. Not to be changed."""
        scopes = self.state.scopes
        found = scopes[scope]
        if scope == ROOT:
            return found.variables
        layers = []
        while True:
            if found.variables:
                layers.append(found.variables)
            if not found.parent or found.closed:
                break
            found = scopes[found.parent]
        if len(layers) == 1:
            return layers[0]
        merged: dict[str, Any] = {}
        for layer in reversed(layers):
            merged.update(layer)
        return merged

    def value(self, source: Value, context: dict[str, Any], kind: str = "expression") -> Any:
        """A constant's text or FEEL's result. Problem when evaluation fails (C8-EXPR-02)."""
        if source.expression is None:
            return source.text
        result, diagnostics = self.evaluate(source, context, kind)
        if result is None and diagnostics:
            raise Problem(kind, f"{source.text}: {diagnostics[0].rule}: {diagnostics[0].text}")
        return result

    def text(self, source: Value, context: dict[str, Any], kind: str, what: str) -> str:
        """A value that must be a text."""
        result = self.value(source, context, kind)
        if not isinstance(result, str):
            raise Problem(kind, f"{what} must be a text: {source.text}")
        return result

    def holds(self, node: Node, condition: Value, context: dict[str, Any]) -> bool:
        """Whether a condition is true; null is false with a warning (X-EXCL-03)."""
        result = self.truth(condition, context)
        if result is not None:
            return result
        self.emit(ev.Warned(node.id, "X-EXCL-03", f"the condition is null, taken as false: {condition.text}"))
        return False

    def truth(self, condition: Value, context: dict[str, Any]) -> bool | None:
        """True, false, or null for want of data; anything else is a Problem (C8-ERR-03)."""
        result, diagnostics = self.evaluate(condition, context, "condition")
        if result is True or result is False:
            return bool(result)
        if result is not None:
            raise Problem("condition", f"the condition is neither true nor false: {condition.text}")
        if diagnostics and diagnostics[0].rule not in ABSENT and not _asks_null(condition, context):
            raise Problem("condition", f"{condition.text}: {diagnostics[0].rule}: {diagnostics[0].text}")
        return None

    def evaluate(
        self, source: Value, context: dict[str, Any], kind: str
    ) -> tuple[Any, tuple[Diagnostic, ...]]:
        """FEEL's result and diagnostics. Problem when a limit was reached."""
        try:
            found: tuple[Any, tuple[Diagnostic, ...]] = source.expression.evaluate(
                context, now=self.now, limits=self.feel_limits
            )
        except LimitExceeded as reached:
            raise Problem(kind, f"{source.text}: {reached}") from None
        return found

    def decision(self, models: Callable[[str], Any], name: str, context: dict[str, Any]) -> Any:
        """A decision's outcome; `models` gives the model that holds it. Problem when a limit was reached."""
        try:
            return models(name).evaluate(name, context, now=self.now, limits=self.feel_limits)
        except LimitExceeded as reached:
            raise Problem("decision", f"{name}: {reached}") from None

    def incident(self, scope: int, node: Node, problem: Problem) -> None:
        """The instance `scope` stays where it is until the incident is resolved."""
        self.emit(ev.IncidentRaised(self.key(), node.id, problem.kind, problem.message, scope))

    @property
    def ended(self) -> bool:
        """Whether the process instance is over."""
        return self.state.status != "active"

    @property
    def root(self) -> int:
        """The process's own scope."""
        return ROOT


def _asks_null(source: Value, context: dict[str, Any]) -> bool:
    """Whether an expression asks for a variable that is there and null: no data, as when it is not there."""
    return any(name in context and context[name] is None for name in source.expression.free)


@lru_cache(maxsize=8)
def _feel_limits(limits: Limits) -> FeelLimits:
    """FEEL's own part of the limits, made once."""
    return FeelLimits(limits.steps, limits.list_size, limits.string_size, limits.depth)


DEFAULT_FEEL: Final = _feel_limits(DEFAULT)
