"""What a loop or an ad-hoc sub-process is, as compiled; `Node.loop` and `Node.adhoc`."""

from .effects.loops import rounds
from .expressions import Value


class LoopPlan:
    """A standard loop or a multi-instance.

    position: where a token in the outer instance begins the next round. memory: under which name the outer
    instance remembers its rounds. condition: loopCondition or completionCondition. before, maximum: of a
    standard loop (X-LOOP-01, X-LOOP-02); maximum 0 is none. sequential, cardinality, collection: of a
    multi-instance; item: the variable that holds an instance's part of the collection. result, output: the
    variable that collects what `output` gives at the end of each instance, from the instance's own variable
    `own` where it names one. most: more instances are an
    incident, 0 leaves it to Limits.scopes. thrown: at the end of an instance, each position whose condition
    holds or is missing; once: at the first end only (X-MI-05).
    """

    __slots__ = (
        "before",
        "cardinality",
        "collection",
        "condition",
        "item",
        "maximum",
        "memory",
        "most",
        "once",
        "output",
        "own",
        "position",
        "result",
        "sequential",
        "thrown",
    )  # fmt: skip

    def __init__(self, element: str) -> None:
        self.position = f"{element}#round"
        self.memory = rounds(element)
        self.condition: Value | None = None
        self.before = False
        self.maximum = 0
        self.sequential = False
        self.cardinality: Value | None = None
        self.collection: Value | None = None
        self.item = ""
        self.result = ""
        self.output: Value | None = None
        self.own = ""
        self.most = 0
        self.thrown: tuple[tuple[Value | None, str], ...] = ()
        self.once = False

    @property
    def standard(self) -> bool:
        """Whether it is a standard loop."""
        return self.cardinality is None and self.collection is None

    @property
    def endless(self) -> bool:
        """Whether only a condition ends it."""
        return self.standard and not self.maximum


class AdHocPlan:
    """How an ad-hoc sub-process goes on (X-ADHOC, C8-ADHOC-01).

    active: ids of what begins at entry; None is all that no flow leads to. condition: completionCondition.
    cancel: cancelRemainingInstances. result, output: as in LoopPlan, at the end of each activity inside.
    done: where the token goes that the condition's coming true makes.
    """

    __slots__ = ("active", "cancel", "condition", "done", "output", "result", "sequential")

    def __init__(self, element: str) -> None:
        self.active: Value | None = None
        self.condition: Value | None = None
        self.sequential = False
        self.cancel = True
        self.result = ""
        self.output: Value | None = None
        self.done = f"{element}#done"
