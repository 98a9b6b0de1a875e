"""`newskeep import wayback` and `newskeep import ccnews`: what others archived, fetched from them."""

from __future__ import annotations

from contextlib import suppress
from datetime import datetime
from pathlib import Path
from typing import Any

import click

from commands.homes import home_of
from commands.import_run import run_import
from commands.moments import MOMENT
from config import Config
from imports.ccnews import MONTH, fetch_file, month_files, read_file
from imports.records import Batch, Known, Records, Unreadable
from imports.wayback import read_wayback
from newskeep.errors import UsageError
from newskeep.urls import host_of, registrable_domain

_FOLDER = "ccnews"


@click.command("wayback")
@click.argument("pattern", metavar="URL|PATTERN")
@click.option("--after", type=MOMENT, help="Captured then or later.")
@click.option("--before", type=MOMENT, help="Captured before.")
@click.option("--limit", type=click.IntRange(1), default=1_000, show_default=True, help="Fetch no more than so many.")
@click.option("--workers", type=click.IntRange(1, 64), metavar="N", help="Processes that read pages, at a time.")
@click.option("--json", "as_json", is_flag=True, help="One JSON document instead of lines.")
@click.pass_context
def import_wayback(
    ctx: click.Context,
    pattern: str,
    after: datetime | None,
    before: datetime | None,
    limit: int,
    workers: int | None,
    as_json: bool,
) -> int:
    """Archive what the Internet Archive's Wayback Machine has of an address, with its times.

    \b
    newskeep import wayback https://www.example.org/news/a-story
    newskeep import wayback 'https://www.example.org/news/*' --after 2026-01-01 --limit 500

    Its servers are asked slowly, as they wish. What is in the archive is not fetched again, so a second call goes on
    where the first one's limit ended it. Needs the extra: `.venv/bin/pip install -e '.[wayback]'`.
    """
    config = home_of(ctx)
    client = _wayback_client(config)

    def read(known: Known) -> Records:
        return read_wayback(client, pattern, known, after=after, before=before, limit=limit)

    return run_import(config, [Batch(name=pattern, total=0, read=read)], workers=workers, as_json=as_json)


@click.command("ccnews")
@click.argument("month", metavar="YYYY-MM")
@click.option("--host", "hosts", multiple=True, metavar="DOMAIN", help="Pages of this domain; several may be named.")
@click.option("--all-hosts", is_flag=True, help="Pages of every site: some ten million a month.")
@click.option("--files", type=click.IntRange(1), metavar="N", help="The first N of the month's files; some 1 GB each.")
@click.option("--workers", type=click.IntRange(1, 64), metavar="N", help="Processes that read pages, at a time.")
@click.option("--json", "as_json", is_flag=True, help="One JSON document instead of lines.")
@click.pass_context
def import_ccnews(
    ctx: click.Context,
    month: str,
    hosts: tuple[str, ...],
    all_hosts: bool,
    files: int | None,
    workers: int | None,
    as_json: bool,
) -> int:
    """Archive pages of Common Crawl's news archive of one month: of the sources you follow, or of DOMAINs.

    \b
    newskeep import ccnews 2026-10
    newskeep import ccnews 2026-10 --host example.org --files 20

    Its files are fetched one after the other, read and deleted again. An import that was ended goes on: a file that was
    broken off is fetched on from there, and pages in the archive are passed over.
    """
    if MONTH.fullmatch(month) is None:
        raise UsageError(f"{month!r} is no month; write it like 2026-10")
    config = home_of(ctx)
    domains = frozenset() if all_hosts else frozenset(map(registrable_domain, hosts or _followed(config)))
    if not all_hosts and not domains:
        raise UsageError("no source is followed; name domains with --host, or take all with --all-hosts")
    session = _session(config)
    try:
        paths = month_files(session, month)[:files]
    except OSError as error:
        raise UsageError(f"the list of {month} cannot be had: {error}") from error
    folder = config.home / _FOLDER
    found = [Batch(name=path, total=0, read=_reader(session, path, folder, domains)) for path in paths]
    try:
        return run_import(config, found, workers=workers, as_json=as_json)
    finally:
        with suppress(OSError):  # what was broken off stays for the next time
            folder.rmdir()


def _reader(session: Any, path: str, folder: Path, domains: frozenset[str]) -> Any:
    def read(_: Known) -> Records:
        try:
            click.echo(f"fetching {path.rpartition('/')[2]}", err=True)
            file = fetch_file(session, path, folder)
        except OSError as error:
            yield Unreadable(where=path, done_bytes=0, why=str(error))
            return
        yield from read_file(file, domains)
        file.unlink()

    return read


def _followed(config: Config) -> tuple[str, ...]:
    return tuple(host_of(source.homepage) for source in config.sources())


def _wayback_client(config: Config) -> Any:
    try:
        from wayback import WaybackClient, WaybackSession
    except ImportError as error:
        message = "the Wayback Machine needs its client: `.venv/bin/pip install -e '.[wayback]'`"
        raise UsageError(message) from error
    return WaybackClient(WaybackSession(user_agent=config.fetch.user_agent))


def _session(config: Config) -> Any:
    import requests

    session = requests.Session()
    session.headers["User-Agent"] = config.fetch.user_agent
    return session
