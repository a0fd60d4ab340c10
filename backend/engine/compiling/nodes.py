"""One flow node of the file as a Node: behaviour by the table, details by its kind."""

from typing import Final

from backend.engine.elements import adhoc, data
from backend.engine.elements.table import (
    CANCELLING,
    COMPENSATING,
    EVENTS,
    GATEWAYS,
    JOB,
    SEND,
    TASKS,
    WAITING,
    Behaviour,
)
from backend.engine.elements.tasks import through
from backend.engine.model import Element
from backend.engine.moves import choose, complete
from backend.engine.nodes import Node
from backend.engine.run import Problem

from .adhoc import adhoc_plan
from .calls import becomes, call_plan, global_task, may_be_called
from .data import data_plan
from .events import message, trigger_of
from .extensions import default_job, job_plan, read_extensions, task_plan, variable_path
from .faulty import Compilation
from .loops import leaving

FLOW_NODES: Final = frozenset({*TASKS, *GATEWAYS, *EVENTS})


def compile_node(compilation: Compilation, element: Element) -> Node:
    """The node, without its flows. What cannot run becomes a fault."""
    node = Node(compilation.prefix + element.id, element.name, element.kind)
    node.line = element.line
    node.done = complete
    read_extensions(compilation, element, node)
    behaviour = _behaviour(compilation, element, node)
    if behaviour is not None:
        node.enter, node.work, node.choose = behaviour
        _details(compilation, element, node)
    _data(compilation, element, node)
    return node


def _data(compilation: Compilation, element: Element, node: Node) -> None:
    """Data inputs and outputs; a plain script's result is its only output."""
    node.data = plan = data_plan(compilation, element, node)
    node.keeps = bool(node.outputs)
    if plan is None:
        return
    node.keeps |= bool(plan.out_of)
    if element.kind == "scriptTask" and not node.result and len(plan.outputs) == 1:
        node.result = plan.outputs[0].name
    if element.kind == "startEvent" and plan.out_of:
        node.enter, node.work = data.start, data.start_work


def _behaviour(compilation: Compilation, element: Element, node: Node) -> Behaviour | None:
    kind = element.kind
    if kind in EVENTS:
        return _event_behaviour(compilation, element, node)
    if kind in ("scriptTask", "businessRuleTask") and element.extension("zeebe:taskDefinition") is not None:
        return JOB
    if kind == "businessRuleTask" and element.extension("zeebe:calledDecision") is None:
        return JOB
    if kind == "sendTask" and _sends(element):
        return SEND
    if kind in TASKS:
        return TASKS[kind]
    return GATEWAYS[kind]


def _sends(element: Element) -> bool:
    """Whether a send task itself sends its message: no job, operation or implementation is to do it."""
    if element.get("operationRef") or element.extension("zeebe:taskDefinition") is not None:
        return False
    return bool(element.get("messageRef")) and element.get("implementation", "##").startswith("##")


def _event_behaviour(compilation: Compilation, element: Element, node: Node) -> Behaviour | None:
    triggers, behaviour = EVENTS[element.kind]
    node.trigger = trigger_of(compilation, element)
    kind = node.trigger.kind
    if kind not in triggers:
        text = f"a {kind} {element.kind} is not executed"
        compilation.fault(element, "V-EVT-01", text, "move it or change its trigger")
        return None
    flag = "cancelActivity" if element.kind == "boundaryEvent" else "isInterrupting"
    node.interrupting = kind in ("error", "cancel") or element.get(flag, "true") in ("true", "1")
    if element.kind in ("endEvent", "intermediateThrowEvent"):
        if element.extension("zeebe:taskDefinition") is not None:
            return JOB
        if kind == "none":
            return through, complete, choose
    if kind == "link":
        return through, complete, choose
    if kind == "multiple" and any(one.kind == "cancel" for one in node.trigger.members):
        return CANCELLING
    waited = node.trigger.waited() if element.kind in ("endEvent", "intermediateThrowEvent") else None
    if waited is not None:
        node.trigger.activity, node.trigger.wait = node.trigger.members[waited].activity, True
        return COMPENSATING
    return WAITING.get((element.kind, kind), behaviour)


def _details(compilation: Compilation, element: Element, node: Node) -> None:
    kind = element.kind
    if node.work is JOB[1]:
        node.job = job_plan(compilation, element) or default_job(compilation, element)
    elif kind == "userTask":
        node.task = task_plan(compilation, element)
    elif kind == "receiveTask" or node.work is SEND[1]:
        node.trigger = message(compilation, element, element)
    elif kind == "callActivity":
        _call(compilation, element, node)
    elif kind == "adHocSubProcess":
        node.adhoc, node.done = adhoc_plan(compilation, element, node.id), adhoc.emptied
        node.outputs += leaving(node.adhoc.result)
    elif kind == "scriptTask":
        _script(compilation, element, node)
    elif kind == "businessRuleTask":
        _decision(compilation, element, node)
    elif kind == "complexGateway":
        condition = element.first("activationCondition")
        if condition is not None and condition.text.strip():
            node.activation = compilation.feel(condition, condition.text)
    elif kind == "eventBasedGateway" and element.get("eventGatewayType") == "Parallel":
        node.enter = through


def _call(compilation: Compilation, element: Element, node: Node) -> None:
    """A global task is compiled in the call's place; processes are noted, to be compiled later."""
    node.call = call_plan(compilation, element)
    if node.call is None:
        return
    found = global_task(compilation, node.call)
    if found is not None:
        becomes(node, compile_node(*found))
        node.call = None
        return
    compilation.calls[node.id] = may_be_called(compilation, node.call)


def _script(compilation: Compilation, element: Element, node: Node) -> None:
    """zeebe:script, or a plain script in FEEL; anything else V-TASK-05, nothing at all is a no-op
    (V-TASK-02)."""
    extension = element.extension("zeebe:script")
    plain = element.first("script")
    if extension is not None:
        node.script = compilation.feel(extension, extension.get("expression"), "C8-SCR-01")
        _result(compilation, extension, node)
    elif plain is not None and plain.text.strip():
        node.script = compilation.feel(plain, plain.text, "C8-SCR-01")


def _decision(compilation: Compilation, element: Element, node: Node) -> None:
    extension = element.extension("zeebe:calledDecision")
    assert extension is not None
    which = compilation.value(extension, extension.get("decisionId"))
    _result(compilation, extension, node)
    if which is None or not which.text:
        compilation.fault(
            extension, "C8-DEC-01", "the called decision has no decisionId", "name the decision"
        )
        return
    if which.expression is None and not any(
        has_decision(model, which.text) for model in compilation.decisions
    ):
        compilation.fault(
            extension, "C8-DEC-01", f"no decision {which.text!r} among the tables given", "add its DMN file"
        )
    node.decision = (Decisions(compilation.decisions), which)


def _result(compilation: Compilation, extension: Element, node: Node) -> None:
    name = extension.get("resultVariable")
    if name and variable_path(compilation, extension, name):
        node.result = name


def has_decision(model: object, name: str) -> bool:
    """Whether a DMN model holds a decision or decision service of this id."""
    return name in model  # type: ignore[operator]


class Decisions:
    """The DMN models that a process may call; called with a decision's id, it gives the model that holds
    it."""

    def __init__(self, models: tuple[object, ...]) -> None:
        self.models = models

    def __call__(self, name: str) -> object:
        for model in self.models:
            if has_decision(model, name):
                return model
        raise Problem("decision", f"no decision of the id {name!r}")


__all__ = ["FLOW_NODES", "compile_node"]
