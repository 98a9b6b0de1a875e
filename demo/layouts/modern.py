"""The page of 2026: the newest stories above, "By Name" and the date run together, "More For You" below.

A teaser of its last block holds a headline, the opening, a button, and then the same opening once more, cut short.
"""

from __future__ import annotations

from demo.blocks import body_pieces, end_of_body
from demo.chrome import advert, module_headline, page_end, share_panel, top_bar
from demo.head import html_start, story_head
from demo.layouts.cards import show_more, widget_classes
from demo.plans import PagePlan, PlannedBlock, PlannedTeaser
from demo.press import (
    Press,
    attribute,
    author_path,
    caption_and_credit,
    lazy_image,
    lead_words,
    plain_date,
    tag_path,
    text,
)
from demo.stories import Story

_EXCERPT_CHARACTERS = 90


def modern_page(press: Press, plan: PagePlan) -> str:
    """Print a story in the form of 2026."""
    story = plan.story
    return (
        html_start(story_head(press, story), language=story.language)
        + f"<body>\n{top_bar(press)}{_latest(press, plan.block('latest'))}"
        + '<div id="sPost_main" class="content-wrap row-wrapper clearfix modern"><div class="row px20">'
        + f'<div class="article_column col">\n{_main(press, story)}{_more(press, plan.block("more"))}'
        + "</div></div></div>\n"
        + page_end(press)
    )


def _latest(press: Press, block: PlannedBlock | None) -> str:
    if block is None:
        return ""
    items = "".join(
        f'<li class="latest-bar__item"><a class="latest-bar__link" '
        f'href="{attribute(press.tracked_url(teaser.target, medium="latest"))}">{text(teaser.headline)}</a></li>'
        for teaser in block.teasers
    )
    return (
        f'<div class="latest-bar"><h2 class="latest-bar__heading">{text(block.heading)}</h2>'
        f'<ul class="latest-bar__list">{items}</ul></div>\n'
    )


def _main(press: Press, story: Story) -> str:
    tags = "".join(f'<a class="tags__item" href="{attribute(tag_path(tag))}">{text(tag)}</a>' for tag in story.tags)
    return (
        '<div class="posts-custom posts-custom-section section-holder clearfix" data-source="current_post" '
        'data-source-type="current_post" data-attr-is_current_post="true"><div class="posts-wrapper clearfix">'
        f'<div class="widget post-partial {widget_classes(story)}"><article elid="{story.post_id}" class="clearfix '
        f'image-article sm-mb-1 post-{story.post_id}"><div class="widget__body clearfix">'
        f'<div class="all-related-sections"><a href="{press.url(f"/{story.section}/")}">{text(story.section_name)}</a>'
        f'</div><h1 class="widget__headline h1"><span class="widget__headline-text">{text(story.headline)}</span></h1>'
        f"{_standfirst(story)}</div>{_hero(press, story)}{_byline(press, story)}"
        f'<div class="widget__body clearfix"><div class="body js-expandable css-listicle-body-{story.post_id}">'
        f'<div class="body-description">{"".join(body_pieces(press, story))}</div></div>{end_of_body(press, story)}'
        f'{advert(press, "mp_below_body")}<div class="tags">{tags}</div>{share_panel(press, story.path)}</div>'
        "</article></div></div></div>\n"
    )


def _standfirst(story: Story) -> str:
    if not story.standfirst:
        return ""
    return (
        f'<div class="widget__subheadline"><h2 class="widget__subheadline-text h2">{text(story.standfirst)}</h2></div>'
    )


def _hero(press: Press, story: Story) -> str:
    photo = story.lead
    if photo is None or story.form == "video":
        return ""
    words = caption_and_credit(photo.caption, photo.credit, credit_in_list=photo.credit_in_list)
    return (
        f'<div class="widget__head"><img fetchpriority="high" role="img" class="rm-hero-media" '
        f'alt="{attribute(photo.alt)}" src="{attribute(press.picture_url(photo, 1200))}" width="1200" height="800"/>'
        f'</div><div class="widget__body clearfix">{words}</div>'
    )


def _byline(press: Press, story: Story) -> str:
    names = " and ".join(
        f'<a class="social-author__name" href="{attribute(press.url(author_path(name)))}">{text(name)}</a>'
        for name in story.authors
    )
    first = story.authors[0]
    return (
        f'<div class="post-author"><div class="post-author__line"><span class="post-author__by">By </span>{names}'
        f'<span class="social-date__text">{plain_date(story.published)}</span></div><div class="post-author__card">'
        f'<span class="post-author__card-name">{text(first)}</span>'
        f'<a class="post-author__bio-link" href="{attribute(author_path(first))}">See Full Bio</a></div></div>'
    )


def _more(press: Press, block: PlannedBlock | None) -> str:
    if block is None:
        return ""
    return (
        f'<div class="more_for_you">{module_headline(block.heading)}<div class="posts-custom posts-custom-section '
        'section-holder clearfix" data-source="multi_filtered_parent_site_newest" data-source-type="multi">'
        f'<div class="posts-wrapper clearfix">\n{"".join(_more_card(press, teaser) for teaser in block.teasers)}</div>'
        '</div><a class="button-load-more" href="/news/?page=2">More &gt;</a></div>\n'
    )


def _more_card(press: Press, teaser: PlannedTeaser) -> str:
    story = teaser.story
    if story is None:
        raise ValueError(f"a card needs a story of this site: {teaser.target}")
    href = attribute(press.url(teaser.target))
    head = ""
    if teaser.with_picture and story.lead is not None:
        alt, caption, credit = lead_words(story, story.lead)
        words = caption_and_credit(caption, credit, credit_in_list=story.lead.credit_in_list)
        head = f'<div class="widget__head"><a href="{href}">{lazy_image(press, story.lead, alt=alt)}</a></div>{words}'
    excerpt = story.opening[:_EXCERPT_CHARACTERS].rpartition(" ")[0]
    return (
        f'<div class="widget {widget_classes(story)}" elid="{story.post_id}"><article elid="{story.post_id}" '
        f'class="clearfix image-article post-{story.post_id}">{head}<div class="widget__body clearfix">'
        f'<a class="widget__section" href="/{story.section}/">{text(teaser.kicker or "")}</a>'
        f'<h2 class="widget__headline h2"><a class="widget__headline-text" href="{href}">{text(teaser.headline)}</a>'
        f'</h2><div class="body js-expandable"><div class="body-description"><p>{text(story.opening)}</p></div>'
        f"{show_more('Keep reading...')}</div>"
        f'<div class="widget__excerpt">{text(excerpt)} [...]</div></div></article></div>\n'
    )
