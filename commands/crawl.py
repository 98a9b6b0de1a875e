"""`newskeep crawl` and `newskeep fetch`: one poll now, or single stories now."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import AsyncIterator, Coroutine, Sequence
from contextlib import asynccontextmanager
from typing import Any

import click

from commands.cautions import tell_cautions
from commands.homes import chosen_sources, home_of
from commands.reports import end_json, end_line, report_json, report_line
from commands.rounds import make_rounds
from commands.screen import configure_logging, console, print_json, progress
from config import Config
from newskeep.errors import NewskeepError, UsageError
from newskeep.fetches import Purpose
from newskeep.model import Source
from newskeep.outcomes import RunStatus, Trigger
from newskeep.sources import source_for
from newskeep.urls import canonicalize
from newsroom import Newsroom, RunReport
from scheduler import sync_sources
from storage.archive import Archive
from storage.ledger import read_run
from storage.runs import RequestRecord

_CRAWLS_AT_ONCE = 8
_MOST_ENDS = 100
_UNWELL = (RunStatus.FAILED, RunStatus.INTERRUPTED)
_SIGNALS = (signal.SIGTERM, signal.SIGINT)


@click.command()
@click.argument("slugs", nargs=-1, metavar="[SLUG]...")
@click.option("--due", is_flag=True, help="Only listings whose time has come.")
@click.option("--json", "as_json", is_flag=True, help="One JSON document instead of lines.")
@click.pass_context
def crawl(ctx: click.Context, slugs: tuple[str, ...], due: bool, as_json: bool) -> int:
    """Poll the named sources now, or all that are enabled. Exit code 1 where one of them failed, or was stopped.

    \b
    newskeep crawl                       all sources
    newskeep crawl gzero                 one
    */15 * * * * newskeep crawl --due    in a crontab, instead of `newskeep run`
    """
    config = home_of(ctx)
    configure_logging("warning")
    sources = chosen_sources(config, slugs)
    if not sources:
        raise UsageError("no source is enabled; `newskeep add URL` follows a site, `newskeep sources` lists them")
    tell_cautions(config, is_service=False)
    reports = asyncio.run(_crawl(config, sources, only_due=due, quiet=as_json))
    return _finish(reports, as_json=as_json)


@click.command()
@click.argument("urls", nargs=-1, required=True, metavar="URL...")
@click.option("--json", "as_json", is_flag=True, help="One JSON document instead of lines.")
@click.pass_context
def fetch(ctx: click.Context, urls: tuple[str, ...], as_json: bool) -> int:
    """Archive single stories by their addresses, of any site. Exit code 1 where one of them could not be had.

    \b
    newskeep fetch https://www.example.org/2026/11/harbour-toll
    """
    config = home_of(ctx)
    configure_logging("warning")
    addresses = [_address(url) for url in urls]
    tell_cautions(config, is_service=False)
    reports = asyncio.run(_fetch(config, addresses, quiet=as_json))
    ends = _ends(config, reports)
    if as_json:
        print_json([report_json(report) | {"stories": [end_json(end) for end in ends[report.run_id]]}
                    for report in reports])  # fmt: skip
    else:
        for end in [end for report in reports for end in ends[report.run_id]][:_MOST_ENDS]:
            console().print(end_line(end))
    is_well = all(end.outcome.is_success for own in ends.values() for end in own)
    return int(not is_well or any(report.status in _UNWELL for report in reports))


def _ends(config: Config, reports: Sequence[RunReport]) -> dict[int, list[RequestRecord]]:
    """How the request for each address ended, by run, as the ledger has it."""
    with Archive(config.home, read_only=True) as archive:
        runs = {report.run_id: read_run(archive, report.run_id) for report in reports}
    return {
        run_id: [request for request in run.requests if request.purpose == Purpose.STORY]
        for run_id, run in runs.items()
    }


async def _crawl(config: Config, sources: Sequence[Source], *, only_due: bool, quiet: bool) -> list[RunReport]:
    async with Newsroom(config) as newsroom, _stopped_by_signals(newsroom):
        await sync_sources(newsroom, config.sources())
        polls = [newsroom.poll(source, trigger=Trigger.COMMAND, only_due=only_due) for source in sources]
        reports = await _gather("polling", newsroom, polls, quiet=quiet)
        await make_rounds(newsroom)
        return reports


async def _fetch(config: Config, urls: Sequence[str], *, quiet: bool) -> list[RunReport]:
    known = config.sources()
    by_source: dict[str, tuple[Source, list[str]]] = {}
    for url in urls:
        source = source_for(url, known)
        by_source.setdefault(source.slug, (source, []))[1].append(url)
    async with Newsroom(config) as newsroom, _stopped_by_signals(newsroom):
        await sync_sources(newsroom, known)
        fetches = [newsroom.fetch(source, addresses) for source, addresses in by_source.values()]
        reports = await _gather("fetching", newsroom, fetches, quiet=quiet)
        await make_rounds(newsroom)
        return reports


@asynccontextmanager
async def _stopped_by_signals(newsroom: Newsroom) -> AsyncIterator[None]:
    """Let SIGTERM and Ctrl-C finish what is in flight, as in the service; the second one ends the process at once."""
    loop, stops = asyncio.get_running_loop(), set[asyncio.Task[None]]()

    def stop() -> None:
        for number in _SIGNALS:
            loop.remove_signal_handler(number)
        click.echo("stopping: what is in flight is finished", err=True)
        stops.add(loop.create_task(newsroom.stop()))

    for number in _SIGNALS:
        loop.add_signal_handler(number, stop)
    try:
        yield
    finally:
        for number in _SIGNALS:
            loop.remove_signal_handler(number)
        await asyncio.gather(*stops)


async def _gather(
    label: str, newsroom: Newsroom, runs: Sequence[Coroutine[Any, Any, RunReport | None]], *, quiet: bool
) -> list[RunReport]:
    """Run crawls, some at a time; a line for each as it ends. Those that wait when all is stopped are left out."""
    gate, screen = asyncio.Semaphore(_CRAWLS_AT_ONCE), console()
    reports: list[RunReport] = []
    with progress(label, len(runs)) as bar:

        async def one(run: Coroutine[Any, Any, RunReport | None]) -> None:
            async with gate:
                if newsroom.is_stopping:
                    run.close()
                    return
                report = await run
            bar.advance(bar.task_ids[0])
            if report is not None:
                reports.append(report)
                if not quiet:
                    bar.console.print(report_line(report)) if bar.console.is_terminal else screen.print(
                        report_line(report)
                    )

        results = await asyncio.gather(*(one(run) for run in runs), return_exceptions=True)
    errors = [result for result in results if isinstance(result, BaseException)]
    for error in errors:
        if not isinstance(error, NewskeepError):
            raise error
    if errors:
        raise errors[0]
    return reports


def _finish(reports: Sequence[RunReport], *, as_json: bool) -> int:
    if as_json:
        print_json([report_json(report) for report in reports])
    elif not reports:
        click.echo("nothing is due")
    return int(any(report.status in _UNWELL for report in reports))


def _address(url: str) -> str:
    try:
        return canonicalize(url if "://" in url else f"https://{url}")
    except ValueError as error:
        raise UsageError(str(error)) from error
