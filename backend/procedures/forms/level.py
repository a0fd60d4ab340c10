"""Puts the components of a level into an order in which each comes after those it depends on (FJ-COND-02)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from backend.procedures.expressions import Feel, Place
from backend.procedures.forms.nodes import Level, Node, Path, Step


def arrange(components: tuple[Node, ...], place: Place) -> Level:
    """The level with its steps, known keys and, where it is simple, its fast way. Cycles are faults."""
    found = list(_walk(components, ()))
    steps = [Step(node, parents, index) for index, (node, parents) in enumerate(found)]
    _check_paths(steps, place)
    ordered = _ordered(steps, place)
    nested = any(len(step.node.path) > 1 for step in steps)
    return Level(components, tuple(ordered), _key_tree(steps), nested, _plain(steps))


def _walk(nodes: tuple[Node, ...], parents: tuple[Node, ...]) -> Iterator[tuple[Node, tuple[Node, ...]]]:
    for node in nodes:
        yield node, parents
        yield from _walk(node.children, (*parents, node))


def _check_paths(steps: list[Step], place: Place) -> None:
    """FJ-DATA-01: equal paths only in fields that hide each other; no path below another field's."""
    owners: dict[Path, Step] = {}
    for step in steps:
        path = step.node.path
        if not path:
            continue
        other = owners.get(path)
        if other is not None and not (_may_hide(step) and _may_hide(other)):
            remedy = "Rename one, or give both a condition that hides one when the other is shown."
            place.at(step.node.name).fault("FJ-02", f"Two components have the key {step.node.name}.", remedy)
        owners[path] = step
    for path in owners:
        for length in range(1, len(path)):
            if path[:length] in owners:
                text = f"The key {'.'.join(path)} lies below the key {'.'.join(path[:length])}."
                place.at(".".join(path)).fault("FJ-DATA-01", text, "Rename one of them.")


def _may_hide(step: Step) -> bool:
    return any(isinstance(node.hide, Feel) for node in (step.node, *step.parents))


def _ordered(steps: list[Step], place: Place) -> list[Step]:
    """Document order, but each step after the fields that its conditions name."""
    by_word: dict[str, list[Step]] = {}
    for step in steps:
        if step.node.path:
            by_word.setdefault(step.node.path[0], []).append(step)
    by_node = {id(step.node): step for step in steps}
    done: dict[int, bool] = {}
    ordered: list[Step] = []

    def visit(step: Step, way: tuple[str, ...]) -> None:
        state = done.get(step.index)
        if state is True:
            return
        if state is False:
            circle = " → ".join((*way, step.node.name or step.node.id))
            remedy = "Let the condition look at fields that do not depend on this one."
            place.at(step.node.name or step.node.id).fault(
                "FJ-COND-02", f"The conditions depend on each other: {circle}.", remedy
            )
            return
        done[step.index] = False
        here = (*way, step.node.name or step.node.id)
        for parent in step.parents:
            visit(by_node[id(parent)], here)
        for word in sorted(step.node.needs):
            for other in by_word.get(word, ()):
                if other is not step or isinstance(step.node.hide, Feel):
                    visit(other, here)
        done[step.index] = True
        ordered.append(step)

    for step in steps:
        visit(step, ())
    return ordered


def _key_tree(steps: list[Step]) -> dict[str, Any]:
    """Nested dict of the paths that answers may hold; a leaf is the node."""
    tree: dict[str, Any] = {}
    for step in steps:
        *way, last = step.node.path or ("",)
        if not step.node.path:
            continue
        inner = tree
        for name in way:
            inner = inner.setdefault(name, {})
            if not isinstance(inner, dict):
                break
        else:
            inner.setdefault(last, step.node)
    return tree


def _plain(steps: list[Step]) -> tuple[tuple[str, Node], ...] | None:
    """The fields alone, if nothing in the level needs more than one look at each."""
    plain: list[tuple[str, Node]] = []
    for step in steps:
        node = step.node
        if (
            node.hide
            or node.disabled
            or node.readonly
            or node.bounds
            or node.fact
            or node.computed
            or node.rows
        ):
            return None
        if node.search is not None or node.needs or len(node.path) > 1:
            return None
        if node.check is not None:
            plain.append((node.path[0], node))
    return tuple(plain)
