"""Hypothesis against other truths: `decimal` for numbers, `datetime` and `zoneinfo` for dates,
storage for values."""

import datetime
import decimal
import zoneinfo
from decimal import Decimal
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from backend.engine.feel import compile_expression
from backend.engine.feel.text import to_text
from backend.engine.feel.values import (
    Date,
    DateTime,
    DaysDuration,
    MonthsDuration,
    Range,
    Time,
    decode_ext,
    encode_ext,
    from_json,
    to_feel,
    to_json,
)

ORACLE = decimal.Context(prec=34, rounding=decimal.ROUND_HALF_EVEN, Emin=-6143, Emax=6144)
NUMBERS = st.decimals(allow_nan=False, allow_infinity=False, min_value=-(10**20), max_value=10**20).map(
    ORACLE.plus
)
DATES = st.dates()
MOMENTS = st.datetimes(min_value=datetime.datetime(1, 1, 3), max_value=datetime.datetime(9999, 12, 28))
SPANS = st.timedeltas(min_value=datetime.timedelta(days=-400_000), max_value=datetime.timedelta(days=400_000))
ZONES = st.sampled_from(["Europe/Paris", "America/New_York", "Asia/Kolkata", "Australia/Lord_Howe", "UTC"])
few = settings(max_examples=60, deadline=None)


def run(text: str, **variables: Any) -> Any:
    return compile_expression(text).evaluate(variables)[0]


@few
@given(NUMBERS, NUMBERS)
def test_F_NUM_02_as_decimal(a: Decimal, b: Decimal) -> None:
    assert run("a + b", a=a, b=b) == ORACLE.add(a, b)
    assert run("a - b", a=a, b=b) == ORACLE.subtract(a, b)
    assert run("a * b", a=a, b=b) == ORACLE.multiply(a, b)
    assert run("a / b", a=a, b=b) == (ORACLE.divide(a, b) if b else None)
    assert run("a < b", a=a, b=b) is (a < b)
    assert run("a = b", a=a, b=b) is (a == b)
    if b:
        rest = run("modulo(a, b)", a=a, b=b)
        assert rest == 0 or (rest < 0) == (b < 0)
        assert abs(rest) <= abs(b)


@few
@given(NUMBERS, st.integers(-5, 10))
def test_F_BUILTIN_rounding_as_decimal(n: Decimal, scale: int) -> None:
    exact = decimal.Context(prec=80)
    unit = Decimal((0, (1,), -scale))
    for name, mode in (
        ("decimal", "ROUND_HALF_EVEN"),
        ("floor", "ROUND_FLOOR"),
        ("ceiling", "ROUND_CEILING"),
        ("round up", "ROUND_UP"),
        ("round down", "ROUND_DOWN"),
        ("round half up", "ROUND_HALF_UP"),
        ("round half down", "ROUND_HALF_DOWN"),
    ):
        assert run(f"{name}(n, s)", n=n, s=scale) == ORACLE.plus(
            n.quantize(unit, rounding=mode, context=exact)
        )


@few
@given(DATES, DATES)
def test_dates_as_datetime(a: datetime.date, b: datetime.date) -> None:
    assert str(run("a", a=a)) == a.isoformat()
    assert run("a.weekday", a=a) == a.isoweekday()
    assert run("week of year(a)", a=a) == a.isocalendar().week
    assert run("day of year(a)", a=a) == a.timetuple().tm_yday
    assert run("(a - b).days", a=a, b=b) == (a - b).days
    assert run("a < b", a=a, b=b) is (a < b)
    assert run("b + (a - b) = a", a=a, b=b) is True
    assert run("date(string(a)) = a", a=a) is True


@few
@given(DATES, st.integers(-5000, 5000))
def test_months_clip_to_the_end(day: datetime.date, months: int) -> None:
    moved = run("day + m", day=day, m=MonthsDuration(months))
    assert (moved.year * 12 + moved.month) - (day.year * 12 + day.month) == months
    assert moved.day == day.day or (moved.day < day.day and run('(d + @"P1D").day', d=moved) == 1)


@few
@given(MOMENTS, SPANS)
def test_moments_as_datetime(moment: datetime.datetime, span: datetime.timedelta) -> None:
    try:
        expected = moment + span
    except OverflowError:
        return
    assert run("m + s", m=moment, s=span) == to_feel(expected)
    assert run("m - s = n", m=expected, s=span, n=moment) is True
    assert run("date and time(string(m)) = m", m=moment) is True
    assert run("duration(string(s)) = s", s=span) is True


@few
@given(st.datetimes(min_value=datetime.datetime(1950, 1, 1), max_value=datetime.datetime(2090, 1, 1)), ZONES)
def test_F_DT_05_zones_as_zoneinfo(moment: datetime.datetime, zone: str) -> None:
    moment = moment.replace(microsecond=0)
    aware = moment.replace(tzinfo=zoneinfo.ZoneInfo(zone))
    instant = aware.astimezone(datetime.UTC)
    text = f"{moment.isoformat()}@{zone}"
    assert run("date and time(t) = u", t=text, u=instant) is True
    shifted = run('date and time(t) + @"PT36H"', t=text)
    there = (instant + datetime.timedelta(hours=36)).astimezone(zoneinfo.ZoneInfo(zone))
    assert str(shifted).startswith(there.replace(tzinfo=None).isoformat())


VALUES = st.one_of(
    NUMBERS,
    st.builds(Date.from_days, st.integers(-(10**11), 10**11)),
    st.builds(DaysDuration, st.integers(-(10**29), 10**29)),
    st.builds(MonthsDuration, st.integers(-(10**12), 10**12)),
    st.builds(
        lambda n, o, z: Time(0, 0, 0, 0, None if z else o, z).with_nanos(n),
        st.integers(0, 86_400 * 10**9 - 1),
        st.none() | st.integers(-50_400, 50_400),
        st.none() | ZONES,
    ),
    st.builds(
        lambda d, n, z: DateTime.at(Date.from_days(d), n, None, z),
        st.integers(-(10**7), 10**7),
        st.integers(0, 86_400 * 10**9 - 1),
        st.none() | ZONES,
    ),
    st.builds(Range, NUMBERS, NUMBERS, st.booleans(), st.booleans()),
    st.builds(Range, st.none(), st.text(), st.booleans(), st.booleans()),
)


@few
@given(VALUES)
def test_storage_is_exact(value: Any) -> None:
    tag, blob = encode_ext(value)
    again = decode_ext(tag, blob)
    assert again == value
    assert type(again) is type(value)
    assert to_text(again) == to_text(value)
    assert hash(again) == hash(value)


@few
@given(
    st.recursive(
        st.none() | st.booleans() | st.text() | NUMBERS, lambda v: st.lists(v) | st.dictionaries(st.text(), v)
    )
)
def test_json_goes_through_unchanged(value: Any) -> None:
    assert to_json(from_json(value)) == value


def test_functions_cannot_be_stored() -> None:
    import pytest

    function = run("function(x) x")
    for store in (encode_ext, to_json):
        with pytest.raises(TypeError):
            store(function)
