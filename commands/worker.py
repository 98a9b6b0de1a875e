"""`newskeep worker`: one of many, beside `newskeep run --engine`."""

from __future__ import annotations

import asyncio
import logging
import os
import signal
import socket

import click

from commands.engines import engine_option, engine_url
from commands.homes import config_of
from commands.screen import configure_logging
from newskeep.errors import UsageError

logger = logging.getLogger(__name__)


@click.command()
@engine_option
@click.option("--prefix", help="That of the archive's [cluster] table.")
@click.option("--crawls", type=click.IntRange(1, 500), default=16, show_default=True, help="So many crawls at once.")
@click.option(
    "--processes", type=click.IntRange(1, 64), default=None, help="Processes that read pages.  [default: one a core]"
)
@click.option("--name", help="What `status` calls it.  [default: machine and process]")
@click.option(
    "--lease",
    type=click.FloatRange(2, 600),
    default=30,
    show_default=True,
    help="Seconds for which a host stays this worker's where Redis is not heard; the same for all workers.",
)
@click.pass_context
def worker(
    ctx: click.Context,
    engine: str | None,
    prefix: str | None,
    crawls: int,
    processes: int | None,
    name: str | None,
    lease: float,
) -> None:
    """Make crawls for an archive that stands elsewhere, until SIGTERM or Ctrl-C; what is in flight is finished first.

    Needs no home: what to ask, and how, comes with each order from `newskeep run --engine` (needs newskeep[cluster]).

    \b
    newskeep worker --engine redis://archive.lan:6379/0
    NEWSKEEP_ENGINE=redis://:password@archive.lan/0 newskeep worker --crawls 32
    """
    config = config_of(ctx)
    configure_logging(config.log.level, config.log.format)
    url = engine_url(engine, config)
    if url is None:
        raise UsageError("which engine? --engine redis://HOST:6379/0, as `newskeep run --engine` was given")
    from cluster.worker import WorkerOptions

    options = WorkerOptions(
        name=name or f"{socket.gethostname()}:{os.getpid()}",
        crawls=crawls,
        processes=processes or os.cpu_count() or 1,
        lease_seconds=lease,
    )
    asyncio.run(_work(url, prefix or config.cluster.prefix, options))


async def _work(url: str, prefix: str, options) -> None:  # type: ignore[no-untyped-def]
    from cluster.engine import START_PATIENCE_SECONDS, Engine, shown
    from cluster.worker import ClusterWorker

    engine = Engine(url, prefix=prefix)
    stopped = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stopped.set)
    try:
        await engine.check(patience_seconds=START_PATIENCE_SECONDS)
        click.echo(f"worker {options.name} waits for orders at {shown(url)}; stop it with Ctrl-C")
        await ClusterWorker(engine, options).run(stopped)
    finally:
        await engine.close()
    click.echo("stopped; everything fetched is on its way")
