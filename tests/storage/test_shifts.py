"""Shifts of the service, and the gaps between them."""

from __future__ import annotations

from datetime import timedelta

from newskeep.shifts import Gap, GapCause
from storage.archive import Archive
from tests.storage.builders import HOUR, NOW

SECOND = timedelta(seconds=1)


def begin(archive: Archive, hours: float) -> int:
    return archive.shifts.begin(NOW + hours * HOUR, pid=7, host="h", version="1")


def test_the_first_shift_follows_no_gap(archive: Archive) -> None:
    assert archive.shifts.latest() is None
    begin(archive, 0)
    assert archive.shifts.gaps(NOW) == ()


def test_a_stop_is_a_gap_from_the_end_of_one_shift_to_the_start_of_the_next(archive: Archive) -> None:
    archive.shifts.end(begin(archive, 0), NOW + HOUR)
    begin(archive, 4)
    assert archive.shifts.gaps(NOW) == (Gap(cause=GapCause.STOPPED, from_at=NOW + HOUR, until_at=NOW + 4 * HOUR),)


def test_a_killed_shift_ended_with_its_last_beat(archive: Archive) -> None:
    first = begin(archive, 0)
    archive.shifts.beat(first, NOW + HOUR)
    second = begin(archive, 4)
    assert archive.shifts.gaps(NOW) == (Gap(cause=GapCause.KILLED, from_at=NOW + HOUR, until_at=NOW + 4 * HOUR),)
    (killed, _) = archive.db["shifts"].rows
    assert (killed["id"], killed["ending"], killed["ended_at"]) == (first, "killed", killed["beat_at"])
    latest = archive.shifts.latest()
    assert latest is not None
    assert (latest.shift_id, latest.ending, latest.beat_at) == (second, None, NOW + 4 * HOUR)


def test_a_restart_is_no_gap(archive: Archive) -> None:
    archive.shifts.end(begin(archive, 0), NOW + HOUR)
    begin(archive, 1 + 3 / 3600)
    assert archive.shifts.gaps(NOW) == ()


def test_gaps_are_given_since_a_time(archive: Archive) -> None:
    shift = begin(archive, 0)
    for hours in (1, 5):
        gap = Gap(cause=GapCause.SUSPENDED, from_at=NOW + hours * HOUR, until_at=NOW + (hours + 1) * HOUR)
        archive.shifts.add_gap(shift, gap)
    (found,) = archive.shifts.gaps(NOW + 3 * HOUR)
    assert found.from_at == NOW + 5 * HOUR
