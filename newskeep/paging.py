"""Stories over several pages: which addresses are pages of one story, and how their drafts become one.

A story's first page has an address of its own; the others add a number to it: `?page=2`, `/2/`, `/page/2`, `-2.html`.
Not here: finding the links on a page (`newskeep.extract.paged`), asking for the pages (`pipelines.pages`).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from typing import NamedTuple
from urllib.parse import urlsplit

from newskeep.digests import picture_key
from newskeep.model import Block, BlockKind, Media, Picture, StoryDraft
from newskeep.text import fold_space, word_set

MOST_PAGES = 20
"""A story of more pages than these is kept as its beginning."""

_PARAMETERS = word_set(
    "page p pg pagenum page_no pageno seite pagina página sida side strona sivu sayfa trang halaman stranica"
)
_WORDS = r"(?:page|p|seite|pagina|sida|side|strona|sivu|sayfa|trang|halaman|stranica|teil)"
_NUMBER = r"([1-9]\d?)"
# `/story/2/`, `/story/page/2`, `/story/page-2.html`; `/story-2.html`, `/story,2.html`, `/story,seite-2.html`.
_IN_PATH = re.compile(rf"/(?:{_WORDS}[-_/]?)?{_NUMBER}/?(?:\.s?html?|\.php)?$", re.IGNORECASE)
_IN_NAME = re.compile(rf"[-_,](?:{_WORDS}[-_,]?)?{_NUMBER}(\.s?html?|\.php)$", re.IGNORECASE)
_ENDINGS = ("/", ".html", ".htm", ".shtml", ".php")


class PageAddress(NamedTuple):
    """One reading of an address as a page of a story: what the pages share, and the number."""

    story: str
    number: int


def page_addresses(url: str) -> tuple[PageAddress, ...]:
    """Read an address as the pages it may be: the first one of itself, and, where it ends in a number, that one.

    A number above `MOST_PAGES` is none of a page. The strongest reading comes last.
    """
    try:
        parts = urlsplit(url)
    except ValueError:
        return ()
    host, path = parts.netloc.lower().removeprefix("www."), parts.path
    kept, number = _without_parameter(parts.query)
    if len(path) < 2:
        return ()
    first = PageAddress(f"{host}{_bare(path)}?{kept}", number or 1)
    if number is not None:
        return (first,)
    found = [first]
    for pattern in (_IN_NAME, _IN_PATH):
        match = pattern.search(path)
        if match is not None and int(match[1]) <= MOST_PAGES and len(path[: match.start()]) > 1:
            found.append(PageAddress(f"{host}{_bare(path[: match.start()])}?{kept}", int(match[1])))
    return tuple(found)


def number_in(url: str, story: str) -> int | None:
    """Give the number that an address has among the pages of a story; None where it is none of them."""
    return next((one.number for one in reversed(page_addresses(url)) if one.story == story), None)


def join_pages(first: StoryDraft, further: Sequence[StoryDraft], *, is_whole: bool) -> StoryDraft:
    """Put the pages of a story together, in their order; headline, names and dates are the first page's.

    Where not `is_whole`, the last pages could not be had, and the story is marked as its beginning.
    """
    blocks, parts, media = list(first.blocks), list(first.parts), list(first.media)
    pictures = list(first.pictures)
    for draft in further:
        # A standfirst that only one page has is text; the same one again is the story's head.
        if draft.standfirst and fold_space(draft.standfirst) != fold_space(first.standfirst):
            blocks += _missing_standfirst(draft, blocks)
        shift = len(blocks)
        blocks += draft.blocks
        parts += [replace(part, first_block=part.first_block + shift) for part in draft.parts]
        pictures += _new_pictures(pictures, draft.pictures, shift)
        media += _new_media(media, draft.media)
    is_truncated = not is_whole or bool(further and further[-1].is_truncated)
    return replace(
        first,
        blocks=tuple(blocks),
        parts=tuple(parts),
        pictures=tuple(pictures),
        media=tuple(media),
        is_truncated=is_truncated,
    )


def adds_nothing(draft: StoryDraft, before: Sequence[StoryDraft]) -> bool:
    """Is this a page that was there already? Some servers answer any number with the first page."""
    texts = {block.text for one in before for block in one.blocks if block.text}
    return all(block.text in texts for block in draft.blocks)


def _missing_standfirst(draft: StoryDraft, blocks: Sequence[Block]) -> list[Block]:
    # What the first lines of a later page were taken for is its text: only a story's first page has a standfirst.
    if not draft.blocks or any(block.text == draft.standfirst for block in blocks):
        return []
    return [Block(kind=BlockKind.PARAGRAPH, text=draft.standfirst or "")]


def _new_pictures(known: Sequence[Picture], found: Sequence[Picture], shift: int) -> list[Picture]:
    keys = {picture_key(one.url) for one in known if one.url}
    return [
        replace(one, position=one.position + shift, lead=False)
        for one in found
        if one.url is None or picture_key(one.url) not in keys
    ]


def _new_media(known: Sequence[Media], found: Sequence[Media]) -> list[Media]:
    urls = {one.url for one in known}
    return [one for one in found if one.url not in urls]


def _bare(path: str) -> str:
    return next((path[: -len(ending)] for ending in _ENDINGS if path.endswith(ending)), path)


def _without_parameter(query: str) -> tuple[str, int | None]:
    """The query without the parameter that numbers pages, and that number."""
    number = None
    kept = []
    for piece in query.split("&"):
        name, _, value = piece.partition("=")
        if name.lower() in _PARAMETERS and value.isascii() and value.isdigit() and 1 <= int(value[:3]) <= MOST_PAGES:
            number = int(value[:3])
        elif piece and not name.lower().startswith("utm_"):
            kept.append(piece)
    return "&".join(kept), number
