"""Stretches of a body that stand for themselves: a live blog's entries, or several short stories under one headline.

A live blog's entries are elements of one kind, each with a time of its own. Several short stories show by crossheads:
the headline lists them and the body begins with one, or rules part the stories, or the series is known to be made so.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from newskeep.dates import parse_date
from newskeep.extract import wording
from newskeep.extract.blocks import is_below
from newskeep.extract.stretch import Reading
from newskeep.extract.tree import Element, text_of
from newskeep.model import Block, BlockKind, PageDate, Part

_FEWEST_ENTRIES = 3
_FEWEST_STORIES = 2
_MOST_PARTS = 400
_MOST_TIMES = 2000
_SEPARATOR = re.compile(r"[,;|–—]|\band\b|\bund\b|\by\b|\bet\b|\be\b|&")


@dataclass(frozen=True, slots=True, kw_only=True)
class Placing:
    """The blocks of a body with the passage each begins with, side by side."""

    blocks: list[Block]
    places: list[int]

    def between(self, first: int, end: int) -> tuple[int, int]:
        """The first block, and the number of blocks, that begin in these passages."""
        inside = [at for at, place in enumerate(self.places) if first <= place < end]
        return (inside[0], len(inside)) if inside else (0, 0)


def read_parts(reading: Reading, placing: Placing, *, is_live: bool, label: str) -> tuple[Part, ...]:
    """Find the parts of a body; empty where it is one piece. `label` is the kicker and headline of the story."""
    entries = _entries(reading, placing)
    if len(entries) >= (_FEWEST_ENTRIES if is_live else 2 * _FEWEST_ENTRIES):
        return entries
    return _short_stories(reading, placing, label)


def _entries(reading: Reading, placing: Placing) -> tuple[Part, ...]:
    """One part for each element that is of one kind with others and holds one time and some text."""
    spans = _entry_spans(reading)
    parts = []
    for span, time in spans[:_MOST_PARTS]:
        held = reading.line.spans[span]
        first, count = placing.between(held.first, held.end)
        if count:
            parts.append(_entry(reading, placing, time, first, count))
    return tuple(parts)


def _entry(reading: Reading, placing: Placing, time: Element, first: int, count: int) -> Part:
    block = placing.blocks[first]
    headline = block.text if block.kind is BlockKind.CROSSHEAD else None
    return Part(headline=headline, published=_time(reading, time), first_block=first, block_count=count)


def _time(reading: Reading, time: Element) -> PageDate | None:
    text = time.get("datetime") or text_of(time)
    source = reading.page.source
    return parse_date(text, origin="entry time", timezone=source.timezone if source is not None else None)


def _entry_spans(reading: Reading) -> list[tuple[int, Element]]:
    """The elements around the times in the story, of the kind that most of them are, in reading order."""
    span_of = {span.element: at for at, span in enumerate(reading.line.spans)}
    found: dict[int, Element] = {}
    counts: dict[int, int] = {}
    timed = []
    for time in reading.page.times[:_MOST_TIMES]:
        at = _nearest_span(time, span_of)
        if at is None or not is_below(reading.line, at, reading.stretch.span):
            continue
        timed.append((at, time))
        while at >= 0 and at != reading.stretch.span:
            counts[at] = counts.get(at, 0) + 1
            at = reading.line.spans[at].parent
    for at, time in timed:
        # The largest element that holds this time alone is the entry.
        while counts.get(at, 0) == 1 and counts.get(reading.line.spans[at].parent, 0) == 1:
            at = reading.line.spans[at].parent
        if counts.get(at, 0) == 1:
            found.setdefault(at, time)
    parents: dict[int, int] = {}
    for at in found:
        parent = reading.line.spans[at].parent
        parents[parent] = parents.get(parent, 0) + 1
    home = max(parents, key=lambda parent: parents[parent], default=-1)
    return sorted((at, time) for at, time in found.items() if reading.line.spans[at].parent == home)


def _nearest_span(element: Element, span_of: dict[Element, int]) -> int | None:
    around: Element | None = element
    while around is not None:
        at = span_of.get(around)
        if at is not None:
            return at
        around = around.getparent()
    return None


def _short_stories(reading: Reading, placing: Placing, label: str) -> tuple[Part, ...]:
    heads = _story_heads(placing)
    if len(heads) < _FEWEST_STORIES:
        return ()
    # A digest's headline names its stories one after the other, and none of them needs an introduction.
    listed = heads[0] == 0 and len(_SEPARATOR.findall(label)) >= len(heads) - 1
    if not (listed or _ruled(reading, placing, heads) or wording.SHORT_STORIES.search(label)):
        return ()
    ends = [*heads[1:], len(placing.blocks)]
    return tuple(
        Part(headline=placing.blocks[first].text, published=None, first_block=first, block_count=end - first)
        for first, end in zip(heads, ends, strict=True)
    )


def _story_heads(placing: Placing) -> list[int]:
    """The crossheads of the highest level there is that have text below them."""
    heads = [at for at, block in enumerate(placing.blocks[:-1]) if block.kind is BlockKind.CROSSHEAD]
    heads = [at for at in heads if placing.blocks[at + 1].kind is not BlockKind.CROSSHEAD]
    top = min((placing.blocks[at].level or 2 for at in heads), default=2)
    return [at for at in heads if (placing.blocks[at].level or 2) == top]


def _ruled(reading: Reading, placing: Placing, heads: list[int]) -> bool:
    """Does a rule stand right above most of the crossheads but the first?"""
    rules = {rule.at for rule in reading.line.rules}
    ruled = sum(1 for at in heads[1:] if placing.places[at] in rules)
    return ruled * 2 > len(heads) - 1
