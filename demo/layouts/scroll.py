"""The older page: `div` ids that repeat, pictures without `img`, whole further stories below the first.

Of a further story the first two paragraphs are visible; the rest is inside a `template`, which browsers do not show
and parsers of HTML 4 read like any other matter.
"""

from __future__ import annotations

from demo.blocks import body_pieces, end_of_body
from demo.chrome import advert, link_rail, module_headline, page_end, share_panel, top_bar, wide_page
from demo.head import html_start, story_head
from demo.layouts.cards import headline_card, printed_date, show_more, widget_classes
from demo.layouts.regular import author_line, body_tail
from demo.plans import PagePlan
from demo.press import Press, attribute, caption_and_credit, tag_path, text
from demo.stories import PieceKind, Story

_VISIBLE_PARAGRAPHS = 2


def scroll_page(press: Press, plan: PagePlan) -> str:
    """Print a story in the older form, with its further stories."""
    column = (
        _main(press, plan)
        + f'<div class="rs_ad_block">{advert(press, "mp_after_story")}</div>\n'
        + _further(press, plan)
        + _chosen(press, plan)
    )
    popular = plan.block("popular")
    return (
        html_start(story_head(press, plan.story), language=plan.story.language)
        + f"<body>\n{top_bar(press)}"
        + wide_page(column, link_rail(press, popular) if popular else "")
        + page_end(press)
    )


def _main(press: Press, plan: PagePlan) -> str:
    story = plan.story
    tags = "".join(f'<a class="tags__item" href="{attribute(tag_path(tag))}">{text(tag)}</a>' for tag in story.tags)
    body = (
        f'<div class="body js-expandable clearfix js-listicle-body css-listicle-body-{story.post_id}" '
        f'data-headline="{attribute(story.headline)}"><div class="body-description">'
        f"{''.join(body_pieces(press, story))}{body_tail(press, plan)}</div></div>{end_of_body(press, story)}"
        f'<div class="tags">{tags}</div>{share_panel(press, story.path)}'
    )
    return (
        '<div class="mb-2 post-head main-post-head"><div class="posts-custom posts-custom-section section-holder '
        'clearfix" data-source="current_post" data-source-type="current_post" data-has-more="false" '
        'data-attr-update_url_on_post_view="true"><div class="posts-wrapper clearfix">'
        f'<div class="widget post-partial {widget_classes(story)}">'
        f"{_article(press, story, heading=1, body=body, with_section=True)}</div></div></div></div>\n"
    )


def _article(press: Press, story: Story, *, heading: int, body: str, with_section: bool) -> str:
    href = attribute(press.url(story.path))
    section = f'<a class="widget__section" href="/{story.section}/">{story.section_name}</a>' if with_section else ""
    standfirst = ""
    if story.standfirst and heading == 1:
        inner = f'<h2 class="widget__subheadline-text h2">{text(story.standfirst)}</h2>'
        standfirst = f'<div class="widget__subheadline">{inner}</div>'
    return (
        f'<article elid="{story.post_id}" data-is-frozen="false" class="clearfix image-article sm-mb-1 quality-HD '
        f'post-{story.post_id}"><div class="row px10"><div id="col-center" class="col sm-mb-1">'
        f'<div class="widget__body clearfix sm-mt-1">{section}<h{heading} class="widget__headline h{heading}">'
        f'<a class="widget__headline-text custom-post-headline" href="{href}" data-type="text">\n'
        f"        {text(story.headline)}\n    </a></h{heading}>{standfirst}{author_line(press, story)}"
        f"{printed_date(story)}</div>{_picture(press, story)}"
        f'<div class="widget__body clearfix sm-mt-1">{body}</div></div></div></article>'
    )


def _picture(press: Press, story: Story) -> str:
    photo = story.lead
    if photo is None or story.form == "video":
        return '<div class="widget__head"></div>'
    large, small = (attribute(press.picture_url(photo, width)) for width in (980, 600))
    words = caption_and_credit(photo.caption, photo.credit, credit_in_list=photo.credit_in_list)
    return (
        f'<div class="widget__head"><div class="widget__image crop-980x653" role="img" '
        f'aria-label="{attribute(photo.alt)}" data-runner-img-hd="{large}" data-runner-img-md="{small}" '
        'data-type="image"><div class="lazyload-placeholder"></div></div></div>'
        f'<div class="widget__body clearfix sm-mt-1">{words}</div>'
    )


def _further(press: Press, plan: PagePlan) -> str:
    if not plan.further:
        return ""
    widgets = "".join(
        f'<div class="widget {widget_classes(story)}" elid="{story.post_id}">'
        f"{_article(press, story, heading=2, body=_folded_body(press, story), with_section=False)}</div>\n"
        for story in plan.further
    )
    return (
        '<div class="mb-2 post-head scroll-post"><div class="posts-custom posts-custom-section section-holder '
        'clearfix" data-source="current_page" data-source-type="page" data-has-more="true">'
        f'<div class="posts-wrapper clearfix">\n{widgets}</div></div></div>\n'
    )


def _folded_body(press: Press, story: Story) -> str:
    pieces = body_pieces(press, story)
    paragraphs = [i for i, piece in enumerate(story.pieces) if piece.kind is PieceKind.PARAGRAPH]
    fold = paragraphs[_VISIBLE_PARAGRAPHS - 1] + 1
    return (
        f'<div class="body js-expandable clearfix js-listicle-body css-listicle-body-{story.post_id}">'
        f'<div class="body-description"><div class="widget__brief">{"".join(pieces[:fold])}</div>'
        '<div class="content-container"></div><div class="js-appear-on-expand">'
        f"<template>{''.join(pieces[fold:])}</template></div>{show_more('Keep reading...')}</div></div>"
        f"{end_of_body(press, story)}"
    )


def _chosen(press: Press, plan: PagePlan) -> str:
    block = plan.block("chosen")
    if block is None:
        return ""
    return (
        f'<div class="chosen_section">{module_headline(block.heading)}'
        '<div class="posts-custom posts-custom-section section-holder clearfix" data-source="filtered_parent_site" '
        'data-source-type="page" data-has-more="true"><div class="posts-wrapper clearfix card-grid">\n'
        f"{''.join(headline_card(press, teaser) for teaser in block.teasers)}</div></div></div>\n"
    )
