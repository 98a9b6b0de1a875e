"""`newskeep reprocess`: what is stored, read again by the present extractor."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Callable
from dataclasses import asdict
from datetime import datetime
from typing import Any

import click
from rich.markup import escape
from rich.progress import Progress
from rich.table import Table

from commands.homes import check_slug, home_of
from commands.moments import MOMENT
from commands.screen import configure_logging, console, print_json, progress
from config import Config
from newskeep.errors import CaptureMissingError
from newskeep.extract import EXTRACTOR_VERSION
from newskeep.model import Source
from newskeep.outcomes import Trigger
from newsroom import Newsroom, RunReport
from pipelines.context import CrawlContext
from pipelines.reprocess import Reprocess
from pipelines.reprocess_tally import COVERED, ReprocessTally
from pipelines.tally import Tally
from scheduler import sync_sources
from storage.archive import Archive
from storage.rereading import Selection

_REPROCESS = Source(
    slug="reprocess", name="reprocess", homepage="https://reprocess.invalid", listings=(), enabled=False
)
_NO_RUN = 0


@click.command()
@click.option("--since", type=MOMENT, metavar="TIME", help="Only what was captured since then.")
@click.option("--source", metavar="SLUG", help="Only one source.")
@click.option("--all", "is_all", is_flag=True, help="Also what the present extractor has read already.")
@click.option("--dry-run", is_flag=True, help="Write nothing, and say what would change.")
@click.option("--json", "as_json", is_flag=True, help="One JSON document.")
@click.pass_context
def reprocess(
    ctx: click.Context, since: datetime | None, source: str | None, is_all: bool, dry_run: bool, as_json: bool
) -> int:
    """Read stored captures again with the present extractor, and mend the stories.

    Stories read by another version of the extractor are read anew, all their revisions together; no revision is made
    of that. Pages that brought no story when they came are looked at again, too. May be stopped and started again, and
    run beside the service. A revision whose bytes were pruned keeps its reading.

    \b
    newskeep reprocess --dry-run             what would change?
    newskeep reprocess
    newskeep reprocess --all --source gzero --since 2026-11-01
    """
    config = home_of(ctx)
    configure_logging("warning")
    selection = Selection(other_than=None if is_all else EXTRACTOR_VERSION, source=source, since=since)
    tally, run = asyncio.run(_reprocess(config, selection, is_dry=dry_run))
    if as_json:
        print_json(_as_json(tally, run, is_dry=dry_run))
    else:
        _tell(tally, is_dry=dry_run)
    return 0


async def _reprocess(config: Config, selection: Selection, *, is_dry: bool) -> tuple[ReprocessTally, RunReport | None]:
    with Archive(config.home, read_only=True) as archive:
        _check(archive, selection)
        sources = config.sources()
        newsroom = Newsroom(config)
        if is_dry:
            context = CrawlContext(
                writer=newsroom.writer,
                workers=newsroom.workers,
                config=config,
                run_id=_NO_RUN,
                source=_REPROCESS,
                tally=Tally(),
            )
            try:
                return await _work(archive, context, sources, selection, is_dry=True), None
            finally:
                await newsroom.workers.close()
        async with newsroom:
            await sync_sources(newsroom, sources)
            started_at = newsroom.clock()
            context = await newsroom.open_run(_REPROCESS, Trigger.REPROCESS)
            tally = await _work(archive, context, sources, selection, is_dry=False)
            return tally, await newsroom.close_run(context, started_at=started_at)


def _check(archive: Archive, selection: Selection) -> None:
    if not archive.captures.is_present:
        message = "captures.db is absent, so there is nothing to read again; copy it into the home beside news.db"
        raise CaptureMissingError(message, operation="reprocess")
    check_slug(archive, selection.source)


async def _work(
    archive: Archive, context: CrawlContext, sources: tuple[Source, ...], selection: Selection, *, is_dry: bool
) -> ReprocessTally:
    work = Reprocess(
        archive=archive,
        context=context,
        sources={source.slug: source for source in sources},
        selection=selection,
        is_dry=is_dry,
    )
    with progress("reading stories again", archive.rereading.count(selection)) as bar:
        work.advance = _advance(bar)
        await work.mend_stories()
    with progress("looking for stories", len(archive.rereading.storyless(selection))) as bar:
        work.advance = _advance(bar)
        await work.find_stories()
    return work.tally


def _advance(bar: Progress) -> Callable[[], None]:
    return lambda: bar.advance(bar.task_ids[0])


def _as_json(tally: ReprocessTally, run: RunReport | None, *, is_dry: bool) -> dict[str, Any]:
    counted = {
        name: {str(key): count for key, count in value.most_common()}
        for name in ReprocessTally.__slots__
        if isinstance(value := getattr(tally, name), Counter)
    }
    covered = {
        "before": {name: tally.before[name] for name in COVERED},
        "after": {name: tally.after[name] for name in COVERED},
    }
    asked = {
        "is_dry_run": is_dry,
        "extractor_version": EXTRACTOR_VERSION,
        "run_id": None if run is None else run.run_id,
    }
    return asked | asdict(tally) | counted | covered


def _tell(tally: ReprocessTally, *, is_dry: bool) -> None:
    screen = console()
    verb = "would change" if is_dry else "changed"
    read = f"{_counted(tally.stories, 'stories')} read again ({_counted(tally.revisions, 'revisions')})"
    screen.print(f"{read}, {tally.changed_stories} {verb}")
    if tally.stories:
        screen.print(_coverage(tally))
    for name, count in tally.changed.most_common():
        screen.print(f"[bold]{escape(name)}[/]: {count} {verb}")
        for example in tally.examples[name]:
            screen.print(f"  {example.story_id} {example.url}", style="dim", markup=False)
            screen.print(f"    - {example.before or '(nothing)'}", markup=False)
            screen.print(f"    + {example.after or '(nothing)'}", markup=False)
    if any(tally.teasers.values()):
        counts = tally.teasers
        screen.print(f"teasers: {counts['added']} new, {counts['reworded']} reworded, {counts['dropped']} gone")
    if tally.equal_revisions:
        screen.print(f"revisions that say what the one before says, and stay with a note: {tally.equal_revisions}")
    _tell_kept(tally)
    _tell_found(tally, is_dry=is_dry)
    if tally.contested:
        contested = _counted(tally.contested, "stories")
        screen.print(f"{contested} changed while being read; run `newskeep reprocess` again", markup=False)
    if is_dry:
        screen.print("nothing was changed; leave --dry-run out to do it", style="dim")


def _coverage(tally: ReprocessTally) -> Table:
    table = Table("stories with", "before", "after", box=None, pad_edge=False)
    for name in COVERED:
        label = "text of 50 words" if name == "text" else name
        shares = (f"{100 * counts[name] / tally.stories:.1f} %" for counts in (tally.before, tally.after))
        table.add_row(label, *shares)
    return table


def _tell_kept(tally: ReprocessTally) -> None:
    screen = console()
    if not tally.kept:
        return
    counts = ", ".join(f"{count} {why.replace('_', ' ')}" for why, count in tally.kept.most_common())
    screen.print(f"old readings kept: {counts}")
    for kept in tally.kept_readings:
        line = f"  {kept.story_id} revision {kept.revision} {kept.url}: {kept.why.replace('_', ' ')}, {kept.detail}"
        screen.print(line, style="dim", markup=False)
    _tell_more(tally.kept.total() - len(tally.kept_readings))


def _tell_found(tally: ReprocessTally, *, is_dry: bool) -> None:
    screen = console()
    if not tally.found:
        return
    counts = ", ".join(f"{count} {outcome.replace('_', ' ')}" for outcome, count in tally.found.most_common())
    screen.print(f"stories {'to be ' if is_dry else ''}found on {_counted(tally.storyless, 'other pages')}: {counts}")
    for story in tally.found_stories:
        end = story.outcome or f"was {story.was}"
        screen.print(f"  {story.headline or '(no headline)'}  {story.url}  ({end})", style="dim", markup=False)
    _tell_more(tally.found.total() - len(tally.found_stories))


_ONE = {"stories": "story", "revisions": "revision", "other pages": "other page"}


def _counted(count: int, things: str) -> str:
    return f"{count} {_ONE[things] if count == 1 else things}"


def _tell_more(count: int) -> None:
    if count > 0:
        console().print(f"  … and {count} more (--json has the counts)", style="dim")
