"""What a story is about and in which language: section, tags, language, as the page declares them."""

from __future__ import annotations

import re
from itertools import islice
from urllib.parse import unquote, urlsplit

from newskeep.extract.languages import detect_language, is_surely_english
from newskeep.extract.lines import line_of
from newskeep.extract.site_names import SiteNames
from newskeep.extract.structured import Structured, Thing, as_list, as_text, types_of
from newskeep.extract.tree import Page
from newskeep.text import comparison_key, plain_words, word_set, words

_ESCAPED = re.compile(r"%[89A-Fa-f][0-9A-Fa-f]")
_SECTION_METAS = (
    "article:section",
    "og:article:section",
    "parsely-section",
    "sailthru.section",
    "cxenseparse:recs:category",
    "section",
    "dc.subject",
)
_TAG_METAS = ("article:tag", "og:article:tag", "parsely-tags", "sailthru.tags", "news_keywords", "keywords")
_LANGUAGE = re.compile(r"^([A-Za-z]{2,3})(?:[-_]([A-Za-z]{4}))?(?:[-_]([A-Za-z]{2}|\d{3}))?\b")
# Kinds of page and of text, and what a system calls what nobody filed: they name no subject.
_NO_SUBJECT = word_set(
    """home homepage start startseite inicio accueil news article articles artikel articulo articulos artículo
    artículos articolo articoli artigo artigos blog blogs post posts story stories uncategorized uncategorised
    unkategorisiert allgemein general default other others misc page pages web website online latest
    nachrichten noticias notizie notícias actualités actualites aktuelles aktuell nyheter nieuws wiadomości
    haber haberler berita новости новини ニュース 新闻 新聞 뉴스 newsarticle medium print free premium featured
    публикации статьи материалы schlagzeilen meldungen artigos nieuwsbericht habari izindaba أخبار خبر ویدئو"""
) | {"news home", "front page", "top news", "top stories", "latest news", "breaking news", "all news", "sin categoría"}
# What editing systems put among the tags for themselves: identifiers, and facts with their names (`Page Type: …`).
_MACHINE_TAG = re.compile(
    r"^[0-9a-f-]{16,}$|^[A-Z][\w ]{1,20}: |^[\d.:/\s-]+$|^\(\d+\)"
    r"|^(?=[a-z_-]{16})[a-z_-]*(?:image|template|layout|inset|widget)"
)
_GLUED_LIST = re.compile(r",(?=\S)")
_MOST_TAGS = 40
_FEWEST_ADDRESS_WORDS = 3
_MOST_PARAGRAPHS = 30
_ENOUGH_TEXT = 1500
_LONGEST_TAG = 80


def read_section(page: Page, structured: Structured, site: SiteNames) -> tuple[tuple[str, str], ...]:
    """The section, as (text, origin) pairs, the most trusted first."""
    found: list[tuple[str, str]] = []
    story = structured.story or {}
    for value in as_list(story.get("articleSection"))[:3]:
        found.append((as_text(value), f"{structured.origin} articleSection"))
    found.extend((value, name) for name in _SECTION_METAS for value in page.metas.get(name, ())[:1])
    found.extend((step, "breadcrumb") for step in _trail(structured)[-1:])
    kept: list[tuple[str, str]] = []
    for text, origin in found:
        section = _first_of_list(plain_words(text))
        if not section or len(section) > _LONGEST_TAG or section.lower() in _NO_SUBJECT or site.is_exactly(section):
            continue
        if "://" not in section:
            kept.append((section, origin))
    return tuple(kept)


def _first_of_list(section: str) -> str:
    """The first of several sections in one string; one comma with a space may belong to a name."""
    parts = section.split(", ")
    return _GLUED_LIST.split(parts[0] if len(parts) > 2 else section, maxsplit=1)[0]


def read_tags(page: Page, structured: Structured, site: SiteNames) -> tuple[str, ...]:
    """The keywords of the first place that has any, in its order, without repeats.

    The site's own name and kinds of page are left out, and so are all where they only repeat the words of the address.
    """
    story = structured.story or {}
    found = _split(story.get("keywords"))
    for name in _TAG_METAS:
        if not found:
            found = _split(page.metas.get(name, []))
    tags: dict[str, str] = {}
    for tag in found:
        key = comparison_key(tag)
        if key and len(tag) <= _LONGEST_TAG and not _MACHINE_TAG.search(tag) and not _is_no_subject(tag, site):
            tags.setdefault(key, tag)
    if len(tags) >= _FEWEST_ADDRESS_WORDS and tags.keys() <= set(words(urlsplit(page.url).path)):
        return ()
    return tuple(tags.values())[:_MOST_TAGS]


def _is_no_subject(tag: str, site: SiteNames) -> bool:
    return tag.lower() in _NO_SUBJECT or site.is_exactly(tag) or site.begins(tag)


def read_language(page: Page, structured: Structured) -> str | None:
    """The story's language as a BCP 47 tag: what the page declares, else the source, else what the text is written in.

    English is believed only where the text does not speak another language: templates bring it along.
    """
    declared = _declared_language(page, structured)
    if declared is None:
        return detect_language(_paragraphs(page))
    if not declared.startswith("en") or is_surely_english(f"{page.title} {page.meta('description') or ''}"):
        return declared
    text = _paragraphs(page)
    return declared if is_surely_english(text) else detect_language(text) or declared


def _declared_language(page: Page, structured: Structured) -> str | None:
    """What JSON-LD, the document, Open Graph, a `meta` or the source says, the first that says anything."""
    story = structured.story or {}
    language = story.get("inLanguage")
    if isinstance(language, dict):
        language = language.get("alternateName") or language.get("name")
    root = page.root
    for value in (
        as_text(language),
        root.get("lang") or root.get("{http://www.w3.org/XML/1998/namespace}lang") or root.get("xml:lang") or "",
        page.meta("og:locale") or "",
        page.meta("content-language") or page.meta("language") or page.meta("dc.language") or "",
        page.source.language or "" if page.source is not None else "",
    ):
        match = _LANGUAGE.match(value.strip())
        if match and match[0].lower() not in ("und", "mul"):
            return language_tag(match)
    return None


def _paragraphs(page: Page) -> str:
    """Enough of the page's running text to tell its language by."""
    found: list[str] = []
    length = 0
    for element in islice(page.body.iter("p"), _MOST_PARAGRAPHS):
        text = line_of(element, _ENOUGH_TEXT)
        found.append(text)
        length += len(text)
        if length >= _ENOUGH_TEXT:
            break
    return " ".join(found) if length else page.title


def language_tag(match: re.Match[str]) -> str:
    """Write the parts of a language tag in their usual case: `en-GB`, `zh-Hant-TW`."""
    script, region = match[2], match[3]
    parts = [match[1].lower(), script.title() if script else "", region.upper() if region else ""]
    return "-".join(part for part in parts if part)


def _split(value: object) -> list[str]:
    tags: list[str] = []
    for item in as_list(value):
        text = as_text(item)
        tags.extend(plain_words(_unescaped(part)) for part in re.split(r"[,;،、]", text) if part.strip())
    return tags


def _unescaped(tag: str) -> str:
    """A tag as it is read; some systems declare it as it stands in addresses (`p%C3%AAche`)."""
    if not _ESCAPED.search(tag):
        return tag
    try:
        read = unquote(tag, errors="strict")
    except UnicodeDecodeError:
        return tag
    return read if read.isprintable() else tag  # a control character hidden in it must not come out


def _trail(structured: Structured) -> list[str]:
    """The names on the page's bread-crumb trail without its ends: the front and the story itself."""
    for thing in structured.things:
        if "BreadcrumbList" in types_of(thing):
            steps = [step for step in as_list(thing.get("itemListElement")) if isinstance(step, dict)]
            steps.sort(key=_place)
            names = [_step_name(step) for step in steps]
            return [name for name in names[1:-1] if name] or [name for name in names[-1:] if len(name.split()) <= 3]
    return []


def _place(step: Thing) -> int:
    text = as_text(step.get("position"))
    return int(text) if text.isdecimal() else 0


def _step_name(step: Thing) -> str:
    item = step.get("item")
    return as_text(step.get("name")) or (as_text(item.get("name")) if isinstance(item, dict) else "")
