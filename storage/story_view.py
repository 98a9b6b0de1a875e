"""A story as people ask for it: one revision in full, with names, revisions and teasers. Reading only."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass
from datetime import datetime

from newskeep.errors import StoryMissingError
from newskeep.identity import Alias, AliasKind
from newskeep.model import StoryDraft
from storage.drafts import read_draft
from storage.values import read_list, read_time


@dataclass(frozen=True, slots=True, kw_only=True)
class RevisionView:
    """One revision, without its text. Numbers follow the order of arrival, `captured_at` the order of time."""

    number: int
    captured_at: datetime
    changed_fields: tuple[str, ...]
    reason: str
    headline: str | None
    words: int
    capture_id: int
    payload_digest: str
    extractor_version: str
    weight: str | None
    words_added: int | None
    words_removed: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class AliasView:
    """A name of a story, and when and in which capture it was first met."""

    alias: Alias
    first_seen_at: datetime
    capture_id: int


@dataclass(frozen=True, slots=True, kw_only=True)
class TeaserView:
    """A teaser, seen from the page that carries it or from the story it points to.

    `page_headline` is None where the page is a listing; `target_*` are None where the target is not archived or none is
    given.
    """

    kind: str
    heading: str | None
    headline: str | None
    standfirst: str | None
    slot: int
    page_url: str
    page_headline: str | None
    page_story_id: int | None
    target_url: str | None
    target_headline: str | None
    target_story_id: int | None
    picture_url: str | None
    caption: str | None
    credit: str | None
    first_seen_at: datetime
    last_seen_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class StoryView:
    """A story and one of its revisions, `draft` being that revision's text.

    `teasers` are those its page carried, `promotions` those that pointed to it.
    """

    story_id: int
    source: str
    source_name: str
    url: str
    presence: str
    first_seen_at: datetime
    last_seen_at: datetime
    current_revision: int
    revision: RevisionView
    draft: StoryDraft
    revisions: tuple[RevisionView, ...]
    aliases: tuple[AliasView, ...]
    teasers: tuple[TeaserView, ...]
    promotions: tuple[TeaserView, ...]


def read_story(
    connection: sqlite3.Connection, story_id: int, number: int | None, *, most_teasers: int | None = None
) -> StoryView:
    """Read a story; `number` None means the current revision. StoryMissingError where one of them is missing.

    At most so many `teasers` and `promotions` are read, those first seen last; None reads all.
    """
    found = connection.execute(
        "SELECT stories.source, sources.name, stories.url, stories.presence, stories.first_seen_at, last_seen_at,"
        " current_revision FROM stories JOIN sources ON sources.slug = stories.source"
        " JOIN story_facts ON story_id = stories.id WHERE stories.id = ?",
        (story_id,),
    ).fetchone()
    if found is None:
        raise StoryMissingError(f"there is no story {story_id}", operation="read a story")
    source, source_name, url, presence, first_seen_at, last_seen_at, current = found
    revisions = _revisions(connection, story_id)
    wanted = current if number is None else number
    revision = next((revision for revision in revisions if revision.number == wanted), None)
    if revision is None:
        message = f"story {story_id} has no revision {wanted}; it has {_listed(revisions)}"
        raise StoryMissingError(message, operation="read a story")
    (draft,) = connection.execute(
        "SELECT draft FROM revisions WHERE story_id = ? AND number = ?", (story_id, wanted)
    ).fetchone()
    return StoryView(
        story_id=story_id,
        source=source,
        source_name=source_name,
        url=url,
        presence=presence,
        first_seen_at=read_time(first_seen_at),
        last_seen_at=read_time(last_seen_at),
        current_revision=current,
        revision=revision,
        draft=read_draft(draft),
        revisions=revisions,
        aliases=_aliases(connection, story_id),
        teasers=_teasers(connection, "page_story_id", story_id, most_teasers),
        promotions=_teasers(connection, "target_story_id", story_id, most_teasers),
    )


def _listed(revisions: tuple[RevisionView, ...]) -> str:
    return ", ".join(str(revision.number) for revision in revisions)


def _revisions(connection: sqlite3.Connection, story_id: int) -> tuple[RevisionView, ...]:
    rows = connection.execute(
        "SELECT number, captured_at, changed_fields, reason, headline, words, capture_id, payload_digest,"
        " extractor_version, weight, words_added, words_removed FROM revisions WHERE story_id = ?"
        " ORDER BY captured_at, number",
        (story_id,),
    )
    names = tuple(RevisionView.__dataclass_fields__)
    return tuple(
        RevisionView(**dict(zip(names, (number, read_time(captured_at), read_list(changed), *rest), strict=True)))
        for number, captured_at, changed, *rest in rows
    )


def _aliases(connection: sqlite3.Connection, story_id: int) -> tuple[AliasView, ...]:
    rows = connection.execute(
        "SELECT key, kind, value, reason, first_seen_at, capture_id FROM aliases WHERE story_id = ?"
        " ORDER BY first_seen_at, key",
        (story_id,),
    )
    return tuple(
        AliasView(
            alias=Alias(key=key, kind=AliasKind(kind), value=value, reason=reason),
            first_seen_at=read_time(first_seen_at),
            capture_id=capture_id,
        )
        for key, kind, value, reason, first_seen_at, capture_id in rows
    )


def _teasers(connection: sqlite3.Connection, end: str, story_id: int, most: int | None) -> tuple[TeaserView, ...]:
    # In the order of the index, so that a story promoted on every page of a site costs no more than another.
    wanted = f"SELECT id FROM teasers WHERE {end} = ? ORDER BY id DESC LIMIT ?"
    rows = connection.execute(
        "SELECT teasers.kind, teasers.heading, teasers.headline, teasers.standfirst, slot, page_url, page.headline,"
        " page_story_id, coalesce(target.url, target_url), target.headline, target_story_id, teasers.picture_url,"
        " caption, credit, teasers.first_seen_at, teasers.last_seen_at FROM teasers"
        " LEFT JOIN stories AS page ON page.id = page_story_id"
        " LEFT JOIN stories AS target ON target.id = target_story_id"
        f" WHERE teasers.id IN ({wanted}) ORDER BY teasers.last_seen_at DESC, slot, teasers.id",
        (story_id, -1 if most is None else most),
    )
    names = tuple(TeaserView.__dataclass_fields__)
    return tuple(
        TeaserView(**dict(zip(names, (*found[:14], read_time(found[14]), read_time(found[15])), strict=True)))
        for found in rows
    )
