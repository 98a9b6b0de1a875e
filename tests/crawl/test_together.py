"""The service beside other processes on one archive: nobody hears of a lock (the long form: `tests.soak.companions`)."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from demo.site import DemoSite
from tests.soak.companions import COMPANIONS, beside_command, beside_reader
from tests.soak.operations import Ground


@pytest.fixture(scope="module")
def ground(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ground]:
    """Prepared archives, made once for all."""
    with DemoSite(state=1, slow_seconds=0.2) as site:
        yield Ground(tmp_path_factory.mktemp("together"), site)


@pytest.mark.parametrize("name", [name for name in COMPANIONS if name not in ("verify", "crawl")])
def test_the_service_and_a_command_do_not_hear_of_each_other(ground: Ground, name: str) -> None:
    came = beside_command(ground, COMPANIONS[name])
    assert came.complaints == []
    assert came.rounds > 0


def test_datasette_shows_pages_while_the_service_writes(ground: Ground) -> None:
    came = beside_reader(ground)
    assert came.complaints == []
    assert came.rounds > 0
