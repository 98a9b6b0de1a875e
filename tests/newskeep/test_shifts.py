"""What lies between two beats of the service."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from newskeep.shifts import Beat, Gap, GapCause, gap_between

NOW = datetime(2026, 11, 22, 10, 0, tzinfo=UTC)
HOUR = 3_600.0


@pytest.mark.parametrize(
    ("wall", "steady", "cause", "from_seconds"),
    [
        (1.0, 1.0, None, None),
        (4.0, 4.0, None, None),
        (0.5, 3.0, None, None),
        (HOUR, HOUR, GapCause.SUSPENDED, 0.0),
        (HOUR, 1.0, GapCause.SUSPENDED, 0.0),
        (1.0 - HOUR, 1.0, GapCause.CLOCK_BACK, 1.0),
        (-20.0, 60.0, GapCause.CLOCK_BACK, 60.0),
    ],
    ids=[
        "in time", "a busy machine", "a correction", "the process was held", "the machine slept, or the clock forward",
        "the clock an hour back", "held and the clock back",
    ],
)  # fmt: skip
def test_gap(wall: float, steady: float, cause: GapCause | None, from_seconds: float | None) -> None:
    before = Beat(at=NOW, steady_seconds=50.0)
    after = Beat(at=NOW + timedelta(seconds=wall), steady_seconds=50.0 + steady)
    found = gap_between(before, after, every_seconds=1.0)
    if cause is None or from_seconds is None:
        assert found is None
    else:
        assert found == Gap(cause=cause, from_at=NOW + timedelta(seconds=from_seconds), until_at=after.at)
