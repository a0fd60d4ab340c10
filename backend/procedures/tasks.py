"""User tasks and jobs of the model: what each names must exist, and each form must have its task."""

from __future__ import annotations

from collections.abc import Mapping

from backend.procedures import drawing as draw
from backend.procedures.drawing import Drawing, Place
from backend.procedures.faults import Findings
from backend.procedures.forms import Form
from backend.procedures.procedure import JobUse, Task
from backend.procedures.rules import AccessRule
from backend.procedures.service import CHANNELS
from backend.procedures.texts import Texts

REGISTRY_JOB = "registry_query"


class TaskReader:
    """Reads the tasks and jobs of one drawing; every fault is noted."""

    def __init__(self, rules: Mapping[str, AccessRule], texts: Texts, findings: Findings) -> None:
        self.rules = rules
        self.texts = texts
        self.findings = findings

    def tasks(self, drawing: Drawing, forms: Mapping[str, Form]) -> dict[str, Task]:
        used: set[str] = set()
        tasks: dict[str, Task] = {}
        for place in drawing.of_kind("userTask"):
            definition = drawing.elements[place.id].extension("zeebe:formDefinition")
            form_id = definition.get("formId") if definition is not None else ""
            used.add(form_id)
            form = forms.get(form_id)
            if form is None:
                text = (
                    f"The form {form_id} of this task does not exist." if form_id else "The task has no form."
                )
                remedy = f"Write forms/{place.id}.form with this id, or name another form in the modeler."
                self.at(place, "PACK-FORM-01", text, remedy)
            tasks[place.id] = self.task(place, drawing, form)
        for form in forms.values():
            if form.id not in used:
                text = f"No user task uses the form {form.id}."
                self.findings.add(
                    form.file, "PACK-FORM-02", text, "Remove it, or name it in a user task.", element=form.id
                )
        return tasks

    def task(self, place: Place, drawing: Drawing, form: Form | None) -> Task:
        assignment = drawing.elements[place.id].extension("zeebe:assignmentDefinition")
        groups = assignment.get("candidateGroups") if assignment is not None else ""
        fixed = (
            ()
            if groups.startswith("=")
            else tuple(part.strip() for part in groups.split(",") if part.strip())
        )
        who = place.property("errand:who") or ("department" if groups else "citizen")
        if who not in ("citizen", "department"):
            self.at(place, "PACK-BPMN-02", f"errand:who is {who}.", "Write citizen or department.")
        if who == "department" and not groups:
            self.at(place, "PACK-BPMN-03", "The task names no department.", "Set its candidate groups.")
        outcome = place.own.get("errand:outcome")
        if outcome and form is not None and outcome not in form.level.keys:
            self.at(
                place,
                "PACK-BPMN-02",
                f"errand:outcome names {outcome}, which the form lacks.",
                "Name a field.",
            )
        return Task(
            id=place.id,
            name=self.texts.words(f"task.{place.id}.title", draw.FILE),
            form=form,
            who=who,
            department=place.property("errand:department") or (fixed[0] if fixed else ""),
            role=place.property("errand:role") or ("caseworker" if who == "department" else ""),
            stage=place.property("errand:stage") or "",
            submits=self.flag(place, "errand:submits"),
            fresh_login=self.flag(place, "errand:fresh_login"),
            assurance=self.one_of(place, "errand:assurance", draw.LEVELS, "L2"),
            handoff=self.some_of(place, "errand:handoff", draw.HANDOFFS),
            channels=self.some_of(place, "errand:channels", frozenset(CHANNELS)),
            working_days=self.count(place, "errand:working_days"),
            groups=fixed,
            outcome=outcome,
        )

    def jobs(self, drawing: Drawing) -> dict[str, JobUse]:
        jobs: dict[str, JobUse] = {}
        for place in drawing.places.values():
            definition = drawing.elements[place.id].extension("zeebe:taskDefinition")
            if definition is None:
                continue
            headers, type = draw.headers(drawing.elements[place.id]), definition.get("type")
            named = headers.get("rule")
            rule = self.rules.get(named) if named else None
            if type == REGISTRY_JOB and not named:
                self.at(place, "PACK-RULE-03", "The registry query names no rule.", "Add the header `rule`.")
            if named and rule is None:
                self.at(
                    place,
                    "PACK-RULE-03",
                    f"No rule {named} exists.",
                    "Write it in rules.yaml, or correct the header.",
                )
            if rule is not None and place.id not in rule.tasks:
                remedy = f"Add {place.id} to the rule's tasks in rules.yaml, if this task may read it."
                self.at(place, "PACK-RULE-04", f"The rule {rule.id} does not permit this task.", remedy)
            jobs[place.id] = JobUse(place.id, type, headers, rule)
        return jobs

    def flag(self, place: Place, name: str) -> bool:
        return self.one_of(place, name, ("true", "false"), "false") == "true"

    def one_of(self, place: Place, name: str, choices: tuple[str, ...], default: str) -> str:
        value = place.own.get(name, default)
        if value not in choices:
            self.at(place, "PACK-BPMN-02", f"{name} is {value}.", f"Write one of: {', '.join(choices)}.")
            return default
        return value

    def some_of(self, place: Place, name: str, choices: frozenset[str]) -> frozenset[str]:
        values = frozenset(part.strip() for part in place.own.get(name, "").split(",") if part.strip())
        if values - choices:
            wrong = ", ".join(sorted(values - choices))
            self.at(
                place, "PACK-BPMN-02", f"{name} names {wrong}.", f"Use some of: {', '.join(sorted(choices))}."
            )
        return values & choices

    def count(self, place: Place, name: str) -> int | None:
        value = place.own.get(name)
        if value is None:
            return None
        if value.isascii() and value.isdigit() and int(value) <= 1000:
            return int(value)
        self.at(place, "PACK-BPMN-02", f"{name} is {value}.", "Write a whole number of days.")
        return None

    def at(self, place: Place, rule: str, text: str, remedy: str) -> None:
        self.findings.add(draw.FILE, rule, text, remedy, element=place.id, line=place.line)
