"""What each source's pages brought, day by day: how many stories came with a headline, authors, a date, text, teasers.

A day is one of UTC. Only live requests count: what is imported or read again from captures says nothing of a source's
pages today. Stories are counted once, when they are first archived.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, fields, replace
from datetime import date, datetime

from newskeep.fetches import Purpose
from newskeep.outcomes import Outcome

# What a story's page ends with when an answer came that was meant to be read.
_PAGES = frozenset(
    {
        Outcome.NEW_STORY,
        Outcome.REVISED,
        Outcome.UNCHANGED,
        Outcome.DIFFERENT_STORY,
        Outcome.NOT_A_STORY,
        Outcome.WALLED,
        Outcome.REDIRECTED_TO_FRONT,
        Outcome.EXTRACTION_FAILED,
        Outcome.EXTRACTION_TIMED_OUT,
        Outcome.EXTRACTION_OUT_OF_MEMORY,
    }
)
# That an archived story went, or stands behind a wall now, is what a look at it was sent to find out.
_FINDINGS = frozenset({Outcome.NOT_FOUND, Outcome.GONE, Outcome.REDIRECTED_TO_FRONT, Outcome.WALLED})
# These say nothing of the source: we ended the request, or our own disk did.
_OURS = frozenset({Outcome.CANCELLED, Outcome.STORAGE_FAILED})


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """What was read from a new story's page. `published_at` is None where the page gives no date."""

    has_headline: bool
    has_authors: bool
    published_at: datetime | None
    words: int
    teasers: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """How one live request to a source ended. `reading` is set for a new story alone."""

    request_id: int
    source: str
    purpose: Purpose
    outcome: Outcome
    at: datetime
    body_bytes: int = 0
    reading: Reading | None = None

    @property
    def is_page(self) -> bool:
        """Was it a story's page that could be looked into?"""
        return self.purpose is not Purpose.LISTING and self.outcome in _PAGES

    @property
    def is_failure(self) -> bool:
        """Did it fail, and at the source's end?"""
        if self.outcome.is_success or self.outcome in _OURS:
            return False
        return not (self.purpose is Purpose.RECHECK and self.outcome in _FINDINGS)

    @property
    def is_ours(self) -> bool:
        """Did it end for a reason of our own?"""
        return self.outcome in _OURS


@dataclass(frozen=True, slots=True, kw_only=True)
class DayCoverage:
    """One source on one day, in counts.

    `requests` are all that ended, `listings` those for listings, `pages` those for stories that were answered with a
    page, `walls` the pages of any kind that were one. `stories` are the new ones; of them, `headlines`, `authors`,
    `dates` and `with_teasers` say how many came with it. `words` and `teasers` are sums over them.
    """

    source: str
    day: date
    requests: int = 0
    failures: int = 0
    body_bytes: int = 0
    listings: int = 0
    pages: int = 0
    walls: int = 0
    stories: int = 0
    headlines: int = 0
    authors: int = 0
    dates: int = 0
    words: int = 0
    with_teasers: int = 0
    teasers: int = 0

    def share(self, count: int) -> float | None:
        """A count as a share of the stories, 0 to 1; None on a day without stories."""
        return count / self.stories if self.stories else None

    def plus(self, other: DayCoverage) -> DayCoverage:
        """The sum of two coverages of one source and day."""
        return replace(self, **{name: getattr(self, name) + getattr(other, name) for name in COUNTS})


COUNTS = tuple(field.name for field in fields(DayCoverage) if field.name not in ("source", "day"))
"""The names of all counts, in the order in which they are stored."""


def coverage_of(answer: Answer) -> DayCoverage:
    """What one answer adds to its day."""
    reading = answer.reading
    return DayCoverage(
        source=answer.source,
        day=answer.at.date(),
        requests=1,
        failures=int(answer.is_failure),
        body_bytes=answer.body_bytes,
        listings=int(answer.purpose is Purpose.LISTING),
        pages=int(answer.is_page),
        walls=int(answer.outcome is Outcome.WALLED),
        stories=int(reading is not None),
        headlines=int(reading is not None and reading.has_headline),
        authors=int(reading is not None and reading.has_authors),
        dates=int(reading is not None and reading.published_at is not None),
        words=reading.words if reading else 0,
        with_teasers=int(reading is not None and reading.teasers > 0),
        teasers=reading.teasers if reading else 0,
    )


def add_up(answers: Iterable[Answer]) -> tuple[DayCoverage, ...]:
    """The coverage that answers add, by source and day."""
    sums: dict[tuple[str, date], DayCoverage] = {}
    for answer in answers:
        one = coverage_of(answer)
        key = (one.source, one.day)
        sums[key] = sums[key].plus(one) if key in sums else one
    return tuple(sums[key] for key in sorted(sums))
