"""Carrying saved pages into the archive: what every form of `newskeep import` does once it knows what to read."""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from collections.abc import Generator, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from itertools import islice
from pathlib import Path
from weakref import WeakValueDictionary

import click
from rich.progress import Progress

from commands.reports import report_json, report_line
from commands.screen import configure_logging, console, print_json, progress
from config import Config
from imports.captures import IMPORT, capture_of, fetch_of
from imports.records import Batch, PassedOver, SavedPage, Unreadable
from newskeep.errors import StorageError
from newskeep.model import Capture, Source
from newskeep.outcomes import RunStatus, Trigger
from newskeep.sources import source_for
from newskeep.text import counted
from newskeep.urls import url_key
from newsroom import Newsroom, RunReport
from pipelines.context import CrawlContext
from pipelines.conveyor import carry
from pipelines.memory import CrawlMemory
from scheduler import sync_sources
from storage.archive import Archive

_PAGES_FOR_EACH_WORKER = 4
_READ_AHEAD = 16


@dataclass(slots=True)
class _Count:
    """Mutable: what became of the records that are not in the run's own counts."""

    pages: int = 0
    known: int = 0
    unreadable: int = 0
    passed_over: Counter[str] = field(default_factory=Counter)


@dataclass(frozen=True, slots=True)
class _Saved:
    """A page on its way; `capture_id` is set where a killed import had kept its bytes already."""

    capture: Capture
    capture_id: int | None


def run_import(config: Config, found: list[Batch], *, workers: int | None, as_json: bool) -> int:
    """Import what was found, tell how it went, and give the exit code."""
    if workers is not None:
        config = replace(config, extract=replace(config.extract, workers=workers))
    configure_logging("warning")
    report, count = asyncio.run(_import(config, found))
    if as_json:
        print_json(
            report_json(report)
            | {"unreadable_records": count.unreadable, "known": count.known, "passed_over": dict(count.passed_over)}
        )
    else:
        _tell(report, count)
    return int(bool(count.unreadable) or report.status is RunStatus.FAILED)


def _tell(report: RunReport, count: _Count) -> None:
    console().print(report_line(report))
    rate = count.pages / report.seconds if report.seconds else 0
    console().print(f"{counted(count.pages, 'page')} read, {rate:.0f} a second", style="dim")
    if count.known:
        console().print(f"{counted(count.known, 'page')} in the archive already")
    for why, number in count.passed_over.most_common():
        console().print(f"{counted(number, 'record')} passed over: {why}", style="dim")
    if count.unreadable:
        click.echo(f"{counted(count.unreadable, 'record')} could not be read; they are named above", err=True)


async def _import(config: Config, found: list[Batch]) -> tuple[RunReport, _Count]:
    known, count = config.sources(), _Count()
    async with Newsroom(config) as newsroom:
        await sync_sources(newsroom, known)
        started_at = newsroom.clock()
        context = await newsroom.open_run(IMPORT, Trigger.IMPORT)
        with progress("importing", sum(batch.total for batch in found) or None) as bar:
            await _carry_all(context, found, known, count, bar)
        return await newsroom.close_run(context, started_at=started_at), count


async def _carry_all(
    context: CrawlContext, found: list[Batch], known: tuple[Source, ...], count: _Count, bar: Progress
) -> None:
    """Carry pages through the pipelines, a few at a time; those of one address one after the other."""
    carriers = context.workers.count * _PAGES_FOR_EACH_WORKER
    queue: asyncio.Queue[_Saved | None] = asyncio.Queue(maxsize=carriers)
    turns: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()
    memories: dict[str, CrawlMemory] = {}

    async def carrier() -> None:
        while (saved := await queue.get()) is not None:
            capture = saved.capture
            key = url_key(capture.request_url)
            turn = turns.get(key) or asyncio.Lock()
            turns[key] = turn
            async with turn:
                source = source_for(capture.final_url, known)
                # Each source is read with the memory of its own site.
                memory = memories.setdefault(source.slug, CrawlMemory())
                own = replace(context, source=source, memory=memory)
                await carry(own, fetch_of(capture), capture_id=saved.capture_id)

    async def feeder() -> None:
        with ThreadPoolExecutor(1, thread_name_prefix="import") as thread:
            pages = _pages(context.config.home, found, count, bar)
            loop = asyncio.get_running_loop()
            try:
                while read := await loop.run_in_executor(thread, lambda: list(islice(pages, _READ_AHEAD))):
                    for saved in read:
                        await queue.put(saved)
            finally:
                # The archive it reads from belongs to that thread.
                await loop.run_in_executor(thread, pages.close)
        for _ in range(carriers):
            await queue.put(None)

    try:
        async with asyncio.TaskGroup() as group:
            group.create_task(feeder())
            for _ in range(carriers):
                group.create_task(carrier())
    except* StorageError as errors:
        # All carriers met the same locked or full archive; one line says it.
        raise errors.exceptions[0] from None


def _pages(home: Path, found: list[Batch], count: _Count, bar: Progress) -> Generator[_Saved, None, None]:
    """The pages that are not in the archive yet; what is passed over is counted, what cannot be read is named."""
    with Archive(home, read_only=True) as archive:
        before = 0
        for batch in found:
            done, told = 0, time.monotonic()
            for record in _whole(batch, archive):
                done = max(done, record.done_bytes)
                if time.monotonic() - told > 0.2:
                    told = time.monotonic()
                    bar.update(bar.task_ids[0], completed=before + min(done, batch.total or done))
                match record:
                    case Unreadable():
                        count.unreadable += 1
                        click.echo(f"{record.where}: {record.why}", err=True)
                    case PassedOver():
                        count.passed_over[record.why] += 1
                    case SavedPage():
                        count.pages += 1
                        capture = capture_of(record)
                        imported = archive.imports.find(record.url, record.captured_at, capture.payload_digest)
                        if imported is not None and imported.is_finished:
                            count.known += 1
                        else:
                            yield _Saved(capture, imported.capture_id if imported else None)
            before += batch.total


def _whole(batch: Batch, archive: Archive) -> Iterator[SavedPage | Unreadable | PassedOver]:
    """The records of a batch; one that fails as a whole ends as one unreadable record."""
    try:
        yield from batch.read(archive.imports.is_known)
    except (OSError, UnicodeDecodeError, ValueError) as error:
        yield Unreadable(where=batch.name, done_bytes=batch.total, why=str(error))
