"""The regular page: one story split over three `article` elements of one id, then a tail of teasers and two rails."""

from __future__ import annotations

from demo.blocks import body_pieces, end_of_body
from demo.chrome import advert, link_rail, module_headline, page_end, share_panel, top_bar, wide_page
from demo.head import html_start, script_json, story_head
from demo.layouts.cards import printed_date, tail_card, widget_classes
from demo.plans import PagePlan, PlannedBlock
from demo.press import (
    Press,
    attribute,
    author_path,
    caption_and_credit,
    tag_path,
    text,
)
from demo.stories import Story

_CURRENT = (
    '<div class="posts-custom posts-custom-section section-holder clearfix" data-block="None" '
    'data-format="posts-custom" data-source="current_post" data-source-type="current_post" data-has-more="false" '
    'data-attr-limit="1" data-attr-layout_all_date_format="%B %d, %Y" data-attr-is_current_post="true">'
    '<div class="posts-wrapper clearfix">'
)
_AVATAR = "/media-library/image.png?id=30000002&width=210"


def regular_page(press: Press, plan: PagePlan) -> str:
    """Print a story as a regular page."""
    story = plan.story
    column = (
        f"<!-- header and hero -->\n{_part(story, 'current_post_media current_post', _header(press, story))}"
        f"<!-- body and tags -->\n{_part(story, 'article_post--body-and-tags', _body(press, plan))}"
        f"<!-- authors -->\n{_part(story, 'post-author-list', _author_notes(press, story))}"
        f"{_tail(press, plan.block('tail'))}"
    )
    rails = (plan.block("popular"), plan.block("latest"))
    side = "".join(link_rail(press, block) for block in rails if block)
    return (
        html_start(story_head(press, story), language=story.language, right_to_left=story.language == "ar")
        + f"<body>\n{top_bar(press)}"
        + wide_page(column, side + f'<div class="sidebar_sticky_parent">{advert(press, "mp_sidebar")}</div>')
        + page_end(press)
    )


def author_line(press: Press, story: Story) -> str:
    """The authors, each a link to a page of their own."""
    avatar = attribute(f'background-image: url("{press.origin}{_AVATAR}")')
    lines = [
        '<div class="social-author clearfix"><div class="social-author__avatar image">'
        f'<div class="cover-all image" style="{avatar}"></div></div>'
        f'<a class="social-author__name" href="{attribute(press.url(author_path(name)))}" data-type="text">'
        f"{text(name)}</a></div>"
        for name in story.authors
    ]
    return "".join(lines)


def body_tail(press: Press, plan: PagePlan) -> str:
    """The lists that end a body: "From Your Site Articles" and "Related Articles Around the Web"."""
    parts = []
    for name, prefix in (("from_site", "from-your-site"), ("around", "around-the-web")):
        block = plan.block(name)
        if block is None:
            continue
        items = "".join(
            f'<li class="{prefix}__item"><a href="{attribute(press.url(teaser.target))}" class="{prefix}__link" '
            f'target="_blank">{text(teaser.headline)} ›</a></li>'
            for teaser in block.teasers
        )
        parts.append(
            f'<div class="{prefix}__headline">{text(block.heading)}</div><ul class="around-the-web__list">{items}</ul>'
        )
    return f'<div class="around-the-web">{"".join(parts)}</div>' if parts else ""


def _part(story: Story, classes: str, inner: str) -> str:
    return (
        f'<div class="mb-2 article_post {classes}">{_CURRENT}'
        f'<div class="widget post-partial {widget_classes(story)}" data-category="{attribute(story.section_name)}">'
        f'<article elid="{story.post_id}" data-frozen-sections="[]" class="clearfix image-article sm-mb-1 quality-HD '
        f'post-{story.post_id}" data-category="{attribute(story.section_name)}"><div class="row px10">'
        f'<div class="rm-col-center col sm-mb-1" style="width:100.0%;">{inner}</div></div>'
        "</article></div></div></div></div>\n"
    )


def _header(press: Press, story: Story) -> str:
    standfirst = ""
    if story.standfirst:
        standfirst = (
            '<div class="widget__subheadline"><h2 class="widget__subheadline-text h2" data-type="text">'
            f"<p>{text(story.standfirst)}</p></h2></div>\n"
        )
    context = script_json(
        {
            "customDimensions": {
                "5": ", ".join(story.authors),
                "11": story.post_id,
                "6": story.section.rpartition("/")[2],
                "8": f"{story.published:%m/%d/%Y}",
            },
            "post": {"id": story.post_id, "providerId": 0, "tags": list(story.tags)},
        }
    )
    return (
        f'<div class="widget__body clearfix sm-mt-1"><a class="widget__section" '
        f'href="{press.url(f"/{story.section}/")}">{text(story.section_name)}</a>\n'
        f'<h1 class="widget__headline h1"><span class="widget__headline-text '
        f'custom-post-headline" data-type="text">\n        {text(story.headline)}\n    </span></h1>\n{standfirst}'
        f"{author_line(press, story)}\n{printed_date(story)}</div>\n{_hero(press, story)}"
        f'<script type="application/json" id="post-context-{story.post_id}" class="post-context '
        f'post-context-{story.post_id}">{context}</script>'
    )


def _hero(press: Press, story: Story) -> str:
    if story.lead is None or story.form == "video":
        return '<div class="widget__head"></div>'
    photo = story.lead
    large, small = (attribute(press.picture_url(photo, width)) for width in (1200, 980))
    words = caption_and_credit(photo.caption, photo.credit, credit_in_list=photo.credit_in_list)
    return (
        f'<div class="widget__head"><picture><source srcset="{large} 2x, {small} 1x"/><img fetchpriority="high" '
        f'role="img" alt="{attribute(photo.alt)}" aria-label="{attribute(photo.alt)}" src="{small}" '
        'class="rm-lazyloadable-image rm-hero-media" width="2000" height="1333"/></picture></div>\n'
        f'<div class="widget__body clearfix sm-mt-1">{words}</div>'
    )


def _body(press: Press, plan: PagePlan) -> str:
    story = plan.story
    pieces = list(body_pieces(press, story))
    # An ad stands in the middle of the text, inside a paragraph of its own, as on the real pages.
    pieces.insert(len(pieces) // 2, f"<p>{advert(press, 'mp_in_content')}</p>")
    tags = "".join(
        f'<a class="tags__item" href="{attribute(press.url(tag_path(tag)))}">{text(tag)}</a>' for tag in story.tags
    )
    return (
        '<div class="widget__body clearfix sm-mt-1"><span class="js-scroll-trigger" data-target="body"></span>'
        f'<div class="body js-expandable clearfix js-listicle-body  css-listicle-body-{story.post_id}" '
        f'data-headline="{attribute(story.headline)}"><div class="body-description">{"".join(pieces)}\n'
        f"{body_tail(press, plan)}</div></div>{end_of_body(press, story)}</div>"
        f'<div class="widget__head"></div><div class="widget__body clearfix sm-mt-1"><div class="tags">{tags}</div>'
        f"{share_panel(press, story.path)}</div>"
    )


def _author_notes(press: Press, story: Story) -> str:
    notes = "".join(
        '<div class="social-author clearfix"><a class="social-author__name" '
        f'href="{attribute(press.url(author_path(name)))}">{text(name)}</a>'
        f'<div class="social-author__bio"><p>{text(name)} writes for the Meridian Post.</p></div></div>'
        for name in story.authors
    )
    return f'<div class="widget__body clearfix sm-mt-1">{notes}</div><div class="widget__head"></div>'


def _tail(press: Press, block: PlannedBlock | None) -> str:
    if block is None:
        return ""
    return (
        f'<div class="more_from_section">{module_headline(block.heading)}<div class="mb-2 post-head scroll-post">'
        '<div class="posts-custom posts-custom-section section-holder clearfix" data-block="section_5" '
        'data-format="posts-custom" data-source="multi_filtered_parent_site_newest" data-source-type="multi" '
        'data-source-unique="true" data-has-more="true" data-attr-without_current="true">'
        f'<div class="posts-wrapper clearfix">\n{"".join(tail_card(press, teaser) for teaser in block.teasers)}'
        "</div></div></div></div>\n"
    )
