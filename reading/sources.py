"""Sources: all of them, and one with what it publishes, when, and how it is doing."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta, tzinfo
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from newskeep.alarms import Alarm
from newskeep.coverage import DayCoverage
from newskeep.scales import week_hours
from reading.answers import Answer, Ask, Page
from reading.spans import DaySpan, asked_span
from storage.archive import Archive
from storage.ledger import LedgerRequest, LedgerRun, read_ledger
from storage.source_view import (
    PeriodCount,
    SourceSummary,
    SourceView,
    read_source,
    read_sources,
    stories_by_day,
    stories_by_hour,
    stories_by_month,
)

SPANS = {"30d": 30, "90d": 90, "1y": 365}
ALL = "all"
_LONGEST_WEEK = timedelta(days=181)
_LONGEST_COVERAGE = timedelta(days=365)
_MOST_MONTHS = 1200
_BY_WEEK = 120


@dataclass(frozen=True, slots=True, kw_only=True)
class SourcesPage:
    """All sources. `open_alarms` are those of every source and of none."""

    sources: tuple[SourceSummary, ...]
    open_alarms: tuple[Alarm, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class SourcePage:
    """One source. `counts` are its stories by `period`, a day or a month, from `first` to `last`.

    `week` counts the stories of the last half a year of it at most, by weekday (Monday first) and hour of `zone`, those
    alone whose hour is known. `coverage` is of a year at most, by day, or, over more than 120 days, by week (named by
    its first day).
    """

    source: SourceView
    span: str
    first: date
    last: date
    period: str
    counts: tuple[PeriodCount, ...]
    week: tuple[tuple[int, ...], ...]
    zone: str
    coverage: tuple[DayCoverage, ...]
    alarms: tuple[Alarm, ...]
    runs: tuple[LedgerRun, ...]


def sources(archive: Archive, ask: Ask) -> Answer:
    """All sources, those that are followed in front."""
    data = SourcesPage(sources=read_sources(archive), open_alarms=archive.alarms.open())
    return Page(template="sources.html", title="Sources", data=data)


def source(archive: Archive, ask: Ask) -> Answer:
    """One source. Arguments: `span` (`30d`, `90d`, `1y` or `all`), `until` (a day)."""
    found = read_source(archive, ask.names["slug"])
    span = _span(ask, found)
    is_whole = span.name == ALL
    count = stories_by_month if is_whole else stories_by_day
    recent = max(span.first, span.last - _LONGEST_WEEK)
    covered = max(span.first, span.last - _LONGEST_COVERAGE)
    name, zone = _zone(found.timezone)
    data = SourcePage(
        source=found,
        span=span.name,
        first=span.first,
        last=span.last,
        period="month" if is_whole else "day",
        counts=count(archive, found.slug, span.first, span.last),
        week=week_hours(stories_by_hour(archive, found.slug, recent, span.last), zone),
        zone=name,
        coverage=by_week(archive.coverage.of(found.slug, since=covered), span),
        alarms=archive.alarms.latest(source=found.slug, limit=12),
        runs=read_ledger(archive, LedgerRequest(source=found.slug, limit=12)),
    )
    return Page(template="source.html", title=found.name, data=data)


def by_week(days: tuple[DayCoverage, ...], span: DaySpan) -> tuple[DayCoverage, ...]:
    """Keep the days of a span; add them up by weeks, named by their Mondays, where there are more than 120."""
    kept = tuple(day for day in days if span.first <= day.day <= span.last)
    if span.days <= _BY_WEEK:
        return kept
    weeks: dict[date, DayCoverage] = {}
    for day in kept:
        monday = replace(day, day=day.day - timedelta(days=day.day.weekday()))
        weeks[monday.day] = weeks[monday.day].plus(monday) if monday.day in weeks else monday
    return tuple(weeks.values())


def _span(ask: Ask, found: SourceView) -> DaySpan:
    newest = found.last_moment
    if ask.text("span") != ALL:
        return asked_span(ask, SPANS | {ALL: 1}, default="90d", newest=newest)
    # What claims to be of the future would stretch the axis for ever.
    last = min(newest, ask.now).astimezone(UTC).date() if newest else ask.now.date()
    first = min(found.first_moment, ask.now).astimezone(UTC).date() if found.first_moment else last
    earliest = datetime(max(1, last.year - _MOST_MONTHS // 12), 1, 1, tzinfo=UTC).date()
    return DaySpan(name=ALL, first=max(first, earliest), last=last)


def _zone(name: str | None) -> tuple[str, tzinfo]:
    try:
        return (name, ZoneInfo(name)) if name else ("UTC", UTC)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return "UTC", UTC
