"""A live blog's entries: elements of one kind, each with a time of its own, or lines that begin with the time of day.

Times are `time` elements, or bare clocks ("10:42", "9.05 Uhr", "14h30") where there are none; a clock's day is that of
the story. Entries stand in an element each, or flat, one after the other, each up to the next time.
"""

from __future__ import annotations

import re
from datetime import timedelta
from itertools import pairwise
from typing import NamedTuple

from newskeep.dates import parse_date
from newskeep.extract.blocks import is_below
from newskeep.extract.stretch import Reading
from newskeep.extract.tree import Element, text_of
from newskeep.model import PageDate

FEWEST_ENTRIES = 3
"""So many entries make a live blog of a page that calls itself one; of others, twice as many do."""

_MOST_TIMES = 2000
_LONGEST_CLOCK = 24
_MOSTLY = 0.8
_CLOCK = re.compile(
    r"(?P<hour>[01]?\d|2[0-3])\s?(?P<mark>[:.h])\s?(?P<minute>[0-5]\d)(?:[:.][0-5]\d)?"
    r"(?P<zone>\s?(?:(?P<half>[ap])\.?\s?m\.?|(?:uhr|hrs?|h|z|gmt|utc|bst|ces?t|wes?t|ees?t|[ecmp][sd]?t|aes?t|ist|sast|wib|jst|msk|mes?z)\b))?(?P<end>$|\s*[–—|:,-]\s*|\s+)",
    re.IGNORECASE,
)


class Clock(NamedTuple):
    """A passage that begins with a time of day. `text` is what stands behind it, empty where it stands alone."""

    at: int
    hour: int
    minute: int
    text: str


class Entry(NamedTuple):
    """The passages of one entry, `first` up to, not including, `end`."""

    first: int
    end: int
    published: PageDate | None


class _Mark(NamedTuple):
    """A time and the innermost element around it."""

    span: int
    date: PageDate | None


def read_clocks(reading: Reading, *, is_live: bool) -> tuple[Clock, ...]:
    """Find the passages in the story that begin with a time of day, where they are as many and in order as entries."""
    stretch = reading.stretch
    passages = reading.line.passages
    # Hardly any passage begins with a digit, and this is asked of all of them.
    begun = [at for at in range(stretch.first, stretch.end) if passages[at].text[0].isdigit()]
    clocks = [clock for at in begun if (clock := clock_of(at, passages[at].text)) is not None]
    fewest = FEWEST_ENTRIES if is_live else 2 * FEWEST_ENTRIES
    return tuple(clocks) if len(clocks) >= fewest and _is_in_order(clocks) else ()


def clock_of(at: int, text: str) -> Clock | None:
    """Read the time of day that a passage begins with; None where it begins with none."""
    match = _CLOCK.match(text[:_LONGEST_CLOCK]) if text[:1].isdigit() else None
    if match is None:
        return None
    rest = text[match.end() :].strip()
    if rest and match["mark"] == "." and not match["zone"]:
        # "3.50 crowns" is no time.
        return None
    hour = int(match["hour"])
    if match["half"]:
        hour = hour % 12 + (12 if match["half"].lower() == "p" else 0)
    return Clock(at, hour, int(match["minute"]), rest)


def read_entries(
    reading: Reading, clocks: tuple[Clock, ...], *, published: PageDate | None, is_live: bool
) -> tuple[Entry, ...]:
    """Find the entries of a live blog, in reading order; empty where there are too few. `published` is the story's."""
    fewest = FEWEST_ENTRIES if is_live else 2 * FEWEST_ENTRIES
    for marks in (_timed(reading), _clocked(reading, clocks, published)):
        if len(marks) >= fewest:
            entries = _entries(reading, marks)
            if len(entries) >= fewest:
                return entries
    return ()


def _is_in_order(clocks: list[Clock]) -> bool:
    """Do the clocks run forward, or backward, but for a midnight or two?"""
    minutes = [clock.hour * 60 + clock.minute for clock in clocks]
    pairs = list(pairwise(minutes))
    forward = sum(before <= after for before, after in pairs)
    backward = sum(before >= after for before, after in pairs)
    return max(forward, backward) >= _MOSTLY * len(pairs) - 1


def _timed(reading: Reading) -> list[_Mark]:
    if len(reading.page.times) < FEWEST_ENTRIES:
        return []
    span_of = {span.element: at for at, span in enumerate(reading.line.spans)}
    source = reading.page.source
    timezone = source.timezone if source is not None else None
    marks = []
    for time in reading.page.times[:_MOST_TIMES]:
        at = _nearest_span(time, span_of)
        if at is not None and is_below(reading.line, at, reading.stretch.span):
            text = time.get("datetime") or text_of(time)
            marks.append(_Mark(at, parse_date(text, origin="entry time", timezone=timezone)))
    return marks


def _clocked(reading: Reading, clocks: tuple[Clock, ...], published: PageDate | None) -> list[_Mark]:
    passages = reading.line.passages
    return [_Mark(passages[clock.at].span, _date(clock, published, reading)) for clock in clocks]


def _date(clock: Clock, published: PageDate | None, reading: Reading) -> PageDate | None:
    """The time of day on the story's day, in the zone that the story's own time states."""
    if published is None:
        return None
    offset = published.offset_minutes
    day = (published.at + timedelta(minutes=offset or 0)).date()
    text = f"{day.isoformat()}T{clock.hour:02}:{clock.minute:02}"
    if offset is not None:
        text += f"{'-' if offset < 0 else '+'}{abs(offset) // 60:02}:{abs(offset) % 60:02}"
    source = reading.page.source
    return parse_date(text, origin="entry time", timezone=source.timezone if source is not None else None)


def _nearest_span(element: Element, span_of: dict[Element, int]) -> int | None:
    around: Element | None = element
    while around is not None:
        at = span_of.get(around)
        if at is not None:
            return at
        around = around.getparent()
    return None


def _entries(reading: Reading, marks: list[_Mark]) -> tuple[Entry, ...]:
    spans = reading.line.spans
    found = _entry_spans(reading, marks)
    if not found:
        return ()
    text = set(reading.stretch.text)
    # An element that holds no more than one passage of text is a line with the time, not an entry with its text.
    lines = sum(len(text.intersection(range(spans[span].first, spans[span].end))) <= 1 for span, _ in found)
    is_flat = lines > len(found) / 2
    ends = [spans[span].first for span, _ in found[1:]] + [spans[spans[found[0][0]].parent].end]
    return tuple(
        Entry(spans[span].first, end if is_flat else spans[span].end, date)
        for (span, date), end in zip(found, ends, strict=True)
    )


def _entry_spans(reading: Reading, marks: list[_Mark]) -> list[tuple[int, PageDate | None]]:
    """The elements around the times, of the kind that most of them are, in reading order."""
    spans = reading.line.spans
    counts: dict[int, int] = {}
    for mark in marks:
        at = mark.span
        while at >= 0 and at != reading.stretch.span:
            counts[at] = counts.get(at, 0) + 1
            at = spans[at].parent
    found: dict[int, PageDate | None] = {}
    for at, date in marks:
        # The largest element that holds this time alone is the entry.
        while counts.get(at, 0) == 1 and counts.get(spans[at].parent, 0) == 1:
            at = spans[at].parent
        if counts.get(at, 0) == 1:
            found.setdefault(at, date)
    parents: dict[int, int] = {}
    for at in found:
        parents[spans[at].parent] = parents.get(spans[at].parent, 0) + 1
    home = max(parents, key=lambda parent: parents[parent], default=-1)
    return sorted(((at, date) for at, date in found.items() if spans[at].parent == home), key=lambda one: one[0])
