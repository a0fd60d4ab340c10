"""Plays told cases (example_file.py says how they are written) on the engine in memory."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

from backend.engine import step
from backend.engine.commands import CompleteJob, CompleteTask, FailJob, FireTimers, StartProcess
from backend.procedures.calendar import Region
from backend.procedures.example_file import read_example
from backend.procedures.forms import Fact, Option
from backend.procedures.procedure import Procedure
from backend.procedures.rules import WrongAnswer
from backend.procedures.yaml_text import Document

__all__ = ["Differs", "Told", "read_example", "run_example"]

SILENT = "silent"
_DURATION = re.compile(r"P(?:([0-9]+)D)?(?:T(?:([0-9]+)H)?(?:([0-9]+)M)?)?\Z")
_ROUNDS = 100


class Differs(AssertionError):
    """The case went otherwise than it was told; the text says where."""


def run_example(procedure: Procedure, document: Document, regions: Mapping[str, Region]) -> Told:
    """Play the case; raises Differs where it goes otherwise than told."""
    told = Told(procedure, document.value, regions)
    for number, entry in enumerate(document.value["told"], start=1):
        try:
            told.play(entry)
        except Differs as differs:
            raise Differs(f"{document.file}, part {number}: {differs}") from None
    try:
        told.compare(document.value["expect"])
    except Differs as differs:
        raise Differs(f"{document.file}: {differs}") from None
    return told


class Told:
    """One case in memory: state, clock, registers, what people were told."""

    def __init__(self, procedure: Procedure, given: Mapping[str, Any], regions: Mapping[str, Region]) -> None:
        self.procedure = procedure
        self.region = regions[given.get("region", "south")]
        self.now = datetime.fromisoformat(given["clock"]).astimezone(UTC)
        self.registers: dict[str, Any] = dict(given.get("registers") or {})
        self.facts: dict[str, Fact] = {}
        self.messages: list[str] = []
        self.submitted: datetime | None = None
        self.state: Any = None
        self.done: set[int] = set()
        self.waiting: set[int] = set()
        self.command(StartProcess(variables={}))
        self.work()

    def play(self, entry: Mapping[str, Any]) -> None:
        """One part of the story."""
        if "later" in entry:
            self.wait(entry["later"])
        elif "register" in entry:
            self.registers[entry["register"]] = entry["says"]
            self.done -= self.waiting
            self.work()
        else:
            self.answer(entry["task"], entry.get("answers") or {}, entry.get("refused"))
        if "opens" in entry:
            self.same("open tasks", sorted(entry["opens"]), self.open_tasks())

    def answer(self, element: str, answers: Mapping[str, Any], refused: Mapping[str, str] | None) -> None:
        key = next((key for key, task in self.state.tasks.items() if task.element == element), None)
        if key is None:
            raise Differs(f"the task {element} is not open; open are {self.open_tasks()}")
        task = self.procedure.tasks[element]
        if task.form is None:
            raise Differs(f"the task {element} has no form")
        local = self.region.calendar.local(self.now)
        given = {"variables": self.state.variables, "now": local, "source": _Anything()}
        checked = task.form.check(answers, self.facts, **given)
        found = {problem.key: problem.code for problem in checked.problems}
        self.same("problems", dict(refused or {}), found)
        if not checked.ok:
            return
        if task.submits:
            self.submitted = self.now
            self.messages.append("receipt")
        self.command(CompleteTask(key, checked.values))
        self.work()

    def wait(self, duration: str) -> None:
        found = _DURATION.match(duration)
        if not found:
            raise Differs(f"{duration} is no duration such as P1D or PT2H")
        days, hours, minutes = (int(part or 0) for part in found.groups())
        self.now += timedelta(days=days, hours=hours, minutes=minutes)
        self.command(FireTimers())
        self.work()

    def work(self) -> None:
        """Registers answer every open job, or stay silent."""
        for _ in range(_ROUNDS):
            open_jobs = [(key, job) for key, job in self.state.jobs.items() if key not in self.done]
            if not open_jobs:
                return
            for key, job in open_jobs:
                self.done.add(key)
                self.job(key, job.element)
        raise Differs("jobs go on without end")

    def job(self, key: int, element: str) -> None:
        use = self.procedure.jobs[element]
        if use.rule is None:
            raise Differs(f"the job {use.type} of {element} is no registry query")
        says = self.registers.get(use.rule.name, SILENT)
        if says == SILENT:
            self.silent(key)
            return
        try:
            kept, _surplus = use.rule.project(says)
        except WrongAnswer:
            self.command(FailJob(key, "registry-wrong", 0))
            return
        self.facts[use.rule.key] = Fact(values=kept, read_at=self.now)
        self.command(CompleteJob(key, {"fact": {"handle": use.rule.key, "rule": use.rule.id}}))

    def silent(self, key: int) -> None:
        """The job waits until the register speaks; the citizen is told once."""
        self.waiting.add(key)
        if "registry_down" not in self.messages:
            self.messages.append("registry_down")

    def command(self, command: Any) -> None:
        result = step(self.procedure.process, self.state, command, self.now)
        self.state = result.state
        names = [type(event).__name__ for event in result.events]
        by_citizen = isinstance(command, CompleteTask)
        opened = [event for event in result.events if type(event).__name__ == "TaskCreated"]
        if not by_citizen and "registry_down" in self.messages and self.waits_for_citizen(opened):
            self.messages.append("task_waiting")
        if "ProcessCompleted" in names:
            self.messages.append("decided")

    def waits_for_citizen(self, opened: list[Any]) -> bool:
        return any(self.procedure.tasks[event.element].audience == "citizen" for event in opened)

    def open_tasks(self) -> list[str]:
        return sorted(task.element for task in self.state.tasks.values())

    def compare(self, expect: Mapping[str, Any]) -> None:
        """What the story ends with."""
        self.same("incidents", 0, len(self.state.incidents))
        self.same("status", expect.get("status", "completed"), self.state.status)
        if "open" in expect:
            self.same("open tasks", sorted(expect["open"]), self.open_tasks())
        if "messages" in expect:
            self.same("messages", expect["messages"], self.messages)
        if "due" in expect:
            due = self.procedure.due(self.submitted, self.region.calendar) if self.submitted else None
            self.same("due", expect["due"], due.isoformat() if due else None)
        if "stage" in expect:
            here = [task.element for task in self.state.tasks.values()]
            stages = self.procedure.progress(here, "en", ended=self.state.status == "completed")
            self.same("stage", expect["stage"], next((s.id for s in stages if s.state == "now"), "ended"))
        for name, value in (expect.get("variables") or {}).items():
            self.contains(name, value, self.state.variables.get(name))

    def contains(self, name: str, told: Any, found: Any) -> None:
        """Every told value is there; what was not told may be anything."""
        if isinstance(told, dict) and isinstance(found, Mapping):
            for key, value in told.items():
                self.contains(f"{name}.{key}", value, found.get(key))
        elif isinstance(told, list) and isinstance(found, list) and len(told) == len(found):
            for index, value in enumerate(told):
                self.contains(f"{name}[{index}]", value, found[index])
        else:
            same = Decimal(told) if isinstance(told, int) and not isinstance(told, bool) else told
            self.same(name, same, found)

    def same(self, what: str, told: Any, found: Any) -> None:
        if told != found:
            raise Differs(f"{what}: told {told!r}, found {found!r}")


class _Anything:
    """A register in which every home exists."""

    def find(self, rule: str, text: str, limit: int = 8) -> list[Option]:
        return []

    def exact(self, rule: str, value: str) -> Option | None:
        return Option(value, value)
