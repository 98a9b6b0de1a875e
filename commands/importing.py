"""`newskeep import`: saved pages, by the same path as live ones."""

from __future__ import annotations

import asyncio
import sys
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

from commands.homes import home_of, source_for
from commands.reports import report_json, report_line
from commands.screen import configure_logging, console, print_json, progress
from config import Config
from imports.detect import Batch, UnknownKindError, batches
from imports.listed import read_json_lines
from imports.records import PassedOver, SavedPage, Unreadable
from newskeep.digests import payload_digest
from newskeep.errors import StorageError, UsageError
from newskeep.fetches import Ask, Fetch, Purpose
from newskeep.model import Capture, Origin, Source
from newskeep.outcomes import RunStatus, Trigger
from newskeep.urls import url_key
from newsroom import Newsroom, RunReport
from pipelines.context import CrawlContext
from pipelines.conveyor import carry
from scheduler import sync_sources
from storage.archive import Archive

_PAGES_FOR_EACH_WORKER = 4
_READ_AHEAD = 16
_IMPORT = Source(slug="import", name="import", homepage="https://import.invalid", listings=(), enabled=False)


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


@click.command("import")
@click.argument("places", nargs=-1, type=click.Path(path_type=Path, allow_dash=True), metavar="PLACE…")
@click.option(
    "--urls",
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    metavar="LIST",
    help="For a folder of pages: a table of their files, addresses and times (CSV or tabs).",
)
@click.option("--workers", type=click.IntRange(1, 64), metavar="N", help="Processes that read pages, at a time.")
@click.option("--json", "as_json", is_flag=True, help="One JSON document instead of lines.")
@click.pass_context
def import_pages(
    ctx: click.Context, places: tuple[Path, ...], urls: Path | None, workers: int | None, as_json: bool
) -> int:
    """Archive saved pages, with the times at which they were saved. What a PLACE holds is recognised:

    \b
    newskeep import crawl.warc.gz CC-NEWS-20261101.warc.gz    WARC, ARC, CC-NEWS
    newskeep import collection.wacz                           WACZ (Browsertrix, ArchiveWeb.page, newskeep)
    newskeep import ~/archivebox ~/news-please-repo           a folder of ArchiveBox, of news-please, or of WARCs
    newskeep import pages/ --urls pages.csv                   a folder of pages; columns: file, url, captured
    newskeep import pages.jsonl                               one page a line (or on standard input, as -)

    \b
    {"url": "https://www.example.org/a", "html_path": "pages/a.html.gz",
     "captured": "2026-11-20T08:00:00Z", "headers": {"Content-Type": "text/html"}}

    An import may be killed and run again: what is in the archive is passed over. Without a time of its own, a page has
    its file's, marked as inferred. What cannot be read is named and passed over; the exit code is then 1.
    """
    config = home_of(ctx)
    if workers is not None:
        config = replace(config, extract=replace(config.extract, workers=workers))
    configure_logging("warning")
    report, count = asyncio.run(_import(config, _batches(places, urls)))
    if as_json:
        print_json(
            report_json(report)
            | {"unreadable_records": count.unreadable, "known": count.known, "passed_over": dict(count.passed_over)}
        )
    else:
        _tell(report, count)
    return int(bool(count.unreadable) or report.status is RunStatus.FAILED)


def _batches(places: tuple[Path, ...], urls: Path | None) -> list[Batch]:
    found: list[Batch] = []
    for place in places or (Path("-"),):
        if str(place) == "-":
            found.append(Batch(name="standard input", total=0, read=lambda: read_json_lines(sys.stdin, Path.cwd())))
            continue
        try:
            found += batches(place, table=urls)
        except UnknownKindError as error:
            raise UsageError(str(error)) from error
        except OSError as error:
            raise UsageError(f"{place} cannot be read: {error.strerror or error}") from error
    return found


def _tell(report: RunReport, count: _Count) -> None:
    console().print(report_line(report))
    rate = count.pages / report.seconds if report.seconds else 0
    console().print(f"{count.pages} pages read, {rate:.0f} a second", style="dim")
    if count.known:
        console().print(f"{count.known} pages were in the archive already")
    for why, number in count.passed_over.most_common():
        console().print(f"{number} records passed over: {why}", style="dim")
    if count.unreadable:
        click.echo(f"{count.unreadable} records could not be read; they are named above", err=True)


async def _import(config: Config, found: list[Batch]) -> tuple[RunReport, _Count]:
    known, count = config.sources(), _Count()
    async with Newsroom(config) as newsroom:
        await sync_sources(newsroom, known)
        started_at = newsroom.clock()
        context = await newsroom.open_run(_IMPORT, Trigger.IMPORT)
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

    async def carrier() -> None:
        while (saved := await queue.get()) is not None:
            capture = saved.capture
            key = url_key(capture.request_url)
            turn = turns.get(key) or asyncio.Lock()
            turns[key] = turn
            async with turn:
                ask = Ask(url=capture.request_url, purpose=Purpose.STORY)
                fetch = Fetch(ask=ask, started_at=capture.captured_at, status=capture.status, capture=capture)
                source = source_for(capture.final_url, known)
                await carry(replace(context, source=source), fetch, capture_id=saved.capture_id)

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
            for record in _whole(batch):
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
                        capture = _capture(record)
                        imported = archive.imports.find(record.url, record.captured_at, capture.payload_digest)
                        if imported is not None and imported.is_finished:
                            count.known += 1
                        else:
                            yield _Saved(capture, imported.capture_id if imported else None)
            before += batch.total


def _whole(batch: Batch) -> Iterator[SavedPage | Unreadable | PassedOver]:
    """The records of a batch; one that fails as a whole ends as one unreadable record."""
    try:
        yield from batch.read()
    except (OSError, UnicodeDecodeError, ValueError) as error:
        yield Unreadable(where=batch.name, done_bytes=batch.total, why=str(error))


def _capture(page: SavedPage) -> Capture:
    return Capture(
        request_url=page.url,
        final_url=page.url,
        status=page.status,
        headers=page.headers,
        body=page.body,
        captured_at=page.captured_at,
        payload_digest=payload_digest(page.body),
        origin=Origin.IMPORT,
        captured_at_inferred=page.is_inferred,
    )
