"""What was thrown, decided, or went wrong."""

from typing import Any

from .base import Event


class MessageThrown(Event, frozen=True):
    """The outside must deliver this message to one receiver. `id` is unique within the instance
    (X-MSG-02). hops: to be given back with the command that delivers it."""

    name: str
    key: str
    variables: dict[str, Any]
    id: str
    element: str = ""
    time_to_live: float | None = None
    hops: int = 1


class SignalThrown(Event, frozen=True):
    """The outside must broadcast this signal to all other instances; catchers in this one already had it.
    hops: as in MessageThrown."""

    name: str
    variables: dict[str, Any]
    id: str = ""
    element: str = ""
    hops: int = 1


class ErrorThrown(Event, frozen=True):
    """An error was raised at `element` and caught by `catcher`; "" when nobody caught it."""

    code: str
    element: str
    catcher: str
    message: str = ""


class EscalationThrown(Event, frozen=True):
    """An escalation was raised at `element` and caught by `catcher`; "" when nobody caught it (X-ESC-03)."""

    code: str
    element: str
    catcher: str


class MessageReturned(Event, frozen=True):
    """A message thrown at `element` was taken at once by `catcher`, on a scope around it (X-ORD-02): the
    outside has nothing to deliver."""

    name: str
    key: str
    variables: dict[str, Any]
    element: str
    catcher: str


class DecisionMade(Event, frozen=True):
    """A business rule task evaluated a decision; `rules` are those that made the result, as
    `table:number`.

    used: what was looked at, so that a page can say why later on: `inputs`, by table the values of its input
    columns in their order; `results`, by table what came out; `result` of the whole decision.
    """

    element: str
    decision: str
    rules: tuple[str, ...]
    used: dict[str, Any] = {}


class IncidentRaised(Event, frozen=True):
    """The instance cannot go on here; staff repair the cause and resolve it.

    kind: `mapping`, `condition`, `expression`, `job`, `error`, `decision`, `timer`, `message`, `limit`,
    `assignment`, `loop`, `deadlock` (joins that wait for each other).
    message: for staff; may quote a model's text, never a variable's value.
    """

    incident: int
    element: str
    kind: str
    message: str
    scope: int = 0


class IncidentResolved(Event, frozen=True):
    """The incident is over: repaired, or its element ended (`withdrawn`)."""

    incident: int
    element: str
    withdrawn: bool = False


class Warned(Event, frozen=True):
    """Something odd that the rule `rule` lets pass."""

    element: str
    rule: str
    message: str
