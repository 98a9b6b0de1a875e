"""Fourth stage: what the page's stories are to be compared with.

A revision is a difference between two readings by one version of the extractor. Where the archive's reading is another
version's, the capture it came from is read again here, outside any transaction; `pipelines.archive` then decides.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from newskeep.errors import CaptureMissingError, PageError
from newskeep.identity import KnownStory, aliases_of, choose, story_url
from newskeep.model import Capture, ExtractedPage, SiteMemory, Source, StoryDraft
from newskeep.paging import adds_nothing, join_pages
from newskeep.revise import is_comparable
from pipelines.context import CrawlContext
from pipelines.separate import separate
from pipelines.stage import ArchiveStage
from pipelines.tasks import PageTask
from pipelines.work import Work
from pipelines.workers import PageLostError, Workers
from storage.archive import Archive


class DeduplicatePipeline(ArchiveStage):
    """Find the stories that are known, and read their compared captures again where that is needed."""

    async def step(self, work: Work) -> Work:
        """Add the drafts that the page's stories can be compared with."""
        return await with_comparables(self.context, work)


async def with_comparables(context: CrawlContext, work: Work) -> Work:
    """Give the work what its known stories' revisions read like in the present version of the extractor."""
    page = work.page
    if not work.findings or page is None:
        return work
    known = await context.writer.do(lambda archive: known_stories(archive, work))
    comparables: dict[int, StoryDraft | None] = {}
    for story in known:
        if is_comparable(story, extractor_version=page.extractor_version, memory_version=work.memory.version):
            continue
        draft = await _reread(context, story, work.memory)
        if draft is None and story.extractor_version == page.extractor_version:
            older = await _with_memory_of(context, work, story)
            if older is not None:
                return older
        comparables[story.revision_id] = draft
    return replace(work, comparables=comparables)


def known_stories(archive: Archive, work: Work) -> tuple[KnownStory, ...]:
    """The archived stories that the page's stories are."""
    capture, page = work.fetch.capture, work.page
    assert capture is not None
    assert page is not None
    found = []
    for finding in work.findings:
        owners = archive.stories.find([alias.key for alias in finding.aliases], at=capture.captured_at)
        url = story_url(capture, finding.draft, page)
        choice = choose(finding.aliases, owners, draft=finding.draft, url=url)
        if choice.story is not None:
            found.append(choice.story)
    return tuple(found)


async def _reread(context: CrawlContext, story: KnownStory, memory: SiteMemory) -> StoryDraft | None:
    """The known revision as the present extractor reads it; None where its capture is lost or cannot be read."""
    try:
        captures = await context.writer.do(lambda archive: _captures_of(archive, story))
        pages = await read_all(context.workers, captures, source=context.source, memory=memory)
    except (CaptureMissingError, PageError, PageLostError):
        return None
    draft = draft_of(captures[0], pages[0], slug=context.source.slug, names=story.matched)
    return None if draft is None else joined(draft, pages[1:])


async def read_all(
    workers: Workers, captures: Sequence[Capture], *, source: Source, memory: SiteMemory
) -> list[ExtractedPage]:
    """Read the captures of one revision; PageError or PageLostError where one of them cannot be read."""
    tasks = [PageTask(capture=capture, source=source, memory=memory) for capture in captures]
    answers = [await workers.run(task) for task in tasks]
    return [answer for answer in answers if isinstance(answer, ExtractedPage)]


def joined(draft: StoryDraft, further: Sequence[ExtractedPage]) -> StoryDraft:
    """Put a story together from its first page and the others, as `pipelines.pages` did when they came."""
    drafts, is_whole = [draft], not further
    for page in further:
        if page.main is None:
            is_whole = False
        elif adds_nothing(page.main, drafts):
            is_whole = True
        else:
            drafts.append(page.main)
            is_whole = page.pages is None or page.pages.next_url is None
    return join_pages(draft, drafts[1:], is_whole=is_whole) if further else draft


def _captures_of(archive: Archive, story: KnownStory) -> list[Capture]:
    """The captures that a known revision was read from, one a page."""
    further = archive.pages.captures_of(story.story_id, story.revision)
    return [archive.captures.get(capture_id) for capture_id in (story.capture_id, *further)]


async def _with_memory_of(context: CrawlContext, work: Work, story: KnownStory) -> Work | None:
    """The new capture as the memory of the known reading reads it, where the known capture itself is lost.

    Otherwise a memory that has grown would make a revision. None where that snapshot or its reading cannot be had, and
    for stories over several pages.
    """
    if work.pages:
        return None
    capture = work.fetch.capture
    assert capture is not None
    memory = await context.writer.do(lambda archive: archive.memory.get(story.memory_version))
    if memory.version != story.memory_version:
        return None
    try:
        page = await context.workers.run(PageTask(capture=capture, source=context.source, memory=memory))
    except (PageError, PageLostError):
        return None
    assert isinstance(page, ExtractedPage)
    read = separate(replace(work, page=page, memory=memory, findings=()), source_slug=context.source.slug)
    return read if read.findings else None


def draft_of(capture: Capture, page: ExtractedPage, *, slug: str, names: Iterable[str]) -> StoryDraft | None:
    """The story on a page that shows several: the one that goes by one of these alias keys, else the main one."""
    drafts: Mapping[str, StoryDraft] = {
        alias.key: draft for draft in page.further for alias in aliases_of(capture, draft, page, slug, None)
    }
    return next((drafts[key] for key in names if key in drafts), page.main)
