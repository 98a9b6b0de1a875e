"""What a page means for the archive: each of its stories identified, decided on and written; then its teasers.

Runs inside the writer's transaction. The rules are `newskeep.identity` and `newskeep.revise`.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from newskeep.identity import Choice, Rendition, choose, rendition_of, story_url
from newskeep.model import Capture, ExtractedPage, StoryDraft
from newskeep.outcomes import Outcome
from newskeep.revise import Change, decide, is_comparable
from newskeep.urls import canonicalize
from pipelines.history import answered, page_seen
from pipelines.work import Finding, Work
from storage.archive import Archive
from storage.guids import name_story
from storage.pages import CitedPage
from storage.prepared import prepare_teasers
from storage.rechecks import PageSeen
from storage.stories import Sighting
from storage.teasers import Carrier

_OUTCOMES = {
    Change.NEW: Outcome.NEW_STORY,
    Change.REVISED: Outcome.REVISED,
    Change.UNCHANGED: Outcome.UNCHANGED,
    Change.DIFFERENT: Outcome.DIFFERENT_STORY,
}


class StaleReadingError(Exception):
    """Another request changed the story meanwhile: what it is to be compared with must be read again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Filed:
    """How a request ended. `story_id` is the main story's, None where there is none; `page_url` is its page's.

    `seen` is what a look at the story's own page brought, None for other forms of it.

    An AMP form carries teasers only until the story's own page is known, which then takes over: which of the two was
    fetched first must make no difference.
    """

    outcome: Outcome
    detail: str | None = None
    story_id: int | None = None
    page_url: str | None = None
    carries_teasers: bool = True
    took_over: bool = False
    new_teasers: int = 0
    new_further: int = 0
    seen: PageSeen | None = None


def file_page(archive: Archive, work: Work, *, source_slug: str) -> Filed:
    """Write the stories and teasers of a page; StaleReadingError where a comparison is missing."""
    capture, page = work.fetch.capture, work.page
    assert capture is not None
    assert page is not None
    assert work.capture_id is not None
    main: Filed | None = None
    new_further = 0
    for finding in work.findings:
        filed = _file_story(archive, work, finding, source_slug)
        if finding.is_main:
            main = filed
        else:
            new_further += filed.outcome is Outcome.NEW_STORY
    if main is None:
        return Filed(outcome=Outcome.NOT_A_STORY, detail="no story on the page has a name")
    if main.story_id is None:
        return main
    page_url = main.page_url or capture.final_url
    if main.took_over:
        archive.teasers.keep_only(main.story_id, page_url)
    if not main.carries_teasers:
        return replace(main, new_further=new_further)
    carrier = Carrier(
        page_url=page_url,
        capture_id=work.capture_id,
        seen_at=capture.captured_at,
        story_id=main.story_id,
        is_new=main.outcome is Outcome.NEW_STORY,
    )
    teasers = work.prepared.teasers if work.prepared is not None else prepare_teasers(page.teasers)
    new_teasers = archive.teasers.save_prepared(carrier, teasers)
    return replace(main, new_teasers=new_teasers, new_further=new_further)


def _file_story(archive: Archive, work: Work, finding: Finding, source_slug: str) -> Filed:
    capture, page, draft = work.fetch.capture, work.page, finding.draft
    assert capture is not None
    assert page is not None
    assert work.capture_id is not None
    keys = [alias.key for alias in finding.aliases]
    buried = archive.takedowns.find(keys)
    if buried is not None:
        return Filed(outcome=Outcome.TAKEN_DOWN, detail=f"taken down on {buried.taken_down_at:%Y-%m-%d}")
    known = archive.stories.find(keys, at=capture.captured_at)
    choice = choose(finding.aliases, known, draft=draft, url=story_url(capture, draft, page))
    comparable, is_reread = _comparable(archive, work, choice, page, finding)
    rendition = rendition_of(capture, draft, page)
    intent = decide(
        choice.story,
        draft,
        comparable=comparable,
        now=capture.captured_at,
        rendition=rendition,
        is_reread=is_reread,
        is_joined=finding.is_main and bool(work.pages),
        has_notice=finding.prepared.has_notice,
    )
    answered(archive, capture, choice, intent, rendition)
    saved = archive.stories.save(intent, _sighting(work, capture, page, finding, choice, rendition, source_slug))
    if saved is not None and work.capture_id is not None:
        name_story(archive, saved.story_id, capture_id=work.capture_id, now=capture.captured_at)
    if saved is not None and finding.is_main and (intent.adopt or intent.change in (Change.NEW, Change.REVISED)):
        archive.pages.cite(saved, _cited_pages(work))
    if saved is not None and intent.change is Change.NEW and rendition is Rendition.PAGE and page.imprint is not None:
        archive.memory.learn(source_slug, page.imprint, now=capture.captured_at)
    seen = None
    if saved is not None and finding.is_main and rendition is Rendition.PAGE:
        seen = page_seen(capture, finding, choice, intent, story_id=saved.story_id, source_slug=source_slug)
    return Filed(
        seen=seen,
        outcome=_OUTCOMES[intent.change],
        detail=intent.reason,
        story_id=None if saved is None else saved.story_id,
        page_url=choice.url if rendition is Rendition.PAGE else canonicalize(capture.final_url),
        carries_teasers=rendition is Rendition.PAGE or choice.story is None or choice.story.rendition is rendition,
        took_over=intent.adopt,
    )


def _cited_pages(work: Work) -> list[CitedPage]:
    """The captures of a story's further pages, as far as they were joined to it."""
    return [
        CitedPage(capture_id=page.capture_id, payload_digest=page.fetch.capture.payload_digest)
        for page in work.pages
        if page.outcome is Outcome.JOINED and page.capture_id is not None and page.fetch.capture is not None
    ]


def _comparable(
    archive: Archive, work: Work, choice: Choice, page: ExtractedPage, finding: Finding
) -> tuple[StoryDraft | None, bool]:
    """What the known revision reads like in the version that read the page, and whether it was read anew for that."""
    story = choice.story
    if story is None:
        return None, False
    if is_comparable(story, extractor_version=page.extractor_version, memory_version=work.memory.version):
        if story.draft_digest == finding.prepared.digest:
            return finding.draft, False
        return archive.stories.draft(story.revision_id), False
    if story.revision_id not in work.comparables:
        raise StaleReadingError
    return work.comparables[story.revision_id], True


def _sighting(
    work: Work,
    capture: Capture,
    page: ExtractedPage,
    finding: Finding,
    choice: Choice,
    rendition: Rendition,
    source_slug: str,
) -> Sighting:
    assert work.capture_id is not None
    return Sighting(
        source=source_slug,
        draft=finding.draft,
        choice=choice,
        capture_id=work.capture_id,
        captured_at=capture.captured_at,
        payload_digest=capture.payload_digest,
        prepared=finding.prepared,
        extractor_version=page.extractor_version,
        memory_version=work.memory.version,
        rendition=rendition,
    )
