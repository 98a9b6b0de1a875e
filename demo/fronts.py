"""Fronts: the home page, the sections, the pages of a tag or an author. Which stories, in which slot, under which link.

The home front links its stories as sites do: some plainly, some with tracking parameters, one by its AMP address, one
by a second path, and, in its last block, some addresses that are no stories at all (`demo.oddities`).
"""

from __future__ import annotations

from dataclasses import dataclass

from demo.chrome import link_rail, module_headline, page_end, top_bar, wide_page
from demo.edition import Edition, section_paths
from demo.head import front_head, html_start
from demo.layouts.cards import headline_card
from demo.oddities import ODDITIES
from demo.plans import SITE_NAME, PlannedBlock, PlannedTeaser
from demo.press import Press, attribute, author_path, tag_path, text
from demo.stories import SECTIONS, Story

_HOME_SECTIONS = ("news/analysis", "planet", "technology", "dispatches", "video/quick-look", "opinion", "culture")
_TRACKED_EVERY = 3
_AMP_SLOT = 4
"""The slot (from 0) of the card among the top ones that links the AMP twin."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FrontPlan:
    """A front: its blocks in the page's order. `feed` is the feed it names, `title` its title."""

    path: str
    title: str
    feed: str
    blocks: tuple[PlannedBlock, ...]


def plan_front(edition: Edition, path: str) -> FrontPlan | None:
    """Plan the front at a path; None where there is none."""
    if path == "/":
        return FrontPlan(path=path, title=SITE_NAME, feed="/feeds/feed.rss", blocks=_home_blocks(edition))
    section = path.strip("/")
    if section in section_paths():
        name = SECTIONS.get(section, section.rpartition("/")[2].capitalize())
        return _listing_plan(
            edition, path=f"/{section}/", title=f"{name} - {SITE_NAME}", stories=edition.in_section(section)
        )
    for story in edition.stories:
        for tag in story.tags:
            if tag_path(tag) == path:
                stories = tuple(s for s in edition.stories if tag in s.tags)
                # An unrendered title is what real tag pages of this kind have.
                return _listing_plan(edition, path=path, title="{{ subpage.title }}", stories=stories)
        for name in story.authors:
            if author_path(name) == path:
                stories = tuple(s for s in edition.stories if name in s.authors)
                return _listing_plan(edition, path=path, title=f"{name} - {SITE_NAME}", stories=stories)
    return None


def front_page(press: Press, plan: FrontPlan) -> str:
    """Print a front."""
    rails = [block for block in plan.blocks if block.name in ("popular", "latest")]
    column = "".join(_block(press, block) for block in plan.blocks if block not in rails)
    head = front_head(press, title=plan.title, path=plan.path, feed=plan.feed)
    return (
        html_start(head)
        + f'<body class="front">\n{top_bar(press)}'
        + wide_page(column, "".join(link_rail(press, block) for block in rails))
        + page_end(press)
    )


def _home_blocks(edition: Edition) -> tuple[PlannedBlock, ...]:
    top = edition.newest(7)
    shown = {story.key for story in top}
    blocks = [
        PlannedBlock(name="hero", kind="front", heading="", teasers=(_card(top[0], standfirst=True),)),
        PlannedBlock(
            name="top",
            kind="front",
            heading="",
            teasers=tuple(_card(story, amp=slot == _AMP_SLOT) for slot, story in enumerate(top[1:], start=1)),
        ),
    ]
    for section in _HOME_SECTIONS:
        others = [story for story in edition.in_section(section) if story.key not in shown][:3]
        teasers = tuple(_card(story) for story in others)
        blocks.append(PlannedBlock(name="section", kind="front", heading=SECTIONS[section], teasers=teasers))
    foreign = tuple(_card(story) for story in edition.stories if story.language != "en")
    blocks.append(PlannedBlock(name="languages", kind="front", heading="In other languages", teasers=foreign))
    odd = tuple(PlannedTeaser(target=oddity.path, headline=oddity.headline) for oddity in ODDITIES)
    blocks.append(PlannedBlock(name="desk", kind="front", heading="From the desk", teasers=odd))
    for name, stories in (("popular", edition.popular(5)), ("latest", edition.newest(6))):
        teasers = tuple(PlannedTeaser(target=s.path, headline=s.headline, story=s) for s in stories)
        blocks.append(PlannedBlock(name=name, kind=name, heading=name.capitalize(), teasers=teasers))
    return tuple(blocks)


def _listing_plan(edition: Edition, *, path: str, title: str, stories: tuple[Story, ...]) -> FrontPlan:
    cards = tuple(_card(story, standfirst=True, by_mirror=False) for story in stories)
    popular = tuple(PlannedTeaser(target=s.path, headline=s.headline, story=s) for s in edition.popular(5))
    feed = f"/feeds{path.rstrip('/')}.rss" if path.endswith("/") else "/feeds/feed.rss"
    return FrontPlan(
        path=path,
        title=title,
        feed=feed,
        blocks=(
            PlannedBlock(name="section", kind="front", heading=title.partition(" - ")[0], teasers=cards),
            PlannedBlock(name="popular", kind="popular", heading="Popular", teasers=popular),
        ),
    )


def _card(story: Story, *, standfirst: bool = False, amp: bool = False, by_mirror: bool = True) -> PlannedTeaser:
    target = story.amp_path if amp else story.path
    if by_mirror and story.mirror:
        target = story.mirror
    return PlannedTeaser(
        target=target,
        headline=story.headline,
        story=story,
        standfirst=(story.standfirst or story.opening) if standfirst else None,
        kicker=story.section_name,
        with_picture=story.lead is not None,
    )


def _block(press: Press, block: PlannedBlock) -> str:
    heading = module_headline(block.heading) if block.heading else ""
    if block.name == "desk":
        items = "".join(
            f'<li class="desk__item"><a class="desk__link" href="{attribute(teaser.target)}">{text(teaser.headline)}'
            "</a></li>"
            for teaser in block.teasers
        )
        return f'<div class="desk_section">{heading}<ul class="desk__list">{items}</ul></div>\n'
    cards = "".join(
        headline_card(press, teaser, href=_href(press, teaser, slot)) for slot, teaser in enumerate(block.teasers)
    )
    return (
        f'<div class="front_{block.name}">{heading}<div class="posts-custom posts-custom-section section-holder '
        'clearfix" data-source="current_page" data-source-type="page" data-has-more="true">'
        f'<div class="posts-wrapper clearfix card-grid">\n{cards}</div></div></div>\n'
    )


def _href(press: Press, teaser: PlannedTeaser, slot: int) -> str:
    if slot % _TRACKED_EVERY == 1 and "/amp/" not in teaser.target:
        return press.tracked_url(teaser.target, medium="front")
    return press.url(teaser.target)
