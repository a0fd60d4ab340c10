"""A case in words, as plain dicts for templates: its route, who has it, what happened, the receipt."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime, tzinfo
from typing import Any

from markupsafe import Markup

from backend.channel import door
from backend.channel.look import dates
from backend.procedures.calendar import TimeLimit
from backend.procedures.procedure import Procedure

Translate = Callable[..., Markup]
#: Event types of a case's history that a citizen is told, with the key of their words.
TOLD = {
    "ProcessStarted": "begun",
    "TaskCompleted": "answered",
    "ProcessCompleted": "over",
    "LeaseMoved": "moved",
}


def route(view: Any, procedure: Procedure, lang: str) -> dict[str, Any]:
    """`stages` (names) and `here` (0-based; their number when all are done)."""
    ended = view.status != "running"
    stages = procedure.progress(view.elements, lang, ended=ended)
    if not ended and not view.elements:
        here = next((i for i, stage in enumerate(procedure.stages) if stage == view.stage), 0)
    else:
        here = next((i for i, stage in enumerate(stages) if stage.state == "now"), len(stages))
    return {"stages": [stage.name for stage in stages], "here": here}


def office(view: Any, lang: str) -> str:
    """The responsible office by name, or its code where the region does not name it."""
    region = door.errand().regions.get(view.region)
    if region is None or view.department not in region.departments:
        return str(view.department)
    return str(region.department(view.department, lang))


def zone(view: Any) -> tzinfo:
    """The time zone in which the case's office counts its days."""
    return zone_of(view.region)


def zone_of(code: str) -> tzinfo:
    """The time zone of a region; of the country's first one where the code is none."""
    regions = door.errand().regions
    region = regions.get(code) or next(iter(regions.values()))
    local = region.calendar.local(datetime.now().astimezone())
    assert local.tzinfo is not None
    return local.tzinfo


def home() -> tzinfo:
    """The country's own time zone."""
    return zone_of("")


def timeline(view: Any, procedure: Procedure, t: Translate, lang: str) -> list[dict[str, Any]]:
    """What happened, newest first, in a citizen's words; what is under way stands on top."""
    where = zone(view)
    told = [
        {"text": text, "when": dates.day_and_time(row.at, lang, where), "state": "done"}
        for row in door.history(view.case)
        if (text := _told(row, procedure, t)) is not None
    ]
    told.reverse()
    if view.status == "running":
        words = t("happened.waits") if _is_hers(view, procedure) else t("happened.works")
        told.insert(0, {"text": words, "when": "", "state": "here"})
    return told


def _told(row: Any, procedure: Procedure, t: Translate) -> Markup | None:
    word = TOLD.get(row.type)
    if word is None:
        return None
    task = procedure.tasks.get(row.element)
    if word == "answered" and task is not None and task.audience == "staff":
        return t("happened.decided")
    if word == "answered" and task is not None and task.submits:
        return t(f"happened.sent_{_screen(row.channel)}")
    return t(f"happened.begun_{_screen(row.channel)}") if word == "begun" else t(f"happened.{word}")


def _screen(channel: str) -> str:
    return channel if channel in ("kiosk", "phone") else "web"


def _is_hers(view: Any, procedure: Procedure) -> bool:
    return any(
        procedure.tasks[name].audience == "citizen" for name in view.elements if name in procedure.tasks
    )


def receipt(view: Any, procedure: Procedure, t: Translate, lang: str) -> list[dict[str, Any]]:
    """Rows of the receipt: who is responsible, what comes next, by when, the reference."""
    name = office(view, lang)
    rows: list[dict[str, Any]] = [
        {"label": t("receipt.responsible"), "text": name},
        {"label": t("receipt.next"), "text": t("receipt.next_more", office=name)},
    ]
    if view.due is not None:
        rows.append(
            {"label": t("receipt.by"), "text": t("receipt.by_more", day=dates.long_day(view.due, lang))}
        )
    return [*rows, {"label": t("receipt.reference"), "text": view.reference, "code": True}]


def holder(view: Any, procedure: Procedure, t: Translate, lang: str) -> list[dict[str, Any]]:
    """Rows of "who has it now"."""
    name = office(view, lang)
    rows = [{"label": t("case.responsible"), "text": name}]
    if view.status == "running":
        rows.append(
            {"label": t("case.working"), "text": t("case.you") if _is_hers(view, procedure) else name}
        )
        if view.due is not None:
            rows.append(
                {"label": t("case.by"), "text": t("receipt.by_more", day=dates.long_day(view.due, lang))}
            )
    return [*rows, {"label": t("case.reference"), "text": view.reference, "code": True}]


def proofs(procedure: Procedure, lang: str) -> list[dict[str, str]]:
    """Papers that nobody had to bring, and who knows it instead."""
    return [{"title": each["name"], "source": each["how"]} for each in procedure.proofs_not_asked(lang)]


def errands(views: Iterable[Any], t: Translate, lang: str) -> list[dict[str, Any]]:
    """Rows of "my errands"."""
    return [_errand(view, t, lang) for view in views]


def _errand(view: Any, t: Translate, lang: str) -> dict[str, Any]:
    procedure = door.errand().packs.get(view.procedure, view.version)
    line = route(view, procedure, lang)
    place = min(line["here"], len(line["stages"]) - 1)
    return {
        "href": f"/cases/{view.case}",
        "name": procedure.title(lang),
        "clock": _clock(view, procedure, t, lang),
        "stage": line["stages"][place] if line["stages"] else "",
        "here": line["here"],
        "count": len(line["stages"]),
        "next": t("errands.begun", day=dates.short_day(view.started.date(), lang)),
    }


def _clock(view: Any, procedure: Procedure, t: Translate, lang: str) -> dict[str, Any]:
    if view.status != "running":
        return {"kind": "done" if view.status == "completed" else "stopped", "text": t("errands.over")}
    if _is_hers(view, procedure) or view.due is None:
        return {"kind": "yours", "text": t("errands.yours")}
    day = dates.short_day(view.due, lang)
    return {
        "kind": "late" if view.due < datetime.now(zone(view)).date() else "theirs",
        "text": t("errands.theirs", office=office(view, lang), day=day),
    }


def waits(here: Any, lang: str) -> list[dict[str, Any]]:
    """The registries that are asked now: source and, for a silent one, when it is asked again."""
    found = []
    for wait in here.waits:
        job = here.procedure.jobs.get(wait.element)
        rule = job.rule if job else None
        words = here.procedure.texts
        found.append(
            {
                "title": words.words(f"rule.{rule.key}.name", "").render(lang) if rule else "",
                "source": words.words(f"rule.{rule.key}.source", "").render(lang) if rule else "",
                "silent": wait.code is not None,
                "again": wait.retry_at.astimezone(zone(here.view)).strftime("%H:%M:%S")
                if wait.retry_at
                else "",
            }
        )
    return found


def decision(view: Any, procedure: Procedure, lang: str) -> list[dict[str, Any]]:
    """What was decided and why, in the words of the deciding task's form; empty while nothing is."""
    if view.status == "running":
        return []
    values = door.errand().cases.read.variables(door.actor(), view.case)
    rows: list[dict[str, Any]] = []
    for task in procedure.tasks.values():
        if task.audience == "staff" and task.form is not None and task.outcome in values:
            rows += task.form.summary(values, None, lang)
    return rows


def decided_notes(view: Any, procedure: Procedure, lang: str) -> list[Any]:
    """What the deciding form told the official beside the questions, say what a rule found; as HTML."""
    if view.status == "running":
        return []
    values = door.errand().cases.read.variables(door.actor(), view.case)
    return [
        part["html"]
        for task in procedure.tasks.values()
        if task.audience == "staff" and task.form is not None and task.outcome in values
        for page in task.form.pages({}, None, lang, "desk", variables=values, now=datetime.now(zone(view)))
        for part in page["components"]
        if part["type"] == "text"
    ]


def fee(procedure: Procedure) -> str:
    """The fee that holds on all channels, with its currency; empty when nothing is to be paid."""
    found = next((each for each in procedure.service.fees if each.channel is None and each.amount), None)
    return f"{found.amount} {found.currency}" if found else ""


#: A life event's icon; a procedure of no known one gets the path of errands.
ICONS = {"moving": "house-line", "birth": "baby", "business": "storefront", "driving": "identification-card"}


def icon_of(procedure: Procedure) -> str:
    """The icon of a procedure's life event."""
    return next((ICONS[event] for event in procedure.service.life_events if event in ICONS), "path")


def services(t: Translate, lang: str) -> list[dict[str, Any]]:
    """The procedures that can be begun: address, name, and what it takes."""
    return [
        {
            "href": f"/services/{procedure.id}",
            "icon": icon_of(procedure),
            "name": procedure.title(lang),
            "about": t("services.paid", fee=cost) if (cost := fee(procedure)) else t("services.about"),
        }
        for procedure in door.errand().packs.active().values()
    ]


def _days(limit: TimeLimit) -> str:
    return "within" if limit.working else "within_days"


def service(name: str, t: Translate, lang: str) -> dict[str, Any]:
    """A procedure before it is begun. Raises NotFound."""
    procedure: Procedure = door.errand().packs.get(name)
    regions = door.errand().regions
    limit = procedure.service.limit
    rows = [
        {"label": t("begin.limit"), "text": t(f"begin.{_days(limit)}", n=limit.days)},
        {"label": t("begin.fee"), "text": fee(procedure) or t("begin.free")},
        *(
            {"label": t("begin.law"), "text": law.words.render(lang)}
            for law in procedure.service.legal.values()
        ),
    ]
    return {
        "procedure": procedure.id,
        "name": procedure.title(lang),
        "about": procedure.service.description.render(lang),
        "rows": rows,
        "proofs": proofs(procedure, lang),
        "regions": [
            {"code": code, "name": regions[code].name(lang) if code in regions else code}
            for code in procedure.service.authorities
        ],
    }
