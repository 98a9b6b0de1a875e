"""`newskeep demo`: the whole job against an invented site on this machine, without a network."""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import Sequence
from pathlib import Path

import click
from rich.console import Console
from rich.text import Text

from commands.reports import report_line
from commands.screen import configure_logging, console
from config import Config, default_config_text
from demo.site import DemoSite
from newskeep.errors import NewskeepError, UsageError
from newskeep.model import Listing, ListingKind, PictureRule, Source
from newskeep.outcomes import Trigger
from newskeep.sources import format_source
from newsroom import Newsroom
from scheduler import sync_sources
from storage import verify as checks
from storage.archive import Archive
from storage.search import MATCH_END, MATCH_START, SearchRequest
from storage.status import read_status
from storage.story_view import StoryView

_MARK = ".newskeep-demo"
_SLUG = "meridian"
_SETTINGS = """
[fetch]
allow_addresses = ["127.0.0.0/8"]   # the invented site is served on this machine
delay = "0 s"
concurrency_per_host = 8
"""


@click.command()
@click.option(
    "--into",
    type=click.Path(path_type=Path, file_okay=False),
    help="Home of the demo's archive, made anew each time [default: --home, else archive-demo].",
)
@click.pass_context
def demo(ctx: click.Context, into: Path | None) -> int:
    """Show the whole job: serve an invented news site on this machine, follow it for two days, search it.

    \b
    newskeep demo
    newskeep demo --into /tmp/meridian
    """
    configure_logging("error")
    screen = console()
    # Not NEWSKEEP_HOME, which names somebody's real archive.
    config = _prepare((into or ctx.find_root().obj or Path("archive-demo")).absolute())
    with DemoSite(state=1) as site:
        source = _source(site.base_url)
        (config.sources_path / f"{_SLUG}.toml").write_text(format_source(source), encoding="utf-8")
        _title("An invented news site", screen)
        screen.print(f"The Meridian Post is served at {site.base_url}, on this machine alone.")
        asyncio.run(_follow(config, source, site, screen))
    with Archive(config.home, read_only=True) as archive:
        _show_split(archive, screen)
        _show_names(archive, screen)
        _show_revision(archive, screen)
        _show_search(archive, screen)
        state = read_status(archive)
    report = checks.verify(config.home)
    _title("The archive", screen)
    screen.print(
        f"{state.stories} stories, {state.revisions} revisions, {state.teasers} teasers, {state.captures} captures;"
        f" newskeep verify: {'clean' if report.is_clean else f'{len(report.findings)} findings'}"
    )
    _show_next(config.home, screen)
    return int(not report.is_clean)


def _prepare(home: Path) -> Config:
    """An empty home; only one that an earlier demo made is ever removed."""
    if home.exists() and any(home.iterdir()):
        if not (home / _MARK).exists():
            raise UsageError(f"{home} is there and is no demo's: name another folder with --into")
        shutil.rmtree(home)
    try:
        (home / "sources").mkdir(parents=True, exist_ok=True)
        (home / _MARK).touch()
        (home / "newskeep.toml").write_text(default_config_text().replace("[fetch]\n", _SETTINGS.lstrip(), 1), "utf-8")
    except OSError as error:
        raise UsageError(f"{error.filename or home} cannot be written: {error.strerror}") from error
    return Config.load(home, {})


def _source(base: str) -> Source:
    listings = (
        Listing(url=f"{base}/feeds/feed.rss", kind=ListingKind.FEED),
        Listing(url=f"{base}/feeds/sitemaps/news_1.xml", kind=ListingKind.NEWS_SITEMAP),
        Listing(url=f"{base}/", kind=ListingKind.HOME_FRONT),
    )
    return Source(
        slug=_SLUG,
        name="Meridian Post",
        homepage=f"{base}/",
        listings=listings,
        language="en",
        pictures=PictureRule(keep=True),
    )


async def _follow(config: Config, source: Source, site: DemoSite, screen: Console) -> None:
    async with Newsroom(config) as newsroom:
        await sync_sources(newsroom, [source])
        _title("Day one: the first poll, then the same again", screen)
        await _poll(newsroom, source, screen)
        await _poll(newsroom, source, screen)
        screen.print("The second poll found nothing new, and asked for no story twice.", style="dim")
        site.set_state(2)
        _title("Day two: four new stories, one rewritten, one moved, one deleted", screen)
        await _poll(newsroom, source, screen)
        report = await newsroom.fetch(source, [f"{site.base_url}{path}" for path in _visits(site)])
        screen.print(report_line(report))


def _visits(site: DemoSite) -> Sequence[str]:
    """Addresses that no listing names today: an AMP twin, the moved story's old address, the deleted story."""
    from demo.edition import open_edition

    today, yesterday = open_edition(2), open_edition(1)
    deleted = [story.path for story in today.gone]
    moved = [story.path for story in yesterday.stories if story.path not in {one.path for one in today.stories}]
    twins = [story.amp_path for story in today.stories if story.amp_path][:2]
    return [*twins, *(path for path in moved if path not in deleted), *deleted]


async def _poll(newsroom: Newsroom, source: Source, screen: Console) -> None:
    report = await newsroom.poll(source, trigger=Trigger.COMMAND, only_due=False)
    if report is None:
        raise NewskeepError("the demo's source has no listing")
    screen.print(report_line(report))


def _show_split(archive: Archive, screen: Console) -> None:
    """The story page with the most teasers, as it was taken apart."""
    (story_id,) = archive.db.execute(
        "SELECT page_story_id FROM teasers WHERE page_story_id IS NOT NULL"
        " GROUP BY page_story_id ORDER BY count(*) DESC, page_story_id LIMIT 1"
    ).fetchone()
    view = archive.stories.show(story_id)
    draft = view.draft
    _title("One page, taken apart", screen)
    screen.print(Text(draft.headline or "", style="bold"))
    screen.print(Text(draft.standfirst or "", style="italic"))
    published = f"{draft.published.at:%Y-%m-%d %H:%M} UTC" if draft.published else ""
    screen.print(Text(" · ".join(part for part in (draft.byline, published, draft.section) if part), style="dim"))
    kinds = [str(block.kind) for block in draft.blocks]
    counted = ", ".join(f"{kinds.count(kind)} {kind}" for kind in dict.fromkeys(kinds))
    screen.print(f"  text: {view.revision.words} words in {counted}")
    for picture in draft.pictures:
        screen.print(Text(f"  picture: {picture.caption or picture.alt}").append(f"  {picture.credit}", style="cyan"))
    newest = max(teaser.last_seen_at for teaser in view.teasers)
    # Those of an earlier look, and of the page's other addresses, are in the archive, too.
    for teaser in (one for one in view.teasers if one.last_seen_at == newest):
        target = f"  is story {teaser.target_story_id}" if teaser.target_story_id else "  not archived"
        line = Text(f"  teaser: {teaser.headline}  ")
        screen.print(line.append(f"under “{teaser.heading}”, slot {teaser.slot}{target}", style="dim"))


def _show_names(archive: Archive, screen: Console) -> None:
    (story_id,) = archive.db.execute(
        "SELECT story_id FROM aliases GROUP BY story_id ORDER BY count(*) DESC, story_id LIMIT 1"
    ).fetchone()
    view = archive.stories.show(story_id)
    _title("One story, many names", screen)
    screen.print(Text(view.draft.headline or "", style="bold"))
    for alias in view.aliases:
        screen.print(Text(f"  {alias.alias.value}").append(f"  {alias.alias.reason}", style="dim"))


def _show_revision(archive: Archive, screen: Console) -> None:
    found = archive.db.execute(
        "SELECT story_id FROM revisions WHERE number > 1 AND changed_fields LIKE '%headline%' LIMIT 1"
    ).fetchone()
    if found is None:
        return
    _title("One story, rewritten", screen)
    now = archive.stories.show(found[0])
    before = archive.stories.show(found[0], revision=1)
    for view in (before, now):
        screen.print(Text(f"  revision {view.revision.number}: ").append(view.draft.headline or "", style="bold"))
    screen.print(f"  {now.revision.reason}")
    _show_changed_text(before, now, screen)


def _show_changed_text(before: StoryView, now: StoryView, screen: Console) -> None:
    old, new = [block.text for block in before.draft.blocks], [block.text for block in now.draft.blocks]
    for text in (text for text in old if text not in new):
        screen.print(Text(f"  - {text}", style="red"))
    for text in (text for text in new if text not in old):
        screen.print(Text(f"  + {text}", style="green"))


def _show_search(archive: Archive, screen: Console) -> None:
    _title("Search: lighthouse", screen)
    result = archive.search.stories(SearchRequest(words="lighthouse", limit=3))
    for hit in result.hits:
        screen.print(Text(f"  {hit.headline}", style="bold"))
        line = Text("    ")
        for piece in hit.snippet.replace("\n", " ").split(MATCH_START):
            match, end, rest = piece.partition(MATCH_END)
            line.append(match, style="bold yellow" if end else "")
            line.append(rest)
        screen.print(line)


def _show_next(home: Path, screen: Console) -> None:
    _title("Go on from here", screen)
    name = home.name if home.parent == Path.cwd() else str(home)
    for command, does in (
        (f"newskeep --home {name} search 'strait pilots'", "find stories"),
        (f"newskeep --home {name} show STORY", "read one with its revisions, names and teasers"),
        (f"newskeep --home {name} serve", "browse and query it in a browser"),
        (f"sqlite-utils search {name}/news.db stories strait -c headline -c url", "the same file with other tools"),
        ("make run", "your own archive in ./archive, following real sites"),
    ):
        screen.print(Text(f"  {command}", style="bold").append(f"   {does}", style="not bold dim"))
    screen.print("The commands are in .venv/bin; `. .venv/bin/activate` puts them on your path.", style="dim")


def _title(text: str, screen: Console) -> None:
    screen.print()
    screen.print(Text(text, style="bold underline"))
