# ruff: noqa: E501  (models stand on one line each)
"""ISO 8601 and cron: X-TIME-01, X-TIME-02."""

from datetime import UTC, datetime

import pytest

from backend.engine import commands
from backend.engine.cron import parse_cron
from backend.engine.timing import first_due, next_due, parse_cycle, parse_date, parse_duration, repetitions
from tests.engine.models import hosted, model, open_tasks, raised, state, user

ZONE = "Europe/Berlin"


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "start", "wanted"),
    [
        ("PT1H30M", "2026-01-01T00:00", "2026-01-01T01:30"),
        ("P1M", "2026-01-31T12:00", "2026-02-28T12:00"),
        ("P1Y2M3DT4H5M6S", "2026-01-01T00:00", "2027-03-04T04:05:06"),
        ("P2W", "2026-01-01T00:00", "2026-01-15T00:00"),
        ("-PT1H", "2026-01-01T00:00", "2025-12-31T23:00"),
    ],
)
def test_X_TIME_01_durations(text, start, wanted):
    assert parse_duration(text).after(at(start), "UTC") == at(wanted)


def test_X_TIME_01_a_month_keeps_the_local_time_over_a_clock_change():
    assert parse_duration("P1M").after(at("2026-03-15T11:00"), ZONE) == at("2026-04-15T10:00")
    assert parse_date("2026-07-01T12:00:00", ZONE) == at("2026-07-01T10:00")
    assert parse_date("2026-07-01T12:00:00+05:00", ZONE) == at("2026-07-01T07:00")
    assert parse_date("2026-07-01T12:00:00[Asia/Tokyo]", ZONE) == at("2026-07-01T03:00")


@pytest.mark.parametrize("text", ["", "P", "PT", "1H", "P1H", "PT1D", "P1.5D", "soon", "P" + "9" * 30 + "D"])
def test_wrong_durations(text):
    with pytest.raises(ValueError):
        parse_duration(text)


@pytest.mark.parametrize(
    "text",
    [
        "R",
        "R3",
        "R3/",
        "R-2/PT1H",
        "R3/PT0S",
        "R3/2026-01-01",
        "* * *",
        "0 0 0 32 * *",
        "61 * * * * *",
        "0 0 0 * * 9",
    ],
)
def test_wrong_cycles(text):
    with pytest.raises(ValueError):
        parse_cycle(text, "UTC")


def test_X_TIME_02_cycles_with_start_and_end():
    cycle = parse_cycle("R2/2026-01-01T00:00:00Z/P1D", "UTC")
    assert repetitions(cycle) == 1
    first = first_due(cycle, at("2025-12-01T00:00"), "UTC")
    assert first == at("2026-01-01T00:00") and next_due(cycle, first, first, 1, "UTC") == at(
        "2026-01-02T00:00"
    )
    bounded = parse_cycle("R/PT1H/2026-01-01T02:30:00Z", "UTC")
    since = at("2026-01-01T00:00")
    assert first_due(bounded, since, "UTC") == at("2026-01-01T01:00")
    assert next_due(bounded, since, at("2026-01-01T01:00"), -1, "UTC") == at("2026-01-01T02:00")
    assert next_due(bounded, since, at("2026-01-01T02:00"), -2, "UTC") is None


@pytest.mark.parametrize(
    ("text", "now", "wanted"),
    [
        ("0 0 9 * * MON-FRI", "2026-11-27T12:00", "2026-11-30T09:00"),
        ("0 */15 * * * *", "2026-11-24T09:01", "2026-11-24T09:15"),
        ("0 0 0 L * *", "2026-02-01T00:00", "2026-02-28T00:00"),
        ("0 0 0 LW * ?", "2026-02-01T00:00", "2026-02-27T00:00"),
        ("0 0 0 15W * ?", "2026-11-01T00:00", "2026-11-16T00:00"),
        ("0 0 0 ? * 2#1", "2026-11-24T00:00", "2026-12-01T00:00"),
        ("0 0 0 ? * FRIL", "2026-11-24T00:00", "2026-11-27T00:00"),
        ("0 0 0 29 FEB ?", "2026-01-01T00:00", "2028-02-29T00:00"),
        ("0 0 12 1,15 JAN-MAR *", "2026-11-24T00:00", "2027-01-01T12:00"),
        ("@monthly", "2026-11-24T00:00", "2026-12-01T00:00"),
        ("@hourly", "2026-11-24T09:00", "2026-11-24T10:00"),
    ],
)
def test_X_TIME_02_cron(text, now, wanted):
    assert parse_cron(text).after(at(now), "UTC") == at(wanted)


def test_X_TIME_02_a_skipped_local_time_fires_at_the_next_valid_one_a_doubled_one_once():
    cron = parse_cron("0 30 2 * * *")
    assert cron.after(at("2026-03-28T12:00"), ZONE) == at("2026-03-29T01:00"), (
        "02:30 does not exist: 03:00 local"
    )
    first = cron.after(at("2026-10-24T12:00"), ZONE)
    assert first == at("2026-10-25T00:30") and cron.after(first, ZONE) == at("2026-10-26T01:30")


def test_C8_ERR_02_a_cron_cycle_on_an_event():
    nodes = (
        '<startEvent id="s"/>'
        + user("a")
        + '<boundaryEvent id="t" attachedToRef="a" cancelActivity="false"><timerEventDefinition><timeCycle>0 0 9 * * *</timeCycle></timerEventDefinition></boundaryEvent>'
        + user("late")
    )
    host = hosted(model(nodes, "s>a", "t>late"))
    host.advance(at("2026-11-26T10:00"))
    assert open_tasks(host) == ["a", "late", "late"]


def test_an_incident_of_the_process_is_repaired_by_arming_again():
    handler = '<subProcess id="H" triggeredByEvent="true"><startEvent id="hs"><timerEventDefinition><timeDuration>=wait</timeDuration></timerEventDefinition></startEvent></subProcess>'
    host = hosted(model('<startEvent id="s"/>' + user("a") + handler, "s>a"))
    assert raised(host) == [("p", "timer")] and open_tasks(host) == ["a"]
    host.do(1, commands.UpdateVariables(1, {"wait": "PT1H"}))
    host.do(1, commands.ResolveIncident(next(iter(state(host).incidents))))
    assert raised(host) == [] and [one.kind for one in state(host).timers.values()] == ["handler"]
