"""What each passage of a page is: its role, judged by names, links, wording, place and agreement with the metadata.

Names of elements (`signs`) count for what is inside them, but never against an element that holds most of the page's
text: a story may stand in an element called "card" or "sidebar-right". Site memory may demote short passages that recur
on other stories of the source, never most of a story.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum
from functools import reduce
from itertools import accumulate
from operator import or_

from newskeep.extract import signs
from newskeep.extract.blocks import Outline, Passage
from newskeep.extract.recurrence import recurring_passages
from newskeep.model import SiteMemory


class Role(StrEnum):
    """What a passage is on its page."""

    HEADLINE = "headline"
    KICKER = "kicker"
    STANDFIRST = "standfirst"
    BYLINE = "byline"
    DATELINE = "dateline"
    PARAGRAPH = "paragraph"
    CROSSHEAD = "crosshead"
    LIST = "list"
    QUOTE = "quote"
    TABLE = "table"
    CAPTION = "caption"
    CREDIT = "credit"
    EMBED = "embed"
    INFO_BOX = "info_box"
    BIOGRAPHY = "biography"
    SIGN_UP = "sign_up"
    NOTICE = "notice"
    TEASER = "teaser"
    NAVIGATION = "navigation"
    ADVERT = "advert"
    SHARE = "share"
    COMMENT = "comment"
    TAGS = "tags"
    OTHER = "other"


TEXT_ROLES = frozenset((Role.PARAGRAPH, Role.CROSSHEAD, Role.LIST, Role.QUOTE, Role.TABLE))
"""Roles that make the story's text."""

# The strongest first: an element that is both a teaser and a byline is a byline in a teaser.
_SIGN_ROLES = (
    (signs.COMMENT, Role.COMMENT),
    (signs.ADVERT, Role.ADVERT),
    (signs.TEASER, Role.TEASER),
    (signs.NAVIGATION, Role.NAVIGATION),
    (signs.FORM | signs.SIGN_UP, Role.SIGN_UP),
    (signs.BIOGRAPHY, Role.BIOGRAPHY),
    (signs.SHARE, Role.SHARE),
    (signs.TAGS, Role.TAGS),
    (signs.CONSENT | signs.DIALOG | signs.HIDDEN | signs.CONTENTS | signs.NOTICE, Role.NOTICE),
    (signs.SOCIAL_POST, Role.EMBED),
    (signs.PULL_QUOTE, Role.QUOTE),
    (signs.INFO_BOX, Role.INFO_BOX),
    (signs.CREDIT, Role.CREDIT),
    (signs.CAPTION, Role.CAPTION),
    (signs.BYLINE, Role.BYLINE),
    (signs.DATE, Role.DATELINE),
)
_AGAINST = reduce(or_, (sign for sign, _ in _SIGN_ROLES))

_LENIENT = ~(_AGAINST & ~(signs.NAVIGATION | signs.COMMENT | signs.CAPTION | signs.CREDIT | signs.TAGS))
_STRUCTURAL = signs.STRUCTURE | signs.BODY | signs.STANDFIRST | signs.HEADLINE | signs.KICKER
_CJK = re.compile("[\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af]")
_CJK_WEIGHT = 1.5
_NOT_WORD = re.compile(r"[\W_]+")
_WESTERN = bytes(set(range(256)) - {0x81, 0x8D, 0x8F, 0x90, 0x9D}).decode("cp1252")
_LOWER = bytes.maketrans(_WESTERN.encode("cp1252"), _WESTERN.lower().encode("cp1252"))
_NO_LETTERS = "".join(_NOT_WORD.findall(_WESTERN)).encode("cp1252")
_SENTENCE = re.compile(r"[.!?…。！？؟।:”\"»“)][\"'”’»)\]]*$")
_SENTENCE_ENDS = frozenset('.!?…。！？؟।:”"»“)')
_AFTER_END = frozenset("\"'”’»)]\n")

_RECURRING_SCORE = -20.0
_BEFORE_HEADLINE = 4
_ABOVE_HEADLINE = 0.3
_LONGEST_STATED = 100_000
_MOST_COMPARED = 3000
_MOST = 0.4
_LONGEST_COVERED = 300
_SHORTEST_TEXT = 60
_MOSTLY_LINK = 0.6
_LONG_PARAGRAPH = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Judgement:
    """What is known of every passage before the story is chosen; the lists run beside `Outline.passages`.

    `agreed` marks text the page states for machines too, `recurring` what site memory knows from other stories.
    `signs` are the effective signs, `weights` the text's length in letters of an alphabet, `scores` how much a passage
    speaks for (above 0) or against the element around it being the story's text.
    """

    signs: list[int]
    span_signs: list[int]
    weights: list[int]
    scores: list[float]
    agreed: list[bool]
    recurring: list[bool]


def judge(
    outline: Outline, *, headline_at: int | None, article_body: str | None, memory: SiteMemory, lenient: bool = False
) -> Judgement:
    """Weigh every passage. `headline_at` is the passage that holds the headline, None where none does.

    A lenient judge takes only menus, comments, captions and tags for what they are called: for pages whose names are
    odd enough that a strict one finds no story.
    """
    weights = [weigh(passage.text) for passage in outline.passages]
    span_signs = effective_signs(outline, weights, headline_at)
    if lenient:
        span_signs = [found & _LENIENT for found in span_signs]
    effective = [
        span_signs[span] | cover if cover and len(text) < _LONGEST_COVERED else span_signs[span]
        for _, _, text, span, _, _, _, cover, _ in outline.passages
    ]
    agreed = _agreement(outline.passages, article_body)
    scores = list(map(_score, outline.passages, effective, weights, agreed))
    recurring = recurring_passages(outline.passages, memory, weights=weights, found=effective, scores=scores)
    for at, recurs in enumerate(recurring):
        if recurs:
            scores[at] = _RECURRING_SCORE
    for at in range(max(0, (headline_at or 0) - _BEFORE_HEADLINE)):
        # Banners and promises stand above the headline; a story does not.
        scores[at] = min(scores[at], _ABOVE_HEADLINE * scores[at])
    return Judgement(
        signs=effective, span_signs=span_signs, weights=weights, scores=scores, agreed=agreed, recurring=recurring
    )


def text_mass(outline: Outline, judgement: Judgement) -> int:
    """The weight of all long passages on the page that are no links, whatever they are."""
    return sum(
        weight
        for passage, weight in zip(outline.passages, judgement.weights, strict=True)
        if weight >= _SHORTEST_TEXT and passage.share < _MOSTLY_LINK
    )


def weigh(text: str) -> int:
    """Give a text's length in letters; a Chinese, Japanese or Korean character counts for two and a half."""
    return len(text) if text.isascii() else len(text) + int(_CJK_WEIGHT * len(_CJK.findall(text)))


def link_share(passage: Passage) -> float:
    """Give the part of a passage's letters that stand in links, from 0 to 1."""
    return passage.share


def compact(text: str) -> str:
    """Reduce a text to its letters and digits in lower case, for comparing across typography."""
    if text.isascii():
        return text.encode("ascii").translate(_LOWER, _NO_LETTERS).decode("ascii")
    try:
        # Ten times as fast as matching, for the languages that these 256 characters are enough for.
        return text.encode("cp1252").translate(_LOWER, _NO_LETTERS).decode("cp1252")
    except UnicodeEncodeError:
        return _NOT_WORD.sub("", text).lower()


def is_sentence(text: str) -> bool:
    """Does the text end as a sentence does?"""
    last = text[-1:]
    if last in _SENTENCE_ENDS:
        return True
    return last in _AFTER_END and _SENTENCE.search(text[-4:]) is not None


def effective_signs(outline: Outline, weights: list[int], headline_at: int | None) -> list[int]:
    """Give every span its signs and those of all elements around it, leaving out what holds most of the text."""
    heavy = (
        weight if weight >= _SHORTEST_TEXT and passage.share < _MOSTLY_LINK else 0
        for passage, weight in zip(outline.passages, weights, strict=True)
    )
    mass = [0, *accumulate(heavy)]
    total = mass[-1]
    by_class: dict[str | None, int] = {}
    for _, _, _, own, first, end, names in outline.spans:
        if own & _AGAINST and end > first:
            by_class[names] = by_class.get(names, 0) + mass[end] - mass[first]
    inherited: list[int] = []
    for _, tag, parent, own, first, end, names in outline.spans:
        if own & _AGAINST and end > first:
            held = mass[end] - mass[first]
            if tag == "p" and held >= _LONG_PARAGRAPH:
                # A long paragraph called "paywall" is the text behind the wall.
                own &= ~signs.SIGN_UP
            has_headline = headline_at is not None and first <= headline_at < end
            # Paragraphs that all bear one name ("paywall", "card") are judged by it together.
            alike = by_class[names]
            if held >= _MOST * total or (has_headline and held >= total / 8) or _MOST * total <= alike <= total:
                # What readers wrote may well be longer than the story.
                own &= _STRUCTURAL if has_headline else _STRUCTURAL | signs.COMMENT
        inherited.append(own | inherited[parent] if parent >= 0 else own)
    return inherited


def _agreement(passages: list[Passage], article_body: str | None) -> list[bool]:
    stated = compact(article_body[:_LONGEST_STATED]) if article_body else ""
    if len(stated) < 200:
        return [False] * len(passages)
    found = []
    for passage in passages[:_MOST_COMPARED]:
        letters = compact(passage.text)
        found.append(len(letters) > 20 and letters in stated)
    return found + [False] * (len(passages) - len(found))


def _score(passage: Passage, found: int, weight: int, agreed: bool) -> float:
    share = passage.share
    if agreed and not found & (signs.NAVIGATION | signs.COMMENT):
        return 1.5 * weight
    if found & _AGAINST:
        return -0.4 * min(weight, 150) - 4
    if found & signs.HEADING or (found & signs.FIGURE and not found & (signs.QUOTE | signs.TABLE)):
        return 0.0
    if share > _MOSTLY_LINK:
        return -0.5 * min(weight, 100) - 4
    if weight < 30 and not is_sentence(passage.text):
        return -3.0
    size = min(weight, 800) * (1 - share)
    return size * 0.5 if found & (signs.TABLE | signs.LIST_ITEM) else size


def role_of_signs(found: int) -> Role | None:
    """Name the role that an element's signs give away; None where they say nothing against its being text."""
    if not found & _AGAINST:
        return None
    return next(role for sign, role in _SIGN_ROLES if found & sign)
