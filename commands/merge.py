"""`newskeep merge` and `newskeep split`: an identity mended by hand."""

from __future__ import annotations

from datetime import UTC, datetime

import click

from commands.homes import home_of
from commands.screen import print_json
from storage.archive import Archive
from storage.merges import Decider

_REASON = click.option("--reason", default="decided by hand", show_default=True, help="Kept in the log.")
_JSON = click.option("--json", "as_json", is_flag=True, help="One JSON document.")


@click.command()
@click.argument("kept", metavar="A")
@click.argument("merged", metavar="B")
@_REASON
@_JSON
@click.pass_context
def merge(ctx: click.Context, kept: str, merged: str, reason: str, as_json: bool) -> None:
    """Make story B part of story A: revisions, names and teasers go along, and B's id leads to A from then on.

    `newskeep split A B` undoes it.

    \b
    newskeep merge 1795371901234000 https://www.example.org/2026/11/harbour-toll-2
    """
    with Archive(home_of(ctx).home) as archive:
        one, other = archive.stories.resolve(kept), archive.stories.resolve(merged)
        archive.merges.merge(one, other, by=Decider.HAND, reason=reason, now=datetime.now(UTC))
    if as_json:
        print_json({"story_id": one, "merged_story_id": other})
    else:
        click.echo(f"story {other} is part of story {one} now; `newskeep split {one} {other}` undoes it")


@click.command()
@click.argument("story", metavar="STORY")
@click.argument("alias", metavar="ALIAS")
@_REASON
@_JSON
@click.pass_context
def split(ctx: click.Context, story: str, alias: str, reason: str, as_json: bool) -> None:
    """Take ALIAS, a name of STORY, out of it, with the revisions that were read there. No rule gives it back.

    A name that came with a merge undoes the merge; ALIAS may also be the id of the story that was merged. `newskeep
    show STORY` lists the names.

    \b
    newskeep split 1795371901234000 https://www.example.org/2026/11/harbour-toll-2
    """
    with Archive(home_of(ctx).home) as archive:
        one = archive.stories.resolve(story)
        other = archive.merges.split(one, alias, by=Decider.HAND, reason=reason, now=datetime.now(UTC))
    if as_json:
        print_json({"story_id": one, "split_story_id": other})
    elif other is None:
        click.echo(f"{alias} is no name of story {one} any more; nothing was read there")
    else:
        click.echo(f"{alias} is story {other} now; `newskeep merge {one} {other}` undoes it")
