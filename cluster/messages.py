"""What travels: an order to a worker, what it brought, its end, and the archiver's answer."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from config import Config
from newskeep.fetches import Ask
from newskeep.model import EMPTY_MEMORY, SiteMemory, Source
from newskeep.outcomes import Outcome, Trigger
from pipelines.work import Work


@dataclass(frozen=True, slots=True, kw_only=True)
class SavedPlace:
    """Where saved pages lie that are to be imported, as `imports.detect.batches` takes it; workers must see it there.

    `sources` are those that pages may be of, `memories` the newest snapshot of each by its slug.
    """

    path: str
    table: str | None
    sources: tuple[Source, ...]
    memories: tuple[tuple[str, SiteMemory], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """One crawl to be made: what to ask of a source, under which settings, read with which memory of the site.

    `config` is the owner's, without what is no worker's business (`for_workers`). `given_at` is when it was given, by
    the archiver's clock. `saved` is set where saved pages are to be imported, and nothing asked for.
    """

    order_id: str
    source: Source
    asks: tuple[Ask, ...]
    config: Config
    trigger: Trigger
    given_at: datetime
    memory: SiteMemory = EMPTY_MEMORY
    saved: SavedPlace | None = None

    @property
    def key(self) -> str:
        """What there is one order of at a time: a source, or an import."""
        return self.source.slug if self.saved is None else self.order_id


@dataclass(frozen=True, slots=True, kw_only=True)
class Brought:
    """What a request of an order brought, read and separated; its bytes are in it.

    `receipt` is its name: the same one comes again where the worker cannot know whether it arrived. `origin` is the
    source of an imported page, None where it is the order's.
    """

    order_id: str
    source: str
    worker: str
    receipt: str
    work: Work
    origin: Source | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Ended:
    """A worker made an end of an order. `failure` says why it could not be carried out, `shortfall` what of it; None
    where nothing is to be said.
    """

    order_id: str
    source: str
    worker: str
    failure: str | None = None
    shortfall: str | None = None
    stopped: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """It is committed: how the request ended, and what to ask next. `refusal` is set where it cannot be taken.

    `outcome` is None there, and for a saved page that had been imported before.
    """

    receipt: str
    outcome: Outcome | None
    asks: tuple[Ask, ...] = ()
    refusal: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkerState:
    """A worker's sign of life. Counts are since its start; `at` is by the clock of Redis."""

    name: str
    machine: str
    pid: int
    version: str
    started_at: datetime
    at: datetime
    crawls: int
    most_crawls: int
    processes: int
    waiting: int
    pages: int
    orders: int
    hosts: tuple[str, ...] = field(default=())
