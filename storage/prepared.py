"""What the archive writes of a page's stories and teasers, as far as that hangs on the page alone.

Digests, rows, texts of the index: made in the extraction workers, which stand beside each other, so that the one thread
that writes has little more to do than to insert. Nothing here asks the archive, and nothing here imports SQLite.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from functools import lru_cache

from newskeep.corrections import correction_notice
from newskeep.digests import draft_digest, teaser_digest
from newskeep.model import ExtractedPage, StoryDraft, Teaser
from newskeep.near_duplicates import sentence_hashes
from newskeep.neighbours import neighbours
from newskeep.text import count_words
from newskeep.urls import url_key
from storage.story_rows import (
    STORY_COLUMNS,
    media_kinds,
    media_rows,
    picture_rows,
    reading_values,
    story_columns,
    story_marks,
)
from storage.values import Value, plain, row, seen_text

_DIGEST = re.compile(r"\d+:[0-9a-f]{64}")

TEASER_COLUMNS = (
    "kind", "heading", "headline", "standfirst", "kicker", "slot", "block", "target_url", "picture_url", "picture_alt",
    "caption", "credit", "neighbours",
)  # fmt: skip
"""The columns of `teasers` that say what a teaser is and where it stands, in the order of `PreparedTeaser.columns`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PreparedStory:
    """A draft ready to be written. All values can be stored as they are.

    `digest` is `digests.draft_digest`, `hashes` are `near_duplicates.sentence_hashes` of its text. `columns` are those
    of `STORY_COLUMNS`, `reading` those of `READING_VALUES`, `pictures` and `media` rows without the story's id. `has`
    are the words of `has:` that the draft gives beside its own columns. `marks` are those of a new story of `source`
    first seen at `seen_at`, of which no copy is known.
    """

    source: str
    seen_at: datetime
    digest: str
    hashes: frozenset[int]
    columns: tuple[Value, ...]
    reading: tuple[Value, ...]
    pictures: tuple[tuple[Value, ...], ...]
    media: tuple[tuple[Value, ...], ...]
    has: tuple[str, ...]
    has_notice: bool
    marks: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PreparedTeaser:
    """A teaser ready to be written. `key` is that of its target, None where the page gives none that can be read.

    `identity` tells the teasers of a page apart: the key, else the digest of heading and words.
    """

    identity: str
    key: str | None
    columns: tuple[Value, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class PreparedPage:
    """A page with its stories, the main one first, and its teasers, each ready to be written."""

    page: ExtractedPage
    stories: tuple[PreparedStory, ...]
    teasers: tuple[PreparedTeaser, ...]


def prepare_page(page: ExtractedPage, *, source: str, seen_at: datetime) -> PreparedPage:
    """Prepare everything on a page of a source that was captured at a moment."""
    drafts = (*((page.main,) if page.main is not None else ()), *page.further)
    return PreparedPage(
        page=page,
        stories=tuple(prepare_story(draft, source=source, seen_at=seen_at) for draft in drafts),
        teasers=prepare_teasers(page.teasers),
    )


def prepare_story(draft: StoryDraft, *, source: str, seen_at: datetime) -> PreparedStory:
    """Prepare a draft for the archive."""
    text = draft.text
    word_count = count_words(text)
    columns = row(story_columns(draft, text=text, word_count=word_count))
    has, has_notice = media_kinds(draft), correction_notice(draft) is not None
    return PreparedStory(
        source=source,
        seen_at=seen_at,
        digest=draft_digest(draft),
        hashes=sentence_hashes(text),
        columns=columns,
        reading=row(reading_values(draft, word_count=word_count)),
        pictures=tuple(map(row, picture_rows(draft))),
        media=tuple(map(row, media_rows(draft))),
        has=has,
        has_notice=has_notice,
        marks=marks_of_new(
            columns, source=source, seen_at=seen_at, has=(*has, "correction") if has_notice else has
        ),
    )  # fmt: skip


def marks_of_new(columns: tuple[Value, ...], *, source: str, seen_at: datetime, has: Iterable[str]) -> str:
    """Give the marks of a story that has just come in; `columns` are those of `STORY_COLUMNS`."""
    shown = dict(zip(STORY_COLUMNS, columns, strict=True))
    new: dict[str, Value] = {
        "source": source, "first_seen_at": seen_text(seen_at), "presence": "present", "revision_count": 1
    }  # fmt: skip
    return str(plain(story_marks({**shown, **new}, has=has)))


def prepare_teasers(teasers: Iterable[Teaser]) -> tuple[PreparedTeaser, ...]:
    """Prepare a page's teasers, each once."""
    return tuple(_prepare_teaser(identity, teaser) for identity, teaser in each_once(teasers).items())


def teaser_identity(teaser: Teaser) -> str:
    """Give what tells a page's teasers apart: the key of the target, else the digest of heading and words."""
    return (_key(teaser.target_url) if teaser.target_url else None) or teaser_digest(teaser)


def each_once(teasers: Iterable[Teaser]) -> dict[str, Teaser]:
    """Give a page's teasers by identity; what the first lacks of one target is taken from the next."""
    kept: dict[str, Teaser] = {}
    for teaser in teasers:
        identity = teaser_identity(teaser)
        first = kept.get(identity)
        kept[identity] = teaser if first is None else _completed(first, teaser)
    return kept


def _completed(first: Teaser, second: Teaser) -> Teaser:
    return replace(
        first,
        headline=first.headline or second.headline,
        kicker=first.kicker or second.kicker,
        standfirst=first.standfirst or second.standfirst,
        picture=first.picture or second.picture,
    )


def _prepare_teaser(identity: str, teaser: Teaser) -> PreparedTeaser:
    picture = teaser.picture
    of_picture = (picture.url, picture.alt, picture.caption, picture.credit) if picture else (None, None, None, None)
    near = neighbours((teaser.headline, teaser.standfirst, of_picture[2], teaser.heading))
    columns = row((
        teaser.kind, teaser.heading, teaser.headline, teaser.standfirst, teaser.kicker, teaser.slot, teaser.block,
        teaser.target_url, *of_picture, near,
    ))  # fmt: skip
    identity = str(plain(identity))
    # A digest is a number, a colon and hex digits.
    return PreparedTeaser(identity=identity, key=None if _DIGEST.fullmatch(identity) else identity, columns=columns)


# The pages of a site promote the same stories, so most targets have just been seen.
@lru_cache(maxsize=4096)
def _key(url: str) -> str | None:
    try:
        return url_key(url)
    except ValueError:
        return None
