"""A case on the desk: what the state knows, what she says, the rule that fits, the decision, the time."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from werkzeug.datastructures import MultiDict

from backend.channel import door
from backend.channel.look import dates
from backend.channel.problem import NotFound
from backend.channel.refusals import Finished, Invalid, Stale
from backend.channel.walk import drawn, said
from backend.channel.walk.draw import words
from backend.channel.walk.register import register
from backend.channel.walk.stand import facts_of

Wrong = dict[str, Any]


def shown(case: UUID, number: int | None, wrong: Wrong | None = None) -> dict[str, Any]:
    """The case; with the open task `number` its form, with `wrong` what was typed and is wrong with it."""
    t, lang = words()
    view = door.case(case)
    procedure = door.errand().packs.get(view.procedure, view.version)
    variables = dict(door.errand().cases.read.variables(door.actor(), case))
    facts = _facts(view, variables)
    rows = _rows(procedure, variables, facts, lang)
    task = _open(case, number)
    over = number is not None and task is None
    return {
        "view": view,
        "name": procedure.title(lang),
        "evidence": [_evidence(row, facts, procedure) for row in rows if row.get("source")],
        "said": [row for row in rows if not row.get("source")],
        "tables": drawn.tables(view, procedure, lang),
        "own": procedure.languages[0],
        "over": over,
        "stale": wrong is not None and wrong["status"] == 412,
        "typed": wrong["typed"] if wrong and over else [],
        "page": _page(task, variables, facts, procedure, lang, wrong) if task else None,
        "errors": wrong["errors"] if wrong else [],
        "decision": said.decision(view, procedure, lang),
        "timeline": timeline(view, procedure, t, lang),
        "clock": _clock(view, t, lang),
        "drawn": drawn.diagram(view, procedure, lang),
        "app_scripts": ["diagram.js"],
        "live_topic": f"case:{case}",
        "live_seq": view.case_version,
        "live_url": door.live_url(),
        **said.route(view, procedure, lang),
    }


def decide(case: UUID, number: int, form: MultiDict[str, str]) -> Wrong | None:
    """Takes the posted decision; None when it is done, else what is wrong with it: answers, problems, errors
    for the summary, `typed` as rows to read, status. Nothing typed is lost, whoever was quicker."""
    _, lang = words()
    model = _form(case, number, form)
    answers = model.from_html(form)
    wrong: Wrong = {
        "answers": answers,
        "problems": (),
        "errors": [],
        "typed": model.summary(answers, None, lang),
    }
    try:
        door.decide(case, number, answers, **door.form_envelope())
    except Invalid as error:
        shown_errors = [
            {"key": problem.key, "id": problem.component, "text": problem.text(lang)}
            for problem in error.problems
        ]
        return wrong | {"problems": tuple(error.problems), "errors": shown_errors, "status": 422}
    except Stale:
        return wrong | {"status": 412}
    except Finished:
        return wrong | {"status": 409}
    return None


def _form(case: UUID, number: int, form: MultiDict[str, str]) -> Any:
    """The form of a task; of one that another official finished first, the one that has what was posted."""
    try:
        found = door.task(case, number).form
    except Finished:
        view = door.case(case)
        procedure = door.errand().packs.get(view.procedure, view.version)
        forms = [task.form for task in procedure.tasks.values() if task.audience == "staff" and task.form]
        found = max(forms, key=lambda each: len(each.level.keys & form.keys()), default=None)
    if found is None:
        raise NotFound
    return found


def _open(case: UUID, number: int | None) -> Any:
    if number is not None:
        try:
            return door.task(case, number)
        except Finished:
            return None
    tasks = [task for task in door.open_tasks(case) if task.audience == "staff"]
    return tasks[0] if tasks else None


def _facts(view: Any, variables: dict[str, Any]) -> Mapping[str, Any]:
    return facts_of(
        view, {name: ref for name, ref in (variables.get("facts") or {}).items() if isinstance(ref, dict)}
    )


def _evidence(row: dict[str, Any], facts: Mapping[str, Any], procedure: Any) -> dict[str, Any]:
    """What a registry said: its lines, when it was read and under which rule."""
    fact = facts.get(row["fact"])
    return {
        "title": row["label"],
        "lines": [line for line in row["text"].split("\n") if line.strip()],
        "source": row["source"],
        "read_at": fact.read_at.strftime("%H:%M") if fact is not None and fact.read_at else "",
        "rule": procedure.rule(row["fact"]).id,
    }


def _rows(
    procedure: Any, variables: dict[str, Any], facts: Mapping[str, Any], lang: str
) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = []
    for task in procedure.tasks.values():
        if task.audience == "citizen" and task.form is not None:
            rows += task.form.summary(variables, facts, lang, source=register(procedure))
    return rows


def _page(
    task: Any,
    variables: dict[str, Any],
    facts: Mapping[str, Any],
    procedure: Any,
    lang: str,
    wrong: Wrong | None,
) -> dict[str, Any]:
    drawn: dict[str, Any] = task.form.pages(
        wrong["answers"] if wrong else task.draft,
        facts,
        lang,
        "desk",
        variables=variables,
        now=datetime.now(said.zone(task)),
        problems=wrong["problems"] if wrong else (),
        source=register(procedure),
    )[0]
    drawn["action"] = f"/cases/{task.case}/tasks/{task.task}"
    drawn["hidden"] = door.hidden(task, task.lease_epoch)
    drawn["title"] = task.name
    return drawn


def timeline(view: Any, procedure: Any, t: said.Translate, lang: str) -> list[dict[str, Any]]:
    """What happened, newest first, in an official's words."""
    zone = said.zone(view)
    told: list[dict[str, Any]] = []
    for row in door.history(view.case):
        task = procedure.tasks.get(row.element)
        if row.type == "ProcessStarted":
            text = t(f"desk_work.begun_{row.channel if row.channel in ('kiosk', 'phone') else 'web'}")
        elif row.type == "TaskCompleted" and task is not None:
            text = t("desk_work.done", task=task.name.render(lang))
        elif row.type == "JobCompleted":
            job = procedure.jobs.get(row.element)
            if job is None or job.rule is None:
                continue
            text = t(
                "desk_work.read", what=procedure.texts.words(f"rule.{job.rule.key}.name", "").render(lang)
            )
        elif row.type == "LeaseMoved":
            text = t("desk_work.moved")
        elif row.type == "ProcessCompleted":
            text = t("happened.over")
        else:
            continue
        told.append({"text": text, "when": dates.day_and_time(row.at, lang, zone), "state": "done"})
    told.reverse()
    if view.status == "running":
        names = [procedure.tasks[name].name.render(lang) for name in view.elements if name in procedure.tasks]
        told.insert(0, {"text": ", ".join(names) or t("waiting.title"), "when": "", "state": "here"})
    return told


def _clock(view: Any, t: said.Translate, lang: str) -> dict[str, Any] | None:
    if view.status != "running" or view.due is None:
        return None
    today = datetime.now(said.zone(view)).date()
    kind = "late" if view.due < today else "yours"
    return {"kind": kind, "text": t("desk_work.until", day=dates.short_day(view.due, lang))}
