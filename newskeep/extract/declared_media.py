"""The pictures, videos and sounds a page declares for its story, apart from what stands in its text."""

from __future__ import annotations

from urllib.parse import urlsplit

from newskeep.extract.structured import Structured, Thing, as_list, as_text, types_of
from newskeep.extract.tree import Page
from newskeep.model import Media, MediaKind, Picture

_MOST_PICTURES = 30
_VIDEO_TYPES = frozenset(("VideoObject", "Clip", "TVEpisode"))
_AUDIO_TYPES = frozenset(("AudioObject", "PodcastEpisode", "RadioEpisode"))


def read_pictures(page: Page, structured: Structured) -> tuple[Picture, ...]:
    """The declared pictures, without repeats: JSON-LD's, then those for link previews. The first is the lead."""
    found: dict[str, Picture] = {}
    story = structured.story or {}
    for value in (*as_list(story.get("image"))[:_MOST_PICTURES], *as_list(story.get("thumbnailUrl"))[:1]):
        picture = _picture(page, structured.resolve(value))
        if picture is not None and picture.url is not None:
            found.setdefault(picture.url, picture)
    for name in ("og:image", "og:image:secure_url", "twitter:image", "twitter:image:src"):
        url = page.join(page.meta(name))
        if url:
            alt = page.meta("og:image:alt") if name.startswith("og:") else page.meta("twitter:image:alt")
            sizes = (page.meta("og:image:width"), page.meta("og:image:height")) if name == "og:image" else (None, None)
            found.setdefault(url, Picture(url=url, alt=alt, width=_pixels(sizes[0]), height=_pixels(sizes[1])))
    pictures = list(found.values())
    if pictures:
        first = pictures[0]
        pictures[0] = Picture(
            url=first.url,
            alt=first.alt,
            caption=first.caption,
            credit=first.credit,
            lead=True,
            width=first.width,
            height=first.height,
        )
    return tuple(pictures)


def read_media(page: Page, structured: Structured) -> tuple[Media, ...]:
    """The declared videos and sounds of the story, without repeats."""
    found: dict[str, Media] = {}
    story = structured.story or {}
    own = [story] if types_of(story) & (_VIDEO_TYPES | _AUDIO_TYPES) else []
    for field in ("video", "audio", "associatedMedia"):
        own += [item for value in as_list(story.get(field)) if isinstance(item := structured.resolve(value), dict)]
    for thing in own[:20]:
        media = _media(page, thing)
        if media is not None:
            found.setdefault(media.url, media)
    for name, kind in (("og:video", MediaKind.VIDEO), ("og:video:url", MediaKind.VIDEO), ("og:audio", MediaKind.AUDIO)):
        url = page.join(page.meta(name))
        if url:
            found.setdefault(url, Media(kind=kind, url=url, provider=_provider(page, url)))
    return tuple(found.values())


def _picture(page: Page, value: object) -> Picture | None:
    if isinstance(value, str):
        url = page.join(value)
        return Picture(url=url) if url else None
    if not isinstance(value, dict):
        return None
    url = page.join(as_text(value.get("url")) or as_text(value.get("contentUrl")) or as_text(value.get("@id")))
    if url is None:
        return None
    credit = as_text(value.get("creditText")) or as_text(value.get("creator")) or as_text(value.get("author"))
    return Picture(
        url=url,
        alt=as_text(value.get("alternateName")) or None,
        caption=as_text(value.get("caption")) or as_text(value.get("description")) or None,
        credit=credit or as_text(value.get("copyrightHolder")) or as_text(value.get("copyrightNotice")) or None,
        width=_pixels(as_text(value.get("width"))),
        height=_pixels(as_text(value.get("height"))),
    )


def _media(page: Page, thing: Thing) -> Media | None:
    types = types_of(thing)
    kind = MediaKind.AUDIO if types & _AUDIO_TYPES else MediaKind.VIDEO
    inner = thing.get("associatedMedia") or thing.get("audio")
    holder = inner if isinstance(inner, dict) and not thing.get("contentUrl") else thing
    for field in ("contentUrl", "embedUrl", "embedURL", "url"):
        url = page.join(as_text(holder.get(field)))
        if url and url != page.url:
            title = as_text(thing.get("name")) or None
            return Media(kind=kind, url=url, title=title, provider=_provider(page, url))
    return None


def _provider(page: Page, url: str) -> str | None:
    host = _host(url)
    return None if host == _host(page.url) else host


def _host(url: str) -> str | None:
    try:
        return (urlsplit(url).hostname or "").removeprefix("www.") or None
    except ValueError:
        return None


def _pixels(text: str | None) -> int | None:
    digits = (text or "").strip().lower().removesuffix("px").partition(".")[0].strip()
    return int(digits) if digits.isdecimal() and len(digits) <= 5 and int(digits) > 0 else None
