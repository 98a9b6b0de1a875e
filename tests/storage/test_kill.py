"""Killing a writer at any moment: the archive verifies, and what was acknowledged is there.

A short form with a fixed seed; `NEWSKEEP_KILLS` and `NEWSKEEP_SEED` make it longer or another.
"""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

from storage.archive import Archive
from storage.captures_schema import CAPTURES
from storage.connection import open_file
from storage.verify import verify

ROOT = Path(__file__).resolve().parents[2]
KILLS = int(os.environ.get("NEWSKEEP_KILLS", "5"))
SEED = int(os.environ.get("NEWSKEEP_SEED", "7"))


@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="this system has no SIGKILL")
def test_nothing_acknowledged_is_lost_by_kills(home: Path) -> None:
    rng = random.Random(SEED)
    acknowledged: set[str] = set()
    for round_number in range(KILLS):
        acknowledged |= _write_until_killed(home, round_number, after_lines=rng.randint(1, 60))
        report = verify(home)
        assert report.is_clean, f"seed {SEED}, round {round_number}: {report.findings}"
    with Archive(home, read_only=True) as archive:
        urls = {row["url"] for row in archive.db["stories"].rows}
    with closing(open_file(home, CAPTURES, read_only=True)) as captures:
        kept = {url for (url,) in captures.connection.execute("SELECT request_url FROM captures")}
    assert acknowledged <= urls
    assert urls <= kept


def _write_until_killed(home: Path, round_number: int, *, after_lines: int) -> set[str]:
    """Start the writer, kill it after so many answers, and give the addresses it had acknowledged."""
    command = [sys.executable, "-m", "tests.storage.busy_writer", str(home), str(round_number)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=ROOT) as process:
        assert process.stdout is not None
        lines = [process.stdout.readline() for _ in range(after_lines)]
        process.kill()
        # A last line can be cut off in the middle: it has no end, and acknowledges nothing.
        lines += [line for line in process.stdout if line.endswith("\n")]
    return {line.strip() for line in lines if line}
