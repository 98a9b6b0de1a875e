"""What can be no teaser, and what is announced as one, whatever the learned judge would say.

Each rule here held for practically every labelled link it touches; what is only likely is left to the judge.
"""

from __future__ import annotations

from newskeep.extract.anchors import Group, Survey
from newskeep.extract.surroundings import MARK
from newskeep.extract.wording import TEASER_LABEL
from newskeep.text import word_set

_AROUND_STEPS = 8
_NEAR_STEPS = 3
_RUNNING_TEXT_SHARE = 0.4
_RUNNING_TEXT_REST = 40
_LONGEST_LABEL = 40

_AROUND = (MARK["crumb"], MARK["reader"], MARK["caption"])
_NEAR = (MARK["comment"], MARK["in_form"])
# What a link says of itself to machines: it leads to a tag, a writer, a licence.
_OTHER_RELATIONS = word_set("tag category author license privacy-policy help search terms-of-service")


def is_out(group: Group, survey: Survey) -> bool:
    """Can this link of a page be no teaser? What its address alone rules out is not even in the survey."""
    place = group.links[0].place
    depth, marks = place.depth, place.marks
    for mark in _AROUND:
        if depth - marks[mark] <= _AROUND_STEPS:
            return True
    for mark in _NEAR:
        if depth - marks[mark] <= _NEAR_STEPS:
            return True
    relation = group.links[0].element.get("rel")
    if relation and not _OTHER_RELATIONS.isdisjoint(relation.split()):
        return True
    return _is_in_sentence(group, survey)


def is_announced(group: Group, survey: Survey) -> bool:
    """Does the line that holds the link begin like "Read more:", and hold little else?"""
    if group.best.is_generic or not group.best.text:
        return False
    block = group.best.place.block
    length, in_links, count = block.text_load(survey.surroundings)
    if count != 1 or not 0 < length - in_links <= _LONGEST_LABEL:
        return False
    return TEASER_LABEL.match(survey.surroundings.text(block.element)) is not None


def _is_in_sentence(group: Group, survey: Survey) -> bool:
    block = group.best.place.block
    if block.tag != "p":
        return False
    length, in_links, _ = block.text_load(survey.surroundings)
    return in_links < _RUNNING_TEXT_SHARE * length and length - in_links > _RUNNING_TEXT_REST
