"""`compile_process`: one process of a file, ready to run."""

from typing import Any, Final

from backend.engine.conditions import at_entry
from backend.engine.elements import calls, subprocess
from backend.engine.model import Definitions, Element, ModelFaults
from backend.engine.model.check import check
from backend.engine.model.element import local
from backend.engine.moves import choose, handled
from backend.engine.nodes import Container, Flow, Node, Process

from . import compensation
from .adhoc import inside_adhoc
from .calls import as_process, find_called
from .correlation import correlation, sends
from .events import catches, waits
from .extensions import properties, read_extensions
from .faulty import Compilation
from .listeners import listen
from .loops import begun_by_event, looped
from .nodes import FLOW_NODES, compile_node
from .paths import gather, instantiate, instantiates, join, link

CONTAINERS: Final = frozenset({"subProcess", "transaction", "adHocSubProcess"})


def compile_process(
    definitions: Definitions,
    process_id: str | None = None,
    decisions: tuple[Any, ...] = (),
    zone: str = "UTC",
    library: tuple[Definitions, ...] = (),
) -> Process:
    """Compile a process of the file; without `process_id` its first executable one.

    decisions: DMN models that business rule tasks call. zone: the IANA zone in which calendar arithmetic
    and local times of timers are meant. library: other files of the deployment, whose processes and global
    tasks may be called. Raises ModelFaults with everything that cannot run; warnings stay in
    `Process.warnings`.
    """
    compilation = Compilation(definitions, tuple(decisions), zone, tuple(library))
    element = _chosen(compilation, process_id)
    process = Process(element.id, element.name, zone)
    process.properties = properties(element)
    process.called[element.id] = root = _compiled(compilation, process, element)
    assert root.content is not None
    process.root = root.content
    _add_called(compilation, process)
    _data(process)
    compensation.finish(process, compilation.calls)
    process.correlation, process.sends = correlation(compilation, element), sends(compilation)
    for node in process.nodes.values():
        node.plain, node.inner.plain = _plain(node), _plain(node.inner)
    errors = [fault for fault in compilation.faults if fault.severity == "E"]
    if errors:
        raise ModelFaults(compilation.faults)
    process.warnings = tuple(compilation.faults)
    return process


def _compiled(compilation: Compilation, process: Process, element: Element) -> Node:
    """A process of the deployment, that runs by itself or is called."""
    root = Node(compilation.prefix + element.id, element.name, "process")
    root.line = element.line
    root.work, root.choose, root.done = subprocess.work, choose, calls.returned
    read_extensions(compilation, element, root)
    listen(compilation, element, root)
    process.nodes[root.id] = root
    root.content = _container(compilation, process, element)
    process.aliases |= compilation.names.aliases()
    _lanes(compilation, process, element)
    return root


def _add_called(compilation: Compilation, process: Process) -> None:
    """Compile what may be called, each process once; an unknown one is left to the run (X-CALL-04)."""
    seen = set(process.called)
    while wanted := [one for names in compilation.calls.values() for one in names if one not in seen]:
        for name in dict.fromkeys(wanted):
            found = find_called(compilation, name)
            if found is not None:
                where, element = found
                whole = element if element.kind == "process" else as_process(element)
                process.called[name] = _compiled(where, process, whole)
        seen.update(wanted)


def _data(process: Process) -> None:
    """What its data ask of the whole: stores, and whether anything may wait."""
    both = (data for node in process.nodes.values() for data in (node.data, node.inner.data))
    plans = [data for data in both if data is not None]
    process.waits = any(plan.waits for plan in plans)
    stores = (
        one.name
        for plan in plans
        for association in (*plan.into, *plan.out_of)
        for one in (*association.sources, association.target)
        if one.store
    )
    process.stores = tuple(dict.fromkeys(stores))


def _plain(node: Node) -> bool:
    """Whether an instance of a node is its work alone: nothing comes in, waits beside it or goes out."""
    beside = (node.inputs, node.outputs, node.catchers, node.data, node.entered)
    after = (node.listeners, node.closing, node.undo)
    return node.taken is not None and not any(beside) and all(one is None for one in after)


def _chosen(compilation: Compilation, process_id: str | None) -> Element:
    processes = compilation.definitions.processes
    if process_id is None:
        found = next((one for one in processes if one.get("isExecutable") in ("true", "1")), None)
        found = found or (processes[0] if len(processes) == 1 else None)
    else:
        found = next((one for one in processes if one.id == process_id), None)
    root = compilation.definitions.root
    if found is None:
        wanted = f"process {process_id!r}" if process_id else "executable process"
        compilation.fault(root, "V-PROC-01", f"the file has no {wanted}", "set isExecutable=true on one")
        raise ModelFaults(compilation.faults)
    if found.get("isExecutable") not in ("true", "1"):
        strict = compilation.definitions.profile == "strict"
        text = "the process is not executable"
        compilation.fault(found, "V-PROC-01", text, "set isExecutable=true", "E" if strict else "W")
        told = check(compilation.definitions, found)  # reading has told of it as of a drawing
        compilation.faults += [fault for fault in told if fault.severity == "E"]
        if any(fault.severity == "E" for fault in told):
            raise ModelFaults(compilation.faults)
    return found


def _container(compilation: Compilation, process: Process, element: Element) -> Container:
    """Everything directly inside a process or sub-process, and below."""
    inside: dict[str, Node] = {}
    elements: dict[str, Element] = {}
    for child in element.children:
        if child.kind in FLOW_NODES:
            node = compile_node(compilation, child)
            inside[child.id] = outer = looped(compilation, process, child, node)
            elements[child.id] = child
            process.nodes[node.id] = process.positions[node.id] = outer
            process.parents[node.id] = compilation.prefix + element.id
            if child.kind in CONTAINERS:
                node.content = _container(compilation, process, child)
            if node.adhoc is not None:
                inside_adhoc(process, node)
    incoming = _flows(compilation, process, element, inside, elements)
    _boundaries(inside, elements)
    compensation.boundaries(compilation, inside, elements)
    container = Container()
    _handlers(container, inside, elements)
    link(inside)
    begun_by_event(compilation, inside, elements)
    instantiate(container, inside, elements)
    _starts(container, inside, elements, incoming)
    join(process, container, inside)
    for key, node in inside.items():
        listen(compilation, elements[key], node.inner)
    gather(compilation, element, inside, elements)
    return container


def _flows(
    compilation: Compilation,
    process: Process,
    element: Element,
    inside: dict[str, Node],
    elements: dict[str, Element],
) -> dict[str, list[str]]:
    """Resolve the sequence flows of a container; outgoing ones in the order of X-EXCL-02. Gives incoming by
    node."""
    leaving: dict[str, dict[str, Flow]] = {key: {} for key in inside}
    incoming: dict[str, list[str]] = {key: [] for key in inside}
    for child in compilation.definitions.flows(element):
        source, target = local(child.get("sourceRef")), local(child.get("targetRef"))
        if source not in inside or target not in inside:
            continue
        condition = child.first("conditionExpression")
        text = condition.text.strip() if condition is not None else ""
        compiled = compilation.feel(condition, text) if condition is not None and text else None
        flow = Flow(compilation.prefix + child.id, inside[source].id, inside[target].id, compiled)
        leaving[source][child.id] = flow
        incoming[target].append(flow.id)
        process.positions[flow.id] = inside[target]
    for key, node in inside.items():
        _outgoing(node, elements[key], leaving[key])
        node.incoming = tuple(incoming[key])
    return incoming


def _outgoing(node: Node, element: Element, leaving: dict[str, Flow]) -> None:
    """Order by the `outgoing` children, unlisted flows after them; a default's condition is ignored
    (V-FLOW-09)."""
    listed = [local(child.text) for child in element.all("outgoing")]
    order = [key for key in listed if key in leaving] + [key for key in leaving if key not in listed]
    node.outgoing = tuple(leaving[key] for key in dict.fromkeys(order))
    node.default = leaving.get(local(element.get("default")))
    if node.default is not None:
        node.default.condition = None
    one_of_many = node.kind == "exclusiveGateway" and len(node.outgoing) > 1
    free = not one_of_many and all(flow.condition is None for flow in node.outgoing)
    alone = node.default is None or len(node.outgoing) == 1
    node.taken = tuple(flow.id for flow in node.outgoing) if free and alone else None


def _boundaries(inside: dict[str, Node], elements: dict[str, Element]) -> None:
    for key, element in elements.items():
        if element.kind != "boundaryEvent":
            continue
        host = inside.get(local(element.get("attachedToRef")))
        if host is None:
            continue
        inside[key].owner = host
        host.catches += catches(inside[key])
        if waits(inside[key]):
            host.catchers += (inside[key],)
        if any(one.kind == "conditional" for one in inside[key].trigger.each()):
            host.entered = at_entry


def _handlers(container: Container, inside: dict[str, Node], elements: dict[str, Element]) -> None:
    """Event sub-processes: their start events subscribe or catch errors on behalf of the container."""
    for key, element in elements.items():
        node = inside[key]
        if element.kind != "subProcess" or element.get("triggeredByEvent") not in ("true", "1"):
            continue
        node.handler = True
        node.done = handled
        content = node.inner.content
        assert content is not None
        for start in content.named.values():
            start.owner = node
            content.starts = (start.id,)
            container.catches += catches(start)
            if waits(start):
                container.handlers += (start,)


def _starts(
    container: Container,
    inside: dict[str, Node],
    elements: dict[str, Element],
    incoming: dict[str, list[str]],
) -> None:
    """The first none start (X-INST-03), else every node that begins without incoming flow (X-INST-02)."""
    container.named = {node.id: node for node in inside.values() if node.kind == "startEvent"}
    none = [key for key, node in container.named.items() if node.trigger.kind == "none"]
    if none:
        container.starts = (none[0],)
    elif not container.named:
        free = [key for key, node in inside.items() if not incoming[key] and _free(node, elements[key])]
        begun = [key for key in free if not instantiates(elements[key])]
        container.starts = tuple(inside[key].id for key in begun or free)


def _free(node: Node, element: Element) -> bool:
    """Whether it gets a token when its container begins without start event (X-INST-02)."""
    compensates = compensation.for_compensation(element)
    return not (node.kind == "boundaryEvent" or node.handler or node.trigger.kind == "link" or compensates)


def _lanes(compilation: Compilation, process: Process, element: Element) -> None:
    """Each node's lane is the innermost that names it, else that of the sub-process around it."""
    names: list[str] = []
    for lane_set in element.all("laneSet"):
        for inner in lane_set.walk():
            if inner.kind != "lane":
                continue
            names.append(inner.name or inner.id)
            for reference in inner.all("flowNodeRef"):
                node = process.nodes.get(compilation.prefix + local(reference.text))
                if node is not None:
                    node.lane = inner.name or inner.id
    process.lanes = tuple(dict.fromkeys([*process.lanes, *names]))
    _inherit_lanes(compilation, process, element, "")


def _inherit_lanes(compilation: Compilation, process: Process, element: Element, lane: str) -> None:
    for child in element.children:
        node = process.nodes.get(compilation.prefix + child.id) if child.kind in FLOW_NODES else None
        if node is not None:
            node.inner.lane = node.lane = node.lane or lane
            _inherit_lanes(compilation, process, child, node.lane)
