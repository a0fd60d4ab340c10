"""Commands: what someone asks of one process instance. `decide` answers with events, or raises `Refused`.

Keys (`task`, `job`, `scope`, ...) are the ints that the engine's events gave out. Variables are dicts of FEEL
values (see values.py); ints are accepted where FEEL has numbers, floats are turned into decimals.
"""

from datetime import datetime
from typing import Any

import msgspec


class Command(msgspec.Struct, frozen=True, tag_field="command", tag=True):
    """Base of all commands; an encoded command carries its class name."""


class StartProcess(Command, frozen=True):
    """Begin an instance; the only command for which the state is None.

    start: id of a start event; None means the none start event, or every node without incoming flow when the
    process has no start event (X-INST-02, X-INST-03). Also the id of an instantiating receive task, or of an
    event behind an instantiating gateway: it has come already; what a parallel gateway awaits besides is
    awaited (X-INST-05 to X-INST-07). stores: as in UpdateStores. hops: as in CorrelateMessage.
    """

    variables: dict[str, Any] = {}
    start: str | None = None
    stores: dict[str, Any] = {}
    hops: int = 0


class CompleteTask(Command, frozen=True):
    """A person has done an open user task; `variables` are the answers."""

    task: int
    variables: dict[str, Any] = {}


class CompleteJob(Command, frozen=True):
    """A machine has done an offered job."""

    job: int
    variables: dict[str, Any] = {}


class FailJob(Command, frozen=True):
    """A machine could not do a job. With `retries` left it is offered again, at `retry_at` or at once; with 0
    an incident is raised."""

    job: int
    message: str
    retries: int
    retry_at: datetime | None = None


class ThrowError(Command, frozen=True):
    """A business error from a task or a job, for an error event to catch (X-ERR-01, X-ERR-03)."""

    key: int
    code: str
    message: str = ""
    variables: dict[str, Any] = {}


class CorrelateMessage(Command, frozen=True):
    """A message for the oldest subscription of equal name and correlation key (X-MSG-01).

    message_id: the sender's dedupe id; a message that was already taken is answered with no events.
    hops: those of the MessageThrown or SignalThrown that brings this, 0 when it comes from outside. An
    instance throws no more when they reach the limit, so that messages do not go in circles for ever.
    """

    name: str
    key: str = ""
    variables: dict[str, Any] = {}
    message_id: str = ""
    hops: int = 0


class BroadcastSignal(Command, frozen=True):
    """A signal for every live catcher of this name in the instance (X-SIG-01). hops: as in
    CorrelateMessage."""

    name: str
    variables: dict[str, Any] = {}
    hops: int = 0


class FireTimers(Command, frozen=True):
    """Fire every timer that is due at `now`, in (due, creation) order (X-TIME-04)."""


class UpdateVariables(Command, frozen=True):
    """Write variables into exactly this scope; 1 is the process's own."""

    scope: int
    variables: dict[str, Any]


class UpdateStores(Command, frozen=True):
    """What data stores hold now, by name (X-DATA-07); told by the host, which keeps them, before the instance
    reads them."""

    stores: dict[str, Any]


class ResolveIncident(Command, frozen=True):
    """The cause is repaired: try again at the element where the incident arose."""

    incident: int


class ActivateAdHoc(Command, frozen=True):
    """Begin one more activity of a running ad-hoc sub-process, as often as wanted (X-ADHOC-01).

    scope: the ad-hoc sub-process's instance. element: an activity inside that no flow leads to. With ordering
    Sequential it waits its turn.
    """

    scope: int
    element: str


class Suspend(Command, frozen=True):
    """Let nothing move: tasks and messages are refused, timers wait, job results are kept until `Resume`."""


class Resume(Command, frozen=True):
    """End a suspension and move on."""


class Cancel(Command, frozen=True):
    """End the instance from outside, with no handler and no compensation; state `terminated`."""

    reason: str = ""


class Activate(msgspec.Struct, frozen=True):
    """A token to add: at a node, which begins with these local variables, or on a sequence flow (with none).

    scope: key of the process, or of an instance of a sub-process around it; None: found, or begun, outermost
    first.
    """

    element: str
    scope: int | None = None
    variables: dict[str, Any] = {}


class Move(msgspec.Struct, frozen=True):
    """Tokens to move to the node or flow `to`: those of the instance `key`, or all that stand at `element`.

    What begins at `to` begins inside the same sub-processes as far as they surround it; scope and variables
    as in Activate.
    """

    to: str
    element: str = ""
    key: int = 0
    scope: int | None = None
    variables: dict[str, Any] = {}


class Modify(Command, frozen=True):
    """An operator's change of where the tokens are, all of it or nothing (Refused says why).

    First all that is added is entered, then what ends is terminated, with no handler and no compensation;
    sub-processes that hold no token any more end with it; then what was added begins. terminate: instances by
    key. remove: all that stands at these elements, tokens that wait at a join included.
    """

    activate: tuple[Activate, ...] = ()
    terminate: tuple[int, ...] = ()
    remove: tuple[str, ...] = ()
    move: tuple[Move, ...] = ()


class Migrate(Command, frozen=True):
    """Go on in another version of the process: `migration.migrate`, which is given both, takes this.

    mapping: old element or flow → new one; what is not named keeps its id. version, previous: names of the
    new and the old version, noted in the history.
    """

    mapping: dict[str, str] = {}
    version: str = ""
    previous: str = ""


AnyCommand = (
    StartProcess
    | CompleteTask
    | CompleteJob
    | FailJob
    | ThrowError
    | CorrelateMessage
    | BroadcastSignal
    | FireTimers
    | UpdateVariables
    | UpdateStores
    | ResolveIncident
    | ActivateAdHoc
    | Suspend
    | Resume
    | Cancel
    | Modify
    | Migrate
)
