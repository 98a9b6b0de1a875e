"""The running demo site, one for all tests of this room, in state 1 with an empty log."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from demo.site import DemoSite


@pytest.fixture(scope="session")
def running() -> Iterator[DemoSite]:
    with DemoSite(slow_seconds=0) as site:
        yield site


@pytest.fixture
def site(running: DemoSite) -> DemoSite:
    running.set_state(1)
    running.forget_requests()
    return running
