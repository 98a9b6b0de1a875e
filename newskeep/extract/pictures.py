"""The story's own pictures: address, alternative text, caption and credit, and where in the text they stand.

Pictures of teasers, writers and buttons are left out. Not here: which picture is the story's (`picture_judge`), which
address of an element is the picture (`picture_addresses`), where its words stand (`captions`).
"""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import replace
from typing import NamedTuple

from newskeep.extract.credits import credit_in_alternative
from newskeep.extract.judge import compact
from newskeep.extract.picture_features import Candidate, Describer, Scope, find_candidates
from newskeep.extract.picture_judge import choose_pictures
from newskeep.extract.picture_names import file_of, is_same_picture, is_stand_in_name
from newskeep.extract.stretch import Reading
from newskeep.model import Picture

_LATEST_LEAD = 3


class Shown(NamedTuple):
    """A story's pictures, and the passages that are their captions and credits."""

    pictures: tuple[Picture, ...] = ()
    places: frozenset[int] = frozenset()


def read_pictures(reading: Reading, *, begin: int, places: list[int], declared: tuple[Picture, ...] = ()) -> Shown:
    """Read the pictures between the headline and the end of the text.

    `begin` is the passage the story begins with, `places` the passages its blocks begin with, `declared` what the page
    states for machines.
    """
    seen: dict[str, int] = {}
    pictures: list[Picture] = []
    claimed: set[int] = set()
    for candidate in choose_pictures(describe_pictures(reading, begin=begin, places=places, declared=declared)):
        picture = _picture(candidate, bisect_left(places, candidate.placed.at))
        claimed.update(candidate.words.places)
        key = file_of(candidate.url)
        if key in seen and not _says_otherwise(picture, pictures[seen[key]]):
            pictures[seen[key]] = _merged(pictures[seen[key]], picture)
        else:
            seen[key] = len(pictures)
            pictures.append(picture)
    return Shown(mark_lead(pictures, declared), frozenset(claimed))


def describe_pictures(
    reading: Reading, *, begin: int, places: list[int], declared: tuple[Picture, ...] = ()
) -> list[Candidate]:
    """The pictures near the story with their words and features, before any is chosen."""
    first = places[0] if places else reading.stretch.first
    scope = Scope(begin=begin, first=first, last=places[-1] if places else reading.stretch.end)
    candidates = find_candidates(reading, scope)
    if candidates:
        Describer(reading, scope, declared).describe(candidates)
    return candidates


def _picture(candidate: Candidate, position: int) -> Picture:
    words = candidate.words
    return Picture(
        url=candidate.url,
        alt=candidate.alt,
        caption=words.caption,
        credit=words.credit or _unprinted_credit(candidate),
        position=position,
        width=candidate.address.width,
        height=candidate.address.height,
    )


def _unprinted_credit(candidate: Candidate) -> str | None:
    """A credit written into the alternative text or the title of the image."""
    texts = [candidate.alt, *(one.get("title") for placed in candidate.group for one in placed.element.iter("img"))]
    return next((credit for text in texts if (credit := credit_in_alternative(text))), None)


def mark_lead(pictures: list[Picture], declared: tuple[Picture, ...] = ()) -> tuple[Picture, ...]:
    """Mark the main picture: the first above the text, else the declared one, else one near the beginning."""
    lead = next((at for at, picture in enumerate(pictures) if picture.position == 0), None)
    if lead is None and declared and declared[0].url:
        named = declared[0].url
        lead = next((at for at, one in enumerate(pictures) if one.url and is_same_picture(one.url, named)), None)
    if lead is None:
        lead = next((at for at, picture in enumerate(pictures) if picture.position <= _LATEST_LEAD), None)
    return tuple(replace(picture, lead=at == lead) for at, picture in enumerate(pictures))


def stated_pictures(declared: tuple[Picture, ...]) -> tuple[Picture, ...]:
    """The declared picture of a story that shows none; a site's standing picture is none."""
    own = [picture for picture in declared if picture.url and not is_stand_in_name(picture.url)]
    return (replace(own[0], lead=True),) if own else ()


def _says_otherwise(picture: Picture, shown: Picture) -> bool:
    """Is the same picture shown again with a caption of its own?"""
    again, first = compact(picture.caption or ""), compact(shown.caption or "")
    return bool(again and first) and again not in first and first not in again


def _merged(first: Picture, second: Picture) -> Picture:
    """The same picture met twice: a sticky header or a phone's copy; words that one lacks come from the other."""
    return replace(
        first,
        alt=first.alt or second.alt,
        caption=first.caption or second.caption,
        credit=first.credit or second.credit,
    )
