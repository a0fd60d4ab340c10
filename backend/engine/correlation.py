"""Correlation of plain BPMN: conversations by keys (X-CORR-01) and by the process's own data (X-CORR-02).

A message belongs to a conversation when every key it can be asked for agrees. The first message sent or
received fixes a key's values; a subscription's expected values are computed whenever they are asked for, so
that they follow the data. A null anywhere is no match (X-CORR-03).
"""

from typing import Any

from . import events as ev
from .expressions import Value
from .item_aware import FIXED
from .nodes import Process
from .run import Run
from .state import ROOT
from .variables import need_text


class Key:
    """A correlation key. paths: by message name, how the value of each property is found in its payload.
    expected: how each is found in the process's own data, () when the conversation alone decides."""

    __slots__ = ("expected", "id", "paths")

    def __init__(self, id: str, paths: dict[str, tuple[Value, ...]], expected: tuple[Value, ...]) -> None:
        self.id = id
        self.paths = paths
        self.expected = expected


Correlation = tuple[Key, ...]


def _texts(found: list[Any]) -> tuple[str, ...] | None:
    """Values as they are compared; None when one is null."""
    if any(one is None for one in found):
        return None
    return tuple(
        repr(one) if isinstance(one, dict | list | bool) else need_text(one, "a correlation value")
        for one in found
    )


def carried(key: Key, name: str, payload: dict[str, Any], run: Run | None = None) -> tuple[str, ...] | None:
    """The values of a key in a message; None when one is null. The parts of an only context are found
    directly: it is the message's item, whatever its sender calls it."""
    now = run.now if run is not None else None
    only = next(iter(payload.values())) if len(payload) == 1 else None
    if isinstance(only, dict):
        payload = {**only, **payload}
    return _texts([path.expression.evaluate(payload, now=now)[0] for path in key.paths[name]])


def agrees(run: Run, name: str, payload: dict[str, Any]) -> bool:
    """Whether a message may belong to this instance's conversation."""
    keys = [key for key in run.process.correlation or () if name in key.paths]
    told = False
    for key in keys:
        values = carried(key, name, payload, run)
        fixed = run.state.scopes[ROOT].memory.get(_memory(run, key))
        if values is None:
            if fixed is not None or key.expected:
                return False
            continue
        told = True
        if fixed is not None and tuple(fixed) != values:
            return False
        if key.expected and values != _own(run, key):
            return False
    return told or not keys


def _memory(run: Run, key: Key) -> str:
    return f"{run.state.scopes[ROOT].element}:{key.id}{FIXED}"


def _own(run: Run, key: Key) -> tuple[str, ...] | None:
    """What a correlation subscription expects now (X-CORR-02)."""
    context = run.context(ROOT)
    return _texts([path.expression.evaluate(context, now=run.now)[0] for path in key.expected])


def fix(run: Run, name: str, payload: dict[str, Any]) -> None:
    """A message of the conversation was sent or received: keys without values have them now (X-CORR-01)."""
    memory = run.state.scopes[ROOT].memory
    fixed: dict[str, Any] = {}
    for key in run.process.correlation or ():
        where = _memory(run, key)
        if name in key.paths and not key.expected and where not in memory:
            values = carried(key, name, payload, run)
            if values is not None:
                fixed[where] = list(values)
    if fixed:
        run.emit(ev.Remembered(ROOT, fixed))


def conversation(process: Process, name: str, key: str, payload: dict[str, Any]) -> str:
    """What a message that may begin an instance is known by: its key, else the values of its correlation
    keys; "" for neither (X-INST-04)."""
    if key:
        return key
    keys = [one for one in process.correlation or () if name in one.paths]
    said = [(one.id, carried(one, name, payload)) for one in keys]
    return repr([one for one in said if one[1] is not None]) if any(one[1] for one in said) else ""
