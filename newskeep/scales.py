"""Scales of charts: at which numbers and times an axis is marked, and when in a week things happen.

Pure arithmetic; drawing is `reading.charts`.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta, tzinfo
from math import ceil

WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
HOURS = 24

_STEPS = (1, 2, 5)
_HOURS = (1, 3, 6, 12)
_DAYS = (1, 2, 7, 14)
_MONTHS = (1, 3, 6, 12, 24, 60, 120, 240, 600, 1200, 2400, 6000, 12_000, 120_000)


def number_ticks(largest: float, *, most: int = 5) -> tuple[int, ...]:
    """Mark an axis of counts from 0 to the first round number that is not smaller than `largest`.

    Steps are 1, 2 or 5 times a power of ten; there are `most` marks above 0 or fewer, but at least one.
    """
    power = 1
    while True:
        for step in (one * power for one in _STEPS):
            if step * most >= largest:
                count = max(1, ceil(largest / step))
                return tuple(step * number for number in range(count + 1))
        power *= 10


def time_ticks(first: datetime, last: datetime, *, most: int = 8) -> tuple[datetime, ...]:
    """Mark an axis of time at round hours, days or months of UTC, at `most` places or fewer; both ends are aware.

    Marks lie from `first` to `last`; where both are one moment, there is one at most.
    """
    first, last = first.astimezone(UTC), last.astimezone(UTC)
    length = last - first
    for hours in _HOURS:
        if length <= timedelta(hours=hours * (most - 1)):
            start = first.replace(minute=0, second=0, microsecond=0)
            start -= timedelta(hours=start.hour % hours)
            return _steps(start, first, last, timedelta(hours=hours))
    for days in _DAYS:
        if length <= timedelta(days=days * (most - 1)):
            start = first.replace(hour=0, minute=0, second=0, microsecond=0)
            return _steps(start, first, last, timedelta(days=days))
    months = next(
        (one for one in _MONTHS if _months(last) - _months(first) <= one * (most - 1)),
        _MONTHS[-1],
    )
    month = _months(first) // months * months
    found = (_month(number) for number in range(month, _months(last) + 1, months))
    return tuple(at for at in found if at is not None and first <= at <= last)


def week_hours(counts: Mapping[str, int], zone: tzinfo) -> tuple[tuple[int, ...], ...]:
    """Lay counts by UTC hour (`2026-11-22T10`) over the week of a time zone: seven days from Monday, 24 hours each.

    Summer time is followed. In a zone that lies half an hour beside the others, an hour counts where it begins.
    """
    week = [[0] * HOURS for _ in WEEKDAYS]
    for hour, count in counts.items():
        at = datetime.fromisoformat(f"{hour}:00").replace(tzinfo=UTC)
        local = at.astimezone(zone) if 1 < at.year < 9999 else at
        week[local.weekday()][local.hour] += count
    return tuple(tuple(day) for day in week)


def days_between(first: date, last: date) -> tuple[date, ...]:
    """List the days from one to another, both included."""
    return tuple(first + timedelta(days=number) for number in range((last - first).days + 1))


def _steps(start: datetime, first: datetime, last: datetime, step: timedelta) -> tuple[datetime, ...]:
    found = []
    while start <= last:
        if start >= first:
            found.append(start)
        if last - start < step:  # the end of all time is no place to step over
            break
        start += step
    return tuple(found)


def _months(at: datetime) -> int:
    return at.year * 12 + at.month - 1


def _month(number: int) -> datetime | None:
    year, month = divmod(number, 12)
    return datetime(year, month + 1, 1, tzinfo=UTC) if 1 <= year <= 9999 else None
