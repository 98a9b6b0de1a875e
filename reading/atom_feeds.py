"""Atom: the newest stories, those of a source, what a search finds, what a saved search found."""

from __future__ import annotations

from collections.abc import Iterable

from newskeep.atom import CONTENT_TYPE, AtomEntry, AtomFeed, AtomLink, feed_id_urn, feed_xml, story_id_urn
from newskeep.errors import UsageError
from newskeep.watches import Match
from newskeep.watches import watch_feed as write_feed
from reading.answers import Answer, Ask, NotThereError, Raw
from storage.archive import Archive
from storage.feed_stories import FeedStory, newest_for_feed, stories_for_feed
from storage.search import Order, SearchRequest
from storage.source_view import read_source

FEED_SIZE = 50
_FILTERS = ("source", "section", "language", "author", "after", "before")


def front_feed(archive: Archive, ask: Ask) -> Answer:
    """The stories that were captured last."""
    stories = newest_for_feed(archive, source=None, now=ask.now, limit=FEED_SIZE)
    return _feed(ask, ("front",), "Newest stories", "/", map(_entry_of(ask), stories))


def source_feed(archive: Archive, ask: Ask) -> Answer:
    """The newest stories of a source."""
    source = read_source(archive, ask.names["slug"])
    stories = newest_for_feed(archive, source=source.slug, now=ask.now, limit=FEED_SIZE)
    path = f"/sources/{source.slug}"
    return _feed(ask, ("source", source.slug), source.name, path, map(_entry_of(ask), stories))


def search_feed(archive: Archive, ask: Ask) -> Answer:
    """What a search finds, the newest first. Arguments as for the search page."""
    given = {name: text for name in ("q", *_FILTERS) if (text := ask.text(name)) is not None}
    request = SearchRequest(
        words=given.get("q", ""),
        source=given.get("source"),
        section=given.get("section"),
        language=given.get("language"),
        author=given.get("author"),
        after=ask.moment("after"),
        before=ask.moment("before"),
        order=Order.NEWEST,
        limit=FEED_SIZE,
    )
    hits = archive.search.stories(request).hits
    stories = stories_for_feed(archive, [hit.story_id for hit in hits])
    names = [f"{name}={text}" for name, text in sorted(given.items())]
    said = " ".join([given.get("q", ""), *(f"{name}:{given[name]}" for name in _FILTERS if name in given)]).strip()
    return _feed(ask, ("search", *names), f"Search: {said}", "/search", map(_entry_of(ask), stories), **given)


def watch_feed(archive: Archive, ask: Ask) -> Answer:
    """What a saved search found, each revision an entry of its own."""
    name = ask.names["watch"]
    try:
        watch = archive.watches.get(name)
    except UsageError as error:
        raise NotThereError(f"no saved search is called {name}") from error
    links = (
        AtomLink(url=ask.origin + ask.path, relation="self", media_type="application/atom+xml"),
        AtomLink(url=ask.absolute("/search", q=watch.query), media_type="text/html"),
    )

    def page_of(match: Match) -> str:
        return ask.absolute(f"/stories/{match.story_id}/revisions/{match.revision}")

    matches = archive.watches.matches(name, limit=FEED_SIZE)
    return Raw(body=write_feed(watch, matches, links=links, page_of=page_of), content_type=CONTENT_TYPE)


def _feed(
    ask: Ask,
    names: tuple[str, ...],
    title: str,
    path: str,
    entries: Iterable[AtomEntry],
    **args: str,
) -> Raw:
    own = ask.origin + ask.path + (f"?{ask.link('', **args).partition('?')[2]}" if args else "")
    links = (
        AtomLink(url=own, relation="self", media_type="application/atom+xml"),
        AtomLink(url=ask.absolute(path, **args), media_type="text/html"),
    )
    feed = AtomFeed(feed_id=feed_id_urn(*names), title=title, links=links, entries=tuple(entries))
    return Raw(body=feed_xml(feed), content_type=CONTENT_TYPE)


class _entry_of:
    """Makes entries of stories, with links to where this reader reads."""

    def __init__(self, ask: Ask) -> None:
        self._ask = ask

    def __call__(self, story: FeedStory) -> AtomEntry:
        return AtomEntry(
            entry_id=story_id_urn(story.source, story.story_id),
            title=story.headline,
            updated=story.changed_at,
            published=story.published_at or story.first_seen_at,
            authors=story.authors or (story.source_name,),
            categories=(story.section,) if story.section else (),
            summary=story.standfirst,
            language=story.language,
            links=_links(self._ask.absolute(f"/stories/{story.story_id}"), story.url),
        )


def _links(here: str, there: str) -> tuple[AtomLink, ...]:
    return AtomLink(url=here, media_type="text/html"), AtomLink(url=there, relation="via", media_type="text/html")
