"""Marks: what a story can be filtered by, each fact as one token of the full-text index.

`sourceːgzeroˑmedia` is one word for SQLite's tokenizer, as both signs are letters to it: U+02D0 joins name and value,
and U+02D1 stands for everything in a value that is no letter or digit. So a filter is one more word to look for, and
costs as little beside a very common word as beside a rare one. No text holds such words, and what somebody types never
means one (`without_signs`).
"""

from __future__ import annotations

import calendar
import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache

from newskeep.neighbours import token_text

JOINT, FILLER = "\u02d0", "\u02d1"
_MAX_VALUE_CHARACTERS = 80
_MAX_WORDS = 400
# Plane 15 holds the vowel signs as `token_text` spells them.
_NO_TOKEN = re.compile("(?:[^\\w\U000f0000-\U000fffff]|[_\u02d0\u02d1])+")
_SIGNS = str.maketrans({JOINT: " ", FILLER: " "})


@dataclass(frozen=True, slots=True, kw_only=True)
class StoryMarks:
    """What the marks of a story are made of.

    `moment` is when it was published, first seen where that is unknown. `has` and `states` are the words that `has:`
    and `is:` know: `revision`, `picture` …, and `gone`, `free` ….
    """

    source: str
    moment: datetime
    form: str
    states: tuple[str, ...]
    has: tuple[str, ...] = ()
    language: str | None = None
    section: str | None = None
    authors: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()

    def text(self) -> str:
        """Give all marks, parted by blanks."""
        found = [mark("source", self.source), *moment_marks(self.moment), mark("form", self.form)]
        found += [mark("is", state) for state in self.states]
        found += [mark("has", thing) for thing in self.has]
        found += language_marks(self.language)
        if self.section:
            found.append(mark("section", self.section))
        for number, author in enumerate(self.authors):
            # Something between two people, so that no phrase is half of one and half of the other.
            found += [mark("author", "")] * bool(number) + author_marks(author)
        found += [mark("tag", tag) for tag in self.tags]
        return " ".join(found[:_MAX_WORDS])


# Sources, sections, forms and tags come back story after story.
@lru_cache(maxsize=4096)
def mark(name: str, value: str) -> str:
    """Give the mark of a fact. Case, accents, and which signs stand between the words of a value do not count."""
    return name + JOINT + _NO_TOKEN.sub(FILLER, _spelled(value)).strip(FILLER)


def author_marks(name: str) -> list[str]:
    """Give a mark for each word of a person's name; they stand beside each other, so a phrase finds the name."""
    return [f"author{JOINT}{word}" for word in _NO_TOKEN.split(_spelled(name)) if word]


def language_marks(tag: str | None) -> list[str]:
    """Give the marks of a language: of the tag and of everything it is a part of (`en-GB` is `en` too)."""
    parts = tag.replace("_", "-").split("-") if tag else []
    return [mark("language", "-".join(parts[:count])) for count in range(1, len(parts) + 1)]


def moment_marks(moment: datetime) -> list[str]:
    """Give the marks of the day, the month and the year of a moment in UTC."""
    day = moment.astimezone(UTC).date()
    return [_day(day), _month(day.year, day.month), _year(day.year)]


def period_marks(first: date, last: date) -> list[str]:
    """Give the fewest marks that stand for all days from `first` to `last`, both included."""
    found: list[str] = []
    day = first
    while day <= last:
        month_end = day.replace(day=calendar.monthrange(day.year, day.month)[1])
        if day.month == day.day == 1 and date(day.year, 12, 31) <= last:
            found.append(_year(day.year))
            month_end = date(day.year, 12, 31)
        elif day.day == 1 and month_end <= last:
            found.append(_month(day.year, day.month))
        else:
            found.append(_day(day))
            month_end = day
        if month_end == date.max:
            break
        day = month_end + timedelta(days=1)
    return found


def without_signs(text: str) -> str:
    """Take out of a typed text the signs that only marks have."""
    return text.translate(_SIGNS)


def distinct(values: Iterable[str]) -> tuple[str, ...]:
    """Give each value once, in order."""
    return tuple(dict.fromkeys(values))


def _spelled(value: str) -> str:
    return token_text(unicodedata.normalize("NFKC", value[:_MAX_VALUE_CHARACTERS]).lower())


def _day(day: date) -> str:
    return f"day{JOINT}{day.year:04}{day.month:02}{day.day:02}"


def _month(year: int, month: int) -> str:
    return f"month{JOINT}{year:04}{month:02}"


def _year(year: int) -> str:
    return f"year{JOINT}{year:04}"
