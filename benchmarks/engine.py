"""The engine beside SpiffWorkflow and npm's bpmn-engine, in one run: `python -m benchmarks.engine [--json]`.

The reference process (permit.bpmn: 14 nodes, 4 user tasks, one parallel split, three scripts) is driven by
all through the same tasks with the same answers. A *step* restores a stored instance, completes one task and
stores it again (msgpack here, JSON there, as each library does it); an *instance* runs from start to end in
memory; *read* makes the file ready to run. Rounds alternate; the median counts. All must give the same tasks
in the same order and the same result. Two figures more tell how a step's cost grows, see _growth.py.
"""

import argparse
import gc
import json
import statistics
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from backend.engine import commands, compile_process, dump, load, read_bpmn, step
from benchmarks import _growth
from benchmarks._bpmn_engine import BpmnEngine
from benchmarks._node_process import Missing

NOW = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
FILE = Path(__file__).with_name("permit.bpmn")
ANSWERS: tuple[tuple[str, dict[str, Any]], ...] = (
    ("apply", {**{f"field_{n:02d}": f"value number {n}" for n in range(11)}, "amount": 80}),
    ("confirm", {"confirmed": True}),
    ("pay", {"paid": True, "ref": "PAY-123456"}),
    ("review", {"approved": True, "note": "ok"}),
)
RESULT = {"decision": "grant", "fee": 33}


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
        for task, open_ in state.tasks.items():
            if open_.element == element:
                holder[0] = step(self.process, state, commands.CompleteTask(task, variables), NOW).state
                return

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
    for name, wanted in RESULT.items():
        if here[name] != wanted or there[name] != wanted:
            raise SystemExit(f"different results: {name} is {here[name]} here, {there[name]} there")


def check_other(opened: dict[str, Any]) -> None:
    """bpmn-engine must have had the same tasks and come to the same end."""
    if opened["tasks"] != [[element] for element, _ in ANSWERS] or not opened["completed"]:
        raise SystemExit(f"bpmn-engine had other tasks: {opened['tasks']}")
    for name, wanted in RESULT.items():
        if opened["output"].get(name) != wanted:
            raise SystemExit(f"bpmn-engine has another result: {name} is {opened['output'].get(name)}")


def timed(work: Callable[[], Any], times: int) -> float:
    """Seconds of one run of `work`."""
    gc.collect()
    began = time.perf_counter()
    for _ in range(times):
        work()
    return (time.perf_counter() - began) / times


def measure(pairs: dict[str, tuple[Callable[[int], float], int]], rounds: int) -> dict[str, float]:
    """The median over alternating rounds, in seconds; each way tells the seconds of one of so many runs."""
    found: dict[str, list[float]] = {name: [] for name in pairs}
    for seconds, times in pairs.values():
        seconds(max(times // 4, 1))
    for _ in range(rounds):
        for name, (seconds, times) in pairs.items():
            found[name].append(seconds(times))
    return {name: statistics.median(values) for name, values in found.items()}


def other(xml: bytes) -> BpmnEngine | None:
    """The peer from npm; None, told plainly, when Node or the package is not there."""
    try:
        engine = BpmnEngine(xml, ANSWERS)
    except Missing as missing:
        print(missing, file=sys.stderr)
        return None
    check_other(engine.opened)
    return engine


def ways(ours: Ours, peer: Any, third: BpmnEngine | None) -> dict[str, tuple[Callable[[int], float], int]]:
    """What is measured, by name, with the number of runs of a round."""
    mine, theirs = stored_steps(ours), stored_steps(peer)
    found: dict[str, tuple[Callable[[int], float], int]] = {
        "step": (lambda n: timed(lambda: steps(ours, mine), n), 500),
        "step_spiffworkflow": (lambda n: timed(lambda: steps(peer, theirs), n), 15),
        "instance": (lambda n: timed(lambda: instance(ours), n), 500),
        "instance_spiffworkflow": (lambda n: timed(lambda: instance(peer), n), 40),
        "read": (lambda n: timed(ours.parse, n), 10),
        "read_spiffworkflow": (lambda n: timed(peer.parse, n), 10),
    }
    if third is not None:
        ask = third.seconds
        found["step_bpmn_engine"] = (lambda n: ask("step", n), 10)
        found["instance_bpmn_engine"] = (lambda n: ask("instance", n), 15)
        found["read_bpmn_engine"] = (lambda n: ask("read", n), 15)
    return found


def figures(found: dict[str, float], sizes: dict[str, float]) -> dict[str, float]:
    """The ratios, sizes and growths by their names."""
    result = {}
    for peer in ("spiffworkflow", "bpmn_engine"):
        for what in ("step", "instance", "read"):
            if f"{what}_{peer}" in found:
                result[f"{what}_vs_{peer}"] = round(found[f"{what}_{peer}"] / found[what], 2)
    return {
        **result,
        **{name: round(size) for name, size in sizes.items()},
        "step_cost_long_history": round(_growth.long_history()(), 2),
        "step_cost_per_open_token": round(_growth.open_tokens()(), 2),
        "step_us": round(found["step"] / len(ANSWERS) * 1e6, 1),
        "instance_us": round(found["instance"] * 1e6, 1),
    }


def main() -> None:
    """Measure, print a table, and with --json one object as the last line."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--json", action="store_true")
    options.add_argument("--rounds", type=int, default=7)
    chosen = options.parse_args()
    xml = FILE.read_bytes()
    ours, peer, third = Ours(xml), spiff(xml), other(xml)
    check_same(ours, peer)
    found = measure(ways(ours, peer, third), chosen.rounds)
    sizes = {
        "bytes_per_step": statistics.mean(map(len, steps(ours, stored_steps(ours)))),
        "bytes_per_step_spiffworkflow": statistics.mean(map(len, steps(peer, stored_steps(peer)))),
    }
    if third is not None:
        sizes["bytes_per_step_bpmn_engine"] = third.opened["bytes"]
        third.close()
    result = figures(found, sizes)
    show(found, result)
    if chosen.json:
        print(json.dumps(result))


def show(found: dict[str, float], result: dict[str, float]) -> None:
    """The table: this engine, then each peer and how many times longer it takes."""
    print(f"{'':24}{'errand':>12}{'SpiffWorkflow':>16}{'times':>8}{'bpmn-engine':>16}{'times':>8}")
    for name, share in (("step", len(ANSWERS)), ("instance", 1), ("read", 1)):
        line = f"{name + ' (us)':24}{found[name] / share * 1e6:12.1f}"
        for peer in ("spiffworkflow", "bpmn_engine"):
            there = found.get(f"{name}_{peer}")
            line += (
                f"{'-':>16}{'':8}"
                if there is None
                else f"{there / share * 1e6:16.1f}{there / found[name]:8.1f}"
            )
        print(line)
    sizes = [f"{result.get('bytes_per_step' + peer, '-'):>{width}}" for peer, width in PEERS.items()]
    print(f"{'bytes per step':24}{''.join(sizes)}")
    print(f"{'after 10,000 steps':24}{result['step_cost_long_history']:12} times the first step")
    print(
        f"{'with 1,000 tokens':24}{result['step_cost_per_open_token']:12} times the cost per token with 100"
    )


PEERS = {"": 12, "_spiffworkflow": 16, "_bpmn_engine": 24}

if __name__ == "__main__":
    main()
