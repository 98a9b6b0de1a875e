"""Giving an order by hand: saved pages to be imported by some worker, for the service that archives."""

from __future__ import annotations

import asyncio
import secrets
from datetime import datetime
from pathlib import Path

from cluster.codec import encode
from cluster.engine import Engine
from cluster.messages import Order, SavedPlace
from cluster.newsroom import for_workers
from cluster.tasks import broker_of, order_message
from config import Config
from imports.captures import IMPORT
from newskeep.errors import UsageError
from newskeep.outcomes import Trigger
from storage.archive import Archive


async def order_imports(
    engine: Engine, config: Config, places: list[Path], *, table: Path | None, now: datetime
) -> list[str]:
    """Order the import of each place; gives the orders' names. UsageError where nobody archives."""
    if not await engine.redis.exists(engine.keys.archiver):
        raise UsageError("nobody archives: start `newskeep run` with this engine first")
    sources = config.sources()
    with Archive(config.home, read_only=True) as archive:
        memories = tuple((source.slug, archive.memory.newest(source.slug)) for source in sources)
    broker = broker_of(engine.url, engine.keys)
    given = []
    for place in places:
        saved = SavedPlace(
            path=str(place.resolve()), table=str(table.resolve()) if table else None, sources=sources, memories=memories
        )
        order = Order(
            order_id=f"import-{secrets.token_hex(6)}",
            source=IMPORT,
            asks=(),
            config=for_workers(config),
            trigger=Trigger.IMPORT,
            given_at=now,
            saved=saved,
        )
        await engine.redis.hset(engine.keys.orders, order.order_id, encode(order))
        await asyncio.to_thread(broker.enqueue, order_message(order.order_id))
        given.append(order.order_id)
    await asyncio.to_thread(broker.close)
    return given
