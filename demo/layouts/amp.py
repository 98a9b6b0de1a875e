"""The AMP twin: one `article` of headline, picture and text without byline or date, then the newest stories.

Of the class names only those of RebelMouse's bodies and captions are facts; the rest is a likeness.
"""

from __future__ import annotations

from demo.blocks import body_for_amp
from demo.head import script_json
from demo.plans import SITE_NAME, PagePlan, PlannedTeaser
from demo.press import AUTO_TITLE, Press, attribute, caption_and_credit, iso, text
from demo.stories import Photo, PieceKind, Story


def amp_page(press: Press, plan: PagePlan) -> str:
    """Print a story's AMP twin."""
    story = plan.story
    tail = plan.blocks[0]
    direction = ' dir="rtl"' if story.language == "ar" else ""
    return (
        f'<!doctype html>\n<html amp lang="{story.language}"{direction}>{_head(press, story)}<body>\n'
        '<amp-sidebar id="menu" layout="nodisplay"><ul><li><a href="/news/">News</a></li>'
        '<li><a href="/newsletters/">Newsletters</a></li></ul></amp-sidebar>\n'
        f'<header><a href="/"><amp-img src="{press.origin}/media-library/logo.png?id=30000001&amp;width=420" '
        f'width="210" height="38" alt="{SITE_NAME}"></amp-img></a></header>\n<main>\n'
        f'<article class="post-{story.post_id}">\n<h1>{text(story.headline)}</h1>\n{_hero(press, story)}'
        f'<div class="body-description">{body_for_amp(press, story)}</div>\n</article>\n'
        f'<section class="more-posts"><h2>{text(tail.heading)}</h2>\n'
        f"{''.join(_teaser(press, teaser) for teaser in tail.teasers)}</section>\n</main>\n"
        '<footer><a href="/privacy-policy">Privacy Policy</a></footer>\n'
        f'<amp-pixel src="{press.origin}/r/pixel?n={press.token("pixel")}" layout="nodisplay"></amp-pixel>\n'
        "</body></html>\n"
    )


def _head(press: Press, story: Story) -> str:
    canonical = press.url(story.path)
    data = {
        "@context": "https://schema.org",
        "@type": "NewsArticle",
        "headline": story.headline,
        "datePublished": iso(story.published),
        "mainEntityOfPage": {"@id": canonical, "@type": "WebPage"},
    }
    return (
        f'<head><meta charset="utf-8">\n<title>{text(story.headline)}</title>\n'
        f'<link rel="canonical" href="{attribute(canonical)}">\n'
        '<meta name="viewport" content="width=device-width,minimum-scale=1,initial-scale=1">\n'
        '<script async src="https://cdn.ampproject.org/v0.js"></script>\n'
        f'<script type="application/ld+json">{script_json(data)}</script>\n'
        "<style amp-custom>body{font-family:Georgia,serif;max-width:42rem;margin:0 auto;padding:1rem}"
        "h1{font-size:2rem}</style></head>"
    )


def _hero(press: Press, story: Story) -> str:
    photo = story.lead
    if photo is None or story.form == "video":
        return ""
    url, alt = attribute(press.picture_url(photo, 1200)), attribute(photo.alt)
    words = caption_and_credit(photo.caption, photo.credit, credit_in_list=photo.credit_in_list)
    return (
        f'<amp-img data-hero i-amphtml-ssr class="i-amphtml-layout-responsive" src="{url}" width="1200" height="800" '
        f'layout="responsive" alt="{alt}"><img class="i-amphtml-fill-content i-amphtml-replaced-content" '
        f'decoding="async" src="{url}" alt="{alt}"></amp-img>\n{words}\n'
    )


def _teaser(press: Press, teaser: PlannedTeaser) -> str:
    story = teaser.story
    if story is None:
        raise ValueError(f"a card needs a story of this site: {teaser.target}")
    href = attribute(press.url(teaser.target))
    head = ""
    if story.form == "video":
        video = next(piece.address for piece in story.pieces if piece.kind is PieceKind.VIDEO)
        head = (
            f'<amp-youtube data-videoid="{video}" layout="responsive" width="480" height="270"></amp-youtube>'
            f'<div class="photo-caption"><p>{AUTO_TITLE}</p></div>'
        )
    elif teaser.with_picture and story.lead is not None:
        head = _teaser_picture(press, story.lead, href=href)
    return (
        f'<article class="post-{story.post_id}">{head}<div class="headline"><a href="{href}">{text(teaser.headline)}'
        f'</a></div><div class="body-description"><p>{text(teaser.standfirst or "")}</p></div></article>\n'
    )


def _teaser_picture(press: Press, photo: Photo, *, href: str) -> str:
    words = caption_and_credit(photo.caption, photo.credit, credit_in_list=photo.credit_in_list)
    return (
        f'<a href="{href}"><amp-img src="{attribute(press.picture_url(photo, 1200))}" width="1200" height="800" '
        f'layout="responsive" alt="{attribute(photo.alt)}"></amp-img></a>{words}'
    )
