"""Kill -9 at five seeded moments of every operation; `make soak` takes two hundred random ones (`tests.soak.kills`)."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator

import pytest

from demo.site import DemoSite
from tests.soak.kills import Killing
from tests.soak.operations import OPERATIONS, Ground

KILLS = 5
SEED = int(os.environ.get("NEWSKEEP_SEED", "7"))
SHORT = [one for one in OPERATIONS if one.name not in ("next crawl", "compact", "take-down")]
"""The others take the same steps on the archive; they are left to the long form."""

pytestmark = pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="this system has no SIGKILL")


@pytest.fixture(scope="module")
def killing(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Killing]:
    """Prepared archives, made once for all operations."""
    with DemoSite(state=1, slow_seconds=0.2) as site:
        yield Killing(Ground(tmp_path_factory.mktemp("kills"), site))


@pytest.mark.parametrize("operation", SHORT, ids=[one.name for one in SHORT])
def test_a_killed_operation_loses_nothing_and_can_be_finished(killing: Killing, operation) -> None:
    for number in range(KILLS):
        killing.kill(operation, seed=SEED, number=number)
