"""What call activities call: processes of this file and of the deployment's others, and global tasks."""

from typing import Final

from backend.engine.expressions import Value, constant
from backend.engine.model import Element
from backend.engine.nodes import CallPlan, Node

from .faulty import Compilation

GLOBAL_TASKS: Final = {
    "globalTask": "task",
    "globalUserTask": "userTask",
    "globalManualTask": "manualTask",
    "globalScriptTask": "scriptTask",
    "globalBusinessRuleTask": "businessRuleTask",
}
CALLABLE: Final = frozenset({"process", *GLOBAL_TASKS})


def call_plan(compilation: Compilation, element: Element) -> CallPlan | None:
    """The called process (zeebe:calledElement wins); None with a fault when none is named, or calledElement
    names what the deployment does not have (V-CALL-01)."""
    extension = element.extension("zeebe:calledElement")
    name = extension.get("processId") if extension is not None else ""
    called: Value | None
    if extension is not None and name:
        called = compilation.value(extension, name)
    else:
        name = element.get("calledElement").strip().rpartition(":")[2]
        called = constant(name)
    if not name:
        compilation.fault(element, "V-CALL-01", "the call activity names no process", "set calledElement")
        return None
    if called is None:
        return None
    here = (extension is not None and extension.get("processId")) or name in compilation.definitions.by_id
    if not here and find_called(compilation, name) is None:
        text = f"calledElement names {name!r}, which is in no file of the deployment"
        compilation.fault(element, "V-CALL-01", text, "correct it, or deploy both together")
        return None
    into, back = (_flag(extension, f"propagateAll{whose}Variables") for whose in ("Parent", "Child"))
    return CallPlan(called, into, back)


def _flag(extension: Element | None, attribute: str) -> bool:
    return extension is None or extension.get(attribute, "true").strip() not in ("false", "0")


def global_task(compilation: Compilation, plan: CallPlan) -> tuple[Compilation, Element] | None:
    """The global task that a plan names, written as the task that it stands for, and the compilation of its
    file (X-CALL-04)."""
    found = find_called(compilation, plan.process.text) if plan.process.expression is None else None
    if found is None or found[1].kind == "process":
        return None
    return found[0], as_task(found[1])


def as_task(element: Element) -> Element:
    """A global task written as the task that it stands for."""
    task = Element(
        GLOBAL_TASKS[element.kind], element.attributes, element.line, element.parent, element.index
    )
    task.children, task.text, task.prefixes = element.children, element.text, element.prefixes
    return task


def as_process(element: Element) -> Element:
    """A global task as a process of this one task, for calls that name it only when they run."""
    process = Element("process", {"id": f"{element.id}#called"}, element.line, element.parent, element.index)
    process.children = [as_task(element)]
    return process


def becomes(node: Node, task: Node) -> None:
    """A call of a global task is that task; what the call itself says of mappings comes first."""
    node.enter, node.work, node.choose = task.enter, task.work, task.choose
    node.kind, node.name = task.kind, node.name or task.name
    node.inputs, node.outputs = node.inputs + task.inputs, node.outputs or task.outputs
    node.task, node.job, node.script, node.result = task.task, task.job, task.script, task.result
    node.decision, node.stage = task.decision, node.stage or task.stage
    node.properties, node.headers = task.properties | node.properties, task.headers | node.headers


def find_called(compilation: Compilation, name: str) -> tuple[Compilation, Element] | None:
    """A process or global task by id: of this file, else of the first other file that has it."""
    for definitions in (compilation.definitions, *compilation.files):
        element = definitions.by_id.get(name)
        if element is not None and element.kind in CALLABLE:
            return compilation.beside(definitions, element.id), element
    return None


def may_be_called(compilation: Compilation, plan: CallPlan) -> tuple[str, ...]:
    """Ids of what a plan can come to mean; all executable processes and global tasks when FEEL decides."""
    if plan.process.expression is None:
        return (plan.process.text,)
    return tuple(
        one.id
        for definitions in compilation.files
        for one in definitions.root.children
        if one.kind in GLOBAL_TASKS or (one.kind == "process" and one.get("isExecutable") in ("true", "1"))
    )
