"""The words printed for a picture: its caption and its credit, wherever the page puts them.

They are looked for in the nearest element that holds the picture and no other one, nor any of the story's text: a
`figure`, or whatever the site uses instead.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections import Counter
from dataclasses import dataclass
from typing import NamedTuple

from newskeep.extract import signs
from newskeep.extract.blocks import Passage, Placed, is_below
from newskeep.extract.credits import (
    clean_credit,
    ends_in_credit,
    has_label,
    is_agency,
    is_empty_caption,
    looks_like_credit,
    split_caption,
    split_labelled,
    without_buttons,
)
from newskeep.extract.judge import TEXT_ROLES, compact, link_share
from newskeep.extract.picture_addresses import alternative
from newskeep.extract.stretch import Reading
from newskeep.extract.tree import INLINE_TAGS, Element, text_of

_NOT_WORDS = signs.NOT_STORY_PICTURE | signs.HEADING | signs.DATE | signs.STANDFIRST | signs.KICKER | signs.FORM
_WORDS = signs.CAPTION | signs.CREDIT
_OTHER_WORDS = signs.SHARE | signs.ADVERT | signs.SIGN_UP
_CARD_PARTS = signs.HEADING | signs.KICKER | signs.STANDFIRST
_LONGEST_UNNAMED = 400
_SHORT_LINE = 60
_PRINTED_TIME = re.compile(r"\d{1,2}[:.]\d{2}(?:\s*(?:uhr|[ap]\.?m))?\b|\b20\d\d\b", re.IGNORECASE)
_BYLINE = re.compile(
    r"(?:(?:written |posted |published )?by|von|par|por|di|af|av|door|przez|автор)\s+(?-i:[A-ZÀ-ÝА-Я])", re.IGNORECASE
)
# "44 pictures", "1/12", "2枚".
_COUNT = re.compile(r"(?:^|[\s(])\d{1,3}(?:\s*(?:/|of|von|de|av|из|z)\s*\d{1,3}|\s*\w{0,12}$|枚|장)")
# The title and the length of what a player plays.
_PLAYER = re.compile(r"(?:audio|video|podcast)\s*:|.*\b\d+(?::\d\d)?\s*min\b", re.IGNORECASE)
_WORD = re.compile(r"[^\W\d_]+")
_PARTS = frozenset(("span", "em", "i", "strong", "b"))
_FEW_WORDS = 2
_DESCRIPTIONS = ("description", "og:description", "twitter:description")
_MOST_IN_TURN = 60
_MOST_SLIDE_LINES = 3
_MOST_LINES = 60
_LONGEST_SLIDE = 600
_FEWEST_SLIDES = 3
_SHORTEST_SAID = 20
_MOSTLY_LINK = 0.8
_LEVELS = 6
_LONGEST_CAPTION = 900
_LONGEST_CREDIT = 120
_OPENING = " ()[]|/,:;–-"
_AFTER_CREDIT = re.compile(r"\s*[|/]\s*(?=[A-ZÀ-Ý])")


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """What is printed for one picture, and the passages that it was read from."""

    caption: str | None = None
    credit: str | None = None
    places: tuple[int, ...] = ()


NO_WORDS = Words()
"""Nothing is printed for the picture."""


class _Lines(NamedTuple):
    """What was met for a picture, in page order."""

    captions: list[str]
    credits: list[str]
    places: list[int]


class CaptionReader:
    """Reads the words of the pictures of one page."""

    def __init__(self, reading: Reading) -> None:
        self.reading = reading
        # A lazy picture's twin is no picture of its own.
        self.pictures = [placed for placed in reading.line.pictures if placed.tag != "noscript"]
        self.places = [placed.at for placed in self.pictures]
        self.slides: Counter[tuple[str, str | None]] | None = None
        self.described: set[str] | None = None
        self.site = compact(reading.page.meta("og:site_name") or "-")
        self.splits: dict[int, tuple[str | None, str | None]] = {}

    def words_of(self, placed: Placed, alt: str | None) -> Words:
        """Find the printed words of a picture in the nearest element that has any and is the picture's alone."""
        line = self.reading.line
        span = placed.span
        tried: tuple[int, int] | None = None
        for _ in range(_LEVELS):
            if span < 0:
                break
            held = line.spans[span]
            is_figure = held.tag == "figure"
            # A figure may hold its picture twice, for small and for large screens.
            if not is_figure and self._is_shared(span, placed):
                break
            if not is_figure and self._holds_text(held.first, held.end):
                if self._is_slide(span):
                    return self._words_in(placed, range(held.first, held.end), is_figure=True)
                break
            if held.end > held.first and (held.first, held.end) != tried:
                words = self._words_in(placed, range(held.first, held.end), is_figure=is_figure)
                if words.caption or words.credit:
                    return words if words.caption else self._with_caption_behind(words)
                # An element around it with the same passages says the same, unless it is a figure.
                tried = None if is_figure else (held.first, held.end)
            span = held.parent
        return self._words_in_turn(placed, span) or self._words_after(placed, alt) or NO_WORDS

    def _is_shared(self, span: int, placed: Placed) -> bool:
        """Does the element hold another picture?"""
        line = self.reading.line
        held = line.spans[span]
        for at in range(bisect_left(self.places, held.first), len(self.pictures)):
            other = self.pictures[at]
            if other.at > held.end:
                return False
            is_same_place = other.at == placed.at and other.span == placed.span
            if other.element is not placed.element and not is_same_place and is_below(line, other.span, span):
                return True
        return False

    def _holds_text(self, first: int, end: int) -> bool:
        stretch, found = self.reading.stretch, self.reading.judgement.signs
        places = range(max(first, stretch.first), min(end, stretch.end))
        return any(stretch.roles[at - stretch.first] in TEXT_ROLES and not found[at] & _WORDS for at in places)

    def _words_in(self, placed: Placed, places: range, *, is_figure: bool) -> Words:
        lines = _Lines([], [], [])
        hidden = _Lines([], [], [])
        for at in places:
            found = self.reading.judgement.signs[at]
            passage = self.reading.line.passages[at]
            is_named = bool(is_figure or found & (signs.FIGURE | _WORDS))
            if not is_named and not self._may_be_words(found, placed, at):
                continue
            if found & _OTHER_WORDS or _is_cards(found) or _is_label(passage, found):
                continue
            if len(lines.places) + len(hidden.places) >= _MOST_LINES:
                # A figure around a whole text.
                return NO_WORDS
            self._take(hidden if found & signs.HIDDEN else lines, at, is_figures=bool(found & signs.FIGURE))
        # What is hidden is shown when a button is pressed, or is a button's text.
        return _joined(lines if lines.captions or lines.credits else hidden)

    def _may_be_words(self, found: int, placed: Placed, at: int) -> bool:
        """May an unnamed line in the picture's own element be its caption?"""
        passage = self.reading.line.passages[at]
        text = passage.text
        if not placed.at <= at < placed.at + 3 or len(text) >= _LONGEST_UNNAMED:
            return False
        if len(text) < _SHORT_LINE and (_PRINTED_TIME.search(text) or _BYLINE.match(text)):
            return False
        if link_share(passage) > _MOSTLY_LINK or self._is_description(text):
            return False
        # "author" below a picture is the photographer where a label says so; a few words are no standfirst.
        allowed = signs.BYLINE if has_label(text) else 0
        allowed |= signs.STANDFIRST if len(text) < _SHORT_LINE else 0
        return not found & _NOT_WORDS & ~allowed

    def _is_slide(self, span: int) -> bool:
        """Is this one of several elements of a kind that hold a picture and a few lines each, and no heading?"""
        line = self.reading.line
        held = line.spans[span]
        names = held.element.get("class")
        passages = line.passages[held.first : held.end]
        if not names or len(passages) > _MOST_SLIDE_LINES or sum(len(one.text) for one in passages) > _LONGEST_SLIDE:
            return False
        if any(found & signs.HEADING for found in self.reading.judgement.signs[held.first : held.end]):
            return False
        if self.slides is None:
            self.slides = self._count_kinds()
        return self.slides[held.tag, names] >= _FEWEST_SLIDES

    def _count_kinds(self) -> Counter[tuple[str, str | None]]:
        """How many elements of each kind stand close around a picture."""
        line = self.reading.line
        around: set[int] = set()
        for placed in self.pictures:
            span = placed.span
            for _ in range(_LEVELS):
                if span < 0 or span in around:
                    break
                around.add(span)
                span = line.spans[span].parent
        return Counter((line.spans[span].tag, line.spans[span].element.get("class")) for span in around)

    def _is_description(self, text: str) -> bool:
        if self.described is None:
            metas = (self.reading.page.meta(name) for name in _DESCRIPTIONS)
            self.described = {compact(said) for said in metas if said}
        return compact(text) in self.described

    def _words_after(self, placed: Placed, alt: str | None) -> Words | None:
        """Captions in an element of their own right behind the picture, or that say what its alternative text says."""
        lines = _Lines([], [], [])
        line = self.reading.line
        number = bisect_right(self.places, placed.at)
        # A picture for readers without scripts may stand before all others, or alone.
        last = self.pictures[number - 1] if number else placed
        if last.span != placed.span and (not alt or alternative(last.element) != alt):
            # Several pictures in a row: the words behind them are the last one's.
            return None
        said = compact(alt) if alt else ""
        for at in range(placed.at, min(placed.at + 3, len(line.passages))):
            found = self.reading.judgement.signs[at]
            passage = line.passages[at]
            if len(said) >= _SHORTEST_SAID and not found & signs.HEADING and compact(passage.text).startswith(said):
                self._take(lines, at, is_figures=False)
                continue
            if not (found & _WORDS or (at == placed.at and ends_in_credit(passage.text))):
                break
            if self._is_in_figure(passage.span):
                break
            self._take(lines, at, is_figures=False)
        return _joined(lines) if lines.captions or lines.credits else None

    def _with_caption_behind(self, words: Words) -> Words:
        """Add the caption that stands in an element of its own behind the one with picture and credit."""
        line = self.reading.line
        at = max(words.places, default=-1) + 1
        if not 0 < at < len(line.passages) or bisect_right(self.places, at) != bisect_right(self.places, at - 1):
            # What stands behind the next picture is that one's.
            return words
        found = self.reading.judgement.signs[at]
        if found & (signs.CAPTION | signs.CREDIT) != signs.CAPTION or self._is_in_figure(line.passages[at].span):
            return words
        lines = _Lines([], [words.credit or ""], [*words.places])
        self._take(lines, at, is_figures=False)
        return _joined(lines) if len(lines.captions) == 1 else words

    def _is_in_figure(self, span: int) -> bool:
        line = self.reading.line
        for _ in range(_LEVELS):
            if span < 0:
                return False
            if line.spans[span].tag == "figure":
                return True
            span = line.spans[span].parent
        return False

    def _words_in_turn(self, placed: Placed, span: int) -> Words | None:
        """The caption of a gallery that prints its captions apart from its pictures, as many as there are pictures."""
        line = self.reading.line
        if span < 0:
            return None
        held = line.spans[span]
        around = range(bisect_left(self.places, held.first), bisect_right(self.places, held.end))
        inside = [one for at in around if is_below(line, (one := self.pictures[at]).span, span)]
        if not 1 < len(inside) <= _MOST_IN_TURN or placed not in inside:
            return None
        captions = [at for at in range(held.first, held.end) if self.reading.judgement.signs[at] & signs.CAPTION]
        if len(inside) != len(captions) or captions[0] < inside[-1].at:
            # Captions between the pictures stand with the pictures they are of.
            return None
        at = captions[inside.index(placed)]
        lines = _Lines([], [], [])
        self._take(lines, at, is_figures=False)
        return _joined(lines)

    def _take(self, lines: _Lines, at: int, *, is_figures: bool) -> None:
        passage, found = self.reading.line.passages[at], self.reading.judgement.signs[at]
        lines.places.append(at)
        text = without_buttons(passage.text)
        is_second_line = bool(lines.captions) and looks_like_credit(text)
        is_authors = is_figures and found & signs.BYLINE and looks_like_credit(text)
        is_footer = passage.tag == "footer" and looks_like_credit(text)
        if (found & signs.CREDIT and not found & signs.CAPTION) or is_second_line or is_authors or is_footer:
            lines.credits.append(text)
            return
        if not text:
            return
        # Figures in figures share their words.
        split = self.splits.get(at)
        if split is None:
            split = self.splits[at] = split_element(passage.element, passage.text)
        caption, credit = split
        if caption and not credit and compact(caption) == self.site:
            # The paper's name below its own picture.
            caption, credit = None, caption
        lines.captions.extend([caption] if caption else [])
        lines.credits.extend([credit] if credit else [])


def _is_cards(found: int) -> bool:
    """Is this the kicker, the headline or the summary of another story's card?"""
    return bool(found & signs.TEASER and found & _CARD_PARTS)


def _is_label(passage: Passage, found: int) -> bool:
    """Is this a date, a count or a button instead of words for the picture?"""
    text = passage.text
    if not found & signs.CREDIT and len(text) < _LONGEST_UNNAMED and _PLAYER.match(text):
        return True
    if len(text) >= _SHORT_LINE or has_label(text):
        return False
    if len(_WORD.findall(text)) <= _FEW_WORDS and (_PRINTED_TIME.search(text) or _COUNT.search(text)):
        return True
    # A footer counts as one link, whatever it holds.
    is_link = link_share(passage) > _MOSTLY_LINK and passage.tag != "footer"
    return is_link and not found & _WORDS


def _joined(lines: _Lines) -> Words:
    captions = [caption for caption in dict.fromkeys(lines.captions) if not is_empty_caption(caption)]
    credits = lines.credits
    for caption in captions:
        # Some pages print caption and credit once more together, for small screens.
        credits = [credit.partition(caption)[2] if caption in credit else credit for credit in credits]
    cleaned = list(dict.fromkeys(credit for one in credits if (credit := clean_credit(one))))
    kept = [one for one in cleaned if not any(one != other and one in other for other in cleaned)]
    caption = " ".join(captions)
    credit = " | ".join(kept)
    if credit and caption.endswith(credit) and caption != credit:
        caption = split_caption(caption)[0] or caption
    if len(caption) > _LONGEST_CAPTION:
        # So much text is no caption.
        return Words(credit=credit or None)
    return Words(caption=caption or None, credit=credit or None, places=tuple(lines.places))


def _says_credit(element: Element) -> bool:
    names = f"{element.get('class') or ''} {element.get('itemprop') or ''}"
    found = signs.name_signs(names) if len(names) > 3 else 0
    if found & signs.CAPTION and not found & signs.CREDIT:
        return False
    return element.tag in ("cite", "small") or bool(found & (signs.CREDIT | signs.BYLINE))


def split_element(element: Element, text: str) -> tuple[str | None, str | None]:
    """Split the words of a caption element by the elements inside it, else by its wording."""
    for one in element.iterdescendants("span", "a", "b", "i", "em"):
        if one.get("hidden") is not None and (unseen := text_of(one)):
            text = text.replace(unseen, "").strip()
    inner = [one for one in element.iter() if one is not element and one.tag in INLINE_TAGS and _says_credit(one)]
    credits = [credit for one in inner or _last_of_two(element) if (credit := text_of(one)) and credit != text]
    if not credits:
        return split_caption(text)
    before, _, after = text.partition(credits[0])
    if before.strip() and len(after) > _LONGEST_CREDIT:
        # The credit stands in the middle: what follows is the caption going on.
        before, after = f"{before} {after}", ""
    caption, more = split_labelled(before if before.strip(_OPENING) else after)
    parts = [clean_credit(part) for part in (credits[0], *_AFTER_CREDIT.split(after if before.strip(_OPENING) else ""))]
    parts.append(clean_credit(more))
    return caption, " | ".join(dict.fromkeys(part for part in parts if part)) or None


def _last_of_two(element: Element) -> list[Element]:
    """The second of two inline elements that make up a caption, where it reads as a credit."""
    children = [child for child in element if child.tag in _PARTS and child.get("hidden") is None and text_of(child)]
    if children and is_agency(text_of(children[0])) and next(children[0].itersiblings(), element).tag == "br":
        # The agency on a line of its own above the caption.
        return [children[0]]
    is_all = not (element.text or "").strip() and not any((child.tail or "").strip() for child in children)
    if len(children) == 2 and is_all and looks_like_credit(text_of(children[1])):
        return [children[1]]
    return []
