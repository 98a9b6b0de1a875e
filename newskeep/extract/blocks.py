"""The tree as a line: passages of text in reading order, and the elements around them.

A passage is the text of one block-level element up to the next block-level edge: a paragraph, a heading, a list item, a
bare line in a `div`. Every block-level element is a span of passages; spans know the one around them and what their
names say. Judging which passages are the story's is the work of `judge` and `stretch`.
"""

from __future__ import annotations

from collections.abc import Iterator
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

_INLINE, _PICTURE, _PLAYER, _BREAK, _RULE, _UNSEEN_PICTURES, _SKIPPED, _BUTTON = range(1, 9)
_LAST_PLAIN = _UNSEEN_PICTURES
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
        walker.open_span(elements[0])
    for element in elements:
        walker.walk(element)
    return walker.result()


def is_below(line: Outline, span: int, above: int) -> bool:
    """Is a span the other one, or inside it?"""
    while span > above:
        span = line.spans[span].parent
    return span == above


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
        self.story_elements: set[Element] | None = None

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
        """Walk an element and all below it, then the text behind each.

        This loop is most of what reading a page costs: what every block needs stands in it rather than in a method.
        """
        excluded, texts, add, passages, spans = self.excluded, self.texts, self._add, self.passages, self.spans
        kind_of, make_span, close, read_signs = _CODES.get, _make_span, self._close_span, signs.tag_signs_and_names
        stack: list[tuple[Iterator[Element], Element, int]] = []
        children: Iterator[Element] = iter((root,))
        parent, code = root, 0
        while True:
            for child in children:
                tag = child.tag
                kind = kind_of(tag, _BLOCK)
                if excluded and child in excluded and stack:
                    pass
                elif kind == _BLOCK or (kind > _LAST_PLAIN and self._is_block(child, tag, kind)) or not stack:
                    if texts:
                        self._end_run()
                    else:
                        # A link around whole blocks belongs to each of them.
                        self.link_count = 1 if self.anchor_depth else 0
                    found, names = read_signs(child, tag)
                    first = len(passages)
                    spans.append(make_span((child, tag, self.span, found, first, first, names)))
                    self.span = len(spans) - 1
                    if not found & _SPECIAL or self._enter_special(child, tag, found):
                        text = child.text
                        if text and not text.isspace():
                            add(text)
                        if len(child) or not stack:
                            kind = _BLOCK
                            break
                        if texts:
                            close()
                        else:
                            self.span = spans[-1].parent
                            self.in_heading -= bool(found & signs.HEADING)
                elif kind == _INLINE:
                    kind = self._enter_inline(child, tag)
                    if kind:
                        if len(child):
                            break
                        self._leave_inline(kind)
                elif kind == _PICTURE:
                    if self._enter_picture(child, tag):
                        break
                else:
                    self._pass(child, tag, kind)
                if not stack:
                    return
                tail = child.tail
                if tail and (texts or not tail.isspace()):
                    add(tail)
            else:
                if code == _BLOCK:
                    close()
                elif code != _PICTURE:
                    self._leave_inline(code)
                tail = parent.tail
                children, parent, code = stack.pop()
                if not stack:
                    return
                if tail and (texts or not tail.isspace()):
                    add(tail)
                continue
            stack.append((children, parent, code))
            children, parent, code = self._children(child, len(stack) - 1), child, kind

    def _children(self, element: Element, depth: int) -> Iterator[Element]:
        if depth <= _DEEPEST:
            return iter(element)
        for part in element.itertext():
            self._add(str(part))
        return iter(())

    def _enter_special(self, element: Element, tag: str, found: int) -> bool:
        """Take note of what an open span is; False where it is a menu, which is then done with."""
        if found & signs.BACKGROUND:
            self.pictures.append(Placed(element, tag, self.span, len(self.passages)))
        if found & signs.HEADING:
            self.in_heading += 1
        if found & _FURNITURE and element not in self._with_story(element):
            self._add_menu(element)
            self._close_span()
            return False
        return True

    def _with_story(self, known: Element) -> set[Element]:
        """The elements of the tree that are a piece of a story or hold one: none is a menu, a tool bar or a form."""
        if self.story_elements is None:
            found = self.story_elements = set()
            for element in known.getroottree().iter(*_STORY_TAGS):
                around: Element | None = element
                while around is not None and around not in found:
                    found.add(around)
                    around = around.getparent()
        return self.story_elements

    def _add_menu(self, element: Element) -> None:
        """A menu is one passage, all link: nobody asks for its parts, and pages hold hundreds of them."""
        text = fold_space(" ".join(map(str, element.itertext())))
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
            text = " ".join((texts[0] if len(texts) == 1 else "".join(texts)).split())
            if not (text.isascii() or text.isprintable()):
                text = strip_invisible(text)
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
