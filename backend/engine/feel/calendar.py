"""The proleptic Gregorian calendar for any year, in whole days since 1970-01-01."""

from __future__ import annotations

MAX_YEAR = 999_999_999
DAYS_OF_400_YEARS = 146_097


def is_leap(year: int) -> bool:
    """True if the year has a 29 February."""
    return year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)


def days_in_month(year: int, month: int) -> int:
    """Length of a month, 28 to 31."""
    if month == 2:
        return 29 if is_leap(year) else 28
    return 30 if month in (4, 6, 9, 11) else 31


def is_real_day(year: int, month: int, day: int) -> bool:
    """True if this day exists and its year is within +-999,999,999 (F-DT-01)."""
    return -MAX_YEAR <= year <= MAX_YEAR and 1 <= month <= 12 and 1 <= day <= days_in_month(year, month)


def to_days(year: int, month: int, day: int) -> int:
    """Days since 1970-01-01. The year is counted from March so that the leap day comes last."""
    shifted = year - (month <= 2)
    era, year_of_era = divmod(shifted, 400)
    day_of_year = (153 * (month + (-3 if month > 2 else 9)) + 2) // 5 + day - 1
    day_of_era = year_of_era * 365 + year_of_era // 4 - year_of_era // 100 + day_of_year
    return era * DAYS_OF_400_YEARS + day_of_era - 719_468


def from_days(days: int) -> tuple[int, int, int]:
    """(year, month, day) of a count of days since 1970-01-01."""
    era, day_of_era = divmod(days + 719_468, DAYS_OF_400_YEARS)
    year_of_era = (day_of_era - day_of_era // 1460 + day_of_era // 36_524 - day_of_era // 146_096) // 365
    day_of_year = day_of_era - (365 * year_of_era + year_of_era // 4 - year_of_era // 100)
    month_from_march = (5 * day_of_year + 2) // 153
    day = day_of_year - (153 * month_from_march + 2) // 5 + 1
    month = month_from_march + (3 if month_from_march < 10 else -9)
    return year_of_era + era * 400 + (month <= 2), month, day


def weekday(days: int) -> int:
    """ISO weekday, 1 = Monday to 7 = Sunday."""
    return (days + 3) % 7 + 1


def add_months(year: int, month: int, day: int, months: int) -> tuple[int, int, int]:
    """Move by months; a day that the new month lacks is clipped to its end (F-AR-01)."""
    years, month0 = divmod(month - 1 + months, 12)
    new_year = year + years
    return new_year, month0 + 1, min(day, days_in_month(new_year, month0 + 1))


def iso_week(days: int) -> int:
    """Week number of ISO 8601: the week belongs to the year of its Thursday."""
    thursday = days - weekday(days) + 4
    year, _, _ = from_days(thursday)
    return (thursday - to_days(year, 1, 1)) // 7 + 1
