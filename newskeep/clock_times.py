"""Times of day and their zones as texts write them: `16:48`, `4.48 pm`, `18 Uhr`, `+02:00`, `CEST`.

Used by `newskeep.dates`, which finds the day; what stands here knows no days but for the zones whose offset depends on
one.
"""

from __future__ import annotations

import re
from datetime import datetime
from typing import NamedTuple
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from newskeep.month_names import AFTERNOON_WORDS, MORNING_WORDS, ZONE_MINUTES, ZONE_PLACES
from newskeep.text import fold_marks

_FARTHEST_OFFSET_MINUTES = 14 * 60

_CLOCK = re.compile(
    # Not the beginning of a day: 05.04.2025.
    r"(?<![\d.:])([01]?\d|2[0-4])\s?(?:[:.hH時时시点點ч]|giờ)\s?([0-5]\d)(?!\d)(?!\.(?:19|20)\d\d(?!\d))"
    r"(?:\s?[:.′分분m]\s?([0-5]\d)(?!\d))?(?:[.,]\d{1,9})?"
)
_BARE_HOUR = re.compile(r"(?<![\d.:])([01]?\d|2[0-4])\s?(?:(?=[ap]\.?\s?m\b)|uhr\b|h(?:rs)?\b|時|시|点)", re.IGNORECASE)
_HALF_OF_DAY = re.compile(r"([ap])\.?\s?m\b\.?", re.IGNORECASE)
_OFFSET = re.compile(r"\s*(?:\(?(?:GMT|UTC)\s?)?([+\-−–])\s?(\d{1,2})(?::?([0-5]\d))?(?!\d)")
_ZONE_PLACE = re.compile(r"\s*\[?([A-Z][A-Za-z]+/[A-Z][A-Za-z_]+)\]?")
_ZONE_NAME = re.compile(r"\s*\(?([A-Za-z]{1,4})(?![\w/])")


class Clock(NamedTuple):
    """A time of day, `second` None where it is not given, and where it ends in its text."""

    hour: int
    minute: int
    second: int | None
    end: int


def find_clock(text: str) -> Clock | None:
    """Find the first time of day in a text."""
    match = _CLOCK.search(text)
    if match:
        hour, minute = int(match[1]), int(match[2])
        second = int(match[3]) if match[3] else None
    else:
        match = _BARE_HOUR.search(text)
        if match is None:
            return None
        hour, minute, second = int(match[1]), 0, None
    end = match.end()
    half = _HALF_OF_DAY.match(text, end + (text[end : end + 1] == " "))
    if half:
        end = half.end()
        is_afternoon: bool | None = half[1] in "pP"
    else:
        is_afternoon, end = _half_of_day(text, match.start(), end)
    if is_afternoon and hour < 12:
        hour += 12
    elif is_afternoon is False and hour == 12:
        hour = 0
    return Clock(hour, minute, second, end) if hour < 24 or minute == 0 else None


def _half_of_day(text: str, start: int, end: int) -> tuple[bool | None, int]:
    """Is a word for morning or afternoon beside a time of day? True for afternoon, None for neither."""
    before = text[max(0, start - 12) : start].split()
    after = re.match(r"\s?([^\W\d][^\s\d,;)]*)", text[end : end + 12])
    words = [(before[-1], end)] if before else []
    if after:
        words.append((after[1], end + after.end()))
    for word, stop in words:
        folded = fold_marks(word).replace(".", "")
        if folded in AFTERNOON_WORDS or folded in MORNING_WORDS:
            return folded in AFTERNOON_WORDS, stop
    return None, end


def stated_offset(tail: str, local: datetime) -> int | None:
    """The zone that follows a time of day, in minutes east of UTC."""
    match = _OFFSET.match(tail)
    if match:
        minutes = int(match[2]) * 60 + int(match[3] or 0)
        if minutes <= _FARTHEST_OFFSET_MINUTES:
            return minutes if match[1] == "+" else -minutes
    match = _ZONE_PLACE.match(tail)
    if match:
        return _offset_in(match[1], local)
    match = _ZONE_NAME.match(tail)
    if match is None:
        return None
    name = match[1].lower()
    if name in ZONE_PLACES and match[1].isupper():
        return _offset_in(ZONE_PLACES[name], local)
    return ZONE_MINUTES.get(name)


def _offset_in(place: str, local: datetime) -> int | None:
    try:
        distance = local.replace(tzinfo=ZoneInfo(place)).utcoffset()
    except (ZoneInfoNotFoundError, ValueError):
        return None
    return int(distance.total_seconds() // 60) if distance is not None else None
