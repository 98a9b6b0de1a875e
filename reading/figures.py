"""The charts of pages: for each its picture, and the same in numbers for the table beside it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from markupsafe import Markup

from newskeep.coverage import DayCoverage
from newskeep.outcomes import RunStatus
from newskeep.scales import HOURS, WEEKDAYS, days_between
from reading.charts import Bar, Line, Span, bars, heat_map, shares, times
from reading.promotion import StoryPromotionPage
from reading.runs import RunsPage
from reading.sources import SourcePage
from storage.copies_view import CopyCluster
from storage.promotion import Stay

TEXT, NUMBER = "text", "number"
_MOST_FRONTS = 24
_MOST_MEMBERS = 30
_FIELDS = (
    ("with a headline", "headlines"),
    ("with authors", "authors"),
    ("with a date", "dates"),
    ("with teasers", "with_teasers"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """A chart. `columns` are headings with the kind of what stands under them, `rows` the numbers of the chart.

    `newest_is_last` says that on a narrow screen its end should be seen first.
    """

    heading: str
    picture: Markup
    columns: tuple[tuple[str, str], ...]
    rows: tuple[tuple[object, ...], ...]
    newest_is_last: bool = False


def source_counts(page: SourcePage) -> Figure:
    """A source's stories by day or month."""
    heading = f"Stories per {page.period}"
    is_month = page.period == "month"
    items = [
        Bar(start=one.start, count=one.stories, name=f"{one.start:%b %Y}" if is_month else "") for one in page.counts
    ]
    return Figure(
        heading=heading,
        picture=bars(items, title=heading),
        columns=(("Month" if is_month else "Day", TEXT), ("Stories", NUMBER)),
        rows=tuple((f"{one.start:%B %Y}" if is_month else _day(one.start), one.stories) for one in page.counts),
        newest_is_last=True,
    )


def source_week(page: SourcePage) -> Figure:
    """When in the week a source publishes."""
    heading = f"When it publishes ({page.zone})"
    return Figure(
        heading=heading,
        picture=heat_map(page.week, title=heading),
        columns=(("Hour", TEXT), *((name, NUMBER) for name in WEEKDAYS)),
        rows=tuple((f"{hour:02}:00", *(page.week[day][hour] for day in range(7))) for hour in range(HOURS)),
    )


def source_coverage(page: SourcePage) -> Figure:
    """How many of a source's new stories came with what, over time."""
    heading = "What new stories came with"
    days = {one.day: one for one in page.coverage}
    step = timedelta(days=7) if _is_weekly(page.coverage) else timedelta(days=1)
    periods = [min(days) + step * number for number in range((max(days) - min(days)) // step + 1)] if days else []
    lines = [
        Line(name=name, shares=tuple(_share(days.get(period), field) for period in periods)) for name, field in _FIELDS
    ]
    return Figure(
        heading=heading,
        picture=shares(lines, periods, title=heading),
        columns=(
            ("Day", TEXT), ("New stories", NUMBER), *((name.capitalize(), NUMBER) for name, _ in _FIELDS),
            ("Requests", NUMBER), ("Failed", NUMBER), ("Walls", NUMBER),
        ),
        rows=tuple(
            (_day(one.day), one.stories, *(getattr(one, field) for _, field in _FIELDS), one.requests, one.failures,
             one.walls)
            for one in page.coverage
        ),
        newest_is_last=True,
    )  # fmt: skip


def runs_by_day(page: RunsPage) -> Figure:
    """The ledger's last days, those of no run too; what did not simply finish stands out."""
    days = {one.day: one for one in page.days}
    periods = days_between(page.first, page.last)
    trouble = {day: _trouble(one.by_status) for day, one in days.items()}
    items = [Bar(start=day, count=days[day].count if day in days else 0, part=trouble.get(day, 0)) for day in periods]
    statuses = tuple(RunStatus)
    return Figure(
        heading="Runs per day",
        picture=bars(items, title="Runs per day", thing="run", many="runs", part="not well"),
        columns=(("Day", TEXT), *((one.capitalize(), NUMBER) for one in statuses), ("Missed polls", NUMBER)),
        rows=tuple(
            (_day(day), *(days[day].by_status.get(one, 0) for one in statuses), days[day].missed_polls)
            for day in periods
            if day in days
        ),
        newest_is_last=True,
    )


def story_life(page: StoryPromotionPage) -> Figure:
    """A story's stay on fronts, with when it was published and changed."""
    story = page.promotion
    spans = [
        Span(label=front_name(stay), first=stay.first_seen_at, last=stay.last_seen_at, text=_stay_text(stay))
        for stay in story.fronts[:_MOST_FRONTS]
    ]
    if story.pages:
        first, last = min(one.first_seen_at for one in story.pages), max(one.last_seen_at for one in story.pages)
        text = f"beside {story.page_count:,} stories, {_minute(first)} to {_minute(last)}"
        spans.append(Span(label="beside other stories", first=first, last=last, text=text))
    marks = [(story.published_at or story.first_seen_at, "published" if story.published_at else "first seen")]
    marks += [(at, "") for at in page.revised_at]
    rows: list[tuple[object, ...]] = [
        (front_name(stay), stay.slot, _minute(stay.first_seen_at), _minute(stay.last_seen_at), _hours(stay.seconds))
        for stay in story.fronts
    ]
    return Figure(
        heading="Its life on fronts",
        picture=times(spans, title="Its life on fronts", marks=marks),
        columns=(("Front", TEXT), ("Last slot", NUMBER), ("From", TEXT), ("To", TEXT), ("Hours", NUMBER)),
        rows=tuple(rows),
    )


def story_pages(page: StoryPromotionPage) -> Figure:
    """On how many other stories' pages a story began to stand, by day."""
    days = Counter(stay.first_seen_at.astimezone(UTC).date() for stay in page.promotion.pages)
    first, last = min(days), max(days)
    periods = days_between(max(first, last - timedelta(days=119)), last)
    return Figure(
        heading="Pages that began to carry it",
        picture=bars(
            [Bar(start=day, count=days[day]) for day in periods],
            title="Pages that began to carry it", thing="page", many="pages",
        ),
        columns=(("Day", TEXT), ("Pages", NUMBER)),
        rows=tuple((_day(day), days[day]) for day in periods if days[day]),
    )  # fmt: skip


def cluster_times(cluster: CopyCluster) -> Figure:
    """When each member of a cluster had the text."""
    shown = cluster.members[:_MOST_MEMBERS]
    spans = [
        Span(
            label=one.source_name,
            first=one.moment,
            last=one.moment,
            text=f"{one.source_name}, {_minute(one.moment)}" + (f", {one.share:.0%} shared" if one.share else ""),
        )
        for one in shown
    ]
    return Figure(
        heading="When each had it",
        picture=times(spans, title="When each had it"),
        columns=(
            ("Source", TEXT), ("Had it", TEXT), ("Hours behind", NUMBER), ("Shared sentences", NUMBER),
            ("Of its", NUMBER),
        ),
        rows=tuple(
            (one.source_name, _minute(one.moment), _hours(one.behind_seconds), one.shared_sentences, one.sentences)
            for one in shown
        ),
    )  # fmt: skip


def front_name(stay: Stay) -> str:
    """A front in words: its source, and its section or what kind of front it is."""
    kind = "home" if stay.listing_kind == "home_front" else "section front"
    return f"{stay.page_source or 'unknown'} · {stay.section or kind}"


def _stay_text(stay: Stay) -> str:
    return f"{front_name(stay)}, slot {stay.slot}: {_minute(stay.first_seen_at)} to {_minute(stay.last_seen_at)}"


def _trouble(by_status: dict[RunStatus, int]) -> int:
    return sum(count for status, count in by_status.items() if status not in (RunStatus.FINISHED, RunStatus.RUNNING))


def _share(day: DayCoverage | None, field: str) -> float | None:
    return None if day is None else day.share(getattr(day, field))


def _is_weekly(coverage: Sequence[DayCoverage]) -> bool:
    """Are these weeks? Then all of them are Mondays."""
    return len(coverage) > 1 and all(one.day.weekday() == 0 for one in coverage)


def _day(day: date) -> str:
    return f"{day.day} {day:%B %Y}"


def _minute(at: datetime) -> str:
    return f"{at.day} {at:%b %Y, %H:%M}"


def _hours(seconds: float) -> str:
    return f"{seconds / 3600:.1f}"
