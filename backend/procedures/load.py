"""Loads a pack: every file read, every name resolved, every fault told at once."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from backend.engine import ModelFaults, compile_process, read_bpmn
from backend.engine.dmn import read_dmn
from backend.procedures import drawing as draw
from backend.procedures.ask_once import check_ask_once
from backend.procedures.drawing import Drawing, Place, read_drawing
from backend.procedures.example_file import read_example
from backend.procedures.faults import Findings, PackFaults
from backend.procedures.folder import check_files, read_folder, version_of
from backend.procedures.forms import Form, FormSetting, read_form
from backend.procedures.overlay import laid_over
from backend.procedures.procedure import JobUse, Procedure, Task
from backend.procedures.rules import AccessRule, read_rules
from backend.procedures.service import CHANNELS, languages_of, read_service, zone_of
from backend.procedures.texts import Texts, Words, read_texts
from backend.procedures.yaml_text import read_yaml

MESSAGE_KINDS = ("receipt", "task_waiting", "registry_down", "decided", "moved")
REGISTRY_JOB = "registry_query"


def load_pack(
    files: Mapping[str, bytes], overlay: Mapping[str, bytes] | None = None, id: str | None = None
) -> Procedure:
    """The procedure in these files (names with `/`), with a region's overlay laid over them.

    `id` is the folder's name; without it, the id of the BPMN process. Raises PackFaults with every fault.
    """
    return _Loader(files, overlay).load(id)


def load_folder(path: str | Path, overlay: Mapping[str, bytes] | None = None) -> Procedure:
    """The procedure in a folder; its id is the folder's name, so that a copy is a procedure of its own."""
    return load_pack(read_folder(path), overlay, Path(path).name)


class _Loader:
    def __init__(self, files: Mapping[str, bytes], overlay: Mapping[str, bytes] | None) -> None:
        self.findings = Findings()
        self.version = version_of(files, overlay)
        self.files = laid_over(files, overlay, self.findings) if overlay else dict(files)
        self.rules: dict[str, AccessRule] = {}
        self.warnings: list[Any] = []

    def load(self, id: str | None) -> Procedure:
        check_files(self.files, self.findings)
        service = self.yaml("service.yaml")
        texts = read_texts(self.files, languages_of(service, self.findings), self.findings)
        self.rules = read_rules(self.yaml("rules.yaml"), self.findings)
        drawing, process, decisions = self.model(zone_of(service, self.findings))
        forms = self.forms(texts)
        check_ask_once(forms, self.rules, self.findings)
        public = (
            read_service(
                service, id or (drawing.process if drawing else ""), texts, self.rules, self.findings
            )
            if service
            else None
        )
        tasks = self.tasks(drawing, forms, texts) if drawing else {}
        jobs = self.jobs(drawing) if drawing else {}
        self.words_of_rules(texts, public.legal if public else None)
        self.rule_tasks(drawing)
        stages = {
            stage: texts.words(f"stage.{stage}", draw.FILE) for stage in (drawing.stages if drawing else ())
        }
        words = self.message_words(texts)
        if not any(fault.rule in _TEXTS_UNSURE for fault in self.findings.errors):
            self.lend_related(forms)
        self.examples()
        texts.close()
        self.findings.refuse_if_any()
        assert public is not None and drawing is not None
        return Procedure(
            id=public.id,
            version=self.version,
            service=public,
            process=process,
            decisions=tuple(decisions),
            forms={task.id: task.form for task in tasks.values() if task.form is not None},
            tasks=tasks,
            jobs=jobs,
            rules=self.rules,
            texts=texts,
            stage_words=stages,
            stage_of={place.id: place.property("errand:stage") or "" for place in drawing.places.values()},
            message_words=words,
            warnings=self.findings.all,
        )

    def yaml(self, file: str) -> Any:
        return read_yaml(file, self.files[file], self.findings) if file in self.files else None

    def model(self, zone: str) -> tuple[Drawing | None, Any, list[Any]]:
        """The drawing, the compiled process and the decision models."""
        decisions: list[Any] = []
        broken = False
        for file in sorted(name for name in self.files if name.endswith(".dmn")):
            try:
                decisions.append(read_dmn(self.files[file]))
            except ModelFaults as faults:
                broken = True
                self.model_faults(file, faults)
        if draw.FILE not in self.files:
            return None, None, decisions
        try:
            definitions = read_bpmn(self.files[draw.FILE])
        except ModelFaults as faults:
            self.model_faults(draw.FILE, faults)
            return None, None, decisions
        drawing = read_drawing(definitions, self.findings)
        process = None
        if drawing is not None:
            try:
                process = compile_process(definitions, drawing.process, tuple(decisions), zone)
            except ModelFaults as faults:
                if not broken:
                    self.model_faults(draw.FILE, faults)
        return drawing, process, decisions

    def model_faults(self, file: str, faults: ModelFaults) -> None:
        for fault in faults.faults:
            text = f"{fault.name}: {fault.text}" if fault.name else fault.text
            severity: Any = "warning" if fault.severity == "W" else "error"
            self.findings.add(
                file,
                fault.rule,
                text,
                fault.remedy,
                element=fault.element or None,
                line=fault.line or None,
                severity=severity,
            )

    def forms(self, texts: Texts) -> dict[str, Form]:
        """Forms by their id (FJ-02)."""
        forms: dict[str, Form] = {}
        setting = FormSetting(texts, self.rules)
        for file in sorted(name for name in self.files if name.startswith("forms/")):
            form = read_form(file, self.files[file], setting, self.findings)
            if form is None:
                continue
            if form.id in forms:
                text = f"{forms[form.id].file} has the same form id {form.id}."
                self.findings.add(file, "FJ-02", text, "Give one of them another id.", element=form.id)
            forms[form.id] = form
        return forms

    def examples(self) -> None:
        """Told cases must be readable; whether they come true is for tests to say."""
        for file in sorted(name for name in self.files if name.startswith("examples/")):
            try:
                read_example(file, self.files[file])
            except PackFaults as broken:
                self.findings.take(broken.faults)

    def lend_related(self, forms: Mapping[str, Form]) -> None:
        """A form that reviews another one's answers knows it; what it names must exist."""
        for form in forms.values():
            for node in (step.node for step in form.level.steps):
                named = node.properties.get("review")
                if named and named != "." and named not in forms:
                    text = f"No form {named} exists to be reviewed."
                    self.findings.add(
                        form.file,
                        "PACK-FORM-03",
                        text,
                        "Name a form id, or . for this form.",
                        element=node.id,
                    )
            form.related = forms

    def tasks(self, drawing: Drawing, forms: Mapping[str, Form], texts: Texts) -> dict[str, Task]:
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
            tasks[place.id] = self.task(place, drawing, form, texts)
        for form in forms.values():
            if form.id not in used:
                text = f"No user task uses the form {form.id}."
                self.findings.add(
                    form.file, "PACK-FORM-02", text, "Remove it, or name it in a user task.", element=form.id
                )
        return tasks

    def task(self, place: Place, drawing: Drawing, form: Form | None, texts: Texts) -> Task:
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
            name=texts.words(f"task.{place.id}.title", draw.FILE),
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

    def rule_tasks(self, drawing: Drawing | None) -> None:
        """A rule permits only tasks that exist; a rule that nothing uses is one permission too many."""
        for rule in self.rules.values():
            for task in sorted(rule.tasks):
                if drawing is not None and task not in drawing.places:
                    text, remedy = f"The process has no task {task}.", "Correct the id, or remove it."
                    self.findings.add("rules.yaml", "PACK-RULE-04", text, remedy, element=rule.id)

    def words_of_rules(self, texts: Texts, legal: Mapping[str, Any] | None) -> None:
        for rule in self.rules.values():
            for part in ("name", "source", "purpose"):
                texts.words(f"rule.{rule.key}.{part}", f"rules.yaml ({rule.id})")
            if legal is not None and rule.legal_basis not in legal:
                text = f"The legal basis {rule.legal_basis} is none of service.yaml."
                self.findings.add(
                    "rules.yaml", "PACK-RULE-05", text, "Add it to `legal` there.", element=rule.id
                )

    def message_words(self, texts: Texts) -> dict[str, tuple[Words, Words]]:
        words: dict[str, tuple[Words, Words]] = {}
        for kind in MESSAGE_KINDS:
            subject = texts.words(f"message.{kind}.subject", draw.FILE)
            words[kind] = (subject, texts.words(f"message.{kind}.body", draw.FILE))
        return words

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


_TEXTS_UNSURE = frozenset(("FJ-01",))
