"""Which of a listing's entries are worth a request: pure rules over what is remembered of each entry.

A listing names the same stories at every poll. One that is archived and not said to have changed costs nothing; one
that failed is tried again later and later; one whose address cannot work (404, a refused type) is left alone until the
listing says something new of it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from newskeep.outcomes import Outcome

_FIRST_WAIT = timedelta(minutes=10)
_LONGEST_WAIT = timedelta(hours=12)
# A listing that announces changes which are none (a date that moves at every poll) is believed less and less.
_FIRST_QUIET = timedelta(minutes=15)
_LONGEST_QUIET = timedelta(days=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class EntryState:
    """What is remembered of an entry.

    `finished_digest` is its digest when its last request ended, or when its story was found in the archive; None before
    that. `last_outcome` is None where it was never asked for, or by a run that was stopped.

    `attempts` counts requests in a row that brought nothing new. `next_try_at` None means no time is set.
    """

    finished_digest: str | None = None
    last_outcome: Outcome | None = None
    attempts: int = 0
    next_try_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Retry:
    """When an entry may be asked for again: `attempts` as it stands now, `next_try_at` None where nothing is set."""

    attempts: int
    next_try_at: datetime | None


def is_due(state: EntryState, *, digest: str, is_archived: bool, now: datetime) -> bool:
    """Tell whether an entry is worth a request now.

    `digest` is what the listing says of it today, `is_archived` whether its story is known.
    """
    if state.last_outcome is None and not is_archived:
        return True
    if state.next_try_at is not None and now < state.next_try_at:
        return False
    if state.last_outcome is not None and state.last_outcome.is_transient:
        return True
    return state.finished_digest is not None and digest != state.finished_digest


def next_try(outcome: Outcome, *, attempts: int, now: datetime) -> Retry:
    """Say when an entry whose request ended so may be asked for again, `attempts` being those before this one.

    A cancelled request is no attempt. After a failure that may pass, the wait doubles from 10 minutes to 12 hours. A
    request that found nothing changed lets the next announced change wait, from 15 minutes to a day.
    """
    if outcome is Outcome.CANCELLED:
        return Retry(attempts=attempts, next_try_at=None)
    if outcome.is_transient:
        return Retry(attempts=attempts + 1, next_try_at=now + _doubled(_FIRST_WAIT, attempts, _LONGEST_WAIT))
    if outcome in (Outcome.UNCHANGED, Outcome.NOT_MODIFIED):
        return Retry(attempts=attempts + 1, next_try_at=now + _doubled(_FIRST_QUIET, attempts, _LONGEST_QUIET))
    return Retry(attempts=0, next_try_at=None)


def _doubled(first: timedelta, times: int, longest: timedelta) -> timedelta:
    return min(first * (1 << min(max(times, 0), 20)), longest)
