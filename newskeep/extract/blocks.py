"""The tree as a line: passages of text in reading order, and the elements around them.

A passage is the text of one block-level element up to the next block-level edge: a paragraph, a heading, a list item, a
bare line in a `div`. Every block-level element is a span of passages; spans know the one around them and what their
names say. Judging which passages are the story's is the work of `judge` and `stretch`.
"""

from __future__ import annotations

from typing import NamedTuple, cast

from newskeep.extract import signs
from newskeep.extract.tree import INLINE_TAGS, Element
from newskeep.text import fold_space, strip_invisible, word_set


class Passage(NamedTuple):
    """One run of text. `span` is the innermost element around it, as an index into `Outline.spans`.

    `cover` holds the signs of the inline elements where those hold all of the text (`<p><small class="caption">`).
    """

    element: Element
    tag: str
    text: str
    span: int
    link_count: int
    link_chars: int
    strong_chars: int
    cover: int


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
_STRONG = frozenset(("b", "strong"))
_HIDING = ("display:none", "visibility:hidden")
_WORDS_OF_PICTURES = signs.CAPTION | signs.CREDIT
_LONGEST_ID = 30
_BACKGROUND_ATTRIBUTES = ("data-runner-img-hd", "data-runner-img-md")
_FURNITURE = signs.NAVIGATION | signs.SHARE | signs.FORM
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
        walker.visit_block(element, element.tag, 0)
    return walker.result()


def is_below(line: Outline, span: int, above: int) -> bool:
    """Is a span the other one, or inside it?"""
    while span > above:
        span = line.spans[span].parent
    return span == above


def _holds_page(button: Element) -> bool:
    """Was the button left open, so that the parser put the rest of the page into it?"""
    return next(button.iter("p", "article", "main"), None) is not None


def signs_of(element: Element, tag: str) -> int:
    """The signs of an element by its tag, class, id and visibility."""
    found = signs.TAG_SIGNS.get(tag, 0)
    attributes = cast("list[tuple[str, str]]", element.items())
    for name, value in attributes:
        if name == "class":
            found |= signs.name_signs(value)
        elif name == "id":
            # A long id is made of the words of a heading or of state, not of what the element is for.
            if len(value) <= _LONGEST_ID:
                found |= signs.name_signs(value)
        elif name == "style":
            if any(word in value.replace(" ", "").lower() for word in _HIDING):
                found |= signs.HIDDEN
        elif name == "hidden" or (name == "aria-hidden" and value == "true"):
            found |= signs.HIDDEN
        elif name in _BACKGROUND_ATTRIBUTES:
            found |= signs.BACKGROUND
    return found


def _is_menu(element: Element, found: int) -> bool:
    """Is this a menu, a tool bar or a form with no piece of a story in it?"""
    return bool(found & _FURNITURE) and next(element.iter(*_STORY_TAGS), None) is None


class _Walker:
    """One walk down the tree; the state is the run of text that is not yet ended."""

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
            self._close_span(self.span)
        return Outline(self.passages, self.spans, self.pictures[:_MOST_PICTURES], self.media, self.rules)

    def open_span(self, element: Element, tag: str, found: int) -> int:
        """Begin a span; its end is known only when it is closed."""
        self.spans.append(Span(element, tag, self.span, found, len(self.passages), 0))
        self.span = len(self.spans) - 1
        return self.span

    def _close_span(self, span: int) -> None:
        element, tag, parent, found, first, _ = self.spans[span]
        self.spans[span] = Span(element, tag, parent, found, first, len(self.passages))
        self.span = parent

    def visit_block(self, element: Element, tag: str, depth: int) -> None:
        """Walk a block-level element."""
        if self.texts:
            self._end_run()
        found = signs_of(element, tag)
        span = self.open_span(element, tag, found)
        if self.anchor_depth:
            # A link around whole blocks belongs to each of them.
            self.link_count = 1
        if found & signs.BACKGROUND:
            self.pictures.append(Placed(element, tag, span, len(self.passages)))
        if _is_menu(element, found):
            self._add_menu(element)
            self._close_span(span)
            return
        is_heading = found & signs.HEADING
        self.in_heading += 1 if is_heading else 0
        if element.text:
            self._add(element.text)
        self._visit_children(element, depth)
        if self.texts:
            self._end_run()
        self._close_span(span)
        self.in_heading -= 1 if is_heading else 0
        if self.anchor_depth:
            self.link_count = 1

    def _add_menu(self, element: Element) -> None:
        """A menu is one passage, all link: nobody asks for its parts, and pages hold hundreds of them."""
        text = fold_space(" ".join(str(part) for part in element.itertext()))
        if text:
            size = len(text.replace(" ", ""))
            self.passages.append(Passage(element, element.tag, text, self.span, 1, size, 0, 0))
        self.link_count = 1 if self.anchor_depth else 0

    def _visit_children(self, element: Element, depth: int) -> None:
        if depth > _DEEPEST:
            self._add("".join(str(part) for part in element.itertext()))
            return
        excluded = self.excluded
        for child in element:
            tag = child.tag
            if not excluded or child not in excluded:
                code = _CODES.get(tag)
                if code is None:
                    self.visit_block(child, tag, depth + 1)
                elif code == _INLINE:
                    self._visit_inline(child, tag, depth + 1)
                else:
                    self._visit_special(child, tag, code, depth)
            if child.tail:
                self._add(child.tail)

    def _visit_inline(self, element: Element, tag: str, depth: int) -> None:
        names = element.get("class")
        found = signs.name_signs(names) if names else 0
        if found & signs.HIDDEN:
            return
        if tag == "time":
            found |= signs.DATE
        if not self.inline_depth:
            self._cover(found)
        self.inline_depth += 1
        is_link = tag == "a" and element.get("href") is not None
        is_strong = tag in _STRONG
        self.anchor_depth += is_link
        self.link_count += is_link
        self.strong_depth += is_strong
        if element.text:
            self._add(element.text)
        if len(element):
            self._visit_children(element, depth)
        self.anchor_depth -= is_link
        if is_link and not self.texts and not self.anchor_depth:
            # Its text went with the blocks inside it.
            self.link_count = 0
        self.strong_depth -= is_strong
        self.inline_depth -= 1

    def _visit_special(self, element: Element, tag: str, code: int, depth: int) -> None:
        if code == _PICTURE:
            self.pictures.append(Placed(element, tag, self.span, len(self.passages)))
            if tag == "picture" and next(element.iter("figcaption", "p"), None) is not None:
                # Left open, so that the parser put the caption into it.
                self._visit_children(element, depth)
        elif code == _BREAK:
            self._break()
        elif code in (_PLAYER, _RULE):
            self._end_run()
            places = self.media if code == _PLAYER else self.rules
            places.append(Placed(element, tag, self.span, len(self.passages)))
        elif code == _BUTTON and _holds_page(element):
            self.visit_block(element, tag, depth + 1)
        elif code in (_BUTTON, _UNSEEN_PICTURES):
            # A button's text is no text, but a picture that opens when pressed is a picture; so is a lazy one's twin.
            for inner in element.iter("img"):
                self.pictures.append(Placed(inner, tag, self.span, len(self.passages)))
        elif tag == "template" and self.open_templates:
            self.visit_block(element, tag, depth + 1)

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
        text = " ".join("".join(self.texts).split()) if self.texts else ""
        if not text.isascii():
            text = strip_invisible(text)
        if text and self.span >= 0:
            span = self.spans[self.span]
            self.passages.append(
                Passage(
                    span.element,
                    span.tag,
                    text,
                    self.span,
                    self.link_count,
                    self.link_chars,
                    self.strong_chars,
                    self.cover or 0,
                )
            )
        self.texts.clear()
        self.link_chars = self.strong_chars = 0
        self.link_count = 1 if self.anchor_depth else 0
        self.cover = None
