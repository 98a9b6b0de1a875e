"""Is a source silent? Against its own week: at which hours it has new stories, and at which it never has.

An hour counts once, however many stories it brought, so that bursts do not make a rhythm look denser than it is. An
hour is *watched* when the listings were read after it, so that hours in which newskeep stood still say nothing. For
each hour of the week the share of watched hours with stories is learned from the last weeks up to the last story,
smoothed over the hours beside it and over the same hour of like days. The chance that a healthy source is silent so
long is the product of one minus these shares over the watched hours since its last story; the alarm comes below one in
ten million, and only where the silence is clearly longer, on that scale, than any that was met before. Where hours say
too little (a story a week), it comes when the silence is three times as long as the longest before. Hours count from
1970, in UTC.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from math import log

WEEK = 168
WINDOW = 12 * WEEK
"""How many hours are remembered."""
_MASK = (1 << WINDOW) - 1
CHANCE = 1e-7
"""A silence a healthy source falls into less often than this, once after each story hour, is an alarm."""
_MARGIN = 1.35
_LEAST_SILENCE = 3
_LEAST_WATCHED = 14 * 24
_LEAST_ACTIVE = 5
_NEVER_ANY = 7 * 24
_LONG_SILENCE = 14 * 24
_LONGER_THAN_EVER = 3
_MOST_SHARE = 0.97
_POOLED_WEEKS = 3.0
# A poll's stories come after the poll; only with the next poll are they surely all there.
_SETTLED = timedelta(minutes=10)
_LONGEST_LOOK_BACK = 48
_OLDEST_MOMENT = timedelta(hours=48)


@dataclass(frozen=True, slots=True, kw_only=True)
class StoryHours:
    """What is remembered of a source's rhythm.

    Bit n of `watched` and `active` is the hour `end - 1 - n`. `last_hour` is the hour of the last story. `polled_at` is
    the last poll that read a listing, `settled_at` the one before it, whose stories are surely all there.
    `silent_since` is set while the source is silent; for one that never brought a story it is when it was first polled.
    """

    end: int = 0
    watched: int = 0
    active: int = 0
    last_hour: int | None = None
    first_at: datetime | None = None
    polled_at: datetime | None = None
    settled_at: datetime | None = None
    silent_since: datetime | None = None
    missed: float = 0.0
    """How many hours with stories were to be expected in the silence."""


def hour_of(at: datetime) -> int:
    """The hour a moment is in."""
    return int(at.timestamp() // 3600)


def moment_of(hour: int) -> datetime:
    """When an hour begins."""
    return datetime.fromtimestamp(hour * 3600, UTC)


def polled(known: StoryHours, at: datetime) -> StoryHours:
    """Take in that a listing of the source was read; polls come in the order of their times."""
    last = known.polled_at
    if last is None:
        return replace(known, first_at=at, polled_at=at, settled_at=at)
    if at - last < _SETTLED:
        return known  # another listing of the same poll
    since = known.settled_at or last
    known = _reaching(replace(known, polled_at=at, settled_at=last), hour_of(last))
    until = hour_of(last)
    return _watch(known, max(hour_of(since), until - _LONGEST_LOOK_BACK), until)


def brought(known: StoryHours, published_at: datetime | None, *, seen_at: datetime) -> StoryHours:
    """Take in a new story. What its page says of its time is believed within the two days before it was seen."""
    moment = min(max(published_at or seen_at, seen_at - _OLDEST_MOMENT), seen_at)
    hour = hour_of(moment)
    known = _reaching(known, hour + 1)
    if known.silent_since is not None:
        # What was an incident is no part of the rhythm.
        known = _watch(known, (known.last_hour or 0) + 1, hour, is_watched=False)
        known = replace(known, silent_since=None, missed=0.0)
    if hour >= known.end - WINDOW:
        bit = 1 << (known.end - 1 - hour)
        known = replace(known, active=known.active | bit, watched=known.watched | bit)
    return replace(known, last_hour=max(hour, known.last_hour or 0))


def judge(known: StoryHours) -> StoryHours:
    """Say whether the source is silent; one that is stays so until a story comes."""
    if known.silent_since is not None:
        return known
    if known.last_hour is None:
        is_silent = known.watched.bit_count() >= _NEVER_ANY
        return replace(known, silent_since=known.first_at) if is_silent else known
    silent = [hour for hour in range(known.last_hour + 1, known.end) if _has(known, known.watched, hour)]
    if len(silent) < _LEAST_SILENCE:
        return known
    past = _Past.of(known)
    if past.active < _LEAST_ACTIVE or past.watched < _LEAST_WATCHED:
        return known
    surprise = sum(past.surprise(hour) for hour in silent)
    is_rare = surprise >= max(-log(CHANCE), _MARGIN * past.highest_surprise())
    is_long = len(silent) >= max(_LONG_SILENCE, _LONGER_THAN_EVER * past.longest_silence())
    if not is_rare and not is_long:
        return known
    missed = sum(past.share(hour) for hour in silent)
    return replace(known, silent_since=moment_of(known.last_hour + 1), missed=missed)


class _Past:
    """What a source did up to its last story: for each hour of the week, how likely it has stories."""

    def __init__(self, hours: list[int], is_active: list[bool]) -> None:
        self._hours, self._is_active = hours, is_active
        self.watched, self.active = len(hours), sum(is_active)
        seen, had = [0.0] * WEEK, [0.0] * WEEK
        for hour, active in zip(hours, is_active, strict=True):
            seen[hour % WEEK] += 1
            had[hour % WEEK] += active
        self._shares = [_share(seen, had, slot) for slot in range(WEEK)]
        self._surprises = [-log(1 - share) for share in self._shares]

    @classmethod
    def of(cls, known: StoryHours) -> _Past:
        last = known.last_hour or 0
        hours = [hour for hour in range(known.end - WINDOW, last + 1) if _has(known, known.watched, hour)]
        return cls(hours, [_has(known, known.active, hour) for hour in hours])

    def share(self, hour: int) -> float:
        return self._shares[hour % WEEK]

    def surprise(self, hour: int) -> float:
        return self._surprises[hour % WEEK]

    def highest_surprise(self) -> float:
        """Of the silences before: how surprising was the most surprising?"""
        highest = current = 0.0
        for hour, active in zip(self._hours, self._is_active, strict=True):
            current = 0.0 if active else current + self.surprise(hour)
            highest = max(highest, current)
        return highest

    def longest_silence(self) -> int:
        """Of the silences before: how many watched hours had the longest?"""
        longest = current = 0
        for active in self._is_active:
            current = 0 if active else current + 1
            longest = max(longest, current)
        return longest


def _share(seen: list[float], had: list[float], slot: int) -> float:
    """How likely an hour of the week has stories: by itself, the hours beside it, and the same hour of like days."""
    day, hour = divmod(slot, 24)
    watched = seen[slot] + (seen[slot - 1] + seen[(slot + 1) % WEEK]) / 2
    active = had[slot] + (had[slot - 1] + had[(slot + 1) % WEEK]) / 2
    like = [other * 24 + hour for other in _LIKE_DAYS[day]]
    pooled = (sum(had[one] for one in like) + 0.1) / (sum(seen[one] for one in like) + 1.0)
    return min((active + _POOLED_WEEKS * pooled) / (watched + _POOLED_WEEKS), _MOST_SHARE)


# The first hour of 1970 was on a Thursday: days 2 and 3 are Saturday and Sunday.
_LIKE_DAYS = {day: (day,) if day in (2, 3) else (0, 1, 4, 5, 6) for day in range(7)}


def _reaching(known: StoryHours, end: int) -> StoryHours:
    """The same, remembered up to an hour (not included)."""
    if end <= known.end:
        return known
    shift = min(end - known.end, WINDOW)
    watched, active = (known.watched << shift) & _MASK, (known.active << shift) & _MASK
    return replace(known, end=end, watched=watched, active=active)


def _watch(known: StoryHours, first: int, until: int, *, is_watched: bool = True) -> StoryHours:
    """Mark hours as watched or not, from the first until (not including) the last."""
    first = max(first, known.end - WINDOW)
    if until <= first:
        return known
    span = ((1 << (until - first)) - 1) << (known.end - until)
    watched = known.watched | span if is_watched else known.watched & ~span
    return replace(known, watched=watched)


def _has(known: StoryHours, bits: int, hour: int) -> bool:
    return bool(bits >> (known.end - 1 - hour) & 1)
