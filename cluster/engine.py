"""The connection to Redis, the names of what stands in it, and patience while it is away."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable, Iterable
from typing import Any, TypeVar
from urllib.parse import urlsplit

from redis.asyncio import Redis
from redis.exceptions import BusyLoadingError, RedisError, ResponseError
from redis.exceptions import ConnectionError as NoConnectionError
from redis.exceptions import TimeoutError as RedisTimeoutError

from newskeep.errors import UsageError

logger = logging.getLogger(__name__)

T = TypeVar("T")

DEFAULT_PREFIX = "newskeep"
GROUP = "archiver"
# What goes away of Redis and comes back: the connection, a server that is still loading its file.
AWAY = (NoConnectionError, RedisTimeoutError, BusyLoadingError, OSError)
_FIRST_WAIT_SECONDS, _LONGEST_WAIT_SECONDS = 0.05, 2.0
_SOCKET_SECONDS = 30.0
# Longer than a task that was told takes to put its things in order (`archiver.Archiver.run`).
_CANCEL_AGAIN_SECONDS = 3.0
START_PATIENCE_SECONDS = 60.0
"""A machine that starts brings up Redis and those that need it in no order."""


class Keys:
    """What stands where in Redis; all of it begins with the prefix, so that several archives can share a server."""

    def __init__(self, prefix: str) -> None:
        self.prefix = prefix
        self.orders = f"{prefix}:orders"
        """Hash: order -> packed `Order`, from when it is given until its end is in the archive."""
        self.tries = f"{prefix}:tries"
        """Hash: order -> how many workers began it."""
        self.results = f"{prefix}:results"
        """Stream: what workers brought, until it is in the archive."""
        self.dead = f"{prefix}:dead"
        """Stream: what could not be taken, and why."""
        self.archiver = f"{prefix}:archiver"
        """Who writes the archive; there is one."""
        self.workers = f"{prefix}:workers"
        """Hash: worker -> its packed sign of life."""
        self.tasks = f"{prefix}:tasks"
        """What Dramatiq's own keys begin with."""

    def order_lease(self, order_id: str) -> str:
        """Which worker is at an order."""
        return f"{self.prefix}:order:{order_id}"

    def replies(self, worker: str) -> str:
        """List: answers for a worker."""
        return f"{self.prefix}:replies:{worker}"

    def host(self, host: str, what: str) -> str:
        """Of a host: who holds its `lease`, until when at most (`until`), its `pace`, and whether it is `wanted`."""
        return f"{self.prefix}:host:{host}:{what}"


class Engine:
    """A connection to Redis for one asyncio loop; `close` ends it."""

    def __init__(self, url: str, *, prefix: str = DEFAULT_PREFIX) -> None:
        self.url, self.keys = checked(url), Keys(prefix)
        # Its types say of every answer that it may be text or bytes; ours are bytes.
        self.redis: Any = Redis.from_url(url, socket_timeout=_SOCKET_SECONDS, socket_connect_timeout=5.0)
        self.stopped = asyncio.Event()

    async def close(self) -> None:
        """End the connection."""
        await self.redis.aclose()

    async def check(self, *, patience_seconds: float = 0.0) -> None:
        """Raise UsageError where Redis cannot be used; one that is away may come within the patience."""
        until = time.monotonic() + patience_seconds
        while True:
            try:
                info: dict[str, Any] = await self.redis.info("server")
                break
            except (RedisError, OSError) as error:
                if not isinstance(error, AWAY) or time.monotonic() >= until:
                    raise UsageError(f"Redis at {shown(self.url)} cannot be used: {error}") from error
                logger.warning("Redis is awaited engine=%s error=%s", shown(self.url), error)
            await asyncio.sleep(_LONGEST_WAIT_SECONDS)
        major = int(str(info["redis_version"]).split(".")[0])
        if major < 7:
            raise UsageError(f"Redis at {shown(self.url)} is {info['redis_version']}; 7 or later is needed")

    async def is_durable(self) -> bool:
        """Does this Redis write down what it is given? True also where it does not say."""
        try:
            return bool((await self.redis.info("persistence")).get("aof_enabled", 1))
        except (RedisError, OSError):
            return True

    async def patiently(self, step: Callable[[], Awaitable[T]]) -> T:
        """Do a step again until Redis is there; it must do no harm twice. CancelledError once the engine is stopped."""
        wait, told = _FIRST_WAIT_SECONDS, False
        while True:
            try:
                found = await step()
            except AWAY as error:
                if self.stopped.is_set():
                    raise asyncio.CancelledError from error
                if not told and wait > 1:
                    told = True
                    logger.warning("Redis is away engine=%s error=%s", shown(self.url), error)
            else:
                if told:
                    logger.warning("Redis is back engine=%s", shown(self.url))
                return found
            await asyncio.sleep(wait)
            wait = min(_LONGEST_WAIT_SECONDS, wait * 1.5)

    async def prepare(self) -> None:
        """Make the archiver's group of the results, where it is missing."""
        try:
            await self.redis.xgroup_create(self.keys.results, GROUP, id="0", mkstream=True)
        except ResponseError as error:
            if "BUSYGROUP" not in str(error):
                raise


async def end_all(tasks: Iterable[asyncio.Future[Any]]) -> None:
    """Cancel tasks until all have ended, whatever they ended with.

    More than once: a cancellation that comes at the moment a wait in the Redis client ends is swallowed there.
    """
    left = {task for task in tasks if not task.done()}
    while left:
        for task in left:
            task.cancel()
        ended, left = await asyncio.wait(left, timeout=_CANCEL_AGAIN_SECONDS)
        for task in ended:
            if not task.cancelled():
                task.exception()  # whoever it concerns has been told


def checked(url: str) -> str:
    """An engine's address. Raises UsageError where it is none."""
    parts = urlsplit(url)
    if parts.scheme not in ("redis", "rediss", "unix"):
        raise UsageError(f"an engine is the address of a Redis, such as redis://127.0.0.1:6379/0, not {shown(url)!r}")
    return url


def shown(url: str) -> str:
    """An engine's address for a screen or a log: without its password."""
    parts = urlsplit(url)
    return parts._replace(netloc=parts.netloc.rpartition("@")[2], query="").geturl()
