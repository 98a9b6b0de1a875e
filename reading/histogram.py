"""How many there were over time, in columns that are days, months or years, as many as a page has room for."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

MOST_BARS = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class Bar:
    """A column: the days from `first` to before `until`, named in words; `share` of the highest, 0 to 1."""

    name: str
    first: date
    until: date
    count: int
    share: float


def histogram(by_day: Sequence[tuple[str, int]]) -> tuple[Bar, ...]:
    """Make columns of counts by day (`2026-11-22`), empty ones between the first and the last included."""
    if not by_day:
        return ()
    days = [(date.fromisoformat(day), count) for day, count in by_day]
    first, last = days[0][0], days[-1][0]
    step = _step(first, last)
    counts: Counter[date] = Counter()
    for day, count in days:
        counts[step.begin(day)] += count
    top = max(counts.values())
    bars = []
    at = step.begin(first)
    while at <= last:
        until = step.next(at)
        bars.append(Bar(name=step.name(at), first=at, until=until, count=counts[at], share=counts[at] / top))
        if until <= at:
            break
        at = until
    return tuple(bars)


@dataclass(frozen=True, slots=True)
class _Step:
    """A length of time: so many days, months or years."""

    unit: str
    size: int

    def begin(self, day: date) -> date:
        if self.unit == "day":
            return day
        if self.unit == "month":
            month = (day.month - 1) // self.size * self.size + 1
            return date(day.year, month, 1)
        return date(max(1, day.year // self.size * self.size), 1, 1)

    def next(self, at: date) -> date:
        if self.unit == "day":
            return min(at, date.max - timedelta(days=1)) + timedelta(days=1)
        if self.unit == "month":
            months = at.year * 12 + at.month - 1 + self.size
            return date(months // 12, months % 12 + 1, 1) if months < 120_000 else date.max
        year = at.year // self.size * self.size + self.size
        return date(year, 1, 1) if year < 10_000 else date.max

    def name(self, at: date) -> str:
        if self.unit == "day":
            return f"{at.day} {at:%b %Y}"
        if self.unit == "month":
            return f"{at:%b %Y}" if self.size == 1 else f"{at:%b %Y} on"
        return f"{at.year}" if self.size == 1 else f"{at.year} on"


def _step(first: date, last: date) -> _Step:
    days = (last - first).days + 1
    if days <= MOST_BARS:
        return _Step("day", 1)
    months = (last.year - first.year) * 12 + last.month - first.month + 1
    for size in (1, 3):
        if months // size + 1 <= MOST_BARS:
            return _Step("month", size)
    years = last.year - first.year + 1
    return next(_Step("year", size) for size in (1, 5, 10, 50, 100, 500) if years // size + 2 <= MOST_BARS)
