"""Tokens and the instances of nodes that hold them."""

from typing import Any

from .base import Event


class NodePassed(Event, frozen=True):
    """The oldest token, on `position`, went through a node that holds nothing, and left on `taken` flows.

    An empty `taken` consumes it (X-END-01).
    """

    scope: int
    element: str
    position: str
    taken: tuple[str, ...]


class TokenArrived(Event, frozen=True):
    """The oldest token waits on `position` for a join's other flows (X-PAR-01)."""

    scope: int
    element: str
    position: str


class JoinFired(Event, frozen=True):
    """A join took one waiting token from each flow of `consumed` and gave one to each of `taken`.

    Also an activity with a startQuantity: the tokens that had waited; the one that comes now enters.
    """

    scope: int
    element: str
    consumed: tuple[str, ...]
    taken: tuple[str, ...]


class ElementEntered(Event, frozen=True):
    """A node that holds its token became an instance of its own, with scope `key` inside `scope`.

    position: where its token came from; "" when an event inside made it (a boundary event, a handler, a
    round). round: of a loop, from 1; 0 is the activity itself. closed: it sees no variables from outside (a
    called process).
    """

    key: int
    scope: int
    element: str
    position: str
    variables: dict[str, Any] = {}
    round: int = 0
    closed: bool = False


class ElementActivated(Event, frozen=True):
    """The instance is Active; in a sub-process tokens stand on `positions`."""

    key: int
    element: str
    positions: tuple[str, ...] = ()


class ElementCompleting(Event, frozen=True):
    """The instance's work is done; outputs and the choice of flows follow."""

    key: int
    element: str


class ElementCompleted(Event, frozen=True):
    """The instance ended normally; its token left on `taken` flows."""

    key: int
    element: str
    taken: tuple[str, ...]


class EventChosen(Event, frozen=True):
    """The first event behind an event-based gateway came: the gateway's instance goes on as that event's, by
    `flow`; the others were withdrawn (X-EBG-01)."""

    key: int
    element: str
    chosen: str
    flow: str


class TokensPlaced(Event, frozen=True):
    """An instance that goes on waiting let tokens go on `taken` flows of `scope` (a cycle's repetition)."""

    scope: int
    element: str
    taken: tuple[str, ...]


class ElementTerminated(Event, frozen=True):
    """The instance ended by an interruption; no token left. Tokens that moved inside are gone."""

    key: int
    element: str


class TokenRemoved(Event, frozen=True):
    """An operator took one token away from `position` in this scope; `waiting`: it stood there at a join."""

    scope: int
    element: str
    position: str
    waiting: bool = False


class TokensDropped(Event, frozen=True):
    """Every moving and waiting token directly inside this scope is gone; with `position` only those that move
    there."""

    scope: int
    element: str
    position: str = ""
