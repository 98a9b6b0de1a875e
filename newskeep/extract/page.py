"""One captured page, read whole: what kind of page it is, its story, further stories, teasers, metadata.

This module only puts together what the others find. It reads no clock and no network: the same capture, source and site
memory give the same value.
"""

from __future__ import annotations

from dataclasses import replace
from urllib.parse import urldefrag

from newskeep.dates import parse_date
from newskeep.errors import ExtractionError, PageError
from newskeep.extract.body import Body, read_body
from newskeep.extract.bylines import tidy_byline
from newskeep.extract.decode import decode_html
from newskeep.extract.header_lines import find_byline, find_dateline, printed_authors
from newskeep.extract.heading_words import read_heading
from newskeep.extract.languages import detect_language
from newskeep.extract.metadata import Metadata, read_metadata
from newskeep.extract.page_dates import tidy_dateline
from newskeep.extract.paged import read_paging
from newskeep.extract.pictures import stated_pictures
from newskeep.extract.plain import read_plain
from newskeep.extract.script_stories import with_script_story
from newskeep.extract.sites import FurtherRegion, Regions, find_regions
from newskeep.extract.story_urls import leads_to_no_story, read_address
from newskeep.extract.teasers import find_teasers
from newskeep.extract.tree import Element, Page, parse_page, text_of
from newskeep.extract.version import EXTRACTOR_VERSION
from newskeep.extract.walls import recognise_wall
from newskeep.model import (
    EMPTY_MEMORY,
    Candidate,
    Capture,
    ExtractedPage,
    PageKind,
    SiteMemory,
    Source,
    StoryDraft,
    Teaser,
    TeaserKind,
)
from newskeep.text import fold_space
from newskeep.urls import url_key

_SHORTEST_STORY = 120
_SHORTEST_WHOLE = 900


def extract_page(capture: Capture, source: Source | None, memory: SiteMemory = EMPTY_MEMORY) -> ExtractedPage:
    """Read everything a capture of a page says. Raises PageError, and nothing else, where it cannot be read."""
    try:
        if _is_plain(capture):
            return _extract_plain(capture)
        return _extract_html(parse_page(capture, source, memory), capture)
    except PageError:
        raise
    except (ArithmeticError, AttributeError, LookupError, RecursionError, TypeError, ValueError) as error:
        # A fault of ours on a strange page must cost that page alone; the cause stays chained for the log.
        raise ExtractionError(
            f"the extractor failed on this page: {type(error).__name__}: {error}", url=capture.final_url
        ) from error


def _is_plain(capture: Capture) -> bool:
    return (capture.header("content-type") or "").strip().lower().startswith("text/plain")


def _extract_plain(capture: Capture) -> ExtractedPage:
    decoded = decode_html(capture.body, capture.header("content-type"), url=capture.final_url)
    plain = read_plain(decoded.text)
    return ExtractedPage(
        kind=PageKind.STORY if plain.story is not None else PageKind.OTHER,
        url=capture.final_url,
        extractor_version=EXTRACTOR_VERSION,
        main=plain.story,
        teasers=plain.teasers,
    )


def _extract_html(page: Page, capture: Capture) -> ExtractedPage:
    metadata = read_metadata(page, capture)
    regions = find_regions(page)
    body = read_body(page, metadata, regions)
    metadata = _with_printed_authors(metadata, body)
    if regions is None:
        body = with_script_story(page, metadata, body)
    wall = recognise_wall(
        page, metadata, body.text_length, page.status, elements=body.elements, has_player=bool(body.media)
    )
    main = _draft(page, metadata, body, regions) if wall is None and _is_story(metadata, body) else None
    drafts = tuple(_further(page, region) for region in regions.further) if regions is not None else ()
    further = tuple(draft for draft in drafts if draft.blocks)
    pages = read_paging(page) if main is not None else None
    if main is not None and pages is not None and pages.next_url is not None:
        main = replace(main, is_truncated=True)
    found = find_teasers(page, metadata, body if main is not None else None, regions)
    following = _leading_to_stories(body.following, page.url)
    teasers = _without(_with_recurring(_with_following(found, following), body.recurring), further)
    if wall is not None:
        kind = PageKind.WALL
    elif main is not None:
        kind = PageKind.STORY
    else:
        kind = PageKind.LISTING if len(teasers) > 4 else PageKind.OTHER
    return ExtractedPage(
        kind=kind,
        url=page.url,
        extractor_version=EXTRACTOR_VERSION,
        main=main,
        further=further,
        teasers=teasers,
        wall=wall,
        declared_canonical=metadata.declared_canonical,
        amp_url=metadata.amp_url,
        feed_urls=metadata.feed_urls,
        candidates=metadata.candidates,
        family=regions.family if regions is not None else None,
        noarchive=metadata.noarchive,
        imprint=body.imprint if main is not None else None,
        pages=pages,
    )


def _with_printed_authors(metadata: Metadata, body: Body) -> Metadata:
    """The metadata with the authors the page prints, where it prints none of those that it declares."""
    people = printed_authors(body.byline, body.header_lines, metadata.authors, metadata.site)
    if not people:
        return metadata
    others = (replace(one, chosen=False) if one.field == "authors" else one for one in metadata.candidates)
    printed = Candidate(field="authors", value=body.byline or "", origin="printed byline", chosen=True)
    return replace(metadata, authors=people, candidates=(*others, printed))


def _key(url: str) -> str:
    """What tells an address from others; one that is broken is told by itself."""
    try:
        return url_key(url)
    except ValueError:
        return url


def _leading_to_stories(teasers: tuple[Teaser, ...], page_url: str) -> tuple[Teaser, ...]:
    """Leave out what leads where no story can be: a donation, a shop, a list."""
    if not teasers:
        return ()
    own = read_address(urldefrag(page_url)[0])
    return tuple(one for one in teasers if one.target_url and not leads_to_no_story(read_address(one.target_url), own))


def _with_following(teasers: tuple[Teaser, ...], following: tuple[Teaser, ...]) -> tuple[Teaser, ...]:
    """Join the teasers found by their links with the blocks behind the story found by their headings.

    A heading that names its block is better than any line near a link, and says of what kind its teasers are; a block
    of which no teaser was found is added.
    """
    if not following:
        return _renumbered(list(teasers))
    by_key = {_key(one.target_url): one for one in following if one.target_url}
    joined: list[Teaser] = []
    blocks: dict[int, int] = {}
    for teaser in teasers:
        headed = by_key.get(_key(teaser.target_url)) if teaser.target_url else None
        if headed is not None:
            block = blocks.setdefault(headed.block, teaser.block)
            standfirst = teaser.standfirst or headed.standfirst
            kind = teaser.kind if teaser.heading == headed.heading else _kind_below(headed, teaser.kind)
            teaser = replace(teaser, kind=kind, heading=headed.heading, block=block, standfirst=standfirst)
        joined.append(teaser)
    added = [one for one in following if one.block not in blocks]
    last = max((teaser.block for teaser in joined), default=0)
    return _renumbered([*joined, *(replace(one, block=last + one.block) for one in added)])


def _kind_below(headed: Teaser, kind: TeaserKind) -> TeaserKind:
    """The kind of a teaser that turns out to stand below another heading than the one it was judged by.

    What stands between paragraphs or was paid for is told by more than a heading. One that speaks neither of the latest
    nor of the most read stories says less than the place on the page and its names do, unless it is clear.
    """
    if kind in (TeaserKind.INLINE, TeaserKind.SPONSORED):
        return kind
    if headed.kind is not TeaserKind.RELATED:
        return headed.kind
    said = read_heading(headed.heading or "", None)
    return headed.kind if said is not None and said.is_related and not said.is_loose else kind


def _with_recurring(teasers: tuple[Teaser, ...], recurring: tuple[Teaser, ...]) -> tuple[Teaser, ...]:
    """Add the teasers that site memory gave away, where nothing else found them."""
    if not recurring:
        return teasers
    known = {_key(one.target_url) for one in teasers if one.target_url}
    added = [one for one in recurring if one.target_url and _key(one.target_url) not in known]
    last = max((teaser.block for teaser in teasers), default=0)
    return _renumbered([*teasers, *(replace(one, block=last + 1) for one in added)]) if added else teasers


def _renumbered(teasers: list[Teaser]) -> tuple[Teaser, ...]:
    """Count slots and blocks anew, from 1 and without gaps."""
    blocks = {block: at for at, block in enumerate(dict.fromkeys(teaser.block for teaser in teasers), 1)}
    return tuple(
        teaser
        if teaser.slot == slot and teaser.block == blocks[teaser.block]
        else replace(teaser, slot=slot, block=blocks[teaser.block])
        for slot, teaser in enumerate(teasers, 1)
    )


def _without(teasers: tuple[Teaser, ...], further: tuple[StoryDraft, ...]) -> tuple[Teaser, ...]:
    """Leave out links to stories that stand whole on the same page."""
    whole = {_key(draft.url) for draft in further if draft.url}
    if not whole:
        return teasers
    return _renumbered([one for one in teasers if not (one.target_url and _key(one.target_url) in whole)])


def _is_story(metadata: Metadata, body: Body) -> bool:
    """Is there a story: text enough, a headline over a player, or a few words that somebody signed or dated?"""
    if body.text_length >= _SHORTEST_STORY:
        return metadata.headline is not None or body.text_length >= 3 * _SHORTEST_STORY
    if metadata.headline is None:
        return False
    signed = metadata.published is not None or bool(metadata.authors)
    return bool(body.media or metadata.media) or (signed and body.text_length > 0)


def _draft(page: Page, metadata: Metadata, body: Body, regions: Regions | None) -> StoryDraft:
    authors, site, lines = metadata.authors, metadata.site, body.header_lines
    byline = metadata.byline or tidy_byline(body.byline, authors, site) or find_byline(lines, authors, site)
    dateline = tidy_dateline(body.dateline, language=metadata.language) or find_dateline(
        lines, (metadata.published, metadata.modified), authors, language=metadata.language
    )
    return StoryDraft(
        headline=metadata.headline,
        url=metadata.declared_canonical or page.url,
        kicker=body.kicker,
        standfirst=body.standfirst,
        byline=byline,
        authors=authors,
        dateline=dateline,
        published=metadata.published,
        modified=metadata.modified,
        section=metadata.section,
        tags=metadata.tags,
        language=metadata.language or detect_language(" ".join(block.text for block in body.blocks)),
        blocks=body.blocks,
        parts=body.parts,
        pictures=body.pictures or stated_pictures(metadata.pictures),
        media=body.media or metadata.media,
        form=metadata.form,
        post_id=(regions.post_id if regions is not None else None) or metadata.post_id,
        is_free=metadata.is_free,
        is_truncated=_is_truncated(metadata, body),
    )


def _is_truncated(metadata: Metadata, body: Body) -> bool:
    """Is this no more than the beginning of a story that its publisher does not give away?"""
    if metadata.is_free is not False or not body.blocks:
        return False
    stated = len(metadata.article_body or "")
    breaks_off = body.blocks[-1].text.endswith(("…", "...", "[...]"))
    return breaks_off or body.text_length < _SHORTEST_WHOLE or stated > 2 * body.text_length


def _further(page: Page, region: FurtherRegion) -> StoryDraft:
    headline = _first_text(region.elements, "widget__headline-text", ("h1", "h2"))
    body = read_body(page, Metadata(headline=headline), None, elements=region.elements, url=region.url)
    date_text = _first_text(region.elements, "social-date__text", ("time",))
    timezone = page.source.timezone if page.source is not None else None
    author = _first_text(region.elements, "social-author__name", ())
    return StoryDraft(
        headline=headline,
        url=region.url,
        kicker=body.kicker,
        standfirst=body.standfirst,
        byline=author or body.byline,
        authors=(author,) if author else (),
        published=parse_date(date_text, origin="printed date", timezone=timezone) if date_text else None,
        section=_first_text(region.elements, "widget__section", ()),
        blocks=body.blocks,
        parts=body.parts,
        pictures=body.pictures,
        media=body.media,
        post_id=region.post_id,
    )


def _first_text(elements: tuple[Element, ...], name: str, tags: tuple[str, ...]) -> str | None:
    for element in elements:
        for one in element.iter():
            if (name in (one.get("class") or "").split() or one.tag in tags) and (text := text_of(one)):
                return fold_space(text)
    return None
