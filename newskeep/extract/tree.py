"""The page as a tree, parsed once, with what every reader of it needs gathered in one walk.

Everything in `newskeep.extract` works on one `Page`. The parser drops comments; this module takes scripts and styles
out of the tree (their text is kept beside it), so that an element's text is what a reader could see. `template`
elements stay in the tree: some sites keep the rest of a story there.

Not here: decoding (`decode`), what any of it means (`metadata`, `blocks`, `teasers`).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from urllib.parse import urljoin

from newskeep.extract.decode import decode_html
from newskeep.extract.markup import Element as Element
from newskeep.extract.markup import parse_tree
from newskeep.model import EMPTY_MEMORY, Capture, SiteMemory, Source
from newskeep.text import fold_space, word_set
from newskeep.urls import MAX_URL_LENGTH, is_fetchable

INLINE_TAGS = word_set(
    """a abbr acronym b bdi bdo big cite code data del dfn em font i ins kbd label mark nobr q ruby rb rp rt s samp
    small span strike strong sub sup time tt u var wbr"""
)
"""Elements that stand inside a line of text: no space is put around them when text is joined."""

HEADING_LEVELS = {f"h{level}": level for level in range(1, 7)}
"""The level of each heading element by its tag; `<h²>` is none, though `isdigit` takes its second mark for a digit."""

_NO_PAGES = ("data:", "javascript:", "blob:", "about:", "mailto:", "tel:", "#")
_CONTROLS = re.compile("[\x00-\x1f\x7f]")
_ORIGIN = re.compile(r"https?://[^/?#\\]*")

_MOST_OF_A_KIND = 1000
"""So many metas, pictures, headings … are read, twice as many as any of a thousand pages has; links are not cut."""
_LONGEST_META = 20_000
_FEW_ARTICLES = 60
_MOST_ARTICLES = 400
_MOST_AROUND = 3
# It begins with one plain character, which the search then jumps to.
_BAD_ESCAPE = re.compile(
    r"\\(?:\\"  # a backslash that is written out is passed over
    r"|u(?:00(?:0[0-8bBcCeEfF]|1[0-9a-fA-F])|[dD][89abAB][0-9a-fA-F]{2}(?!\\u[dD][c-fC-F])"
    r"|[dD][c-fC-F][0-9a-fA-F]{2}(?<!\\u[dD][89abAB][0-9a-fA-F]{2}.{6})|[fF]{3}[eEfF]))"
)

_GATHERED = word_set(
    """meta link script style a img amp-img h1 h2 h3 h4 h5 h6 time br iframe amp-iframe amp-youtube video amp-video
    audio amp-audio figure article template base title"""
)
_KIND_OF_TAG = {
    **dict.fromkeys(HEADING_LEVELS, "headings"),
    **dict.fromkeys(("img", "amp-img"), "images"),
    **dict.fromkeys(("iframe", "amp-iframe", "amp-youtube", "video", "amp-video", "audio", "amp-audio"), "media"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Script:
    """A script with its text; `type` and `id` are lower-cased / as given, empty where absent."""

    type: str
    id: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Page:
    """One parsed page. Lists are in document order and hold elements of `root`.

    `url` is the address the page was read from, `base_url` what its relative addresses are joined to. `metas` maps the
    lower-cased `name`, `property`, `itemprop` or `http-equiv` of each `meta` to its contents, first one first.
    `elements` are all of `root` and what was taken out of it. `html_bytes` are the page in UTF-8, for quick searches.
    """

    url: str
    base_url: str
    status: int
    encoding: str
    html_text: str
    html_bytes: bytes
    root: Element
    elements: list[Element]
    body: Element
    source: Source | None
    memory: SiteMemory
    title: str
    metas: dict[str, list[str]]
    links: list[Element]
    ld_scripts: list[str]
    json_scripts: list[Script]
    scripts: list[Script]
    anchors: list[Element]
    images: list[Element]
    headings: list[Element]
    times: list[Element]
    media: list[Element]
    articles: list[Element]

    def meta(self, name: str) -> str | None:
        """The first non-empty content of a `meta` of that name (lower case); None where there is none."""
        return next((value for value in self.metas.get(name, ()) if value), None)

    def join(self, address: str | None) -> str | None:
        """An address of the page made absolute; None where it is missing or broken, or not http or https."""
        if not address:
            return None
        address = address.strip()
        if not address or address.startswith(_NO_PAGES):
            return None
        if not address.isprintable():
            address = _CONTROLS.sub("", address)
        joined = _join_plainly(self.base_url, address)
        if joined is None:
            try:
                joined = urljoin(self.base_url, address)
            except ValueError:
                return None
        return joined if is_web_address(joined) else None


def is_web_address(address: str) -> bool:
    """Does an absolute address begin with http or https and a host that could be?"""
    origin = _ORIGIN.match(address)
    return origin is not None and len(address) <= MAX_URL_LENGTH and _is_origin(origin[0])


def _join_plainly(base_url: str, address: str) -> str | None:
    """What `urljoin` would give, for the addresses that most links have; None where it has to be asked."""
    if not address.isprintable() or ";" in address or address[-1] in "?#" or "?#" in address:
        return None
    if address.startswith(("https://", "http://")):
        return address
    if address[0] == "/" and address[1:2] != "/" and "/." not in address:
        base = _ORIGIN.match(base_url)
        return base[0] + address if base is not None else None
    return None


@lru_cache(maxsize=1024)
def _is_origin(origin: str) -> bool:
    return is_fetchable(origin)


def parse_page(capture: Capture, source: Source | None, memory: SiteMemory = EMPTY_MEMORY) -> Page:
    """Decode and parse a captured HTML page.

    Raises UndecodableError where the body is no text, PageError where it holds no element at all.
    """
    decoded = decode_html(capture.body, capture.header("content-type"), url=capture.final_url)
    return parse_html(
        decoded.text,
        url=capture.final_url,
        status=capture.status,
        encoding=decoded.encoding,
        source=source,
        memory=memory,
        data=capture.body if decoded.origin == "utf-8" else None,
    )


def parse_html(
    text: str,
    *,
    url: str,
    status: int = 200,
    encoding: str = "utf-8",
    source: Source | None = None,
    memory: SiteMemory = EMPTY_MEMORY,
    data: bytes | None = None,
) -> Page:
    """Parse HTML text into a page; `data` is the same in UTF-8 where the caller has it.

    Raises PageError where it holds no element at all.
    """
    # A lone surrogate is no character and would be broken UTF-8: it is replaced.
    html_bytes = text.encode("utf-8", "replace") if data is None else data
    root, elements = parse_tree(html_bytes, url=url)
    found = _gather(elements)
    scripts = [_script(element) for element in found["script"]]
    for element in (*found["script"], *found["style"]):
        _take_out(element)
    for element in found["br"]:
        # A line break separates words; with this no reader of text has to know.
        element.tail = "\n" + (element.tail or "")
    base = next((href for element in found["base"] if (href := element.get("href"))), "")
    body = root.find("body")
    return Page(
        url=url,
        base_url=_join_base(url, base),
        status=status,
        encoding=encoding,
        html_text=text,
        html_bytes=html_bytes,
        root=root,
        elements=elements,
        body=root if body is None else body,
        source=source,
        memory=memory,
        title=next((text_of(element) for element in found["title"] if _in_head(element)), ""),
        metas=_metas(found["meta"][:_MOST_OF_A_KIND]),
        links=found["link"][:_MOST_OF_A_KIND],
        ld_scripts=[script.text for script in scripts if "ld+json" in script.type],
        json_scripts=[script for script in scripts if "json" in script.type and "ld+json" not in script.type],
        scripts=[script for script in scripts if "json" not in script.type and script.text],
        anchors=found["a"],
        images=found["images"][:_MOST_OF_A_KIND],
        headings=found["headings"][:_MOST_OF_A_KIND],
        times=found["time"][:_MOST_OF_A_KIND],
        media=found["media"][:_MOST_OF_A_KIND],
        articles=_outer_articles(found["article"]),
    )


def _gather(elements: list[Element]) -> dict[str, list[Element]]:
    found: dict[str, list[Element]] = {tag: [] for tag in (*_GATHERED, "images", "headings", "media")}
    lists = {tag: found[_KIND_OF_TAG.get(tag, tag)] for tag in _GATHERED}
    list_of = lists.get
    for element in elements:
        kept = list_of(element.tag)
        if kept is not None:
            kept.append(element)
    return found


def _outer_articles(articles: list[Element]) -> list[Element]:
    """The `article` elements that may be stories: not hundreds, and none in many others."""
    if len(articles) <= _FEW_ARTICLES:
        return articles
    first = articles[:_MOST_ARTICLES]
    return [one for one in first if sum(around.tag == "article" for around in ancestors(one)) <= _MOST_AROUND]


def _script(element: Element) -> Script:
    kind = (element.get("type") or "").strip().lower()
    text = (element.text or "").strip()
    if "\\u" in text:
        # In JSON a character can be written that no text may hold.
        text = _BAD_ESCAPE.sub(_keep_backslashes, text)
    return Script(type=kind, id=element.get("id") or "", text=text)


def _keep_backslashes(match: re.Match[str]) -> str:
    return match[0] if match[0].startswith("\\\\") else ""


def _take_out(element: Element) -> None:
    """Remove an element but leave the text that follows it."""
    parent = element.getparent()
    if parent is None:
        return
    if element.tail:
        before = element.getprevious()
        if before is not None:
            before.tail = (before.tail or "") + element.tail
        else:
            parent.text = (parent.text or "") + element.tail
    parent.remove(element)


def _join_base(url: str, base: str) -> str:
    try:
        joined = urljoin(url, base.strip())
    except ValueError:
        return url
    return joined if joined.startswith(("http://", "https://")) else url


def _in_head(title: Element) -> bool:
    # An inline drawing has `title` elements of its own.
    parent = title.getparent()
    return parent is not None and parent.tag in ("head", "html", "body")


def _metas(elements: list[Element]) -> dict[str, list[str]]:
    metas: dict[str, list[str]] = {}
    for element in elements:
        content = fold_space((element.get("content") or "")[:_LONGEST_META])
        for key in ("property", "name", "itemprop", "http-equiv"):
            name = element.get(key)
            if name:
                metas.setdefault(name.strip().lower(), []).append(content)
    return metas


def text_of(element: Element) -> str:
    """An element's text as one line, white space folded; nothing is put between its children."""
    return fold_space("".join(_strings(element)))


def spaced_text_of(element: Element) -> str:
    """An element's text as one line, with a space at the edges of every child that is no inline element."""
    return fold_space("".join(spaced_strings(element)))


def spaced_strings(element: Element) -> Iterator[str]:
    """The strings of an element in order, with a space at the edges of every child that is no inline element."""
    stack: list[Element | str] = [element]
    while stack:
        item = stack.pop()
        if isinstance(item, str):
            yield item
            continue
        if item is not element:
            tail = item.tail or ""
            stack.append(tail if item.tag in INLINE_TAGS else " " + tail)
            if item.tag == "template":
                continue
            if item.tag not in INLINE_TAGS:
                yield " "
        if item.text:
            yield item.text
        stack.extend(reversed(item))


def _strings(element: Element) -> Iterator[str]:
    return (str(part) for part in element.itertext())


def class_words(element: Element) -> str:
    """The lower-cased class, id and role of an element as one string, for looking words up in."""
    get = element.get
    return f"{get('class') or ''} {get('id') or ''} {get('role') or ''}".lower()


def ancestors(element: Element) -> Iterator[Element]:
    """The elements around this one, the nearest first."""
    parent = element.getparent()
    while parent is not None:
        yield parent
        parent = parent.getparent()
