"""Data associations at work: inputs filled before work, outputs brought out after it (X-DATA-03 to -08)."""

from typing import Any

from . import events as ev
from .item_aware import CHOSEN, STORE, WAITS, Association, DataPlan, DataSet, Place
from .nodes import Node
from .run import Problem, Run
from .state import ROOT
from .variables import merge, put


def held(run: Run, place: Place, context: dict[str, Any]) -> Any:
    """What stands at a place; None when it is unavailable (X-DATA-02)."""
    if place.store:
        root = run.state.scopes[ROOT]
        return root.memory.get(f"{root.element}:{place.name}{STORE}")
    return context.get(place.name)


def available(run: Run, association: Association, context: dict[str, Any]) -> bool:
    """Whether all its sources are there."""
    return all(held(run, source, context) is not None for source in association.sources)


def moved(run: Run, association: Association, context: dict[str, Any], current: Any) -> Any:
    """The target's new value: the transformation's result, or the source, or `current` with the assignments
    made in it (X-DATA-05)."""
    target = association.target
    seen = dict(context)
    for place in association.sources:
        if place.store or place.also:
            seen.update(dict.fromkeys((place.name, *place.also), held(run, place, context)))
    if association.transformation is not None:
        value = run.value(association.transformation, seen, "mapping")
    elif association.assignments:
        value = current
    else:
        value = held(run, association.sources[0], context) if association.sources else None
    for assignment in association.assignments:
        holder = {"": value}
        put(holder, ("", *assignment.path), run.value(assignment.source, seen, "mapping"))
        value = holder[""]
        seen.update(dict.fromkeys((target.name, *target.also), value))
    return value


# --- before the work ---


def take_in(run: Run, node: Node, key: int) -> bool:
    """Fill the data inputs of an instance that is Ready; False when it must wait for data (X-DATA-03)."""
    plan = node.data
    assert plan is not None
    scope = run.state.scopes[key]
    unset = {name: None for name in plan.declared if name not in scope.variables}
    if unset:
        run.emit(ev.VariablesSet(key, unset))
    if not plan.into and not plan.input_sets:
        return True
    context = around(run, plan, key)
    number = first_complete(run, plan, context, run.context(key))
    waits = node.id + WAITS
    if number is None:
        if waits not in scope.memory:
            run.emit(ev.Remembered(key, {waits: True}))
        return False
    chosen = plan.input_sets[number] if plan.input_sets else None
    if values := taken(run, plan, chosen, context):
        run.emit(ev.VariablesSet(key, values))
    if waits in scope.memory or (chosen is not None and chosen.pairs):
        run.emit(ev.Remembered(key, {waits: None, node.id + CHOSEN: number}))
    return True


def around(run: Run, plan: DataPlan, key: int) -> dict[str, Any]:
    """What the sources of an instance's inputs are looked up in: an input hides no data of its own name."""
    scope = run.state.scopes[key]
    inputs = {place.name for place in plan.inputs}
    local = {name: value for name, value in scope.variables.items() if name not in inputs}
    return {**run.context(scope.parent), **local}


def first_complete(run: Run, plan: DataPlan, context: dict[str, Any], visible: dict[str, Any]) -> int | None:
    """The number of the first input set whose required inputs are available; 0 where there are no sets."""
    if not plan.input_sets or not run.knows_data:
        return 0
    for number, one in enumerate(plan.input_sets):
        if all(_ready(run, plan, name, context, visible) for name in one.required):
            return number
    return None


def _ready(run: Run, plan: DataPlan, name: str, context: dict[str, Any], visible: dict[str, Any]) -> bool:
    """An input is available when all that fills it is; one that nothing fills, when a value of its name is
    visible."""
    if name in plan.given:
        return True
    filling = [one for one in plan.into if one.target.name == name]
    if not filling:
        return visible.get(name) is not None
    return all(available(run, one, context) for one in filling)


def taken(run: Run, plan: DataPlan, chosen: DataSet | None, context: dict[str, Any]) -> dict[str, Any]:
    """The values that the associations give to the inputs of the chosen set, and to properties."""
    unused = {place.name for place in plan.inputs} - set(chosen.names) if chosen is not None else ()
    values: dict[str, Any] = {}
    for association in plan.into:
        name = association.target.name
        if name not in unused and available(run, association, context):
            values[name] = moved(run, association, context, values.get(name))
    return values


def refresh(run: Run, node: Node, key: int) -> None:
    """Inputs that are taken while the work runs follow their sources (whileExecuting)."""
    plan = node.data
    assert plan is not None
    names = {name for one in plan.input_sets for name in one.running}
    context = around(run, plan, key)
    local = run.state.scopes[key].variables
    for association in plan.into:
        name = association.target.name
        if name in names and available(run, association, context):
            value = moved(run, association, context, local.get(name))
            if local.get(name) != value:
                run.emit(ev.VariablesSet(key, {name: value}))


# --- after the work ---


def bring_out(run: Run, node: Node, key: int) -> None:
    """From the instance's scope outward: payload into outputs, a complete output set, associations
    (X-DATA-04, X-DATA-06). Problem when no output set is complete."""
    plan = node.data
    assert plan is not None
    if not plan.out_of and (plan.spread or not plan.output_sets):
        return
    scope = run.state.scopes[key]
    local = scope.variables if plan.out_of else run.context(key)
    if plan.spread and (values := spread(plan, scope.variables)):
        run.emit(ev.VariablesSet(key, values))
        local = {**local, **values}
    names = complete_set(run, plan, local, scope.memory.get(node.id + CHOSEN))
    for association in plan.out_of:
        if names is None or all(source.name in names for source in _own(plan, association)):
            deliver(run, node, association, run.context(key), scope.parent, key)


def _own(plan: DataPlan, association: Association) -> list[Place]:
    outputs = {place.name for place in plan.outputs}
    return [source for source in association.sources if source.name in outputs]


def complete_set(run: Run, plan: DataPlan, local: dict[str, Any], begun: Any) -> tuple[str, ...] | None:
    """The names of the first output set that is complete, among those that go with the input set begun with;
    None without sets. Problem when there is none (X-DATA-04)."""
    if not plan.output_sets or not run.knows_data:
        return None
    allowed: tuple[int, ...] = ()
    if isinstance(begun, int) and not isinstance(begun, bool) and plan.input_sets:
        allowed = plan.input_sets[begun].pairs
    missing: list[str] = []
    for number, one in enumerate(plan.output_sets):
        if allowed and number not in allowed:
            continue
        lacking = [name for name in one.required if local.get(name) is None]
        if not lacking:
            return one.names
        missing += lacking
    raise Problem("mapping", f"no output set is complete: {', '.join(dict.fromkeys(missing))} is missing")


def spread(plan: DataPlan, payload: dict[str, Any]) -> dict[str, Any]:
    """What came, as data outputs: by name or id; into an only output of another name the only value, else
    all of it."""
    values: dict[str, Any] = {}
    own = {*plan.given, *(place.name for place in plan.inputs)}
    there = {name: value for name, value in payload.items() if value is not None and name not in own}
    for output in plan.outputs:
        for name in (output.name, *output.also):
            if name in there:
                values[output.name] = there[name]
                break
        else:
            if len(plan.outputs) == 1 and there:
                values[output.name] = next(iter(there.values())) if len(there) == 1 else there
    return values


def deliver(
    run: Run, node: Node, association: Association, context: dict[str, Any], scope: int, key: int = 0
) -> None:
    """Write what an output association moves: into a store, a property of the element, or outward from
    `scope`. An unavailable source moves nothing."""
    if not available(run, association, context):
        return
    target = association.target
    outer = run.context(scope) if not association.local else context
    value = moved(run, association, context, held(run, target, outer))
    if target.store:
        run.emit(ev.StoreWritten({target.name: value}, node.id))
    elif not association.local:
        merge(run, scope, {target.name: value})
    elif key:
        run.emit(ev.VariablesSet(key, {target.name: value}))


# --- events that hold nothing ---


def sent(run: Run, node: Node, context: dict[str, Any]) -> dict[str, Any]:
    """The data inputs of a throwing event; it never waits (X-DATA-06)."""
    plan = node.data
    assert plan is not None
    return taken(run, plan, None, context)


def received(run: Run, node: Node, scope: int) -> None:
    """A start event's payload, which is what its scope began with, into outputs and on."""
    plan = node.data
    assert plan is not None
    values = spread(plan, run.state.scopes[scope].variables)
    names = complete_set(run, plan, {**run.context(scope), **values}, None)
    for association in plan.out_of:
        if names is None or all(source.name in names for source in _own(plan, association)):
            deliver(run, node, association, {**run.context(scope), **values}, scope)
