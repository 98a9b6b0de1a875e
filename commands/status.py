"""`newskeep status`."""

from __future__ import annotations

from dataclasses import asdict, replace
from datetime import UTC, datetime, timedelta

import click
from rich.console import Console
from rich.table import Table
from rich.text import Text

from commands.cluster import ask_engine, look_at_engine, print_cluster
from commands.engines import engine_option, engine_url
from commands.homes import home_of
from commands.screen import console, print_json
from config import Config, readable_sources
from newskeep.alarms import Alarm, AlarmKind, Finding
from newskeep.model import Source
from newskeep.outcomes import RunStatus
from newskeep.text import counted
from storage.archive import Archive
from storage.status import ArchiveStatus, SourceStatus, read_status
from storage.watchfulness import Watchfulness, read_watchfulness

_UNITS = (("GB", 1e9), ("MB", 1e6), ("kB", 1e3))


@click.command()
@engine_option
@click.option("--json", "as_json", is_flag=True, help="One JSON document.")
@click.pass_context
def status(ctx: click.Context, engine: str | None, as_json: bool) -> int:
    """Show all there is to know on one screen: sources, polls, alarms, alerts, the disk; of an engine, workers and
    queues. Exit code 1 where something is wrong: an alarm is open, a source fails, polls are overdue, space runs out,
    nobody takes the alerts, or the engine lacks workers.

    \b
    newskeep status
    newskeep status --json | jq '.sources[] | select(.failing_listings > 0) | .slug'
    """
    config, now = home_of(ctx), datetime.now(UTC)
    sources, unreadable = _read_sources(config, now)
    with Archive(config.home, read_only=True) as archive:
        state = _with_files(read_status(archive), sources)
        watchful = read_watchfulness(archive, now, least_free_bytes=config.alerts.least_free_bytes)
        watchful = replace(watchful, findings=(*watchful.findings, *_news(unreadable, watchful)))
        waiting = sum(archive.rechecks.waiting(source.slug, now) for source in state.sources if source.is_enabled)
    url = engine_url(engine, config)
    cluster = ask_engine(url, config, look_at_engine) if url is not None else None
    is_well = state.is_well and watchful.is_well(now) and (cluster is None or cluster.is_well)
    if as_json:
        more = {"is_well": is_well, "rechecks_waiting": waiting, "cluster": cluster.as_json() if cluster else None}
        print_json(asdict(state) | asdict(watchful) | more)
    else:
        _print(state, now, waiting)
        _print_watchfulness(watchful, config, now)
        if cluster is not None:
            print_cluster(cluster)
    return int(not is_well)


def _read_sources(config: Config, now: datetime) -> tuple[tuple[Source, ...], tuple[Finding, ...]]:
    """The sources as their files say, and a finding for each file that cannot be read."""
    sources, wrong = readable_sources(config.home)
    kind = AlarmKind.CONFIGURATION
    return sources, tuple(
        Finding(kind=kind, source=None, subject=error.path.name, began_at=now, summary=str(error)) for error in wrong
    )


def _news(unreadable: tuple[Finding, ...], watchful: Watchfulness) -> tuple[Finding, ...]:
    """What the service has no alarm of; where none runs, nobody else says it."""
    known = {alarm.subject for alarm in watchful.alarms if alarm.kind is AlarmKind.CONFIGURATION}
    return tuple(finding for finding in unreadable if finding.subject not in known)


def _with_files(state: ArchiveStatus, files: tuple[Source, ...]) -> ArchiveStatus:
    """The status with what only the files say yet: sources that no poll has met, and who was paused since the last."""
    enabled = {source.slug: source.enabled for source in files}
    known = [
        replace(one, is_enabled=enabled[one.slug], is_retired=False) if one.slug in enabled else one
        for one in state.sources
    ]
    fresh = [_unpolled(source) for source in files if all(source.slug != one.slug for one in state.sources)]
    sources = sorted((*known, *fresh), key=lambda one: (one.is_retired, one.slug))
    return replace(state, sources=tuple(sources))


def _unpolled(source: Source) -> SourceStatus:
    return SourceStatus(
        slug=source.slug,
        name=source.name,
        homepage=source.homepage,
        is_enabled=source.enabled,
        is_retired=False,
        stories=0,
        last_story_at=None,
        listings=len(source.listings),
        failing_listings=0,
        last_polled_at=None,
        next_poll_at=None,
        last_run=None,
    )


def _print(state: ArchiveStatus, now: datetime, waiting: int) -> None:
    screen = console()
    table = Table(box=None, pad_edge=False, header_style="dim")
    for name, justify in (("source", "left"), ("stories", "right"), ("newest", "left"), ("polled", "left"),
                          ("next", "left"), ("last run", "left")):  # fmt: skip
        table.add_column(name, justify=justify, no_wrap=True)  # type: ignore[arg-type]  # rich types it as a literal
    for source in state.sources:
        table.add_row(
            Text(source.slug, style="bold" if source.is_enabled else "dim"),
            f"{source.stories}",
            _ago(source.last_story_at, now),
            _ago(source.last_polled_at, now),
            _until(source, now),
            _last_run(source),
        )
    screen.print(table if state.sources else "no source yet: `newskeep add URL` follows a site")
    captures = "captures.db is absent" if state.captures is None else counted(state.captures, "capture")
    screen.print(
        f"{counted(state.stories, 'story', 'stories')}, {counted(state.revisions, 'revision')},"
        f" {counted(state.teasers, 'teaser')}, {captures};"
        f" news.db {_size(state.news_bytes)}, captures.db {_size(state.captures_bytes)}"
    )
    if state.absent:
        screen.print(Text("; ".join(f"{count} {presence}" for presence, count in state.absent.items()), style="yellow"))
    if waiting:
        screen.print(f"{counted(waiting, 'story', 'stories')} to be looked at again with the next polls")
    for source in state.sources:
        run = source.last_run
        if source.is_enabled and run is not None and run.reason and run.status is not RunStatus.FINISHED:
            screen.print(Text(f"{source.slug}: {run.reason}", style="yellow"))


def _print_watchfulness(watchful: Watchfulness, config: Config, now: datetime) -> None:
    screen = console()
    day = watchful.day
    screen.print(
        f"last 24 h: {counted(day.runs, 'run')}, {counted(day.requests, 'request')} ({day.failures} failed),"
        f" {counted(day.stories_new, 'new story', 'new stories')},"
        f" {day.stories_revised} revised; {counted(day.missed_polls, 'poll')} missed, {day.catch_ups} caught up"
    )
    screen.print(f"service: {watchful.poller or 'none runs'}; {_size(watchful.free_bytes)} free on the disk")
    for alarm in watchful.alarms:
        _print_wrong(screen, alarm, f"since {alarm.began_at:%Y-%m-%d %H:%M} UTC")
    for finding in watchful.findings:
        _print_wrong(screen, finding, "now")
    if not watchful.alarms and not watchful.findings:
        looked = f", looked for {_ago(watchful.looked_at, now)}" if watchful.looked_at else " (never looked for)"
        screen.print(Text(f"no alarm{looked}", style="green" if watchful.looked_at else "dim"))
    if watchful.watches:
        screen.print(
            f"{counted(watchful.watches, 'saved search', 'saved searches')};"
            f" {counted(watchful.queued_revisions, 'revision')} to be held against them"
        )
    for target in watchful.targets:
        if target.waiting:
            trouble = f": {target.trouble}" if target.trouble else ""
            waiting = f"{counted(target.waiting, 'alert')} waiting for {target.target}"
            text = f"{waiting} since {_ago(target.waiting_since, now)}{trouble}"
            screen.print(Text(text, style="yellow" if target.trouble else "default"))
    if not config.alerts.targets:
        screen.print(Text("alarms go to nobody: [alerts] targets in newskeep.toml says whom to tell", style="dim"))


def _print_wrong(screen: Console, wrong: Alarm | Finding, since: str) -> None:
    line = Text(f"{wrong.kind}", style="bold red")
    line.append(f"  {wrong.source or 'newskeep'}  ", style="bold")
    line.append(wrong.summary, style="default")
    screen.print(line.append(f"  ({since})", style="dim"))


def _last_run(source: SourceStatus) -> Text:
    run = source.last_run
    if run is None:
        return Text("–", style="dim")
    style = {RunStatus.FAILED: "bold red", RunStatus.FINISHED: "green"}.get(run.status, "yellow")
    text = Text(str(run.status), style=style)
    return text.append(f", {run.failures} of {run.requests} failed", style="dim") if run.failures else text


def _until(source: SourceStatus, now: datetime) -> str:
    if source.is_retired:
        return "retired"
    if not source.is_enabled:
        return "paused" if source.listings else "by hand"
    if source.next_poll_at is None:
        return "now" if source.listings else "no listing"
    return "now" if source.next_poll_at <= now else f"in {_span(source.next_poll_at - now)}"


def _ago(at: datetime | None, now: datetime) -> str:
    return "–" if at is None else f"{_span(max(now - at, timedelta()))} ago"


def _span(time: timedelta) -> str:
    seconds = int(time.total_seconds())
    for unit, length in (("d", 86_400), ("h", 3_600), ("min", 60)):
        if seconds >= length:
            return f"{seconds // length} {unit}"
    return f"{seconds} s"


def _size(size_bytes: int) -> str:
    for unit, length in _UNITS:
        if size_bytes >= length:
            return f"{size_bytes / length:.1f} {unit}"
    return f"{size_bytes} B"
