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
from operator import itemgetter
from typing import Any

from newskeep.change_weight import Weight
from newskeep.errors import StoryMissingError
from newskeep.identity import AliasKind, Choice, KnownStory, Rendition, story_id_key
from newskeep.model import StoryDraft
from newskeep.near_duplicates import sentence_hashes
from newskeep.presence import Presence
from newskeep.revise import Change, Intent
from newskeep.urls import url_key
from storage.boundary import guarded
from storage.connection import DatabaseFile
from storage.copies import CopyStore, Related
from storage.drafts import read_draft
from storage.ids import free_id
from storage.marks import marks_now, refresh_marks
from storage.news_schema import INDEX_STORY
from storage.prepared import PreparedStory, marks_of_new, prepare_story
from storage.rechecks import read_unrest
from storage.story_rows import INSERT_REVISION, STORY_COLUMNS, UPDATE_READING
from storage.story_view import StoryView, read_story
from storage.stranger_rows import add_stranger
from storage.takedowns import why_absent
from storage.values import list_text, read_time, row, seen_text
from storage.watches import queue_revision


@dataclass(frozen=True, slots=True, kw_only=True)
class Sighting:
    """One story as one capture shows it, with the story it was found to be.

    `prepared` is the draft as `prepare_story` prepares it; None lets the archive do that.
    """

    source: str
    draft: StoryDraft
    choice: Choice
    capture_id: int
    captured_at: datetime
    payload_digest: str
    extractor_version: str
    memory_version: int = 0
    rendition: Rendition = Rendition.PAGE
    prepared: PreparedStory | None = None


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
        sql = f"SELECT key, story_id FROM aliases WHERE key IN ({_marks(len(keys))})"
        for key, story_id in self._run(sql, tuple(keys)):
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
            if known is not None and known.url != sighting.choice.url:
                self._run("UPDATE stories SET url = ? WHERE id = ?", (sighting.choice.url, saved.story_id))
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
            raise StoryMissingError(why_absent(self._file, text), operation="look up a story")
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
        self.place(story_id, intent, sighting)
        self._add_revision(story_id, 1, intent, sighting)
        return SavedStory(story_id=story_id, revision=1)

    def place(self, story_id: int, intent: Intent, sighting: Sighting) -> None:
        """Write a story's own row, indexed, with pictures and copies, under a free id.

        Its revisions and names are left to the caller, who holds `settle` to them where they are more than one.
        """
        with self._file.writing("write a story"):
            at, source, prepared = seen_text(sighting.captured_at), sighting.source, _prepared(sighting)
            # Looked for first, so that the story can be marked as a copy when it is written.
            related = self._copies.related(prepared.hashes)
            marks = _marks_of(prepared, intent, sighting, related)
            columns = prepared.columns
            url, version = row((sighting.choice.url, sighting.extractor_version))
            self._run(_INSERT_STORY, (story_id, source, url, 1, at, 1, version, "present", *columns, marks))
            self._run(INDEX_STORY, (story_id, *_INDEXED(columns), marks))
            published, section, language, form, words = _FACTS(columns)
            facts = (story_id, source, published or at, section, language, form, "present", words, 1, at)
            self._run(_INSERT_FACTS, facts)
            self._add_pictures(story_id, prepared)
            for other_id in self._copies.add(story_id, prepared.hashes, related):
                if other_id != story_id:
                    self._file.before_commit(("marks", other_id), partial(self._remark, other_id))

    def _remark(self, story_id: int) -> None:
        # It may have gone since, into another story or for good.
        with suppress(StoryMissingError):
            refresh_marks(self._file.connection, story_id)

    def settle(self, story_id: int) -> None:
        """Show what the newest of a story's revisions says: some came to it, or left it."""
        with self._file.writing("write a story"):
            number, version, text, at, source = self._run(_SELECT_NEWEST, (story_id,)).fetchone()
            self._run(_SETTLE, (number, story_id))
            prepared = prepare_story(read_draft(text), source=source, seen_at=read_time(at))
            self._show(story_id, prepared, version)

    def _revise(self, intent: Intent, sighting: Sighting, known: KnownStory) -> SavedStory:
        story_id = known.story_id
        if intent.reread is not None:
            self._replace_reading(known, intent.reread, sighting)
        (last,) = self._run("SELECT max(number) FROM revisions WHERE story_id = ?", (story_id,)).fetchone()
        self._add_revision(story_id, last + 1, intent, sighting)
        self._run("UPDATE stories SET revision_count = revision_count + 1 WHERE id = ?", (story_id,))
        self.seen(story_id, sighting.captured_at)
        # An older capture that comes in later (an import) adds to the past and leaves the present alone.
        if known.is_current and sighting.captured_at >= known.captured_at:
            self._run("UPDATE stories SET current_revision = ? WHERE id = ?", (last + 1, story_id))
            self._show(story_id, _prepared(sighting), sighting.extractor_version)
        else:
            refresh_marks(self._file.connection, story_id)
        return SavedStory(story_id=story_id, revision=last + 1)

    def _keep(self, intent: Intent, sighting: Sighting, known: KnownStory) -> SavedStory:
        self.seen(known.story_id, sighting.captured_at)
        if intent.adopt or intent.reread is not None:
            reading = self._replace_reading(known, None if intent.adopt else intent.reread, sighting)
            if intent.adopt:
                self._run(
                    "UPDATE revisions SET capture_id = ?, payload_digest = ?, rendition = ? WHERE id = ?",
                    (sighting.capture_id, sighting.payload_digest, sighting.rendition, known.revision_id),
                )
            if known.is_current:
                self._show(known.story_id, reading, sighting.extractor_version)
        return SavedStory(story_id=known.story_id, revision=known.revision)

    def _show(self, story_id: int, prepared: PreparedStory, extractor_version: str) -> None:
        """Make a draft what the archive shows of a story."""
        (before,) = self._run("SELECT text FROM stories WHERE id = ?", (story_id,)).fetchone()
        shown = dict(zip(STORY_COLUMNS, prepared.columns, strict=True))
        self._run("DELETE FROM pictures WHERE story_id = ?", (story_id,))
        self._run("DELETE FROM media WHERE story_id = ?", (story_id,))
        self._add_pictures(story_id, prepared)
        marks = marks_now(self._file.connection, story_id, shown)
        # Words and marks in one statement: each that changes the index writes all of the story anew.
        self._run(_UPDATE_STORY, row((*prepared.columns, marks, extractor_version, story_id)))
        if shown["text"] != before:
            for changed_id in self._copies.change(story_id, prepared.hashes, before=sentence_hashes(before)):
                refresh_marks(self._file.connection, changed_id)

    def _add_pictures(self, story_id: int, prepared: PreparedStory) -> None:
        for columns in prepared.pictures:
            self._run(_INSERT_PICTURE, (story_id, *columns))
        for columns in prepared.media:
            self._run(_INSERT_MEDIA, (story_id, *columns))

    def _add_revision(self, story_id: int, number: int, intent: Intent, sighting: Sighting) -> None:
        counts = (intent.words_added, intent.words_removed) if intent.changed_fields else (None, None)
        prepared = _prepared(sighting)
        values = (
            story_id, number, seen_text(sighting.captured_at), list_text(intent.changed_fields), intent.reason,
            intent.weight, *counts, sighting.rendition, sighting.capture_id, sighting.payload_digest,
            sighting.extractor_version, sighting.memory_version, prepared.digest,
        )  # fmt: skip
        queue_revision(self._file, self._run(INSERT_REVISION, (*row(values), *prepared.reading)).lastrowid)

    def _replace_reading(self, known: KnownStory, draft: StoryDraft | None, sighting: Sighting) -> PreparedStory:
        """Put a draft, None for that of the sighting, in place of what was read of a revision; gives it prepared."""
        if draft is None:
            prepared = _prepared(sighting)
        else:
            prepared = prepare_story(draft, source=sighting.source, seen_at=known.captured_at)
        version = (sighting.extractor_version, sighting.memory_version)
        self._run(UPDATE_READING, (*row(version), prepared.digest, *prepared.reading, known.revision_id))
        return prepared

    def _name(self, story_id: int, sighting: Sighting) -> None:
        """Write the story's names, and link what waited for them."""
        at = seen_text(sighting.captured_at)
        for alias in sighting.choice.aliases:
            values = (alias.key, story_id, alias.kind, alias.value, alias.reason, at, sighting.capture_id)
            if self._run(_INSERT_ALIAS, row(values)).rowcount and alias.kind not in _NO_ADDRESSES:
                # Row by row: an update that may touch several makes the full-text index write itself out.
                for (teaser_id,) in self._run(_WAITING_TEASERS, (alias.key,)).fetchall():
                    self._run("UPDATE teasers SET target_story_id = ? WHERE id = ?", (story_id, teaser_id))
                for (listing_id,) in self._run(_WAITING_ENTRIES, (alias.key,)).fetchall():
                    self._run(_LINK_ENTRY, (story_id, listing_id, alias.key))


def _prepared(sighting: Sighting) -> PreparedStory:
    prepared = sighting.prepared
    if prepared is None:
        prepared = prepare_story(sighting.draft, source=sighting.source, seen_at=sighting.captured_at)
    return prepared


def _marks_of(prepared: PreparedStory, intent: Intent, sighting: Sighting, related: Related) -> str:
    """The marks of a new story: as they were prepared, unless it came in otherwise than was foreseen."""
    source, at, is_corrected = sighting.source, sighting.captured_at, intent.weight is Weight.CORRECTION
    foreseen = (prepared.source, prepared.seen_at, prepared.has_notice, False)
    if foreseen == (source, at, is_corrected, related.has_copy):
        return prepared.marks
    told = (("copy", related.has_copy), ("correction", is_corrected))
    has = (*prepared.has, *(word for word, is_so in told if is_so))
    return marks_of_new(prepared.columns, source=source, seen_at=at, has=has)


def _marks(count: int) -> str:
    return ", ".join("?" * count)


_INSERTED = (
    "id", "source", "url", "revision_count", "first_seen_at", "current_revision", "extractor_version", "presence",
    *STORY_COLUMNS, "marks",
)  # fmt: skip
_INSERT_STORY = f"INSERT INTO stories ({', '.join(_INSERTED)}) VALUES ({_marks(len(_INSERTED))})"
_FACTS = itemgetter(*map(STORY_COLUMNS.index, ("published_at", "section", "language", "form", "words")))
# With its values, not as a SELECT: a statement that may add several rows makes the full-text index write itself out.
_INSERT_FACTS = f"INSERT INTO story_facts VALUES ({_marks(10)})"
_INSERT_PICTURE = f"INSERT INTO pictures VALUES ({_marks(10)})"
_INSERT_MEDIA = f"INSERT INTO media VALUES ({_marks(6)})"
_NO_ADDRESSES = frozenset((AliasKind.POST_ID, AliasKind.GUID, AliasKind.STORY_ID))
"""Names that no teaser and no listing points to a story by."""
_SEEN_LATER = "UPDATE story_facts SET last_seen_at = ?1 WHERE story_id = ?2 AND last_seen_at < ?1"
_SEEN_EARLIER = "UPDATE stories SET first_seen_at = ?1 WHERE id = ?2 AND first_seen_at > ?1"
_UPDATE_STORY = (
    f"UPDATE stories SET {', '.join(f'{column} = ?' for column in (*STORY_COLUMNS, 'marks'))}, extractor_version = ?"
    " WHERE id = ?"
)
_SELECT_NEWEST = (
    "SELECT number, revisions.extractor_version, draft, captured_at, source FROM revisions"
    " JOIN stories ON stories.id = story_id WHERE story_id = ? ORDER BY captured_at DESC, number DESC LIMIT 1"
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
_INDEXED = itemgetter(
    *map(STORY_COLUMNS.index, ("headline", "standfirst", "text", "captions", "headline_neighbours", "neighbours"))
)
_WAITING_TEASERS = "SELECT id FROM teasers WHERE target_key = ? AND target_story_id IS NULL"
_WAITING_ENTRIES = "SELECT listing_id FROM entries WHERE url_key = ? AND story_id IS NULL"
_LINK_ENTRY = "UPDATE entries SET story_id = ? WHERE listing_id = ? AND url_key = ?"
