"""When an archived story is looked at again. Pure: `now` is passed in.

Most changes come soon after publication, so a story waits a quarter of its age, from a quarter of an hour to thirty
days. Stories that were changed wait less, those that never were more; so do those of a publisher who changes much, or
little. A story that may be gone is looked at again soon, one that is gone seldom, in case it returns. How many fit into
one poll is a matter of the host's patience (`budget`).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from math import sqrt

from newskeep.change_weight import Weight
from newskeep.presence import Presence

SHORTEST = timedelta(minutes=15)
LONGEST = timedelta(days=30)
_SHARE_OF_AGE = 0.25
_DOUBT = timedelta(minutes=30)
_OBSTACLE = timedelta(hours=3)
_ABSENT = timedelta(days=1)
_RESTLESS = timedelta(days=1)
_FRESH_CHANGE = timedelta(hours=1)
# A publisher of whom little is known is taken to change one look in twenty.
_USUAL_CHANGES = 0.05
_USUAL_LOOKS = 20
_SHARE_OF_POLL = 1 / 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Pace:
    """How often a publisher's stories were looked at again, and how many of these looks brought a revision."""

    checks: int = 0
    changes: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """What is known of one story when its next look is planned.

    `published_at` is when it was published, or first seen where that is not known. `checks` counts the looks before
    this one, `changes` those that brought a revision. `weight` is that of a change found right now, None for none.
    `absent_since` is set for a story that is not there.
    """

    published_at: datetime
    checks: int = 0
    changes: int = 0
    weight: Weight | None = None
    presence: Presence = Presence.PRESENT
    absent_since: datetime | None = None
    is_in_doubt: bool = False
    is_restless: bool = False


def next_check(standing: Standing, *, now: datetime, pace: Pace | None = None, poll_seconds: int = 0) -> datetime:
    """Say when a story is to be looked at again.

    `poll_seconds` is the time between polls of its source, below which nothing is planned.
    """
    shortest = max(SHORTEST, timedelta(seconds=poll_seconds))
    return now + min(max(_wait(standing, now, pace or Pace()), shortest), max(LONGEST, shortest))


def budget(most: int, *, poll_seconds: float, delay_seconds: float) -> int:
    """Give how many stories may be looked at again in one poll: `most`, and a third of the time between two polls."""
    if most <= 0 or delay_seconds <= 0:
        return max(most, 0)
    return max(1, min(most, int(poll_seconds * _SHARE_OF_POLL / delay_seconds)))


def _wait(standing: Standing, now: datetime, pace: Pace) -> timedelta:
    if standing.is_in_doubt:
        return _DOUBT
    if standing.presence.is_absent:
        away = now - (standing.absent_since or now)
        return max(_ABSENT, away * _SHARE_OF_AGE)
    age = max(now - standing.published_at, timedelta())
    wait = age * _SHARE_OF_AGE * _story_factor(standing) * _publisher_factor(pace)
    if not standing.presence.is_there:
        return max(wait, _OBSTACLE)
    if standing.is_restless:
        return max(wait, _RESTLESS)
    if standing.weight is not None and not standing.weight.is_light:
        # Substance seldom comes alone.
        return min(wait, _FRESH_CHANGE)
    return wait


def _story_factor(standing: Standing) -> float:
    """From a half, for a story changed at every look, to two for one that never was in ten."""
    if standing.changes:
        return max(0.5, 1 - standing.changes / max(standing.checks + 1, 1))
    return 1 + min(standing.checks, 10) / 10


def _publisher_factor(pace: Pace) -> float:
    share = (pace.changes + _USUAL_CHANGES * _USUAL_LOOKS) / (pace.checks + _USUAL_LOOKS)
    return min(2.0, max(0.5, sqrt(_USUAL_CHANGES / share)))
