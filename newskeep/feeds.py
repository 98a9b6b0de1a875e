"""Feeds: RSS of all ages, Atom and JSON Feed, malformed ones too, to a `ListingPage`.

feedparser reads the XML; what its fields mean for us is decided here. A feed's text is only a promise of a story: the
body it may carry is left to the story's page, and only a short description counts as a standfirst.
"""

from __future__ import annotations

import io
import json
import re
from collections.abc import Iterable, Iterator, Mapping
from html import unescape
from itertools import islice
from typing import Any
from xml.parsers import expat
from xml.sax import SAXParseException

import feedparser

from newskeep.dates import parse_date
from newskeep.entries import first_url, keep_entries
from newskeep.errors import ListingFormatError
from newskeep.extract.decode import decode_html
from newskeep.formats import BodyFormat, describe, sniff, unpacked
from newskeep.model import Capture, Entry, ListingKind, ListingPage, PageDate
from newskeep.text import fold_space, plain_words

MAX_STANDFIRST_CHARACTERS = 500
"""A longer description is the story's own text (RebelMouse puts the whole body there), no standfirst."""

MAX_ENTRIES = 2_000
"""Entries that are read of one feed, from its beginning; the newest stand first. feedparser takes 0.5 ms for each."""

MAX_LENIENT_BYTES = 1024 * 1024
"""What is read of a feed that is no well-formed XML: the lenient parser takes up to 15 seconds for a hostile MiB."""

_READ_CHARACTERS = 20_000
_READ_NAME_CHARACTERS = 300
_PERIOD_SECONDS = {"hourly": 3_600, "daily": 86_400, "weekly": 604_800, "monthly": 2_592_000, "yearly": 31_536_000}
_MAX_HINT_SECONDS = 31_536_000

_DECLARATION = re.compile(r"\s*<\?xml[^>]*>")
_TAG = re.compile(r"<[A-Za-z/!][^<>]*>")
_BREAKING_TAG = re.compile(r"</?(?:p|br|div|li|ul|ol|h[1-6]|tr|td|blockquote|figure|figcaption)\b[^<>]*>", re.I)
_IMAGE = re.compile(r"<img\b[^<>]*?\bsrc\s*=\s*[\"']?([^\"'\s>]+)", re.IGNORECASE)
# WordPress ends every description with this line, in the site's language only if its owner translated it.
_APPEARED_FIRST = re.compile(r"\s*The post .{1,400} (?:first appeared|appeared first) on .{1,200}\.$", re.DOTALL)
_ENTRY_START = re.compile(rb"<(?:[\w.-]+:)?(?:item|entry)(?=[\s>])")
_ROOT_NAME = re.compile(rb"<((?:[\w.-]+:)?(?:rss|RDF|feed))(?=[\s>])")
_SKIPPED = re.compile(rb"<(skipHours|skipDays)>(.{1,2000}?)</(?:skipHours|skipDays)>", re.DOTALL | re.IGNORECASE)
_SKIPPED_VALUE = re.compile(rb"<(?:hour|day)>\s*(\w{1,9})\s*</", re.IGNORECASE)
_WEEKDAYS = (b"mon", b"tue", b"wed", b"thu", b"fri", b"sat", b"sun")
_MAIL_ADDRESS = re.compile(r"\S+@\S+")


def parse_feed(capture: Capture) -> ListingPage:
    """Read what a feed names: its entries in their order, each address once.

    Entries without the address of a page, and such that point to a front, are left out and counted in a warning.

    Raises:
        ListingFormatError: it is no feed; the message says what it is.
        UndecodableError: it may be one, but its bytes are no text.
    """
    body = unpacked(capture.body)
    found = sniff(body)
    if found is BodyFormat.JSON_FEED:
        return _parse_json_feed(capture, body)
    if found is not BodyFormat.FEED:
        raise ListingFormatError(f"expected a feed, but {describe(body)} came", url=capture.request_url)
    return _parse_xml_feed(capture, body)


def _parse_xml_feed(capture: Capture, body: bytes) -> ListingPage:
    # feedparser believes any encoding it is told, broken ones too; so it is given UTF-8 and told nothing else.
    text = decode_html(body, capture.header("Content-Type"), url=capture.request_url).text
    whole = _DECLARATION.sub("", text, count=1).encode("utf-8", "replace")
    readable = _bounded(whole)
    parsed = _parsed(readable, capture)
    feed = parsed["feed"]
    if not parsed["version"] and not parsed["entries"]:
        raise ListingFormatError(f"expected a feed, but {describe(body)} without entries came", url=capture.request_url)
    language = _text(_field(feed, "language"))
    is_atom = str(parsed["version"]).startswith("atom")
    kept = keep_entries(
        _xml_entry(item, base=capture.final_url, language=language, is_atom=is_atom) for item in parsed["entries"]
    )
    warnings = kept.warnings
    if len(readable) < len(whole):
        warnings += (f"the feed is very long; its first {len(parsed['entries'])} entries were read",)
    if isinstance(parsed.get("bozo_exception"), SAXParseException):
        warnings += ("the feed is no well-formed XML and was read leniently",)
    return ListingPage(
        kind=ListingKind.FEED,
        entries=kept.entries,
        title=_plain(_field(feed, "title")),
        language=language,
        poll_hint_seconds=_poll_hint(feed),
        quiet_hours=_quiet_hours(readable),
        warnings=warnings,
    )


def _parsed(body: bytes, capture: Capture) -> Any:
    headers = {"content-location": capture.final_url, "content-type": "application/xml; charset=utf-8"}
    try:
        return feedparser.parse(
            io.BytesIO(body), response_headers=headers, sanitize_html=False, resolve_relative_uris=False
        )
    except Exception as error:
        # Broken name spaces and entities make it raise what it happens to raise; no list of them would be complete.
        raise ListingFormatError(f"the feed is too broken to read: {error}", url=capture.request_url) from error


def _bounded(body: bytes) -> bytes:
    """The part of a feed that is read, closed where it is cut: so time stays bounded whatever comes."""
    start = next(islice(_ENTRY_START.finditer(body), MAX_ENTRIES, None), None)
    root = _ROOT_NAME.search(body)
    if start is not None and root is not None:
        closing = b"</channel></" if root[1].endswith(b"rss") else b"</"
        body = body[: start.start()] + closing + root[1] + b">"
    if len(body) > MAX_LENIENT_BYTES and not _is_well_formed(body):
        body = body[:MAX_LENIENT_BYTES]
        starts = [found.start() for found in _ENTRY_START.finditer(body)]
        body = body[: starts[-1]] if len(starts) > 1 else body
    return body


def _is_well_formed(body: bytes) -> bool:
    try:
        expat.ParserCreate("utf-8").Parse(body, True)
    except (expat.ExpatError, ValueError, LookupError):
        return False
    return True


def _field(item: Any, name: str) -> Any:
    # feedparser's own lookup answers for some missing keys with others (`updated` with `published`), and warns.
    return dict.get(item, name)


def _xml_entry(item: Any, *, base: str, language: str | None, is_atom: bool) -> Entry | None:
    url = first_url(map(_text, _links(item)), base=base)
    if url is None:
        return None
    published = _field(item, "published") or _field(item, "created")
    updated = _field(item, "updated")
    if published is None and not is_atom:
        published, updated = updated, None  # in RSS this is dc:date, the only date there is
    entry_language = _text(_field(item, "language")) or language
    return Entry(
        url=url,
        position=0,
        guid=_text(_field(item, "id")),
        headline=_plain(_field(item, "title")),
        standfirst=_standfirst(_field(item, "summary")),
        published=_date(published, "feed published", entry_language),
        updated=_date(updated, "feed updated", entry_language),
        authors=_names(_xml_authors(item, is_atom=is_atom)),
        tags=_names(_field(tag, "term") or _field(tag, "label") for tag in _field(item, "tags") or ()),
        language=entry_language,
        picture_url=first_url(_xml_pictures(item), base=base),
    )


def _links(item: Any) -> Iterator[Any]:
    """The addresses an entry may mean, the best first."""
    yield _field(item, "feedburner_origlink")
    links = _field(item, "links") or ()
    for link in links:
        if _field(link, "rel") == "alternate" and "html" in str(_field(link, "type") or "html"):
            yield _field(link, "href")
    yield _field(item, "link")
    yield from (_field(link, "href") for link in links if _field(link, "rel") in (None, "alternate", "self", "via"))
    if str(_field(item, "id") or "").startswith(("http://", "https://")):
        yield _field(item, "id")


def _xml_authors(item: Any, *, is_atom: bool) -> Iterator[Any]:
    for author in _field(item, "authors") or ():
        name = _text(_field(author, "name"))
        # feedparser cuts a mail address under a long top level domain in two; the element as printed is whole.
        if not is_atom and _field(author, "email"):
            name = _text(_field(item, "author"))
        yield _MAIL_ADDRESS.sub("", name[:_READ_NAME_CHARACTERS]).strip(" ()<>,") if name else None


def _xml_pictures(item: Any) -> Iterator[Any]:
    media = [one for one in _field(item, "media_content") or () if _is_image(one)]
    yield from (_field(one, "url") for one in sorted(media, key=_width, reverse=True))
    for link in _field(item, "links") or ():
        if _field(link, "rel") == "enclosure" and str(_field(link, "type")).startswith("image/"):
            yield _field(link, "href")
    yield from (_field(one, "url") for one in _field(item, "media_thumbnail") or ())
    texts = [_field(item, "summary"), *(_field(one, "value") for one in _field(item, "content") or ())]
    for text in texts:
        if isinstance(text, str) and (found := _IMAGE.search(text[:_READ_CHARACTERS])):
            yield unescape(found[1])


def _is_image(media: Any) -> bool:
    return _field(media, "medium") == "image" or str(_field(media, "type") or "").startswith("image/")


def _width(media: Any) -> int:
    width = str(_field(media, "width") or "")
    return int(width) if width.isdecimal() and len(width) < 6 else 0


def _poll_hint(feed: Any) -> int | None:
    """Seconds between two polls the publisher asks for: RSS's `ttl` (minutes), or the syndication module's period."""
    ttl = str(_field(feed, "ttl") or "").strip()
    if ttl.isdecimal() and int(ttl[:9]) > 0:
        return min(int(ttl[:9]) * 60, _MAX_HINT_SECONDS)
    period = _PERIOD_SECONDS.get(str(_field(feed, "sy_updateperiod") or "").strip().lower())
    if period is None:
        return None
    frequency = str(_field(feed, "sy_updatefrequency") or "1").strip()
    times = int(frequency[:6]) if frequency.isdecimal() else 1
    return max(60, period // max(times, 1))


def _quiet_hours(body: bytes) -> tuple[int, ...]:
    """RSS's `skipHours` and `skipDays`, which feedparser drops, as hours of the week; none where it names them all."""
    skipped = {name.lower(): _SKIPPED_VALUE.findall(inner) for name, inner in _SKIPPED.findall(body)}
    hours = {int(value) % 24 for value in skipped.get(b"skiphours", ()) if value.isdigit()}
    days = {_WEEKDAYS.index(day) for value in skipped.get(b"skipdays", ()) if (day := value.lower()[:3]) in _WEEKDAYS}
    quiet = tuple(hour for hour in range(168) if hour % 24 in hours or hour // 24 in days)
    return quiet if len(quiet) < 168 else ()


def _parse_json_feed(capture: Capture, body: bytes) -> ListingPage:
    try:
        feed = json.loads(body.decode("utf-8-sig", "replace"), strict=False)
    except (ValueError, RecursionError) as error:
        raise ListingFormatError(f"the JSON Feed is broken: {error}", url=capture.request_url) from error
    if not isinstance(feed, dict) or not isinstance(feed.get("items"), list):
        raise ListingFormatError("the JSON Feed has no list of items", url=capture.request_url)
    language = _text(feed.get("language"))
    objects = (item for item in feed["items"] if isinstance(item, dict))
    kept = keep_entries(_json_entry(item, base=capture.final_url, language=language) for item in objects)
    return ListingPage(
        kind=ListingKind.FEED,
        entries=kept.entries,
        title=_plain(feed.get("title")),
        language=language,
        warnings=kept.warnings,
    )


def _json_entry(item: Mapping[str, Any], *, base: str, language: str | None) -> Entry | None:
    identifier = item.get("id")
    guid = str(identifier) if isinstance(identifier, int | float) else _text(identifier)
    absolute_guid = guid if guid is not None and guid.startswith(("http://", "https://")) else None
    url = first_url(map(_text, (item.get("url"), item.get("external_url"), absolute_guid)), base=base)
    if url is None:
        return None
    listed = item.get("authors")
    authors = listed if isinstance(listed, list) else [item.get("author")]  # version 1.0 has one, 1.1 several
    tags = item.get("tags")
    entry_language = _text(item.get("language")) or language
    return Entry(
        url=url,
        position=0,
        guid=guid,
        headline=_plain(item.get("title")),
        standfirst=_standfirst(item.get("summary")),
        published=_date(item.get("date_published"), "json feed date_published", entry_language),
        updated=_date(item.get("date_modified"), "json feed date_modified", entry_language),
        authors=_names(author.get("name") for author in authors if isinstance(author, dict)),
        tags=_names(tags if isinstance(tags, list) else ()),
        language=entry_language,
        picture_url=first_url(map(_text, (item.get("image"), item.get("banner_image"))), base=base),
    )


def _date(raw: Any, origin: str, language: str | None) -> PageDate | None:
    text = _text(raw)
    return parse_date(text, origin=origin, timezone=None, language=language) if text else None


def _text(value: Any) -> str | None:
    return fold_space(value) or None if isinstance(value, str) else None


def _plain(value: Any) -> str | None:
    """Text that may be HTML, or HTML escaped once too often, as plain text."""
    if not isinstance(value, str):
        return None
    text = value[:_READ_CHARACTERS]
    for _ in range(2):
        text = unescape(_TAG.sub("", _BREAKING_TAG.sub(" ", text)))
    return plain_words(text) or None


def _standfirst(value: Any) -> str | None:
    plain = _plain(value)
    if plain is None:
        return None
    plain = _APPEARED_FIRST.sub("", plain)
    return plain if 0 < len(plain) <= MAX_STANDFIRST_CHARACTERS else None


def _names(found: Iterable[Any]) -> tuple[str, ...]:
    names = (_plain(name) for name in found)
    return tuple(dict.fromkeys(name for name in names if name))
