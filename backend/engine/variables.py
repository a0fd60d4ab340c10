"""Where variables are written: io mappings, results, and the merge outward (C8-VAR-01 to C8-VAR-04,
C8-IO)."""

from typing import Any

from . import events as ev
from .expressions import Mapping
from .nodes import Node, Process
from .run import Problem, Run
from .state import ROOT


def put(target: dict[str, Any], path: tuple[str, ...], value: Any) -> None:
    """Set `value` at a dotted path; contexts on the way are copied and extended, else made (C8-VAR-04)."""
    for name in path[:-1]:
        inner = target.get(name)
        target[name] = target = dict(inner) if isinstance(inner, dict) else {}
    target[path[-1]] = value


def map_inputs(run: Run, node: Node, scope: int) -> None:
    """Evaluate the inputs in document order, each seeing the earlier ones, into the local scope
    (C8-IO-01)."""
    context = dict(run.context(scope))
    local = dict(run.state.scopes[scope].variables)
    for mapping in node.inputs:
        put(local, mapping.path, _mapped(run, mapping, context))
        context[mapping.path[0]] = local[mapping.path[0]]
    run.emit(ev.VariablesSet(scope, local))


def map_outputs(run: Run, node: Node, scope: int) -> dict[str, Any]:
    """What leaves the local scope (C8-IO-02): top names with their values, to be merged from the parent
    on."""
    context = dict(run.context(scope))
    outer = run.context(run.state.scopes[scope].parent)
    leaving: dict[str, Any] = {}
    for mapping in node.outputs:
        value = _mapped(run, mapping, context)
        top = mapping.path[0]
        if len(mapping.path) > 1 and top not in leaving and isinstance(outer.get(top), dict):
            leaving[top] = outer[top]
        put(leaving, mapping.path, value)
    return leaving


def _mapped(run: Run, mapping: Mapping, context: dict[str, Any]) -> Any:
    return run.value(mapping.source, context, "mapping")


def merge(run: Run, scope: int, variables: dict[str, Any]) -> None:
    """Each variable goes to the nearest scope outward that has it, else to the process's own (C8-VAR-02);
    nothing leaves a closed scope."""
    if not variables:
        return
    if run.process.aliases:
        variables = by_all_names(run.process, variables)
    scopes = run.state.scopes
    while scope != ROOT and not scopes[scope].closed and not scopes[scope].variables:
        scope = scopes[scope].parent
    if scope == ROOT:
        run.emit(ev.VariablesSet(scope, variables))
        return
    written: dict[int, dict[str, Any]] = {}
    for name, value in variables.items():
        at = scope
        while scopes[at].parent and not scopes[at].closed and name not in scopes[at].variables:
            at = scopes[at].parent
        written.setdefault(at, {})[name] = value
    for at, values in written.items():
        run.emit(ev.VariablesSet(at, values))


def by_all_names(process: Process, variables: dict[str, Any]) -> dict[str, Any]:
    """Variables that are data objects with several names, under each of them (X-DATA-01)."""
    aliases = process.aliases
    return {other: value for name, value in variables.items() for other in aliases.get(name, (name,))}


def result(run: Run, node: Node, scope: int, variables: dict[str, Any]) -> None:
    """The result of an instance's work: local when output mappings or associations decide what leaves, else
    merged outward."""
    if node.keeps:
        if variables:
            run.emit(ev.VariablesSet(scope, variables))
    else:
        merge(run, scope, variables)


def need_text(value: Any, what: str) -> str:
    """A correlation key or the like: a text, or a number in plain notation. Problem else (C8-MSG-01)."""
    if isinstance(value, str):
        return value
    if value is None or isinstance(value, bool | dict | list):
        raise Problem("message", f"{what} must be a text or a number")
    return format(value, "f") if hasattr(value, "as_tuple") else str(value)
