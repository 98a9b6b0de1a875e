"""`newskeep run`: the service."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import sys

import click

from commands.homes import home_of
from commands.reports import report_line
from commands.screen import configure_logging
from config import Config
from newsroom import Newsroom, RunReport, utc_now
from scheduler import Service, sync_sources
from storage.home_lock import PollerLock

logger = logging.getLogger(__name__)


@click.command()
@click.pass_context
def run(ctx: click.Context) -> None:
    """Poll every enabled source when it is due, until SIGTERM or Ctrl-C; what is in flight is finished first.

    \b
    newskeep run
    newskeep --home /srv/news run
    """
    config = home_of(ctx)
    configure_logging(config.log.level)
    with PollerLock(config.home, now=utc_now()):
        _runner(_serve(config))


async def _serve(config: Config) -> None:
    sources = config.sources()
    enabled = [source for source in sources if source.enabled]
    async with Newsroom(config) as newsroom:
        await sync_sources(newsroom, sources, is_poller=True)
        names = ", ".join(source.slug for source in enabled[:8]) + (" …" if len(enabled) > 8 else "")
        _say(f"newskeep follows {len(enabled)} sources ({names or 'none: newskeep add URL'}) into {config.home}")
        _say("Stop it with Ctrl-C; browse with `newskeep serve` in another terminal.")
        await Service(newsroom, sources, report=_report).run()
    _say("stopped; everything accepted is in the archive")


def _report(report: RunReport) -> None:
    from rich.text import Text

    stamp = report.finished_at.astimezone().strftime("%H:%M:%S")
    _say(f"{stamp}  {Text.from_markup(report_line(report)).plain}")


def _say(line: str) -> None:
    with contextlib.suppress(BrokenPipeError):
        click.echo(line)
        sys.stdout.flush()


def _runner(coroutine) -> None:  # type: ignore[no-untyped-def]
    asyncio.run(coroutine)
