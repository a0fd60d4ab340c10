"""Working days, time limits, regions (config/regions)."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backend.procedures import PackFaults, TimeLimit, read_regions

REGIONS = read_regions()
SOUTH = REGIONS["south"].calendar


def test_the_three_regions_have_names_departments_halls_and_calendars():
    assert set(REGIONS) == {"north", "south", "central"}
    for code, region in REGIONS.items():
        assert {"en", "zh-Hans", "ar"} <= region.names.keys()
        assert region.department(f"residents-{code}", "ar")
        assert region.halls and region.reference


@pytest.mark.parametrize(
    ("start", "days", "end"),
    [
        ("2026-11-24", 3, "2026-11-27"),
        ("2026-11-27", 1, "2026-11-30"),
        ("2026-11-28", 0, "2026-11-30"),
        ("2026-11-28", 1, "2026-11-30"),
        ("2026-11-24", 0, "2026-11-24"),
        ("2026-12-23", 3, "2026-12-29"),
        ("2026-12-31", 1, "2027-01-04"),
    ],
)
def test_a_limit_counts_from_the_day_after_and_skips_weekends_and_holidays(start, days, end):
    assert SOUTH.add_working_days(date.fromisoformat(start), days) == date.fromisoformat(end)


@given(st.dates(date(2026, 1, 1), date(2028, 6, 1)), st.integers(1, 60))
def test_a_limit_ends_on_a_working_day_after_exactly_so_many(start, days):
    end = SOUTH.add_working_days(start, days)
    assert SOUTH.is_working(end) and SOUTH.working_days_between(start, end) == days


def test_an_instant_is_read_on_the_regions_clocks():
    limit = TimeLimit(1)
    assert limit.due(datetime(2026, 11, 24, 22, 59, tzinfo=UTC), SOUTH) == date(2026, 11, 25)
    assert limit.due(datetime(2026, 11, 24, 23, 1, tzinfo=UTC), SOUTH) == date(2026, 11, 26)


def test_plain_days_end_on_the_next_working_day():
    assert TimeLimit(4, working=False).due(date(2026, 11, 24), SOUTH) == date(2026, 11, 30)


def test_a_limit_is_bounded():
    with pytest.raises(ValueError, match="1,000"):
        SOUTH.add_working_days(date(2026, 1, 1), 1001)


def test_broken_regions_tell_every_fault(tmp_path):
    (tmp_path / "east").mkdir()
    (tmp_path / "east" / "region.yaml").write_text("names: {ar: الشرق}\n")
    (tmp_path / "east" / "calendar.yaml").write_text(
        "zone: Moon/Base\nworking_week: [caturday]\nholidays: {soon: {en: x}}"
    )
    (tmp_path / "west").mkdir()
    with pytest.raises(PackFaults) as broken:
        read_regions(tmp_path)
    files = [fault.file for fault in broken.value.faults]
    assert files.count("east/calendar.yaml") == 3 and files.count("east/region.yaml") == 4
    assert "west/region.yaml" in files and "west/calendar.yaml" in files
