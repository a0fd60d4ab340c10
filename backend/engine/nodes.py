"""The compiled process: a table of nodes with flows resolved and expressions compiled. Built once, never
changed."""

from collections.abc import Callable, Iterable, Iterator
from typing import TYPE_CHECKING, Any

from .expressions import Mapping, Value
from .item_aware import DataPlan
from .timing import Timing

if TYPE_CHECKING:
    from .correlation import Correlation
    from .plans import AdHocPlan, LoopPlan
    from .run import Run

Enter = Callable[["Run", "Node", int, str], None]
Work = Callable[["Run", "Node", int], None]
Choose = Callable[["Run", "Node", int], tuple[str, ...]]
Closing = Callable[["Run", "Node", int], tuple[str, ...]]


class Flow:
    """A sequence flow. `condition` is None when it has none, or when it is a default flow (V-FLOW-09)."""

    __slots__ = ("condition", "id", "source", "target")

    def __init__(self, id: str, source: str, target: str, condition: Value | None) -> None:
        self.id = id
        self.source = source
        self.target = target
        self.condition = condition


class Filter:
    """When a condition is examined again: on changes of these names only, and of these events (C8-COND-01).

    names: empty means every variable. events: of `create` and `update`; empty means both.
    """

    __slots__ = ("events", "names")

    def __init__(self, names: frozenset[str], events: frozenset[str]) -> None:
        self.names = names
        self.events = events


class Trigger:
    """What an event waits for or throws.

    kind: none, message, timer, signal, conditional, error, escalation, terminate, ..., or multiple. name: of
    message or signal, or the code of error or escalation (a catching one's None catches all). key: the
    message's correlation key. timing: of a timer. condition, filter: of a conditional event. members: of a
    multiple one, in document order; parallel: all of them are needed (X-MULTI-02). activity, wait: what a
    compensation undoes, "" for all, and whether its throw waits for that.
    """

    __slots__ = (
        "activity",
        "condition",
        "filter",
        "key",
        "kind",
        "members",
        "name",
        "parallel",
        "timing",
        "wait",
    )

    def __init__(
        self, kind: str, name: Value | None = None, key: Value | None = None, timing: Timing | None = None
    ) -> None:
        self.kind = kind
        self.name = name
        self.key = key
        self.timing = timing
        self.condition: Value | None = None
        self.filter: Filter | None = None
        self.members: tuple[Trigger, ...] = ()
        self.parallel = False
        self.activity = ""
        self.wait = True

    def each(self) -> "tuple[Trigger, ...]":
        """Its members, or itself alone; the place in it is the `member` of events and records."""
        return self.members or (self,)

    def waited(self) -> int | None:
        """Which member of a throwing one is a compensation that it waits for; none when something after it
        ends all, as an error does."""
        places = [at for at, one in enumerate(self.members) if one.kind == "compensation" and one.wait]
        final = any(one.kind in ("error", "cancel", "terminate") for one in self.members)
        return places[-1] if places and not final else None


class Catch:
    """One thing that is caught when it is thrown inside: `kind` error, escalation or cancel, `code` None for
    all.

    node: the boundary event, or the start event of an event sub-process. member: which of its triggers.
    """

    __slots__ = ("code", "kind", "member", "node")

    def __init__(self, node: "Node", member: int, kind: str, code: str | None) -> None:
        self.node = node
        self.member = member
        self.kind = kind
        self.code = code


class TaskPlan:
    """What a user task's TaskCreated says; constants or FEEL. bare: nothing of it is written, save the
    form."""

    __slots__ = ("assignee", "bare", "due", "follow_up", "form", "groups", "priority", "users")

    def __init__(self) -> None:
        self.form = ""
        self.assignee: Value | None = None
        self.groups: Value | None = None
        self.users: Value | None = None
        self.due: Value | None = None
        self.follow_up: Value | None = None
        self.priority: Value | None = None
        self.bare = True


class JobPlan:
    """What a job is: its type and how often it may fail."""

    __slots__ = ("retries", "type")

    def __init__(self, type: Value, retries: Value) -> None:
        self.type = type
        self.retries = retries


class CallPlan:
    """What a call activity calls: a process's id, and whether all variables go in and all come back
    (C8-CALL-01, C8-CALL-02)."""

    __slots__ = ("back", "into", "process")

    def __init__(self, process: Value, into: bool = True, back: bool = True) -> None:
        self.process = process
        self.into = into
        self.back = back


class Join:
    """What a join that waits for what can still come knows of the graph around it (X-INCL-02).

    bits: one for each incoming flow. paths: of a flow or node of its container the bits of the incoming flows
    that a token there can reach without visiting the join.
    """

    __slots__ = ("bits", "paths")

    def __init__(self, bits: dict[str, int], paths: dict[str, int]) -> None:
        self.bits = bits
        self.paths = paths

    def full(self, flows: Iterable[str]) -> int:
        """The bits of these incoming flows."""
        return sum(self.bits[flow] for flow in flows)


class Undo:
    """How a completed activity is compensated: by the event sub-process that begins at `start`, else by
    `activity`, which its compensation boundary leads to, else by what completed inside (X-COMP-06).

    mode: of a loop as a whole, how its rounds are undone (undoing.ROUNDS, TOGETHER), else "". kept: variables
    of a round that its `activity` sees.
    """

    __slots__ = ("activity", "kept", "mode", "start")

    def __init__(self, mode: str = "") -> None:
        self.start: Node | None = None
        self.activity: Node | None = None
        self.mode = mode
        self.kept: tuple[str, ...] = ()


class Listener:
    """An execution listener: the job that is offered, and the texts given with it."""

    __slots__ = ("headers", "job")

    def __init__(self, job: JobPlan, headers: dict[str, str]) -> None:
        self.job = job
        self.headers = headers


class Listeners:
    """Jobs before and after a node's own work, one after the other (C8-EL-01); in jobs and events the n-th
    before is n, the n-th after is -n. work, done: what the node does itself."""

    __slots__ = ("after", "before", "done", "work")

    def __init__(self, before: tuple[Listener, ...], after: tuple[Listener, ...]) -> None:
        self.before = before
        self.after = after
        self.work: Work = _unset
        self.done: Work = _unset

    def at(self, number: int) -> Listener | None:
        """The listener of this number, None when there are fewer."""
        side = self.before if number > 0 else self.after
        return side[abs(number) - 1] if abs(number) <= len(side) else None


class Container:
    """What lies inside a process or sub-process.

    starts: positions that get a token when it begins by itself. named: start events by id. instantiating: ids
    of receive tasks and of events behind an event-based gateway that begin an instance, each with the
    positions that are then awaited besides (X-INST-05 to X-INST-07). handlers: start events of event
    sub-processes that subscribe; catches: what they catch of what is thrown inside. joins: its inclusive and
    complex joins.
    """

    __slots__ = ("catches", "handlers", "instantiating", "joins", "named", "starts")

    def __init__(self) -> None:
        self.starts: tuple[str, ...] = ()
        self.named: dict[str, Node] = {}
        self.handlers: tuple[Node, ...] = ()
        self.catches: tuple[Catch, ...] = ()
        self.instantiating: dict[str, tuple[str, ...]] = {}
        self.joins: tuple[Node, ...] = ()


class Node:
    """A node as the kernel sees it.

    kind: the BPMN element's name. enter: what a token does that comes to it. work: what its instance does
    from Ready
    on; also the retry after an incident. choose: which outgoing flows its token takes. incoming: positions
    a join waits for. taken: ids of its outgoing flows when
    none has a condition, else None. catchers: boundary events that subscribe; catches: what boundary events
    catch of what is thrown inside. entered: what happens at entry when these subscribed (conditions that are
    true already).
    owner: of a boundary event its activity, of a handler's start its event sub-process. handler: it is such
    a one. data: its data associations and sets. keeps: what it gets stays local, only outputs leave.
    done: what happens when the last token inside its instance is gone. join: of an inclusive or complex
    gateway with several ways in; activation: a complex gateway's condition. quantity: the larger of
    an activity's startQuantity and completionQuantity. undo: how it is
    compensated, None when it cannot be or nothing throws compensation. loop: its loop or multi-instance;
    inner: then what each round runs, else itself. adhoc: of an ad-hoc sub-process. closing: in place of
    choose, for an instance (by its key) whose surroundings count it: a round, an ad-hoc activity.
    listeners: jobs before and after its work. plain: nothing but its work and its flows; the short way.
    """

    __slots__ = (
        "activation",
        "adhoc",
        "call",
        "catchers",
        "catches",
        "choose",
        "closing",
        "content",
        "data",
        "decision",
        "default",
        "done",
        "enter",
        "entered",
        "handler",
        "headers",
        "id",
        "incoming",
        "inner",
        "inputs",
        "interrupting",
        "job",
        "join",
        "keeps",
        "kind",
        "lane",
        "line",
        "listeners",
        "loop",
        "name",
        "outgoing",
        "outputs",
        "owner",
        "plain",
        "properties",
        "quantity",
        "result",
        "script",
        "stage",
        "taken",
        "task",
        "trigger",
        "undo",
        "work",
    )  # fmt: skip

    def __init__(self, id: str, name: str, kind: str) -> None:
        self.id = id
        self.name = name
        self.kind = kind
        self.enter: Enter = _unset
        self.work: Work = _unset
        self.incoming: tuple[str, ...] = ()
        self.outgoing: tuple[Flow, ...] = ()
        self.default: Flow | None = None
        self.taken: tuple[str, ...] | None = ()
        self.trigger = Trigger("none")
        self.interrupting = True
        self.inputs: tuple[Mapping, ...] = ()
        self.outputs: tuple[Mapping, ...] = ()
        self.catchers: tuple[Node, ...] = ()
        self.catches: tuple[Catch, ...] = ()
        self.entered: Work | None = None
        self.content: Container | None = None
        self.owner: Node | None = None
        self.task: TaskPlan | None = None
        self.job: JobPlan | None = None
        self.script: Value | None = None
        self.result = ""
        self.decision: tuple[Any, Value] | None = None
        self.headers: dict[str, str] = {}
        self.properties: dict[str, str] = {}
        self.lane = ""
        self.stage = ""
        self.choose: Choose = _unset
        self.done: Work = _unset
        self.call: CallPlan | None = None
        self.undo: Undo | None = None
        self.handler = False
        self.data: DataPlan | None = None
        self.keeps = False
        self.plain = False
        self.line = 0
        self.listeners: Listeners | None = None
        self.join: Join | None = None
        self.activation: Value | None = None
        self.quantity = 1
        self.inner: Node = self
        self.loop: LoopPlan | None = None
        self.adhoc: AdHocPlan | None = None
        self.closing: Closing | None = None

    def __repr__(self) -> str:
        return f"<{self.kind} {self.id}>"


def _unset(*_: Any) -> Any:
    raise AssertionError("a node without behaviour")


class Process:
    """A process that can run. Give it to `decide` and `step`; share it between threads freely.

    nodes: by element id, the process itself included. positions: where a token on a flow or node goes next.
    parents: the process or sub-process directly around each node. properties: the process's zeebe:properties.
    warnings: what compiling let pass. called: the processes that may run inside it, itself included, by
    process id; nodes and flows of other files are named `process:id`. settle: what to try when nothing moves,
    None unless joins wait for what can still come. aliases: names of one data object, by each of them.
    stores: data stores it uses. waits: whether an activity of it may wait for data.
    correlation: keys of its conversations. sends: processes that message flows lead to, by the sender's id.
    """

    __slots__ = (
        "aliases",
        "called",
        "correlation",
        "id",
        "lanes",
        "name",
        "nodes",
        "parents",
        "positions",
        "properties",
        "root",
        "sends",
        "settle",
        "stores",
        "waits",
        "warnings",
        "zone",
    )

    def __init__(self, id: str, name: str, zone: str) -> None:
        self.id = id
        self.name = name
        self.zone = zone
        self.nodes: dict[str, Node] = {}
        self.positions: dict[str, Node] = {}
        self.parents: dict[str, str] = {}
        self.root = Container()
        self.properties: dict[str, str] = {}
        self.warnings: tuple[Any, ...] = ()
        self.lanes: tuple[str, ...] = ()
        self.settle: Callable[[Run], bool] | None = None
        self.called: dict[str, Node] = {}
        self.aliases: dict[str, tuple[str, ...]] = {}
        self.stores: tuple[str, ...] = ()
        self.waits = False
        self.correlation: Correlation | None = None
        self.sends: dict[str, tuple[str, ...]] = {}

    def beginners(self) -> tuple[Node, ...]:
        """What begins an instance and can be named in StartProcess: its top-level start events in document
        order, then what else instantiates (X-INST-05 to X-INST-07)."""
        return (*self.root.named.values(), *(self.nodes[key] for key in self.root.instantiating))

    def starts(self, kind: str) -> tuple[Node, ...]:
        """Its beginners of a trigger kind."""
        return tuple(node for node in self.beginners() if node.trigger.kind == kind)

    def begun_by(self, kind: str) -> Iterator[tuple[Node, int, Trigger]]:
        """(beginner, member, trigger) of all that wait at the top for a kind, alone or as one of several.

        One whose `node.trigger.parallel` is true begins when every member has come (X-INST-08).
        """
        for node in self.beginners():
            for member, trigger in enumerate(node.trigger.each()):
                if trigger.kind == kind:
                    yield node, member, trigger
