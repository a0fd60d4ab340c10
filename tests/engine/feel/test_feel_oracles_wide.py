"""More truths to compare with: `datetime` and `zoneinfo` for all arithmetic of A6, `fractions`, `statistics`
and plain Python for the built-ins."""

import datetime
import decimal
import statistics
import zoneinfo
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from backend.engine.feel import compile_expression
from backend.engine.feel.temporal import MonthsDuration
from backend.engine.feel.values import to_feel

WIDE = decimal.Context(prec=90, Emin=-999_999, Emax=999_999)
ROUND = decimal.Context(prec=34, rounding=decimal.ROUND_HALF_EVEN, Emin=-6143, Emax=6144)
SMALL = st.decimals(allow_nan=False, allow_infinity=False, min_value=-1000, max_value=1000, places=3)
INTEGERS = st.integers(-50, 50)
OFFSETS = st.integers(-14 * 60, 14 * 60).map(lambda m: datetime.timezone(datetime.timedelta(minutes=m)))
TIMES = st.times(timezones=st.none() | OFFSETS)
NAIVE = st.datetimes(min_value=datetime.datetime(1900, 1, 1), max_value=datetime.datetime(2100, 1, 1))
AWARE = st.builds(lambda m, z: m.replace(tzinfo=z), NAIVE, OFFSETS)
SPANS = st.timedeltas(min_value=datetime.timedelta(days=-9999), max_value=datetime.timedelta(days=9999))
ZONES = st.sampled_from(
    [
        "Europe/Berlin",
        "America/St_Johns",
        "Asia/Kathmandu",
        "Australia/Lord_Howe",
        "Pacific/Apia",
        "Africa/Cairo",
    ]
).map(zoneinfo.ZoneInfo)
many = settings(max_examples=60, deadline=None)


def run(text: str, **variables: Any) -> Any:
    return compile_expression(text).evaluate(variables)[0]


@many
@given(SMALL, SMALL)
def test_F_BUILTIN_MODULO_as_fractions(a: Decimal, b: Decimal) -> None:
    assume(b)
    exact = Fraction(a) - Fraction(b) * (Fraction(a) / Fraction(b)).__floor__()
    assert Fraction(run("modulo(a, b)", a=a, b=b)) == exact


@many
@given(SMALL.filter(lambda n: n > 0), st.decimals(-20, 20, places=2))
def test_F_NUM_03_powers_as_decimal(a: Decimal, b: Decimal) -> None:
    assert run("a ** b", a=a, b=b) == ROUND.plus(WIDE.power(a, b))
    assert run("sqrt(a)", a=a) == ROUND.sqrt(a)
    assert run("log(a)", a=a) == ROUND.plus(WIDE.ln(a))
    assert run("exp(b)", b=b) == ROUND.plus(WIDE.exp(b))


@many
@given(st.lists(SMALL, min_size=2, max_size=20))
def test_lists_of_numbers_as_statistics(items: list[Decimal]) -> None:
    exact = [Fraction(item) for item in items]
    as_number = lambda f: ROUND.divide(Decimal(f.numerator), Decimal(f.denominator))
    assert Fraction(run("sum(l)", l=items)) == sum(exact)
    assert run("mean(l)", l=items) == as_number(statistics.mean(exact))
    assert run("median(l)", l=items) == as_number(statistics.median(exact))
    assert run("mode(l)", l=items) == sorted(statistics.multimode(items))
    variance = statistics.variance(exact)
    wanted = WIDE.sqrt(WIDE.divide(Decimal(variance.numerator), Decimal(variance.denominator)))
    assert run("stddev(l)", l=items) == ROUND.plus(wanted)
    assert [run("min(l)", l=items), run("max(l)", l=items)] == [min(items), max(items)]


@many
@given(st.lists(st.integers(0, 9), max_size=12), INTEGERS, INTEGERS)
def test_lists_as_python(items: list[int], place: int, size: int) -> None:
    numbers = [Decimal(n) for n in items]
    inside = place != 0 and abs(place) <= len(items)
    index = place - 1 if place > 0 else len(items) + place
    assert run("l[n]", l=items, n=place) == (numbers[index] if inside else None)
    assert run("remove(l, n)", l=items, n=place) == (
        numbers[:index] + numbers[index + 1 :] if inside else None
    )
    rest = numbers[index : index + size]
    valid = inside and 1 <= size <= len(items) - index
    assert run("sublist(l, n, k)", l=items, n=place, k=size) == (rest if valid else None)
    assert run("sort(l, function(x, y) x < y)", l=items) == sorted(numbers)
    assert run("distinct values(l)", l=items) == list(dict.fromkeys(numbers))
    assert run("reverse(l)", l=items) == numbers[::-1]
    assert run("index of(l, n)", l=items, n=size) == [i for i, n in enumerate(numbers, 1) if n == size]
    assert run("l[item > 4]", l=items) == [n for n in numbers if n > 4]


@many
@given(st.text(max_size=12), INTEGERS, INTEGERS, st.text(max_size=2))
def test_strings_as_python(text: str, place: int, size: int, piece: str) -> None:
    inside = place != 0 and abs(place) <= len(text)
    index = place - 1 if place > 0 else len(text) + place
    valid = inside and 1 <= size <= len(text) - index
    assert run("substring(s, n)", s=text, n=place) == (text[index:] if inside else None)
    assert run("substring(s, n, k)", s=text, n=place, k=size) == (
        text[index : index + size] if valid else None
    )
    assert run("string length(s)", s=text) == len(text)
    assert run("contains(s, p)", s=text, p=piece) is (piece in text)
    assert run("starts with(s, p)", s=text, p=piece) is text.startswith(piece)
    assert run("ends with(s, p)", s=text, p=piece) is text.endswith(piece)
    if piece:
        assert run("substring before(s, p)", s=text, p=piece) == (
            text.partition(piece)[0] if piece in text else ""
        )
        assert run("substring after(s, p)", s=text, p=piece) == text.partition(piece)[2]
        assert run('string join(split(s, "x"), "x") = s', s=text) is True


@many
@given(TIMES, SPANS)
def test_F_AR_01_times_as_datetime(time: datetime.time, span: datetime.timedelta) -> None:
    moved = (datetime.datetime.combine(datetime.date(2000, 1, 1), time) + span).timetz()
    assert run("t + s", t=time, s=span) == to_feel(moved)
    assert run("s + t", t=time, s=span) == to_feel(moved)
    assert run("t - s + s = t", t=time, s=span) is True
    assert run("time(string(t)) = t", t=time) is True


@many
@given(AWARE, AWARE, NAIVE, NAIVE)
def test_F_AR_01_F_EQ_04_F_ORD_moments_as_datetime(
    a: datetime.datetime, b: datetime.datetime, c: datetime.datetime, d: datetime.datetime
) -> None:
    for x, y in ((a, b), (c, d), (a, a), (c, c)):
        assert run("x - y", x=x, y=y) == to_feel(x - y)
        assert run("x < y", x=x, y=y) is (x < y)
        assert run("x >= y", x=x, y=y) is (x >= y)
        assert run("x = y", x=x, y=y) is (x == y)
    assert run("x = y", x=a, y=c) is False
    assert run("x - y", x=a, y=c) is None
    assert run("x < y", x=a, y=c) is (a < c.replace(tzinfo=a.tzinfo))


@many
@given(SPANS, SPANS, st.integers(-20, 20))
def test_F_AR_02_durations_as_timedelta(a: datetime.timedelta, b: datetime.timedelta, n: int) -> None:
    assert run("a + b", a=a, b=b) == to_feel(a + b)
    assert run("a - b", a=a, b=b) == to_feel(a - b)
    assert run("a * n", a=a, n=n) == to_feel(a * n)
    assert run("a < b", a=a, b=b) is (a < b)
    assert run("abs(a)", a=a) == to_feel(abs(a))
    if b:
        micro = datetime.timedelta(microseconds=1)
        ratio = Fraction(a // micro, b // micro)
        assert run("a / b", a=a, b=b) == ROUND.divide(Decimal(ratio.numerator), Decimal(ratio.denominator))
    parts = run("[a.days, a.hours, a.minutes, a.seconds]", a=a)
    units = [Decimal(86_400), Decimal(3600), Decimal(60), Decimal(1)]
    assert sum(p * u for p, u in zip(parts, units, strict=True)) == Decimal(
        a // datetime.timedelta(microseconds=1)
    ).scaleb(-6)
    assert run("duration(string(a)) = a", a=a) is True


@many
@given(NAIVE, SPANS, ZONES)
def test_F_AR_01_zones_move_by_instants(
    moment: datetime.datetime, span: datetime.timedelta, zone: Any
) -> None:
    aware = moment.replace(tzinfo=zone)
    instant = aware.astimezone(datetime.UTC)
    assume(instant.astimezone(zone).replace(tzinfo=None) == moment)
    assume(_seconds(aware.utcoffset()) % 60 == 0)
    there = (instant + span).astimezone(zone)
    moved = run("m + s", m=aware, s=span)
    assert run("m = i", m=aware, i=instant) is True
    assert str(moved).split("@")[0] == str(to_feel(there.replace(tzinfo=None)))
    assert run("m.time offset", m=moved) == to_feel(there.utcoffset())


def _seconds(offset: datetime.timedelta | None) -> int:
    assert offset is not None
    return offset.seconds


@many
@given(st.dates(), st.dates())
def test_F_BUILTIN_YEARS_AND_MONTHS_DURATION_is_the_largest(a: datetime.date, b: datetime.date) -> None:
    first, last = min(a, b), max(a, b)
    months = (last.year - first.year) * 12 + last.month - first.month
    months -= last.day < first.day
    assert run("years and months duration(a, b)", a=first, b=last) == MonthsDuration(months)
    assert run("years and months duration(b, a)", a=first, b=last) == MonthsDuration(-months)


@many
@given(st.integers(-999_999_999, 999_999_999), st.integers(1, 366), st.integers(-(10**12), 10**12))
def test_F_DT_01_far_years_repeat_every_400(year: int, day: int, shift: int) -> None:
    near = 2000 + year % 400
    date = datetime.date(near, 1, 1) + datetime.timedelta(days=day - 1)
    assume(date.year == near)
    far = run("date(y, m, d)", y=year, m=date.month, d=date.day)
    assert run("f.weekday", f=far) == date.isoweekday()
    assert run("day of year(f)", f=far) == day
    assert run("week of year(f)", f=far) == date.isocalendar().week
    assert run("date(string(f)) = f", f=far) is True
    moved = run("f + s", f=far, s=run("duration(t)", t=f"P{abs(shift)}D" if shift >= 0 else f"-P{-shift}D"))
    if moved is not None:
        assert run("(m - f).days", m=moved, f=far) == shift


@pytest.mark.parametrize("text", ["a < b", "a <= b", "a = b", "a != b", "a > b", "a >= b"])
@many
@given(a=st.text(max_size=4), b=st.text(max_size=4))
def test_F_ORD_01_strings_by_code_point(text: str, a: str, b: str) -> None:
    python = {"=": a == b, "!=": a != b, "<": a < b, "<=": a <= b, ">": a > b, ">=": a >= b}
    assert run(text, a=a, b=b) is python[text.split(" ")[1]]
