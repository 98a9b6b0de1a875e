"""One poller a home."""

from __future__ import annotations

import os
from datetime import UTC, datetime
from pathlib import Path

import pytest

from newskeep.errors import ArchiveLockedError, ArchiveReadOnlyError
from storage.home_lock import KeepingLock, PollerLock

NOW = datetime(2026, 11, 22, 10, 0, tzinfo=UTC)


def test_a_second_poller_is_refused_with_the_holders_pid_and_start(tmp_path):
    with PollerLock(tmp_path, now=NOW), pytest.raises(ArchiveLockedError) as refused, PollerLock(tmp_path, now=NOW):
        pass
    assert f"pid {os.getpid()}, started 2026-11-22T10:00:00.000Z" in str(refused.value)


def test_the_lock_is_free_again_when_the_first_has_ended(tmp_path):
    with PollerLock(tmp_path, now=NOW):
        pass
    with PollerLock(tmp_path, now=NOW):
        assert (tmp_path / "run.lock").read_text().startswith("pid ")


def test_what_a_killed_process_left_behind_locks_nobody_out(tmp_path):
    (tmp_path / "run.lock").write_text("pid 1, started 2026-01-01T00:00:00.000Z\n")
    with PollerLock(tmp_path, now=NOW):
        assert f"pid {os.getpid()}," in (tmp_path / "run.lock").read_text()


def test_a_home_that_cannot_be_written_is_a_clear_error(tmp_path):
    with (
        pytest.raises(ArchiveReadOnlyError, match=r"run\.lock cannot be written"),
        PollerLock(tmp_path / "no", now=NOW),
    ):
        pass


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="Linux has a file that is always full")
def test_a_full_disk_holds_nobody_off_who_would_make_space(tmp_path):
    (tmp_path / "keeping.lock").symlink_to("/dev/full")
    with KeepingLock(tmp_path, now=NOW), pytest.raises(ArchiveLockedError), KeepingLock(tmp_path, now=NOW):
        pass
