"""Boxes: what stands in elements of its own between the elements of a story, judged as a whole.

A box is told from the story by standing apart from the kind of element that holds most of the text, and by its label,
its heading, its links or its picture.
"""

from __future__ import annotations

from newskeep.extract import wording
from newskeep.extract.blocks import Outline, is_below
from newskeep.extract.core import Core
from newskeep.extract.judge import TEXT_ROLES, Judgement, Role

_LONGEST_CAPTION = 400
_LARGEST_BOX = 0.35
_FEWEST_CARDS = 3
_LONGEST_NOTE = 300


def judge_boxes(outline: Outline, judgement: Judgement, roles: list[Role], first: int, core: Core) -> None:
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


def _box_around(outline: Outline, core: Core, at: int, first: int) -> int | None:
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
    outline: Outline, judgement: Judgement, roles: list[Role], first: int, box: int, core: Core
) -> Role | None:
    held = outline.spans[box]
    places = range(max(held.first, first), min(held.end, first + len(roles)))
    weight = sum(judgement.weights[at] for at in places)
    inner = [roles[at - first] for at in places]
    teasers = [at for at in places if roles[at - first] is Role.TEASER]
    if weight > _LARGEST_BOX * core.weight:
        # As large as that, only a list of cards is no part of the story.
        return Role.TEASER if len(teasers) >= _FEWEST_CARDS and is_card_list(inner) else None
    if Role.SIGN_UP in inner or _invites(outline, judgement, places):
        return Role.SIGN_UP
    for role in (Role.COMMENT, Role.ADVERT, Role.NOTICE):
        if role in inner and 2 * sum(judgement.weights[at] for at in places if roles[at - first] is role) > weight:
            return role
    linked = sum(judgement.weights[at] for at in teasers)
    if teasers and (linked >= 0.4 * weight or roles[places[0] - first] is Role.TEASER):
        return Role.TEASER
    if len(places) <= 3 and weight <= _LONGEST_CAPTION and Role.CROSSHEAD not in inner and _has_picture(outline, box):
        return Role.CAPTION
    if len(places) > 1 and Role.CROSSHEAD in inner and Role.PARAGRAPH in inner and places[0] >= core.places[0]:
        return Role.INFO_BOX
    return None


def _invites(outline: Outline, judgement: Judgement, places: range) -> bool:
    """Does a short line ask to sign up?"""
    weights, passages = judgement.weights, outline.passages
    return any(wording.says(passages[at].text, wording.SIGN_UP) for at in places if weights[at] < _LONGEST_NOTE)


def is_card_list(roles: list[Role]) -> bool:
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
