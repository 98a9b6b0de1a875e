"""Orders as Dramatiq messages. A message names an order and nothing else, so one too many does no harm.

Dramatiq gives a message again when its worker gave no sign of life for a while, or said that it could not do it now.
What an order is stands in Redis beside it (`engine.Keys.orders`) until its end is in the archive.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import dramatiq
from dramatiq.brokers.redis import RedisBroker
from dramatiq.middleware import Middleware, Retries

from cluster.engine import Keys

QUEUE = "crawls"
ACTOR = "crawl"
HEARTBEAT_SECONDS = 20.0
"""A worker that was silent for so long is taken for dead, and what it had is given to another."""
# Of a million calls to Redis so many look for dead workers; the default finds them after minutes.
_MAINTENANCE_CHANCE = 200_000
_RETRY_MILLISECONDS = 2_000


def broker_of(url: str, keys: Keys) -> RedisBroker:
    """Dramatiq's side of an engine, with our queue."""
    middleware: list[Middleware] = [
        # For ever: how often an order may be begun is counted where it is begun (`cluster.worker`).
        Retries(
            max_retries=None,  # type: ignore[arg-type]  # as its documentation has it
            min_backoff=_RETRY_MILLISECONDS,
            max_backoff=10 * _RETRY_MILLISECONDS,
        ),
    ]
    broker = RedisBroker(  # type: ignore[no-untyped-call]
        url=url,
        namespace=keys.tasks,
        middleware=middleware,
        heartbeat_timeout=int(HEARTBEAT_SECONDS * 1000),
        maintenance_chance=_MAINTENANCE_CHANCE,
    )
    broker.declare_queue(QUEUE)
    return broker


def order_message(order_id: str) -> dramatiq.Message[Any]:
    """The message that gives out an order."""
    return dramatiq.Message(queue_name=QUEUE, actor_name=ACTOR, args=(order_id,), kwargs={}, options={})


def declare(broker: RedisBroker, carry_out: Callable[[str], None]) -> None:
    """Tell a worker's broker what to do with an order."""
    dramatiq.actor(actor_name=ACTOR, queue_name=QUEUE, broker=broker)(carry_out)


def waiting_key(keys: Keys) -> str:
    """The list in which Dramatiq holds messages that no worker has taken."""
    return f"{keys.tasks}:{QUEUE}"
