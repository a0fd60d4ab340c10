"""Working days, regions and time limits; regions are data of the installation, in config/regions/<code>/."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from msgspec import Struct

from backend.procedures.answer_types import is_date
from backend.procedures.faults import Findings
from backend.procedures.yaml_text import Document, read_yaml

DIRECTORY = Path(__file__).resolve().parents[2] / "config" / "regions"
_DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")


class Calendar(Struct, frozen=True):
    """Working days of one region. `names` tells each holiday in every language."""

    zone: str
    working_week: frozenset[int]
    holidays: Mapping[date, Mapping[str, str]]
    opens: str = "08:00"
    closes: str = "17:00"

    def is_working(self, day: date) -> bool:
        return day.weekday() in self.working_week and day not in self.holidays

    def add_working_days(self, start: date, days: int) -> date:
        """The day on which a limit of `days` working days ends; the day after `start` counts first."""
        if days < 0 or days > 1000:
            raise ValueError("a limit has 0 to 1,000 working days")
        day = start
        while days or not self.is_working(day):
            day += timedelta(days=1)
            days -= self.is_working(day) and days > 0
        return day

    def working_days_between(self, start: date, end: date) -> int:
        """Working days after `start` up to and with `end`; 0 if end is not later."""
        span = (end - start).days
        return sum(self.is_working(start + timedelta(days=offset)) for offset in range(1, span + 1))

    def local(self, instant: datetime) -> datetime:
        """The instant on this region's clocks."""
        return instant.astimezone(ZoneInfo(self.zone))


class TimeLimit(Struct, frozen=True):
    """A limit as a number of working or plain days from a start."""

    days: int
    working: bool = True

    def due(self, start: date | datetime, calendar: Calendar) -> date:
        """The last day of the limit; an instant is first read on the region's clocks."""
        day = calendar.local(start).date() if isinstance(start, datetime) else start
        if self.working:
            return calendar.add_working_days(day, self.days)
        end = day + timedelta(days=self.days)
        return end if calendar.is_working(end) else calendar.add_working_days(end, 0)

    @property
    def iso(self) -> str:
        return f"P{self.days}D"


class Region(Struct, frozen=True):
    """A region: names per language, its departments, halls with their kiosks, its calendar."""

    code: str
    names: Mapping[str, str]
    reference: str
    departments: Mapping[str, Mapping[str, str]]
    halls: Mapping[str, Mapping[str, Any]]
    calendar: Calendar

    def name(self, lang: str) -> str:
        return self.names.get(lang) or self.names["en"]

    def department(self, department: str, lang: str) -> str:
        names = self.departments[department]
        return names.get(lang) or names["en"]


def read_regions(directory: Path = DIRECTORY) -> dict[str, Region]:
    """Every region by its code. Raises PackFaults with every fault of all files."""
    findings = Findings()
    regions: dict[str, Region] = {}
    for folder in sorted(path for path in directory.iterdir() if path.is_dir()):
        documents = {}
        for name in ("region.yaml", "calendar.yaml"):
            file = f"{folder.name}/{name}"
            path = folder / name
            if path.is_file():
                documents[name] = read_yaml(file, path.read_bytes(), findings)
            else:
                findings.add(
                    file, "REGION-01", "This file is missing.", "Write it as the other regions have it."
                )
        region, calendar = documents.get("region.yaml"), documents.get("calendar.yaml")
        if region and calendar:
            regions[folder.name] = _region(folder.name, region, _calendar(calendar, findings), findings)
    findings.refuse_if_any()
    return regions


def _region(code: str, document: Document, calendar: Calendar, findings: Findings) -> Region:
    given = document.value if isinstance(document.value, dict) else {}
    for key in ("names", "reference", "departments", "halls"):
        if key not in given:
            findings.add(document.file, "REGION-01", f"The region has no {key}.", "Add it.")
    names = given.get("names") or {}
    if not isinstance(names, dict) or "en" not in names:
        findings.add(document.file, "REGION-02", "The region has no English name.", "Add en below names.")
        names = {"en": code}
    halls = given.get("halls") or {}
    return Region(
        code, names, str(given.get("reference", "")), given.get("departments") or {}, halls, calendar
    )


def _calendar(document: Document, findings: Findings) -> Calendar:
    given = document.value if isinstance(document.value, dict) else {}
    week = given.get("working_week") or []
    if not isinstance(week, list) or not week or any(day not in _DAYS for day in week):
        remedy = f"List some of: {', '.join(_DAYS)}."
        findings.add(
            document.file,
            "REGION-03",
            "working_week names no days.",
            remedy,
            line=document.line("working_week"),
        )
        week = list(_DAYS[:5])
    holidays: dict[date, Mapping[str, str]] = {}
    for day, names in (given.get("holidays") or {}).items():
        if is_date(day) and isinstance(names, dict):
            holidays[date.fromisoformat(day)] = names
        else:
            line = document.line("holidays", day)
            findings.add(
                document.file, "REGION-03", f"{day} is no holiday with names.", "Write YYYY-MM-DD.", line=line
            )
    zone = str(given.get("zone", "UTC"))
    try:
        ZoneInfo(zone)
    except (ValueError, OSError, KeyError):
        findings.add(
            document.file, "REGION-03", f"{zone} is no time zone.", "Name one of the IANA list, or UTC."
        )
        zone = "UTC"
    hours = given.get("office_hours") or {}
    return Calendar(
        zone,
        frozenset(_DAYS.index(day) for day in week),
        holidays,
        str(hours.get("opens", "08:00")),
        str(hours.get("closes", "17:00")),
    )
