"""The stretch of a page that is the story's text, and the role of every passage in it.

The element whose passages speak for it most, in sum, holds the story: text counts for it, menus, links and boxes
against it, so that the tightest element around the most text wins. Inside it every passage gets a role. Most of a
story stands in elements of one kind (the core); what stands in elements of its own, apart from the core, is a box and
is judged as one: by its label, its heading, its links, its picture.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import NamedTuple

from newskeep.extract import signs, wording
from newskeep.extract.blocks import Outline, is_below
from newskeep.extract.judge import (
    TEXT_ROLES,
    Judgement,
    Role,
    compact,
    is_sentence,
    link_share,
    points_elsewhere,
    role_of_signs,
)
from newskeep.extract.tree import Element, Page, ancestors

_NUMBER = re.compile(r"\d+")
_ALL_LINK = 0.8
_SHORT = 60
_LONGEST_CROSSHEAD = 160
_LONGEST_CAPTION = 400
_LARGEST_BOX = 0.35
_STORY_WEIGHT = 300
_ENOUGH_OF_PAGE = 0.4
_MUCH_MORE = 2.0
_FEWEST_CARDS = 3
_LONGEST_NOTE = 300
_LONGEST_NAME = 80
_LARGE_APART = 0.3

Names = tuple[str, str, str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Stretch:
    """Passages `first` up to, not including, `end`, with the role of each (`roles[0]` is that of `first`).

    `core_at` is the first passage that stands where most of the text stands: what comes before it is the beginning.
    """

    span: int
    first: int
    end: int
    roles: list[Role]
    core_at: int

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


class _Core(NamedTuple):
    """Where most of the text stands: the names of its elements, its passages, their weight and the span around all."""

    names: Names
    places: list[int]
    weight: int
    span: int
    sums: list[int]

    def held(self, first: int, end: int) -> int:
        """How many core passages there are from `first` up to `end`."""
        return self.sums[end] - self.sums[first]


def choose_span(outline: Outline, judgement: Judgement) -> int | None:
    """Choose the element that holds the story; None where nothing speaks for any."""
    sums = [0.0]
    for score in judgement.scores:
        sums.append(sums[-1] + score)
    best, best_sum = None, 0.0
    for at, span in enumerate(outline.spans):
        held = sums[span.end] - sums[span.first]
        # Of two elements with the same text the outer one comes first, and the inner one is as good.
        if held > 0 and held >= best_sum:
            best, best_sum = at, held
    return best if best is None else _widen(outline, judgement, best)


def _widen(outline: Outline, judgement: Judgement, span: int) -> int:
    """Take a larger element where much more text stands around the chosen one: boxes and tables may have parted it."""
    sums = [0.0]
    for score in judgement.scores:
        sums.append(sums[-1] + max(0.0, score))
    held = outline.spans[span]
    mass = sums[held.end] - sums[held.first]
    if mass >= _ENOUGH_OF_PAGE * sums[-1]:
        return span
    around = held.parent
    while around >= 0:
        held = outline.spans[around]
        if sums[held.end] - sums[held.first] >= _MUCH_MORE * mass:
            return _widen(outline, judgement, around)
        around = held.parent
    return span


def read_stretch(outline: Outline, judgement: Judgement, span: int, *, headline_at: int | None) -> Stretch:
    """Give every passage of the element its role."""
    held = outline.spans[span]
    first = held.first
    if headline_at is not None and first <= headline_at < held.end:
        first = headline_at + 1
    headline = compact(outline.passages[headline_at].text) if headline_at is not None else ""
    cut = _end_of_story(outline, judgement, first, held.end)
    core = _find_core(outline, judgement, first, cut)
    roles = [_role(outline, judgement, at, headline) for at in range(first, held.end)]
    roles[cut - first :] = [Role.TEASER] * (held.end - cut)
    _drop_other_articles(outline, judgement, roles, first, headline_at)
    _drop_repeated(outline, judgement, roles, first)
    if core is not None:
        _judge_boxes(outline, judgement, roles, first, core)
        _judge_ends(outline, judgement, roles, first, core)
    _drop_loose_ends(outline, roles, first)
    core_at = next((at for at in core.places if roles[at - first] in TEXT_ROLES), first) if core else first
    return Stretch(span=span, first=first, end=held.end, roles=roles, core_at=core_at)


def _end_of_story(outline: Outline, judgement: Judgement, first: int, end: int) -> int:
    """Where other stories begin: at a heading such as "More from …" after which no element of the story goes on."""
    before: set[Names] = set()
    text = 0
    for at in range(first, end):
        if text >= _STORY_WEIGHT and _begins_story(outline, judgement, at, end):
            return at
        text += max(0, int(judgement.scores[at]))
        if before and _heads_others(outline, at):
            goes_on = any(
                judgement.scores[later] > _SHORT and _names(outline, later) in before for later in range(at + 1, end)
            )
            if not goes_on:
                return at
        if judgement.scores[at] > _SHORT:
            before.add(_names(outline, at))
    return end


def _begins_story(outline: Outline, judgement: Judgement, at: int, end: int) -> bool:
    """Is this the headline of another whole story: an `h1` that links to it, with text below?"""
    passage = outline.passages[at]
    if passage.tag != "h1" or link_share(passage) < _ALL_LINK:
        return False
    around = (one for one in ancestors(passage.element) if one.tag == "a")
    link = next(passage.element.iter("a"), None)
    link = next(around, None) if link is None else link
    leads_away = link is not None and not (link.get("href") or "#").startswith("#")
    return leads_away and sum(max(0.0, score) for score in judgement.scores[at + 1 : end]) >= _SHORT


def _heads_others(outline: Outline, at: int) -> bool:
    text = outline.passages[at].text
    if len(text) > _SHORT or is_sentence(text) or wording.MORE_HEADING.match(text) is None:
        return False
    following = outline.passages[at + 1 : at + 8]
    return any(passage.link_count and (link_share(passage) >= _ALL_LINK) for passage in following)


def _find_core(outline: Outline, judgement: Judgement, first: int, end: int) -> _Core | None:
    masses: dict[Names, int] = {}
    for at in range(first, end):
        if judgement.scores[at] > 0:
            names = _names(outline, at)
            # What stands below a linked line is mostly a card of another story.
            below_link = at > first and link_share(outline.passages[at - 1]) >= _ALL_LINK
            masses[names] = masses.get(names, 0) + judgement.weights[at] // (4 if below_link else 1)
    if not masses:
        return None
    names = max(masses, key=lambda one: masses[one])
    places = [at for at in range(first, end) if judgement.scores[at] > 0 and _names(outline, at) == names]
    inside = set(places)
    sums = [0]
    for at in range(len(outline.passages)):
        sums.append(sums[-1] + (at in inside))
    around = outline.passages[places[0]].span
    while outline.spans[around].end <= places[-1] and outline.spans[around].parent >= 0:
        around = outline.spans[around].parent
    if outline.spans[around].parent >= 0 and outline.passages[places[0]].span == around:
        around = outline.spans[around].parent
    return _Core(names, places, masses[names], around, sums)


def _names(outline: Outline, at: int) -> Names:
    span = outline.spans[outline.passages[at].span]
    parent = outline.spans[span.parent] if span.parent >= 0 else span
    return (span.tag, _class(span.element), parent.tag, _class(parent.element))


def _class(element: Element) -> str:
    """An element's classes without the numbers that count elements of one kind."""
    return _NUMBER.sub("", element.get("class") or "")


def _role(outline: Outline, judgement: Judgement, at: int, headline: str) -> Role:
    """The role of a passage by what it is itself."""
    passage = outline.passages[at]
    found = judgement.signs[at]
    weight = judgement.weights[at]
    trusted = judgement.scores[at] > 0 and judgement.agreed[at]
    named = None if trusted else role_of_signs(found)
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
    for sign, role in ((signs.TABLE, Role.TABLE), (signs.LIST_ITEM, Role.LIST), (signs.QUOTE, Role.QUOTE)):
        if found & sign:
            return role
    is_bold = passage.strong_chars >= 0.9 * len(passage.text.replace(" ", ""))
    if weight < _SHORT and is_bold and not is_sentence(passage.text):
        return Role.CROSSHEAD
    return Role.PARAGRAPH


def _role_by_wording(outline: Outline, judgement: Judgement, at: int, *, trusted: bool) -> Role | None:
    passage = outline.passages[at]
    share = link_share(passage)
    weight = judgement.weights[at]
    if share >= _ALL_LINK:
        return Role.TEASER
    if points_elsewhere(passage.text) and (share > 0.3 or weight < 40 or _announces_other(passage.text)):
        return Role.TEASER
    if weight < _LONGEST_NOTE and not trusted and wording.says(passage.text, wording.CONSENT):
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


def _judge_boxes(outline: Outline, judgement: Judgement, roles: list[Role], first: int, core: _Core) -> None:
    """Judge what stands in elements of its own as a whole."""
    at = first
    end = first + len(roles)
    while at < end:
        box = _box_around(outline, core, at, first)
        if box is None:
            at += 1
            continue
        held = outline.spans[box]
        role = _role_of_box(outline, judgement, roles, first, box, core)
        if role is not None:
            for inner in range(max(held.first, first), min(held.end, end)):
                if roles[inner - first] in TEXT_ROLES and not judgement.agreed[inner]:
                    roles[inner - first] = role
        at = max(held.end, at + 1)


def _box_around(outline: Outline, core: _Core, at: int, first: int) -> int | None:
    """The largest element around a passage, within the core's, that holds no core passage; None where there is none."""
    if core.held(at, at + 1):
        return None
    span = outline.passages[at].span
    best = None
    while span >= 0 and span != core.span:
        held = outline.spans[span]
        if core.held(held.first, held.end) or held.first < first:
            break
        best = span
        span = held.parent
    return best


def _role_of_box(
    outline: Outline, judgement: Judgement, roles: list[Role], first: int, box: int, core: _Core
) -> Role | None:
    held = outline.spans[box]
    places = range(max(held.first, first), min(held.end, first + len(roles)))
    weight = sum(judgement.weights[at] for at in places)
    inner = [roles[at - first] for at in places]
    teasers = [at for at in places if roles[at - first] is Role.TEASER]
    if weight > _LARGEST_BOX * core.weight:
        # As large as that, only a list of cards is no part of the story.
        return Role.TEASER if len(teasers) >= _FEWEST_CARDS and _is_card_list(inner) else None
    if Role.SIGN_UP in inner or any(
        wording.says(outline.passages[at].text, wording.SIGN_UP)
        for at in places
        if judgement.weights[at] < _LONGEST_NOTE
    ):
        return Role.SIGN_UP
    for role in (Role.COMMENT, Role.ADVERT, Role.NOTICE):
        if 2 * sum(judgement.weights[at] for at in places if roles[at - first] is role) > weight:
            return role
    linked = sum(judgement.weights[at] for at in teasers)
    if teasers and (linked >= 0.4 * weight or roles[places[0] - first] is Role.TEASER):
        return Role.TEASER
    if len(places) <= 3 and weight <= _LONGEST_CAPTION and Role.CROSSHEAD not in inner and _has_picture(outline, box):
        return Role.CAPTION
    if len(places) > 1 and Role.CROSSHEAD in inner and Role.PARAGRAPH in inner and places[0] >= core.places[0]:
        return Role.INFO_BOX
    return None


def _is_card_list(roles: list[Role]) -> bool:
    """Does a link to another story stand right above almost every text, as in a list of cards?"""
    led = texts = 0
    above: Role | None = None
    for role in roles:
        if role in TEXT_ROLES:
            texts += 1
            led += above is Role.TEASER
            above = role
        elif role is Role.TEASER:
            above = role
    return led >= 0.7 * texts


def _has_picture(outline: Outline, box: int) -> bool:
    held = outline.spans[box]
    return any(
        held.first <= placed.at <= held.end and is_below(outline, placed.span, box) for placed in outline.pictures
    )


def _judge_ends(outline: Outline, judgement: Judgement, roles: list[Role], first: int, core: _Core) -> None:
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
        elif judgement.weights[place] < _SHORT and not is_sentence(passage.text) and role is not Role.LIST:
            roles[at] = Role.OTHER
        elif place > core.places[-1] and _is_closing_note(passage.text):
            roles[at] = Role.NOTICE


def _is_text_apart(judgement: Judgement, roles: list[Role], first: int, places: range, core: _Core) -> bool:
    """Is what stands outside the element around the core so much that it is the story too, and no list of cards?"""
    weight = sum(judgement.weights[at] for at in places if roles[at - first] in TEXT_ROLES)
    return weight > _LARGE_APART * core.weight and not _is_card_list([roles[at - first] for at in places])


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
    return span if weight >= _STORY_WEIGHT else None


def _drop_repeated(outline: Outline, judgement: Judgement, roles: list[Role], first: int) -> None:
    """A short text met three times on the page is furniture; a long one met again is a copy for another screen."""
    met: dict[str, list[int]] = {}
    for at, role in enumerate(roles):
        if role in TEXT_ROLES:
            met.setdefault(outline.passages[first + at].text, []).append(at)
    for places in met.values():
        is_long = judgement.weights[first + places[0]] > _LONGEST_NAME
        for at in places[1:] if is_long else places if len(places) > 2 else ():
            roles[at] = Role.NOTICE


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
    return len(text) < _SHORT and text.rstrip().endswith((":", "："))
