"""The story's body: which blocks are its text, in order, with standfirst, pictures, media and parts.

The page is laid out as a line, every passage is judged, the element that holds the story is chosen, and what is text in
it becomes blocks. Where a family of sites knows the story's elements, only those are laid out.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

from newskeep.extract import signs
from newskeep.extract.blocks import Outline, outline
from newskeep.extract.core import choose_span
from newskeep.extract.following import read_following
from newskeep.extract.header import Header, find_headline, read_header
from newskeep.extract.judge import Judgement, Role, judge, text_mass
from newskeep.extract.lines import parted_line
from newskeep.extract.live_entries import read_clocks
from newskeep.extract.media import Player, as_media, read_players
from newskeep.extract.metadata import Metadata
from newskeep.extract.parts import Placing, read_parts
from newskeep.extract.passage_judge import overrule
from newskeep.extract.pictures import Shown, read_pictures
from newskeep.extract.printed import Line
from newskeep.extract.recurrence import imprint_of
from newskeep.extract.recurring_links import read_recurring
from newskeep.extract.sites.regions import Regions
from newskeep.extract.stretch import Reading, Stretch, read_stretch
from newskeep.extract.tree import HEADING_LEVELS, Element, Page
from newskeep.model import Block, BlockKind, Imprint, Media, Part, Picture, StoryForm, Teaser
from newskeep.text import fold_space

_KINDS = {
    Role.PARAGRAPH: BlockKind.PARAGRAPH,
    Role.CROSSHEAD: BlockKind.CROSSHEAD,
    Role.LIST: BlockKind.LIST,
    Role.QUOTE: BlockKind.QUOTE,
    Role.TABLE: BlockKind.TABLE,
}
_LAST_LEVEL = 6
_ENOUGH_TEXT = 600
_ENOUGH_SHARE = 0.2
_LITTLE_SHARE = 0.3
_WORDS_OF_PICTURES = signs.CAPTION | signs.CREDIT


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Body:
    """What the story's elements hold.

    `elements` are the story's own elements in page order (paragraphs, crossheads, lists, quotes, figures, standfirst):
    an anchor below one of them is running text, no teaser. `container` is the nearest element around them all.
    `following` are teasers that stand behind the story under a heading of their own, as their shape alone gives them;
    `recurring` those in its midst that site memory gives away. `header_lines` are the short lines around the headline
    that became nothing else.
    """

    blocks: tuple[Block, ...] = ()
    pictures: tuple[Picture, ...] = ()
    media: tuple[Media, ...] = ()
    kicker: str | None = None
    standfirst: str | None = None
    byline: str | None = None
    dateline: str | None = None
    header_lines: tuple[Line, ...] = ()
    parts: tuple[Part, ...] = ()
    elements: tuple[Element, ...] = ()
    container: Element | None = None
    following: tuple[Teaser, ...] = ()
    recurring: tuple[Teaser, ...] = ()
    imprint: Imprint | None = None

    @property
    def text_length(self) -> int:
        """Characters of text in the blocks and the standfirst."""
        return sum(len(block.text) for block in self.blocks) + len(self.standfirst or "")


class PlacedBlock(NamedTuple):
    """A block and the passage it begins with."""

    at: int
    block: Block


def read_body(
    page: Page,
    metadata: Metadata,
    regions: Regions | None = None,
    *,
    elements: tuple[Element, ...] = (),
    url: str | None = None,
) -> Body:
    """Read the story out of a page, out of the regions a family found, or out of the given elements alone.

    `url` is the address of the story in those elements where it is not the page's.
    """
    chosen = elements or (regions.main if regions is not None else ())
    line = lay_out(page, regions, chosen)
    headline_at = find_headline(line, metadata.headline)
    judgement, stretch = find_story(line, page, metadata, headline_at)
    if _states_more(metadata, judgement, stretch):
        return _stated_body(metadata)
    if stretch is None:
        players = read_players(page, line, judgement, begin=0, last=len(line.passages)) if chosen else []
        return Body(media=as_media(players))
    if not chosen:
        stretch = overrule(page, line, judgement, stretch, headline_at=headline_at, metadata=metadata)
    header = read_header(line, judgement, stretch, headline_at=headline_at, description=metadata.description)
    reading = Reading(page, line, judgement, stretch, url or metadata.declared_canonical or page.url)
    return _assemble(reading, header, metadata)


def lay_out(page: Page, regions: Regions | None, chosen: tuple[Element, ...] = ()) -> Outline:
    """Lay out the chosen elements, or the whole page where there are none, without what a family has read already."""
    excluded = frozenset((*regions.claimed, *regions.rest)) if regions is not None else frozenset()
    return outline(chosen or (page.body,), open_templates=bool(chosen), excluded=excluded)


def find_story(
    line: Outline, page: Page, metadata: Metadata, headline_at: int | None
) -> tuple[Judgement, Stretch | None]:
    """Judge the line and choose the story on it by rules; once more, leniently, where little of the text was chosen."""
    for lenient in (False, True):
        judgement = judge(
            line,
            headline_at=headline_at,
            article_body=metadata.article_body,
            memory=page.memory,
            lenient=lenient,
        )
        span = choose_span(line, judgement)
        stretch = read_stretch(line, judgement, span, headline_at=headline_at) if span is not None else None
        if stretch is not None and stretch.text:
            held = sum(judgement.weights[at] for at in stretch.text)
            if lenient or held >= _ENOUGH_TEXT or held >= _ENOUGH_SHARE * text_mass(line, judgement):
                return judgement, stretch
    return judgement, None


def _states_more(metadata: Metadata, judgement: Judgement, stretch: Stretch | None) -> bool:
    """Does the page state far more of the story for machines than it prints? Some print nothing before scripts run."""
    stated = len(metadata.article_body or "")
    held = sum(judgement.weights[at] for at in stretch.text) if stretch is not None else 0
    return stated >= _ENOUGH_TEXT and held < _LITTLE_SHARE * stated


def _stated_body(metadata: Metadata) -> Body:
    lines = [line for line in (fold_space(line) for line in (metadata.article_body or "").split("\n")) if line]
    return Body(blocks=tuple(Block(kind=BlockKind.PARAGRAPH, text=line) for line in lines))


def _assemble(reading: Reading, header: Header, metadata: Metadata) -> Body:
    page, line, judgement, stretch, _ = reading
    passages = line.passages
    is_live = metadata.form is StoryForm.LIVE_BLOG
    clocks = read_clocks(reading, is_live=is_live)
    apart = {*header.standfirst, *(clock.at for clock in clocks if not clock.text)}
    places = [at for at in stretch.text if at not in apart]
    begin = min(at for at in (header.headline, header.kicker, *header.standfirst, *places[:1]) if at is not None)
    last = places[-1] if places else begin
    players = read_players(page, line, judgement, begin=begin, last=last)
    placed = _placed_blocks(line, stretch, places, players)
    shown = _read_pictures(reading, begin, placed, metadata)
    if own := _own_text(reading, places, shown.places):
        # Words printed for a picture are no text; without them it stands elsewhere in the text.
        places, placed = own, _placed_blocks(line, stretch, own, players)
        shown = _read_pictures(reading, begin, placed, metadata)
    kicker = _text_at(line, header.kicker)
    placing = Placing(blocks=[one.block for one in placed], places=[one.at for one in placed])
    parts = read_parts(
        reading,
        placing,
        clocks,
        is_live=is_live,
        label=f"{kicker or ''} {metadata.headline or ''} {metadata.section or ''}",
        published=metadata.published,
    )
    return Body(
        blocks=tuple(placing.blocks),
        parts=parts,
        pictures=shown.pictures,
        media=as_media(players),
        standfirst=" ".join(passages[at].text for at in header.standfirst) or None,
        kicker=kicker,
        byline=_text_at(line, header.byline),
        dateline=_text_at(line, header.dateline),
        header_lines=tuple(Line(passages[at].element, passages[at].text) for at in header.lines),
        elements=tuple(passages[at].element for at in (*header.standfirst, *places)),
        container=line.spans[stretch.span].element,
        following=read_following(page, line, last),
        recurring=read_recurring(reading),
        imprint=imprint_of(passages[stretch.first : stretch.end], judgement.weights[stretch.first : stretch.end]),
    )


def _read_pictures(reading: Reading, begin: int, placed: list[PlacedBlock], metadata: Metadata) -> Shown:
    return read_pictures(
        reading, begin=max(0, begin - 1), places=[block.at for block in placed], declared=metadata.pictures
    )


def _own_text(reading: Reading, places: list[int], claimed: frozenset[int]) -> list[int] | None:
    """The places of text that is no picture's and not named so; None where that is all of it, or hardly any."""
    weights, found = reading.judgement.weights, reading.judgement.signs
    own = [at for at in places if at not in claimed and not found[at] & _WORDS_OF_PICTURES]
    if len(own) == len(places):
        return None
    return own if 2 * sum(weights[at] for at in own) > sum(weights[at] for at in places) else None


def _text_at(line: Outline, at: int | None) -> str | None:
    """A label of the header, its parts with space between them."""
    return parted_line(line.passages[at].element, line.passages[at].text) if at is not None else None


def _placed_blocks(line: Outline, stretch: Stretch, places: list[int], players: list[Player]) -> list[PlacedBlock]:
    blocks: list[PlacedBlock] = []
    embeds = [player for player in players if player.kind is None]
    items: list[str] = []
    items_at = 0
    for at in places:
        role = stretch.role(at)
        text = line.passages[at].text
        if items and (role is not Role.LIST or (embeds and embeds[0].at <= at)):
            blocks.append(_list_block(items_at, items))
            items = []
        while embeds and embeds[0].at <= at:
            embed = embeds.pop(0)
            blocks.append(PlacedBlock(embed.at, Block(kind=BlockKind.EMBED, text="", url=embed.url)))
        if role is Role.LIST:
            items_at = items_at if items else at
            items.append(text)
            continue
        level = _level(line, at) if role is Role.CROSSHEAD else None
        blocks.append(PlacedBlock(at, Block(kind=_KINDS[role], text=text, level=level)))
    if items:
        blocks.append(_list_block(items_at, items))
    blocks.extend(PlacedBlock(one.at, Block(kind=BlockKind.EMBED, text="", url=one.url)) for one in embeds)
    return blocks


def _list_block(at: int, items: list[str]) -> PlacedBlock:
    return PlacedBlock(at, Block(kind=BlockKind.LIST, text="\n".join(items), items=tuple(items)))


def _level(line: Outline, at: int) -> int:
    """The level of the heading around a crosshead; 2 where it is none but a bold line."""
    span = line.passages[at].span
    while span >= 0:
        level = HEADING_LEVELS.get(line.spans[span].tag)
        if level is not None:
            return min(max(level, 2), _LAST_LEVEL)
        span = line.spans[span].parent
    return 2
