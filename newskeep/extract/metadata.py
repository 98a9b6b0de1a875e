"""Everything a page says about its story beside the text: each candidate with its origin, and the chosen ones.

Reads JSON-LD, microdata, Open Graph and the other families of `meta`, `<title>`, headings, `link` elements, and what
the page prints. The choices of headline, authors and dates have modules of their own; this one asks them and puts the
answers together. Not here: the text (`body`), what the metadata says of walls (`walls`).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from newskeep.dates import format_date
from newskeep.extract.authors import Byline, choose_authors, read_bylines
from newskeep.extract.bylines import printed_bylines, tidy_byline
from newskeep.extract.declared_media import read_media, read_pictures
from newskeep.extract.headline import choose_headline, read_headlines
from newskeep.extract.headline_judge import is_news_story
from newskeep.extract.page_dates import PageDates, read_dates
from newskeep.extract.printed import Printed
from newskeep.extract.site_names import SiteNames, read_site_names
from newskeep.extract.structured import Structured, addresses_of, as_list, as_text, read_structured, types_of
from newskeep.extract.subjects import read_language, read_section, read_tags
from newskeep.extract.tree import Element, Page
from newskeep.model import Candidate, Capture, Media, PageDate, Picture, StoryForm
from newskeep.text import comparison_key, fold_space, plain_words

_FEED_TYPES = ("application/rss+xml", "application/atom+xml", "application/feed+json", "application/rdf+xml")
_ID_METAS = (
    "parsely-post-id",
    "cxenseparse:recs:articleid",
    "cxenseparse:articleid",
    "article:id",
    "articleid",
    "article_id",
    "post_id",
    "postid",
    "contentid",
    "content_id",
    "bt:id",
    "brightspot.contentid",
    "sailthru.contentid",
)
_BODY_POST_ID = re.compile(r"\bpost(?:id)?-(\d+)\b")
_SHORT_LINK_ID = re.compile(r"[?&]p=(\d+)\b")
_TAG = re.compile(r"<[^<>]{1,500}>")
_PARAGRAPH_TAG = re.compile(r"</?(?:p|br|h\d|li|div|blockquote)\b[^<>]{0,300}>", re.IGNORECASE)
_FORMS = (
    (frozenset(("LiveBlogPosting",)), StoryForm.LIVE_BLOG),
    (frozenset(("VideoObject", "Clip", "TVEpisode")), StoryForm.VIDEO),
    (frozenset(("AudioObject", "PodcastEpisode", "RadioEpisode")), StoryForm.AUDIO),
    (frozenset(("ImageGallery", "MediaGallery")), StoryForm.GALLERY),
)
_PRINTED = ("printed byline", "signature")
_OPEN_GRAPH_FORMS = (("video", StoryForm.VIDEO), ("music", StoryForm.AUDIO))


@dataclass(frozen=True, slots=True, kw_only=True)
class Metadata:
    """What a page says about its story. `candidates` hold everything that was offered; the fields, what was chosen.

    `description` is the page's summary, a standfirst only if the page prints it. `article_body` is the story's text
    as JSON-LD gives it, paragraphs parted by line feeds where it shows them. `is_free` and `noarchive` are what the
    publisher declares. `site` is what the site calls itself. `declared_types` are the schema.org types of the chosen
    object.
    """

    candidates: tuple[Candidate, ...] = ()
    headline: str | None = None
    authors: tuple[str, ...] = ()
    byline: str | None = None
    published: PageDate | None = None
    modified: PageDate | None = None
    section: str | None = None
    tags: tuple[str, ...] = ()
    language: str | None = None
    declared_canonical: str | None = None
    amp_url: str | None = None
    feed_urls: tuple[str, ...] = ()
    post_id: str | None = None
    is_free: bool | None = None
    noarchive: bool = False
    form: StoryForm = StoryForm.ARTICLE
    description: str | None = None
    article_body: str | None = None
    pictures: tuple[Picture, ...] = ()
    media: tuple[Media, ...] = ()
    site_name: str | None = None
    site: SiteNames | None = None
    declared_types: frozenset[str] = frozenset()


def read_metadata(page: Page, capture: Capture | None = None) -> Metadata:
    """Read a page's metadata.

    The capture adds what the page itself cannot say: when it was seen, which no date may come after, and the
    `X-Robots-Tag` header.
    """
    structured = read_structured(page)
    site = read_site_names(page, structured)
    candidates = _Candidates()
    related = _related(page)
    headline = _headline(page, structured, site, candidates)
    printed = Printed(page, headline)
    authors, byline = _authors(tuple(_bylines(page, structured, site, printed)), site, candidates)
    language = read_language(page, structured)
    captured_at = capture.captured_at if capture is not None else None
    dates = read_dates(page, structured, captured_at=captured_at, language=language, printed=printed)
    _add_dates(candidates, dates)
    section = candidates.add_first("section", read_section(page, structured, site))
    canonical = candidates.add_first("canonical_url", _canonicals(page, structured, related))
    candidates.add_first("language", [(language, "page")] if language else ())
    story = structured.story or {}
    return Metadata(
        candidates=candidates.all,
        headline=headline,
        authors=authors,
        byline=byline,
        published=dates.published,
        modified=dates.modified,
        section=section,
        tags=tuple(tag for tag in read_tags(page, structured, site) if not _names_author(tag, authors)),
        language=language,
        declared_canonical=canonical,
        amp_url=next(_addresses(page, related, "amphtml"), None),
        feed_urls=tuple(dict.fromkeys(_feeds(page, related))),
        post_id=_post_id(page, related),
        is_free=_is_free(structured, page),
        noarchive=_asks_not_to_archive(page, capture),
        form=_form(structured, page),
        description=_description(page, structured),
        article_body=_article_body(story.get("articleBody")),
        pictures=read_pictures(page, structured),
        media=read_media(page, structured),
        site_name=site.display,
        site=site,
        declared_types=types_of(story),
    )


class _Candidates:
    """Gathers candidates field by field."""

    def __init__(self) -> None:
        self._found: list[Candidate] = []

    def add(self, field: str, offered: Iterable[tuple[str, str]], chosen: tuple[str, str] | None) -> None:
        """Add (value, origin) pairs without repeats; `chosen` is the pair that was chosen, None where none was."""
        self._found.extend(
            Candidate(field=field, value=value, origin=origin, chosen=(value, origin) == chosen)
            for value, origin in dict.fromkeys(offered)
            if value
        )

    def add_first(self, field: str, offered: Iterable[tuple[str, str]]) -> str | None:
        """Add (value, origin) pairs of which the first is the chosen one, and give its value."""
        pairs = list(offered)
        self.add(field, pairs, pairs[0] if pairs else None)
        return pairs[0][0] if pairs else None

    @property
    def all(self) -> tuple[Candidate, ...]:
        """Everything gathered, in order."""
        return tuple(self._found)


def _headline(page: Page, structured: Structured, site: SiteNames, candidates: _Candidates) -> str | None:
    offered = read_headlines(page, structured, site)
    chosen = choose_headline(offered, url=page.url, is_news=is_news_story(structured.story))
    pairs = ((item.text, item.origin) for item in offered)
    candidates.add("headline", pairs, (chosen.text, chosen.origin) if chosen else None)
    return chosen.text if chosen else None


def _authors(
    bylines: tuple[Byline, ...], site: SiteNames, candidates: _Candidates
) -> tuple[tuple[str, ...], str | None]:
    """The authors, and the line they were printed in, None where they are only declared."""
    authors, chosen = choose_authors(bylines, site)
    pairs = ((byline.raw, byline.origin) for byline in bylines)
    candidates.add("authors", pairs, (chosen.raw, chosen.origin) if chosen else None)
    return authors, tidy_byline(chosen.raw, authors, site) if chosen is not None and chosen.origin in _PRINTED else None


def _bylines(page: Page, structured: Structured, site: SiteNames, printed: Printed) -> Iterator[Byline]:
    """Every byline; what the page prints is looked for only where it declares no more than its own name."""
    is_told = is_declared = False
    for byline in read_bylines(page, structured, site):
        is_told = is_told or bool(byline.people) or any(not site.has(name) for name in byline.organisations)
        is_declared = is_declared or bool(byline.organisations)
        yield byline
    if not is_told:
        yield from printed_bylines(printed, site, is_anywhere=not is_declared)


def _names_author(tag: str, authors: tuple[str, ...]) -> bool:
    """Does a tag hold the full name of one of the authors (`Stories by Mia Ost`)? It says who wrote, not of what."""
    said = f" {comparison_key(tag)} "
    return any(" " in (name := comparison_key(author)) and f" {name} " in said for author in authors)


def _add_dates(candidates: _Candidates, dates: PageDates) -> None:
    for field, offered, chosen in (
        ("published", dates.all_published, dates.published),
        ("modified", dates.all_modified, dates.modified),
    ):
        pairs = ((format_date(date), date.origin) for date in offered)
        candidates.add(field, pairs, (format_date(chosen), chosen.origin) if chosen else None)


def _related(page: Page) -> dict[str, list[Element]]:
    """The `link` elements of each relation, lower case."""
    related: dict[str, list[Element]] = {}
    for link in page.links:
        for relation in (link.get("rel") or "").lower().split():
            related.setdefault(relation, []).append(link)
    return related


def _addresses(page: Page, related: dict[str, list[Element]], relation: str) -> Iterator[str]:
    for link in related.get(relation, ()):
        address = page.join(link.get("href"))
        if address:
            yield address


def _feeds(page: Page, related: dict[str, list[Element]]) -> Iterator[str]:
    for link in related.get("alternate", ()):
        kind = (link.get("type") or "").lower().split(";")[0].strip()
        if kind in _FEED_TYPES:
            address = page.join(link.get("href"))
            if address and "/comments/" not in address:
                yield address


def _canonicals(page: Page, structured: Structured, related: dict[str, list[Element]]) -> Iterator[tuple[str, str]]:
    for address in _addresses(page, related, "canonical"):
        yield address.partition("#")[0], "link canonical"
    open_graph = page.join(page.meta("og:url"))
    if open_graph:
        yield open_graph.partition("#")[0], "og:url"
    for address in addresses_of(structured.story or {}):
        joined = page.join(address)
        if joined and "#" not in joined:
            yield joined, f"{structured.origin} url"


def _post_id(page: Page, related: dict[str, list[Element]]) -> str | None:
    for name in _ID_METAS:
        value = page.meta(name)
        if value and len(value) <= 80:
            return value
    for address in _addresses(page, related, "shortlink"):
        match = _SHORT_LINK_ID.search(address)
        if match:
            return match[1]
    match = _BODY_POST_ID.search(page.body.get("class") or "")
    return match[1] if match else None


def _is_free(structured: Structured, page: Page) -> bool | None:
    for thing in (structured.story, structured.page):
        if thing is not None and "isAccessibleForFree" in thing:
            value = thing["isAccessibleForFree"]
            if isinstance(value, bool):
                return value
            text = as_text(value).lower().rpartition("/")[2]
            if text in ("true", "false"):
                return text == "true"
    tier = (page.meta("article:content_tier") or "").lower()
    return {"free": True, "metered": False, "locked": False}.get(tier)


def _asks_not_to_archive(page: Page, capture: Capture | None) -> bool:
    """Is there a `noarchive` that is meant for everybody? One for a single named crawler is not for us."""
    rules = list(page.metas.get("robots", ()))
    if capture is not None:
        rules += [value for name, value in capture.headers if name.lower() == "x-robots-tag"]
    return any("noarchive" in re.split(r"[\s,]+", rule.lower()) and not _is_for_one_crawler(rule) for rule in rules)


def _is_for_one_crawler(rule: str) -> bool:
    agent, colon, _ = rule.partition(":")
    return bool(colon) and agent.strip().lower() not in ("max-snippet", "max-image-preview", "unavailable_after", "*")


def _form(structured: Structured, page: Page) -> StoryForm:
    types = types_of(structured.story or {})
    for names, form in _FORMS:
        if types & names:
            return form
    if not types:
        kind = (page.meta("og:type") or "").lower()
        return next((form for word, form in _OPEN_GRAPH_FORMS if kind.startswith(word)), StoryForm.ARTICLE)
    return StoryForm.ARTICLE


def _description(page: Page, structured: Structured) -> str | None:
    story = structured.story or {}
    offered = (
        as_text(story.get("description")),
        page.meta("og:description"),
        page.meta("description"),
        page.meta("twitter:description"),
    )
    return next((plain for text in offered if text and (plain := plain_words(_TAG.sub(" ", text)))), None)


def _article_body(value: object) -> str | None:
    """The text of `articleBody`, without markup, one line a paragraph where it shows paragraphs."""
    parts = [part for part in as_list(value) if isinstance(part, str)]
    text = _PARAGRAPH_TAG.sub("\n", "\n".join(parts))
    if "&" in text or "<" in text:
        text = "\n".join(plain_words(_TAG.sub("", line)) for line in text.splitlines())
    lines = [folded for line in text.splitlines() if (folded := fold_space(line))]
    return "\n".join(lines) or None
