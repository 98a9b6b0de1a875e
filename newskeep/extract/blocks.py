"""The tree as a line: passages of text in reading order, and the elements around them.

A passage is the text of one block-level element up to the next block-level edge: a paragraph, a heading, a list item, a
bare line in a `div`. Every block-level element is a span of passages; spans know the one around them and what their
names say. Judging which passages are the story's is the work of `judge` and `stretch`.
"""

from __future__ import annotations

from functools import partial
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
    """A block-level element and the passages in it: `first` up to, not including, `end`. `parent` is -1 at the root.

    `names` are its classes as they stand there, None where it has none.
    """

    element: Element
    tag: str
    parent: int
    signs: int
    first: int
    end: int
    names: str | None


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


# A named tuple's own constructor unpacks and packs again, twice the time of this, thousands of times a page.
_make_passage = partial(tuple.__new__, Passage)
_make_span = partial(tuple.__new__, Span)

_INLINE, _PICTURE, _PLAYER, _BREAK, _RULE, _UNSEEN_PICTURES, _SKIPPED, _BUTTON, _BLOCK = range(1, 10)
_LAST_PLAIN = _UNSEEN_PICTURES
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
_MOST_PICTURES = 400


def outline(
    elements: tuple[Element, ...], *, open_templates: bool = False, excluded: frozenset[Element] = frozenset()
) -> Outline:
    """Lay out elements one after the other, leaving out the excluded ones.

    Text in `template` elements counts only where they are opened.
    """
    walker = _Walker(open_templates, excluded)
    if len(elements) > 1:
        walker.open_span(elements[0])
    for element in elements:
        walker.walk(element)
    return walker.result()


def is_below(line: Outline, span: int, above: int) -> bool:
    """Is a span the other one, or inside it?"""
    while span > above:
        span = line.spans[span].parent
    return span == above


def _line(text: str) -> str:
    """A text as one line, without what prints nothing."""
    folded = " ".join(text.split())
    return folded if folded.isascii() or folded.isprintable() else strip_invisible(folded)


def _holds_story(element: Element) -> bool:
    """Is an element a piece of a story, or does it hold one? Then it is no menu, no tool bar and no form."""
    return next(element.iter(*_STORY_TAGS), None) is not None


def _holds_page(button: Element) -> bool:
    """Was the button left open, so that the parser put the rest of the page into it?"""
    return next(button.iter("p", "article", "main"), None) is not None


class _Walker:
    """One walk down the tree, with a stack of its own; the state is the run of text that is not yet ended."""

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

    def open_span(self, element: Element) -> None:
        """Begin a span around several elements, of which this is the first."""
        first = len(self.passages)
        self.spans.append(_make_span((element, "", self.span, 0, first, first, element.get("class"))))
        self.span = len(self.spans) - 1

    def _close_span(self) -> None:
        """End the innermost open span, and the run of text in it."""
        if self.texts:
            self._end_run()
        else:
            self.link_count = 1 if self.anchor_depth else 0
        at = self.span
        element, tag, parent, found, first, _, names = self.spans[at]
        end = len(self.passages)
        if end != first:
            self.spans[at] = _make_span((element, tag, parent, found, first, end, names))
        self.span = parent
        if found & signs.HEADING:
            self.in_heading -= 1

    def walk(self, root: Element) -> None:
        """Walk an element and all below it. Trees are never deep (`markup`), so functions may call each other."""
        self._walk_block(root, root.tag)

    def _walk_children(self, parent: Element) -> None:
        """Walk all below an element, and the text behind each child.

        This loop is most of what reading a page costs: what every block needs stands in it rather than in a method.
        """
        excluded, texts, kind_of = self.excluded, self.texts, _CODES.get
        for child in parent:
            tag = child.tag
            kind = kind_of(tag, _BLOCK)
            if excluded and child in excluded:
                pass
            elif kind == _BLOCK or (kind > _LAST_PLAIN and self._is_block(child, tag, kind)):
                self._walk_block(child, tag)
            elif kind == _INLINE:
                self._walk_inline(child, tag)
            elif kind == _PICTURE:
                if self._enter_picture(child, tag):
                    self._walk_children(child)
            else:
                self._pass(child, tag, kind)
            tail = child.tail
            if tail and (texts or not tail.isspace()):
                self._add(tail)

    def _walk_block(self, element: Element, tag: str) -> None:
        """Walk a block-level element: a span of its own, and passages of its own."""
        texts, passages, spans = self.texts, self.passages, self.spans
        if texts:
            self._end_run()
        else:
            # A link around whole blocks belongs to each of them.
            self.link_count = 1 if self.anchor_depth else 0
        found, names = signs.tag_signs_and_names(element, tag)
        first, at, parent, text = len(passages), len(spans), self.span, element.text
        if not (found & _SPECIAL or self.inline_depth or len(element)):
            # Nothing but text, as most blocks.
            folded = _line(text) if text else ""
            if folded:
                passages.append(_make_passage((element, tag, folded, at, 0, 0, 0, 0, 0.0)))
                self.cover = None
            spans.append(_make_span((element, tag, parent, found, first, len(passages), names)))
            return
        spans.append(_make_span((element, tag, parent, found, first, first, names)))
        self.span = at
        if found & _SPECIAL and not self._enter_special(element, tag, found):
            return
        if text and not text.isspace():
            self._add(text)
        self._walk_children(element)
        self._close_span()

    def _enter_special(self, element: Element, tag: str, found: int) -> bool:
        """Take note of what an open span is; False where it is a menu, which is then done with."""
        if found & signs.BACKGROUND:
            self.pictures.append(Placed(element, tag, self.span, len(self.passages)))
        if found & signs.HEADING:
            self.in_heading += 1
        if found & _FURNITURE and not _holds_story(element):
            self._add_menu(element)
            self._close_span()
            return False
        return True

    def _add_menu(self, element: Element) -> None:
        """A menu is one passage, all link: nobody asks for its parts, and pages hold hundreds of them."""
        text = fold_space(" ".join(map(str, element.itertext())))
        if text:
            size = len(text.replace(" ", ""))
            self.passages.append(Passage(element, element.tag, text, self.span, 1, size, 0, 0, 1.0))
        self.link_count = 1 if self.anchor_depth else 0

    def _walk_inline(self, element: Element, tag: str) -> None:
        """Walk an element within a line; one that is hidden is passed over."""
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
        is_strong = tag in _STRONG_TAGS
        if is_link:
            self.anchor_depth += 1
            self.link_count += 1
        elif is_strong:
            self.strong_depth += 1
        text = element.text
        if text and (self.texts or not text.isspace()):
            self._add(text)
        if len(element):
            self._walk_children(element)
        self.inline_depth -= 1
        if is_link:
            self.anchor_depth -= 1
            if not self.texts and not self.anchor_depth:
                # Its text went with the blocks inside it.
                self.link_count = 0
        elif is_strong:
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
            text = _line(texts[0] if len(texts) == 1 else "".join(texts))
            if text and self.span >= 0:
                element, tag = self.spans[self.span][:2]
                linked = self.link_chars
                share = min(1.0, linked / max(1, len(text) - text.count(" "))) if linked else 0.0
                cover = self.cover or 0
                self.passages.append(
                    _make_passage(
                        (element, tag, text, self.span, self.link_count, linked, self.strong_chars, cover, share)
                    )
                )
            texts.clear()
        self.link_chars = self.strong_chars = 0
        self.link_count = 1 if self.anchor_depth else 0
        self.cover = None
