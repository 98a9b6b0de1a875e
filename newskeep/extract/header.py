"""Where the story begins: the printed headline, and the kicker, standfirst, byline and dateline around it.

The standfirst often stands in a header outside the element that holds the text; it is looked for between the headline
and the first paragraph, and recognised by its element's names or by agreement with the page's description.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from newskeep.extract import signs, wording
from newskeep.extract.blocks import Outline
from newskeep.extract.judge import Judgement, Role, compact, link_share
from newskeep.extract.stretch import Stretch

_REACH = 14
_NOT_STANDFIRST = (
    signs.CAPTION
    | signs.CREDIT
    | signs.BYLINE
    | signs.DATE
    | signs.NAVIGATION
    | signs.TEASER
    | signs.SHARE
    | signs.TAGS
    | signs.ADVERT
    | signs.SIGN_UP
    | signs.BIOGRAPHY
    | signs.COMMENT
    | signs.CONSENT
    | signs.FORM
    | signs.HIDDEN
    | signs.DIALOG
    | signs.KICKER
    | signs.FIGURE
    | signs.NOTICE
    | signs.HEADLINE
)
_HEADED = signs.HEADING | signs.HEADLINE
_NO_HEADLINE = signs.NAVIGATION | signs.HIDDEN | signs.TEASER
_CHAIN = 4
_AHEAD = 30
_LONGEST_HEADLINE = 400
_MUCH_TEXT = 600
_SHORTEST_TEXT = 80
_LONGEST_KICKER = 60
_LONGEST_LABEL = 40
_LONGEST_DATELINE = 120
_LONGEST_LINE = 200
_MOST_LINES = 30
_DIGITS_OF_DATE = 5
_TRAIL = re.compile(r"[›»>→]|\s/\s|\|")
_STROKE = re.compile(r"\s[|·•]\s")
_SHORTEST_STANDFIRST = 30
_SHORTEST_UNNAMED = 60
_LONGEST_STANDFIRST = 700


@dataclass(frozen=True, slots=True, kw_only=True)
class Header:
    """Places in the outline (indices of passages); None or empty where there is none.

    `lines` are the short passages around the headline that became nothing else, those below it first: a byline or a
    dateline that no name gives away may be among them.
    """

    headline: int | None = None
    kicker: int | None = None
    standfirst: tuple[int, ...] = ()
    byline: int | None = None
    dateline: int | None = None
    lines: tuple[int, ...] = ()


def find_headline(outline: Outline, headline: str | None) -> int | None:
    """Find the passage that prints the headline: the heading that says it and is followed by most text.

    Where no heading agrees with the stated headline, it is an `h1`, or an `h2` with text below it and none above.
    """
    wanted = compact(headline or "")
    sums = _text_sums(outline)
    last = len(outline.passages)
    chains = _chains(outline)
    best: tuple[float, int] | None = None
    for at, (_, tag, text, span, _, _, _, _, _) in enumerate(outline.passages):
        chain = chains[span]
        if not chain & _HEADED or len(text) > _LONGEST_HEADLINE:
            continue
        agreement = _agreement(wanted, compact(text))
        if tag == "h1":
            agreement += 0.4
        if agreement < 0.4:
            continue
        if chain & _NO_HEADLINE:
            agreement -= 0.3
        ahead = sums[min(last, at + _AHEAD)] - sums[at]
        rank = (agreement + min(1.0, ahead / _MUCH_TEXT), -at)
        if best is None or rank > best:
            best = rank
    if best is not None:
        return -best[1]
    alone = (at for at in range(last) if _is_alone_on_top(outline, sums, at))
    return next((at for at in alone if not chains[outline.passages[at].span] & _NO_HEADLINE), None)


def _is_alone_on_top(outline: Outline, sums: list[int], at: int) -> bool:
    """Is this an `h2` with much text below and none above?"""
    if outline.passages[at].tag != "h2" or sums[at] != sums[max(0, at - _AHEAD)]:
        return False
    return sums[min(len(outline.passages), at + _AHEAD)] - sums[at] >= _MUCH_TEXT


def _agreement(wanted: str, found: str) -> float:
    if not wanted or not found:
        return 0.0
    if wanted == found:
        return 1.0
    shorter, longer = sorted((wanted, found), key=len)
    return 0.8 * len(shorter) / len(longer) if len(shorter) > 8 and shorter in longer else 0.0


def _text_sums(outline: Outline) -> list[int]:
    """Letters of long passages before each passage, and after the last."""
    sums, sum_so_far = [0], 0
    for _, _, text, _, _, _, _, _, share in outline.passages:
        if share < 0.5 and len(text) > _SHORTEST_TEXT:
            sum_so_far += len(text)
        sums.append(sum_so_far)
    return sums


def _chains(outline: Outline) -> list[int]:
    """For each span, its signs and those of the nearest spans around it."""
    own = [span.signs for span in outline.spans]
    chains = own
    for _ in range(_CHAIN - 1):
        # What one step up says already holds one step more each time.
        chains = [
            found | chains[parent] if parent >= 0 else found
            for found, (_, _, parent, _, _, _, _) in zip(own, outline.spans, strict=True)
        ]
    return chains


def read_header(
    outline: Outline, judgement: Judgement, stretch: Stretch, *, headline_at: int | None, description: str | None
) -> Header:
    """Find what stands around the headline, before the first passage of the text.

    Of the passages taken for text so far only what names itself a standfirst, agrees with the page's description, or is
    parted from the text becomes one.
    """
    places = stretch.text
    taken = frozenset(places)
    first_text = max(places[0], stretch.core_at)
    if headline_at is None:
        start, stop = max(0, first_text - _REACH), first_text
    elif headline_at < first_text:
        start, stop = max(0, headline_at - 4), min(first_text, headline_at + 40)
    else:
        start, stop = max(0, first_text - 4), first_text
    described = compact(description or "")
    headline = compact(outline.passages[headline_at].text) if headline_at is not None else ""
    kicker = byline = dateline = None
    standfirst: list[int] = []
    for at in range(start, stop):
        text = outline.passages[at].text
        if at == headline_at or (headline and headline in compact(text)) or stretch.role(at) is Role.CAPTION:
            # The headline printed again, for another screen or with its kicker, is nothing new.
            continue
        found = judgement.signs[at]
        is_above = at + 1 == headline_at and len(text) <= _LONGEST_LABEL and not found & _NOT_LABEL
        is_label = bool(found & signs.KICKER) or is_above
        if is_label and kicker is None and not found & signs.CREDIT and _may_be_kicker(text):
            kicker = at
        elif found & signs.BYLINE and byline is None and not found & _NOT_BYLINE and len(text) < 200:
            byline = at
        elif found & signs.DATE and dateline is None and not found & _NOT_BYLINE and _may_be_dateline(text):
            dateline = at
        elif _names_itself(outline, judgement, at, described) or (
            not standfirst
            and (at not in taken or _parted_from_text(judgement, at, first_text))
            and _stands_below(outline, judgement, at, headline_at)
        ):
            standfirst.append(at)
    below = start if headline_at is None else headline_at
    named = frozenset((headline_at, kicker, *standfirst))
    lines = (at for at in (*range(below, stop), *range(start, below)) if at not in named)
    return Header(
        headline=headline_at,
        kicker=kicker,
        standfirst=tuple(standfirst),
        byline=byline,
        dateline=dateline,
        lines=tuple(at for at in lines if len(outline.passages[at].text) <= _LONGEST_LINE)[:_MOST_LINES],
    )


_NOT_LABEL = signs.NAVIGATION | signs.DATE | signs.BYLINE | signs.SHARE | signs.CAPTION | signs.ADVERT | signs.HIDDEN
_PARTING = signs.BYLINE | signs.DATE | signs.CAPTION | signs.FIGURE
_NOT_BYLINE = signs.CAPTION | signs.FIGURE | signs.TEASER | signs.COMMENT | signs.NAVIGATION | signs.CREDIT


def _may_be_kicker(text: str) -> bool:
    """A kicker is a short label: no bread-crumb trail, no day, no time, no picture's credit."""
    if len(text) > _LONGEST_KICKER or text.startswith("©"):
        return False
    return not _TRAIL.search(text) and sum(map(str.isdigit, text)) < _DIGITS_OF_DATE


def _may_be_dateline(text: str) -> bool:
    """A dateline holds a day or a time, and is no count of minutes to read."""
    has_number = any(map(str.isdigit, text))
    return len(text) < _LONGEST_DATELINE and has_number and not wording.says(text, wording.READING_TIME)


def _names_itself(outline: Outline, judgement: Judgement, at: int, described: str) -> bool:
    """Is the passage a standfirst by its element's names, or by saying what the page's description says?"""
    passage = outline.passages[at]
    found = judgement.signs[at]
    if not _may_be_standfirst(outline, judgement, at):
        return False
    letters = compact(passage.text)
    if described and len(letters) > 25 and _same_beginning(letters, described):
        return not found & (signs.CAPTION | signs.HIDDEN | signs.COMMENT)
    return bool(found & signs.STANDFIRST) and not found & _NOT_STANDFIRST and not wording.points_elsewhere(passage.text)


def _same_beginning(letters: str, described: str) -> bool:
    return letters in described or described in letters or letters[:60] == described[:60]


def _stands_below(outline: Outline, judgement: Judgement, at: int, headline_at: int | None) -> bool:
    """Does the passage stand right below the headline, as a standfirst with no name would?"""
    if headline_at is None or at < headline_at or not _may_be_standfirst(outline, judgement, at):
        return False
    if judgement.signs[at] & _NOT_STANDFIRST or judgement.weights[at] < _SHORTEST_UNNAMED:
        return False
    text = outline.passages[at].text
    if _STROKE.search(text) and sum(map(str.isdigit, text)) >= _DIGITS_OF_DATE:
        # Who and when, on one line.
        return False
    return not wording.points_elsewhere(text) and _in_header_of(outline, at, headline_at)


def _parted_from_text(judgement: Judgement, at: int, first_text: int) -> bool:
    """Does a byline, a date or a picture's words stand between the passage and the text?"""
    return any(judgement.signs[between] & _PARTING for between in range(at + 1, first_text))


def _may_be_standfirst(outline: Outline, judgement: Judgement, at: int) -> bool:
    size = judgement.weights[at]
    if judgement.recurring[at]:
        return False
    return _SHORTEST_STANDFIRST <= size <= _LONGEST_STANDFIRST and link_share(outline.passages[at]) <= 0.5


def _in_header_of(outline: Outline, at: int, headline_at: int) -> bool:
    """Do the passage and the headline share a near element?"""
    above = outline.passages[headline_at].span
    for _ in range(3):
        span = outline.spans[above]
        if span.first <= at < span.end:
            return True
        if span.parent < 0:
            return False
        above = span.parent
    return False
