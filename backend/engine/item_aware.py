"""Data as the model says it, compiled: where values stand, which sets must be complete, what moves them."""

from typing import Final

from .expressions import Value

WAITS: Final = ":waits"  # memory of an instance that waits for data, after its element's id
CHOSEN: Final = ":set"  # memory of an instance: the number of the input set it began with
STORE: Final = ":store"  # memory of the process: what a data store held when last told, after its name
FIXED: Final = ":key"  # memory of the process: the values of a correlation key, after its id


class Place:
    """Where a value stands: a variable, or a data store when `store`. also: other names for it in the model
    (its id, its references)."""

    __slots__ = ("also", "name", "store")

    def __init__(self, name: str, also: tuple[str, ...] = (), store: bool = False) -> None:
        self.name = name
        self.also = also
        self.store = store


class Assignment:
    """`source` into a path inside the association's target; () is the target itself."""

    __slots__ = ("path", "source")

    def __init__(self, source: Value, path: tuple[str, ...]) -> None:
        self.source = source
        self.path = path


class Association:
    """One data association (X-DATA-05). local: its target is a property of the element itself."""

    __slots__ = ("assignments", "local", "sources", "target", "transformation")

    def __init__(self, sources: tuple[Place, ...], target: Place) -> None:
        self.sources = sources
        self.target = target
        self.transformation: Value | None = None
        self.assignments: tuple[Assignment, ...] = ()
        self.local = False


class DataSet:
    """An input or output set. required: names that must be available. pairs: numbers of the sets of the other
    side that go with it, () for any."""

    __slots__ = ("names", "pairs", "required", "running")

    def __init__(self, names: tuple[str, ...], required: tuple[str, ...], running: tuple[str, ...]) -> None:
        self.names = names
        self.required = required
        self.running = running
        self.pairs: tuple[int, ...] = ()


class DataPlan:
    """What an activity, event or sub-process does with data.

    declared: variables of its own scope. inputs, outputs: names of its data inputs and outputs. into, out_of:
    its associations. spread: what comes is put into the outputs (messages, X-DATA-06). given: inputs that a
    zeebe mapping or a loop provides.
    """

    __slots__ = (
        "declared",
        "given",
        "input_sets",
        "inputs",
        "into",
        "out_of",
        "output_sets",
        "outputs",
        "spread",
    )

    def __init__(self) -> None:
        self.declared: tuple[str, ...] = ()
        self.inputs: tuple[Place, ...] = ()
        self.outputs: tuple[Place, ...] = ()
        self.input_sets: tuple[DataSet, ...] = ()
        self.output_sets: tuple[DataSet, ...] = ()
        self.into: tuple[Association, ...] = ()
        self.out_of: tuple[Association, ...] = ()
        self.given: frozenset[str] = frozenset()
        self.spread = False

    @property
    def waits(self) -> bool:
        """Whether it may have to wait for data, or takes data while it runs."""
        return any(one.required or one.running for one in self.input_sets)
