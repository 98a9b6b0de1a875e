"""Atom 1.0 (RFC 4287): what the archive has to tell, for feed readers.

Everything that goes in may come from a hostile page: words are escaped, what XML cannot write is left out, and an
address that is not http or https makes no link. Ids are `urn:uuid` made of names, so the same story has the same id in
every feed and at every hour, whatever host the archive is served from.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from html import escape
from uuid import NAMESPACE_URL, uuid5

from lxml import etree

from newskeep.text import fold_space

CONTENT_TYPE = "application/atom+xml; charset=utf-8"

_NAMESPACE = "http://www.w3.org/2005/Atom"
_XML_LANGUAGE = "{http://www.w3.org/XML/1998/namespace}lang"
# XML 1.0 has no way to write these, not even escaped.
_NOT_IN_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff\ud800-\udfff]")
_WEB_ADDRESS = re.compile(r"https?://[^\s<>\"{}|\\^`]+", re.IGNORECASE)
_LANGUAGE = re.compile(r"[A-Za-z]{2,8}(?:-[A-Za-z0-9]{1,8})*")
_GENERATOR = "newskeep"


@dataclass(frozen=True, slots=True, kw_only=True)
class AtomLink:
    """A link of a feed or an entry. `media_type` and `length` (bytes) are None where they are not known."""

    url: str
    relation: str = "alternate"
    media_type: str | None = None
    title: str | None = None
    length: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class AtomEntry:
    """One entry: `entry_id` as `story_id_urn` gives it, times in any zone, `paragraphs` the text in full or none.

    `updated` is when the entry last said something else than before, `published` when it was first there. `authors` may
    be empty: then the feed's own name stands for them. `language` is a BCP 47 tag or None.
    """

    entry_id: str
    title: str | None
    updated: datetime
    links: tuple[AtomLink, ...] = ()
    published: datetime | None = None
    authors: tuple[str, ...] = ()
    categories: tuple[str, ...] = ()
    summary: str | None = None
    paragraphs: tuple[str, ...] = ()
    language: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class AtomFeed:
    """A feed: `feed_id` as `feed_id_urn` gives it. `updated` None means: when its newest entry was.

    A feed without entries and without `updated` says the beginning of time, so that it never looks new.
    """

    feed_id: str
    title: str
    entries: tuple[AtomEntry, ...] = ()
    links: tuple[AtomLink, ...] = ()
    subtitle: str | None = None
    author: str = _GENERATOR
    updated: datetime | None = None


def story_id_urn(source: str, story_id: int, revision: int | None = None) -> str:
    """Give the id of an entry: a story of a source, or one revision of it where each is an entry of its own."""
    name = f"newskeep:story:{source}:{story_id}"
    return _urn(name if revision is None else f"{name}:{revision}")


def feed_id_urn(*names: str) -> str:
    """Give the id of a feed by what it is of, such as `("watch", "harbour")`; the order of the names counts."""
    return _urn("newskeep:feed:" + "\n".join(names))


def feed_xml(feed: AtomFeed) -> bytes:
    """Write a feed as UTF-8 XML with its declaration. Entries stand in the order in which they are given."""
    # lxml takes None for the default namespace; its stubs do not know.
    root = etree.Element(f"{{{_NAMESPACE}}}feed", nsmap={None: _NAMESPACE})  # type: ignore[dict-item]
    _put(root, "id", feed.feed_id)
    _put(root, "title", _line(feed.title) or _GENERATOR, type="text")
    if subtitle := _line(feed.subtitle):
        _put(root, "subtitle", subtitle, type="text")
    newest = max((entry.updated for entry in feed.entries), default=datetime.fromtimestamp(0, UTC))
    _put(root, "updated", _time(feed.updated or newest))
    _put_people(root, (feed.author,))
    _put(root, "generator", _GENERATOR)
    _put_links(root, feed.links)
    for entry in feed.entries:
        _put_entry(root, entry)
    return etree.tostring(root, xml_declaration=True, encoding="utf-8", pretty_print=True)


def _put_entry(root: etree._Element, entry: AtomEntry) -> None:
    element = etree.SubElement(root, f"{{{_NAMESPACE}}}entry")
    if entry.language and _LANGUAGE.fullmatch(entry.language):
        element.set(_XML_LANGUAGE, entry.language)
    _put(element, "id", entry.entry_id)
    _put(element, "title", _line(entry.title) or "(no headline)", type="text")
    _put(element, "updated", _time(entry.updated))
    if entry.published is not None:
        _put(element, "published", _time(entry.published))
    _put_people(element, entry.authors)
    for category in _lines(entry.categories):
        _put(element, "category", term=category)
    _put_links(element, entry.links)
    if summary := _line(entry.summary):
        _put(element, "summary", summary, type="text")
    if paragraphs := tuple(_lines(entry.paragraphs)):
        # Readers fold the white space of plain text, so paragraphs are HTML: our own tags around escaped words.
        _put(element, "content", "".join(f"<p>{escape(text)}</p>" for text in paragraphs), type="html")


def _put_links(parent: etree._Element, links: Iterable[AtomLink]) -> None:
    for link in links:
        # RFC 4287 wants one alternate at most of each type and language, and no link that a reader could run.
        if not _WEB_ADDRESS.fullmatch(link.url) or _NOT_IN_XML.search(link.url):
            continue
        given = {"rel": link.relation, "type": link.media_type, "href": link.url, "title": _line(link.title) or None}
        if link.length is not None:
            given["length"] = str(link.length)
        _put(parent, "link", **{name: value for name, value in given.items() if value is not None})


def _put_people(parent: etree._Element, names: Iterable[str]) -> None:
    for name in _lines(names):
        _put(_put(parent, "author"), "name", name)


def _put(parent: etree._Element, name: str, text: str | None = None, **attributes: str) -> etree._Element:
    element = etree.SubElement(parent, f"{{{_NAMESPACE}}}{name}", attributes)
    element.text = text
    return element


def _lines(texts: Iterable[str | None]) -> Iterator[str]:
    return (line for text in texts if (line := _line(text)))


def _line(text: str | None) -> str:
    return fold_space(_NOT_IN_XML.sub("", text)) if text else ""


def _time(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")


def _urn(name: str) -> str:
    return uuid5(NAMESPACE_URL, name).urn
