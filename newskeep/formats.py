"""What a listing's bytes really are, whatever their headers call them.

Servers send feeds as `text/html`, HTML as feeds, and gzip as XML; so the bytes are asked. This module only recognises:
feeds are read in `newskeep.feeds`, sitemaps in `newskeep.sitemaps`, fronts in `newskeep.fronts`.
"""

from __future__ import annotations

import re
import zlib
from enum import StrEnum

from newskeep.text import plain_words

MAX_UNPACKED_BYTES = 50 * 1024 * 1024
"""The most a sitemap may hold by its own rules (sitemaps.org); what unpacks to more is cut there."""

_HEAD_BYTES = 32_768
_GZIP = b"\x1f\x8b"
_SIGNATURES = (
    (b"%PDF-", "pdf"),
    (b"\x89PNG", "picture"),
    (b"\xff\xd8\xff", "picture"),
    (b"GIF8", "picture"),
    (b"PK\x03\x04", "archive"),
    (_GZIP, "archive"),
)
_BOMS = (
    (b"\xef\xbb\xbf", "utf-8"),
    (b"\xff\xfe\x00\x00", "utf-32-le"),
    (b"\x00\x00\xfe\xff", "utf-32-be"),
    (b"\xff\xfe", "utf-16-le"),
    (b"\xfe\xff", "utf-16-be"),
    (b"<\x00", "utf-16-le"),
    (b"\x00<", "utf-16-be"),
)
_NOISE = (("<?", "?>"), ("<!--", "-->"))
# The first of these decides; a server's own warnings (`<br /><b>Warning</b>`) may stand before it.
_ROOT = re.compile(
    r"<(?:(?P<doctype>!doctype\s+html)|(?:[\w.-]+:)?(?P<name>rss|rdf|feed|channel|urlset|sitemapindex|html|head|body|title"
    r"|meta|script|div|p|h1|table)(?=[\s>/]))",
    re.IGNORECASE,
)
_ANY_ELEMENT = re.compile(r"<(?:[\w.-]+:)?([A-Za-z_][\w.-]*)")
_HTML_TITLE = re.compile(r"<title[^<>]*>([^<]{1,300})", re.IGNORECASE)
_URL_LINE = re.compile(r"https?://\S+")


class BodyFormat(StrEnum):
    """What some bytes are; the value is how a sentence names it."""

    FEED = "an RSS or Atom feed"
    JSON_FEED = "a JSON Feed"
    SITEMAP = "a sitemap"
    SITEMAP_INDEX = "a sitemap index"
    URL_LIST = "a list of addresses"
    HTML = "an HTML page"
    XML = "XML of another kind"
    JSON = "JSON of another kind"
    PDF = "a PDF file"
    PICTURE = "a picture"
    ARCHIVE = "a packed file"
    TEXT = "plain text"
    BINARY = "binary data"
    EMPTY = "nothing"


_FORMAT_OF_ROOT = {
    "rss": BodyFormat.FEED,
    "rdf": BodyFormat.FEED,
    "feed": BodyFormat.FEED,
    "channel": BodyFormat.FEED,
    "urlset": BodyFormat.SITEMAP,
    "sitemapindex": BodyFormat.SITEMAP_INDEX,
}


def sniff(body: bytes) -> BodyFormat:
    """Tell what unpacked bytes are."""
    for signature, name in _SIGNATURES:
        if body.startswith(signature):
            return BodyFormat[name.upper()]
    text = _head(body)
    if not text:
        return BodyFormat.EMPTY
    if text[0] in "{[":
        return BodyFormat.JSON_FEED if _names_json_feed(body) else BodyFormat.JSON
    stripped = _without_noise(text)
    if root := _ROOT.search(stripped):
        return _FORMAT_OF_ROOT.get((root["name"] or "").lower(), BodyFormat.HTML)
    if stripped.lstrip().startswith("<"):
        return BodyFormat.XML
    if "\x00" in text or "\ufffd" in text[:200]:
        return BodyFormat.BINARY
    return BodyFormat.URL_LIST if _URL_LINE.fullmatch(text.split("\n", 1)[0].strip()) else BodyFormat.TEXT


def describe(body: bytes) -> str:
    """Say in a few words what unpacked bytes are, with a page's title or a document's first element."""
    found = sniff(body)
    text = _head(body)
    if found is BodyFormat.HTML and (title := _HTML_TITLE.search(text)) and plain_words(title[1]):
        return f"{found} (“{plain_words(title[1])}”)"
    if found is BodyFormat.XML and (element := _ANY_ELEMENT.search(_without_noise(text))):
        return f"{found} (<{element[1]}>)"
    return str(found)


def unpacked(body: bytes) -> bytes:
    """Undo gzip, as of `sitemap.xml.gz`; other bytes come back as they are.

    What is cut short or broken gives the part that could be read, and never more than `MAX_UNPACKED_BYTES`.
    """
    for _ in range(2):  # some servers pack what is packed already
        if not body.startswith(_GZIP):
            break
        try:
            unzip = zlib.decompressobj(wbits=31)
            plain = unzip.decompress(body, MAX_UNPACKED_BYTES)
            is_whole = unzip.eof
        except zlib.error:
            plain, is_whole = _readable_part(body), False
        if not plain and not is_whole:
            break
        body = plain
    return body


def _readable_part(body: bytes) -> bytes:
    """What a damaged gzip gives up to where it breaks, read in small steps."""
    unzip = zlib.decompressobj(wbits=31)
    parts: list[bytes] = []
    size = 0
    try:
        for start in range(0, len(body), 4096):
            part = unzip.decompress(body[start : start + 4096], MAX_UNPACKED_BYTES - size)
            size += len(part)
            parts.append(part)
            if size >= MAX_UNPACKED_BYTES or unzip.eof:
                break
    except zlib.error:
        pass
    return b"".join(parts)


def _head(body: bytes) -> str:
    """The beginning as text, without a byte order mark and white space."""
    head = body[:_HEAD_BYTES]
    encoding = next((name for mark, name in _BOMS if head.startswith(mark)), "utf-8")
    return head.decode(encoding, "replace").lstrip("\ufeff \t\r\n\f\v")


def _without_noise(text: str) -> str:
    """Markup without its instructions and comments; one that is never closed takes the rest with it."""
    for opening, closing in _NOISE:
        kept = []
        rest: str | None = text
        while rest is not None:
            before, found, behind = rest.partition(opening)
            kept.append(before)
            _, closed, behind = behind.partition(closing)
            rest = behind if found and closed else None
        text = "".join(kept)
    return text


def _names_json_feed(body: bytes) -> bool:
    """Version 1 names itself (jsonfeed.org); the name may stand at the end, behind the items."""
    return b"jsonfeed.org/version" in body or b"jsonfeed.org\\/version" in body
