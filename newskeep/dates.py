"""Times as pages, feeds and addresses write them: text in, `PageDate` out.

Reads ISO 8601 with its usual faults, mail and script forms, epoch seconds and milliseconds, numeric dates and dates
written out in some thirty languages. A date without a year or without a day is no date here, and neither is "two hours
ago": nothing in this module knows what time it is. Which of several dates is the right one is decided elsewhere
(`newskeep.extract`). Every step is bounded: only the first 300 characters of a text are looked at.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from typing import NamedTuple
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from newskeep.clock_times import Clock, find_clock, stated_offset
from newskeep.model import PageDate, Precision
from newskeep.month_names import MONTHS, NATIONAL_MONTHS
from newskeep.text import fold_marks, fold_space, word_set

_LONGEST_TEXT = 300
_LONGEST_DATE = 18  # two of them take more
_FIRST_YEAR, _LAST_YEAR = 1700, 2199
_BUDDHIST_YEARS = range(2443, 2643)
_EARLIEST_EPOCH, _LATEST_EPOCH = 631_152_000, 4_102_444_800  # 1990 and 2100: anything else is some other number
# The languages of countries that write the month first, unless a region says otherwise.
_MONTH_FIRST_TAGS = frozenset({"en", "en-us", "en-ph", "es-us", "fil", "tl"})

# The usual form, read without further search; everything else, and every fault, takes the long way.
_ISO = re.compile(
    r"(\d{4})-(0[1-9]|1[0-2])-(0[1-9]|1\d|2[0-8])[T ]([01]\d|2[0-3]):([0-5]\d)(?::([0-5]\d)(?:\.\d{1,9})?)?"
    r"(?:(Z)|([+-])(0\d|1[0-3]):?([0-5]\d))?"
)
_EPOCH = re.compile(r"(\d{9,10}|\d{12,13}|\d{16})(?:\.\d{1,9})?")
_COMPACT = re.compile(r"(?<!\d)(\d{4})(\d\d)(\d\d)(?:[T ]?(\d\d)(\d\d)(\d\d)?(?:[.,]\d+)?)?(?!\d)")
# Not the year at the end of another date: 05.04.2025 / 06.04.2025.
_YEAR_FIRST = re.compile(r"(?<!\d)(?<!\d[-/.])(\d{4})\s?[-/.‐–]\s?(\d{1,2})\s?[-/.‐–]\s?(\d{1,2})(?!\d)")
_YEAR_LAST = re.compile(r"(?<![\d.:])(\d{1,2})\s?([-/.])\s?(\d{1,2})\s?[-/.]\s?(\d{4}|\d\d)(?![\d:])")
_EAST_ASIAN = re.compile(r"(?:(令和|平成)\s?(\d{1,2}|元)|(\d{4}))\s?[年년]\s?(\d{1,2})\s?[月월]\s?(\d{1,2})\s?[日일]?")
_ERA_START = {"令和": 2018, "平成": 1988}
_VIETNAMESE = re.compile(r"(?<!\d)(\d{1,2})\s+(?:tháng|thg)\.?\s+(\d{1,2}),?\s+(?:năm\s+)?(\d{4})(?!\d)", re.IGNORECASE)
_TOKEN = re.compile(r"\d+|[^\W\d][^\s\d,;:/|()\[\]<>]*")
_ORDINAL_OR_FILLER = word_set("st nd rd th er re e o a ° de del of d m г p gada гада la le den ta el do y")

_WHOLE_DATE = re.compile(
    r"(?<![\d.:])(?:\d{1,2}([-/.])\s?\d{1,2}\1\s?\d{4}|\d{4}-\d\d-\d\d|\d{1,2}\.? [^\W\d_]{3,12}\.?,? \d{4}"
    r"|[^\W\d_]{3,12}\.? \d{1,2}, \d{4})(?!\d)"
)

# The date of C's ctime and Java's toString has the time and zone inside it: Tue Apr 30 16:48:00 CEST 2024.
_YEAR_AT_END = re.compile(r"\b([A-Za-z]{3} \d{1,2}) (\d\d:\d\d:\d\d(?: [A-Z]{1,5}| [+\-]\d{4})?) (\d{4})\b")

_URL_DATES = (
    re.compile(r"[/_.-]((?:19|20)\d\d)[/_.-](\d{1,2})[/_.-](\d{1,2})(?=[/_.?#-]|$)"),
    re.compile(r"/((?:19|20)\d\d)/([a-z]{3,9})/(\d{1,2})(?=[/-])"),
    re.compile(r"[/_.-]((?:19|20)\d\d)(\d\d)(\d\d)(?=[/_.?#-]|$)"),
)


class _Day(NamedTuple):
    """A calendar day, and the text left over once it is taken out."""

    year: int
    month: int
    day: int
    rest: str


class _Beside(NamedTuple):
    """The numbers beside a month's name, and the first and last token of the whole date."""

    year: int
    day: int
    first: int
    last: int


def parse_date(text: str, *, origin: str, timezone: str | None, language: str | None = None) -> PageDate | None:
    """Read the first date in a text, with its time of day and zone where it states them; None where there is none.

    `timezone` is the IANA name of the zone in which a time without one is meant (None, or unknown: UTC). `language`
    (BCP 47) settles what is ambiguous: whether 3/4/2024 is in March, which month `listopad` is.
    """
    raw = fold_space(text[:_LONGEST_TEXT])
    if not any(character.isdigit() for character in raw):
        return None
    usual = _ISO.fullmatch(raw)
    if usual:
        return _from_iso(usual, raw=raw, origin=origin, timezone=timezone)
    plain = _YEAR_AT_END.sub(r"\1 \3 \2", _first_of_two(raw if raw.isascii() else _with_plain_digits(raw)))
    epoch = _EPOCH.fullmatch(plain)
    if epoch:
        return _from_epoch(epoch[1], raw=raw, origin=origin) or _from_text(plain, raw, origin, timezone, language)
    return _from_text(plain, raw, origin, timezone, language)


def date_in_url(url: str, *, origin: str = "url") -> PageDate | None:
    """Read the day that an address carries in its path (`/2024/04/30/`, `/2024/apr/30/`, `-20240430`)."""
    path = url.split("?", 1)[0].lower()
    for pattern in _URL_DATES:
        match = pattern.search(path)
        if match is None:
            continue
        month = int(match[2]) if match[2].isdigit() else MONTHS.get(match[2], 0)
        start = _datetime(int(match[1]), month, int(match[3]), tz=UTC)
        if start is not None:
            raw = match[0].strip("/_.-")
            return PageDate(at=start, offset_minutes=None, precision=Precision.DAY, raw=raw, origin=origin)
    return None


def format_date(date: PageDate, *, timezone: str | None = None) -> str:
    """Write a date in ISO 8601 as the page states it: its own offset, a day alone where no time was given.

    Where the page states no zone the local time is written without one; `timezone` is then the one that
    `parse_date` was given.
    """
    if date.precision is Precision.DAY:
        zone: tzinfo = UTC if date.offset_minutes is None else _fixed(date.offset_minutes)
        return date.at.astimezone(zone).date().isoformat()
    unit = "minutes" if date.precision is Precision.MINUTE else "auto"
    if date.offset_minutes is not None:
        return date.at.astimezone(_fixed(date.offset_minutes)).isoformat(timespec=unit)
    return date.at.astimezone(_zone(timezone)).replace(tzinfo=None).isoformat(timespec=unit)


def _from_epoch(digits: str, *, raw: str, origin: str) -> PageDate | None:
    seconds = int(digits) / {12: 1e3, 13: 1e3, 16: 1e6}.get(len(digits), 1)
    if not _EARLIEST_EPOCH <= seconds <= _LATEST_EPOCH:
        return None
    at = datetime.fromtimestamp(seconds, tz=UTC).replace(microsecond=0)
    return PageDate(at=at, offset_minutes=0, precision=Precision.SECOND, raw=raw, origin=origin)


def _from_iso(match: re.Match[str], *, raw: str, origin: str, timezone: str | None) -> PageDate | None:
    year, month, day, hour, minute = map(int, match.group(1, 2, 3, 4, 5))
    if not _FIRST_YEAR <= year <= _LAST_YEAR:
        return None
    offset = None
    if match[7]:
        offset = 0
    elif match[8]:
        offset = (int(match[9]) * 60 + int(match[10])) * (1 if match[8] == "+" else -1)
    zone = _zone(timezone) if offset is None else _fixed(offset)
    at = datetime(year, month, day, hour, minute, int(match[6] or 0), tzinfo=zone).astimezone(UTC)
    precision = Precision.SECOND if match[6] else Precision.MINUTE
    return PageDate(at=at, offset_minutes=offset, precision=precision, raw=raw, origin=origin)


def _first_of_two(text: str) -> str:
    """Cut a text where a second, other day begins: its time of day is not the first one's."""
    if len(text) <= _LONGEST_DATE:
        return text
    found = list(_WHOLE_DATE.finditer(text))
    return next((text[: other.start()] for other in found[1:] if other[0] != found[0][0]), text)


def _from_text(plain: str, raw: str, origin: str, timezone: str | None, language: str | None) -> PageDate | None:
    day, clock, tail = _split(plain, language)
    if day is None:
        return None
    start = datetime(day.year, day.month, day.day, tzinfo=UTC)
    if clock is None:
        return PageDate(at=start, offset_minutes=None, precision=Precision.DAY, raw=raw, origin=origin)
    # Added, not set: "24:00" is the end of the day.
    local = start + timedelta(hours=clock.hour, minutes=clock.minute, seconds=clock.second or 0)
    offset = stated_offset(tail, local)
    zone = _zone(timezone) if offset is None else _fixed(offset)
    at = local.replace(tzinfo=zone).astimezone(UTC)
    precision = Precision.MINUTE if clock.second is None else Precision.SECOND
    return PageDate(at=at, offset_minutes=offset, precision=precision, raw=raw, origin=origin)


def _split(plain: str, language: str | None) -> tuple[_Day | None, Clock | None, str]:
    """Find the day, then the time of day in what is left, then what follows the time."""
    compact = _COMPACT.search(plain)
    if compact:
        day = _day(int(compact[1]), int(compact[2]), int(compact[3]), plain[compact.end() :])
        if day is not None:
            if compact[4] is None:
                clock = find_clock(day.rest)
                return day, clock, day.rest[clock.end :] if clock else ""
            second = int(compact[6]) if compact[6] else None
            hour, minute = int(compact[4]), int(compact[5])
            clock = Clock(hour, minute, second, 0) if hour <= 24 and minute < 60 and (second or 0) < 60 else None
            return day, clock, day.rest
    day = _numeric_day(plain, language) or _written_day(plain, language)
    if day is None:
        return None, None, ""
    clock = find_clock(day.rest)
    return day, clock, day.rest[clock.end :] if clock else ""


def _numeric_day(text: str, language: str | None) -> _Day | None:
    match = _YEAR_FIRST.search(text)
    if match:
        year, month, number = int(match[1]), int(match[2]), int(match[3])
        if month > 12:
            month, number = number, month
        return _day(year, month, number, _without(text, match))
    match = _EAST_ASIAN.search(text)
    if match:
        year = int(match[3]) if match[3] else _ERA_START[match[1]] + (1 if match[2] == "元" else int(match[2]))
        return _day(year, int(match[4]), int(match[5]), _without(text, match))
    match = _YEAR_LAST.search(text)
    if match:
        number, month, year = int(match[1]), int(match[3]), int(match[4])
        if month > 12 or (number <= 12 and match[2] == "/" and _is_month_first(language)):
            number, month = month, number
        return _day(year + 2000 if year < 100 else year, month, number, _without(text, match))
    return None


def _written_day(text: str, language: str | None) -> _Day | None:
    match = _VIETNAMESE.search(text)
    if match:
        return _day(int(match[3]), int(match[2]), int(match[1]), _without(text, match))
    national = NATIONAL_MONTHS.get((language or "")[:2].lower(), {})
    tokens = list(_TOKEN.finditer(text))
    names = [fold_marks(token[0]).strip(".-–'’“”\"").replace(".", "") for token in tokens]
    for index in range(len(names)):
        month, length = _month(names, index, national)
        if month:
            found = _day_beside(tokens, names, index, index + length)
            if found is not None:
                rest = f"{text[: tokens[found.first].start()]} {text[tokens[found.last].end() :]}"
                day = _day(found.year, month, found.day, rest)
                if day is not None:
                    return day
    return None


def _month(names: list[str], index: int, national: dict[str, int]) -> tuple[int, int]:
    """The month that begins at this token (0 for none), and how many tokens its name has."""
    if index + 1 < len(names):
        month = MONTHS.get(f"{names[index]} {names[index + 1]}", 0)
        if month:
            return month, 2
    name = names[index]
    return national.get(name) or MONTHS.get(name) or MONTHS.get(name.split("-")[0], 0), 1


def _day_beside(tokens: list[re.Match[str]], names: list[str], start: int, end: int) -> _Beside | None:
    """Find day and year around a month's tokens [start, end)."""
    before = _numbers(tokens, names, range(start - 1, max(-1, start - 6), -1))
    after = _numbers(tokens, names, range(end, min(len(tokens), end + 5)))
    if before and len(tokens[before[0]][0]) <= 2:  # 30 April 2024
        number = before[0]
        years = [token for token in after[:1] if len(names[token]) in (2, 4)] or [
            token for token in before[1:2] if len(names[token]) == 4
        ]
    elif after and len(tokens[after[0]][0]) <= 2:  # April 30, 2024 and 2024. április 30.
        number = after[0]
        years = [token for token in (*after[1:2], *before[:1]) if len(names[token]) == 4]
    else:
        return None
    if not years:
        return None
    year = int(names[years[0]])
    first, last = min(start, number, years[0]), max(end - 1, number, years[0])
    return _Beside(year + 2000 if year < 100 else year, int(names[number]), first, last)


def _numbers(tokens: list[re.Match[str]], names: list[str], order: range) -> list[int]:
    """The tokens in this order that are numbers, as far as only fillers stand between."""
    found: list[int] = []
    for index in order:
        if names[index].isdigit():
            if _is_clock_part(tokens[index]):
                break
            found.append(index)
        elif names[index] not in _ORDINAL_OR_FILLER:
            break
    return found


def _is_clock_part(token: re.Match[str]) -> bool:
    """Does this number stand in a time of day (`16:48`)?"""
    text = token.string
    return text[token.end() : token.end() + 1] == ":" or text[max(0, token.start() - 1) : token.start()] == ":"


def _zone(name: str | None) -> tzinfo:
    if not name:
        return UTC
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError):
        return UTC


def _fixed(minutes: int) -> tzinfo:
    return timezone(timedelta(minutes=minutes)) if minutes else UTC


def _day(year: int, month: int, day: int, rest: str) -> _Day | None:
    if year in _BUDDHIST_YEARS:
        year -= 543
    return _Day(year, month, day, rest) if _datetime(year, month, day, tz=UTC) is not None else None


def _datetime(year: int, month: int, day: int, *, tz: tzinfo) -> datetime | None:
    if not _FIRST_YEAR <= year <= _LAST_YEAR:
        return None
    try:
        return datetime(year, month, day, tzinfo=tz)
    except ValueError:
        return None


def _without(text: str, match: re.Match[str]) -> str:
    return f"{text[: match.start()]} {text[match.end() :]}"


def _is_month_first(language: str | None) -> bool:
    return (language or "").lower().replace("_", "-") in _MONTH_FIRST_TAGS


def _with_plain_digits(text: str) -> str:
    """Write decimal digits of any script as 0 to 9."""
    return "".join(str(int(mark)) if mark.isdecimal() and not mark.isascii() else mark for mark in text)
