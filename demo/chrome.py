"""What every page has around its matter: top bar, menu, ads, side rails, footer. Nothing of it is a story."""

from __future__ import annotations

from demo.plans import SITE_NAME, PlannedBlock
from demo.press import Press, attribute, text

_MENU = {
    "/news/": "News",
    "/news/analysis/": "Analysis",
    "/news/watching/": "What We're Watching",
    "/news/hard-numbers/": "Hard Numbers",
    "/planet/": "Planet",
    "/technology/": "Technology",
    "/video/quick-look/": "Quick Look",
    "/podcast/the-long-meridian/": "The Long Meridian",
    "/opinion/": "Opinion",
    "/newsletters/": "Newsletters",
}
FOOTER_PAGES = {"/about": "About", "/newsletters/": "Newsletters", "/privacy-policy": "Privacy Policy"}


def top_bar(press: Press) -> str:
    """Logo, search and menu, with the ad below them."""
    items = "".join(
        f'<li class="main-menu-item"><a class="link" href="{path}">{text(name)}</a></li>'
        for path, name in _MENU.items()
    )
    return (
        '<div id="runner-root"></div>\n<a class="skip-link" href="#sPost_main">Skip to content</a>\n'
        '<div class="topbar-wrapper" id="sTop_Bar_0_0_8_0"><a class="image-element" href="/">'
        f'<img class="image-element__img" alt="{SITE_NAME} logo" '
        f'src="{attribute(press.origin)}/media-library/logo.png?id=30000001&amp;width=420" width="210" height="38"/>'
        "</a>"
        '<div class="search-form"><form action="/search/"><label for="q">Search</label>'
        '<input type="text" name="q" id="q" placeholder="Search"/></form>'
        "<span>AI-powered search, human-powered news.</span></div>\n"
        f'<nav class="menu-global"><ul id="main-menu" class="main-menu">{items}</ul></nav></div>\n'
        f"{advert(press, 'mp_top_leaderboard')}\n"
    )


def advert(press: Press, slot: str) -> str:
    """An empty place for an ad, whose id differs on every fetch."""
    return f'<div class="rblad-{slot}" id="ad-{press.token(slot)}" data-impression="{press.serial}"></div>'


def share_panel(press: Press, path: str) -> str:
    """Share buttons with their counts."""
    shares = press.count(f"shares {path}", ceiling=900)
    return (
        '<div class="widget__shares share-panel">'
        f'<a class="share share-popup share-fb" href="https://social.example/share?u={attribute(path)}">Share '
        f'<span class="share-count">{shares}</span></a><a class="share share-copy-link" href="#">Copy link</a></div>'
    )


def link_rail(press: Press, block: PlannedBlock) -> str:
    """A side rail of headlines: its links carry tracking parameters and leave `www.` out."""
    cards = []
    for teaser in block.teasers:
        post_id = teaser.story.post_id if teaser.story else 0
        href = attribute(press.tracked_url(teaser.target, medium=block.name))
        cards.append(
            f'<div class="widget" elid="{post_id}"><article elid="{post_id}" class="clearfix image-article sm-mb-1 '
            f'quality-MD post-{post_id}"><div class="row px10"><div class="rm-col-center col sm-mb-1">'
            '<div class="widget__body clearfix sm-mt-1"><h2 class="widget__headline h2">'
            f'<a class="widget__headline-text" href="{href}">{text(teaser.headline)}</a></h2></div>'
            '<div class="widget__head"></div></div></div></article></div>'
        )
    return (
        f'<div class="{block.name}_widget rail">{module_headline(block.heading)}'
        '<div class="posts-custom posts-custom-section section-holder clearfix" data-source="filtered_parent_site" '
        f'data-source-type="page" data-has-more="true"><div class="posts-wrapper clearfix">{"".join(cards)}</div>'
        "</div></div>"
    )


def module_headline(heading: str) -> str:
    """The heading of a block of cards."""
    inner = f'<h2 class="module-headline__text h2">\n        {text(heading)}\n    </h2>'
    return f'<div class="module-headline">{inner}</div>\n'


def wide_page(column: str, side: str) -> str:
    """Two columns: the matter and the rails."""
    return (
        '<div id="sPost_main" class="content-wrap row-wrapper clearfix"><div class="row px20">'
        f'<div class="article_column col sm-mb-2 md-mb-4 s12 m12 l9">\n{column}</div>\n'
        f'<div class="widget_column col sm-mb-2 md-mb-4 s12 m12 l3">{side}</div>\n</div></div>\n'
    )


def page_end(press: Press) -> str:
    """Lazy block, footer, counters and the end of the document."""
    links = " ".join(f'<a class="footer-link" href="{path}">{name}</a>' for path, name in FOOTER_PAGES.items())
    readers = press.count("readers", ceiling=4000)
    return (
        '<div class="wrapper-lazy-loading rm-lazy-load-post-lcp-wrapper next-page-wrapper" '
        'data-skl-id="/root/blocks/block[post]/abtests/abtest[1]/element_wrapper/lazyload-" data-has-more="true" '
        'data-posts-sources="multi_filtered_parent_site_newest"></div>\n'
        f'<div class="footer"><p>Subscribe to our free newsletter, Meridian Daily</p><p class="reader-count">{readers} '
        f"people are reading now</p><p>© 2026 {SITE_NAME}. {links}</p></div>\n"
        '<script class="rm-i-script" id="user-javascript-lowest" type="text">'
        f'window.REBELMOUSE_TASKS_QUEUE.push(function(){{return "{press.token("task")}"}});</script>\n</body></html>\n'
    )
