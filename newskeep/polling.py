"""When a listing is asked next. Pure: `now` and the random number are passed in, so that a week can be replayed.

A success waits for the source's interval, or for somewhat longer where the publisher asks for it. A failure waits
longer each time, by its kind, and never forever: many a feed that was dead for months has come back. What the
archive stores is `listings.next_poll_at`; who wakes up for it is `scheduler`.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

from newskeep.outcomes import Outcome

MOST_HINT_INTERVALS = 4
"""A hint lengthens a wait at most so many times: WordPress says `hourly` of every feed, true or not."""

MOST_QUIET_INTERVALS = 24
"""However little a listing's rhythm lets expect, it is polled once in so many intervals."""

_CLOCK_TOLERANCE = timedelta(seconds=5)  # clocks are corrected all the time, by little
_WEEK_HOURS = 168
_RIDES_SHARE = 0.1
_MAX_STEPS = 40  # beyond it any growth has met its limit, and floats stay small


@dataclass(frozen=True, slots=True, kw_only=True)
class Pace:
    """The bounds of all waits.

    `floor_seconds` is the shortest wait, whatever the source's interval. `cap_seconds` is the longest one while a
    listing is expected to come back soon, `slow_seconds` the one between two looks at a dead one, and also the longest
    Retry-After that is believed. `jitter_share` is how much a wait may be lengthened at random, so that sources
    do not march in step.
    """

    floor_seconds: int = 60
    cap_seconds: int = 86_400
    slow_seconds: int = 604_800
    jitter_share: float = 0.1


@dataclass(frozen=True, slots=True, kw_only=True)
class PollResult:
    """How a poll of one listing ended.

    `failures` counts the polls in a row that failed, this one included; 0 after a success. `hint_seconds` is what the
    listing asks for (`ListingPage.poll_hint_seconds`), `retry_after_at` what the server asks for.
    """

    outcome: Outcome
    failures: int = 0
    hint_seconds: int | None = None
    retry_after_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class _BackOff:
    """The first failure waits `first` intervals, each further one `growth` times longer; `slow` lifts the limit."""

    first: float
    growth: float
    slow: bool


_BRIEF = _BackOff(first=1, growth=2, slow=False)
_ASKED_TO_WAIT = _BackOff(first=2, growth=2, slow=False)
_LASTING = _BackOff(first=1, growth=3, slow=True)
_DEAD = _BackOff(first=16, growth=4, slow=True)
_OURS = _BackOff(first=1, growth=1, slow=False)

_BACK_OFFS = {
    Outcome.TIMED_OUT: _BRIEF,
    Outcome.CONNECTION_FAILED: _BRIEF,
    Outcome.SERVER_ERROR: _BRIEF,
    Outcome.BROKEN_RESPONSE: _BRIEF,
    Outcome.EMPTY: _BRIEF,
    Outcome.RATE_LIMITED: _ASKED_TO_WAIT,
    Outcome.UNAVAILABLE: _ASKED_TO_WAIT,
    Outcome.WALLED: _ASKED_TO_WAIT,
    Outcome.CLIENT_ERROR: _ASKED_TO_WAIT,
    Outcome.GONE: _DEAD,
    # No fault of the publisher: a longer wait would punish the reader.
    Outcome.STORAGE_FAILED: _OURS,
    Outcome.CANCELLED: _OURS,
    Outcome.EXTRACTION_FAILED: _OURS,
    Outcome.EXTRACTION_TIMED_OUT: _OURS,
    Outcome.EXTRACTION_OUT_OF_MEMORY: _OURS,
}


def next_poll(
    interval_seconds: int,
    result: PollResult,
    *,
    now: datetime,
    jitter: float,
    pace: Pace | None = None,
    learned_seconds: float | None = None,
    quiet_hours: Collection[int] = (),
) -> datetime:
    """Say when a listing is to be asked again after a poll that ended at `now`.

    `learned_seconds` is the wait that its rhythm suggests (`rhythm.expected_wait`), None where none is known: after a
    success it takes the place of the interval. After a failure it is the interval that counts. A poll that would fall
    into one of the `quiet_hours` (of the week, in UTC) waits for their end.

    `jitter` is a random number from 0 up to, not including, 1. It only ever lengthens the wait, so a floor and a
    Retry-After are kept. The answer counts from `now`, not from when the poll was planned: polls that were missed are
    made up for by one.
    """
    pace = pace or Pace()
    wait_seconds = _wait_seconds(interval_seconds, result, pace, learned_seconds)
    earliest = now + timedelta(seconds=wait_seconds)
    if result.retry_after_at is not None:
        longest = now + timedelta(seconds=pace.slow_seconds)
        earliest = max(earliest, min(result.retry_after_at, longest))
    earliest = _after_quiet_hours(earliest, quiet_hours)
    return earliest + (earliest - now) * (pace.jitter_share * jitter)


def longest_wait(interval_seconds: int, pace: Pace) -> timedelta:
    """Give the longest wait that a rhythm may suggest."""
    interval = max(interval_seconds, pace.floor_seconds)
    return timedelta(seconds=max(min(interval * MOST_QUIET_INTERVALS, pace.cap_seconds), interval))


def rides_along(
    next_poll_at: datetime | None, last_poll_at: datetime | None, *, now: datetime, floor_seconds: int
) -> bool:
    """Tell whether a listing that is soon due goes with another of its source that is due now, in one crawl.

    It may come early by a tenth of its wait, and never under the floor. One that was never polled is due itself.
    """
    if next_poll_at is None or last_poll_at is None:
        return next_poll_at is None
    early = (next_poll_at - last_poll_at) * _RIDES_SHARE
    return next_poll_at - early <= now and now - last_poll_at >= timedelta(seconds=floor_seconds)


def missed_polls(next_poll_at: datetime | None, last_poll_at: datetime | None, *, now: datetime) -> int:
    """Count the polls that fell out between the planned time and now, the one about to be made up not counted.

    Polls are taken to go on as far apart as the last one and the planned one. A listing that was never polled
    (None) missed none.
    """
    if next_poll_at is None or last_poll_at is None:
        return 0
    wait_seconds = max((next_poll_at - last_poll_at).total_seconds(), 1.0)
    return max(0, int((now - next_poll_at).total_seconds() // wait_seconds))


def mended(
    next_poll_at: datetime | None, last_poll_at: datetime | None, *, now: datetime, share: float
) -> datetime | None:
    """Plan anew where the clock was set back: a last poll in the future says so.

    Waiting for that time to come round again would be silence, and polling all such listings at once a storm: the new
    time lies in what was the wait, at a random `share` (above 0, up to 1) of it. None where nothing is wrong.
    """
    if last_poll_at is None or last_poll_at <= now + _CLOCK_TOLERANCE:
        return None
    wait = max((next_poll_at or last_poll_at) - last_poll_at, timedelta())
    return now + wait * share


def _after_quiet_hours(at: datetime, quiet_hours: Collection[int]) -> datetime:
    later = at
    for _ in range(_WEEK_HOURS):
        if later.weekday() * 24 + later.hour not in quiet_hours:
            return later
        later = later.replace(minute=0, second=0, microsecond=0) + timedelta(hours=1)
    return at  # always quiet: that means nothing


def _wait_seconds(interval_seconds: int, result: PollResult, pace: Pace, learned_seconds: float | None) -> float:
    interval = max(interval_seconds, pace.floor_seconds)
    # An owner who wants a source once a month may have it so, whatever the cap.
    cap = max(pace.cap_seconds, interval)
    if result.outcome.is_success:
        longest = longest_wait(interval_seconds, pace).total_seconds()
        wait = interval if learned_seconds is None else min(max(learned_seconds, pace.floor_seconds), longest)
        hint = min(result.hint_seconds or 0, wait * MOST_HINT_INTERVALS)
        return min(max(wait, hint), cap)
    back_off = _BACK_OFFS.get(result.outcome, _LASTING)
    growth = back_off.growth ** min(max(result.failures - 1, 0), _MAX_STEPS)
    return min(interval * back_off.first * growth, max(pace.slow_seconds, cap) if back_off.slow else cap)
