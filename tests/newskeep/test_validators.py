"""A listing that says "not modified" for ever is asked for the whole answer now and then."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newskeep.validators import LONGEST_TRUST, MOST_NOT_MODIFIED, asks_whole

NOW = datetime(2026, 11, 27, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("age", "not_modified", "whole"),
    [
        (timedelta(minutes=5), 0, False),
        (timedelta(hours=23), MOST_NOT_MODIFIED - 1, False),
        (timedelta(hours=1), MOST_NOT_MODIFIED, True),
        (timedelta(days=1), 1, True),
        (timedelta(days=400), 0, True),
        # The clock was set back: nobody knows how old the answer is.
        (timedelta(hours=-1), 0, True),
        # An archive from before this was counted has validators, and no time.
        (None, 0, False),
        (None, 1, True),
    ],
)
def test_when_the_whole_answer_is_asked_for(age: timedelta | None, not_modified: int, whole: bool) -> None:
    assert asks_whole(None if age is None else NOW - age, not_modified, now=NOW) is whole


@given(minutes=st.integers(min_value=1, max_value=3000))
def test_a_feed_that_lies_is_caught_within_a_day_or_two_polls_and_costs_little(minutes: int) -> None:
    full_at, not_modified, whole, polls = NOW, 0, 0, 0
    now, longest = NOW, timedelta()
    while now < NOW + timedelta(days=10):
        now += timedelta(minutes=minutes)
        polls += 1
        if asks_whole(full_at, not_modified, now=now):
            longest = max(longest, now - full_at)
            full_at, not_modified, whole = now, 0, whole + 1
        else:
            not_modified += 1
    assert longest <= LONGEST_TRUST + timedelta(minutes=minutes)
    assert whole <= max(11, polls / MOST_NOT_MODIFIED)
