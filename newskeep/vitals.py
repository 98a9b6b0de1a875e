"""Is the service itself well? What it knows of its own pulse, held against what it should be.

Moments are of a clock that only goes forward, in seconds.
"""

from __future__ import annotations

from dataclasses import dataclass

LONGEST_PAUSE_SECONDS = 60.0
"""A scheduler that gave no sign for so long stands still."""
LONGEST_UNWRITTEN_SECONDS = 300.0
"""An archive that took nothing for so long cannot be written: something is written at least every minute."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Vitals:
    """`beat` is the scheduler's last sign of life, `written` the last time the archive was written.

    `trouble` is why it could not be written since, None where it could. Of `sources` that are polled, `overdue` are
    long past their time.
    """

    beat: float
    written: float
    trouble: str | None = None
    sources: int = 0
    overdue: int = 0


def ailments(vitals: Vitals, *, now: float) -> tuple[str, ...]:
    """What is wrong with the service, a line each; nothing where it is well."""
    found = []
    if now - vitals.beat > LONGEST_PAUSE_SECONDS:
        found.append(f"the scheduler has stood still for {now - vitals.beat:.0f} s")
    if now - vitals.written > LONGEST_UNWRITTEN_SECONDS:
        why = vitals.trouble or "nobody knows why"
        found.append(f"the archive has not been written for {now - vitals.written:.0f} s: {why}")
    if vitals.sources and vitals.overdue == vitals.sources:
        found.append(f"all {vitals.sources} sources are overdue")
    return tuple(found)
