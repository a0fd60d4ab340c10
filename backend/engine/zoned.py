"""Wall-clock times in a time zone as instants, clock changes included."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo


def zone_of(name: str) -> ZoneInfo:
    """An IANA zone. ValueError for an unknown one."""
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        raise ValueError("an unknown time zone") from None


def valid_local(local: datetime) -> datetime:
    """A wall-clock time as instant: a skipped one is the end of the gap, a doubled one its first
    occurrence."""
    instant = local.astimezone(UTC)
    if instant.astimezone(local.tzinfo).replace(tzinfo=None) == local.replace(tzinfo=None):
        return instant
    early, late = local.replace(fold=1).astimezone(UTC), instant
    before = early.astimezone(local.tzinfo).utcoffset()
    while late - early > timedelta(seconds=1):
        middle = (early + (late - early) / 2).replace(microsecond=0)
        if middle <= early:
            break
        if middle.astimezone(local.tzinfo).utcoffset() == before:
            early = middle
        else:
            late = middle
    return late
