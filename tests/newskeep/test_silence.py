"""Is a source silent? Against its own week, whatever the hours at which newskeep itself stood still."""

from __future__ import annotations

import random
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from newskeep.silence import WINDOW, StoryHours, brought, hour_of, judge, moment_of, polled

MONDAY = datetime(2026, 8, 3, tzinfo=UTC)
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
Known = tuple[StoryHours, datetime]


def live(
    known: StoryHours, start: datetime, end: datetime, has_story: Callable[[datetime], bool], *, polls: bool = True
) -> StoryHours:
    """Poll every hour; stories come in the half hour before."""
    at = start
    while at < end:
        if polls:
            known = polled(known, at)
            if has_story(at):
                known = brought(known, at - HOUR / 2, seen_at=at)
            known = judge(known)
        at += HOUR
    return known


def office(at: datetime) -> bool:
    return at.weekday() < 5 and 8 <= at.hour < 18


def test_a_pause_at_night_and_at_the_weekend_is_no_silence() -> None:
    known = live(StoryHours(), MONDAY, MONDAY + 28 * DAY, office)
    assert known.silent_since is None


def test_a_source_that_stops_is_said_within_hours_of_its_own_time() -> None:
    known = live(StoryHours(), MONDAY, MONDAY + 28 * DAY, office)
    stop = MONDAY + 28 * DAY
    known = live(known, stop, stop + 8 * HOUR, lambda at: False)
    assert known.silent_since is None  # it is still night there
    known = live(known, stop + 8 * HOUR, stop + 18 * HOUR, lambda at: False)
    assert known.silent_since == moment_of(hour_of(stop - 3 * DAY + 18 * HOUR - HOUR))
    assert known.missed >= 4
    known = live(known, stop + 18 * HOUR, stop + 19 * HOUR, lambda at: True)
    assert known.silent_since is None


def test_an_incident_is_no_part_of_the_rhythm() -> None:
    known = live(StoryHours(), MONDAY, MONDAY + 28 * DAY, office)
    stop = MONDAY + 28 * DAY
    known = live(known, stop, stop + 4 * DAY, lambda at: False)
    assert known.silent_since is not None
    back = stop + 4 * DAY
    known = live(known, back, back + 10 * DAY, office)
    again = live(known, back + 10 * DAY, back + 13 * DAY, lambda at: False)
    assert again.silent_since is not None


def test_hours_in_which_nobody_polled_say_nothing() -> None:
    known = live(StoryHours(), MONDAY, MONDAY + 28 * DAY, office)
    stop = MONDAY + 28 * DAY
    known = live(known, stop, stop + 5 * DAY, office, polls=False)
    known = live(known, stop + 5 * DAY, stop + 12 * DAY, office)
    assert known.silent_since is None


def test_two_weeks_are_not_history_enough() -> None:
    known = live(StoryHours(), MONDAY, MONDAY + 13 * DAY, lambda at: True)
    known = live(known, MONDAY + 13 * DAY, MONDAY + 15 * DAY, lambda at: False)
    assert known.silent_since is None


def test_a_source_that_never_brings_a_story_is_said_after_a_week() -> None:
    known = live(StoryHours(), MONDAY, MONDAY + 7 * DAY, lambda at: False)
    assert known.silent_since is None
    known = live(known, MONDAY + 7 * DAY, MONDAY + 8 * DAY, lambda at: False)
    assert known.silent_since == MONDAY


def test_a_story_a_week_is_missed_when_it_is_away_three_times_as_long_as_ever() -> None:
    def weekly(at: datetime) -> bool:
        return at.weekday() == 3 and at.hour == 9

    known = live(StoryHours(), MONDAY, MONDAY + 56 * DAY, weekly)
    stop = MONDAY + 56 * DAY
    known = live(known, stop, stop + 14 * DAY, lambda at: False)
    assert known.silent_since is None
    known = live(known, stop + 14 * DAY, stop + 21 * DAY, lambda at: False)
    assert known.silent_since is not None


def test_what_pages_say_of_their_time_is_believed_within_two_days() -> None:
    known = polled(StoryHours(), MONDAY + 5 * DAY)
    seen = MONDAY + 5 * DAY
    for said, hour in (
        (None, seen),
        (seen - 3 * HOUR, seen - 3 * HOUR),
        (seen - 900 * DAY, seen - 2 * DAY),
        (seen + 9 * DAY, seen),
    ):
        assert brought(known, said, seen_at=seen).last_hour == hour_of(hour)


def test_what_is_remembered_stays_bounded() -> None:
    chance = random.Random(3)
    known = live(StoryHours(), MONDAY, MONDAY + 200 * DAY, lambda at: chance.random() < 0.3)
    assert known.watched.bit_length() <= WINDOW
    assert known.active & ~known.watched == 0
    assert known.silent_since is None


def test_a_clock_that_was_set_back_harms_nothing() -> None:
    known = live(StoryHours(), MONDAY, MONDAY + 28 * DAY, office)
    back = live(known, MONDAY + 27 * DAY, MONDAY + 29 * DAY, office)
    assert back.silent_since is None
    assert back.end >= known.end
