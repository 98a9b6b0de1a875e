"""`--at`: which revision of a story stood at a time, and how well the archive knows that."""

from __future__ import annotations

from datetime import UTC, datetime

import click

from newskeep.errors import UsageError
from newskeep.search_query import read_period
from storage.archive import Archive
from storage.story_view import RevisionView


class AsOf(click.ParamType[datetime]):
    """A time of day, or a day, month or year, which means its end; UTC where no zone is given.

    Gives the moment before which a revision must have been captured.
    """

    name = "time"

    def convert(self, value: str, param: click.Parameter | None, ctx: click.Context | None) -> datetime:
        period = None if ".." in value else read_period("on", value)
        if period is None:
            self.fail(f"{value!r} is no time; write 2026-11-22 or 2026-11-22T14:30", param, ctx)
        return period.until or datetime.max.replace(tzinfo=UTC)


at_option = click.option(
    "--at", type=AsOf(), metavar="TIME", help="The revision that stood then; a day stands for its end (UTC)."
)


def revision_at(archive: Archive, story: str, revision: int | None, at: datetime | None) -> int | None:
    """Give the number of the revision that is asked for by number or time; None for the current one.

    Raises UsageError where both are given, or where the story was not known by then.
    """
    if at is None:
        return revision
    if revision is not None:
        raise UsageError("--revision and --at both choose a revision; give one of them")
    view = archive.stories.show(story, most_teasers=0)
    stood = [one for one in view.revisions if one.captured_at < at]
    if not stood:
        first = f"{view.revisions[0].captured_at:%Y-%m-%d %H:%M:%S} UTC"
        raise UsageError(f"story {view.story_id} was first captured at {first}; what stood there before is not known")
    _tell(stood[-1], next((one for one in view.revisions if one.captured_at >= at), None))
    return stood[-1].number


def _tell(stood: RevisionView, following: RevisionView | None) -> None:
    """Say on standard error which revision it is, and since when another one is known to have stood there."""
    line = f"revision {stood.number}, captured {stood.captured_at:%Y-%m-%d %H:%M:%S} UTC"
    if following is not None:
        line += (
            f"; the next one was captured {following.captured_at:%Y-%m-%d %H:%M:%S} UTC, and when between the two it"
            " was changed is not known"
        )
    click.echo(line, err=True)
