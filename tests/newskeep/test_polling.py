"""When a listing is asked again."""

from __future__ import annotations

from collections.abc import Collection
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newskeep.outcomes import Outcome
from newskeep.polling import (
    MOST_HINT_INTERVALS,
    MOST_QUIET_INTERVALS,
    Pace,
    PollResult,
    mended,
    missed_polls,
    next_poll,
    rides_along,
)

NOW = datetime(2025, 3, 1, 12, 0, tzinfo=UTC)
QUARTER = 900
DAY = 86_400
WEEK = 604_800
PACE = Pace(floor_seconds=60, cap_seconds=DAY, slow_seconds=WEEK, jitter_share=0.1)

_RESULTS = st.builds(
    PollResult,
    outcome=st.sampled_from(Outcome),
    failures=st.integers(0, 10_000),
    hint_seconds=st.none() | st.integers(1, 31_536_000),
    retry_after_at=st.none() | st.integers(-WEEK, 10 * WEEK).map(lambda seconds: NOW + timedelta(seconds=seconds)),
)
_JITTERS = st.floats(0, 1, exclude_max=True)


def wait(outcome: Outcome, failures: int = 0, *, interval: int = QUARTER, hint: int | None = None) -> float:
    result = PollResult(outcome=outcome, failures=failures, hint_seconds=hint)
    return (next_poll(interval, result, now=NOW, jitter=0.0, pace=PACE) - NOW).total_seconds()


@given(st.integers(1, DAY), _RESULTS, _JITTERS)
def test_every_wait_is_between_the_floor_and_a_slow_revisit(interval: int, result: PollResult, jitter: float) -> None:
    seconds = (next_poll(interval, result, now=NOW, jitter=jitter, pace=PACE) - NOW).total_seconds()
    assert PACE.floor_seconds <= seconds <= PACE.slow_seconds * (1 + PACE.jitter_share)


@given(st.integers(1, DAY), _RESULTS, _JITTERS)
def test_a_believable_retry_after_is_kept(interval: int, result: PollResult, jitter: float) -> None:
    asked = result.retry_after_at
    if asked is not None and asked <= NOW + timedelta(seconds=PACE.slow_seconds):
        assert next_poll(interval, result, now=NOW, jitter=jitter, pace=PACE) >= asked


@given(st.sampled_from([outcome for outcome in Outcome if not outcome.is_success]), st.integers(1, 100))
def test_one_more_failure_never_shortens_the_wait(outcome: Outcome, failures: int) -> None:
    assert wait(outcome, failures) <= wait(outcome, failures + 1)


@given(st.integers(1, DAY), _RESULTS, _JITTERS, _JITTERS)
def test_more_jitter_is_never_earlier(interval: int, result: PollResult, one: float, other: float) -> None:
    earlier, later = sorted([one, other])
    first = next_poll(interval, result, now=NOW, jitter=earlier, pace=PACE)
    assert first <= next_poll(interval, result, now=NOW, jitter=later, pace=PACE)


@pytest.mark.parametrize(
    ("outcome", "failures", "expected"),
    [
        (Outcome.LISTED, 0, QUARTER),
        (Outcome.LISTING_UNCHANGED, 0, QUARTER),
        (Outcome.NOT_MODIFIED, 0, QUARTER),
        (Outcome.TIMED_OUT, 1, QUARTER),
        (Outcome.TIMED_OUT, 3, 4 * QUARTER),
        (Outcome.SERVER_ERROR, 50, DAY),
        (Outcome.RATE_LIMITED, 1, 2 * QUARTER),
        (Outcome.WALLED, 2, 4 * QUARTER),
        (Outcome.NOT_FOUND, 1, QUARTER),
        (Outcome.NOT_FOUND, 3, 9 * QUARTER),
        (Outcome.NOT_FOUND, 50, WEEK),
        (Outcome.NAME_NOT_FOUND, 50, WEEK),
        (Outcome.MALFORMED_LISTING, 50, WEEK),
        (Outcome.GONE, 1, 16 * QUARTER),
        (Outcome.GONE, 9, WEEK),
        (Outcome.STORAGE_FAILED, 50, QUARTER),
        (Outcome.CANCELLED, 50, QUARTER),
        (Outcome.EXTRACTION_TIMED_OUT, 50, QUARTER),
    ],
)
def test_wait_after(outcome: Outcome, failures: int, expected: int) -> None:
    assert wait(outcome, failures) == expected


@pytest.mark.parametrize(
    ("hint", "expected"),
    [(None, QUARTER), (60, QUARTER), (1_800, 1_800), (WEEK, MOST_HINT_INTERVALS * QUARTER)],
)
def test_a_publishers_hint_lengthens_the_wait_within_reason(hint: int | None, expected: int) -> None:
    assert wait(Outcome.LISTED, hint=hint) == expected


@pytest.mark.parametrize(
    ("learned", "hint", "expected"),
    [
        (300, None, 300),
        (3, None, 60),
        (7_200, None, 7_200),
        (DAY, None, MOST_QUIET_INTERVALS * QUARTER),
        (300, 600, 600),
        (300, WEEK, MOST_HINT_INTERVALS * 300),
        (7_200, 3_600, 7_200),
    ],
)
def test_a_learned_wait_takes_the_place_of_the_interval(learned: float, hint: int | None, expected: int) -> None:
    result = PollResult(outcome=Outcome.LISTED, hint_seconds=hint)
    at = next_poll(QUARTER, result, now=NOW, jitter=0.0, pace=PACE, learned_seconds=learned)
    assert (at - NOW).total_seconds() == expected


def test_after_a_failure_the_interval_counts_whatever_was_learned() -> None:
    result = PollResult(outcome=Outcome.TIMED_OUT, failures=1)
    at = next_poll(QUARTER, result, now=NOW, jitter=0.0, pace=PACE, learned_seconds=7_200)
    assert at == NOW + timedelta(seconds=QUARTER)


@pytest.mark.parametrize(
    ("quiet", "expected"),
    [
        ((), NOW + timedelta(seconds=QUARTER)),
        ((5 * 24 + 12, 5 * 24 + 13), NOW.replace(hour=14)),
        (range(5 * 24, 7 * 24), NOW.replace(day=3, hour=0)),
        (range(168), NOW + timedelta(seconds=QUARTER)),
    ],
    ids=["none", "two hours", "the weekend", "always, which means nothing"],
)
def test_a_poll_waits_for_the_end_of_quiet_hours(quiet: Collection[int], expected: datetime) -> None:
    result = PollResult(outcome=Outcome.LISTED)
    at = next_poll(QUARTER, result, now=NOW, jitter=0.0, pace=PACE, quiet_hours=quiet)
    assert at.replace(minute=expected.minute) == expected


def test_the_floor_holds_against_a_shorter_interval() -> None:
    assert wait(Outcome.LISTED, interval=1) == PACE.floor_seconds


def test_an_interval_longer_than_the_cap_is_the_owners_wish() -> None:
    assert wait(Outcome.LISTED, interval=30 * DAY) == 30 * DAY


def test_a_retry_after_of_years_is_not_believed() -> None:
    result = PollResult(outcome=Outcome.UNAVAILABLE, failures=1, retry_after_at=NOW + timedelta(days=4_000))
    assert next_poll(QUARTER, result, now=NOW, jitter=0.0, pace=PACE) == NOW + timedelta(seconds=WEEK)


def test_jitter_is_a_share_of_the_wait() -> None:
    result = PollResult(outcome=Outcome.LISTED)
    assert next_poll(QUARTER, result, now=NOW, jitter=0.5, pace=PACE) == NOW + timedelta(seconds=QUARTER * 1.05)


def at(seconds: int | None) -> datetime | None:
    return None if seconds is None else NOW + timedelta(seconds=seconds)


@given(st.integers(0, 100), st.integers(0, QUARTER - 1))
def test_a_stop_is_made_up_for_by_one_poll_and_the_missed_ones_are_counted(missed: int, rest: int) -> None:
    planned = NOW - timedelta(seconds=missed * QUARTER + rest)
    assert missed_polls(planned, planned - timedelta(seconds=QUARTER), now=NOW) == missed
    assert next_poll(QUARTER, PollResult(outcome=Outcome.LISTED), now=NOW, jitter=0.0, pace=PACE) > NOW


@pytest.mark.parametrize(
    ("next_seconds", "last_seconds", "missed"),
    [(None, None, 0), (-DAY, None, 0), (5, -QUARTER, 0), (0, -60, 0), (-60, -120, 1), (-1, -1, 1)],
    ids=["never planned", "never polled", "in time", "on time", "one wait late", "planned at its own time"],
)
def test_missed_polls(next_seconds: int | None, last_seconds: int | None, missed: int) -> None:
    assert missed_polls(at(next_seconds), at(last_seconds), now=NOW) == missed


@pytest.mark.parametrize(
    ("next_seconds", "last_seconds", "expected"),
    [
        (None, None, None),
        (QUARTER, -5, None),
        (QUARTER, 4, None),
        (3_600 + QUARTER, 3_600, QUARTER / 2),
        (3_600 - 5, 3_600, 0),
        (None, 3_600, 0),
        (10 * DAY + 60, 10 * DAY, 30),
    ],
    ids=["never polled", "all is well", "a correction", "an hour back", "overdue and back", "unplanned", "days back"],
)
def test_a_clock_set_back_is_mended(next_seconds: int | None, last_seconds: int | None, expected: float | None) -> None:
    found = mended(at(next_seconds), at(last_seconds), now=NOW, share=0.5)
    assert found == (None if expected is None else NOW + timedelta(seconds=expected))


@given(st.integers(6, 10 * DAY), st.integers(0, 10 * DAY), st.floats(0, 1))
def test_what_is_mended_comes_within_its_wait_and_needs_no_second_mending(back: int, wait: int, share: float) -> None:
    last = NOW + timedelta(seconds=back)
    found = mended(last + timedelta(seconds=wait), last, now=NOW, share=share)
    assert found is not None
    assert NOW <= found <= NOW + timedelta(seconds=wait)
    assert mended(found, found - timedelta(seconds=wait), now=NOW, share=share) is None


@pytest.mark.parametrize(
    ("next_seconds", "last_seconds", "rides"),
    [(None, None, True), (90, -810, True), (91, -809, False), (5, -50, False), (60, None, False), (-5, -QUARTER, True)],
    ids=["never polled", "a tenth early", "more than that", "under the floor", "planned anew", "due itself"],
)
def test_rides_along(next_seconds: int | None, last_seconds: int | None, rides: bool) -> None:
    assert rides_along(at(next_seconds), at(last_seconds), now=NOW, floor_seconds=60) is rides
