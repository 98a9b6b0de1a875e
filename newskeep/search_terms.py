"""What can be looked for, as values: words, facts, periods, and how they are joined.

`newskeep.search_query` reads them from what somebody typed, `storage.query` asks SQLite for them. A tree holds no
`Leave` but directly in an `All`, so that there is always something to leave it out of.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, time
from enum import StrEnum

from newskeep.presence import Presence

TEXT_FIELDS = {"headline": "headline", "standfirst": "standfirst", "text": "text", "caption": "captions"}
"""What words can be looked for in, and the column of `stories` that holds it."""
STATES = (*map(str, Presence), "free", "paid", "truncated")
"""What `is:` knows."""
POSSESSIONS = ("revision", "correction", "copy", "picture", "caption", "standfirst", "byline", "video", "audio")
"""What `has:` knows."""
FACTS = ("source", "author", "section", "language", "form", "tag", "is", "has")


class Clock(StrEnum):
    """Whose time a period is in."""

    PUBLISHED = "published"
    """When the publisher says it was published; first seen where that is unknown."""
    SEEN = "seen"
    """When it was first captured."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """A word, or words that stand together. `field` is a key of `TEXT_FIELDS`, None for anywhere."""

    text: str
    is_beginning: bool = False
    field: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Near:
    """Words or phrases with at most `distance` words between the first and the last of them."""

    parts: tuple[Words, ...]
    distance: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Fact:
    """Something that is known of a story. `name` is one of `FACTS`."""

    name: str
    value: str
    is_beginning: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Period:
    """From `first` on, and before `until`; None is no bound."""

    first: datetime | None = None
    until: datetime | None = None
    clock: Clock = Clock.PUBLISHED

    @property
    def is_of_days(self) -> bool:
        """Does it begin and end at midnight?"""
        bounds = [bound for bound in (self.first, self.until) if bound is not None]
        return all(bound.astimezone(UTC).time() == time() for bound in bounds)


@dataclass(frozen=True, slots=True, kw_only=True)
class All:
    """Everything in it is wanted."""

    parts: tuple[Term, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Any:
    """One of its parts is enough."""

    parts: tuple[Term, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Leave:
    """What fits this is left out."""

    part: Term


Term = Words | Near | Fact | Period | All | Any | Leave


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchQuery:
    """What is looked for. `hints` are sentences on what was read otherwise than it may have been meant."""

    wanted: All
    hints: tuple[str, ...] = ()

    @property
    def words(self) -> tuple[Words, ...]:
        """The words that are looked for, without those to be left out: what is to be marked in what was found."""
        return tuple(_words(self.wanted))

    @property
    def facts(self) -> tuple[Fact, ...]:
        """The facts that are asked for, without those to be left out."""
        return tuple(_facts(self.wanted))

    @property
    def leaves_out(self) -> bool:
        """Is there anything that is to be left out?"""
        return _leaves_out(self.wanted)

    @property
    def filters(self) -> tuple[str, ...]:
        """Everything else it asks for, in words."""
        return tuple(explain(part) for part in self.wanted.parts if not _is_wordy(part))


def explain(term: Term) -> str:
    """Say in words what a term asks for."""
    match term:
        case Fact():
            return f"{term.name} {'begins with ' if term.is_beginning else ''}{term.value}"
        case Period():
            return _explained_period(term)
        case Leave():
            return f"not {explain(term.part)}"
        case All():
            return " and ".join(map(explain, term.parts))
        case Any():
            return " or ".join(map(explain, term.parts))
        case Near():
            return " near ".join(map(explain, term.parts))
        case Words():
            return f"{f'{term.field}: ' if term.field else ''}“{term.text}{'*' if term.is_beginning else ''}”"


def _explained_period(period: Period) -> str:
    bounds = [f"since {_moment(period.first)}"] if period.first else []
    bounds += [f"before {_moment(period.until)}"] if period.until else []
    return " ".join([f"{period.clock}", *bounds])


def _moment(at: datetime) -> str:
    utc = at.astimezone(UTC)
    return utc.date().isoformat() if utc.time() == time() else utc.isoformat(" ", "minutes").replace("+00:00", " UTC")


def _is_wordy(term: Term) -> bool:
    return not isinstance(term, Leave) and any(_words(term))


def _leaves_out(term: Term) -> bool:
    return isinstance(term, Leave) or (isinstance(term, All | Any) and any(map(_leaves_out, term.parts)))


def _words(term: Term) -> Iterator[Words]:
    match term:
        case Words():
            yield term
        case Near() | All() | Any():
            for part in term.parts:
                yield from _words(part)


def _facts(term: Term) -> Iterator[Fact]:
    match term:
        case Fact():
            yield term
        case All() | Any():
            for part in term.parts:
                yield from _facts(part)
