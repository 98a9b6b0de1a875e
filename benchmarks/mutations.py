"""Ways to break a page: each takes a page's bytes and a seeded source of chance and gives other bytes.

`mutate(body, chance, others)` applies one to four of them. The same seed gives the same pages on every machine. No page
grows beyond `LARGEST_BYTES`.
"""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Sequence
from typing import TypeAlias

Mutation: TypeAlias = Callable[[bytes, random.Random], bytes]

LARGEST_BYTES = 2_000_000
_TAG = re.compile(rb"</?([a-zA-Z][a-zA-Z0-9-]{0,20})")
_ATTRIBUTE = re.compile(rb"""\s[a-zA-Z-]{2,20}=("[^"]{0,300}"|'[^']{0,300}'|[^\s>]{1,100})""")
_TAGS = (
    b"div", b"p", b"span", b"a", b"b", b"table", b"tr", b"td", b"ul", b"li", b"h1", b"h2", b"article", b"section",
    b"template", b"noscript", b"script", b"style", b"svg", b"math", b"textarea", b"select", b"option", b"frameset",
    b"plaintext", b"xmp", b"title", b"head", b"body", b"html", b"figure", b"figcaption", b"picture", b"iframe",
    b"blockquote", b"time", b"base", b"meta", b"form", b"button", b"x-unknown", b"object", b"pre", b"br",
)  # fmt: skip
_NAMES = (
    b"byline", b"author", b"related", b"teaser", b"caption", b"credit", b"headline", b"paywall", b"comments", b"story",
    b"article-body", b"nav", b"hidden", b"date", b"kicker", b"sidebar", b"newsletter", b"x" * 500, b"\xc3\xa9t\xc3\xa9",
)  # fmt: skip
_ENTITIES = (
    b"&#0;", b"&#1;", b"&#x1F;", b"&#xD800;", b"&#x110000;", b"&#99999999999;", b"&nbsp;", b"&amp;amp;amp;lt;",
    b"&lt;p&gt;", b"&#", b"&#x", b"&;", b"&bogus;", b"&#173;", b"&#8203;", b"&quot;", b"&#xFFFE;",
    b"&zwj;" * 20, b"&rlm;",
)  # fmt: skip
_STRAY = (
    "\x00", "\x01", "\x0b", "\x0c", "\x1f", "\x7f", "\x85", "\u2028", "\u202e", "\ufeff", "\ufffe", "\uffff",
    "\u0301" * 30, "\U0001f1e9", "\u200d", "\u0661\u0662", "\u2167", "ß", "İ", "ﬁ", "\u1e9e", "\ud7ff", "\U0010ffff",
)  # fmt: skip
_CHARSETS = (
    "utf-8", "utf-16", "utf-16-le", "utf-32", "latin-1", "cp1252", "cp1251", "koi8_r", "gb18030", "shift_jis", "euc_kr",
    "big5", "cp1256", "iso2022_jp", "cp037",
)  # fmt: skip
_LABELS = (
    b"utf-8", b"utf-16", b"iso-8859-1", b"windows-1251", b"gb2312", b"shift_jis", b"x-none", b"utf-7", b"rot13",
    b"\xff\xfe", b"base64", b"",
)  # fmt: skip
_MARKS = (b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff", b"\xff\xfe\x00\x00", b"\x1f\x8b", b"\x00")
_JSON = (
    b"{", b"}", b"[", b"]", b'"', b"\\", b",", b":", b"\\u0000", b"\\ud800", b"null", b"1e999", b"9" * 5000, b"-",
    b"NaN", b'{"@id":"#a"}', b'"@type":"NewsArticle"', b'"author":', b'"image":{"url":',
    b"[" * 300, b'{"@type":' * 60, b"//",
    b"<!--", b'"datePublished":"2026-02-30T25:61:00+99:99"', b'"datePublished":"0000-00-00"',
    b'"@graph":[', b"<\\/script>",
)  # fmt: skip
_DATES = (
    b"2026-02-30T25:61:00", b"0000-00-00", b"9999-12-31T23:59:59-23:59", b"31/31/31", b"1 January 0001",
    b"May 99, 2026", b"20261122T", b"-1", b"2026-W53-8", b"99999999999999999999",
    b"\xe2\x85\xa7.\xe2\x85\xa7.2026", b"24:00 yesterday",
)  # fmt: skip
_ADDRESSES = (
    b"http://[::1", b"http://a.example:99999/", b"//", b"http://", b"javascript:x", b"\x00", b"/%", b"/%zz%", b"?" * 50,
    b"http://\xd9\xa1\xd9\xa2.example/\xe2\x80\xae", b"http://xn--/", b"/a" * 300, b"data:,", b"#",
    b"http://a@b@c/", b"h\tt\np://x/",
)  # fmt: skip


def mutate(body: bytes, chance: random.Random, others: Sequence[bytes]) -> bytes:
    """Break a page in one to four ways; `others` are pages to take pieces from."""
    for _ in range(chance.choice((1, 1, 2, 2, 3, 4))):
        if chance.random() < 0.08:
            body = _splice(body, chance, chance.choice(others))
        else:
            body = chance.choice(MUTATIONS)(body, chance)
        body = body[:LARGEST_BYTES]
    return body


def _splice(body: bytes, chance: random.Random, other: bytes) -> bytes:
    """The beginning of one page and the end of another."""
    return body[: _place(body, chance)] + other[_place(other, chance) :]


def _place(body: bytes, chance: random.Random) -> int:
    return chance.randrange(len(body) + 1)


def _stretch(body: bytes, chance: random.Random, longest: int) -> tuple[int, int]:
    begin = _place(body, chance)
    return begin, min(len(body), begin + chance.randrange(1, longest))


def _put(body: bytes, chance: random.Random, pieces: Sequence[bytes], most: int) -> bytes:
    """Put pieces in at some places."""
    places = sorted(_place(body, chance) for _ in range(chance.randrange(1, most)))
    parts, last = [], 0
    for place in places:
        parts += [body[last:place], chance.choice(pieces)]
        last = place
    return b"".join((*parts, body[last:]))


def _between_tags(body: bytes, chance: random.Random, piece: bytes) -> bytes:
    """Put a piece in front of some tag."""
    at = body.find(b"<", _place(body, chance))
    return body + piece if at < 0 else body[:at] + piece + body[at:]


def truncate(body: bytes, chance: random.Random) -> bytes:
    """Break the page off."""
    return body[: _place(body, chance)]


def drop(body: bytes, chance: random.Random) -> bytes:
    """Lose a piece."""
    begin, end = _stretch(body, chance, 5000)
    return body[:begin] + body[end:]


def repeat(body: bytes, chance: random.Random) -> bytes:
    """Say a piece again and again."""
    begin, end = _stretch(body, chance, 3000)
    return body[:begin] + body[begin:end] * chance.choice((2, 3, 10, 100)) + body[end:]


def move(body: bytes, chance: random.Random) -> bytes:
    """Move a piece to another place."""
    begin, end = _stretch(body, chance, 8000)
    rest = body[:begin] + body[end:]
    at = _place(rest, chance)
    return rest[:at] + body[begin:end] + rest[at:]


def flip_bytes(body: bytes, chance: random.Random) -> bytes:
    """Write chance bytes over some."""
    broken = bytearray(body)
    for _ in range(min(len(broken), chance.choice((1, 10, 100, 1000)))):
        broken[chance.randrange(len(broken))] = chance.randrange(256)
    return bytes(broken)


def rename_tags(body: bytes, chance: random.Random) -> bytes:
    """Make other elements of some."""
    share = chance.choice((0.01, 0.1, 0.5))
    new = chance.choice(_TAGS)

    def renamed(match: re.Match[bytes]) -> bytes:
        if chance.random() > share:
            return match[0]
        return match[0].replace(match[1], new if chance.random() < 0.7 else chance.choice(_TAGS))

    return _TAG.sub(renamed, body)


def drop_tags(body: bytes, chance: random.Random) -> bytes:
    """Forget to close, or to open, some elements."""
    share = chance.choice((0.02, 0.2, 0.9))
    kind = chance.choice((rb"</[a-z0-9]+>", rb"<[a-z0-9]+[^>]{0,500}>", b'"', b">", b"<"))
    return re.sub(kind, lambda match: b"" if chance.random() < share else match[0], body)


def drop_attributes(body: bytes, chance: random.Random) -> bytes:
    """Lose some attributes, or all."""
    share = chance.choice((0.1, 0.5, 1.0))
    return _ATTRIBUTE.sub(lambda match: b"" if chance.random() < share else match[0], body)


def change_attributes(body: bytes, chance: random.Random) -> bytes:
    """Give some attributes other values: names, addresses, dates, nonsense."""
    share = chance.choice((0.02, 0.2))
    values = chance.choice((_NAMES, _ADDRESSES, _DATES, (b"", b"0", b"-1", b"99999999999999999999", b"NaN")))

    def changed(match: re.Match[bytes]) -> bytes:
        if chance.random() > share:
            return match[0]
        return match[0].partition(b"=")[0] + b'="' + chance.choice(values) + b'"'

    return _ATTRIBUTE.sub(changed, body)


def nest(body: bytes, chance: random.Random) -> bytes:
    """Open elements and never close them."""
    tag = chance.choice(_TAGS)
    name = chance.choice(_NAMES)
    piece = b"<" + tag + b' class="' + name + b'" href="/news/nested-story-of-many" itemprop=author itemscope>x '
    return _between_tags(body, chance, piece * chance.choice((3, 50, 300, 3000)))


def put_siblings(body: bytes, chance: random.Random) -> bytes:
    """Put many elements of one kind side by side."""
    tag = chance.choice(_TAGS)
    name = chance.choice(_NAMES)
    piece = b"<" + tag + b' class="' + name + b'" src="/i.jpg" href="/news/story-%d-of-many">Some words</' + tag + b">"
    count = chance.choice((5, 100, 2000))
    return _between_tags(body, chance, b"".join(piece.replace(b"%d", b"%d" % at) for at in range(count)))


def put_text(body: bytes, chance: random.Random) -> bytes:
    """Put a long text of one kind between tags."""
    words = (
        b"word ",
        b"\n",
        b" ",
        b"a",
        b". ",
        b"12/11/2026 ",
        b"By A, ",
        b"| ",
        b"- ",
        b"(",
        b'"',
        "灯".encode(),
        b"https://x.example/ ",
    )
    return _between_tags(body, chance, chance.choice(words) * chance.choice((100, 10_000, 100_000)))


def put_entities(body: bytes, chance: random.Random) -> bytes:
    """Put references in, broken ones and forbidden ones too."""
    return _put(body, chance, _ENTITIES, 300)


def put_stray_characters(body: bytes, chance: random.Random) -> bytes:
    """Put characters in that few readers expect."""
    return _put(body, chance, [character.encode() for character in _STRAY], 100)


def break_data(body: bytes, chance: random.Random) -> bytes:
    """Put pieces of JSON into the page's scripts."""
    at = body.find(b"json", _place(body, chance))
    at = body.find(b"json") if at < 0 else at
    if at < 0:
        return _between_tags(body, chance, b'<script type="application/ld+json">' + chance.choice(_JSON) + b"</script>")
    end = body.find(b"</script>", at)
    end = len(body) if end < 0 else end
    return body[:at] + _put(body[at:end], chance, _JSON, 8) + body[end:]


def change_dates(body: bytes, chance: random.Random) -> bytes:
    """Write other dates."""
    share = chance.choice((0.2, 1.0))
    return re.sub(
        rb"20[12]\d-[01]\d-[0-3]\d", lambda match: chance.choice(_DATES) if chance.random() < share else match[0], body
    )


def change_encoding(body: bytes, chance: random.Random) -> bytes:
    """Write the page in another encoding than it says."""
    return body.decode("utf-8", "replace").encode(chance.choice(_CHARSETS), "replace")


def declare_wrongly(body: bytes, chance: random.Random) -> bytes:
    """Say that the page is in another encoding than it is, or begin it with a mark."""
    if chance.random() < 0.4:
        return chance.choice(_MARKS) + body
    label = chance.choice(_LABELS)
    return re.sub(rb"charset=[\"']?[\w-]{2,20}", lambda _: b"charset=" + label, body, count=2)


MUTATIONS: tuple[Mutation, ...] = (
    truncate,
    drop,
    repeat,
    move,
    flip_bytes,
    rename_tags,
    drop_tags,
    drop_attributes,
    change_attributes,
    nest,
    put_siblings,
    put_text,
    put_entities,
    put_stray_characters,
    break_data,
    change_dates,
    change_encoding,
    declare_wrongly,
)
