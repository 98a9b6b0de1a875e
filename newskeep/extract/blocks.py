"""The tree as a line: passages of text in reading order, and the elements around them.

A passage is the text of one block-level element up to the next block-level edge: a paragraph, a heading, a list item, a
bare line in a `div`. Every block-level element is a span of passages; spans know the one around them and what their
names say. Judging which passages are the story's is the work of `judge` and `stretch`.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from newskeep.extract import signs
from newskeep.extract.tree import INLINE_TAGS, Element
from newskeep.text import fold_space, strip_invisible, word_set


class Passage(NamedTuple):
    """One run of text. `span` is the innermost element around it, as an index into `Outline.spans`.

    `cover` holds the signs of the inline elements where those hold all of the text (`<p><small class="caption">`).
    `share` is the part of its letters that stand in links, from 0 to 1.
    """

    element: Element
    tag: str
    text: str
    span: int
    link_count: int
    link_chars: int
    strong_chars: int
    cover: int
    share: float


class Span(NamedTuple):
    """A block-level element and the passages in it: `first` up to, not including, `end`. `parent` is -1 at the root."""

    element: Element
    tag: str
    parent: int
    signs: int
    first: int
    end: int


class Placed(NamedTuple):
    """A picture, player or rule: its element, its span, and the number of passages before it."""

    element: Element
    tag: str
    span: int
    at: int


class Outline(NamedTuple):
    """A stretch of a page as a line. Every list is in reading order."""

    passages: list[Passage]
    spans: list[Span]
    pictures: list[Placed]
    media: list[Placed]
    rules: list[Placed]


_INLINE, _SKIPPED, _PICTURE, _PLAYER, _BREAK, _RULE, _BUTTON, _UNSEEN_PICTURES = range(1, 9)
_BLOCK, _LINK, _STRONG = range(9, 12)
_CODES = {
    **dict.fromkeys(INLINE_TAGS, _INLINE),
    **dict.fromkeys(word_set("select option input textarea svg math canvas template script style map"), _SKIPPED),
    **dict.fromkeys(word_set("img amp-img picture"), _PICTURE),
    **dict.fromkeys(word_set("iframe amp-iframe amp-youtube video amp-video audio amp-audio embed object"), _PLAYER),
    "br": _BREAK,
    "hr": _RULE,
    "button": _BUTTON,
    "noscript": _UNSEEN_PICTURES,
}
_STRONG_TAGS = frozenset(("b", "strong"))
_WORDS_OF_PICTURES = signs.CAPTION | signs.CREDIT
_FURNITURE = signs.NAVIGATION | signs.SHARE | signs.FORM
_SPECIAL = _FURNITURE | signs.BACKGROUND | signs.HEADING
_STORY_TAGS = ("p", "h1", "h2", "article", "main", "figure", "picture", "blockquote", "br")
# Nobody nests elements so deep on purpose; what is below counts as text of the element there.
_DEEPEST = 300
_MOST_PICTURES = 400


def outline(
    elements: tuple[Element, ...], *, open_templates: bool = False, excluded: frozenset[Element] = frozenset()
) -> Outline:
    """Lay out elements one after the other, leaving out the excluded ones.

    Text in `template` elements counts only where they are opened.
    """
    walker = _Walker(open_templates, excluded)
    if len(elements) > 1:
        walker.open_span(elements[0], "", 0)
    for element in elements:
        walker.walk(element, element.tag)
    return walker.result()


def is_below(line: Outline, span: int, above: int) -> bool:
    """Is a span the other one, or inside it?"""
    while span > above:
        span = line.spans[span].parent
    return span == above


def _holds_page(button: Element) -> bool:
    """Was the button left open, so that the parser put the rest of the page into it?"""
    return next(button.iter("p", "article", "main"), None) is not None


def _is_menu(element: Element) -> bool:
    """Is there no piece of a story in a menu, a tool bar or a form?"""
    return next(element.iter(*_STORY_TAGS), None) is None


class _Walker:
    """One walk down the tree, with a stack of its own; the state is the run of text that is not yet ended."""

    __slots__ = (
        "anchor_depth",
        "cover",
        "excluded",
        "in_heading",
        "inline_depth",
        "link_chars",
        "link_count",
        "media",
        "open_templates",
        "passages",
        "pictures",
        "rules",
        "span",
        "spans",
        "strong_chars",
        "strong_depth",
        "texts",
    )

    def __init__(self, open_templates: bool, excluded: frozenset[Element]) -> None:
        self.excluded = excluded
        self.open_templates = open_templates
        self.passages: list[Passage] = []
        self.pictures: list[Placed] = []
        self.media: list[Placed] = []
        self.rules: list[Placed] = []
        self.spans: list[Span] = []
        self.span = -1
        self.texts: list[str] = []
        self.link_count = self.link_chars = self.strong_chars = 0
        self.anchor_depth = self.strong_depth = self.inline_depth = self.in_heading = 0
        self.cover: int | None = None

    def result(self) -> Outline:
        """End the last run; spans still open hold everything."""
        self._end_run()
        if self.span >= 0:
            self._close_span()
        return Outline(self.passages, self.spans, self.pictures[:_MOST_PICTURES], self.media, self.rules)

    def open_span(self, element: Element, tag: str, found: int) -> None:
        """Begin a span; its end is known only when it is closed."""
        first = len(self.passages)
        self.spans.append(Span(element, tag, self.span, found, first, first))
        self.span = len(self.spans) - 1

    def _close_span(self) -> int:
        """End the innermost open span; its signs."""
        at = self.span
        element, tag, parent, found, first, _ = self.spans[at]
        end = len(self.passages)
        if end != first:
            self.spans[at] = Span(element, tag, parent, found, first, end)
        self.span = parent
        return found

    def walk(self, element: Element, tag: str) -> None:
        """Walk an element and all below it: in by `_enter_…`, out by `_leave_…`, the text behind it by `_add`."""
        excluded, texts, add = self.excluded, self.texts, self._add
        codes = _CODES
        if not self._enter_block(element, tag):
            return
        stack: list[tuple[Iterator[Element], Element, int]] = [(iter(element), element, _BLOCK)]
        while stack:
            children, parent, code = stack[-1]
            for child in children:
                tag = child.tag
                kind = codes.get(tag, _BLOCK)
                if excluded and child in excluded:
                    pass
                elif kind == _INLINE:
                    entered = self._enter_inline(child, tag)
                    if entered:
                        if len(child):
                            stack.append((self._children(child, len(stack)), child, entered))
                            break
                        self._leave_inline(entered)
                elif kind == _BLOCK or self._is_block(child, tag, kind):
                    if self._enter_block(child, tag):
                        if len(child):
                            stack.append((self._children(child, len(stack)), child, _BLOCK))
                            break
                        self._leave_block()
                elif kind == _PICTURE and self._enter_picture(child, tag):
                    stack.append((self._children(child, len(stack)), child, _PICTURE))
                    break
                elif kind != _PICTURE:
                    self._pass(child, tag, kind)
                tail = child.tail
                if tail and (texts or not tail.isspace()):
                    add(tail)
            else:
                stack.pop()
                if code == _BLOCK:
                    self._leave_block()
                elif code != _PICTURE:
                    self._leave_inline(code)
                tail = parent.tail
                if tail and stack and (texts or not tail.isspace()):
                    add(tail)

    def _children(self, element: Element, depth: int) -> Iterator[Element]:
        if depth <= _DEEPEST:
            return iter(element)
        for part in element.itertext():
            self._add(str(part))
        return iter(())

    def _enter_block(self, element: Element, tag: str) -> bool:
        """Open a block-level element; False where it is a menu, which is then done with."""
        self._turn()
        found = signs.signs_of(element, tag)
        self.open_span(element, tag, found)
        if found & _SPECIAL:
            if found & signs.BACKGROUND:
                self.pictures.append(Placed(element, tag, self.span, len(self.passages)))
            if found & _FURNITURE and _is_menu(element):
                self._add_menu(element)
                self._close_span()
                return False
            if found & signs.HEADING:
                self.in_heading += 1
        text = element.text
        if text and not text.isspace():
            self._add(text)
        return True

    def _turn(self) -> None:
        """End the run at the edge of a block. A link around whole blocks belongs to each of them."""
        if self.texts:
            self._end_run()
        else:
            self.link_count = 1 if self.anchor_depth else 0

    def _leave_block(self) -> None:
        self._turn()
        if self._close_span() & signs.HEADING:
            self.in_heading -= 1

    def _add_menu(self, element: Element) -> None:
        """A menu is one passage, all link: nobody asks for its parts, and pages hold hundreds of them."""
        text = fold_space(" ".join(str(part) for part in element.itertext()))
        if text:
            size = len(text.replace(" ", ""))
            self.passages.append(Passage(element, element.tag, text, self.span, 1, size, 0, 0, 1.0))
        self.link_count = 1 if self.anchor_depth else 0

    def _enter_inline(self, element: Element, tag: str) -> int:
        """Enter an inline element; what it is (`_INLINE`, `_LINK`, `_STRONG`), 0 where it is hidden."""
        names = element.get("class")
        found = signs.name_signs(names) if names else 0
        if found & signs.HIDDEN:
            return 0
        if tag == "time":
            found |= signs.DATE
        if not self.inline_depth:
            self._cover(found)
        self.inline_depth += 1
        kind = _INLINE
        if tag == "a":
            if element.get("href") is not None:
                kind = _LINK
                self.anchor_depth += 1
                self.link_count += 1
        elif tag in _STRONG_TAGS:
            kind = _STRONG
            self.strong_depth += 1
        text = element.text
        if text and (self.texts or not text.isspace()):
            self._add(text)
        return kind

    def _leave_inline(self, kind: int) -> None:
        self.inline_depth -= 1
        if kind == _LINK:
            self.anchor_depth -= 1
            if not self.texts and not self.anchor_depth:
                # Its text went with the blocks inside it.
                self.link_count = 0
        elif kind == _STRONG:
            self.strong_depth -= 1

    def _enter_picture(self, element: Element, tag: str) -> bool:
        """Place a picture; is there text in it, because it was left open and the parser put the caption into it?"""
        self.pictures.append(Placed(element, tag, self.span, len(self.passages)))
        return tag == "picture" and next(element.iter("figcaption", "p"), None) is not None

    def _is_block(self, element: Element, tag: str, kind: int) -> bool:
        if kind == _BUTTON:
            return _holds_page(element)
        return kind == _SKIPPED and self.open_templates and tag == "template"

    def _pass(self, element: Element, tag: str, kind: int) -> None:
        """Take note of an element whose text is no text of the page."""
        if kind == _BREAK:
            self._break()
        elif kind in (_PLAYER, _RULE):
            self._end_run()
            places = self.media if kind == _PLAYER else self.rules
            places.append(Placed(element, tag, self.span, len(self.passages)))
        elif kind in (_BUTTON, _UNSEEN_PICTURES):
            # A button's text is no text, but a picture that opens when pressed is a picture; so is a lazy one's twin.
            for inner in element.iter("img"):
                self.pictures.append(Placed(inner, tag, self.span, len(self.passages)))

    def _cover(self, found: int) -> None:
        if self.cover is None:
            self.cover = found
        elif self.cover & _WORDS_OF_PICTURES and found & _WORDS_OF_PICTURES:
            self.cover |= found
        else:
            self.cover = 0

    def _add(self, text: str) -> None:
        self.texts.append(text)
        if not self.inline_depth:
            if self.cover != 0 and not text.isspace():
                self.cover = 0
        elif self.anchor_depth or self.strong_depth:
            size = len(text.strip())
            if self.anchor_depth:
                self.link_chars += size
            if self.strong_depth:
                self.strong_chars += size

    def _break(self) -> None:
        # Two line breaks with nothing between them end a paragraph, as people write who have no <p>.
        if self.texts and self.texts[-1].isspace() and "\n" in self.texts[-1] and not self.in_heading:
            self._end_run()
        else:
            self.texts.append("\n")

    def _end_run(self) -> None:
        texts = self.texts
        if texts:
            text = " ".join("".join(texts).split())
            if not text.isascii():
                text = strip_invisible(text)
            if text and self.span >= 0:
                span = self.spans[self.span]
                linked = self.link_chars
                share = min(1.0, linked / max(1, len(text) - text.count(" "))) if linked else 0.0
                self.passages.append(
                    Passage(
                        span.element,
                        span.tag,
                        text,
                        self.span,
                        self.link_count,
                        linked,
                        self.strong_chars,
                        self.cover or 0,
                        share,
                    )
                )
            texts.clear()
        self.link_chars = self.strong_chars = 0
        self.link_count = 1 if self.anchor_depth else 0
        self.cover = None
