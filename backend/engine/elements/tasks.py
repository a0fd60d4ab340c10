"""Tasks: for people, for machines, and those that take no time."""

from typing import Any

from backend.engine import events as ev
from backend.engine.feel.structures import Function
from backend.engine.moves import complete, enter, pass_on, stop_at
from backend.engine.nodes import Node
from backend.engine.offering import offer_task, start_job
from backend.engine.run import Problem, Run
from backend.engine.variables import merge, put, result

user_work = offer_task
job_work = start_job


def through(run: Run, node: Node, scope: int, position: str) -> None:
    """Manual and undefined tasks, none events, merges: complete at once (X-ACT-07, X-THROW-01)."""
    if not node.plain and _holds_more(node):
        enter(run, node, scope, position)
        return
    try:
        taken = node.taken if node.taken is not None else node.choose(run, node, scope)
    except Problem as problem:
        stop_at(run, node, scope, position, problem)
        return
    pass_on(run, node, scope, position, taken)


def _holds_more(node: Node) -> bool:
    """Whether there is more to it than its work, so that it needs an instance."""
    held = node.inputs or node.outputs or node.catchers
    return bool(held) or node.data is not None or node.undo is not None


def script(run: Run, node: Node, scope: int, position: str) -> None:
    """FEEL into the result variable (C8-SCR-01); an instance only when it has mappings or events of its
    own."""
    if not node.plain and _holds_more(node):
        enter(run, node, scope, position)
        return
    try:
        merge(run, scope, _script_result(run, node, scope))
        taken = node.taken if node.taken is not None else node.choose(run, node, scope)
    except Problem as problem:
        stop_at(run, node, scope, position, problem)
        return
    pass_on(run, node, scope, position, taken)


def script_work(run: Run, node: Node, key: int) -> None:
    """A script task's instance."""
    result(run, node, key, _script_result(run, node, key))
    complete(run, node, key)


def _script_result(run: Run, node: Node, scope: int) -> dict[str, Any]:
    if node.script is None:
        return {}
    return named(node, run.value(node.script, run.context(scope)))


def rule_work(run: Run, node: Node, key: int) -> None:
    """A business rule task: the called decision into the result variable (C8-DEC-01)."""
    assert node.decision is not None
    model, which = node.decision
    context = run.context(key)
    name = run.text(which, context, "decision", "a decision's id")
    outcome = run.decision(model, name, context)
    if outcome.value is None and outcome.diagnostics:
        first = outcome.diagnostics[0]
        raise Problem("decision", f"{name}: {first.rule}: {first.text}")
    run.emit(ev.DecisionMade(node.id, name, fired(outcome), used(outcome)))
    result(run, node, key, named(node, outcome.value))
    complete(run, node, key)


def fired(outcome: Any) -> tuple[str, ...]:
    """The rules that made a decision's result, each as `table:number`, in the order of evaluation."""
    return tuple(
        f"{table.element}:{number}"
        for decision in outcome.trace
        for table in decision.tables
        for number in table.chosen
    )


def used(outcome: Any) -> dict[str, Any]:
    """By table, the values of its inputs and its result, of one that was evaluated again the last; and the
    result of the whole."""
    tables = [table for decision in outcome.trace for table in decision.tables if table.chosen]
    return {
        "inputs": {table.element: [_storable(each.value) for each in table.inputs] for table in tables},
        "results": {table.element: _storable(table.result) for table in tables},
        "result": _storable(outcome.value),
    }


def _storable(value: Any) -> Any:
    """The value without functions, which cannot be stored."""
    if isinstance(value, dict):
        return {name: _storable(each) for name, each in value.items()}
    if isinstance(value, list):
        return [_storable(each) for each in value]
    return None if isinstance(value, Function) else value


def named(node: Node, value: Any) -> dict[str, Any]:
    """A result under its variable's name, whose dots build contexts (C8-VAR-04); nothing without a name."""
    if not node.result:
        return {}
    if "." not in node.result:
        return {node.result: value}
    holder: dict[str, Any] = {}
    put(holder, tuple(node.result.split(".")), value)
    return holder
