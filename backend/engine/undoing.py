"""What compensation remembers in scopes between commands: what has completed inside, what is left to undo.

The completed activities of a scope stand in its memory, oldest first, as long as it lives; a compensation
takes them out of it, so that each completion is compensated at most once (X-COMP-02).
"""

from collections.abc import Iterable
from typing import Any, Final, NamedTuple

from .state import Scope, State

COMPLETED: Final = "completed"  # entries, oldest first
LEFT: Final = "left"  # of a compensating instance: groups of entries, the next one last
RESTORED: Final = "restored"  # a completed scope stands again, to be compensated
PASSED: Final = "passed"  # a throw whose token has gone on (X-COMP-05)
CANCELS: Final = "cancels"  # a cancel end event (X-TX-02)

ROUNDS: Final = "rounds"  # a loop: its entries are the rounds
TOGETHER: Final = "together"  # a parallel multi-instance: its entries are compensated together (X-COMP-04)
CONTENT: Final = "content"  # a scope that had not completed itself: its own handlers do not count (X-COMP-08)


class Entry(NamedTuple):
    """One completed activity. order: what has the higher one completed later. round: as in Scope. mode: "" or
    one of the constants. variables: a snapshot of its scope, None where its handler sees none. inside: what
    had completed in it, entries as lists."""

    order: int
    element: str
    round: int
    mode: str
    variables: dict[str, Any] | None
    inside: list[list[Any]]


def name(element: str, what: str) -> str:
    """The name of one of these things in a scope's memory."""
    return f"{element}:{what}"


def remembered(scope: Scope, what: str) -> Any:
    """One of these things, None when it is not there."""
    return scope.memory.get(f"{scope.element}:{what}")


def completed(scope: Scope) -> list[list[Any]]:
    """What has completed in a scope and can be compensated, oldest first."""
    return remembered(scope, COMPLETED) or []


def entry_of(scope: Scope, order: int, mode: str, snapshot: bool, kept: tuple[str, ...]) -> list[Any]:
    """The entry of an activity that completes now."""
    variables = scope.variables if snapshot else None
    if kept and not snapshot:
        variables = {key: value for key, value in scope.variables.items() if key in kept}
    inside = completed(scope) if snapshot or mode else []
    return list(Entry(order, scope.element, scope.round, mode, variables, inside))


def groups(entries: Iterable[list[Any]]) -> list[list[list[Any]]]:
    """What is compensated one after the other: single entries, or those of a parallel multi-instance."""
    found = []
    for one in entries:
        entry = Entry(*one)
        if entry.mode == ROUNDS:
            found += groups(entry.inside)
        else:
            found.append(entry.inside if entry.mode == TOGETHER else [one])
    return found


def unfinished(state: State, scope: int, sparing: int) -> list[list[Any]]:
    """Entries for what has completed inside scopes that are still active in `scope`, itself not counted; the
    instance `sparing` is passed over (X-COMP-08). Of a compensation under way: what it has left."""
    found: list[list[Any]] = []
    for key, inner in state.scopes.items():
        if inner.parent != scope or key == sparing:
            continue
        left = [one for group in remembered(inner, LEFT) or [] for one in group]
        restored = remembered(inner, RESTORED)
        inside = left + ([] if restored else completed(inner)) + unfinished(state, key, sparing)
        if not restored and (left or _undoes(state, key)):
            found += inside
        elif inside:
            rounds = any(Entry(*one).element == inner.element for one in inside)
            mode = ROUNDS if rounds else CONTENT
            order = max(Entry(*one).order for one in inside)
            found.append(list(Entry(order, inner.element, inner.round, mode, inner.variables, inside)))
    return found


def _undoes(state: State, key: int) -> bool:
    """Whether scopes stand again inside an instance: it is a throw, no scope of its own."""
    return any(inner.parent == key and remembered(inner, RESTORED) for inner in state.scopes.values())


def outline(memory: dict[str, Any]) -> list[tuple[str, Any]]:
    """A scope's memory without data and order of time, and an activity that completed again counted once: for
    telling apart markings of which there are finitely many."""
    return [
        (key, _outlines(value) if key.endswith((f":{COMPLETED}", f":{LEFT}")) else value)
        for key, value in sorted(memory.items())
    ]


def _outlines(entries: list[Any]) -> list[Any]:
    found: dict[str, Any] = {}
    for one in entries:
        grouped = bool(one) and isinstance(one[0], list)
        told = _outlines(one) if grouped else [one[1], one[3], _outlines(one[5])]
        found[repr(told)] = told
    return list(found.values())
