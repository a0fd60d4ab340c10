"""The zeebe extension elements of an activity or event, put into its node (CAMUNDA8.md B)."""

from typing import Final

from backend.engine.expressions import Mapping, Value, constant
from backend.engine.model import Element
from backend.engine.nodes import JobPlan, Node, TaskPlan

from .faulty import Compilation
from .listeners import read_listeners

LATER: Final = {"zeebe:taskListeners": "C8-UT-05", "zeebe:userTaskForm": "C8-FORM-02"}
RESERVED: Final = frozenset(
    [
        "and",
        "or",
        "not",
        "if",
        "then",
        "else",
        "for",
        "in",
        "return",
        "some",
        "every",
        "satisfies",
        "between",
        "instance",
        "of",
        "true",
        "false",
        "null",
        "function",
    ]
)


def read_extensions(compilation: Compilation, element: Element, node: Node) -> None:
    """Mappings, headers and properties, which may stand on any node."""
    if element.first("extensionElements") is None:
        return
    node.inputs = mappings(compilation, element, "zeebe:input")
    node.outputs = mappings(compilation, element, "zeebe:output")
    node.properties = properties(element)
    node.headers = pairs(element, "zeebe:taskHeaders", "zeebe:header", "key")
    node.listeners = read_listeners(compilation, element)
    node.stage = node.properties.get("errand:stage", "")
    for holder in element.all("extensionElements"):
        for child in holder.children:
            if child.kind in LATER:
                compilation.fault(child, LATER[child.kind], f"{child.kind} has no effect", "remove it", "W")


def properties(element: Element) -> dict[str, str]:
    """Its zeebe:properties (C8-PROP-01)."""
    return pairs(element, "zeebe:properties", "zeebe:property", "name")


def pairs(element: Element, holder: str, kind: str, key: str) -> dict[str, str]:
    """Constant texts by key."""
    return {
        child.get(key): child.get("value")
        for group in element.extensions(holder)
        for child in group.all(kind)
    }


def mappings(compilation: Compilation, element: Element, kind: str) -> tuple[Mapping, ...]:
    """The lines of an ioMapping, in document order (C8-IO-01, C8-IO-02)."""
    found = []
    for holder in element.extensions("zeebe:ioMapping"):
        for line in holder.all(kind):
            source = compilation.value(line, line.get("source"))
            path = variable_path(compilation, line, line.get("target"))
            if source is not None and path:
                found.append(Mapping(source, path))
    return tuple(found)


def variable_path(compilation: Compilation, element: Element, text: str) -> tuple[str, ...]:
    """A variable's name, with dots for contexts; () with a fault when it is none (C8-EXPR-03)."""
    path = tuple(text.strip().split("."))
    for name in path:
        if not name.isidentifier() or name in RESERVED:
            compilation.fault(
                element, "C8-EXPR-03", f"{text!r} is no variable name", "use letters, digits and _"
            )
            return ()
    return path


def job_plan(compilation: Compilation, element: Element) -> JobPlan | None:
    """Its zeebe:taskDefinition."""
    definition = element.extension("zeebe:taskDefinition")
    if definition is None:
        return None
    kind = compilation.value(definition, definition.get("type"))
    retries = compilation.value(definition, definition.get("retries") or "3")
    if retries is not None and retries.expression is None and not retries.text.isdigit():
        compilation.fault(definition, "C8-JOB-01", "retries must be a whole number", "write 3")
    if not definition.get("type"):
        compilation.fault(definition, "C8-JOB-01", "the task definition has no type", "name the job type")
    return JobPlan(kind or constant(""), retries or constant("3"))


def default_job(compilation: Compilation, element: Element) -> JobPlan:
    """The job of a task without taskDefinition: its operation's name, implementation or id (X-ACT-08)."""
    operation = compilation.definitions.resolve(element, element.get("operationRef"))
    implementation = element.get("implementation")
    if implementation.startswith("##"):
        implementation = ""
    name = (operation.name if operation is not None else "") or implementation or element.id
    return JobPlan(constant(name), constant("3"))


def task_plan(compilation: Compilation, element: Element) -> TaskPlan:
    """Form, assignment, schedule and priority of a user task (C8-FORM-01, C8-UT)."""
    plan = TaskPlan()
    form = element.extension("zeebe:formDefinition")
    if form is not None:
        plan.form = form.get("formId") or form.get("externalReference") or form.get("formKey")
    plan.assignee = _attribute(compilation, element, "zeebe:assignmentDefinition", "assignee")
    plan.groups = _attribute(compilation, element, "zeebe:assignmentDefinition", "candidateGroups")
    plan.users = _attribute(compilation, element, "zeebe:assignmentDefinition", "candidateUsers")
    plan.due = _attribute(compilation, element, "zeebe:taskSchedule", "dueDate")
    plan.follow_up = _attribute(compilation, element, "zeebe:taskSchedule", "followUpDate")
    plan.priority = _attribute(compilation, element, "zeebe:priorityDefinition", "priority")
    written = (plan.assignee, plan.groups, plan.users, plan.due, plan.follow_up, plan.priority)
    plan.bare = all(one is None for one in written)
    if element.extension("zeebe:userTask") is None:
        compilation.fault(
            element,
            "C8-UT-01",
            "the user task has no zeebe:userTask",
            "set its implementation to Zeebe user task",
            "W",
        )
    return plan


def _attribute(compilation: Compilation, element: Element, kind: str, attribute: str) -> Value | None:
    holder = element.extension(kind)
    text = holder.get(attribute) if holder is not None else ""
    return compilation.value(holder or element, text) if text else None
