"""Stories: finding the one that goes by a name, and writing what a capture means for it.

What to write is decided in `newskeep.identity` and `newskeep.revise`; here it becomes rows. All rows of one capture's
story are written in one transaction. Reading a story for people stands in `storage.story_view`.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any

from newskeep.change_weight import Weight
from newskeep.digests import draft_digest
from newskeep.errors import StoryMissingError
from newskeep.identity import Choice, KnownStory, Rendition, story_id_key
from newskeep.model import StoryDraft
from newskeep.near_duplicates import sentence_hashes
from newskeep.presence import Presence
from newskeep.revise import Change, Intent
from newskeep.text import count_words
from newskeep.urls import url_key
from storage.boundary import guarded
from storage.connection import DatabaseFile
from storage.copies import CopyStore, Related
from storage.drafts import read_draft
from storage.ids import free_id
from storage.marks import marks_now, refresh_marks
from storage.news_schema import INDEX_STORY
from storage.rechecks import read_unrest
from storage.story_rows import (
    INSERT_REVISION,
    STORY_COLUMNS,
    UPDATE_READING,
    media_kinds,
    media_rows,
    picture_rows,
    reading_columns,
    story_columns,
    story_marks,
)
from storage.story_view import StoryView, read_story
from storage.stranger_rows import add_stranger
from storage.values import Value, list_text, read_time, row, seen_text
from storage.watches import queue_revision


@dataclass(frozen=True, slots=True, kw_only=True)
class Sighting:
    """One story as one capture shows it, with the story it was found to be.

    `hashes` are `near_duplicates.sentence_hashes` of the draft's text; None lets the archive work them out.
    """

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
    hashes: frozenset[int] | None = None


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
        self._copies = CopyStore(file)

    @guarded("look up stories")
    def find(self, keys: Sequence[str], *, at: datetime | None = None) -> tuple[KnownStory, ...]:
        """Give the stories that own any of these alias keys, oldest first.

        `at` is the moment whose revision is wanted, as `KnownStory` says; None means the current one.
        """
        matched: dict[int, list[str]] = {}
        sql = "SELECT key, story_id FROM aliases WHERE key IN (SELECT value FROM json_each(?))"
        for key, story_id in self._run(sql, (json.dumps(list(keys)),)):
            matched.setdefault(story_id, []).append(key)
        return tuple(self._known(story_id, tuple(found), at, keys) for story_id, found in sorted(matched.items()))

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
        values = (seen_text(now), story_id)
        with self._file.writing("write that a story was seen"):
            if self._run(_SEEN_LATER, values).rowcount == 0 and self._run(_SEEN_EARLIER, values).rowcount:
                refresh_marks(self._file.connection, story_id)

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
            story_id = int(text[:18])
            found = self._run("SELECT id FROM stories WHERE id = ?", (story_id,)).fetchone()
            # A story that went into another one keeps its id as a name of that.
            found = found or self._run(_SELECT_BY_KEY, (story_id_key(story_id),)).fetchone()
        else:
            found = self._run(_SELECT_BY_KEY, (text,)).fetchone() or self._by_url(text)
        if found is None:
            message = f"no story is known as {text!r}; `newskeep search` finds one by its words"
            raise StoryMissingError(message, operation="look up a story")
        return int(found[0])

    @guarded("read a story")
    def show(self, reference: str | int, *, revision: int | None = None, most_teasers: int | None = None) -> StoryView:
        """Give a story with everything known of it, as `resolve` finds it.

        `revision` None means the current one; of teasers and promotions, `most_teasers` each are given, None meaning
        all. Raises StoryMissingError.
        """
        story_id = self.resolve(reference)
        return read_story(self._file.connection, story_id, revision, most_teasers=most_teasers)

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
        found: tuple[int] | None = self._run(_SELECT_BY_KEY, (key,)).fetchone()
        return found

    def _known(self, story_id: int, matched: tuple[str, ...], at: datetime | None, keys: Sequence[str]) -> KnownStory:
        source, url, headline, current, text, presence, in_doubt = self._run(_SELECT_KNOWN, (story_id,)).fetchone()
        vetoed = self._run(_SELECT_VETOES, (story_id, json.dumps(list(keys))))
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
            presence=Presence(presence),
            is_in_doubt=bool(in_doubt),
            unrest=read_unrest(self._file.connection, story_id),
            vetoed=tuple(key for (key,) in vetoed.fetchall()),
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
        add_stranger(self._file.connection, sighting.source, sighting.choice.url, now=sighting.captured_at)
        story_id = free_id(self._file.connection, "stories", sighting.captured_at)
        word_count = self.place(story_id, intent, sighting)
        self._add_revision(story_id, 1, intent, sighting, word_count)
        return SavedStory(story_id=story_id, revision=1)

    def place(self, story_id: int, intent: Intent, sighting: Sighting) -> int:
        """Write a story's own row, indexed, with pictures and copies, under a free id; gives its count of words.

        Its revisions and names are left to the caller, who holds `settle` to them where they are more than one.
        """
        with self._file.writing("write a story"):
            at, word_count = seen_text(sighting.captured_at), count_words(sighting.draft.text)
            own = (story_id, sighting.source, sighting.choice.url, 1, at, 1, sighting.extractor_version, "present")
            columns = row((*own, *story_columns(sighting.draft, word_count=word_count)))
            shown = dict(zip(_INSERTED, columns, strict=True))
            # Looked for first, so that the story can be marked as a copy when it is written.
            hashes = _hashes(sighting)
            related = self._copies.related(hashes)
            marks = story_marks(shown, has=_has(intent, sighting, related))
            self._run(_INSERT_STORY, (*columns, marks))
            self._run(INDEX_STORY, (story_id, *(shown[column] for column in _INDEXED), marks))
            moment = shown["published_at"] or shown["first_seen_at"]
            self._run(_INSERT_FACTS, (story_id, sighting.source, moment, *(shown[fact] for fact in _FACTS), at))
            self._add_pictures(story_id, sighting.draft)
            for other_id in self._copies.add(story_id, hashes, related):
                if other_id != story_id:
                    self._file.before_commit(("marks", other_id), partial(self._remark, other_id))
            return word_count

    def _remark(self, story_id: int) -> None:
        # It may have gone since, into another story or for good.
        with suppress(StoryMissingError):
            refresh_marks(self._file.connection, story_id)

    def settle(self, story_id: int) -> None:
        """Show what the newest of a story's revisions says: some came to it, or left it."""
        with self._file.writing("write a story"):
            number, version, text = self._run(_SELECT_NEWEST, (story_id,)).fetchone()
            self._run(_SETTLE, (number, story_id))
            self._show(story_id, read_draft(text), version)

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
            self._show(story_id, sighting.draft, sighting.extractor_version, _hashes(sighting))
        else:
            refresh_marks(self._file.connection, story_id)
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
                hashes = _hashes(sighting) if reading is sighting.draft else None
                self._show(known.story_id, reading, sighting.extractor_version, hashes)
        return SavedStory(story_id=known.story_id, revision=known.revision)

    def _show(
        self, story_id: int, draft: StoryDraft, extractor_version: str, hashes: frozenset[int] | None = None
    ) -> None:
        """Make a draft what the archive shows of a story; `hashes` are those of its sentences where they are known."""
        (before,) = self._run("SELECT text FROM stories WHERE id = ?", (story_id,)).fetchone()
        columns = row(story_columns(draft, word_count=count_words(draft.text)))
        shown = dict(zip(STORY_COLUMNS, columns, strict=True))
        self._run("DELETE FROM pictures WHERE story_id = ?", (story_id,))
        self._run("DELETE FROM media WHERE story_id = ?", (story_id,))
        self._add_pictures(story_id, draft)
        marks = marks_now(self._file.connection, story_id, shown)
        # Words and marks in one statement: each that changes the index writes all of the story anew.
        self._run(_UPDATE_STORY, row((*columns, marks, extractor_version, story_id)))
        if draft.text != before:
            hashes = sentence_hashes(draft.text) if hashes is None else hashes
            for changed_id in self._copies.change(story_id, hashes, before=sentence_hashes(before)):
                refresh_marks(self._file.connection, changed_id)

    def _add_pictures(self, story_id: int, draft: StoryDraft) -> None:
        for columns in picture_rows(story_id, draft):
            self._run(f"INSERT INTO pictures VALUES ({_marks(10)})", row(columns))
        for columns in media_rows(story_id, draft):
            self._run(f"INSERT INTO media VALUES ({_marks(6)})", row(columns))

    def _add_revision(self, story_id: int, number: int, intent: Intent, sighting: Sighting, word_count: int) -> None:
        counts = (intent.words_added, intent.words_removed) if intent.changed_fields else (None, None)
        values = (
            story_id, number, seen_text(sighting.captured_at), list_text(intent.changed_fields), intent.reason,
            intent.weight, *counts, sighting.rendition, sighting.capture_id, sighting.payload_digest,
            *_reading(sighting.draft, sighting, word_count),
        )  # fmt: skip
        queue_revision(self._file, self._run(INSERT_REVISION, row(values)).lastrowid)

    def _replace_reading(self, known: KnownStory, draft: StoryDraft, sighting: Sighting) -> None:
        self._run(UPDATE_READING, row((*_reading(draft, sighting, count_words(draft.text)), known.revision_id)))

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


def _has(intent: Intent, sighting: Sighting, related: Related) -> tuple[str, ...]:
    told = (("correction", intent.weight is Weight.CORRECTION), ("copy", related.has_copy))
    return (*media_kinds(sighting.draft), *(word for word, is_so in told if is_so))


def _hashes(sighting: Sighting) -> frozenset[int]:
    return sentence_hashes(sighting.draft.text) if sighting.hashes is None else sighting.hashes


def _marks(count: int) -> str:
    return ", ".join("?" * count)


def _reading(draft: StoryDraft, sighting: Sighting, word_count: int) -> tuple[Value, ...]:
    digest = sighting.draft_digest if draft is sighting.draft else draft_digest(draft)
    version = (sighting.extractor_version, sighting.memory_version)
    return reading_columns(draft, version=version, digest=digest, word_count=word_count)


_INSERTED = (
    "id", "source", "url", "revision_count", "first_seen_at", "current_revision", "extractor_version", "presence",
    *STORY_COLUMNS,
)  # fmt: skip
_INSERT_STORY = f"INSERT INTO stories ({', '.join(_INSERTED)}, marks) VALUES ({_marks(len(_INSERTED) + 1)})"
_FACTS = ("section", "language", "form", "presence", "words", "revision_count")
# With its values, not as a SELECT: a statement that may add several rows makes the full-text index write itself out.
_INSERT_FACTS = f"INSERT INTO story_facts VALUES ({_marks(4 + len(_FACTS))})"
_SEEN_LATER = "UPDATE story_facts SET last_seen_at = ?1 WHERE story_id = ?2 AND last_seen_at < ?1"
_SEEN_EARLIER = "UPDATE stories SET first_seen_at = ?1 WHERE id = ?2 AND first_seen_at > ?1"
_UPDATE_STORY = (
    f"UPDATE stories SET {', '.join(f'{column} = ?' for column in (*STORY_COLUMNS, 'marks'))}, extractor_version = ?"
    " WHERE id = ?"
)
_SELECT_NEWEST = (
    "SELECT number, extractor_version, draft FROM revisions WHERE story_id = ?"
    " ORDER BY captured_at DESC, number DESC LIMIT 1"
)
_SETTLE = (
    "UPDATE stories SET current_revision = ?1,"
    " revision_count = (SELECT count(*) FROM revisions WHERE story_id = ?2) WHERE id = ?2"
)
_SELECT_BY_KEY = "SELECT story_id FROM aliases WHERE key = ?"
_SELECT_KNOWN = (
    "SELECT source, url, headline, current_revision, text, presence,"
    " EXISTS (SELECT 1 FROM presence_doubts WHERE story_id = stories.id) FROM stories WHERE id = ?"
)
_SELECT_VETOES = (
    "SELECT key FROM identity_vetoes WHERE story_id = ? AND key IN (SELECT value FROM json_each(?)) ORDER BY key"
)
_INSERT_ALIAS = (
    "INSERT INTO aliases (key, story_id, kind, value, reason, first_seen_at, capture_id) VALUES (?, ?, ?, ?, ?, ?, ?)"
    " ON CONFLICT (key) DO NOTHING"
)
_INDEXED = ("headline", "standfirst", "text", "captions", "headline_neighbours", "neighbours")
_WAITING_TEASERS = "SELECT id FROM teasers WHERE target_key = ? AND target_story_id IS NULL"
_WAITING_ENTRIES = "SELECT listing_id FROM entries WHERE url_key = ? AND story_id IS NULL"
_LINK_ENTRY = "UPDATE entries SET story_id = ? WHERE listing_id = ? AND url_key = ?"
