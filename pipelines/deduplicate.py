"""Fourth stage: what the page's stories are to be compared with.

A revision is a difference between two readings by one version of the extractor. Where the archive's reading is another
version's, the capture it came from is read again here, outside any transaction; `pipelines.archive` then decides.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from newskeep.errors import CaptureMissingError, PageError
from newskeep.identity import KnownStory, aliases_of, choose, story_url
from newskeep.model import Capture, ExtractedPage, SiteMemory, StoryDraft
from newskeep.paging import join_pages
from newskeep.revise import is_comparable
from pipelines.context import CrawlContext
from pipelines.separate import separate
from pipelines.stage import Stage
from pipelines.tasks import PageTask
from pipelines.work import Work
from pipelines.workers import PageLostError
from storage.archive import Archive


class DeduplicatePipeline(Stage):
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
        tasks = [PageTask(capture=capture, source=context.source, memory=memory) for capture in captures]
        pages = [await context.workers.run(task) for task in tasks]
    except (CaptureMissingError, PageError, PageLostError):
        return None
    first, *further = [page for page in pages if isinstance(page, ExtractedPage)]
    draft = _draft_of(story, captures[0], first, context.source.slug)
    if draft is None or not further:
        return draft
    is_whole = further[-1].pages is None or further[-1].pages.next_url is None
    return join_pages(draft, [page.main for page in further if page.main is not None], is_whole=is_whole)


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


def _draft_of(story: KnownStory, capture: Capture, page: ExtractedPage, slug: str) -> StoryDraft | None:
    """The story on a page that shows several: the one that goes by the known story's names, else the main one."""
    names: Mapping[str, StoryDraft] = {
        alias.key: draft for draft in page.further for alias in aliases_of(capture, draft, page, slug, None)
    }
    return next((names[key] for key in story.matched if key in names), page.main)
