"""The words of the chrome agree in all languages, and dates are said as people say them."""

import datetime as dt
import re
from zoneinfo import ZoneInfo

import pytest

from backend.channel.look import (
    LANGUAGES,
    clock_time,
    day_and_time,
    direction,
    long_day,
    short_day,
    texts,
    translator,
)
from backend.channel.look import words as look_words

DAY = dt.date(2026, 11, 27)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_language_has_every_text(lang: str) -> None:
    assert set(texts(lang)) == set(texts("en"))
    assert all(texts(lang).values())


def test_a_missing_key_another_name_and_a_lost_plural_are_all_told_at_once() -> None:
    broken = {
        "en": {"a": "Kiosk {number}", "b": {"one": "one", "other": "{n} things"}, "c": "x"},
        "zh-Hans": {"a": "自助机 {kiosk}", "b": {"other": "{n} 项"}, "c": "y"},
        "ar": {"a": "الجهاز {number}", "b": {"one": "واحد", "other": "{n}"}, "d": 'قال "نعم"'},
    }
    told = "\n".join(look_words.faults(broken))
    assert "zh-Hans: a fills in ['kiosk'] instead of ['number']" in told
    assert "ar: c is missing" in told and "ar: d is not in en" in told
    assert {f"ar: b lacks the plural category {tag}" for tag in ("zero", "two", "few", "many")} <= set(
        told.splitlines()
    )
    assert "en" not in [line.split(":")[0] for line in told.splitlines()]


def test_a_foreign_tag_or_a_straight_quote_is_a_fault() -> None:
    broken = {
        "en": {"a": "<script>x</script>", "b": 'say "x"'},
        "zh-Hans": {"a": "x", "b": "x"},
        "ar": {"a": "x", "b": "x"},
    }
    assert look_words.faults(broken) == [
        "en: a uses a tag other than <b> and <bdi>",
        "en: b has a straight double quote, which would end an attribute",
    ]


def test_values_are_escaped_and_texts_are_not() -> None:
    t = translator("en", {"x": "Hello <b>{name}</b>"})
    assert str(t("x", name="<i>&")) == "Hello <b>&lt;i&gt;&amp;</b>"


@pytest.mark.parametrize(
    ("n", "said"), [(1, "أمر واحد"), (2, "أمران"), (3, "3 أمور"), (11, "11 أمرًا"), (100, "100 أمر")]
)
def test_arabic_counts_in_six_ways(n: int, said: str) -> None:
    assert str(translator("ar")("form.errors", n=n)).startswith(said)


def test_dates_are_said_in_words_with_the_digits_of_the_keypad() -> None:
    assert long_day(DAY, "en") == "Friday 27 November 2026"
    assert long_day(DAY, "zh-Hans") == "2026年11月27日（周五）"
    assert long_day(DAY, "ar") == "الجمعة 27 نوفمبر 2026"
    assert short_day(DAY, "en") == "Fri 27 Nov"
    assert all(not re.search(r"[٠-٩/]", long_day(DAY, lang)) for lang in LANGUAGES)


def test_times_stand_in_the_offices_zone() -> None:
    at = dt.datetime(2026, 11, 27, 23, 30, tzinfo=dt.UTC)
    zone = ZoneInfo("Europe/Tallinn")
    assert clock_time(at, zone) == "01:30"
    assert day_and_time(at, "en", zone) == "Sat 28 Nov, 01:30"


def test_the_notification_says_the_same_words_as_the_texts() -> None:
    worker = (look_words.FOLDER.parent / "js" / "sw.js").read_text(encoding="utf-8")
    for lang in LANGUAGES:
        assert f'["{texts(lang)["push.title"]}", "{texts(lang)["push.body"]}"]' in worker


def test_arabic_runs_from_the_right() -> None:
    assert [direction(lang) for lang in LANGUAGES] == ["ltr", "ltr", "rtl"]
