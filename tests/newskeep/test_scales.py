"""Where axes are marked, and when in the week things happen."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newskeep.scales import days_between, number_ticks, time_ticks, week_hours

NOON = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)  # a Sunday


@pytest.mark.parametrize(
    ("largest", "ticks"),
    [
        (0, (0, 1)),
        (1, (0, 1)),
        (3, (0, 1, 2, 3)),
        (5, (0, 1, 2, 3, 4, 5)),
        (6, (0, 2, 4, 6)),
        (11, (0, 5, 10, 15)),
        (100, (0, 20, 40, 60, 80, 100)),
        (101, (0, 50, 100, 150)),
        (0.5, (0, 1)),
    ],
)
def test_counts_are_marked_at_round_numbers(largest: float, ticks: tuple[int, ...]) -> None:
    assert number_ticks(largest) == ticks


@given(st.floats(0, 1e12), st.integers(2, 12))
def test_marks_of_counts_reach_over_the_largest_and_are_few(largest: float, most: int) -> None:
    ticks = number_ticks(largest, most=most)
    assert ticks[0] == 0
    assert ticks[-1] >= largest
    assert ticks[-2] < largest or len(ticks) == 2
    assert 2 <= len(ticks) <= most + 1
    assert len({b - a for a, b in pairwise(ticks)}) == 1


@pytest.mark.parametrize(
    ("length", "first", "second"),
    [
        (timedelta(hours=5), NOON, NOON + timedelta(hours=1)),
        (timedelta(days=1), NOON, NOON + timedelta(hours=6)),
        (timedelta(days=6), datetime(2026, 11, 23, tzinfo=UTC), datetime(2026, 11, 24, tzinfo=UTC)),
        (timedelta(days=90), datetime(2026, 12, 6, tzinfo=UTC), datetime(2026, 12, 20, tzinfo=UTC)),
        (timedelta(days=365), datetime(2027, 1, 1, tzinfo=UTC), datetime(2027, 4, 1, tzinfo=UTC)),
        (timedelta(days=3650), datetime(2028, 1, 1, tzinfo=UTC), datetime(2030, 1, 1, tzinfo=UTC)),
    ],
)
def test_times_are_marked_where_a_calendar_is(length: timedelta, first: datetime, second: datetime) -> None:
    assert time_ticks(NOON, NOON + length)[:2] == (first, second)


@given(st.datetimes(timezones=st.just(UTC)), st.datetimes(timezones=st.just(UTC)), st.integers(2, 12))
def test_marks_of_time_lie_between_the_ends_and_are_few(one: datetime, other: datetime, most: int) -> None:
    first, last = sorted((one, other))
    ticks = time_ticks(first, last, most=most)
    assert all(first <= tick <= last for tick in ticks)
    assert list(ticks) == sorted(set(ticks))
    assert len(ticks) <= most
    assert all((tick.minute, tick.second) == (0, 0) for tick in ticks)


def test_hours_are_those_of_the_zone_in_summer_and_in_winter() -> None:
    new_york = ZoneInfo("America/New_York")
    week = week_hours({"2026-11-23T03": 2, "2026-07-06T13": 1, "2026-11-23T14": 4}, new_york)
    assert week[6][22] == 2  # Monday 03:00 is Sunday evening there
    assert week[0][9] == 5  # 13:00 in summer and 14:00 in winter are both nine in the morning
    assert sum(map(sum, week)) == 7


@given(
    st.dictionaries(
        st.datetimes(timezones=st.just(UTC)).map(lambda at: at.isoformat()[:13]),
        st.integers(0, 1000),
        max_size=20,
    ),
    st.integers(-840, 840),
)
def test_no_story_is_lost_between_the_hours(counts: dict[str, int], minutes: int) -> None:
    week = week_hours(counts, timezone(timedelta(minutes=minutes)))
    assert [len(day) for day in week] == [24] * 7
    assert sum(map(sum, week)) == sum(counts.values())


def test_days_between_two_days_include_both() -> None:
    assert days_between(date(2026, 2, 27), date(2026, 3, 1)) == (
        date(2026, 2, 27),
        date(2026, 2, 28),
        date(2026, 3, 1),
    )
    assert days_between(date(2026, 3, 1), date(2026, 2, 28)) == ()
