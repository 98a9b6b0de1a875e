"""What a poll of a listing teaches, and when the next one is. Runs inside the writer's transaction.

The rules are `newskeep.rhythm` and `newskeep.polling`.
"""

from __future__ import annotations

import random
from dataclasses import dataclass
from datetime import datetime, timedelta

from newskeep.model import Entry, ListingPage, Precision
from newskeep.outcomes import Outcome
from newskeep.polling import Pace, PollResult, longest_wait, next_poll
from newskeep.rhythm import Arrivals, Rhythm, after_poll, expected_wait, first_look
from pipelines.work import Work
from storage.archive import Archive
from storage.listings import ListingState
from storage.rhythms import Habits


@dataclass(frozen=True, slots=True, kw_only=True)
class Planning:
    """The bounds of waits, and whether they follow a listing's rhythm."""

    pace: Pace
    adaptive: bool


def learn(archive: Archive, listing_id: int, page: ListingPage, now: datetime) -> None:
    """Learn from what a listing named, before its entries are written. An index names nothing itself."""
    if page.children:
        return
    fresh = archive.rhythms.fresh(listing_id, page.entries)
    times = tuple(entry.published.at if entry.published and _is_exact(entry) else None for entry in fresh)
    _take_in(archive, listing_id, Arrivals(times=times, reaches_back=len(fresh) < len(page.entries)), now)


def learn_nothing_new(archive: Archive, listing_id: int, now: datetime) -> None:
    """Learn from an answer that said that nothing changed."""
    if archive.rhythms.habits(listing_id).rhythm is not None:
        _take_in(archive, listing_id, Arrivals(), now)


def plan(
    archive: Archive, work: Work, outcome: Outcome, *, planning: Planning, now: datetime, stories_left: int
) -> None:
    """Write how a poll ended, and when the next one is.

    `stories_left` are those that this poll had to leave for the next one, which then comes as configured.
    """
    ask, capture = work.fetch.ask, work.fetch.capture
    assert ask.listing_id is not None
    state = archive.listings.state(ask.listing_id)
    if state is None:
        return
    if work.listing is not None:
        wish = work.listing
        archive.rhythms.wish(ask.listing_id, hint_seconds=wish.poll_hint_seconds, quiet_hours=wish.quiet_hours)
    habits = archive.rhythms.habits(ask.listing_id)
    result = PollResult(
        outcome=outcome,
        failures=0 if outcome.is_success else state.failures + 1,
        hint_seconds=max(filter(None, (habits.hint_seconds, work.fetch.fresh_seconds)), default=None),
        retry_after_at=work.fetch.retry_after_at,
    )
    follows_rhythm = planning.adaptive and outcome.is_success and not stories_left
    archive.listings.finish_poll(
        ask.listing_id,
        outcome=outcome,
        now=now,
        next_poll_at=next_poll(
            state.interval_seconds,
            result,
            now=now,
            # Jitter is no rule: any number will do, and nothing is ever compared with it.
            jitter=random.random(),
            pace=planning.pace,
            learned_seconds=_learned_seconds(habits, state, planning.pace, now) if follows_rhythm else None,
            quiet_hours=habits.quiet_hours,
        ),
        etag=capture.header("ETag") if capture else None,
        last_modified=capture.header("Last-Modified") if capture else None,
        payload_digest=capture.payload_digest if capture else None,
    )


def _take_in(archive: Archive, listing_id: int, arrivals: Arrivals, now: datetime) -> None:
    habits = archive.rhythms.habits(listing_id)
    known: Rhythm | None = habits.rhythm
    rhythm = (
        first_look(arrivals, now=now, zone=habits.zone)
        if known is None
        else after_poll(known, arrivals, now=now, zone=habits.zone)
    )
    if rhythm is not known:
        archive.rhythms.save(listing_id, rhythm)


def _learned_seconds(habits: Habits, state: ListingState, pace: Pace, now: datetime) -> float | None:
    if habits.rhythm is None or not habits.rhythm.is_known:
        return None
    wait = expected_wait(
        habits.rhythm,
        now=now,
        zone=habits.zone,
        interval=timedelta(seconds=state.interval_seconds),
        longest=longest_wait(state.interval_seconds, pace),
    )
    return wait.total_seconds()


def _is_exact(entry: Entry) -> bool:
    """A date without a time of day says nothing of the hour."""
    return entry.published is not None and entry.published.precision is not Precision.DAY
