"""Stored captures read again by the present extractor: stories mended, and stories found where none was seen.

A story's revisions are all read anew with one site memory and written in one transaction, unless the story changed
meanwhile: then it is read once more. No revision is made of that. Captures that brought no story when they came are
filed as if they came now, with the time they were made. Reading uses a connection of its own that only reads; writing
goes through the writer in short transactions, so that a running service goes on beside.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable, Coroutine, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from functools import partial
from typing import Any

from newskeep.errors import ArchiveCorruptError, CaptureMissingError, PageError, StorageError
from newskeep.extract import EXTRACTOR_VERSION
from newskeep.fetches import Ask, Fetch, Purpose
from newskeep.identity import Rendition
from newskeep.model import Capture, ExtractedPage, Origin, PageKind, SiteMemory, Source, StoryDraft
from newskeep.outcomes import Outcome
from newskeep.rereading import Reading, compare_anew
from newskeep.revise import FIRST, LOST
from newskeep.urls import canonicalize, origin_of
from pipelines.context import CrawlContext
from pipelines.conveyor import settle, understand
from pipelines.deduplicate import draft_of, joined, read_all
from pipelines.memory import CrawlMemory
from pipelines.reprocess_tally import FoundStory, Kept, KeptReading, ReprocessTally
from pipelines.work import Work
from pipelines.workers import PageLostError
from storage.archive import Archive
from storage.rereading import NewReading, Selection, StoredRevision, StoredStory
from storage.teasers import Carrier, Mending

_AT_ONCE_A_WORKER = 2
# A story that a service changes all the time is left to the next run after so many readings.
_MAX_READINGS = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class _Examined:
    """What a story reads like now, beside what is stored of it."""

    reading: NewReading
    kept: tuple[KeptReading, ...]
    shown: StoryDraft
    mending: Mending


@dataclass(frozen=True, slots=True)
class _Anew:
    """One revision read again: its first page and draft, or why it keeps its old reading."""

    page: ExtractedPage | None = None
    draft: StoryDraft | None = None
    why: Kept | None = None
    detail: str = ""


@dataclass(slots=True, kw_only=True)
class Reprocess:
    """Reads the captures of an archive again, and counts in `tally` what that changes.

    `archive` only reads; `context` says with what to write, and nothing is written where `is_dry`. `sources` are the
    configured ones by slug. `advance` is called after each story or capture.
    """

    archive: Archive
    context: CrawlContext
    sources: Mapping[str, Source]
    selection: Selection
    is_dry: bool
    advance: Callable[[], None] = lambda: None
    tally: ReprocessTally = field(default_factory=ReprocessTally)
    _contexts: dict[str, CrawlContext] = field(default_factory=dict)

    async def mend_stories(self) -> None:
        """Read the stories of the selection again. Raises StorageError."""
        waiting = self.archive.rereading.walk(self.selection)
        await _all([self._mend_each(waiting) for _ in range(self._at_once)])

    async def find_stories(self) -> None:
        """Read the captures that brought no story again, and file those that hold one. Raises StorageError."""
        storyless = self.archive.rereading.storyless(self.selection)
        await self._find_in(storyless)
        is_whole = self.selection.source is None and self.selection.since is None
        if is_whole and not self.is_dry:
            finish = partial(_finish, last_request_id=storyless.last_request_id, now=datetime.now(UTC))
            await self.context.writer.do(finish)

    @property
    def _at_once(self) -> int:
        return self.context.workers.count * _AT_ONCE_A_WORKER

    async def _mend_each(self, waiting: Iterator[int]) -> None:
        for story_id in waiting:
            await self._mend(story_id)
            self.advance()

    async def _mend(self, story_id: int) -> None:
        for _ in range(_MAX_READINGS):
            story = self.archive.rereading.story(story_id)
            if story is None:
                return
            examined = await self._examine(story)
            if self.is_dry or await self._put(story, examined.reading):
                self._count(story, examined)
                return
        self.tally.contested += 1

    async def _put(self, story: StoredStory, reading: NewReading) -> bool:
        if not reading.drafts:
            return True
        return await self.context.writer.do(partial(_put, story, reading))

    def _count(self, story: StoredStory, examined: _Examined) -> None:
        tally, before, mending = self.tally, story.shown.draft, examined.mending
        tally.stories += 1
        tally.revisions += len(examined.reading.drafts)
        tally.equal_revisions += sum(
            not comparison.changed_fields and comparison.reason not in (FIRST, LOST)
            for comparison in examined.reading.comparisons.values()
        )
        tally.count_fields(story.story_id, story.url, before, examined.shown)
        after = story.teaser_count + len(mending.added) - len(mending.dropped)
        tally.count_coverage(before, examined.shown, teasers=(story.teaser_count, after))
        tally.count_teasers(mending)
        tally.keep(examined.kept)

    async def _examine(self, story: StoredStory) -> _Examined:
        context = self._context(story.source, story.url)
        memory = _memory(context)
        anew = {one.revision_id: await self._read(story, one, context) for one in story.revisions}
        drafts = {revision_id: one.draft for revision_id, one in anew.items() if one.draft is not None}
        readings = [_reading(one, drafts.get(one.revision_id)) for one in story.revisions]
        carried = await self._carried(story, anew[story.shown.revision_id], context)
        return _Examined(
            reading=NewReading(
                extractor_version=EXTRACTOR_VERSION,
                memory_version=memory.version,
                drafts=drafts,
                comparisons=compare_anew(readings),
                teasers=[(carrier, page.teasers) for carrier, page in carried],
            ),
            kept=tuple(
                _kept(story, one, anew[one.revision_id]) for one in story.revisions if one.revision_id not in drafts
            ),
            shown=drafts.get(story.shown.revision_id, story.shown.draft),
            mending=self._mending(carried),
        )

    async def _read(self, story: StoredStory, revision: StoredRevision, context: CrawlContext) -> _Anew:
        try:
            captures = [self.archive.captures.get(capture_id) for capture_id in revision.capture_ids]
        except CaptureMissingError as error:
            return _Anew(why=Kept.LOST, detail=error.message)
        except ArchiveCorruptError as error:
            return _Anew(why=Kept.UNREADABLE, detail=error.message)
        try:
            first, *further = await read_all(context.workers, captures, source=context.source, memory=_memory(context))
        except PageError as error:
            return _Anew(why=Kept.UNREADABLE, detail=error.message)
        except PageLostError as error:
            return _Anew(why=Kept.UNREADABLE, detail=error.detail)
        if first.wall is not None:
            return _Anew(why=Kept.WALLED, detail=f"{first.wall.kind}: {first.wall.evidence}")
        draft = _story_on(story, revision, captures[0], first)
        if draft is None:
            return _Anew(why=Kept.NO_STORY, detail=f"the page is {first.kind}")
        return _Anew(first, joined(draft, further))

    async def _carried(
        self, story: StoredStory, shown: _Anew, context: CrawlContext
    ) -> list[tuple[Carrier, ExtractedPage]]:
        """The pages whose teasers are mended: the one that is shown, and the one that teasers were seen on last."""
        if shown.page is None or story.shown.rendition is Rendition.FURTHER:
            return []
        capture_id = story.shown.capture_ids[0]
        url = story.teaser_pages.get(capture_id) or self._page_url(story, capture_id)
        carried = [(_carrier(story, capture_id, url, story.shown.captured_at), shown.page)]
        for other_id, other_url in story.teaser_pages.items():
            if other_id == capture_id:
                continue
            try:
                capture = self.archive.captures.get(other_id)
                (page,) = await read_all(context.workers, [capture], source=context.source, memory=_memory(context))
            except (CaptureMissingError, ArchiveCorruptError, PageError, PageLostError):
                continue
            if page.kind is PageKind.STORY:
                carried.append((_carrier(story, other_id, other_url, capture.captured_at), page))
        return carried

    def _page_url(self, story: StoredStory, capture_id: int) -> str:
        if story.shown.rendition is Rendition.PAGE:
            return story.url
        return canonicalize(self.archive.captures.info(capture_id).final_url)

    def _mending(self, carried: Iterable[tuple[Carrier, ExtractedPage]]) -> Mending:
        found = [self.archive.teasers.compare(carrier, page.teasers) for carrier, page in carried]
        return Mending(
            added=frozenset().union(*(one.added for one in found)),
            reworded=frozenset().union(*(one.reworded for one in found)),
            dropped=frozenset().union(*(one.dropped for one in found)),
        )

    async def _find_in(self, storyless: Iterable[tuple[int, Outcome]]) -> None:
        """Read ahead with all workers, and file in order of time."""
        ahead: deque[tuple[asyncio.Task[Work | None], Outcome]] = deque()
        try:
            for capture_id, was in storyless:
                ahead.append((asyncio.create_task(self._understand(capture_id)), was))
                if len(ahead) >= self._at_once:
                    await self._file(*ahead.popleft())
            while ahead:
                await self._file(*ahead.popleft())
        finally:
            await _end(task for task, _ in ahead)

    async def _understand(self, capture_id: int) -> Work | None:
        """The page of a capture; None where its bytes are lost."""
        try:
            capture, source = self.archive.captures.get(capture_id), self.archive.captures.info(capture_id).source
        except (CaptureMissingError, ArchiveCorruptError):
            return None
        context = self._context(source or "unknown", capture.final_url)
        ask = Ask(url=capture.request_url, purpose=Purpose.STORY)
        # As an import, an old answer says nothing of whether the story is there today.
        as_import = replace(capture, origin=Origin.IMPORT)
        fetch = Fetch(ask=ask, started_at=capture.captured_at, status=capture.status, capture=as_import)
        try:
            return await understand(context, Work(fetch=fetch, capture_id=capture_id))
        except StorageError:
            raise
        except Exception:
            return None

    async def _file(self, task: asyncio.Task[Work | None], was: Outcome) -> None:
        work = await task
        self.tally.storyless += 1
        self.advance()
        if work is None or not work.findings or work.capture_id is None or work.page is None:
            return
        headline = work.page.main.headline if work.page.main is not None else None
        story = FoundStory(capture_id=work.capture_id, url=work.fetch.ask.url, headline=headline, was=was)
        if self.is_dry:
            self.tally.find(story)
            return
        info = self.archive.captures.info(work.capture_id)
        end = await settle(self._context(info.source or "unknown", info.final_url), work)
        self.tally.find(replace(story, outcome=end.outcome))
        if end.outcome is Outcome.NEW_STORY and end.story_id is not None and info.origin is not Origin.IMPORT:
            await self.context.writer.do(partial(_plan_look, end.story_id, datetime.now(UTC)))

    def _context(self, slug: str, url: str) -> CrawlContext:
        """What a source's pages are read with: one snapshot of its memory from the first page to the last."""
        known = self._contexts.get(slug)
        if known is None:
            source = self.sources.get(slug) or self.archive.rereading.source(slug) or _unknown_source(slug, url)
            memory = CrawlMemory(snapshot=self.archive.memory.newest(slug))
            known = self._contexts[slug] = replace(self.context, source=source, memory=memory)
        return known


def _put(story: StoredStory, reading: NewReading, archive: Archive) -> bool:
    return archive.rereading.put(story, reading)


def _finish(archive: Archive, *, last_request_id: int, now: datetime) -> None:
    archive.rereading.finish(EXTRACTOR_VERSION, last_request_id=last_request_id, now=now)


def _plan_look(story_id: int, now: datetime, archive: Archive) -> None:
    archive.rereading.plan_look(story_id, now)


def _memory(context: CrawlContext) -> SiteMemory:
    assert context.memory.snapshot is not None
    return context.memory.snapshot


def _unknown_source(slug: str, url: str) -> Source:
    return Source(slug=slug, name=slug, homepage=origin_of(url), listings=(), enabled=False)


def _story_on(story: StoredStory, revision: StoredRevision, capture: Capture, page: ExtractedPage) -> StoryDraft | None:
    if revision.rendition is not Rendition.FURTHER:
        return page.main
    draft = draft_of(capture, page, slug=story.source, names=story.names)
    return None if draft is page.main else draft


def _reading(revision: StoredRevision, draft: StoryDraft | None) -> Reading:
    return Reading(
        revision_id=revision.revision_id,
        number=revision.number,
        captured_at=revision.captured_at,
        rendition=revision.rendition,
        reason=revision.reason,
        draft=revision.draft if draft is None else draft,
        is_anew=draft is not None,
    )


def _kept(story: StoredStory, revision: StoredRevision, anew: _Anew) -> KeptReading:
    why = anew.why or Kept.UNREADABLE
    return KeptReading(story_id=story.story_id, url=story.url, revision=revision.number, why=why, detail=anew.detail)


def _carrier(story: StoredStory, capture_id: int, page_url: str, seen_at: datetime) -> Carrier:
    return Carrier(page_url=page_url, capture_id=capture_id, seen_at=seen_at, story_id=story.story_id)


async def _all(jobs: Iterable[Coroutine[Any, Any, None]]) -> None:
    """Run jobs side by side; the first that fails ends the others."""
    tasks = [asyncio.create_task(job) for job in jobs]
    try:
        await asyncio.gather(*tasks)
    finally:
        await _end(tasks)


async def _end(tasks: Iterable[asyncio.Task[Any]]) -> None:
    left = [task for task in tasks if task.cancel()]
    await asyncio.gather(*left, return_exceptions=True)
