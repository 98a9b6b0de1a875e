"""`newskeep watch`: saved searches."""

from __future__ import annotations

import sys
from dataclasses import asdict

import click
from rich.table import Table
from rich.text import Text

from commands.homes import home_of
from commands.screen import console, print_json
from commands.words import WordsCommand, unmarked
from newskeep.errors import UsageError
from newskeep.watches import Match, Watch, read_name, watch_feed
from newsroom import utc_now
from storage.archive import Archive
from storage.search import COUNT_CAP, SearchRequest, SearchResult


@click.group()
def watch() -> None:
    """Saved searches: new matches, and new revisions of what matched, go out as alerts and stand in an Atom feed.

    \b
    newskeep watch add tolls 'NEAR(harbour toll) -ferry source:gzero'
    newskeep watch list
    newskeep watch show tolls
    newskeep watch atom tolls > tolls.atom
    """


@watch.command("add", cls=WordsCommand)
@click.argument("name")
@click.argument("query", nargs=-1, required=True, callback=unmarked)
@click.option("--feed-only", is_flag=True, help="No alerts: what it finds stands in its feed alone.")
@click.pass_context
def add(ctx: click.Context, name: str, query: tuple[str, ...], feed_only: bool) -> None:
    """Save a search, in the language of `newskeep search`. What is archived from now on is held against it.

    \b
    newskeep watch add tolls 'harbour toll' -ferry source:gzero
    newskeep watch add corrections has:correction --feed-only
    """
    words = " ".join(query)
    try:
        chosen = Watch(name=read_name(name), query=words, created_at=utc_now(), alerts=not feed_only)
    except ValueError as error:
        raise UsageError(str(error)) from error
    config = home_of(ctx)
    with Archive(config.home) as archive:
        # A search that is refused, or read otherwise than it was meant, is told of now: its alerts would never come.
        found = archive.search.stories(SearchRequest(words=words, limit=1))
        archive.watches.add(chosen)
    click.echo(f"{chosen.name} looks for: {words}")
    click.echo(f"{_so_far(found)}; what is archived from now on is held against it", err=True)
    for hint in found.hints:
        click.echo(hint, err=True)
    if chosen.alerts and not config.alerts.targets:
        click.echo("nobody is told yet: [alerts] targets in newskeep.toml says whom", err=True)


@watch.command("list")
@click.option("--json", "as_json", is_flag=True, help="One JSON document.")
@click.pass_context
def list_(ctx: click.Context, as_json: bool) -> None:
    """List the saved searches with what they found.

    \b
    newskeep watch list
    """
    with Archive(home_of(ctx).home, read_only=True) as archive:
        found = archive.watches.all()
    if as_json:
        print_json([asdict(one.watch) | {"matches": one.matches, "last_match_at": one.last_match_at} for one in found])
        return
    if not found:
        click.echo("no saved search yet: `newskeep watch add NAME QUERY`")
        return
    table = Table("name", "matches", "last", "query", box=None, pad_edge=False, header_style="dim")
    for one in found:
        last = "–" if one.last_match_at is None else f"{one.last_match_at:%Y-%m-%d %H:%M} UTC"
        query = Text(one.watch.query)
        table.add_row(
            one.watch.name, str(one.matches), last, query if one.watch.alerts else query.append("  (feed only)")
        )
    console().print(table)


@watch.command("show")
@click.argument("name")
@click.option("--limit", type=click.IntRange(1), default=50, show_default=True, help="How many, the last first.")
@click.option("--json", "as_json", is_flag=True, help="One JSON document.")
@click.pass_context
def show(ctx: click.Context, name: str, limit: int, as_json: bool) -> None:
    """Show what a saved search found.

    \b
    newskeep watch show tolls --limit 10
    """
    with Archive(home_of(ctx).home, read_only=True) as archive:
        chosen = archive.watches.get(name)
        matches = archive.watches.matches(name, limit=limit)
    if as_json:
        print_json({"watch": asdict(chosen), "matches": [asdict(match) for match in matches]})
        return
    screen = console()
    screen.print(Text(f"{chosen.name}: {chosen.query}", style="bold"))
    for match in matches:
        screen.print(_line(match))
    if not matches:
        screen.print("nothing yet")


@watch.command("remove")
@click.argument("name")
@click.pass_context
def remove(ctx: click.Context, name: str) -> None:
    """Forget a saved search, and what it found; the stories stay.

    \b
    newskeep watch remove tolls
    """
    with Archive(home_of(ctx).home) as archive:
        archive.watches.remove(name)
    click.echo(f"{name} is forgotten")


@watch.command("atom")
@click.argument("name")
@click.option("--limit", type=click.IntRange(1), default=100, show_default=True, help="How many entries.")
@click.pass_context
def atom(ctx: click.Context, name: str, limit: int) -> None:
    """Write what a saved search found as an Atom feed, to standard output.

    \b
    newskeep watch atom tolls > tolls.atom
    """
    with Archive(home_of(ctx).home, read_only=True) as archive:
        chosen = archive.watches.get(name)
        matches = archive.watches.matches(name, limit=limit)
    sys.stdout.buffer.write(watch_feed(chosen, matches))


def _so_far(found: SearchResult) -> str:
    if found.is_capped:
        return f"more than {COUNT_CAP:,} stories match already, and are not sent"
    if found.count == 1:
        return "one story matches already, and is not sent"
    return f"{found.count:,} stories match already, and are not sent" if found.count else "no story matches yet"


def _line(match: Match) -> Text:
    text = Text(f"{match.matched_at:%Y-%m-%d %H:%M} UTC  ", style="dim")
    text.append(f"{match.said:<19}", style="green" if match.said == "new" else "yellow")
    text.append(f"{match.headline or '(no headline)'}", style="default")
    text.append(f"  {match.source}, revision {match.revision}, {match.url}", style="dim")
    return text
