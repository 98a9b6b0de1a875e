"""Which page promotes what: the blocks of teasers that stand around a story, in the page's order.

The page forms print these plans and `demo.expected` reads the same ones, so what is promised of a page is what it
prints. How a block looks is the page form's business.
"""

from __future__ import annotations

from dataclasses import dataclass

from demo.edition import Edition
from demo.stories import Layout, Story

SITE_NAME = "Meridian Post"


@dataclass(frozen=True, slots=True, kw_only=True)
class PlannedTeaser:
    """A pointer to a story. `target` is a path of this site, or an absolute address where `story` is None.

    `standfirst`, `kicker`, `with_picture` and `with_words` (the picture's caption and credit) say what of the story is
    printed beside its headline.
    """

    target: str
    headline: str
    story: Story | None = None
    standfirst: str | None = None
    kicker: str | None = None
    with_picture: bool = False
    with_words: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class PlannedBlock:
    """Teasers under one heading. `kind` is related, popular or latest; `name` tells the page form which block it is.

    An empty `heading` means that none is printed.
    """

    name: str
    kind: str
    heading: str
    teasers: tuple[PlannedTeaser, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class PagePlan:
    """A story page: the story, whole further stories below it, and the teaser blocks in the page's order."""

    story: Story
    further: tuple[Story, ...]
    blocks: tuple[PlannedBlock, ...]

    def block(self, name: str) -> PlannedBlock | None:
        """The block of that name; None where the page has none."""
        return next((block for block in self.blocks if block.name == name), None)


def plan_page(edition: Edition, story: Story) -> PagePlan:
    """Plan a story's ordinary page."""
    further = tuple(edition.story(key) for key in story.further)
    blocks = {Layout.REGULAR: _regular_blocks, Layout.SCROLL: _scroll_blocks, Layout.MODERN: _modern_blocks}
    return PagePlan(story=story, further=further, blocks=blocks[story.layout](edition, story))


def plan_amp(edition: Edition, story: Story) -> PagePlan:
    """Plan a story's AMP twin: the story and a tail of the newest ones, which point to AMP twins again."""
    teasers = tuple(
        PlannedTeaser(
            target=s.amp_path,
            headline=s.headline,
            story=s,
            standfirst=s.opening,
            with_picture=_has_picture(s) and s.form != "video",
            with_words=True,
        )
        for s in edition.newest(4, beside=story)
    )
    tail = PlannedBlock(name="tail", kind="related", heading=f"More from {SITE_NAME}", teasers=teasers)
    return PagePlan(story=story, further=(), blocks=(tail,))


def _regular_blocks(edition: Edition, story: Story) -> tuple[PlannedBlock, ...]:
    return (
        *_inside_body(edition, story),
        PlannedBlock(
            name="tail",
            kind="related",
            heading=f"More from {SITE_NAME}",
            teasers=tuple(_full_teaser(s) for s in edition.newest(5, beside=story)),
        ),
        _links("popular", "popular", heading="Popular", stories=edition.popular(5, beside=story)),
        _links("latest", "latest", heading="Latest", stories=edition.newest(5, beside=story)),
    )


def _scroll_blocks(edition: Edition, story: Story) -> tuple[PlannedBlock, ...]:
    below = {story.key, *story.further}
    chosen = [s for s in edition.newest(8) if s.key not in below and s.lead is not None][:4]
    cards = tuple(
        PlannedTeaser(target=s.path, headline=s.headline, story=s, with_picture=_has_picture(s)) for s in chosen
    )
    return (
        *_inside_body(edition, story),
        PlannedBlock(name="chosen", kind="related", heading="Stories Chosen For You", teasers=cards),
        _links("popular", "popular", heading="Popular", stories=edition.popular(5, beside=story)),
    )


def _modern_blocks(edition: Edition, story: Story) -> tuple[PlannedBlock, ...]:
    if story.series:
        heading = f"More from {story.series}"
        others = tuple(s for s in edition.in_section(story.section) if s.key != story.key)[:3]
    else:
        heading = "More For You"
        others = edition.newest(3, beside=story)
    return (
        _links("latest", "latest", heading="Latest Stories", stories=edition.newest(4, beside=story)),
        PlannedBlock(name="more", kind="related", heading=heading, teasers=tuple(_full_teaser(s) for s in others)),
    )


def _inside_body(edition: Edition, story: Story) -> tuple[PlannedBlock, ...]:
    """The two lists that end a body: stories of this site, and pages of others."""
    blocks = []
    if story.related:
        stories = tuple(edition.story(key) for key in story.related)
        blocks.append(_links("from_site", "related", heading="From Your Site Articles", stories=stories))
    if story.around:
        words, address = story.around
        teaser = PlannedTeaser(target=address, headline=words)
        heading = "Related Articles Around the Web"
        blocks.append(PlannedBlock(name="around", kind="related", heading=heading, teasers=(teaser,)))
    return tuple(blocks)


def _links(name: str, kind: str, *, heading: str, stories: tuple[Story, ...]) -> PlannedBlock:
    teasers = tuple(PlannedTeaser(target=s.path, headline=s.headline, story=s) for s in stories)
    return PlannedBlock(name=name, kind=kind, heading=heading, teasers=teasers)


def _full_teaser(story: Story) -> PlannedTeaser:
    return PlannedTeaser(
        target=story.path,
        headline=story.headline,
        story=story,
        standfirst=story.opening,
        kicker=story.section_name,
        with_picture=_has_picture(story),
        with_words=True,
    )


def _has_picture(story: Story) -> bool:
    return story.lead is not None
