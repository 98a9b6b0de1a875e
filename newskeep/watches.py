"""Saved searches: what is new in what they find.

A watch is a name and a query. Each revision that is archived from its making on is held against it once: a story that
is found for the first time is a new match, every later revision of a story that matched once is told too, also one by
which it matches no longer.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from newskeep.atom import AtomEntry, AtomFeed, AtomLink, feed_id_urn, feed_xml, story_id_urn

_NAME = re.compile(r"[a-z0-9][a-z0-9_-]{0,63}")


class MatchReason(StrEnum):
    """Why a revision is told."""

    NEW = "new"
    """The story is found for the first time since the search was saved."""
    REVISED = "revised"
    """The story matched before, and still does."""
    LEFT = "left"
    """The story matched before, and its new words do no longer."""


_SAID = {MatchReason.NEW: "new", MatchReason.REVISED: "revised", MatchReason.LEFT: "no longer matches"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Watch:
    """A saved search. `alerts` says whether matches go out; its feed has them in either case."""

    name: str
    query: str
    created_at: datetime
    alerts: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Match:
    """One revision that a watch found, as its feed and alerts show it. Texts are None where the story has none."""

    watch: str
    reason: MatchReason
    matched_at: datetime
    revision_id: int
    revision: int
    story_id: int
    source: str
    headline: str | None
    standfirst: str | None
    byline: str | None
    url: str
    published_at: datetime | None
    captured_at: datetime
    changed_fields: tuple[str, ...] = ()

    @property
    def said(self) -> str:
        """Why it is told, for people. A story that is older than the search may have matched all along."""
        is_old = self.reason is MatchReason.NEW and self.revision > 1
        return "matches now" if is_old else _SAID[self.reason]


def read_name(text: str) -> str:
    """Read the name of a watch; raises ValueError where it is none."""
    name = text.strip().lower()
    if not _NAME.fullmatch(name):
        raise ValueError(
            f"{text!r} cannot be a name: up to 64 letters a to z, digits, - and _, a letter or digit first"
        )
    return name


def why(*, matches: bool, matched_before: bool) -> MatchReason | None:
    """Why a revision is to be told to a watch; None where it is not."""
    if matches:
        return MatchReason.REVISED if matched_before else MatchReason.NEW
    return MatchReason.LEFT if matched_before else None


def watch_feed(
    watch: Watch,
    matches: Sequence[Match],
    *,
    links: tuple[AtomLink, ...] = (),
    page_of: Callable[[Match], str] | None = None,
) -> bytes:
    """Write what a watch found as an Atom feed, in the order given; `links` are the feed's own (`self`, …).

    `page_of` gives the address at which the archive shows a revision, where it is served; entries lead there then, and
    to their publisher with `via`. Each revision is an entry of its own, so that a feed reader shows a story again when
    it changes.
    """
    return feed_xml(
        AtomFeed(
            feed_id=feed_id_urn("watch", watch.name),
            title=f"newskeep: {watch.name}",
            subtitle=watch.query,
            updated=max((match.matched_at for match in matches), default=watch.created_at),
            links=links,
            entries=tuple(_entry(match, page_of) for match in matches),
        )
    )


def _entry(match: Match, page_of: Callable[[Match], str] | None) -> AtomEntry:
    headline = match.headline or "(no headline)"
    changed = f"Changed: {', '.join(match.changed_fields)}." if match.changed_fields else None
    return AtomEntry(
        entry_id=story_id_urn(match.source, match.story_id, match.revision),
        title=headline if match.said == "new" else f"{headline} ({match.said})",
        updated=match.matched_at,
        published=match.published_at or match.captured_at,
        links=_links(match, page_of),
        authors=(match.byline,) if match.byline else (match.source,),
        categories=(match.source, str(match.reason)),
        summary=" ".join(part for part in (match.standfirst, changed) if part) or None,
    )


def _links(match: Match, page_of: Callable[[Match], str] | None) -> tuple[AtomLink, ...]:
    if page_of is None:
        return (AtomLink(url=match.url),)
    here = AtomLink(url=page_of(match), media_type="text/html")
    return here, AtomLink(url=match.url, relation="via", media_type="text/html")
