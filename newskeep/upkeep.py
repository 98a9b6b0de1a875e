"""What may be wrong with the service and the home rather than with what a source says: moves, overdue polls, the disk.

Each rule is given what is known and whether its alarm is open, and gives what is wrong: an alarm that is open ends a
good way below where it began.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from newskeep.alarms import AlarmKind, Finding

OVERDUE_AFTER = timedelta(minutes=30)
"""How late a poll is before that is an alarm. A start with everything to catch up takes some minutes."""
_IN_TIME_AGAIN = timedelta(minutes=5)
MOVED_AFTER_POLLS = 3
_NOT_FROM_THE_START = timedelta(days=1)
_SPACE_AGAIN = 1.25
_NAMED = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Due:
    """When the next poll of a source was to be."""

    source: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Moved:
    """A listing that was answered from another address, by redirects that are for good, `polls` times in a row."""

    source: str
    listing_url: str
    url: str
    followed_since: datetime
    first_at: datetime
    polls: int


def moved(moves: Iterable[Moved]) -> tuple[Finding, ...]:
    """Which listings moved. One that answered from elsewhere from the first day on is as its owner wants it."""
    return tuple(
        Finding(
            kind=AlarmKind.MOVED,
            source=move.source,
            subject=move.listing_url,
            began_at=move.first_at,
            summary=f"{move.listing_url} moved for good to {move.url}; please change the source's file",
        )
        for move in moves
        if move.polls >= MOVED_AFTER_POLLS and move.first_at - move.followed_since >= _NOT_FROM_THE_START
    )


def overdue(
    dues: Iterable[Due], *, now: datetime, awake_since: datetime | None = None, is_open: bool = False
) -> tuple[Finding, ...]:
    """Whether polls are long past their time.

    `awake_since` is since when the service runs without a break (a machine that slept is not late before it has had its
    time); None where no service runs.
    """
    limit = _IN_TIME_AGAIN if is_open else OVERDUE_AFTER
    late = [due for due in dues if now - max(due.at, awake_since or due.at) > limit]
    if not late:
        return ()
    late.sort(key=lambda due: due.at)
    names = ", ".join(due.source for due in late[:_NAMED]) + (" …" if len(late) > _NAMED else "")
    polls = "a poll is" if len(late) == 1 else f"polls of {len(late)} sources are"
    return (
        Finding(
            kind=AlarmKind.OVERDUE,
            source=None,
            subject="",
            began_at=late[0].at,
            summary=f"{polls} overdue ({names}), the longest since {late[0].at:%Y-%m-%d %H:%M} UTC",
        ),
    )


def disk(free_bytes: int, *, least_bytes: int, now: datetime, is_open: bool = False) -> tuple[Finding, ...]:
    """Whether the home's disk is nearly full."""
    if free_bytes >= least_bytes * (_SPACE_AGAIN if is_open else 1):
        return ()
    return (
        Finding(
            kind=AlarmKind.DISK,
            source=None,
            subject="",
            began_at=now,
            summary=f"only {free_bytes // 1024**2:,} MiB are free on the archive's disk; `newskeep prune` gives space",
        ),
    )
