"""A real Redis for the cluster's tests; skipped with a clear line where there is none."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.cluster.redis_server import RedisServer, need_redis


@pytest.fixture
def redis(tmp_path: Path) -> Iterator[RedisServer]:
    """A server of its own for one test."""
    need_redis()
    server = RedisServer(tmp_path / "redis")
    yield server
    server.kill()
