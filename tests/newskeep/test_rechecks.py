"""When stories are looked at again: tables, and what must hold for every story."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newskeep.change_weight import Weight
from newskeep.presence import Presence
from newskeep.rechecks import LONGEST, SHORTEST, Pace, Standing, budget, next_check

NOW = datetime(2026, 11, 22, 10, 0, tzinfo=UTC)
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)


def wait(age: timedelta, *, pace: Pace | None = None, poll_seconds: int = 0, **fields: object) -> timedelta:
    """How long a story of that age waits."""
    standing = Standing(published_at=NOW - age, **fields)  # type: ignore[arg-type]  # any field of it
    return next_check(standing, now=NOW, pace=pace, poll_seconds=poll_seconds) - NOW


@pytest.mark.parametrize(
    ("age", "waits"),
    [
        (-DAY, 15 * MINUTE),
        (0 * DAY, 15 * MINUTE),
        (HOUR, 15 * MINUTE),
        (4 * HOUR, HOUR),
        (DAY, 6 * HOUR),
        (8 * DAY, 2 * DAY),
        (120 * DAY, 30 * DAY),
        (4000 * DAY, 30 * DAY),
    ],
)
def test_a_story_waits_a_quarter_of_its_age(age: timedelta, waits: timedelta) -> None:
    assert wait(age) == waits


@pytest.mark.parametrize(
    ("fields", "waits"),
    [
        ({"checks": 5}, 9 * HOUR),
        ({"checks": 10}, 12 * HOUR),
        ({"checks": 99}, 12 * HOUR),
        ({"checks": 9, "changes": 1}, 5.4 * HOUR),
        ({"checks": 9, "changes": 9}, 3 * HOUR),
        ({"weight": Weight.TYPO}, 6 * HOUR),
        ({"weight": Weight.SUBSTANCE}, HOUR),
        ({"weight": Weight.CORRECTION}, HOUR),
        ({"is_restless": True}, DAY),
        ({"is_in_doubt": True}, 30 * MINUTE),
        ({"presence": Presence.MOVED}, 6 * HOUR),
        ({"presence": Presence.UNREACHABLE}, 6 * HOUR),
        ({"presence": Presence.GONE}, DAY),
        ({"presence": Presence.GONE, "absent_since": NOW - 20 * DAY}, 5 * DAY),
        ({"presence": Presence.FRONT, "absent_since": NOW - 900 * DAY}, 30 * DAY),
    ],
)
def test_what_is_known_of_a_day_old_story_shortens_or_lengthens_its_wait(
    fields: dict[str, object], waits: timedelta
) -> None:
    assert wait(DAY, **fields) == waits


def test_a_young_story_behind_a_wall_waits_some_hours() -> None:
    assert wait(HOUR, presence=Presence.WALLED) == 3 * HOUR


@pytest.mark.parametrize(
    ("pace", "waits"),
    [
        (Pace(), 6 * HOUR),
        (Pace(checks=80, changes=4), 6 * HOUR),
        (Pace(checks=1000), 12 * HOUR),
        (Pace(checks=100, changes=90), 3 * HOUR),
    ],
)
def test_the_publishers_own_pace_counts(pace: Pace, waits: timedelta) -> None:
    assert wait(DAY, pace=pace) == waits


def test_nothing_is_planned_between_two_polls() -> None:
    assert wait(HOUR, poll_seconds=7200) == 2 * HOUR
    assert wait(900 * DAY, poll_seconds=60 * 86_400) == 60 * DAY


@given(
    st.integers(-100, 100_000).map(lambda hours: timedelta(hours=hours)),
    st.integers(0, 50),
    st.integers(0, 50),
    st.sampled_from([None, *Weight]),
    st.sampled_from(list(Presence)),
    st.booleans(),
    st.integers(0, 1000),
)
def test_every_wait_is_between_a_quarter_of_an_hour_and_thirty_days(
    age: timedelta, checks: int, changes: int, weight: Weight | None, presence: Presence, flag: bool, seen: int
) -> None:
    pace = Pace(checks=seen, changes=min(changes, seen))
    waits = wait(
        age, pace=pace, checks=checks, changes=min(changes, checks), weight=weight, presence=presence,
        is_restless=flag, is_in_doubt=not flag, absent_since=NOW - abs(age),
    )  # fmt: skip
    assert SHORTEST <= waits <= LONGEST


@given(st.integers(0, 5000), st.integers(0, 5000))
def test_an_older_story_never_waits_less(younger: int, older: int) -> None:
    first, second = sorted((younger, older))
    assert wait(timedelta(hours=first)) <= wait(timedelta(hours=second))


@pytest.mark.parametrize(
    ("most", "poll_seconds", "delay_seconds", "fits"),
    [(30, 900, 1.0, 30), (30, 900, 20.0, 15), (30, 60, 60.0, 1), (0, 900, 1.0, 0), (30, 900, 0.0, 30)],
)
def test_looks_fit_into_a_third_of_the_time_between_polls(
    most: int, poll_seconds: float, delay_seconds: float, fits: int
) -> None:
    assert budget(most, poll_seconds=poll_seconds, delay_seconds=delay_seconds) == fits
