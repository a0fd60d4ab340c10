"""The engine beside SpiffWorkflow, in one run: `python -m benchmarks.engine [--json]`.

The reference process (permit.bpmn: 14 nodes, 4 user tasks, one parallel split, three scripts) is driven
through the
same tasks with the same answers by both. Two figures: a *step* restores a stored instance, completes one
task and
stores it again (msgpack here, JSON there, as each library does it); an *instance* runs from start to end in
memory.
Rounds of the two alternate; the median counts. Both must give the same tasks in the same order and the same
result.
"""

import argparse
import gc
import json
import statistics
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from backend.engine import commands, compile_process, dump, load, read_bpmn, step

NOW = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
FILE = Path(__file__).with_name("permit.bpmn")
ANSWERS: tuple[tuple[str, dict[str, Any]], ...] = (
    ("apply", {**{f"field_{n:02d}": f"value number {n}" for n in range(11)}, "amount": 80}),
    ("confirm", {"confirmed": True}),
    ("pay", {"paid": True, "ref": "PAY-123456"}),
    ("review", {"approved": True, "note": "ok"}),
)


class Ours:
    """This engine, with the face that the bench drives both by."""

    def __init__(self, xml: bytes) -> None:
        self.xml = xml
        self.process = self.parse()

    def parse(self) -> Any:
        """Read, check by every rule, and compile."""
        return compile_process(read_bpmn(self.xml))

    def start(self) -> list[Any]:
        """A new instance; held in a list so that it can be replaced."""
        return [step(self.process, None, commands.StartProcess(), NOW).state]

    def complete(self, holder: list[Any], element: str, variables: dict[str, Any]) -> None:
        """Complete the open task of this element."""
        state = holder[0]
        task = next(key for key, open_ in state.tasks.items() if open_.element == element)
        holder[0] = step(self.process, state, commands.CompleteTask(task, variables), NOW).state

    def save(self, holder: list[Any]) -> bytes:
        """The instance as msgpack."""
        return dump(holder[0])

    def restore(self, blob: bytes) -> list[Any]:
        """The instance from msgpack."""
        return [load(blob)]


def spiff(xml: bytes) -> Any:
    """The peer; in the bench group of dependencies."""
    from benchmarks._spiffworkflow import Spiff

    return Spiff(xml)


def instance(engine: Any) -> Any:
    """From start to end in memory."""
    running = engine.start()
    for element, variables in ANSWERS:
        engine.complete(running, element, dict(variables))
    return running


def stored_steps(engine: Any) -> list[tuple[Any, str, dict[str, Any]]]:
    """What is stored before each of the four steps."""
    running, found = engine.start(), []
    for element, variables in ANSWERS:
        found.append((engine.save(running), element, variables))
        engine.complete(running, element, dict(variables))
    return found


def steps(engine: Any, stored: list[tuple[Any, str, dict[str, Any]]]) -> list[Any]:
    """Each step: restore, complete, store."""
    written = []
    for blob, element, variables in stored:
        running = engine.restore(blob)
        engine.complete(running, element, dict(variables))
        written.append(engine.save(running))
    return written


def check_same(ours: Ours, peer: Any) -> None:
    """Both must end with the same decision and fee, after the same tasks in the same order."""
    mine, theirs = ours.start(), peer.start()
    for element, variables in ANSWERS:
        open_here = [task.element for task in mine[0].tasks.values()]
        open_there = [task.task_spec.name for task in theirs.get_tasks(state=16, manual=True)]
        if open_here != [element] or open_there != [element]:
            raise SystemExit(f"different tasks: {open_here} here, {open_there} there, {element} expected")
        ours.complete(mine, element, dict(variables))
        peer.complete(theirs, element, dict(variables))
    here, there = mine[0].variables, theirs.data
    if not (mine[0].status == "completed" and theirs.completed):
        raise SystemExit("not completed")
    for name, wanted in (("decision", "grant"), ("fee", 33)):
        if here[name] != wanted or there[name] != wanted:
            raise SystemExit(f"different results: {name} is {here[name]} here, {there[name]} there")


def timed(work: Callable[[], Any], times: int) -> float:
    """Seconds of one run of `work`."""
    gc.collect()
    began = time.perf_counter()
    for _ in range(times):
        work()
    return (time.perf_counter() - began) / times


def measure(pairs: dict[str, tuple[Callable[[], Any], int]], rounds: int) -> dict[str, float]:
    """The median over alternating rounds, in seconds."""
    found: dict[str, list[float]] = {name: [] for name in pairs}
    for work, times in pairs.values():
        timed(work, max(times // 4, 1))
    for _ in range(rounds):
        for name, (work, times) in pairs.items():
            found[name].append(timed(work, times))
    return {name: statistics.median(values) for name, values in found.items()}


def main() -> None:
    """Measure, print a table, and with --json one object as the last line."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--json", action="store_true")
    options.add_argument("--rounds", type=int, default=7)
    chosen = options.parse_args()
    xml = FILE.read_bytes()
    ours, peer = Ours(xml), spiff(xml)
    check_same(ours, peer)
    mine, theirs = stored_steps(ours), stored_steps(peer)
    found = measure(
        {
            "step": (lambda: steps(ours, mine), 500),
            "step_peer": (lambda: steps(peer, theirs), 15),
            "instance": (lambda: instance(ours), 500),
            "instance_peer": (lambda: instance(peer), 40),
            "read": (ours.parse, 10),
            "read_peer": (peer.parse, 10),
        },
        chosen.rounds,
    )
    sizes = [len(blob) for blob in steps(ours, mine)]
    sizes_peer = [len(text) for text in steps(peer, theirs)]
    result = {
        "step_vs_spiffworkflow": round(found["step_peer"] / found["step"], 1),
        "instance_vs_spiffworkflow": round(found["instance_peer"] / found["instance"], 1),
        "read_vs_spiffworkflow": round(found["read_peer"] / found["read"], 2),
        "bytes_per_step": round(statistics.mean(sizes)),
        "bytes_per_step_spiffworkflow": round(statistics.mean(sizes_peer)),
        "step_us": round(found["step"] / len(ANSWERS) * 1e6, 1),
        "instance_us": round(found["instance"] * 1e6, 1),
    }
    show(found, result)
    if chosen.json:
        print(json.dumps(result))


def show(found: dict[str, float], result: dict[str, float]) -> None:
    """The table."""
    print(f"{'':24}{'errand':>12}{'SpiffWorkflow':>16}{'times':>8}")
    for name, share in (("step", len(ANSWERS)), ("instance", 1), ("read", 1)):
        here, there = found[name] / share * 1e6, found[f"{name}_peer"] / share * 1e6
        print(f"{name + ' (us)':24}{here:12.1f}{there:16.1f}{there / here:8.1f}")
    print(f"{'bytes per step':24}{result['bytes_per_step']:12}{result['bytes_per_step_spiffworkflow']:16}")


if __name__ == "__main__":
    main()
