"""The front: the newest stories, of all sources or of one, of a section, of a day."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from reading.answers import Answer, Ask, AskError, Page
from reading.pictures import ShownPicture, shown_picture
from storage.archive import Archive
from storage.values import page_text, read_optional, read_time

PAGE_SIZE = 30
_COUNTED = 5_000


@dataclass(frozen=True, slots=True, kw_only=True)
class ListedStory:
    """A story as lists show it. `moment` is when it was published, first seen where that is unknown."""

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
    form: str
    presence: str
    revision_count: int
    words: int
    moment: datetime
    published_at: datetime | None
    first_seen_at: datetime
    url: str
    picture: ShownPicture | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Facet:
    """One value to filter by, and how many of the counted stories have it."""

    value: str
    name: str
    count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Front:
    """The front's data. `next` is the cursor of the next page. The facets count the newest `counted` stories."""

    source: str | None
    section: str | None
    day: date | None
    stories: tuple[ListedStory, ...]
    next: str | None
    sources: tuple[Facet, ...]
    sections: tuple[Facet, ...]
    days: tuple[Facet, ...]
    counted: int


def front(archive: Archive, ask: Ask) -> Answer:
    """The newest stories first. Arguments: `source`, `section`, `day`, `cursor`."""
    source, section, day = ask.text("source"), ask.text("section"), ask.day("day")
    found = _rows(archive, ask, source, section, day)
    stories = tuple(_story(row, archive) for row in found[:PAGE_SIZE])
    last = stories[-1] if len(found) > PAGE_SIZE else None
    data = Front(
        source=source,
        section=section,
        day=day,
        stories=stories,
        next=f"{found[PAGE_SIZE - 1][0]}~{last.story_id}" if last else None,
        sources=(),
        sections=(),
        days=(),
        counted=0,
    )
    return Page(template="front.html", title="Front", data=data)


def _rows(
    archive: Archive, ask: Ask, source: str | None, section: str | None, day: date | None
) -> list[tuple[object, ...]]:
    # What claims to be of the day after tomorrow would stand first for ever; it is found by search and by its day.
    bounds: list[tuple[str, object]] = [("moment < ?", page_text(ask.now + timedelta(days=1)))]
    if day is not None:
        bounds = [("moment >= ?", day.isoformat()), ("moment < ?", (day + timedelta(days=1)).isoformat())]
    bounds += [(f"facts.{name} = ?", value) for name, value in (("source", source), ("section", section)) if value]
    cursor = ask.text("cursor")
    if cursor is not None:
        moment, tilde, story_id = cursor.partition("~")
        if not tilde or not story_id.isdigit():
            raise AskError("cursor should be as the page before gave it")
        bounds.append(("(moment, story_id) < (?, CAST(? AS INTEGER))", (moment, story_id)))
    where = " AND ".join(condition for condition, _ in bounds)
    values: list[object] = []
    for _, value in bounds:
        values += value if isinstance(value, tuple) else (value,)
    sql = (
        f"SELECT {_COLUMNS} FROM (SELECT story_id, moment FROM story_facts AS facts WHERE {where}"
        f" ORDER BY moment DESC, story_id DESC LIMIT {PAGE_SIZE + 1}) AS found"
        " CROSS JOIN stories ON stories.id = found.story_id JOIN sources ON sources.slug = stories.source"
        " ORDER BY found.moment DESC, found.story_id DESC"
    )
    return archive.db.execute(sql, values).fetchall()


_COLUMNS = (
    "found.moment, stories.id, stories.source, sources.name, kicker, section, headline, standfirst, byline,"
    " stories.language, form, presence, revision_count, words, published_at, stories.first_seen_at, url, picture_url"
)


def _story(row: tuple[object, ...], archive: Archive) -> ListedStory:
    names = (
        "moment", "story_id", "source", "source_name", "kicker", "section", "headline", "standfirst", "byline",
        "language", "form", "presence", "revision_count", "words", "published_at", "first_seen_at", "url", "picture",
    )  # fmt: skip
    given = dict(zip(names, row, strict=True))
    picture_url = given["picture"]
    given |= {
        "path": f"/stories/{given['story_id']}",
        "moment": read_time(str(given["moment"])),
        "published_at": read_optional(given["published_at"]),  # type: ignore[arg-type]  # a text, or NULL
        "first_seen_at": read_time(str(given["first_seen_at"])),
        "picture": shown_picture(archive, str(picture_url)) if picture_url else None,
    }
    return ListedStory(**given)  # type: ignore[arg-type]  # as the schema says
