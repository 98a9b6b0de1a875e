"""The words printed for a picture: its caption and its credit, wherever the page puts them.

They are looked for in the nearest element that holds the picture and no other one, nor any of the story's text: a
`figure`, or whatever the site uses instead.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from newskeep.extract import signs
from newskeep.extract.blocks import Outline, Passage, Placed, is_below
from newskeep.extract.credits import (
    clean_credit,
    has_label,
    is_empty_caption,
    looks_like_credit,
    split_caption,
    split_labelled,
)
from newskeep.extract.judge import TEXT_ROLES, link_share
from newskeep.extract.stretch import Reading, Stretch
from newskeep.extract.tree import INLINE_TAGS, Element, text_of

_NOT_WORDS = signs.NOT_STORY_PICTURE | signs.HEADING | signs.DATE | signs.STANDFIRST | signs.KICKER | signs.FORM
_LONGEST_UNNAMED = 400
_SHORT_LINE = 60
_PRINTED_TIME = re.compile(r"\d{1,2}[:.]\d{2}(?:\s*(?:uhr|[ap]\.?m))?\b|\b20\d\d\b", re.IGNORECASE)
_BYLINE = re.compile(r"(?:by|von|par|por|di|af|av|door|przez|автор)\s+(?-i:[A-ZÀ-ÝА-Я])", re.IGNORECASE)
_MOSTLY_LINK = 0.8
_LEVELS = 6
_LONGEST_CAPTION = 900
_LONGEST_CREDIT = 120
_OPENING = " ()[]|/,:;–-"
_AFTER_CREDIT = re.compile(r"\s*[|/]\s*(?=[A-ZÀ-Ý])")


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """What is printed for one picture."""

    caption: str | None = None
    credit: str | None = None


def words_of(reading: Reading, placed: Placed) -> Words:
    """Find the printed words of a picture in the nearest element that has any and is the picture's alone."""
    span = placed.span
    for _ in range(_LEVELS):
        if span < 0:
            break
        held = reading.line.spans[span]
        # A figure may hold its picture twice, for small and for large screens.
        is_shared = held.tag != "figure" and _other_pictures(reading.line, span, placed)
        if is_shared or _holds_text(reading.stretch, held.first, held.end):
            break
        words = _words_in(reading, placed, range(held.first, held.end), is_figure=held.tag == "figure")
        if words.caption or words.credit:
            return words
        span = held.parent
    return _words_after(reading, placed)


def _other_pictures(line: Outline, span: int, placed: Placed) -> bool:
    held = line.spans[span]
    return any(
        other.element is not placed.element
        and other.tag != "noscript"
        and held.first <= other.at <= held.end
        and not (other.at == placed.at and other.span == placed.span)
        and is_below(line, other.span, span)
        for other in line.pictures
    )


def _holds_text(stretch: Stretch, first: int, end: int) -> bool:
    return any(stretch.role(at) in TEXT_ROLES for at in range(max(first, stretch.first), min(end, stretch.end)))


def _words_in(reading: Reading, placed: Placed, places: range, *, is_figure: bool) -> Words:
    captions: list[str] = []
    credits: list[str] = []
    for at in places:
        found = reading.judgement.signs[at]
        passage = reading.line.passages[at]
        is_figures = is_figure or found & signs.FIGURE
        if (
            not is_figures
            and not found & (signs.CAPTION | signs.CREDIT)
            and not _may_be_words(found, placed, at, passage)
        ):
            continue
        is_time = len(passage.text) < _SHORT_LINE and _PRINTED_TIME.search(passage.text) and not has_label(passage.text)
        if found & (signs.SHARE | signs.ADVERT | signs.SIGN_UP) or is_time:
            continue
        is_second_line = bool(captions) and looks_like_credit(passage.text)
        is_authors = is_figures and found & signs.BYLINE and looks_like_credit(passage.text)
        if (found & signs.CREDIT and not found & signs.CAPTION) or is_second_line or is_authors:
            credits.append(passage.text)
        else:
            caption, credit = split_element(passage.element, passage.text)
            captions.extend([caption] if caption else [])
            credits.extend([credit] if credit else [])
    return _joined(captions, credits)


def _may_be_words(found: int, placed: Placed, at: int, passage: Passage) -> bool:
    """May an unnamed line in the picture's own element be its caption?"""
    if not placed.at <= at < placed.at + 3 or len(passage.text) >= _LONGEST_UNNAMED:
        return False
    if _PRINTED_TIME.search(passage.text) or _BYLINE.match(passage.text) or link_share(passage) > _MOSTLY_LINK:
        return False
    # "author" below a picture is the photographer where a label says so; "lead" is no standfirst if it is a few words.
    allowed = signs.BYLINE if has_label(passage.text) else 0
    allowed |= signs.STANDFIRST if len(passage.text) < _SHORT_LINE else 0
    return not found & _NOT_WORDS & ~allowed


def _words_after(reading: Reading, placed: Placed) -> Words:
    """Captions in an element of their own right behind the picture."""
    captions: list[str] = []
    credits: list[str] = []
    for at in range(placed.at, min(placed.at + 3, len(reading.line.passages))):
        found = reading.judgement.signs[at]
        if reading.stretch.role(at) in TEXT_ROLES or not found & (signs.CAPTION | signs.CREDIT) or found & signs.FIGURE:
            break
        passage = reading.line.passages[at]
        if found & signs.CREDIT and not found & signs.CAPTION:
            credits.append(passage.text)
        else:
            caption, credit = split_element(passage.element, passage.text)
            captions.extend([caption] if caption else [])
            credits.extend([credit] if credit else [])
    return _joined(captions, credits)


def _joined(captions: list[str], credits: list[str]) -> Words:
    captions = [caption for caption in dict.fromkeys(captions) if not is_empty_caption(caption)]
    for caption in captions:
        # Some pages print caption and credit once more together, for small screens.
        credits = [credit.partition(caption)[2] if caption in credit else credit for credit in credits]
    cleaned = list(dict.fromkeys(credit for one in credits if (credit := clean_credit(one))))
    kept = [one for one in cleaned if not any(one != other and one in other for other in cleaned)]
    caption = " ".join(captions)
    credit = " | ".join(kept)
    if credit and caption.endswith(credit) and caption != credit:
        caption = split_caption(caption)[0] or caption
    return Words(caption=caption if 0 < len(caption) <= _LONGEST_CAPTION else None, credit=credit or None)


def _says_credit(element: Element) -> bool:
    names = f"{element.get('class') or ''} {element.get('itemprop') or ''}"
    found = signs.name_signs(names) if len(names) > 3 else 0
    if found & signs.CAPTION and not found & signs.CREDIT:
        return False
    return element.tag in ("cite", "small") or bool(found & (signs.CREDIT | signs.BYLINE))


def split_element(element: Element, text: str) -> tuple[str | None, str | None]:
    """Split the words of a caption element by the elements inside it, else by its wording."""
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
    children = [child for child in element if child.tag in ("span", "em", "i", "strong", "b") and text_of(child)]
    is_all = not (element.text or "").strip() and not any((child.tail or "").strip() for child in children)
    if len(children) == 2 and is_all and looks_like_credit(text_of(children[1])):
        return [children[1]]
    return []
