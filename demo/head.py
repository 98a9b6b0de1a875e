"""The `head` of a page: titles, addresses, Open Graph, JSON-LD and the scripts' own data."""

from __future__ import annotations

import json

from demo.plans import SITE_NAME
from demo.press import Press, attribute, author_path, iso, tag_path, text
from demo.stories import Story

_SITE_ID = 20990777


def script_json(value: object) -> str:
    """JSON that may stand inside a `script` element."""
    return json.dumps(value, ensure_ascii=False).replace("</", "<\\/")


def story_head(press: Press, story: Story) -> str:
    """The head of a story's page. The Open Graph title is the one written for sharing: shorter than the headline."""
    canonical = press.url(story.path)
    shared_title = story.headline.split(": ")[-1] if len(story.headline) > 70 else story.headline
    shared_title = shared_title[0].upper() + shared_title[1:]
    description = story.standfirst or story.opening
    metas = [
        ("property", "og:type", "article"),
        ("property", "article:section", story.section_name),
        ("property", "og:url", canonical),
        ("property", "og:site_name", SITE_NAME),
        ("property", "og:title", shared_title),
        ("property", "og:description", description),
        ("property", "article:published_time", iso(story.published).replace("Z", "+00:00")),
        ("name", "description", description),
        ("name", "keywords", ", ".join(story.tags)),
        ("name", "robots", "max-image-preview:large"),
    ]
    if story.lead is not None:
        metas.append(("property", "og:image", press.picture_url(story.lead, 1200)))
    links = (
        f'<link rel="canonical" href="{attribute(canonical)}"/>\n'
        f'<link rel="amphtml" href="{attribute(press.url(story.amp_path))}"/>\n'
        f'<link rel="alternate" type="application/rss+xml" title="{SITE_NAME}" href="/feeds/{story.section}.rss"/>\n'
    )
    return (
        f'<script type="application/ld+json">{script_json(_news_article(press, story))}</script>\n'
        f"{_shared_head(press, title=f'{story.headline} - {SITE_NAME}')}{links}{_metas(metas)}"
        f"{_bootstrap(press, path=story.path, story=story)}"
    )


def front_head(press: Press, *, title: str, path: str, feed: str) -> str:
    """The head of a front or of any page that is no story."""
    metas = [
        ("property", "og:type", "website"),
        ("property", "og:url", press.url(path)),
        ("property", "og:site_name", SITE_NAME),
        ("property", "og:title", title),
    ]
    links = (
        f'<link rel="canonical" href="{attribute(press.url(path))}"/>\n'
        f'<link rel="alternate" type="application/rss+xml" title="{SITE_NAME}" href="{feed}"/>\n'
    )
    return f"{_shared_head(press, title=title)}{links}{_metas(metas)}{_bootstrap(press, path=path, story=None)}"


def html_start(head: str, *, language: str = "en", right_to_left: bool = False) -> str:
    """The document up to the start of `body`."""
    direction = ' dir="rtl"' if right_to_left else ""
    return (
        "<!DOCTYPE html><!-- Powered by RebelMouse. https://www.rebelmouse.com -->\n"
        f'<html lang="{language}"{direction}><head prefix="og: https://ogp.me/ns# article: https://ogp.me/ns/article#">\n'
        f"{head}</head>"
    )


def _shared_head(press: Press, *, title: str) -> str:
    return (
        '<meta charset="utf-8"/>\n'
        f"<title>{text(title)}</title>\n"
        '<meta name="viewport" content="width=device-width, initial-scale=1"/>\n'
        '<link rel="stylesheet" href="/static/dist/social-ux/site.css"/>\n'
        '<script class="rm-i-script" defer src="/static/dist/social-ux/site.js"></script>\n'
        f'<meta name="csrf-token" content="{press.token("csrf")}"/>\n'
    )


def _metas(metas: list[tuple[str, str, str]]) -> str:
    return "".join(f'<meta {kind}="{name}" content="{attribute(value)}"/>\n' for kind, name, value in metas)


def _bootstrap(press: Press, *, path: str, story: Story | None) -> str:
    data: dict[str, object] = {
        "isUserLoggedIn": False,
        "site": {"id": _SITE_ID, "isCommunitySite": False},
        "path": path,
        "pathParams": {"slug": path.rpartition("/")[2]},
        "pageView": press.token("page-view"),
    }
    if story is not None:
        data["post"] = {"id": story.post_id, "sections": [0, _SITE_ID + 1], "status": 0, "tags": list(story.tags)}
        data["resourceId"] = f"pp_{story.post_id}"
        data["fullBootstrapUrl"] = (
            f"/res/bootstrap/data.js?site_id={_SITE_ID}&resource_id=pp_{story.post_id}&post_id={story.post_id}"
        )
    return (
        f'<script class="rm-i-script">window.REBELMOUSE_BOOTSTRAP_DATA = {script_json(data)};</script>\n'
        '<script class="rm-i-script">window.REBELMOUSE_TASKS_QUEUE = []; window.REBELMOUSE_STDLIB = {}; '
        f'window.RM_AD_LOADER = ["{press.token("ad-loader")}"];</script>\n'
    )


def _news_article(press: Press, story: Story) -> dict[str, object]:
    authors = [
        {"@type": "Person", "identifier": str(21000000 + len(name)), "name": name, "url": press.url(author_path(name))}
        for name in story.authors
    ]
    data: dict[str, object] = {
        "@context": "https://schema.org",
        "@type": "NewsArticle",
        "articleSection": story.section_name,
        "author": authors[0] if len(authors) == 1 else authors,
        "dateModified": iso(story.modified or story.published),
        "datePublished": iso(story.published),
        "description": story.standfirst or story.opening,
        "headline": story.headline,
        "keywords": [tag_path(tag).removeprefix("/tag/") for tag in story.tags],
        "mainEntityOfPage": {"@id": press.url(story.path), "@type": "WebPage"},
        "publisher": {"@type": "Organization", "name": SITE_NAME},
        "url": press.url(story.path),
    }
    if story.lead is not None:
        data["image"] = [
            {
                "@type": "ImageObject",
                "url": press.picture_url(story.lead, width),
                "width": width,
                "height": width * 2 // 3,
            }
            for width in (1200, 2000)
        ]
        data["thumbnailUrl"] = press.picture_url(story.lead, 210)
    return data
