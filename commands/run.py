"""`newskeep run`: the service."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import os
import signal
import sys
from collections.abc import AsyncIterator, Sequence

import click

from commands.cautions import tell_cautions
from commands.engines import engine_option, engine_url
from commands.homes import home_of
from commands.reports import report_line
from commands.screen import configure_logging
from config import Config
from config_tables.log import LogFormat
from config_tables.version import program_version
from newskeep.addresses import is_loopback_host
from newskeep.errors import NewskeepError
from newskeep.model import Source
from newskeep.text import counted
from newsroom import Newsroom, RunReport, utc_now
from scheduler import Round, Service, sync_sources
from service.alarm_round import AlarmRound, free_bytes
from service.monitor import Monitor, listen, look
from service.reload import Reloader
from service.sender import AlertSender
from service.systemd import notify
from service.watch_round import WatchRound
from storage.home_lock import PollerLock

logger = logging.getLogger(__name__)

_PULSE_SECONDS = 5.0
_ALARM_SECONDS = 60.0
_WATCH_SECONDS = 30.0
_SENDER_SECONDS = 15.0
_RELOAD_SECONDS = 2.0


@click.command()
@engine_option
@click.pass_context
def run(ctx: click.Context, engine: str | None) -> None:
    """Poll every enabled source when it is due, until SIGTERM or Ctrl-C; what is in flight is finished first.

    Changes of newskeep.toml and of the sources' files take effect while it runs (at once on SIGHUP).

    With --engine, crawls are made by any number of `newskeep worker`, on this machine or others; this process gives
    them orders and writes the archive.

    \b
    newskeep run
    newskeep --home /srv/news run
    newskeep run --engine redis://127.0.0.1:6379/0
    """
    config = home_of(ctx)
    configure_logging(config.log.level, config.log.format)
    url = engine_url(engine, config)
    with PollerLock(config.home, now=utc_now()):
        tell_cautions(config, is_service=True)
        _runner(_serve(config, url))


async def _serve(config: Config, engine: str | None) -> None:
    sources = config.sources()
    monitor = Monitor(version=program_version())
    async with _newsroom(config, engine) as newsroom, _monitored(monitor, config):
        await sync_sources(newsroom, sources, is_poller=True)
        _greet(config, sources)
        await _work(newsroom, sources, monitor)
    _say("stopped; everything accepted is in the archive")


def _newsroom(config: Config, engine: str | None) -> contextlib.AbstractAsyncContextManager[Newsroom]:
    """The newsroom that makes its crawls itself, or the one that orders them."""
    if engine is None:
        return Newsroom(config)
    from cluster.service import open_cluster

    return open_cluster(config, engine)


async def _work(newsroom: Newsroom, sources: Sequence[Source], monitor: Monitor) -> None:
    """Poll, and do what a service does beside, until it is told to stop."""
    writer, clock = newsroom.writer, newsroom.clock

    async def apply(config: Config, changed: Sequence[Source]) -> None:
        configure_logging(config.log.level, config.log.format)
        newsroom.config = config
        # Not `sync_sources`, which closes runs that lost their process: this one's go on.
        await writer.do(lambda archive: archive.listings.sync(changed, clock()))
        service.follow(changed)

    def now_config() -> Config:
        return newsroom.config

    reloader = Reloader(config=newsroom.config, clock=clock, apply=apply)
    alarms = AlarmRound(
        writer=writer, config=now_config, clock=clock, every_seconds=_ALARM_SECONDS, troubles=reloader.troubles
    )
    watches = WatchRound(writer=writer, config=now_config, clock=clock)
    sender = AlertSender(writer=writer, config=now_config, clock=clock, env=os.environ)

    async def pulse() -> None:
        monitor.beat()
        notify(os.environ, "WATCHDOG=1")

    async def look_out() -> None:
        try:
            for finding in (await alarms.do()).raised:
                logger.warning("alarm kind=%s source=%s summary=%s", finding.kind, finding.source, finding.summary)
            free = free_bytes(newsroom.config)
            monitor.wrote(await writer.do(lambda archive: look(clock(), free, archive)))
            monitor.cluster = await newsroom.look_at_workers()
        except NewskeepError as error:
            monitor.could_not_write(str(error))
            raise

    async def watch() -> None:
        await watches.do()

    async def send() -> None:
        await sender.do()

    async def reload() -> None:
        await reloader.do()

    service = Service(
        newsroom,
        sources,
        report=lambda report: _report(report, monitor, newsroom.config.log.format),
        rounds=[
            Round(name="pulse", seconds=_PULSE_SECONDS, do=pulse),
            Round(name="alarms", seconds=_ALARM_SECONDS, do=look_out),
            Round(name="watches", seconds=_WATCH_SECONDS, do=watch),
            Round(name="alerts", seconds=_SENDER_SECONDS, do=send),
            Round(name="reload", seconds=_RELOAD_SECONDS, do=reload),
        ],
    )
    asked: set[asyncio.Task[bool]] = set()

    def on_hangup() -> None:
        task = asyncio.ensure_future(reloader.do(is_asked=True))
        asked.add(task)  # a task that nobody holds may be collected before it is done
        task.add_done_callback(asked.discard)

    if hasattr(signal, "SIGHUP"):
        asyncio.get_running_loop().add_signal_handler(signal.SIGHUP, on_hangup)
    notify(os.environ, "READY=1")
    try:
        await service.run()
    finally:
        notify(os.environ, "STOPPING=1")


@contextlib.asynccontextmanager
async def _monitored(monitor: Monitor, config: Config) -> AsyncIterator[None]:
    """Answer health checks and scrapes meanwhile. A port that is taken must not keep a service from polling."""
    chosen = config.monitor
    if not chosen.enabled:
        yield
        return
    if not is_loopback_host(chosen.host):
        logger.warning("monitor is public host=%s: others can read /metrics, and there is no login", chosen.host)
    try:
        runner, port = await listen(monitor, host=chosen.host, port=chosen.port)
    except OSError as error:
        logger.error(
            "monitor cannot listen host=%s port=%d error=%s", chosen.host, chosen.port, error.strerror or error
        )
        yield
        return
    logger.info("monitor listens host=%s port=%d", chosen.host, port)
    try:
        yield
    finally:
        await runner.cleanup()


def _greet(config: Config, sources: Sequence[Source]) -> None:
    enabled = [source for source in sources if source.enabled]
    names = ", ".join(source.slug for source in enabled[:8]) + (" …" if len(enabled) > 8 else "")
    count = counted(len(enabled), "source")
    _say(f"newskeep follows {count} ({names or 'none: newskeep add URL'}) into {config.home}")
    _say("Stop it with Ctrl-C; browse with `newskeep serve` in another terminal.")


def _report(report: RunReport, monitor: Monitor, form: LogFormat) -> None:
    """One line a run, for people or for programs; single requests are told at the level debug."""
    tally = report.tally
    monitor.count(
        source=report.source.slug,
        status=report.status,
        outcomes={str(outcome): count for outcome, count in tally.outcomes.items()},
        seconds=report.seconds,
        size=tally.body_bytes,
    )
    if form is LogFormat.JSON:
        logger.info(
            "run ended source=%s status=%s requests=%d seconds=%.3f bytes=%d outcomes=%s reason=%s",
            report.source.slug,
            report.status,
            tally.requests,
            report.seconds,
            tally.body_bytes,
            ",".join(f"{outcome}:{count}" for outcome, count in sorted(tally.outcomes.items())),
            report.reason or "",
        )
        return
    from rich.text import Text

    stamp = report.finished_at.astimezone().strftime("%H:%M:%S")
    _say(f"{stamp}  {Text.from_markup(report_line(report)).plain}")


def _say(line: str) -> None:
    with contextlib.suppress(BrokenPipeError):
        click.echo(line)
        sys.stdout.flush()


def _runner(coroutine) -> None:  # type: ignore[no-untyped-def]
    asyncio.run(coroutine)
