"""When a listing names new stories: a rhythm learned from its own polls, by hour and weekday. Pure: `now` is passed in.

A week has 168 hours, in the source's time zone. For each, what came in it and for how long it was watched are kept,
both fading, so that a rhythm follows change and a quotient of the two is a rate. Of few weeks an hour of the week says
little; it is then taken for what its hour of the day and its day of the week say, and those for the whole. Beside that
stands what came in the last hours against what was to be expected: on the day of a great story everything is faster.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo
from functools import cached_property
from math import exp, log
from operator import mul

HOURS_OF_WEEK = 168
_DAY_HOURS = 24
_WEEK_DAYS = 7
# What was seen three weeks ago counts half.
_FADING_HOURS = 3 * HOURS_OF_WEEK / log(2)
# What came three hours ago counts half in how busy a listing is now.
_RECENT_HOURS = 3 / log(2)
# With how many hours' watching a prior weighs as much as what was seen.
_PRIOR_HOURS_OF_WHOLE = 6.0
_PRIOR_STORIES_OF_DAY = 1.0
_PRIOR_STORIES_OF_HOUR = 3.0
_PRIOR_RECENT_STORIES = 2.0
_SLOWEST, _FASTEST = 0.5, 6.0
# A feed that was found with stories of years ago says nothing of its rhythm by them.
_LONGEST_LOOK_BACK = timedelta(days=14)
_LEAST_STEP = timedelta(hours=1)
# A listing of which less is known is polled as configured.
_KNOWN_AFTER = timedelta(days=1)
_KNOWN_ENTRIES = 5
# What is older than this when it is named for the first time was put there from elsewhere.
_LATEST = timedelta(days=1)
# A site that moved renames everything at once, and publishes nothing.
_MOST_UNDATED = 30
_NO_HOURS = (0.0,) * HOURS_OF_WEEK


@dataclass(frozen=True)
class Rhythm:
    """What is known of a listing.

    `counts` are the stories that came in each hour of the week, `hours` the hours for which each was watched, both
    fading. Index 0 is Monday from midnight to one. `recent` are the stories of the last hours, `recent_expected` how
    many were expected in them, fading fast. `entries` counts all that ever came; `observed_from` and `observed_until`
    are aware.
    """

    observed_from: datetime
    observed_until: datetime
    counts: tuple[float, ...] = _NO_HOURS
    hours: tuple[float, ...] = _NO_HOURS
    recent: float = 0.0
    recent_expected: float = 0.0
    entries: int = 0

    @property
    def is_known(self) -> bool:
        """Is there enough to go by?"""
        return self.entries >= _KNOWN_ENTRIES or self.observed_until - self.observed_from >= _KNOWN_AFTER

    @cached_property
    def rates(self) -> tuple[float, ...]:
        """Stories an hour to be expected in each hour of the week, by what is known so far."""
        return _rates(self.counts, self.hours)

    @property
    def haste(self) -> float:
        """How much faster (above 1) or slower stories came in the last hours than was to be expected."""
        ratio = (self.recent + _PRIOR_RECENT_STORIES) / (self.recent_expected + _PRIOR_RECENT_STORIES)
        return min(max(ratio, _SLOWEST), _FASTEST)


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrivals:
    """The new entries of one poll: `times` of publication (None where none is stated).

    `reaches_back` is True where the poll named something that was known before, so that nothing can have fallen out
    between it and the poll before.
    """

    times: tuple[datetime | None, ...] = ()
    reaches_back: bool = True


def first_look(arrivals: Arrivals, *, now: datetime, zone: tzinfo) -> Rhythm:
    """Begin a rhythm with the first poll of a listing; what it dates reaches some days back."""
    known = [time for time in arrivals.times if time is not None and now - _LONGEST_LOOK_BACK <= time <= now]
    since = min(known, default=now)
    begun = Rhythm(observed_from=since, observed_until=since)
    return _observed(begun, known, now=now, zone=zone)


def after_poll(rhythm: Rhythm, arrivals: Arrivals, *, now: datetime, zone: tzinfo) -> Rhythm:
    """Give the rhythm after a poll that could be read, at `now`.

    An entry counts when it can have appeared: at its time of publication, but not before the last poll, which did not
    name it; one without a time somewhere in between. A poll before the last one (a clock set back) changes nothing, nor
    does one within the hour that brought nothing: the next one takes both times together.
    """
    since = rhythm.observed_until
    if now <= since or (not arrivals.times and now - since < _LEAST_STEP):
        return rhythm
    dated = sorted(time for time in arrivals.times if time is not None)
    if not arrivals.reaches_back and dated and dated[0] > since:
        # A long silence of ours: what was published before the oldest entry, nobody knows.
        rhythm = _skipped(rhythm, min(dated[0], now))
        since = rhythm.observed_until
    span = now - since
    dated = [time for time in dated if time >= since - _LATEST]
    undated = min(sum(time is None for time in arrivals.times), _MOST_UNDATED)
    guessed = [since + span * ((number + 0.5) / undated) for number in range(undated)]
    return _observed(rhythm, [*(min(max(time, since), now) for time in dated), *guessed], now=now, zone=zone)


def expected_wait(rhythm: Rhythm, *, now: datetime, zone: tzinfo, interval: timedelta, longest: timedelta) -> timedelta:
    """Say how long to wait for the next poll: up to `longest`.

    The rule is that of `docs/decisions/0022-polling.md`: the geometric mean of the owner's interval and the time in
    which one story is expected, taken along the hours to come.
    """
    unit_hours = interval.total_seconds() / 3600
    haste, wanted, waited = rhythm.haste, 1.0, timedelta()
    for start, end, hour in hours_between(now, now + longest, zone):
        # Haste goes as what was seen recently fades.
        later = (start - now).total_seconds() / 3600
        rate = rhythm.rates[hour] * (1 + (haste - 1) * exp(-later / _RECENT_HOURS))
        density = (rate / unit_hours) ** 0.5
        span_hours = (end - start).total_seconds() / 3600
        if density * span_hours >= wanted:
            return waited + timedelta(hours=wanted / density)
        wanted -= density * span_hours
        waited += end - start
    return longest


def hours_between(start: datetime, end: datetime, zone: tzinfo) -> Iterator[tuple[datetime, datetime, int]]:
    """Cut a time into pieces of one local hour each, with the hour of the week they lie in."""
    while start < end:
        local = start.astimezone(zone)
        left = timedelta(minutes=60 - local.minute, seconds=-local.second, microseconds=-local.microsecond)
        stop = min(start + left, end)
        yield start, stop, local.weekday() * _DAY_HOURS + local.hour
        start = stop


def _observed(rhythm: Rhythm, times: Iterable[datetime], *, now: datetime, zone: tzinfo) -> Rhythm:
    since = rhythm.observed_until
    span_hours = (now - since).total_seconds() / 3600
    keep, keep_recent = exp(-span_hours / _FADING_HOURS), exp(-span_hours / _RECENT_HOURS)
    counts = [count * keep for count in rhythm.counts]
    hours = [hour * keep for hour in rhythm.hours]
    recent, expected = rhythm.recent * keep_recent, rhythm.recent_expected * keep_recent
    for start, end, hour in hours_between(max(since, now - _LONGEST_LOOK_BACK), now, zone):
        watched = (end - start).total_seconds() / 3600
        hours[hour] += watched
        age = (now - end).total_seconds() / 3600
        expected += rhythm.rates[hour] * watched * exp(-age / _RECENT_HOURS)
    entries = 0
    for time in times:
        local = time.astimezone(zone)
        counts[local.weekday() * _DAY_HOURS + local.hour] += 1
        recent += exp(-max((now - time).total_seconds(), 0) / 3600 / _RECENT_HOURS)
        entries += 1
    return Rhythm(
        observed_from=rhythm.observed_from,
        observed_until=now,
        counts=tuple(counts),
        hours=tuple(hours),
        recent=recent,
        recent_expected=expected,
        entries=rhythm.entries + entries,
    )


def _skipped(rhythm: Rhythm, until: datetime) -> Rhythm:
    return Rhythm(
        observed_from=rhythm.observed_from,
        observed_until=until,
        counts=rhythm.counts,
        hours=rhythm.hours,
        entries=rhythm.entries,
    )


def _rates(counts: Sequence[float], hours: Sequence[float]) -> tuple[float, ...]:
    """Stories an hour for each hour of the week: the whole, bent by weekday and hour of day, bent by what was seen."""
    whole = (sum(counts) + 0.25) / (sum(hours) + _PRIOR_HOURS_OF_WHOLE)
    days = [
        _factor(sum(counts[start : start + _DAY_HOURS]), whole * sum(hours[start : start + _DAY_HOURS]))
        for start in range(0, HOURS_OF_WEEK, _DAY_HOURS)
    ]
    by_day = [whole * day for day in days for _ in range(_DAY_HOURS)]
    # An hour that was watched on busy days only is not busy itself.
    usual = list(map(mul, by_day, hours))
    by_hour = [_factor(sum(counts[hour::_DAY_HOURS]), sum(usual[hour::_DAY_HOURS])) for hour in range(_DAY_HOURS)]
    prior, strength = list(map(mul, by_day, by_hour * _WEEK_DAYS)), _PRIOR_STORIES_OF_HOUR
    return tuple(
        [
            rate * (count + strength) / (rate * watched + strength)
            for rate, count, watched in zip(prior, counts, hours, strict=True)
        ]
    )


def _factor(came: float, expected: float) -> float:
    return (came + _PRIOR_STORIES_OF_DAY) / (expected + _PRIOR_STORIES_OF_DAY)
