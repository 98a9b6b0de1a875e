"""Kill -9 of the service at five seeded moments; `make soak` takes a hundred random ones (`tests.soak.service_kills`)."""

from __future__ import annotations

import os
import signal
from pathlib import Path

import pytest

from demo.many import ManySites
from tests.soak.service_kills import kill_often

KILLS = 5
SEED = int(os.environ.get("NEWSKEEP_SEED", "7"))

pytestmark = pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="this system has no SIGKILL")


def test_a_service_that_is_killed_loses_neither_story_nor_poll(tmp_path: Path) -> None:
    with ManySites(sites=3, every_seconds=20.0, window=5_000) as sites:
        came = kill_often(tmp_path, sites, kills=KILLS, seed=SEED)
    assert came.stories >= 6
    assert came.polls >= 3
