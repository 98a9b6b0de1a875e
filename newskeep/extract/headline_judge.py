"""Which of the headlines a page offers is the printed one: a small learned score.

What is offered more than once, word for word, is one offer; each is described by who makes it, who agrees, what it
holds of the others and of the address, and scored with the weights of the generated module `headline_weights`, which
`training/train_headlines.py` writes. Pages that declare a news story have weights of their own beside the common ones:
newsrooms write their metadata with more care than the rest of the web.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import StrEnum
from functools import lru_cache
from urllib.parse import unquote, urlsplit

from newskeep.extract.headline_weights import COMMON, NEWS
from newskeep.extract.structured import Thing, types_of
from newskeep.text import fold_marks, words

_FEW_WORDS = 2
_SHORTEST_SLUG_WORDS = 3
_SHORTEST_SLUG_WORD = 3


class Place(StrEnum):
    """Where a page gives a headline."""

    HEADING = "h1"
    TRAIL = "trail"
    SECOND = "h2"
    STRUCTURED = "structured"
    ALTERNATIVE = "alternative"
    OPEN_GRAPH = "open graph"
    TWITTER = "twitter"
    TITLE = "title"
    META = "meta"


_MAIN = frozenset(Place) - {Place.ALTERNATIVE, Place.TITLE}
"""Places whose headline may be a kicker's or a tail's width away from another one's."""
_COUNTED = _MAIN - {Place.META}
_PAIRS = (
    (Place.OPEN_GRAPH, Place.STRUCTURED),
    (Place.OPEN_GRAPH, Place.TWITTER),
    (Place.OPEN_GRAPH, Place.HEADING),
    (Place.STRUCTURED, Place.HEADING),
    (Place.SECOND, Place.OPEN_GRAPH),
    (Place.SECOND, Place.STRUCTURED),
    (Place.STRUCTURED, Place.TITLE),
    (Place.HEADING, Place.TITLE),
    (Place.OPEN_GRAPH, Place.TITLE),
)


def is_news_story(story: Thing | None) -> bool:
    """Does a page's structured data call its story news?"""
    return story is not None and any("News" in name for name in types_of(story))


@dataclass(slots=True, kw_only=True)
class Offer:
    """One headline with all the places that give it; `whole` are those that give it with nothing cut off."""

    key: str
    places: set[Place] = field(default_factory=set)
    whole: set[Place] = field(default_factory=set)
    is_named: bool = False
    is_only_heading: bool = False


def judge_headlines(offers: list[Offer], *, url: str, is_news: bool) -> Offer:
    """The best of at least one offer; of equals the first."""
    if len(offers) == 1:
        return offers[0]
    slug = slug_words(url)
    return max(offers, key=lambda offer: _score(describe_offer(offer, offers, slug), is_news=is_news))


def describe_offer(offer: Offer, offers: list[Offer], slug: frozenset[str]) -> dict[str, float]:
    """What speaks for or against an offer; features that are absent count nothing."""
    places = offer.places
    found: dict[str, float] = dict.fromkeys(places, 1.0)
    found.update((f"{place} whole", 1.0) for place in (Place.OPEN_GRAPH, Place.STRUCTURED) if place in offer.whole)
    found.update((f"{one} + {other}", 1.0) for one, other in _PAIRS if one in places and other in places)
    found["agreement"] = min(4, len(places & _COUNTED)) / 2
    for other in offers:
        if other is not offer and other.places & _MAIN:
            found.update(dict.fromkeys(_overlaps(offer.key, other.key), 1.0))
    if offer.key.count(" ") < _FEW_WORDS:
        found["few words"] = 1.0
    if slug:
        found["slug"] = len(slug.intersection(fold_marks(offer.key).split())) / len(slug)
    if offer.is_named:
        found["named"] = 1.0
    if offer.is_only_heading:
        found["only heading"] = 1.0
    return found


def _overlaps(key: str, other: str) -> Iterable[str]:
    if other.endswith(" " + key):
        yield "without kicker"
    if other.startswith(key + " "):
        yield "without tail"
    if key.endswith(" " + other):
        yield "with kicker"
    if key.startswith(other + " "):
        yield "with tail"


def _score(found: dict[str, float], *, is_news: bool) -> float:
    score = sum(COMMON.get(name, 0.0) * value for name, value in found.items())
    return score + (sum(NEWS.get(name, 0.0) * value for name, value in found.items()) if is_news else 0.0)


@lru_cache(maxsize=64)
def slug_words(url: str) -> frozenset[str]:
    """The words of the longest step of an address's path; none where it is no sentence."""
    steps = [words(fold_marks(step)) for step in unquote(urlsplit(url).path).replace("_", "-").split("/")]
    longest = max(steps, key=len, default=[])
    kept = frozenset(word for word in longest if len(word) >= _SHORTEST_SLUG_WORD and not word.isdigit())
    return kept if len(kept) >= _SHORTEST_SLUG_WORDS else frozenset()
