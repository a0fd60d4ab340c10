"""Ad-hoc sub-processes as plans, and what is inside them made to tell of its end."""

from backend.engine.elements import adhoc
from backend.engine.elements.table import TASKS
from backend.engine.elements.tasks import script, through
from backend.engine.model import Element
from backend.engine.moves import enter
from backend.engine.nodes import Choose, Node, Process
from backend.engine.plans import AdHocPlan

from .faulty import Compilation
from .loops import feel_of, variable_of


def adhoc_plan(compilation: Compilation, element: Element, id: str) -> AdHocPlan:
    """Ordering, condition and zeebe:adHoc of an ad-hoc sub-process."""
    plan = AdHocPlan(id)
    plan.sequential = element.get("ordering").strip() == "Sequential"
    plan.cancel = element.get("cancelRemainingInstances", "true").strip() in ("true", "1")
    plan.condition = feel_of(compilation, element.first("completionCondition"))
    if element.extension("zeebe:taskDefinition") is not None:
        text = "no machine chooses what begins in an ad-hoc sub-process"
        compilation.fault(
            element, "C8-ADHOC-01", text, "name the activities in activeElementsCollection", "W"
        )
    zeebe = element.extension("zeebe:adHoc")
    if zeebe is not None:
        if zeebe.get("activeElementsCollection"):
            plan.active = compilation.feel(zeebe, zeebe.get("activeElementsCollection"), "C8-ADHOC-01")
        plan.result = variable_of(compilation, zeebe, "outputCollection")
        if plan.result and zeebe.get("outputElement"):
            plan.output = compilation.feel(zeebe, zeebe.get("outputElement"), "C8-ADHOC-01")
    return plan


def inside_adhoc(process: Process, around: Node) -> None:
    """Let an ad-hoc sub-process hear of what completes inside it, where each activity is an instance."""
    plan = around.adhoc
    assert plan is not None
    for node in [process.nodes[id] for id, parent in process.parents.items() if parent == around.id]:
        activity = node.kind in TASKS
        if activity and node.enter in (through, script):
            node.enter = enter
        if activity or node.enter is enter:
            if node.taken is not None:
                node.choose, node.taken = _always(node.taken), None
            node.closing = adhoc.closing if activity else adhoc.passing
    done = Node(around.id, around.name, around.kind)
    done.enter = adhoc.done
    process.positions[plan.done] = done


def _always(taken: tuple[str, ...]) -> Choose:
    return lambda run, node, scope: taken
