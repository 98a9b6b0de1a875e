"""Stories that a page prints nothing of: their text stands in script data, for a browser to put in place.

Looked for only where a page prints hardly any text. The story is an object whose headline is the page's (or whose
address is), with a long text below it: HTML, plain text, or a tree of blocks in any of the usual notations. Nothing is
known here of any site or system; what a block is, is told by its shape and by the word for its kind.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from itertools import islice
from typing import NamedTuple

from newskeep.errors import PageError
from newskeep.extract import signs
from newskeep.extract.blocks import outline
from newskeep.extract.body import Body
from newskeep.extract.judge import compact, link_share
from newskeep.extract.metadata import Metadata
from newskeep.extract.script_data import Json, script_objects
from newskeep.extract.tree import HEADING_LEVELS, Page, parse_html
from newskeep.model import Block, BlockKind
from newskeep.text import fold_space, plain_words, word_set
from newskeep.urls import url_key

_LITTLE_TEXT = 600
_SHORTEST_STORY = 400
_LITTLE_SHARE = 0.5
_MOST_OBJECTS = 20_000
_MOST_NODES = 10_000
_CHARACTERS_A_NODE = 500
_MOST_CANDIDATES = 50
_MOST_BLOCKS = 1000
_DEEPEST = 40
_NESTED = 4
_SHORTEST_HEADLINE = 12
_HEADLINE_KEYS = ("headline", "title", "seoTitle", "shortTitle", "name", "heading", "hed")
_URL_KEYS = ("url", "canonicalUrl", "webUrl", "href", "link", "permalink", "path", "uri", "canonical_url", "slug")
_BODY_KEYS = word_set(
    """body bodyhtml bodytext articlebody content contents contenthtml contentelements content_elements text fulltext
    html storybody storyhtml paragraphs blocks elements components sections main maincontent richtext document json
    rendered article story data children post texts body_html article_body content_html fields attributes value"""
)
_CHILD_KEYS = (
    "children", "content", "blocks", "items", "nodes", "elements", "paragraphs", "components", "body", "root",
    "document", "json", "sections", "content_elements", "value",
)  # fmt: skip
_LEAF_KEYS = ("text", "value", "html", "content", "body", "rendered", "innerHTML", "data")
_KIND_KEYS = (
    "type",
    "_type",
    "nodeType",
    "kind",
    "__typename",
    "component",
    "tagName",
    "tag",
    "name",
    "style",
    "blockType",
)
_SKIPPED = re.compile(
    r"image|picture|photo|gallery|slideshow|video|audio|podcast|embed|iframe|advert|\bads?\b|promo|newsletter|related|"
    r"teaser|recirc|readmore|read-more|oembed|tweet|instagram|divider|\bhr\b|script|button|signup|caption|byline|author",
    re.IGNORECASE,
)
_HEADING = re.compile(r"head(?:ing|er)|subtitle|crosshead|subhed|^h[2-6]$|title", re.IGNORECASE)
_LIST = re.compile(r"list(?!item|-item|_item)|^[uo]l$", re.IGNORECASE)
_QUOTE = re.compile(r"quote", re.IGNORECASE)
_PARAGRAPH = re.compile(r"paragraph|^p$|text|item|^li$|block|normal", re.IGNORECASE)
_TAG = re.compile(
    r"<(?:p|br|h[1-6]|ul|ol|li|div|blockquote|a|em|strong|b|i|span|section|article)\b[^<>]*>", re.IGNORECASE
)
_ENDS = re.compile(r"\n\s*\n|\r\n|\n")
_LEVEL = re.compile(r"[2-6]")


class _Node(NamedTuple):
    """A value with the objects that references in it mean."""

    value: Json
    references: dict[str, Json]


class _Budget:
    """What may still be spent on a page: a unit is a value looked at, or so many characters of text read."""

    __slots__ = ("left",)

    def __init__(self) -> None:
        self.left = _MOST_NODES

    def spend(self, characters: int = 0) -> bool:
        """Pay for a value; False where nothing is left."""
        self.left -= 1 + characters // _CHARACTERS_A_NODE
        return self.left >= 0


def with_script_story(page: Page, metadata: Metadata, body: Body) -> Body:
    """Give the body, or the one in the page's script data where that says far more."""
    if body.text_length >= _LITTLE_TEXT or not (page.json_scripts or page.scripts):
        return body
    blocks = read_script_story(page, metadata.headline)
    held = sum(len(block.text) for block in blocks)
    if held < _SHORTEST_STORY or body.text_length > _LITTLE_SHARE * held:
        return body
    texts = {block.text for block in blocks}
    standfirst = body.standfirst if body.standfirst not in texts else None
    return replace(body, blocks=blocks, parts=(), standfirst=standfirst, elements=())


def read_script_story(page: Page, headline: str | None) -> tuple[Block, ...]:
    """Read the story's text out of the page's script data; empty where none agrees with the page."""
    letters = compact(headline or "")
    own = _key(page.url)
    best: list[Block] = []
    size = 0
    budget = _Budget()
    for value in script_objects(page):
        references = _references(value)
        objects = (one for one in _objects(value) if _is_of_page(one, page, letters, own))
        for candidate in islice(objects, _MOST_CANDIDATES):
            blocks = _longest_text(_Node(candidate, references), budget)
            held = sum(len(block.text) for block in blocks)
            if held > size:
                best, size = blocks, held
    return tuple(best[:_MOST_BLOCKS]) if size >= _SHORTEST_STORY else ()


def _is_of_page(value: dict[str, Json], page: Page, letters: str, own: str) -> bool:
    """Does an object bear the page's headline, or its address?"""
    for name in _HEADLINE_KEYS:
        stated = compact(_plain(value.get(name)))
        if len(stated) >= _SHORTEST_HEADLINE and letters and (stated in letters or letters in stated):
            return True
    last = own.rpartition("/")[2]
    for name in _URL_KEYS:
        address = value.get(name)
        # Only what ends as the page's own address does is worth reading as one.
        if isinstance(address, str) and "/" in address and last in address:
            target = page.join(address)
            if target is not None and _key(target) == own:
                return True
    return False


def _objects(value: Json) -> Iterator[dict[str, Json]]:
    """All objects of a value, outer before inner."""
    stack, seen = [value], 0
    while stack and seen < _MOST_OBJECTS:
        one = stack.pop()
        seen += 1
        if isinstance(one, dict):
            yield one
            stack.extend(inner for inner in reversed(one.values()) if isinstance(inner, (dict, list)))
        elif isinstance(one, list):
            stack.extend(inner for inner in reversed(one) if isinstance(inner, (dict, list)))


def _references(value: Json) -> dict[str, Json]:
    """The table that a cache of objects keeps them in, each under a name such as `Article:17`."""
    for one in _objects(value):
        if "ROOT_QUERY" in one:
            return one
    return {}


def _longest_text(node: _Node, budget: _Budget) -> list[Block]:
    """The longest text below an object, looked for under names for a story's body."""
    best: list[Block] = []
    size = 0
    for value in _bodies(node, _NESTED):
        blocks = _Blocks(node.references, budget).read(value)
        held = sum(len(block.text) for block in blocks)
        if held > size:
            best, size = blocks, held
    return best


def _bodies(node: _Node, depth: int) -> Iterator[Json]:
    value = _resolved(node.value, node.references)
    if not isinstance(value, dict):
        return
    for key, inner in value.items():
        if key.partition("(")[0].lower() not in _BODY_KEYS:
            continue
        inner = _resolved(inner, node.references)
        if isinstance(inner, (str, list)):
            yield inner
        elif isinstance(inner, dict):
            yield inner
            if depth:
                yield from _bodies(_Node(inner, node.references), depth - 1)


def _resolved(value: Json, references: dict[str, Json]) -> Json:
    if isinstance(value, dict) and references:
        name = value.get("__ref") or (value.get("id") if value.get("type") == "id" else None)
        if isinstance(name, str):
            return references.get(name, value)
    return value


class _Blocks:
    """Turns a body into blocks, whatever its notation."""

    def __init__(self, references: dict[str, Json], budget: _Budget) -> None:
        self.references = references
        self.budget = budget
        self.blocks: list[Block] = []

    def read(self, value: Json) -> list[Block]:
        """Read a text, a list of blocks or a tree of them."""
        self._add(value, 0)
        return self.blocks

    def _add(self, value: Json, depth: int) -> None:
        size = len(value) if isinstance(value, str) else 0
        if not self.budget.spend(size) or depth > _DEEPEST or len(self.blocks) >= _MOST_BLOCKS:
            return
        value = _resolved(value, self.references)
        if isinstance(value, str):
            self.blocks += blocks_of_text(value)
        elif isinstance(value, list):
            if value and all(_is_leaf(one) for one in value):
                self._paragraph(BlockKind.PARAGRAPH, value, None)
            else:
                for one in value:
                    self._add(one, depth + 1)
        elif isinstance(value, dict):
            self._add_object(value, depth)

    def _add_object(self, value: dict[str, Json], depth: int) -> None:
        kind = " ".join(str(value[key]) for key in _KIND_KEYS if isinstance(value.get(key), str))[:120]
        if _SKIPPED.search(kind):
            return
        words = kind.split()
        if any(_LIST.search(word) for word in words):
            items = [text for text in (self._inline(one, 0) for one in self._children(value)) if text]
            if items:
                self.blocks.append(Block(kind=BlockKind.LIST, text="\n".join(items), items=tuple(items)))
            return
        if any(_QUOTE.search(word) for word in words):
            self._paragraph(BlockKind.QUOTE, [value], None)
            return
        if any(_HEADING.search(word) for word in words):
            level = _LEVEL.search(kind) or _LEVEL.search(str(value.get("level") or ""))
            self._paragraph(BlockKind.CROSSHEAD, [value], int(level[0]) if level else 2)
            return
        children = self._children(value)
        if children and all(_is_leaf(_resolved(one, self.references)) for one in children):
            self._paragraph(BlockKind.PARAGRAPH, children, None)
        elif children:
            for one in children:
                self._add(one, depth + 1)
        else:
            leaf = _leaf_text(value)
            if leaf is not None and (not kind or _PARAGRAPH.search(kind) or _TAG.search(leaf)):
                self.blocks += blocks_of_text(leaf)

    def _children(self, value: dict[str, Json]) -> list[Json]:
        for key in _CHILD_KEYS:
            inner = _resolved(value.get(key), self.references)
            if isinstance(inner, list) and inner:
                return inner
            if isinstance(inner, dict) and inner:
                return [inner]
        # {"type": "paragraph", "data": {"text": …}}, {"type": "list", "data": {"items": […]}}
        inner = value.get("data") or value.get("attributes") or value.get("fields")
        if isinstance(inner, dict):
            return self._children(inner) or [inner]
        return []

    def _paragraph(self, kind: BlockKind, values: list[Json], level: int | None) -> None:
        text = fold_space("".join(self._inline(one, 0) for one in values))
        if text:
            self.blocks.append(Block(kind=kind, text=text, level=level))

    def _inline(self, value: Json, depth: int) -> str:
        """The text of everything below a value, as one line."""
        if not self.budget.spend() or depth > _DEEPEST:
            return ""
        value = _resolved(value, self.references)
        if isinstance(value, str):
            return _plain(value, keep_ends=True)
        if isinstance(value, list):
            return "".join(self._inline(one, depth + 1) for one in value)
        if not isinstance(value, dict):
            return ""
        children = self._children(value)
        if children:
            return "".join(self._inline(one, depth + 1) for one in children)
        return _plain(_leaf_text(value), keep_ends=True)


def blocks_of_text(text: str) -> list[Block]:
    """Turn HTML or plain text into blocks; one paragraph a line where it is plain."""
    if _TAG.search(text) is None:
        lines = (plain_words(line) for line in _ENDS.split(text))
        return [Block(kind=BlockKind.PARAGRAPH, text=line) for line in lines if line]
    try:
        page = parse_html(text, url="http://text.invalid/")
    except PageError:
        return []
    line = outline((page.body,))
    blocks: list[Block] = []
    for passage in line.passages:
        found = line.spans[passage.span].signs
        if link_share(passage) >= _ALL_LINK or found & (signs.FIGURE | signs.HIDDEN):
            continue
        if found & signs.LIST_ITEM:
            blocks.append(Block(kind=BlockKind.LIST, text=passage.text, items=(passage.text,)))
        elif found & signs.HEADING:
            level = HEADING_LEVELS.get(passage.tag, 2)
            blocks.append(Block(kind=BlockKind.CROSSHEAD, text=passage.text, level=min(max(level, 2), 6)))
        else:
            kind = BlockKind.QUOTE if found & signs.QUOTE else BlockKind.PARAGRAPH
            blocks.append(Block(kind=kind, text=passage.text))
    return _joined_lists(blocks)


_ALL_LINK = 0.8


def _joined_lists(blocks: list[Block]) -> list[Block]:
    joined: list[Block] = []
    for block in blocks:
        last = joined[-1] if joined else None
        if last is not None and last.kind is block.kind is BlockKind.LIST:
            items = (*last.items, *block.items)
            joined[-1] = replace(last, text="\n".join(items), items=items)
        else:
            joined.append(block)
    return joined


def _is_leaf(value: Json) -> bool:
    """Is this a run of text inside a paragraph: a string without markup of blocks, or an object that holds one?"""
    if isinstance(value, str):
        return False
    if not isinstance(value, dict):
        return False
    kind = " ".join(str(value[key]) for key in _KIND_KEYS if isinstance(value.get(key), str))
    if any(isinstance(value.get(key), list) and value[key] for key in _CHILD_KEYS):
        return kind != "" and kind.lower() in _INLINE_KINDS
    return isinstance(value.get("text") or value.get("value"), str) and kind.lower() in _INLINE_KINDS


_INLINE_KINDS = frozenset(
    ("", "text", "span", "link", "hyperlink", "a", "strong", "em", "b", "i", "bold", "italic", "textnode")
)


def _leaf_text(value: dict[str, Json]) -> str | None:
    for key in _LEAF_KEYS:
        held = value.get(key)
        if isinstance(held, str) and held:
            return held
        if isinstance(held, dict):
            inner = _leaf_text(held)
            if inner is not None:
                return inner
    return None


def _plain(value: Json, *, keep_ends: bool = False) -> str:
    """A text without markup. The blanks at its ends matter where runs of a paragraph follow each other."""
    if isinstance(value, dict):
        value = next((value[key] for key in ("text", "rendered", "default", "value") if key in value), None)
    if not isinstance(value, str):
        return ""
    text = plain_words(_MARKUP.sub("", value)) if "<" in value or "&" in value else fold_space(value)
    if not keep_ends or not value:
        return text
    return f"{' ' if value[0].isspace() else ''}{text}{' ' if value[-1].isspace() else ''}"


_MARKUP = re.compile(r"</?[a-zA-Z][^<>]{0,500}>")


def _key(url: str) -> str:
    try:
        return url_key(url)
    except ValueError:
        return url
