"""The service's side of a cluster, put together: the newsroom that gives orders, the archiver that takes results."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import datetime

from cluster.archiver import Archiver
from cluster.engine import Engine, end_all, shown
from cluster.newsroom import ClusterNewsroom
from config import Config
from newsroom import utc_now

logger = logging.getLogger(__name__)


@asynccontextmanager
async def open_cluster(
    config: Config, url: str, *, clock: Callable[[], datetime] = utc_now
) -> AsyncIterator[ClusterNewsroom]:
    """A newsroom whose crawls are made by workers, with its archiver at work. Raises UsageError, StorageError."""
    engine = Engine(url, prefix=config.cluster.prefix)
    try:
        newsroom = ClusterNewsroom(config, engine, clock=clock)
        async with newsroom:
            if not await engine.is_durable():
                logger.warning("Redis at %s writes nothing down: a crash of it costs crawls", shown(url))
            archiver = asyncio.create_task(Archiver(engine, newsroom).run())
            try:
                yield newsroom
            finally:
                await end_all([archiver])
    finally:
        await engine.close()
