"""The work list: the most urgent first, a sentence before the figures, no names."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

from backend.channel import door
from backend.channel.look import dates
from backend.channel.walk import said
from backend.channel.walk.said import Translate

GROUPS = ("late", "today", "week", "later")


def office(actor: Any, lang: str) -> str:
    """The official's department by name."""
    for region in door.errand().regions.values():
        if actor.department in region.departments:
            return str(region.department(actor.department, lang))
    return actor.department


def shown(t: Translate, lang: str) -> dict[str, Any]:
    """Heading, date and groups of rows."""
    rows = door.worklist()
    today = datetime.now(said.home()).date()
    grouped: dict[str, list[Any]] = {name: [] for name in GROUPS}
    for row in rows:
        grouped[_group(row, today)].append(row)
    late, due = len(grouped["late"]), len(grouped["today"])
    return {
        "heading": _sentence(t, late, due, len(rows)),
        "today": dates.long_day(today, lang),
        "groups": [
            {"title": t(f"desk_work.{name}"), "rows": [_row(row, t, lang, today) for row in found]}
            for name, found in grouped.items()
            if found
        ],
    }


def by_reference(text: str) -> Any:
    """The row with this reference, however it was typed; None if the list has none."""
    wanted = "".join(text.upper().split()).replace("-", "")
    return next((row for row in door.worklist() if row.reference.replace("-", "") == wanted), None)


def _sentence(t: Translate, late: int, due: int, all_of_them: int) -> Any:
    if not all_of_them:
        return t("desk_work.nothing")
    if late:
        return t("desk_work.some_late", n=late)
    return t("desk_work.some_due", n=due) if due else t("desk_work.all_in_time", n=all_of_them)


def _group(row: Any, today: date) -> str:
    day = _day(row.due)
    if day is None or day > today + timedelta(days=7):
        return "later"
    if day < today:
        return "late"
    return "today" if day == today else "week"


def _day(due: datetime | date | None) -> date | None:
    return due.astimezone().date() if isinstance(due, datetime) else due


def _row(row: Any, t: Translate, lang: str, today: date) -> dict[str, Any]:
    procedure = door.errand().packs.get(row.procedure, row.version)
    stages = procedure.progress([row.element], lang)
    here = next((index for index, stage in enumerate(stages) if stage.state == "now"), 0)
    return {
        "href": f"/cases/{row.case}/tasks/{row.task}",
        "name": procedure.title(lang),
        "reference": row.reference,
        "clock": _clock(row, t, lang, today),
        "known": t("desk_work.sent", day=dates.short_day(row.submitted.date(), lang))
        if row.submitted
        else "",
        "stage": stages[here].name if stages else "",
        "here": here,
        "count": len(stages),
        "next": procedure.tasks[row.element].name.render(lang),
        "current": False,
    }


def _clock(row: Any, t: Translate, lang: str, today: date) -> dict[str, Any] | None:
    day = _day(row.due)
    if day is None:
        return None
    if day < today:
        return {"kind": "late", "text": t("desk_work.days_late", n=(today - day).days)}
    if day > today:
        return {"kind": "theirs", "text": dates.short_day(day, lang)}
    zone = said.zone_of(row.region)
    at = f" {dates.clock_time(row.due, zone)}" if isinstance(row.due, datetime) else ""
    return {"kind": "yours", "text": t("desk_work.due_today") + at}
