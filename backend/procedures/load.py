"""Loads a pack: every file read, every name resolved, every fault told at once."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from backend.engine import ModelFaults, compile_process, every_fault, read_bpmn
from backend.engine.dmn import read_dmn
from backend.procedures import drawing as draw
from backend.procedures.ask_once import check_ask_once
from backend.procedures.drawing import Drawing, read_drawing
from backend.procedures.example_file import read_example
from backend.procedures.faults import Findings, PackFaults
from backend.procedures.folder import check_files, read_folder, version_of
from backend.procedures.forms import Form, FormSetting, read_form
from backend.procedures.model_words import decision_words, element_words
from backend.procedures.overlay import laid_over
from backend.procedures.procedure import JobUse, Procedure, Task
from backend.procedures.rules import AccessRule, read_rules
from backend.procedures.service import languages_of, read_service, zone_of
from backend.procedures.soundness import check_soundness
from backend.procedures.tasks import TaskReader
from backend.procedures.texts import Texts, Words, read_texts
from backend.procedures.yaml_text import read_yaml

MESSAGE_KINDS = ("receipt", "task_waiting", "registry_down", "decided", "moved")


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

    def load(self, id: str | None) -> Procedure:
        """Everything is read before anything is refused."""
        check_files(self.files, self.findings)
        service = self.yaml("service.yaml")
        texts = read_texts(self.files, languages_of(service, self.findings), self.findings)
        self.rules = read_rules(self.yaml("rules.yaml"), self.findings)
        drawing, process, decisions = self.model(zone_of(service, self.findings))
        forms = self.forms(texts)
        check_ask_once(forms, self.rules, self.findings)
        tasks, jobs = self.work(drawing, forms, texts)
        name = id or (drawing.process if drawing else "")
        public = read_service(service, name, texts, self.rules, self.findings) if service else None
        self.check_rules(drawing, texts, public.legal if public else None)
        stages = drawing.stages if drawing else ()
        stage_words = {stage: texts.words(f"stage.{stage}", draw.FILE) for stage in stages}
        words = self.message_words(texts)
        named = element_words(drawing, tasks, jobs, texts)
        decided = decision_words(decisions, texts)
        self.lend_related(forms)
        self.examples()
        unreadable = drawing is None or public is None or len(forms) < self.count_of("forms/")
        texts.close(unused=not unreadable)
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
            stage_words=stage_words,
            stage_of={place.id: place.property("errand:stage") or "" for place in drawing.places.values()},
            message_words=words,
            element_words=named,
            decision_words=decided,
            warnings=self.findings.all,
        )

    def work(
        self, drawing: Drawing | None, forms: Mapping[str, Form], texts: Texts
    ) -> tuple[dict[str, Task], dict[str, JobUse]]:
        """The tasks of people and the jobs of machines."""
        if drawing is None:
            return {}, {}
        reader = TaskReader(self.rules, texts, self.findings)
        return reader.tasks(drawing, forms), reader.jobs(drawing)

    def count_of(self, folder: str) -> int:
        return sum(name.startswith(folder) for name in self.files)

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
        except ModelFaults:
            told = every_fault(self.files[draw.FILE], "strict", tuple(decisions), zone)
            self.model_faults(draw.FILE, ModelFaults(told))
            return None, None, decisions
        drawing = read_drawing(definitions, self.findings)
        process = None
        if drawing is not None:
            try:
                process = compile_process(definitions, drawing.process, tuple(decisions), zone)
                check_soundness(process, self.findings)
                self.no_stores(process.stores)
            except ModelFaults as faults:
                if not broken:
                    self.model_faults(draw.FILE, faults)
        return drawing, process, decisions

    def no_stores(self, stores: tuple[str, ...]) -> None:
        """Cases share no data store: what one would write, no other would read (X-DATA-07)."""
        for name in stores:
            text = f"The data store {name!r} is used, and cases share no data stores."
            self.findings.add(
                draw.FILE, "X-DATA-07", text, "Use a data object, or a job that asks a registry."
            )

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

    def check_rules(self, drawing: Drawing | None, texts: Texts, legal: Mapping[str, Any] | None) -> None:
        """A rule has words, a legal basis that exists, and permits only tasks that exist."""
        for rule in self.rules.values():
            for part in ("name", "source", "purpose"):
                texts.words(f"rule.{rule.key}.{part}", f"rules.yaml ({rule.id})")
            if legal is not None and rule.legal_basis not in legal:
                text = f"The legal basis {rule.legal_basis} is none of service.yaml."
                self.at_rule(rule, "PACK-RULE-05", text, "Add it to `legal` there.")
            for task in sorted(rule.tasks):
                if drawing is not None and task not in drawing.places:
                    self.at_rule(
                        rule,
                        "PACK-RULE-04",
                        f"The process has no task {task}.",
                        "Correct the id, or remove it.",
                    )

    def at_rule(self, rule: AccessRule, id: str, text: str, remedy: str) -> None:
        self.findings.add("rules.yaml", id, text, remedy, element=rule.id)

    def message_words(self, texts: Texts) -> dict[str, tuple[Words, Words]]:
        words: dict[str, tuple[Words, Words]] = {}
        for kind in MESSAGE_KINDS:
            subject = texts.words(f"message.{kind}.subject", draw.FILE)
            words[kind] = (subject, texts.words(f"message.{kind}.body", draw.FILE))
        return words
