"""Loop characteristics as plans, and an activity wrapped into its loop."""

from typing import Final

from backend.engine.elements import instances, loops, throwing
from backend.engine.expressions import Mapping, Value, variable
from backend.engine.model import Element
from backend.engine.moves import choose, complete, enter
from backend.engine.nodes import Flow, Node, Process
from backend.engine.plans import LoopPlan

from .data import place
from .events import trigger_of
from .extensions import variable_path
from .faulty import Compilation
from .looped_data import share

MOST: Final = 1000  # instances of a multi-instance in the profile `strict`
THROWABLE: Final = frozenset({"signal", "message", "escalation", "error", "compensation"})
EVENTS: Final = ("event", "implicitThrowEvent")  # the schema's word, and that of drawing tools
BEHAVIOURS: Final = {"None": "noneBehaviorEventRef", "One": "oneBehaviorEventRef"}


def looped(compilation: Compilation, process: Process, element: Element, node: Node) -> Node:
    """The activity that repeats `node`, or `node` itself without loop characteristics.

    Outer and inner share the id: the outer one has flows and boundary events, the inner one does the work.
    """
    standard = element.first("standardLoopCharacteristics")
    multi = element.first("multiInstanceLoopCharacteristics")
    if standard is None and multi is None:
        return node
    outer = Node(node.id, node.name, node.kind)
    outer.line, outer.stage = node.line, node.stage
    outer.properties, outer.headers = node.properties, node.headers
    outer.enter, outer.choose, outer.done, outer.inner = enter, choose, complete, node
    outer.trigger = node.trigger
    if multi is not None:
        plan = _multi_instance(compilation, process, node.id, multi)
        outer.work, node.enter, node.closing = instances.work, instances.enter, instances.closing
        collection = plan.collection.text if plan.collection is not None else ""
        if not share(outer, node, collection, plan.result):
            outer.outputs = leaving(plan.result)
    else:
        assert standard is not None
        plan = _standard(compilation, node.id, standard)
        outer.work, node.enter, node.closing = loops.work, loops.enter, loops.closing
    outer.loop = node.loop = plan
    node.taken = None
    process.positions[plan.position] = node
    return outer


def leaving(result: str) -> tuple[Mapping, ...]:
    """What was collected goes out when the whole completes (X-MI-04)."""
    return (Mapping(variable(result), (result,)),) if result else ()


def _standard(compilation: Compilation, id: str, loop: Element) -> LoopPlan:
    plan = LoopPlan(id)
    plan.before = loop.get("testBefore").strip() in ("true", "1")
    maximum = loop.get("loopMaximum").strip()
    plan.maximum = int(maximum) if maximum.isdigit() else 0
    plan.condition = feel_of(compilation, loop.first("loopCondition"))
    return plan


def _multi_instance(compilation: Compilation, process: Process, id: str, loop: Element) -> LoopPlan:
    plan = LoopPlan(id)
    plan.sequential = loop.get("isSequential").strip() in ("true", "1")
    plan.condition = feel_of(compilation, loop.first("completionCondition"))
    plan.cardinality = feel_of(compilation, loop.first("loopCardinality"))
    plan.most = MOST if compilation.definitions.profile == "strict" else 0
    number = plan.cardinality.text.strip() if plan.cardinality is not None else ""
    if number.isdecimal() and int(number[:9]) > MOST:
        compilation.limit(loop, f"more than {MOST:,} instances", "make the number smaller")
    _items(compilation, loop, plan)
    _results(compilation, loop, plan)
    _behaviour(compilation, process, loop, plan, id)
    return plan


def feel_of(compilation: Compilation, element: Element | None) -> Value | None:
    """The FEEL that an element holds; None for none."""
    text = element.text.strip() if element is not None else ""
    return compilation.feel(element, text) if element is not None and text else None


def _items(compilation: Compilation, loop: Element, plan: LoopPlan) -> None:
    """The collection and the variable of its items: zeebe's, else the standard's (X-MI-01, C8-MI-01)."""
    zeebe = loop.extension("zeebe:loopCharacteristics")
    if zeebe is not None and zeebe.get("inputCollection"):
        plan.collection = compilation.feel(zeebe, zeebe.get("inputCollection"), "C8-MI-01")
        plan.item = variable_of(compilation, zeebe, "inputElement")
        return
    reference, item = loop.first("loopDataInputRef"), loop.first("inputDataItem")
    if reference is not None:
        plan.collection = variable(_name(compilation, reference))
    if item is not None:
        plan.item = item.name or item.id


def _results(compilation: Compilation, loop: Element, plan: LoopPlan) -> None:
    """What is collected and where (X-MI-04, C8-MI-01)."""
    zeebe = loop.extension("zeebe:loopCharacteristics")
    if zeebe is not None and zeebe.get("outputCollection"):
        plan.result = variable_of(compilation, zeebe, "outputCollection")
        if zeebe.get("outputElement"):
            plan.output = compilation.feel(zeebe, zeebe.get("outputElement"), "C8-MI-01")
            plan.own = _bare(plan.output)
        return
    reference, item = loop.first("loopDataOutputRef"), loop.first("outputDataItem")
    if reference is not None and item is not None:
        plan.result = _name(compilation, reference)
        plan.own = item.name or item.id
        plan.output = variable(plan.own)


def _bare(output: Value | None) -> str:
    """The variable that an output element is or looks into; each instance then has its own."""
    first = output.text.strip().split(".")[0].strip() if output is not None else ""
    return first if output is not None and output.expression.free == {first} and first.isidentifier() else ""


def variable_of(compilation: Compilation, element: Element, attribute: str) -> str:
    """The variable that an attribute names; "" for none."""
    name = element.get(attribute)
    return ".".join(variable_path(compilation, element, name)) if name else ""


def _name(compilation: Compilation, reference: Element) -> str:
    """The variable that a referenced item-aware element is (X-DATA-01)."""
    found = compilation.definitions.resolve(reference, reference.text)
    return place(compilation, found).name if found is not None else reference.text.strip()


def begun_by_event(compilation: Compilation, inside: dict[str, Node], elements: dict[str, Element]) -> None:
    """Refuse a looped receive task that its message would begin, at a gateway or with the instance."""
    behind = {flow.target for node in inside.values() for flow in _behind(node)}
    for key, node in inside.items():
        awaited = node.id in behind or elements[key].get("instantiate").strip() in ("true", "1")
        if node.loop is not None and node.kind == "receiveTask" and awaited:
            text = "a receive task that its message begins does not loop"
            compilation.fault(elements[key], "X-EBG-01", text, "put it into a sub-process that loops")


def _behind(node: Node) -> tuple[Flow, ...]:
    return node.outgoing if node.kind == "eventBasedGateway" else ()


# --- behaviours ---


def _behaviour(compilation: Compilation, process: Process, loop: Element, plan: LoopPlan, id: str) -> None:
    """None, One and Complex throw, All does not (X-MI-05)."""
    behaviour = loop.get("behavior", "All").strip()
    plan.once = behaviour == "One"
    if behaviour in BEHAVIOURS:
        event = _referring(loop, loop.get(BEHAVIOURS[behaviour]))
        plan.thrown = ((None, _throwing(compilation, process, event, f"{id}#thrown", id)),)
    elif behaviour == "Complex":
        made = []
        for number, one in enumerate(loop.all("complexBehaviorDefinition"), 1):
            for event in (child for child in one.children if child.kind in EVENTS):
                condition = feel_of(compilation, one.first("condition"))
                made.append((condition, _throwing(compilation, process, event, f"{id}#thrown{number}", id)))
        plan.thrown = tuple(made)


def _referring(loop: Element, reference: str) -> Element:
    """An event that refers to the definition which an attribute of the loop names."""
    event = Element("implicitThrowEvent", {}, loop.line, loop, loop.index)
    if reference:
        child = Element("eventDefinitionRef", {}, loop.line, event, loop.index)
        child.text, child.prefixes = reference, loop.prefixes
        event.children.append(child)
    return event


def _throwing(compilation: Compilation, process: Process, event: Element, id: str, owner: str) -> str:
    """A node in the outer instance that throws; gives its position. Nothing defined: the default signal."""
    node = Node(id, event.name, "implicitThrowEvent")
    node.enter, node.work, node.choose = throwing.throw, throwing.throw_work, choose
    node.trigger = trigger_of(compilation, event)
    if node.trigger.kind == "none":
        node.trigger.kind = "own signal"
    for trigger in node.trigger.each():
        if trigger.kind != "own signal" and (
            trigger.kind not in THROWABLE or trigger.kind not in throwing.THROWN
        ):
            compilation.fault(
                event, "V-MI-03", f"a multi-instance does not throw {trigger.kind}", "throw a signal"
            )
    process.nodes[id] = process.positions[id] = node
    process.parents[id] = owner
    return id
