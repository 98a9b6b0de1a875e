"""`newskeep sources`: list, check, pause, resume, OPML in and out."""

from __future__ import annotations

import re
import sys
from dataclasses import asdict
from pathlib import Path
from typing import Any

import click
from rich.table import Table
from rich.text import Text

from commands.homes import chosen_sources, home_of
from commands.screen import console, print_json
from config import Config, load_source, readable_sources, source_paths
from newskeep.errors import UsageError
from newskeep.model import Source
from newskeep.opml import format_opml, note_followed, outlines_to_sources, parse_opml
from newskeep.sources import format_source
from newskeep.strict import format_duration
from newskeep.text import counted
from storage.home_lock import poller_of

_ENABLED = re.compile(r"(?m)^[ \t]*enabled[ \t]*=[ \t]*(?:true|false)\b")


@click.group(invoke_without_command=True)
@click.option("--json", "as_json", is_flag=True, help="One JSON document.")
@click.pass_context
def sources(ctx: click.Context, as_json: bool) -> None:
    """List the sources of this home; each is a file in its sources/ folder.

    \b
    newskeep sources
    newskeep sources pause gzero
    newskeep sources export > feeds.opml
    """
    if ctx.invoked_subcommand is not None:
        return
    found = home_of(ctx).sources()
    if as_json:
        print_json([_shown(source) for source in found])
        return
    table = Table(box=None, pad_edge=False, header_style="dim")
    for name in ("source", "name", "listings", "interval", "home page"):
        table.add_column(name, overflow="fold")
    for source in found:
        interval = format_duration(source.interval_seconds) if source.enabled else "paused"
        slug = Text(source.slug, style="bold" if source.enabled else "dim")
        table.add_row(slug, Text(source.name), str(len(source.listings)), interval, Text(source.homepage))
    console().print(table if found else "no source yet: `newskeep add URL` follows a site")


@sources.command()
@click.pass_context
def check(ctx: click.Context) -> int:
    """Check every source file; exit code 1 where one is wrong.

    \b
    newskeep sources check
    """
    right, wrong = readable_sources(home_of(ctx).home)
    for error in wrong:
        click.echo(str(error), err=True)
    click.echo(f"{len(right)} of {len(right) + len(wrong)} sources are right")
    return int(bool(wrong))


@sources.command()
@click.argument("slugs", nargs=-1, required=True, metavar="SLUG...")
@click.pass_context
def pause(ctx: click.Context, slugs: tuple[str, ...]) -> None:
    """Stop polling sources; what is archived stays.

    \b
    newskeep sources pause gzero
    """
    _switch(home_of(ctx), slugs, enabled=False)


@sources.command()
@click.argument("slugs", nargs=-1, required=True, metavar="SLUG...")
@click.pass_context
def resume(ctx: click.Context, slugs: tuple[str, ...]) -> None:
    """Poll paused sources again.

    \b
    newskeep sources resume gzero
    """
    _switch(home_of(ctx), slugs, enabled=True)


@sources.command("export")
@click.pass_context
def export_opml(ctx: click.Context) -> None:
    """Write the feeds of all sources as OPML to standard output.

    \b
    newskeep sources export > feeds.opml
    """
    sys.stdout.write(format_opml(home_of(ctx).sources()))


@sources.command("import")
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.pass_context
def import_opml(ctx: click.Context, file: Path) -> int:
    """Make a source of each site in an OPML file. Exit code 1 where an outline could not be used.

    Feeds that a source has already are left as they are, so a file may be imported again.

    \b
    newskeep sources import feeds.opml
    """
    config = home_of(ctx)
    # What is wrong with the files that cannot be read, `check` says.
    followed, _ = readable_sources(config.home)
    outlines = note_followed(parse_opml(file.read_bytes()), followed)
    made = outlines_to_sources(outlines, taken=[path.stem for path in source_paths(config.home)])
    for source in made:
        path = config.sources_path / f"{source.slug}.toml"
        _write(path, format_source(source))
        click.echo(f"{source.slug}: {counted(len(source.listings), 'feed')}")
    for outline in (one for one in outlines if one.followed_by is not None):
        click.echo(f"{outline.title}: followed already, by {outline.followed_by}")
    problems = [outline for outline in outlines if outline.problem is not None]
    for outline in problems:
        click.echo(f"{outline.title or outline.feed_url}: {outline.problem}", err=True)
    return int(bool(problems))


def _switch(config: Config, slugs: tuple[str, ...], *, enabled: bool) -> None:
    """Change the one line of each file; the owner's comments stay as they are."""
    taken_over = "; the running service takes it over within seconds" if poller_of(config.home) else ""
    for source in chosen_sources(config, slugs):
        path = config.sources_path / f"{source.slug}.toml"
        text = path.read_text(encoding="utf-8")
        line = f"enabled = {str(enabled).lower()}"
        # A key of the document must stand before its first table.
        changed = _ENABLED.sub(line, text, count=1) if _ENABLED.search(text) else f"{line}\n{text}"
        _write(path, changed)
        if load_source(path).enabled is not enabled:
            _write(path, text)
            raise UsageError(f"{path} could not be changed; write `{line}` into it by hand")
        word = "resumed" if enabled else "paused"
        click.echo(f"{source.slug}: {word}{taken_over}")


def _shown(source: Source) -> dict[str, Any]:
    """A source as JSON. Values of headers and cookies are kept back: they log somebody in."""
    shown = asdict(source)
    for kind in ("headers", "cookies"):
        pairs = shown["manners"][kind]
        shown["manners"][kind] = [[name, value if value.startswith("env:") else "…"] for name, value in pairs]
    return shown


def _write(path: Path, text: str) -> None:
    try:
        path.write_text(text, encoding="utf-8")
    except OSError as error:
        raise UsageError(f"{path} cannot be written: {error.strerror}") from error
