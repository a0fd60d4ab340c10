"""Properties, data objects and stores, inputs, outputs and associations of an element as its data plan."""

from collections.abc import Iterable
from typing import Final

from backend.engine.item_aware import Assignment, Association, DataPlan, DataSet, Place
from backend.engine.model import Element
from backend.engine.model.metamodel import is_a
from backend.engine.nodes import Node

from .faulty import Compilation

PLACEHOLDER: Final = "__targetRef_placeholder"  # the property that drawing tools let an arrow end at
DATA: Final = frozenset(
    {"property", "dataObject", "ioSpecification", "dataInput", "dataOutput"}
    | {"dataInputAssociation", "dataOutputAssociation"}
)
INPUTS: Final = ("dataInputRefs", "optionalInputRefs", "whileExecutingInputRefs")
OUTPUTS: Final = ("dataOutputRefs", "optionalOutputRefs", "whileExecutingOutputRefs")


def data_plan(compilation: Compilation, element: Element, node: Node) -> DataPlan | None:
    """What an activity or event does with data; None for nothing (X-DATA-01 to X-DATA-08)."""
    if not any(child.kind in DATA for child in element.children):
        return None
    plan = DataPlan()
    plan.declared = declared(compilation, element)
    specification = element.first("ioSpecification")
    holder = specification if specification is not None else element
    plan.inputs = _places(compilation, holder.all("dataInput"))
    plan.outputs = _places(compilation, holder.all("dataOutput"))
    plan.into = _associations(compilation, element, "dataInputAssociation")
    plan.out_of = _associations(compilation, element, "dataOutputAssociation")
    plan.spread = _answered(element)
    plan.given = frozenset(_given(compilation, element, node))
    if specification is not None:
        _sets(compilation, specification, plan)
    used = (plan.declared, plan.inputs, plan.outputs, plan.into, plan.out_of, plan.input_sets)
    return plan if any(used) else None


def _answered(element: Element) -> bool:
    """Whether what comes is one message, and its item a data output: of events, receive tasks, operations."""
    operation = element.kind == "serviceTask" and bool(element.get("operationRef"))
    return is_a(element.kind, "CatchEvent") or element.kind == "receiveTask" or operation


def declared(compilation: Compilation, container: Element) -> tuple[str, ...]:
    """The variables that an activity, event or sub-process has of its own."""
    found: dict[str, None] = {}
    for child in container.children:
        if child.kind == "property" and child.name != PLACEHOLDER:
            found[child.name or child.id] = None
        elif child.kind == "dataObject":
            found.update(dict.fromkeys(compilation.names.of(child)))
    return tuple(found)


def place(compilation: Compilation, item: Element) -> Place:
    """Where the value of an item-aware element stands (X-DATA-01); a reference means what it refers to."""
    names = compilation.names
    if item.kind == "dataObjectReference":
        target = compilation.definitions.resolve(item, item.get("dataObjectRef"))
        item = target if target is not None else item
    if item.kind == "dataStoreReference":
        store = compilation.definitions.resolve(item, item.get("dataStoreRef"))
        name = (store.name or store.id) if store is not None else (item.name or item.id)
        return Place(name, (item.name or item.id, item.id), store=True)
    if item.kind == "dataStore":
        return Place(item.name or item.id, (item.id,), store=True)
    if item.kind == "dataObject":
        return Place(names.of(item)[0], (*names.of(item)[1:], *names.ids(item)))
    return Place(item.name or item.id, (item.id,))


def _places(compilation: Compilation, items: Iterable[Element]) -> tuple[Place, ...]:
    return tuple(place(compilation, item) for item in items)


def _given(compilation: Compilation, element: Element, node: Node) -> Iterable[str]:
    """Names that zeebe mappings or a loop give values to."""
    for mapping in node.inputs:
        yield mapping.path[0]
    loop = element.first("multiInstanceLoopCharacteristics")
    if loop is not None:
        zeebe = loop.extension("zeebe:loopCharacteristics")
        if zeebe is not None and zeebe.get("inputElement"):
            yield zeebe.get("inputElement")
        for item in loop.all("inputDataItem"):
            yield item.name or item.id


# --- input and output sets ---


def _sets(compilation: Compilation, specification: Element, plan: DataPlan) -> None:
    inputs, outputs = list(specification.all("inputSet")), list(specification.all("outputSet"))
    plan.input_sets = tuple(_set(compilation, one, INPUTS) for one in inputs)
    plan.output_sets = tuple(_set(compilation, one, OUTPUTS) for one in outputs)
    for one, compiled in zip(inputs, plan.input_sets, strict=True):
        paired = _named(compilation, one, "outputSetRefs")
        compiled.pairs = tuple(number for number, other in enumerate(outputs) if other in paired)


def _set(compilation: Compilation, one: Element, refs: tuple[str, str, str]) -> DataSet:
    names, optional, running = (
        [place(compilation, item).name for item in _named(compilation, one, ref)] for ref in refs
    )
    waited = running if refs is INPUTS else []
    required = tuple(name for name in names if name not in optional and name not in waited)
    return DataSet(tuple(names), required, tuple(running))


def _named(compilation: Compilation, holder: Element, kind: str) -> list[Element]:
    found = (compilation.definitions.resolve(one, one.text) for one in holder.all(kind))
    return [one for one in found if one is not None]


# --- associations ---


def _associations(compilation: Compilation, owner: Element, kind: str) -> tuple[Association, ...]:
    found = (_association(compilation, owner, one) for one in owner.all(kind))
    return tuple(one for one in found if one is not None)


def _association(compilation: Compilation, owner: Element, element: Element) -> Association | None:
    """One association; None for an arrow that is only drawn."""
    targets = _named(compilation, element, "targetRef")
    if not targets or targets[0].name == PLACEHOLDER:
        return None
    sources = _places(compilation, _named(compilation, element, "sourceRef"))
    found = Association(sources, place(compilation, targets[0]))
    found.local = _own(targets[0], owner)
    transformation = element.first("transformation")
    if transformation is not None and transformation.text.strip():
        found.transformation = compilation.feel(transformation, transformation.text.strip(), "X-DATA-05")
    made = (_assignment(compilation, one, found.target) for one in element.all("assignment"))
    found.assignments = tuple(one for one in made if one is not None)
    return found if sources or found.transformation or found.assignments else None


def _own(target: Element, owner: Element) -> bool:
    """Whether a target ends with the element itself: its property, or the part of a collection that its
    instance gives."""
    holder = target.parent
    if target.kind == "property":
        return holder is owner
    return (
        target.kind in ("inputDataItem", "outputDataItem") and holder is not None and holder.parent is owner
    )


def _assignment(compilation: Compilation, element: Element, target: Place) -> Assignment | None:
    source, to = element.first("from"), element.first("to")
    if source is None or to is None:
        return None
    value = compilation.feel(source, source.text.strip(), "X-DATA-05")
    text = to.text.strip().removeprefix("=").strip()
    path = _path(text, target)
    if any(not name.isidentifier() for name in path):
        fix = f"write a name inside it, or {target.name!r} itself"
        compilation.fault(to, "X-DATA-05", f"{text!r} is no path into {target.name}", fix)
        return None
    return Assignment(value, path) if value is not None else None


def _path(text: str, target: Place) -> tuple[str, ...]:
    """The names inside the target that `to` means; the target's own name may come first."""
    for name in (target.name, *target.also):
        if text == name:
            return ()
        if text.startswith(name + "."):
            text = text[len(name) + 1 :]
            break
    return tuple(part.strip() for part in text.split(".")) if text not in ("", ".") else ()
