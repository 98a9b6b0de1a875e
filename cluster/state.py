"""How an engine stands: its workers, what waits, and the dead letters, for people and for programs."""

from __future__ import annotations

import contextlib
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from cluster.codec import CodecError, decode
from cluster.engine import Engine
from cluster.messages import Brought, Ended, WorkerState
from cluster.tasks import waiting_key

# A worker whose last sign is older than this is not there any more.
_LOST_AFTER = timedelta(seconds=15)


@dataclass(frozen=True, slots=True, kw_only=True)
class DeadLetter:
    """A result that could not be taken in: its name, its worker, the address it was of (None: unreadable), and why."""

    letter_id: str
    at: datetime
    worker: str
    url: str | None
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ClusterState:
    """What is under way. `orders` have not ended, `waiting_orders` of them no worker has begun."""

    workers: tuple[WorkerState, ...]
    orders: int
    waiting_orders: int
    waiting_results: int
    dead_letters: int
    has_archiver: bool

    @property
    def is_well(self) -> bool:
        """Is there somebody to work, somebody to archive, and nothing that could not be taken in?"""
        return bool(self.workers) and self.has_archiver and not self.dead_letters

    def as_json(self) -> dict[str, Any]:
        """The same for `--json`."""
        state = asdict(self)
        for worker in state["workers"]:
            worker["started_at"], worker["at"] = worker["started_at"].isoformat(), worker["at"].isoformat()
        return state


async def look(engine: Engine) -> ClusterState:
    """See how an engine stands. Raises what Redis raises."""
    keys, redis = engine.keys, engine.redis
    seconds, _ = await redis.time()
    now = datetime.fromtimestamp(seconds, UTC)
    workers = []
    for name, packed in (await redis.hgetall(keys.workers)).items():
        with contextlib.suppress(CodecError):  # of another version: its archiver is another one, too
            worker: WorkerState = decode(packed)
            if now - worker.at < _LOST_AFTER:
                workers.append(worker)
            elif now - worker.at > timedelta(days=1):
                await redis.hdel(keys.workers, name)
    return ClusterState(
        workers=tuple(sorted(workers, key=lambda worker: worker.name)),
        orders=await redis.hlen(keys.orders),
        waiting_orders=await redis.llen(waiting_key(keys)),
        waiting_results=await redis.xlen(keys.results),
        dead_letters=await redis.xlen(keys.dead),
        has_archiver=bool(await redis.exists(keys.archiver)),
    )


async def dead_letters(engine: Engine, *, most: int = 100) -> list[DeadLetter]:
    """Give the newest dead letters, newest first."""
    found = await engine.redis.xrevrange(engine.keys.dead, count=most)
    return [_letter(entry, fields) for entry, fields in found]


async def retry(engine: Engine, letter_id: str | None) -> int:
    """Send a dead letter, or all of them (None), to the archiver once more; how many."""
    keys, redis = engine.keys, engine.redis
    low, high = (letter_id, letter_id) if letter_id is not None else ("-", "+")
    found = await redis.xrange(keys.dead, min=low, max=high)
    for entry, fields in found:
        sent = {name: value for name, value in fields.items() if name != b"why"} | {b"again": b"1"}
        async with redis.pipeline(transaction=True) as pipe:
            pipe.xadd(keys.results, sent)
            pipe.xdel(keys.dead, entry)
            await pipe.execute()
    return len(found)


def _letter(entry: bytes, fields: dict[bytes, bytes]) -> DeadLetter:
    url = None
    with contextlib.suppress(CodecError, KeyError):
        message: Brought | Ended = decode(fields[b"packed"])
        url = message.work.fetch.ask.url if isinstance(message, Brought) else None
    milliseconds = int(entry.split(b"-")[0])
    return DeadLetter(
        letter_id=entry.decode(),
        at=datetime.fromtimestamp(milliseconds / 1000, UTC),
        worker=fields.get(b"worker", b"?").decode(),
        url=url,
        why=fields.get(b"why", b"").decode(),
    )
