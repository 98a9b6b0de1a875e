"""The byline and the dateline among the lines around a headline that no name of an element gives away.

What the page declares tells them: a line that names the authors is the byline, one that holds the day of publication,
or of the last change, is the dateline. One line may be both; then it is cut where the names end or begin.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import timedelta
from typing import TypeAlias

from newskeep.dates import parse_date
from newskeep.extract.authors import byline_of, without_date
from newskeep.extract.bylines import tidy_byline
from newskeep.extract.lines import parted_line
from newskeep.extract.page_dates import without_reading_time
from newskeep.extract.printed import Line
from newskeep.extract.site_names import SiteNames, squash
from newskeep.model import PageDate
from newskeep.month_names import MONTHS
from newskeep.text import fold_marks

Authors: TypeAlias = tuple[str, ...]

_LONGEST_DATELINE = 120
_LONGEST_BYLINE = 100
_LONGEST_BESIDE = 60
_MOST_OTHER_WORDS = 8
_NUMBER = re.compile(r"\d+")
_DIGIT = re.compile(r"\d")
_BY_AT_END = re.compile(r"[\s|·•,;/–-]*(?:\b(?:by|von|par|por|door|di|av|af|oleh|przez)\b:?\s*)?$", re.IGNORECASE)
# In other languages a month.
_AGO = re.compile(r"\bago\b")
_STROKES = " |·•,;:/–—-"
# A page may state its day in another zone than the one in which it prints it.
_SLACK = timedelta(hours=36)


def printed_authors(
    byline: str | None, lines: Sequence[Line], declared: Sequence[str], site: SiteNames | None
) -> Authors:
    """The people in the printed byline where nothing around the headline prints any of the declared authors; else ().

    A page may declare the editor, or who put the story into the system.
    """
    if byline is None or site is None or not declared or len(byline) > _LONGEST_BYLINE:
        return ()
    letters = squash(f"{byline} {' '.join(line.text for line in lines)}")
    if any(squash(name) in letters or squash(name.split()[-1]) in letters for name in declared if squash(name)):
        return ()
    return byline_of([byline], site, origin="printed byline", is_strict=True).people


def find_byline(lines: Sequence[Line], authors: Sequence[str], site: SiteNames | None) -> str | None:
    """The first of the lines that names all of the authors, else some, and says little else; None where none does."""
    keys = [key for name in authors if len(key := squash(name)) > 3]
    best: tuple[int, str] | None = None
    for line in lines:
        letters = squash(line.text)
        named = sum(key in letters for key in keys)
        if not named or (best is not None and named <= best[0]):
            continue
        text, _ = _parted(_text_of(line), authors)
        text = tidy_byline(text, authors, site) or ""
        if text and len(text) <= sum(map(len, authors)) + _LONGEST_BESIDE:
            best = (named, text)
    return best[1] if best is not None else None


def find_dateline(
    lines: Sequence[Line], dates: Sequence[PageDate | None], authors: Sequence[str], *, language: str | None
) -> str | None:
    """The first of the lines that holds the day of one of the dates, without authors and reading time; None: none."""
    known = [date for date in dates if date is not None]
    for line in lines:
        if not known or _DIGIT.search(line.text) is None:
            continue
        _, text = _parted(_text_of(line), authors)
        text = without_reading_time(text)
        is_short = 0 < len(text) <= _LONGEST_DATELINE and _is_little_else(text)
        if is_short and any(_is_day_of(text, date, language) for date in known):
            return text
    return None


def _text_of(line: Line) -> str:
    return parted_line(line.element, line.text)


def _parted(text: str, authors: Sequence[str]) -> tuple[str, str]:
    """A line as what names the authors and what holds the date; the whole line as both where it names none."""
    folded = text.casefold()
    places = [at for name in authors if (at := folded.find(name.casefold())) >= 0]
    digit = _DIGIT.search(text)
    if not places or digit is None:
        return text, text
    if min(places) < digit.start():
        before = without_date(text)
        return before, text[len(before) :].strip(_STROKES)
    # The date comes first.
    label = _BY_AT_END.search(text, 0, min(places))
    cut = label.start() if label is not None else min(places)
    return text[cut:].strip(_STROKES), text[:cut].strip(_STROKES)


def _is_little_else(text: str) -> bool:
    others = (word for word in text.split() if _DIGIT.search(word) is None and not _is_month(word))
    return sum(len(word) > 1 for word in others) <= _MOST_OTHER_WORDS


def _is_month(word: str) -> bool:
    return fold_marks(word).strip(".,") in MONTHS


def _is_day_of(text: str, date: PageDate, language: str | None) -> bool:
    """Does a text hold the day of a date? Where it gives no year, its month by name and the day's number will do."""
    printed = parse_date(text, origin="", timezone=None, language=language)
    if printed is not None:
        return abs(printed.at - date.at) <= _SLACK
    if _AGO.search(text) or not any(map(_is_month, text.split())):
        return False
    days = {(date.at + timedelta(minutes=date.offset_minutes or 0) + timedelta(days=by)).day for by in (-1, 0, 1)}
    return any(int(number) in days for number in _NUMBER.findall(text) if len(number) <= 2)
