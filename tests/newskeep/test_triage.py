"""Which entries are worth a request, and when again."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newskeep.outcomes import Outcome
from newskeep.triage import EntryState, is_due, next_try

NOW = datetime(2026, 11, 22, 10, 0, tzinfo=UTC)
LATER, EARLIER = NOW + timedelta(minutes=1), NOW - timedelta(minutes=1)


def ended(outcome: Outcome, digest: str = "same", next_try_at: datetime | None = None) -> EntryState:
    """An entry whose last request ended so."""
    return EntryState(finished_digest=digest, last_outcome=outcome, next_try_at=next_try_at)


# what is remembered, whether its story is archived, whether to ask; the listing says "same" today
CASES = [
    (EntryState(), False, True),
    (EntryState(), True, False),
    (EntryState(finished_digest="same"), True, False),
    (EntryState(finished_digest="other"), True, True),
    (ended(Outcome.NEW_STORY), True, False),
    (ended(Outcome.NEW_STORY, "other"), True, True),
    (ended(Outcome.UNCHANGED, "other", LATER), True, False),
    (ended(Outcome.UNCHANGED, "other", EARLIER), True, True),
    (ended(Outcome.UNCHANGED, "same", EARLIER), True, False),
    (ended(Outcome.NOT_FOUND), False, False),
    (ended(Outcome.NOT_FOUND, "other"), False, True),
    (ended(Outcome.NOT_A_STORY), False, False),
    (ended(Outcome.TIMED_OUT, next_try_at=LATER), False, False),
    (ended(Outcome.TIMED_OUT, "other", LATER), False, False),
    (ended(Outcome.TIMED_OUT, next_try_at=NOW), False, True),
    (ended(Outcome.CANCELLED), False, True),
]


@pytest.mark.parametrize(("state", "is_archived", "due"), CASES)
def test_what_is_due(state: EntryState, is_archived: bool, due: bool) -> None:
    assert is_due(state, digest="same", is_archived=is_archived, now=NOW) is due


# outcome, attempts before, attempts after, minutes to wait
WAITS = [
    (Outcome.TIMED_OUT, 0, 1, 10),
    (Outcome.TIMED_OUT, 1, 2, 20),
    (Outcome.WALLED, 6, 7, 640),
    (Outcome.WALLED, 7, 8, 720),
    (Outcome.SERVER_ERROR, 99, 100, 720),
    (Outcome.UNCHANGED, 0, 1, 15),
    (Outcome.NOT_MODIFIED, 3, 4, 120),
    (Outcome.UNCHANGED, 50, 51, 1440),
    (Outcome.NEW_STORY, 5, 0, None),
    (Outcome.REVISED, 5, 0, None),
    (Outcome.NOT_FOUND, 5, 0, None),
    (Outcome.CANCELLED, 5, 5, None),
]


@pytest.mark.parametrize(("outcome", "before", "after", "minutes"), WAITS)
def test_the_next_try(outcome: Outcome, before: int, after: int, minutes: int | None) -> None:
    retry = next_try(outcome, attempts=before, now=NOW)
    at = None if minutes is None else NOW + timedelta(minutes=minutes)
    assert (retry.attempts, retry.next_try_at) == (after, at)


@given(st.sampled_from(Outcome), st.integers(-5, 10_000))
def test_no_wait_is_longer_than_a_day(outcome: Outcome, attempts: int) -> None:
    at = next_try(outcome, attempts=attempts, now=NOW).next_try_at
    assert at is None or NOW < at <= NOW + timedelta(days=1)


@given(st.sampled_from([outcome for outcome in Outcome if outcome.is_transient]), st.integers(0, 100))
def test_what_may_pass_is_always_tried_again(outcome: Outcome, attempts: int) -> None:
    retry = next_try(outcome, attempts=attempts, now=NOW)
    state = EntryState(
        finished_digest="same", last_outcome=outcome, attempts=retry.attempts, next_try_at=retry.next_try_at
    )
    assert is_due(state, digest="same", is_archived=False, now=NOW + timedelta(days=1))
