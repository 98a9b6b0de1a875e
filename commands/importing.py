"""`newskeep import`: saved pages, by the same path as live ones."""

from __future__ import annotations

import sys
from datetime import UTC, datetime
from pathlib import Path

import click
from click_default_group import DefaultGroup

from commands.backfill import import_ccnews, import_wayback
from commands.cluster import ask_engine
from commands.engines import engine_url
from commands.homes import home_of
from commands.import_run import run_import
from commands.screen import console
from config import Config
from imports.detect import UnknownKindError, batches
from imports.listed import read_json_lines
from imports.records import Batch
from newskeep.errors import UsageError


@click.group("import", cls=DefaultGroup, default="pages", default_if_no_args=True)
def import_group() -> None:
    """Archive what others saved: files and folders, the Wayback Machine, Common Crawl's news.

    \b
    newskeep import crawl.warc.gz             files and folders; `newskeep import pages --help` lists the kinds
    newskeep import wayback 'https://www.example.org/news/*' --after 2026-01-01
    newskeep import ccnews 2026-10 --host example.org
    """


import_group.add_command(import_wayback)
import_group.add_command(import_ccnews)


@import_group.command("pages")  # type: ignore[untyped-decorator]  # the group ships no types
@click.argument("places", nargs=-1, type=click.Path(path_type=Path, allow_dash=True), metavar="PLACE…")
@click.option(
    "--urls",
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    metavar="LIST",
    help="For a folder of pages: a table of their files, addresses and times (CSV or tabs).",
)
@click.option("--workers", type=click.IntRange(1, 64), metavar="N", help="Processes that read pages, at a time.")
@click.option(
    "--engine",
    metavar="URL",
    help="Have workers of this engine read them; they must see the places under the same names.",
)
@click.option("--json", "as_json", is_flag=True, help="One JSON document instead of lines.")
@click.pass_context
def import_pages(
    ctx: click.Context,
    places: tuple[Path, ...],
    urls: Path | None,
    workers: int | None,
    engine: str | None,
    as_json: bool,
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
    if engine is not None:
        return _order(config, engine, places, urls)
    return run_import(config, _batches(places, urls), workers=workers, as_json=as_json)


def _order(config: Config, engine: str, places: tuple[Path, ...], urls: Path | None) -> int:
    """Give the places to workers; the run ledger tells what came of them."""
    if not places or Path("-") in places:
        raise UsageError("workers read files and folders; name them")
    _batches(places, urls)  # what cannot be told here, no worker can
    url = engine_url(engine, config)
    assert url is not None
    from cluster.ordering import order_imports

    now = datetime.now(UTC)
    given = ask_engine(url, config, lambda one: order_imports(one, config, list(places), table=urls, now=now))
    for place, order in zip(places, given, strict=True):
        console().print(f"{place}: ordered as {order}; `newskeep status` tells when its run has ended", markup=False)
    return 0


def _batches(places: tuple[Path, ...], urls: Path | None) -> list[Batch]:
    if not places:
        # Without this check, a folder called as the subcommand is would be waited for on standard input.
        folder = "; write pages/ or ./pages for the folder of that name" if Path("pages").exists() else ""
        raise UsageError(f"name what is to be imported: files, folders, or - for standard input{folder}")
    found: list[Batch] = []
    for place in places:
        if str(place) == "-":
            found.append(Batch(name="standard input", total=0, read=lambda _: read_json_lines(sys.stdin, Path.cwd())))
            continue
        try:
            found += batches(place, table=urls)
        except UnknownKindError as error:
            raise UsageError(str(error)) from error
        except OSError as error:
            raise UsageError(f"{place} cannot be read: {error.strerror or error}") from error
    return found
