"""Between reading and separating: a story over several pages becomes one, before anything is decided on it.

The first page waits here while the others are asked for, one after the other, each kept as a capture and read like any
page. What cannot be had leaves the story as its beginning; the entry that named it is then tried again.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field, replace
from typing import Protocol

from newskeep.fetches import Ask, Fetch, Purpose
from newskeep.model import Capture, ExtractedPage, StoryDraft
from newskeep.outcomes import Outcome
from newskeep.paging import MOST_PAGES, adds_nothing, join_pages
from newskeep.urls import url_key
from pipelines.capture import keep
from pipelines.context import ReadContext
from pipelines.extract import read
from pipelines.stage import Stage
from pipelines.work import FurtherPage, Work

Fetching = Callable[[Ask], Awaitable[Fetch]]


class Fetcher(Protocol):
    """A spider that can be waited for."""

    async def fetch(self, ask: Ask) -> Fetch:
        """Ask for one address."""


class PagesPipeline(Stage):
    """Ask for the further pages of a story, and put it together."""

    async def step(self, work: Work) -> Work:
        """Complete a story over several pages."""
        spider: Fetcher = self.crawler.spider  # type: ignore[assignment]  # Scrapy knows it as any spider
        return await complete(self.context, work, spider.fetch)


@dataclass(slots=True, kw_only=True)
class _Reading:
    """Mutable: the pages so far."""

    drafts: list[StoryDraft]
    pages: list[FurtherPage] = field(default_factory=list)
    is_whole: bool = False


async def complete(context: ReadContext, work: Work, fetch: Fetching | None) -> Work:
    """Join the further pages of a story to its first one; the work of any other page comes back as it was.

    Where nothing can be fetched (`fetch` is None), the first page stays the beginning that it is.
    """
    page = work.page
    if work.outcome is not None or page is None or page.main is None or page.pages is None:
        return work
    if page.pages.number > 1:
        detail = f"page {page.pages.number} of a story that begins at {page.pages.first_url}"
        return replace(work, outcome=Outcome.NOT_A_STORY, detail=detail)
    if fetch is None:
        return work
    reading = _Reading(drafts=[page.main])
    asked = {url_key(page.url)}
    url = page.pages.next_url
    while url is not None and len(reading.drafts) < MOST_PAGES and url_key(url) not in asked:
        asked.add(url_key(url))
        ask = Ask(url=url, purpose=Purpose.STORY_PAGE, listing_id=work.fetch.ask.listing_id)
        url = _take(reading, await read(context, await keep(context, _work_of(await fetch(ask)))))
    main = join_pages(page.main, reading.drafts[1:], is_whole=reading.is_whole)
    return replace(work, page=replace(page, main=main), pages=tuple(reading.pages))


def _work_of(fetch: Fetch) -> Work:
    return Work(fetch=fetch, outcome=fetch.outcome, detail=fetch.detail)


def _take(reading: _Reading, work: Work) -> str | None:
    """Add a further page to what was read, and give the address of the next one; None where that was the last."""
    number = len(reading.drafts) + 1
    outcome, detail, following = work.outcome, work.detail, None
    page = work.page
    if outcome is None and page is not None:
        outcome, detail = _judge(reading, page, work.fetch.capture, number)
    if outcome is Outcome.JOINED and page is not None and page.main is not None:
        if adds_nothing(page.main, reading.drafts):
            detail, reading.is_whole = "says what the pages before say", True
        else:
            reading.drafts.append(page.main)
            following = page.pages.next_url if page.pages is not None else None
            reading.is_whole = following is None
    ended = FurtherPage(fetch=work.fetch, outcome=outcome or Outcome.FAULT, detail=detail, capture_id=work.capture_id)
    reading.pages.append(ended)
    return following


def _judge(reading: _Reading, page: ExtractedPage, capture: Capture | None, number: int) -> tuple[Outcome, str | None]:
    """Is this the page that was asked for? It says its number, or bears the first page's headline."""
    if page.wall is not None:
        return Outcome.WALLED, f"{page.wall.kind}: {page.wall.evidence}"
    if page.main is None or capture is None:
        return Outcome.NOT_A_STORY, f"the page is {page.kind}"
    is_numbered = page.pages is not None and page.pages.number == number
    if is_numbered or page.main.headline == reading.drafts[0].headline:
        return Outcome.JOINED, None
    return Outcome.DIFFERENT_STORY, f"no page {number} of the story"
