"""Stories: finding the one that goes by a name, and writing what a capture means for it.

What to write is decided in `newskeep.identity` and `newskeep.revise`; here it becomes rows. All rows of one capture's
story are written in one transaction. Reading a story for people stands in `storage.story_view`.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from newskeep.digests import draft_digest
from newskeep.errors import StoryMissingError
from newskeep.identity import Choice, KnownStory, Rendition
from newskeep.model import StoryDraft
from newskeep.revise import Change, Intent
from newskeep.text import count_words
from newskeep.urls import origin_of, url_key
from storage.boundary import guarded
from storage.connection import DatabaseFile
from storage.drafts import read_draft, write_draft
from storage.ids import free_id
from storage.news_schema import INDEX_STORY
from storage.story_rows import STORY_COLUMNS, media_rows, picture_rows, story_columns
from storage.story_view import StoryView, read_story
from storage.values import Value, list_text, page_text, read_time, row, seen_text


@dataclass(frozen=True, slots=True, kw_only=True)
class Sighting:
    """One story as one capture shows it, with the story it was found to be."""

    source: str
    draft: StoryDraft
    choice: Choice
    capture_id: int
    captured_at: datetime
    payload_digest: str
    draft_digest: str
    extractor_version: str
    memory_version: int = 0
    rendition: Rendition = Rendition.PAGE


@dataclass(frozen=True, slots=True, kw_only=True)
class SavedStory:
    """Where a sighting went. `revision` is the number of the revision it made or was found equal to."""

    story_id: int
    revision: int


class StoryStore:
    """The stories of an archive, with their revisions, names and pictures."""

    def __init__(self, file: DatabaseFile) -> None:
        self._file = file
        self._run = file.connection.execute

    @guarded("look up stories")
    def find(self, keys: Sequence[str], *, at: datetime | None = None) -> tuple[KnownStory, ...]:
        """Give the stories that own any of these alias keys, oldest first.

        `at` is the moment whose revision is wanted, as `KnownStory` says; None means the current one.
        """
        matched: dict[int, list[str]] = {}
        sql = "SELECT key, story_id FROM aliases WHERE key IN (SELECT value FROM json_each(?))"
        for key, story_id in self._run(sql, (json.dumps(list(keys)),)):
            matched.setdefault(story_id, []).append(key)
        return tuple(self._known(story_id, tuple(found), at) for story_id, found in sorted(matched.items()))

    def save(self, intent: Intent, sighting: Sighting) -> SavedStory | None:
        """Write what the intent says; None for a different story, of which nothing is written."""
        if intent.change is Change.DIFFERENT:
            return None
        with self._file.writing("save a story"):
            known = sighting.choice.story
            if known is None:
                saved = self._insert(intent, sighting)
            elif intent.change is Change.REVISED:
                saved = self._revise(intent, sighting, known)
            else:
                saved = self._keep(intent, sighting, known)
            self._name(saved.story_id, sighting)
            return saved

    def seen(self, story_id: int, now: datetime) -> None:
        """Write that a story was met unchanged at a moment; costs nothing where that is already known."""
        text = seen_text(now)
        with self._file.writing("write that a story was seen"):
            self._run(
                "UPDATE stories SET last_seen_at = max(last_seen_at, ?1), first_seen_at = min(first_seen_at, ?1)"
                " WHERE id = ?2 AND (last_seen_at < ?1 OR first_seen_at > ?1)",
                (text, story_id),
            )

    @guarded("read a revision")
    def draft(self, revision_id: int) -> StoryDraft:
        """Give the draft of a revision by `KnownStory.revision_id`; StoryMissingError where there is none."""
        found = self._run("SELECT draft FROM revisions WHERE id = ?", (revision_id,)).fetchone()
        if found is None:
            raise StoryMissingError(f"there is no revision with the id {revision_id}", operation="read a revision")
        return read_draft(found[0])

    @guarded("look up a story")
    def resolve(self, reference: str | int) -> int:
        """Give the id of the story meant by an id, an address in any spelling, or an alias key.

        Raises StoryMissingError.
        """
        text = str(reference).strip()
        if text.isascii() and text.isdigit():
            found = self._run("SELECT id FROM stories WHERE id = ?", (int(text[:18]),)).fetchone()
        else:
            found = self._run("SELECT story_id FROM aliases WHERE key = ?", (text,)).fetchone() or self._by_url(text)
        if found is None:
            message = f"no story is known as {text!r}; `newskeep search` finds one by its words"
            raise StoryMissingError(message, operation="look up a story")
        return int(found[0])

    @guarded("read a story")
    def show(self, reference: str | int, *, revision: int | None = None) -> StoryView:
        """Give a story with everything known of it, as `resolve` finds it.

        `revision` None means the current one. Raises StoryMissingError.
        """
        return read_story(self._file.connection, self.resolve(reference), revision)

    @guarded("count stories")
    def count(self) -> int:
        """Count the stories."""
        (count,) = self._run("SELECT count(*) FROM stories").fetchone()
        return int(count)

    def _by_url(self, text: str) -> tuple[int] | None:
        try:
            key = url_key(text)
        except ValueError:
            return None
        found: tuple[int] | None = self._run("SELECT story_id FROM aliases WHERE key = ?", (key,)).fetchone()
        return found

    def _known(self, story_id: int, matched: tuple[str, ...], at: datetime | None) -> KnownStory:
        source, url, headline, current, text = self._run(
            "SELECT source, url, headline, current_revision, text FROM stories WHERE id = ?", (story_id,)
        ).fetchone()
        found = self._revision_at(story_id, current, at)
        return KnownStory(
            story_id=story_id,
            source=source,
            url=url,
            headline=headline,
            text=text,
            matched=matched,
            revision_id=found[0],
            revision=found[1],
            is_current=found[1] == current,
            captured_at=read_time(found[2]),
            capture_id=found[3],
            payload_digest=found[4],
            draft_digest=found[5],
            extractor_version=found[6],
            memory_version=found[7],
            rendition=Rendition(found[8]),
        )

    def _revision_at(self, story_id: int, current: int, at: datetime | None) -> tuple[Any, ...]:
        select = (
            "SELECT id, number, captured_at, capture_id, payload_digest, draft_digest, extractor_version,"
            " memory_version, rendition FROM revisions WHERE story_id = ?1"
        )
        if at is None:
            found = self._run(f"{select} AND number = ?2", (story_id, current)).fetchone()
        else:
            newest = f"{select} AND captured_at <= ?2 ORDER BY captured_at DESC, number DESC LIMIT 1"
            oldest = f"{select} ORDER BY captured_at, number LIMIT 1"
            found = self._run(newest, (story_id, seen_text(at))).fetchone()
            found = found or self._run(oldest, (story_id,)).fetchone()
        return tuple(found)

    def _insert(self, intent: Intent, sighting: Sighting) -> SavedStory:
        self._run(_INSERT_SOURCE, row(_source_columns(sighting)))
        story_id = free_id(self._file.connection, "stories", sighting.captured_at)
        at, word_count = seen_text(sighting.captured_at), count_words(sighting.draft.text)
        own = (story_id, sighting.source, sighting.choice.url, 1, at, at, 1, sighting.extractor_version)
        columns = row((*own, *story_columns(sighting.draft, word_count=word_count)))
        self._run(_INSERT_STORY, columns)
        self._run(INDEX_STORY, (story_id, *(columns[place] for place in _INDEXED)))
        self._add_revision(story_id, 1, intent, sighting, word_count)
        self._add_pictures(story_id, sighting.draft)
        return SavedStory(story_id=story_id, revision=1)

    def _revise(self, intent: Intent, sighting: Sighting, known: KnownStory) -> SavedStory:
        story_id = known.story_id
        if intent.reread is not None:
            self._replace_reading(known, intent.reread, sighting)
        (last,) = self._run("SELECT max(number) FROM revisions WHERE story_id = ?", (story_id,)).fetchone()
        self._add_revision(story_id, last + 1, intent, sighting, count_words(sighting.draft.text))
        self._run("UPDATE stories SET revision_count = revision_count + 1 WHERE id = ?", (story_id,))
        self.seen(story_id, sighting.captured_at)
        # An older capture that comes in later (an import) adds to the past and leaves the present alone.
        if known.is_current and sighting.captured_at >= known.captured_at:
            self._run("UPDATE stories SET current_revision = ? WHERE id = ?", (last + 1, story_id))
            self._show(story_id, sighting.draft, sighting.extractor_version)
        return SavedStory(story_id=story_id, revision=last + 1)

    def _keep(self, intent: Intent, sighting: Sighting, known: KnownStory) -> SavedStory:
        self.seen(known.story_id, sighting.captured_at)
        reading = sighting.draft if intent.adopt else intent.reread
        if reading is not None:
            self._replace_reading(known, reading, sighting)
            if intent.adopt:
                self._run(
                    "UPDATE revisions SET capture_id = ?, payload_digest = ?, rendition = ? WHERE id = ?",
                    (sighting.capture_id, sighting.payload_digest, sighting.rendition, known.revision_id),
                )
            if known.is_current:
                self._show(known.story_id, reading, sighting.extractor_version)
        return SavedStory(story_id=known.story_id, revision=known.revision)

    def _show(self, story_id: int, draft: StoryDraft, extractor_version: str) -> None:
        """Make a draft what the archive shows of a story."""
        columns = story_columns(draft, word_count=count_words(draft.text))
        self._run(_UPDATE_STORY, row((*columns, extractor_version, story_id)))
        self._run("DELETE FROM pictures WHERE story_id = ?", (story_id,))
        self._run("DELETE FROM media WHERE story_id = ?", (story_id,))
        self._add_pictures(story_id, draft)

    def _add_pictures(self, story_id: int, draft: StoryDraft) -> None:
        for columns in picture_rows(story_id, draft):
            self._run(f"INSERT INTO pictures VALUES ({_marks(10)})", row(columns))
        for columns in media_rows(story_id, draft):
            self._run(f"INSERT INTO media VALUES ({_marks(6)})", row(columns))

    def _add_revision(self, story_id: int, number: int, intent: Intent, sighting: Sighting, word_count: int) -> None:
        values = (
            story_id, number, seen_text(sighting.captured_at), list_text(intent.changed_fields), intent.reason,
            sighting.rendition, sighting.capture_id, sighting.payload_digest,
            *_reading(sighting.draft, sighting, word_count),
        )  # fmt: skip
        self._run(_INSERT_REVISION, row(values))

    def _replace_reading(self, known: KnownStory, draft: StoryDraft, sighting: Sighting) -> None:
        self._run(_UPDATE_READING, row((*_reading(draft, sighting, count_words(draft.text)), known.revision_id)))

    def _name(self, story_id: int, sighting: Sighting) -> None:
        """Write the story's names, and link what waited for them."""
        at = seen_text(sighting.captured_at)
        for alias in sighting.choice.aliases:
            values = (alias.key, story_id, alias.kind, alias.value, alias.reason, at, sighting.capture_id)
            if self._run(_INSERT_ALIAS, row(values)).rowcount:
                # Row by row: an update that may touch several makes the full-text index write itself out.
                for (teaser_id,) in self._run(_WAITING_TEASERS, (alias.key,)).fetchall():
                    self._run("UPDATE teasers SET target_story_id = ? WHERE id = ?", (story_id, teaser_id))
                for (listing_id,) in self._run(_WAITING_ENTRIES, (alias.key,)).fetchall():
                    self._run(_LINK_ENTRY, (story_id, listing_id, alias.key))
        self._run("UPDATE stories SET url = ?1 WHERE id = ?2 AND url <> ?1", (sighting.choice.url, story_id))


def _marks(count: int) -> str:
    return ", ".join("?" * count)


def _reading(draft: StoryDraft, sighting: Sighting, word_count: int) -> tuple[Value, ...]:
    """The columns of `_READING`."""
    return (
        sighting.extractor_version, sighting.memory_version,
        sighting.draft_digest if draft is sighting.draft else draft_digest(draft), draft.headline, draft.standfirst,
        draft.byline, page_text(draft.published.at) if draft.published else None, word_count,
        write_draft(draft),
    )  # fmt: skip


def _source_columns(sighting: Sighting) -> tuple[Value, ...]:
    """A source that nobody configured: pages fetched or imported by hand. It is never polled."""
    return (sighting.source, sighting.source, origin_of(sighting.choice.url), seen_text(sighting.captured_at))


_READING = (
    "extractor_version", "memory_version", "draft_digest", "headline", "standfirst", "byline", "published_at", "words",
    "draft",
)  # fmt: skip
_INSERT_SOURCE = (
    "INSERT INTO sources (slug, name, homepage, enabled, first_seen_at) VALUES (?, ?, ?, 0, ?) ON CONFLICT DO NOTHING"
)
_INSERT_STORY = (
    "INSERT INTO stories (id, source, url, revision_count, first_seen_at, last_seen_at, current_revision,"
    f" extractor_version, {', '.join(STORY_COLUMNS)}) VALUES ({_marks(8 + len(STORY_COLUMNS))})"
)
_UPDATE_STORY = (
    f"UPDATE stories SET {', '.join(f'{column} = ?' for column in STORY_COLUMNS)}, extractor_version = ? WHERE id = ?"
)
_INSERT_REVISION = (
    "INSERT INTO revisions (story_id, number, captured_at, changed_fields, reason, rendition, capture_id,"
    f" payload_digest, {', '.join(_READING)}) VALUES ({_marks(8 + len(_READING))})"
)
_UPDATE_READING = f"UPDATE revisions SET {', '.join(f'{column} = ?' for column in _READING)} WHERE id = ?"
_INSERT_ALIAS = (
    "INSERT INTO aliases (key, story_id, kind, value, reason, first_seen_at, capture_id) VALUES (?, ?, ?, ?, ?, ?, ?)"
    " ON CONFLICT (key) DO NOTHING"
)
_INDEXED = tuple(8 + STORY_COLUMNS.index(column) for column in ("headline", "standfirst", "text", "captions"))
_WAITING_TEASERS = "SELECT id FROM teasers WHERE target_key = ? AND target_story_id IS NULL"
_WAITING_ENTRIES = "SELECT listing_id FROM entries WHERE url_key = ? AND story_id IS NULL"
_LINK_ENTRY = "UPDATE entries SET story_id = ? WHERE listing_id = ? AND url_key = ?"
