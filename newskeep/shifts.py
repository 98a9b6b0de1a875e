"""Whether the service was there all the time: one beat held against the next. Pure.

A shift is one process of the service from start to end. It has two clocks: the wall's, by which polls are planned and
which people set, and a steady one, which nobody sets and which may stand still while the machine sleeps.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

_TOLERANCE = timedelta(seconds=5)
"""Less is a busy machine, or a clock that is being corrected."""


class GapCause(StrEnum):
    """Why the service did not poll for a while."""

    STOPPED = "stopped"
    """Nobody had started it again."""
    KILLED = "killed"
    """Its process ended without a word; the gap begins with its last beat."""
    SUSPENDED = "suspended"
    """The machine slept, the process was held, or the clock was set forward: one cannot be told from the other."""
    CLOCK_BACK = "clock_back"
    """The clock was set back: nothing fell out, but what was planned lies too far ahead."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Beat:
    """A moment on both clocks: `at` is aware, `steady_seconds` counts from anywhere."""

    at: datetime
    steady_seconds: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Gap:
    """A time without polls. Of a clock set back, `until_at` lies before `from_at`."""

    cause: GapCause
    from_at: datetime
    until_at: datetime


def gap_between(before: Beat, after: Beat, *, every_seconds: float) -> Gap | None:
    """Tell what happened between two beats that should be `every_seconds` apart; None where nothing did."""
    steady = timedelta(seconds=after.steady_seconds - before.steady_seconds)
    wall = after.at - before.at
    if wall < steady - _TOLERANCE:
        return Gap(cause=GapCause.CLOCK_BACK, from_at=before.at + steady, until_at=after.at)
    if max(wall, steady) > timedelta(seconds=every_seconds) + _TOLERANCE:
        return Gap(cause=GapCause.SUSPENDED, from_at=before.at, until_at=after.at)
    return None
