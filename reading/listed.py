"""A story as the lists of the reading room show it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from reading.pictures import ShownPicture, shown_picture
from storage.archive import Archive
from storage.newest import NewStory
from storage.values import read_time


@dataclass(frozen=True, slots=True, kw_only=True)
class ListedStory:
    """A story in a list. `moment` is when it was published, first seen where that is unknown.

    In `snippet`, matches stand between `MATCH_START` and `MATCH_END`; None outside a search.
    """

    story_id: int
    path: str
    source: str
    source_name: str
    kicker: str | None
    section: str | None
    headline: str | None
    standfirst: str | None
    byline: str | None
    language: str | None
    presence: str
    revision_count: int
    moment: datetime
    published_at: datetime | None
    first_seen_at: datetime
    url: str
    picture: ShownPicture | None = None
    snippet: str | None = None


def listed(archive: Archive, story: NewStory) -> ListedStory:
    """Give a story of `storage.newest` as lists show it."""
    return ListedStory(
        story_id=story.story_id,
        path=f"/stories/{story.story_id}",
        source=story.source,
        source_name=story.source_name,
        kicker=story.kicker,
        section=story.section,
        headline=story.headline,
        standfirst=story.standfirst,
        byline=story.byline,
        language=story.language,
        presence=story.presence,
        revision_count=story.revision_count,
        moment=read_time(story.moment),
        published_at=story.published_at,
        first_seen_at=story.first_seen_at,
        url=story.url,
        picture=shown_picture(archive, story.picture_url) if story.picture_url else None,
    )


def source_names(archive: Archive) -> dict[str, str]:
    """The names of all sources by slug."""
    return dict(archive.db.execute("SELECT slug, name FROM sources"))
