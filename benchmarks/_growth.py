"""How the cost of a step grows: with the steps that the case has behind it, and with its open tokens."""

import statistics
import time
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from backend.engine import Process, State, commands, compile_process, dump, load, read_bpmn, step

NOW = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
HISTORY = 10_000
FEW, MANY = 100, 1_000
HEAD = (
    '<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" id="d"'
    ' xmlns:zeebe="http://camunda.org/schema/zeebe/1.0" targetNamespace="urn:growth">'
    '<process id="p" isExecutable="true">'
)
TAIL = "</process></definitions>"
USER = "<extensionElements><zeebe:userTask/></extensionElements>"


def long_history() -> Callable[[], float]:
    """Gives a function that measures a step's cost after HISTORY steps of a case, as times the first's."""
    process = _round()
    first = step(process, None, commands.StartProcess({"n": 1, "note": "as it was"}), NOW).state
    last = first
    for _ in range(HISTORY):
        last = _next(process, last)
    early, late = dump(first), dump(last)
    if last.variables != first.variables or len(late) > len(early) + 32:
        raise SystemExit("the case grew by its steps")
    return lambda: _ratio(
        lambda: dump(_next(process, load(late))), lambda: dump(_next(process, load(early))), 400
    )


def open_tokens() -> Callable[[], float]:
    """Gives a function that measures a step's cost per open token with MANY, as times that with FEW."""
    sides = []
    for number in (MANY, FEW):
        process = _side_by_side(number)
        blob = dump(step(process, None, commands.StartProcess({"n": 1}), NOW).state)
        if len(load(blob).tasks) != number:
            raise SystemExit(f"{number} tasks should be open")
        sides.append((process, blob))
    (many, many_blob), (few, few_blob) = sides
    return lambda: (
        _ratio(lambda: dump(_next(many, load(many_blob))), lambda: dump(_next(few, load(few_blob))), 20)
        * FEW
        / MANY
    )


def _next(process: Process, state: State) -> State:
    """The oldest open task done."""
    return step(process, state, commands.CompleteTask(next(iter(state.tasks))), NOW).state


def _ratio(one: Callable[[], Any], other: Callable[[], Any], times: int) -> float:
    return statistics.median(_seconds(one, times) / _seconds(other, times) for _ in range(15))


def _seconds(work: Callable[[], Any], times: int) -> float:
    began = time.perf_counter()
    for _ in range(times):
        work()
    return time.perf_counter() - began


def _round() -> Process:
    nodes = (
        f'<startEvent id="s"/><exclusiveGateway id="m"/><userTask id="again">{USER}</userTask>'
        '<exclusiveGateway id="x" default="f4"/><endEvent id="e"/>'
    )
    ways = [("s", "m"), ("m", "again"), ("again", "x"), ("x", "m")]
    condition = "<conditionExpression>=n &gt; 1</conditionExpression>"
    leave = f'<sequenceFlow id="out" sourceRef="x" targetRef="e">{condition}</sequenceFlow>'
    return _compiled(nodes, ways, leave)


def _side_by_side(number: int) -> Process:
    tasks = "".join(f'<userTask id="t{n}">{USER}</userTask>' for n in range(number))
    nodes = f'<startEvent id="s"/><parallelGateway id="g"/>{tasks}'
    return _compiled(nodes, [("s", "g"), *(("g", f"t{n}") for n in range(number))], "")


def _compiled(nodes: str, ways: list[tuple[str, str]], more: str) -> Process:
    flows = "".join(
        f'<sequenceFlow id="f{n}" sourceRef="{source}" targetRef="{target}"/>'
        for n, (source, target) in enumerate(ways, 1)
    )
    return compile_process(read_bpmn(f"{HEAD}{nodes}{flows}{more}{TAIL}".encode(), "foreign"))
