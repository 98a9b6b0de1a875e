"""What a listing's polls teach of its rhythm, and how long to wait by it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newskeep.rhythm import Arrivals, Rhythm, after_poll, expected_wait, first_look, hours_between

MONDAY = datetime(2026, 6, 1, tzinfo=UTC)
HOUR = timedelta(hours=1)
QUARTER = timedelta(minutes=15)
LONGEST = timedelta(hours=6)
VIENNA = ZoneInfo("Europe/Vienna")
FIRST = Arrivals()

_TIMES = st.lists(st.none() | st.integers(-500, 500).map(lambda hours: MONDAY + hours * HOUR), max_size=40)


def learned(rates: dict[int, float], *, weeks: int = 3, zone: ZoneInfo | None = None) -> Rhythm:
    """The rhythm of a listing that names so many stories in these hours of the week, polled every hour."""
    at = MONDAY if zone is None else MONDAY.replace(tzinfo=zone).astimezone(UTC)
    rhythm = first_look(FIRST, now=at, zone=zone or UTC)
    for hour in range(weeks * 168):
        count = rates.get(hour % 168, 0)
        times = tuple(at + HOUR * ((number + 0.5) / count) for number in range(int(count)))
        at += HOUR
        rhythm = after_poll(rhythm, Arrivals(times=times), now=at, zone=zone or UTC)
    return rhythm


def wait(rhythm: Rhythm, now: datetime, **given: timedelta) -> timedelta:
    return expected_wait(rhythm, now=now, zone=UTC, **{"interval": QUARTER, "longest": LONGEST, **given})


WORKDAYS = {day * 24 + hour: 4.0 for day in range(5) for hour in range(8, 18)}
EVEN = dict.fromkeys(range(168), 4.0)


def test_a_story_an_interval_is_polled_at_the_interval() -> None:
    assert wait(learned(EVEN), MONDAY + timedelta(weeks=3)) == pytest.approx(QUARTER, rel=0.1)


def test_busy_hours_are_polled_often_and_quiet_ones_seldom() -> None:
    rhythm, monday = learned(WORKDAYS), MONDAY + timedelta(weeks=3)
    busy, night, sunday = (wait(rhythm, monday + hours * HOUR) for hours in (10, 20, 6 * 24 + 10))
    assert busy < timedelta(minutes=25)
    assert night > timedelta(hours=1)
    assert sunday > timedelta(hours=1)


def test_a_wait_through_the_night_ends_soon_after_work_begins() -> None:
    rhythm, at = learned(WORKDAYS, weeks=6), MONDAY + timedelta(weeks=6, hours=7, minutes=50)
    assert wait(rhythm, at) < timedelta(minutes=40)


def test_the_hours_are_those_of_the_sources_zone() -> None:
    rhythm = learned({9: 5.0}, zone=VIENNA)
    assert rhythm.rates.index(max(rhythm.rates)) == 9


def test_a_rhythm_follows_change() -> None:
    rhythm, at = learned(WORKDAYS), MONDAY + timedelta(weeks=3)
    for hour in range(4 * 168):
        start = at + hour * HOUR
        times = (start + HOUR / 2,) * 4 if start.hour in (22, 23) else ()
        rhythm = after_poll(rhythm, Arrivals(times=times), now=start + HOUR, zone=UTC)
    assert rhythm.rates[22] > rhythm.rates[10]


def test_a_burst_makes_haste_and_is_forgotten() -> None:
    rhythm, at = learned(dict.fromkeys(range(0, 168, 12), 1.0)), MONDAY + timedelta(weeks=3, hours=6)
    calm = wait(after_poll(rhythm, FIRST, now=at, zone=UTC), at)
    burst = Arrivals(times=tuple(at - timedelta(minutes=minutes) for minutes in range(1, 60, 6)))
    hasty = after_poll(rhythm, burst, now=at, zone=UTC)
    assert hasty.haste > 2
    assert wait(hasty, at) < calm / 1.4
    later = after_poll(hasty, FIRST, now=at + 24 * HOUR, zone=UTC)
    assert later.haste < 1.1


def test_a_first_look_reaches_back_to_what_the_feed_dates() -> None:
    times = (*(MONDAY - days * 24 * HOUR for days in (1, 3, 5, 100)), None)
    rhythm = first_look(Arrivals(times=times), now=MONDAY, zone=UTC)
    assert (rhythm.entries, rhythm.observed_from) == (3, MONDAY - timedelta(days=5))
    assert rhythm.is_known
    assert sum(rhythm.hours) == pytest.approx(120, abs=1)


def test_of_a_listing_without_dates_a_first_look_knows_nothing() -> None:
    rhythm = first_look(Arrivals(times=(None,) * 30), now=MONDAY, zone=UTC)
    assert (rhythm.entries, rhythm.is_known) == (0, False)
    assert after_poll(rhythm, FIRST, now=MONDAY + 25 * HOUR, zone=UTC).is_known


@pytest.mark.parametrize(
    ("time", "hour"),
    [(3.5, 3), (0.5, 2), (9.0, 4), (-30.0, None)],
    ids=["in time", "named late", "in the future", "put there from elsewhere"],
)
def test_a_story_counts_when_it_can_have_appeared(time: float, hour: int | None) -> None:
    begun = Rhythm(observed_from=MONDAY, observed_until=MONDAY + 2 * HOUR)
    now = MONDAY + 5 * HOUR - timedelta(minutes=1)
    rhythm = after_poll(begun, Arrivals(times=(MONDAY + time * HOUR,)), now=now, zone=UTC)
    assert [index for index, count in enumerate(rhythm.counts) if count] == ([] if hour is None else [hour])


def test_after_a_long_silence_of_ours_only_what_the_listing_covers_was_watched() -> None:
    begun, now = Rhythm(observed_from=MONDAY, observed_until=MONDAY), MONDAY + 100 * HOUR
    times = (now - 3 * HOUR, now - HOUR)
    assert sum(after_poll(begun, Arrivals(times=times), now=now, zone=UTC).hours) == pytest.approx(100)
    lost = after_poll(begun, Arrivals(times=times, reaches_back=False), now=now, zone=UTC)
    assert sum(lost.hours) == pytest.approx(3)


def test_a_site_that_moves_publishes_no_thousand_stories() -> None:
    begun = Rhythm(observed_from=MONDAY, observed_until=MONDAY)
    moved = after_poll(begun, Arrivals(times=(None,) * 5_000), now=MONDAY + HOUR, zone=UTC)
    assert moved.entries < 100


@given(_TIMES, st.integers(-300, 300), st.booleans())
def test_any_poll_leaves_a_rhythm_that_gives_a_wait_within_bounds(
    times: list[datetime | None], hours: int, reaches_back: bool
) -> None:
    begun = first_look(Arrivals(times=tuple(times)), now=MONDAY, zone=VIENNA)
    now = MONDAY + hours * HOUR
    rhythm = after_poll(begun, Arrivals(times=tuple(times), reaches_back=reaches_back), now=now, zone=VIENNA)
    assert rhythm.observed_until == max(now, MONDAY)
    assert min((*rhythm.counts, *rhythm.hours, rhythm.recent, rhythm.recent_expected)) >= 0
    assert all(rate > 0 for rate in rhythm.rates)
    assert timedelta() < wait(rhythm, now) <= LONGEST


@given(st.integers(0, 100_000), st.integers(1, 40_000))
def test_hours_cover_a_time_without_gap_or_overlap(start: int, minutes: int) -> None:
    begin = MONDAY + timedelta(minutes=start)
    end = begin + timedelta(minutes=minutes)
    pieces = list(hours_between(begin, end, VIENNA))
    assert (pieces[0][0], pieces[-1][1]) == (begin, end)
    assert all(one[1] == other[0] for one, other in pairwise(pieces))
    assert all(0 < (stop - first).total_seconds() <= 3600 for first, stop, _ in pieces)


@given(st.floats(0.2, 5), st.floats(1.1, 4))
def test_a_shorter_interval_never_waits_longer(hours: float, times: float) -> None:
    rhythm, now = learned(WORKDAYS, weeks=1), MONDAY + timedelta(weeks=1, hours=8)
    short, long = timedelta(hours=hours), timedelta(hours=hours * times)
    assert wait(rhythm, now, interval=short) <= wait(rhythm, now, interval=long)
