"""The stretch of a page that is the story's text, and the role of every passage in it.

Inside the chosen element (`core`) every passage gets a role: by what it is itself, by the box it stands in (`boxes`),
and by its place before, in or behind the text.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

from newskeep.extract import signs, wording
from newskeep.extract.blocks import Outline
from newskeep.extract.boxes import is_card_list, judge_boxes
from newskeep.extract.core import ALL_LINK, SHORT, STORY_WEIGHT, Core, end_of_story, find_core, kinds_of
from newskeep.extract.judge import (
    TEXT_ROLES,
    Judgement,
    Role,
    compact,
    is_sentence,
    role_of_signs,
)
from newskeep.extract.tree import Page

_LONGEST_CROSSHEAD = 160
_WORDS_OF_PICTURES = signs.CAPTION | signs.CREDIT
_BUILDS = ((signs.TABLE, Role.TABLE), (signs.LIST_ITEM, Role.LIST), (signs.QUOTE, Role.QUOTE))
_BUILT = signs.TABLE | signs.LIST_ITEM | signs.QUOTE
LONGEST_CONSENT = 500
"""Letters of a placeholder that asks for consent."""
_LONGEST_NAME = 80
_LARGE_APART = 0.3
_LONGEST_LABELLED = 200
_FEWEST_LABELLED = 3
_MOST_CLOSING_NOTES = 3
_LONGEST_CLOSING_NOTE = 260


@dataclass(frozen=True, slots=True, kw_only=True)
class Stretch:
    """Passages `first` up to, not including, `end`, with the role of each (`roles[0]` is that of `first`).

    `core_at` is the first passage that stands where most of the text stands: what comes before it is the beginning.
    `core` is None where nothing speaks for any passage.
    """

    span: int
    first: int
    end: int
    roles: list[Role]
    core_at: int
    core: Core | None = None

    def role(self, at: int) -> Role:
        """The role of a passage by its place in the outline; OTHER outside the stretch."""
        return self.roles[at - self.first] if self.first <= at < self.end else Role.OTHER

    @property
    def text(self) -> list[int]:
        """The places of the passages that are text."""
        return [self.first + at for at, role in enumerate(self.roles) if role in TEXT_ROLES]


class Reading(NamedTuple):
    """A page as laid out and judged, with the story chosen on it. `url` is the address the story is known under."""

    page: Page
    line: Outline
    judgement: Judgement
    stretch: Stretch
    url: str


def read_stretch(outline: Outline, judgement: Judgement, span: int, *, headline_at: int | None) -> Stretch:
    """Give every passage of the element its role."""
    held = outline.spans[span]
    first = held.first
    if headline_at is not None and first <= headline_at < held.end:
        first = headline_at + 1
    headline = compact(outline.passages[headline_at].text) if headline_at is not None else ""
    kinds = kinds_of(outline)
    cut = end_of_story(outline, judgement, kinds, first, held.end)
    core = find_core(outline, judgement, kinds, first, cut)
    roles = [_role(outline, judgement, at, headline) for at in range(first, held.end)]
    roles[cut - first :] = [Role.TEASER] * (held.end - cut)
    _drop_other_articles(outline, judgement, roles, first, headline_at)
    drop_repeated(outline, judgement, roles, first)
    _drop_labelled(outline, roles, first)
    if core is not None:
        judge_boxes(outline, judgement, roles, first, core)
        _judge_ends(outline, judgement, roles, first, core)
    _drop_closing_notes(outline, roles, first)
    _drop_loose_ends(outline, roles, first)
    core_at = next((at for at in core.places if roles[at - first] in TEXT_ROLES), first) if core else first
    return Stretch(span=span, first=first, end=held.end, roles=roles, core_at=core_at, core=core)


def _role(outline: Outline, judgement: Judgement, at: int, headline: str) -> Role:
    """The role of a passage by what it is itself."""
    passage = outline.passages[at]
    found = judgement.signs[at]
    weight = judgement.weights[at]
    if judgement.recurring[at]:
        return Role.NOTICE
    trusted = judgement.scores[at] > 0 and judgement.agreed[at]
    # What is stated for machines may well be a caption among the text.
    named = role_of_signs(found & _WORDS_OF_PICTURES if trusted else found)
    if named is not None:
        return named
    by_wording = _role_by_wording(outline, judgement, at, trusted=trusted)
    if by_wording is not None:
        return by_wording
    if found & signs.HEADING:
        if compact(passage.text) == headline:
            return Role.HEADLINE
        return Role.CROSSHEAD if weight <= _LONGEST_CROSSHEAD else Role.PARAGRAPH
    if found & signs.FIGURE and not found & (signs.QUOTE | signs.TABLE):
        return Role.CAPTION
    return _role_of_build(outline, judgement, at)


def role_in_text(outline: Outline, judgement: Judgement, at: int) -> Role:
    """The role of a passage that is known to be text of the story."""
    if judgement.signs[at] & signs.HEADING and judgement.weights[at] <= _LONGEST_CROSSHEAD:
        return Role.CROSSHEAD
    return _role_of_build(outline, judgement, at)


def _role_of_build(outline: Outline, judgement: Judgement, at: int) -> Role:
    passage = outline.passages[at]
    found = judgement.signs[at]
    weight = judgement.weights[at]
    if found & _BUILT:
        return next(role for sign, role in _BUILDS if found & sign)
    if weight >= SHORT or not passage.strong_chars or is_sentence(passage.text):
        return Role.PARAGRAPH
    is_bold = passage.strong_chars >= 0.9 * (len(passage.text) - passage.text.count(" "))
    return Role.CROSSHEAD if is_bold else Role.PARAGRAPH


def _role_by_wording(outline: Outline, judgement: Judgement, at: int, *, trusted: bool) -> Role | None:
    passage = outline.passages[at]
    share = passage.share
    weight = judgement.weights[at]
    if share >= ALL_LINK:
        return Role.TEASER
    if is_machine_data(passage.text, judgement.signs[at]):
        return Role.OTHER
    if (share > 0.3 or weight < 40 or _announces_other(passage.text)) and wording.points_elsewhere(passage.text):
        return Role.TEASER
    if weight < LONGEST_CONSENT and not trusted and wording.says(passage.text, wording.CONSENT):
        return Role.NOTICE
    if weight < 40 and wording.ADVERT_LABEL.fullmatch(passage.text):
        return Role.ADVERT
    if weight < 90 and wording.says(passage.text, wording.READING_TIME):
        return Role.DATELINE
    if weight < 220 and not trusted and passage.link_count and wording.says(passage.text, wording.SIGN_UP):
        return Role.SIGN_UP
    return None


def _announces_other(text: str) -> bool:
    """A label, a stroke or colon, and a headline: "Watch | …"."""
    return (
        len(text) < _LONGEST_CROSSHEAD and wording.LABEL_MARK.match(text) is not None and not text.endswith((".", "?"))
    )


def _judge_ends(outline: Outline, judgement: Judgement, roles: list[Role], first: int, core: Core) -> None:
    """Before the first and after the last core passage, and outside the element around the core, only text counts."""
    around = outline.spans[core.span]
    keep_before = _is_text_apart(judgement, roles, first, range(first, max(first, around.first)), core)
    keep_after = _is_text_apart(judgement, roles, first, range(around.end, first + len(roles)), core)
    for at, role in enumerate(roles):
        place = first + at
        if role not in TEXT_ROLES or core.places[0] <= place <= core.places[-1] or judgement.agreed[place]:
            continue
        passage = outline.passages[place]
        if (place < around.first and not keep_before) or (place >= around.end and not keep_after):
            roles[at] = Role.OTHER
        elif role is Role.CROSSHEAD:
            continue
        elif judgement.weights[place] < SHORT and not is_sentence(passage.text) and role is not Role.LIST:
            roles[at] = Role.OTHER
        elif place > core.places[-1] and _is_closing_note(passage.text):
            roles[at] = Role.NOTICE


def _is_text_apart(judgement: Judgement, roles: list[Role], first: int, places: range, core: Core) -> bool:
    """Is what stands outside the element around the core so much that it is the story too, and no list of cards?"""
    weight = sum(judgement.weights[at] for at in places if roles[at - first] in TEXT_ROLES)
    return weight > _LARGE_APART * core.weight and not is_card_list([roles[at - first] for at in places])


def _drop_other_articles(
    outline: Outline, judgement: Judgement, roles: list[Role], first: int, headline_at: int | None
) -> None:
    """Where the headline stands in an `article` with its text, other `article` elements beside it are other stories."""
    own = _article_of(outline, judgement, headline_at)
    if own is None:
        return
    held = outline.spans[own]
    for span in outline.spans:
        if span.tag != "article" or (held.first < span.end and span.first < held.end):
            continue
        for at in range(max(span.first, first), min(span.end, first + len(roles))):
            roles[at - first] = Role.TEASER


def _article_of(outline: Outline, judgement: Judgement, headline_at: int | None) -> int | None:
    """The nearest `article` element around the headline, if it holds a story's worth of text."""
    if headline_at is None:
        return None
    span = outline.passages[headline_at].span
    while span >= 0 and outline.spans[span].tag != "article":
        span = outline.spans[span].parent
    if span < 0:
        return None
    held = outline.spans[span]
    weight = sum(max(0.0, judgement.scores[at]) for at in range(held.first, held.end))
    return span if weight >= STORY_WEIGHT else None


def drop_repeated(outline: Outline, judgement: Judgement, roles: list[Role], first: int, *, short: bool = True) -> None:
    """A short text met three times on the page is furniture; a long one met again is a copy for another screen.

    Short ones are left alone where `short` is False.
    """
    met: dict[str, list[int]] = {}
    for at, role in enumerate(roles):
        if role in TEXT_ROLES:
            met.setdefault(outline.passages[first + at].text, []).append(at)
    for places in met.values():
        is_long = judgement.weights[first + places[0]] > _LONGEST_NAME
        for at in places[1:] if is_long else places if short and len(places) > 2 else ():
            roles[at] = Role.NOTICE


def _drop_labelled(outline: Outline, roles: list[Role], first: int) -> None:
    """Lines with a link that begin with one label again and again point elsewhere, in whatever language."""
    labelled: dict[str, list[int]] = {}
    for at, role in enumerate(roles):
        passage = outline.passages[first + at]
        if role in TEXT_ROLES and passage.link_count and len(passage.text) < _LONGEST_LABELLED:
            mark = wording.LABEL_MARK.match(passage.text)
            if mark is not None:
                labelled.setdefault(mark[0][:-1], []).append(at)
    for places in labelled.values():
        if len(places) >= _FEWEST_LABELLED:
            for at in places:
                roles[at] = Role.TEASER


def is_machine_data(text: str, found: int) -> bool:
    """Is this JSON that scripts read, printed where readers see it? What is shown as code is meant for readers."""
    return text[0] in "{[" and text[-1] in "}]" and '":' in text and not found & signs.PREFORMATTED


def _drop_closing_notes(outline: Outline, roles: list[Role], first: int) -> None:
    """The last lines of a text may be notices in the text's own kind of paragraph."""
    left = _MOST_CLOSING_NOTES
    for at in range(len(roles) - 1, -1, -1):
        if roles[at] not in TEXT_ROLES:
            continue
        text = outline.passages[first + at].text
        if not left or len(text) >= _LONGEST_CLOSING_NOTE or not wording.says(text, wording.CLOSING):
            break
        roles[at] = Role.NOTICE
        left -= 1


def _is_closing_note(text: str) -> bool:
    return wording.says(text, wording.NOTICE) or wording.says(text, wording.COMMENT_INVITATION)


def _drop_loose_ends(outline: Outline, roles: list[Role], first: int) -> None:
    """A crosshead or a line that ends in a colon with no text below it, or before a teaser, heads something else."""
    following: Role | None = None
    for at in range(len(roles) - 1, -1, -1):
        role = roles[at]
        if role is Role.CROSSHEAD or (role is Role.PARAGRAPH and _announces(outline.passages[first + at].text)):
            if following not in TEXT_ROLES:
                roles[at] = Role.OTHER
            else:
                following = role
        elif role in TEXT_ROLES or role in _OTHER_MATTER:
            following = role


_OTHER_MATTER = frozenset(
    (Role.TEASER, Role.SIGN_UP, Role.NAVIGATION, Role.COMMENT, Role.BIOGRAPHY, Role.ADVERT, Role.TAGS, Role.SHARE)
)


def _announces(text: str) -> bool:
    return len(text) < SHORT and text.rstrip().endswith((":", "："))
