"""One worker at a host at a time: leases in Redis, and what is known of a host handed on with them.

A worker holds the lease of a host as long as it has requests for it, and renews it; between its own crawls the pace is
kept as ever (`middlewares.turns` over `storage.hosts`). What the host was last sent, the delay it asked for and its
pauses stand in Redis and go to the next holder, so a delay holds across workers too. A lease whose worker died runs
out; until then nobody asks the host anything, and the delay counts from the last moment at which that worker could
have asked. After a restart of Redis, which may have lost its last second, no lease changes hands for a lease's length.

Moments are seconds since 1970 by the clock of Redis: workers' own clocks may differ.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import logging
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import asdict, dataclass, replace
from typing import Any

from redis.exceptions import RedisError

from cluster.engine import AWAY, Engine
from newskeep.host_pace import Answer, HostPace, Standing, Wish
from storage.connection import DatabaseFile
from storage.hosts import HostStore, Turn

logger = logging.getLogger(__name__)

LEASE_SECONDS = 30.0
# What a call to Redis may take; a lease is trusted for so much less than it lasts.
_MARGIN = 0.1
_RENEW = 1 / 6
_LINGER_SECONDS = 1.0
# Somebody else's wish for a host that is in use is met after so long.
_TURN_SECONDS = 5.0
_PACE_SECONDS = 7 * 86_400
_TAKE = """
local holder = redis.call('GET', KEYS[1])
if holder and holder ~= ARGV[1] then
    redis.call('SET', KEYS[4], '1', 'PX', ARGV[2])
    return {0, '', ''}
end
local time = redis.call('TIME')
local now = tonumber(time[1]) + tonumber(time[2]) / 1000000
local before = redis.call('GET', KEYS[2]) or ''
redis.call('SET', KEYS[1], ARGV[1], 'PX', ARGV[2])
redis.call('SET', KEYS[2], string.format('%.6f', now + tonumber(ARGV[2]) / 1000), 'EX', ARGV[3])
if holder then return {2, '', ''} end
return {1, before, redis.call('GET', KEYS[3]) or ''}
"""
_RENEW_LEASE = """
if redis.call('GET', KEYS[1]) ~= ARGV[1] then return -1 end
local time = redis.call('TIME')
local now = tonumber(time[1]) + tonumber(time[2]) / 1000000
redis.call('PEXPIRE', KEYS[1], ARGV[2])
redis.call('SET', KEYS[2], string.format('%.6f', now + tonumber(ARGV[2]) / 1000), 'EX', ARGV[3])
redis.call('SET', KEYS[3], ARGV[4], 'EX', ARGV[3])
return redis.call('EXISTS', KEYS[4])
"""
_RELEASE = """
if redis.call('GET', KEYS[1]) ~= ARGV[1] then return 0 end
redis.call('SET', KEYS[3], ARGV[4], 'EX', ARGV[3])
redis.call('DEL', KEYS[1], KEYS[2], KEYS[4])
return 1
"""


@dataclass(slots=True)
class _Held:
    """Mutable: a lease of ours. `since`, `valid_until` and `needed_until` are by the steady clock. `is_told` is True
    once Redis knows the delay that its first request asked for.
    """

    since: float
    valid_until: float
    needed_until: float
    is_wanted: bool = False
    is_told: bool = False


class LeasedHostStore(HostStore):
    """The turns of one worker, given only at hosts whose lease it holds."""

    def __init__(self, file: DatabaseFile) -> None:
        super().__init__(file)
        self.leases: HostLeases | None = None

    def take(self, host: str, wish: Wish, *, now: float, lease_seconds: float) -> Turn | Standing:
        """As ever, where the host's lease is ours; else it is asked for, and the caller looks again soon."""
        leases = self.leases
        assert leases is not None
        if not leases.is_held(host):
            leases.want(host)
            return Standing(may_go=False)
        found = super().take(host, wish, now=now, lease_seconds=lease_seconds)
        if isinstance(found, Turn):
            leases.begin(host)
        else:
            leases.need(host, found.wait_seconds or 0.0)
        return found

    def give_back(self, turn: Turn, *, answer: Answer | None, now: float) -> None:
        """As ever."""
        super().give_back(turn, answer=answer, now=now)
        assert self.leases is not None
        self.leases.end(turn.host)

    def inherit(self, host: str, pace: HostPace) -> None:
        """Take over what the last holder knew of a host."""
        with self._transaction("take over a host"):
            self._write(host, pace)


class HostLeases:
    """The leases of one worker. `run` renews and gives back; `wake` is called with each host that was gained."""

    def __init__(self, engine: Engine, store: LeasedHostStore, *, worker: str, seconds: float = LEASE_SECONDS) -> None:
        self._engine, self._store, self._worker, self.seconds = engine, store, worker, seconds
        self.wake: Callable[[str], None] = lambda host: None
        self._held: dict[str, _Held] = {}
        self._under_way: Counter[str] = Counter()
        self._taking: dict[str, asyncio.Task[None]] = {}
        self._giving: set[str] = set()
        self._telling: set[asyncio.Task[None]] = set()
        self._offset = 0.0
        redis = engine.redis
        self._take, self._renew = redis.register_script(_TAKE), redis.register_script(_RENEW_LEASE)
        self._release = redis.register_script(_RELEASE)
        store.leases = self

    def now(self) -> float:
        """The clock of Redis, as this worker knows it."""
        return time.time() + self._offset

    @property
    def hosts(self) -> tuple[str, ...]:
        """The hosts that are ours now."""
        return tuple(host for host in self._held if self.is_held(host))

    def is_held(self, host: str) -> bool:
        """May the host be asked? Not where the lease could have run out since Redis was last heard."""
        held = self._held.get(host)
        return held is not None and time.monotonic() < held.valid_until

    def want(self, host: str) -> None:
        """Ask for the lease of a host, unless that is under way, or it is only just being given back."""
        if host not in self._taking and host not in self._giving:
            task = asyncio.ensure_future(self._gain(host))
            self._taking[host] = task
            task.add_done_callback(lambda _: self._taking.pop(host, None))

    def need(self, host: str, seconds: float) -> None:
        """Somebody waits for the host, and will ask again after so long."""
        held = self._held.get(host)
        if held is not None:
            held.needed_until = max(held.needed_until, time.monotonic() + seconds + _LINGER_SECONDS)

    def begin(self, host: str) -> None:
        """A request goes to the host."""
        self._under_way[host] += 1
        held = self._held.get(host)
        if held is not None and not held.is_told:
            # The next holder must know the delay even where this one does not live to its next renewal.
            held.is_told = True
            task = asyncio.ensure_future(self._tell(host))
            self._telling.add(task)
            task.add_done_callback(self._telling.discard)

    def end(self, host: str) -> None:
        """A request at the host has ended."""
        self._under_way[host] -= 1
        self.need(host, 0.0)

    async def run(self) -> None:
        """Renew what is needed and give back what is not, until cancelled; then give back everything."""
        renewed, measured = 0.0, 0.0
        try:
            while True:
                now = time.monotonic()
                try:
                    if now - measured > 60:
                        await self._measure()
                        measured = now
                    if now - renewed > self.seconds * _RENEW:
                        renewed = now
                        await asyncio.gather(*(self._renew_one(host) for host in tuple(self._held)))
                    for host in tuple(self._held):
                        if self._may_go(host):
                            await self._give(host)
                except (RedisError, OSError) as error:
                    logger.debug("leases error=%s", error)
                await asyncio.sleep(0.2)
        finally:
            for task in (*self._taking.values(), *self._telling):
                task.cancel()
            for host in tuple(self._held):
                if not self._under_way[host]:
                    try:
                        await self._give(host)
                    except (RedisError, OSError):
                        break  # they run out

    async def _measure(self) -> None:
        before = time.time()
        seconds, micros = await self._engine.redis.time()
        after = time.time()
        self._offset = seconds + micros / 1e6 - (before + after) / 2

    def _may_go(self, host: str) -> bool:
        held, now = self._held[host], time.monotonic()
        if self._under_way[host]:
            return False
        return now > held.needed_until or (held.is_wanted and now - held.since > _TURN_SECONDS)

    async def _gain(self, host: str) -> None:
        try:
            if await self._is_fresh():
                return
            asked = time.monotonic()
            gained, until, known = await self._take(keys=self._keys(host), args=self._arguments())
            if not gained:
                return
        except AWAY:
            return  # whoever waits asks again
        except RedisError as error:
            logger.error("lease cannot be had host=%s error=%s", host, error)
            return
        if gained == 1:
            self._inherit(host, until.decode(), known)
        valid = asked + self.seconds * (1 - _MARGIN)
        self._held[host] = _Held(since=asked, valid_until=valid, needed_until=time.monotonic() + 2 * _LINGER_SECONDS)
        self.wake(host)

    async def _is_fresh(self) -> bool:
        """Was Redis started so lately that a lease may stand that it does not know of?"""
        info: dict[str, Any] = await self._engine.redis.info("server")
        return bool(info["uptime_in_seconds"] <= self.seconds)

    def _inherit(self, host: str, until: str, known: bytes) -> None:
        pace = HostPace(**json.loads(known)) if known else HostPace()
        if until:
            # The last holder never gave it back. It could have asked the host until then.
            pace = replace(pace, last_at=max(pace.last_at or 0.0, min(float(until), self.now())))
        if pace != HostPace():
            self._store.inherit(host, pace)

    async def _tell(self, host: str) -> None:
        with contextlib.suppress(RedisError, OSError):  # with the next renewal
            await self._renew_one(host)

    async def _renew_one(self, host: str) -> None:
        asked = time.monotonic()
        wanted = await self._renew(keys=self._keys(host), args=[*self._arguments(), self._pace(host)])
        held = self._held.get(host)
        if held is None:
            return
        if wanted == -1:
            logger.warning("lease lost host=%s", host)
            del self._held[host]
            return
        held.is_wanted = bool(wanted)
        held.valid_until = asked + self.seconds * (1 - _MARGIN)

    async def _give(self, host: str) -> None:
        del self._held[host]  # first: nothing may be sent while it is on its way back
        self._under_way.pop(host, None)
        # A wish that overtook it would find the lease still ours, and lose it unawares.
        self._giving.add(host)
        try:
            await self._release(keys=self._keys(host), args=[*self._arguments(), self._pace(host)])
        finally:
            self._giving.discard(host)

    def _pace(self, host: str) -> str:
        return json.dumps(asdict(self._store.pace(host)))

    def _keys(self, host: str) -> list[str]:
        return [self._engine.keys.host(host, what) for what in ("lease", "until", "pace", "wanted")]

    def _arguments(self) -> list[str | int]:
        return [self._worker, int(self.seconds * 1000), _PACE_SECONDS]
