"""Reading stored captures again: which stories are due, and writing the new readings in place of the old ones.

Nothing here makes a revision. A story that changed since it was looked up is not written: its new state must be read
first. What is read again, and when a reading may be replaced, is decided in `pipelines.reprocess`.
"""

from __future__ import annotations

import json
from array import array
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from newskeep.digests import draft_digest
from newskeep.identity import Rendition, telling_of
from newskeep.model import Source, StoryDraft, Teaser
from newskeep.outcomes import Outcome, Trigger
from newskeep.rereading import Comparison
from newskeep.text import count_words
from storage.boundary import guarded
from storage.connection import DatabaseFile
from storage.drafts import read_draft
from storage.stories import StoryStore
from storage.story_rows import UPDATE_READING, reading_columns
from storage.teasers import Carrier, TeaserStore
from storage.values import list_text, optional_text, read_time, row, seen_text

_BATCH = 200
WITHOUT_STORY = (
    Outcome.NOT_A_STORY,
    Outcome.WALLED,
    Outcome.UNDECODABLE,
    Outcome.EXTRACTION_FAILED,
    Outcome.EXTRACTION_TIMED_OUT,
    Outcome.EXTRACTION_OUT_OF_MEMORY,
    Outcome.FAULT,
)
"""How requests ended whose captures may hold a story after all."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Selection:
    """What is to be read again. None means any.

    `other_than` leaves out what this version of the extractor read already, `since` what was captured before.
    """

    other_than: str | None = None
    source: str | None = None
    since: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredRevision:
    """A revision as it is stored. `capture_ids` are those it was read from, one a page, the first page's first."""

    revision_id: int
    number: int
    captured_at: datetime
    capture_ids: tuple[int, ...]
    rendition: Rendition
    reason: str
    extractor_version: str
    memory_version: int
    draft_digest: str
    draft: StoryDraft


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredStory:
    """A story with its revisions in order of time; the last is the one shown. `names` are its alias keys.

    `teaser_pages` gives the captures in which the page's present teasers were seen, with the address of that page: the
    one shown, where it has any, and the newest.
    """

    story_id: int
    source: str
    url: str
    names: tuple[str, ...]
    revisions: tuple[StoredRevision, ...]
    teaser_pages: Mapping[int, str]
    teaser_count: int

    @property
    def shown(self) -> StoredRevision:
        """The revision that the story shows."""
        return self.revisions[-1]


@dataclass(frozen=True, slots=True, kw_only=True)
class NewReading:
    """What replaces the stored readings of a story: drafts and comparisons by revision id, teasers by carrier."""

    extractor_version: str
    memory_version: int
    drafts: Mapping[int, StoryDraft]
    comparisons: Mapping[int, Comparison]
    teasers: Sequence[tuple[Carrier, Sequence[Teaser]]]


@dataclass(frozen=True, slots=True)
class Storyless:
    """Captures that brought no story, in order of time, with how their requests ended.

    Plain numbers, because there may be a great many. `last_request_id` is that of the newest request among all.
    """

    capture_ids: array[int]
    outcomes: bytearray
    last_request_id: int

    def __len__(self) -> int:
        return len(self.capture_ids)

    def __iter__(self) -> Iterator[tuple[int, Outcome]]:
        return ((one, WITHOUT_STORY[number]) for one, number in zip(self.capture_ids, self.outcomes, strict=True))


class RereadingStore:
    """What an archive's captures are read again for."""

    def __init__(self, file: DatabaseFile) -> None:
        self._file = file
        self._run = file.connection.execute
        self._stories, self._teasers = StoryStore(file), TeaserStore(file)

    @guarded("count stories to be read again")
    def count(self, selection: Selection) -> int:
        """Count the stories that `walk` gives."""
        (count,) = self._run(f"SELECT count(DISTINCT story_id) {_DUE}", (-1, *_values(selection))).fetchone()
        return int(count)

    def walk(self, selection: Selection) -> Iterator[int]:
        """Go through the stories that have a revision of the selection, by id, so that others may write meanwhile."""
        last = -1
        while batch := self._batch(last, selection):
            yield from batch
            last = batch[-1]

    @guarded("read a story to be read again")
    def story(self, story_id: int) -> StoredStory | None:
        """Give a story as it is stored; None where it is there no more."""
        found = self._run("SELECT source, url FROM stories WHERE id = ?", (story_id,)).fetchone()
        if found is None:
            return None
        names = self._run("SELECT key FROM aliases WHERE story_id = ? ORDER BY key", (story_id,))
        revisions = self._revisions(story_id)
        count = self._run("SELECT count(*) FROM teasers WHERE page_story_id = ?", (story_id,)).fetchone()
        return StoredStory(
            story_id=story_id,
            source=found[0],
            url=found[1],
            names=tuple(key for (key,) in names),
            revisions=revisions,
            teaser_pages=self._teaser_pages(story_id, revisions[-1].capture_ids[0]),
            teaser_count=count[0],
        )

    def put(self, story: StoredStory, reading: NewReading) -> bool:
        """Write new readings of a story; False, and nothing written, where it changed since it was looked up."""
        with self._file.writing("write a new reading"):
            # The row first: a query would not tell that the archive cannot be written.
            is_there = self._run("UPDATE stories SET url = url WHERE id = ?", (story.story_id,)).rowcount
            if not is_there or self._state(story.story_id) != [_state_of(one) for one in story.revisions]:
                return False
            version = (reading.extractor_version, reading.memory_version)
            for revision_id, draft in reading.drafts.items():
                words = count_words(draft.text)
                columns = reading_columns(draft, version=version, digest=draft_digest(draft), word_count=words)
                self._run(UPDATE_READING, row((*columns, revision_id)))
            for revision_id, comparison in reading.comparisons.items():
                self._run(_UPDATE_COMPARISON, row((*_comparison_columns(comparison), revision_id)))
            if reading.drafts:
                self._stories.settle(story.story_id)
            shown = reading.drafts.get(story.shown.revision_id)
            if shown is not None and story.shown.rendition is Rendition.PAGE:
                telling = telling_of(story.source, shown)
                self._run(_UPDATE_TELLING, row((telling, story.story_id)))
            for carrier, teasers in reading.teasers:
                self._teasers.mend(carrier, teasers)
            return True

    @guarded("look up captures without a story")
    def storyless(self, selection: Selection) -> Storyless:
        """Give the captures that brought no story; with `other_than`, those that no run of that version finished."""
        after = 0
        if selection.other_than is not None:
            sql = "SELECT last_request_id FROM rereadings WHERE extractor_version = ?"
            after = (self._run(sql, (selection.other_than,)).fetchone() or (0,))[0]
        # Looked up first: a request that ends meanwhile is left to the next run.
        (last,) = self._run("SELECT coalesce(max(id), 0) FROM requests").fetchone()
        capture_ids, outcomes = array("q"), bytearray()
        values = (after, json.dumps(WITHOUT_STORY), Trigger.REPROCESS, selection.source, optional_text(selection.since))
        for capture_id, outcome in self._run(_SELECT_STORYLESS, values):
            capture_ids.append(capture_id)
            outcomes.append(WITHOUT_STORY.index(Outcome(outcome)))
        return Storyless(capture_ids, outcomes, last)

    def finish(self, extractor_version: str, *, last_request_id: int, now: datetime) -> None:
        """Write that a version has read all captures without a story up to a request."""
        with self._file.writing("write how far captures were read again"):
            self._run(_FINISH, row((extractor_version, last_request_id, seen_text(now))))

    def plan_look(self, story_id: int, now: datetime) -> None:
        """Have a story looked at with the next poll of its source, where no look is planned."""
        with self._file.writing("plan a look at a story"):
            sql = "UPDATE rechecks SET next_check_at = ? WHERE story_id = ? AND next_check_at IS NULL"
            self._run(sql, (seen_text(now), story_id))

    @guarded("look up a source")
    def source(self, slug: str) -> Source | None:
        """Give a source that is configured no more as far as the archive knows it; None where it knows none."""
        sql = "SELECT name, homepage, language, timezone FROM sources WHERE slug = ?"
        found = self._run(sql, (slug,)).fetchone()
        if found is None:
            return None
        name, homepage, language, timezone = found
        return Source(
            slug=slug,
            name=name,
            homepage=homepage,
            listings=(),
            language=language,
            timezone=timezone,
            enabled=False,
        )

    @guarded("list stories to be read again")
    def _batch(self, last: int, selection: Selection) -> tuple[int, ...]:
        sql = f"SELECT DISTINCT story_id {_DUE} ORDER BY story_id LIMIT {_BATCH}"
        return tuple(story_id for (story_id,) in self._run(sql, (last, *_values(selection))).fetchall())

    def _revisions(self, story_id: int) -> tuple[StoredRevision, ...]:
        pages: dict[int, list[int]] = {}
        for number, capture_id in self._run(_SELECT_PAGES, (story_id,)):
            pages.setdefault(number, []).append(capture_id)
        return tuple(
            StoredRevision(
                revision_id=revision_id,
                number=number,
                captured_at=read_time(at),
                capture_ids=(capture_id, *pages.get(number, ())),
                rendition=Rendition(rendition),
                reason=reason,
                extractor_version=version,
                memory_version=memory,
                draft_digest=digest,
                draft=read_draft(draft),
            )
            for revision_id, capture_id, version, memory, digest, number, at, rendition, reason, draft in self._run(
                _SELECT_REVISIONS, (story_id,)
            )
        )

    def _state(self, story_id: int) -> list[tuple[object, ...]]:
        """What must not have changed meanwhile; in the order of `_state_of`."""
        return [tuple(found[:5]) for found in self._run(_SELECT_REVISIONS, (story_id,))]

    def _teaser_pages(self, story_id: int, shown_capture: int) -> dict[int, str]:
        pages = self._run(_SELECT_TEASER_PAGE, (story_id, shown_capture)).fetchall()
        return dict([*pages, *self._run(_SELECT_NEWEST_TEASER, (story_id,)).fetchall()])


def _values(selection: Selection) -> tuple[str | None, ...]:
    return (selection.other_than, optional_text(selection.since), selection.source)


def _state_of(revision: StoredRevision) -> tuple[object, ...]:
    return (
        revision.revision_id, revision.capture_ids[0], revision.extractor_version, revision.memory_version,
        revision.draft_digest,
    )  # fmt: skip


def _comparison_columns(comparison: Comparison) -> tuple[str | int | None, ...]:
    is_changed = bool(comparison.changed_fields)
    counts = (comparison.words_added, comparison.words_removed) if is_changed else (None, None)
    return (list_text(comparison.changed_fields), comparison.reason, comparison.weight, *counts)


_DUE = (
    "FROM revisions WHERE story_id > ?1 AND (?2 IS NULL OR extractor_version <> ?2)"
    " AND (?3 IS NULL OR captured_at >= ?3)"
    " AND (?4 IS NULL OR (SELECT source FROM story_facts WHERE story_facts.story_id = revisions.story_id) = ?4)"
)
_SELECT_REVISIONS = (
    "SELECT id, capture_id, extractor_version, memory_version, draft_digest, number, captured_at, rendition, reason,"
    " draft FROM revisions WHERE story_id = ? ORDER BY captured_at, number"
)
_SELECT_PAGES = "SELECT revision, capture_id FROM revision_pages WHERE story_id = ? ORDER BY revision, page"
_SELECT_TEASER_PAGE = "SELECT capture_id, page_url FROM teasers WHERE page_story_id = ? AND capture_id = ? LIMIT 1"
_SELECT_NEWEST_TEASER = (
    "SELECT capture_id, page_url FROM teasers WHERE page_story_id = ? ORDER BY last_seen_at DESC, id LIMIT 1"
)
_UPDATE_COMPARISON = (
    "UPDATE revisions SET changed_fields = ?, reason = ?, weight = ?, words_added = ?, words_removed = ? WHERE id = ?"
)
_UPDATE_TELLING = "UPDATE rechecks SET telling = ?1 WHERE story_id = ?2 AND telling IS NOT ?1"
# A capture that a run like this one has filed is done with, whatever the first request for it said.
_SELECT_STORYLESS = """
SELECT capture_id, outcome FROM requests
WHERE id > ?1 AND capture_id IS NOT NULL AND purpose IN ('story', 'recheck')
    AND outcome IN (SELECT value FROM json_each(?2))
    AND capture_id NOT IN (SELECT done.capture_id FROM requests AS done JOIN runs ON runs.id = done.run_id
        WHERE runs."trigger" = ?3 AND done.capture_id IS NOT NULL)
    AND (?4 IS NULL OR source = ?4) AND (?5 IS NULL OR started_at >= ?5)
ORDER BY capture_id
"""
_FINISH = (
    "INSERT INTO rereadings VALUES (?, ?, ?) ON CONFLICT (extractor_version)"
    " DO UPDATE SET last_request_id = excluded.last_request_id, finished_at = excluded.finished_at"
)
