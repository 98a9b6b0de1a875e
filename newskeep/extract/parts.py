"""Stretches of a body that stand for themselves: a live blog's entries, or several short stories under one headline.

A live blog's entries are told by their times (`live_entries`). Several short stories show by crossheads:
the headline lists them and the body begins with one, or rules part the stories, or the series is known to be made so.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from newskeep.extract import wording
from newskeep.extract.live_entries import FEWEST_ENTRIES, Clock, Entry, read_entries
from newskeep.extract.stretch import Reading
from newskeep.model import Block, BlockKind, PageDate, Part

_FEWEST_STORIES = 2
_MOST_PARTS = 400
_SEPARATOR = re.compile(r"[,;|–—]|\band\b|\bund\b|\by\b|\bet\b|\be\b|&")

# What papers call their columns of short news, beside `wording.SHORT_STORIES`.
_SERIES = re.compile(
    r"news (?:digest|in short)|daily digest|the day in (?:short|brief)|kurz(?:meldungen|\s?notiert)|"
    r"meldungen (?:vom|des)|nachrichten (?:kompakt|in kürze)|das wichtigste (?:in kürze|vom|des tages)|\bbrèves\b|"
    r"\bbreves\b|l[’']essentiel de|"
    r"notizie in (?:breve|pillole)|notícias em resumo|nieuws in het kort|kort(?:e)? nyheder|\bnotiser\b|\blyhyesti\b|"
    r"w skrócie|ve zkratce|\bröviden\b|pe scurt|kısa kısa|коротко (?:о|за)|главное за|стисло|简讯|短讯|短信|단신",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Placing:
    """The blocks of a body with the passage each begins with, side by side."""

    blocks: list[Block]
    places: list[int]

    def between(self, first: int, end: int) -> tuple[int, int]:
        """The first block, and the number of blocks, that begin in these passages."""
        inside = [at for at, place in enumerate(self.places) if first <= place < end]
        return (inside[0], len(inside)) if inside else (0, 0)


def read_parts(
    reading: Reading,
    placing: Placing,
    clocks: tuple[Clock, ...] = (),
    *,
    is_live: bool,
    label: str,
    published: PageDate | None = None,
) -> tuple[Part, ...]:
    """Find the parts of a body; empty where it is one piece. `label` is the kicker and headline of the story."""
    entries = read_entries(reading, clocks, published=published, is_live=is_live)
    parts = _entry_parts(entries, placing, {clock.at: clock for clock in clocks})
    if len(parts) >= (FEWEST_ENTRIES if is_live else 2 * FEWEST_ENTRIES):
        return parts
    return _short_stories(reading, placing, label)


def _entry_parts(entries: tuple[Entry, ...], placing: Placing, clocks: dict[int, Clock]) -> tuple[Part, ...]:
    """One part for each entry that has text."""
    parts = []
    for entry in entries[:_MOST_PARTS]:
        first, count = placing.between(entry.first, entry.end)
        if count:
            headline = _headline(placing.blocks[first], clocks.get(placing.places[first]))
            parts.append(Part(headline=headline, published=entry.published, first_block=first, block_count=count))
    return tuple(parts)


def _headline(block: Block, clock: Clock | None) -> str | None:
    """An entry's headline without the time that may stand before it."""
    if block.kind is not BlockKind.CROSSHEAD:
        return None
    return clock.text if clock is not None and clock.text else block.text


def _short_stories(reading: Reading, placing: Placing, label: str) -> tuple[Part, ...]:
    heads = _story_heads(placing)
    if len(heads) < _FEWEST_STORIES:
        return ()
    # A digest's headline names its stories one after the other, and none of them needs an introduction.
    listed = heads[0] == 0 and len(_SEPARATOR.findall(label)) >= len(heads) - 1
    is_series = wording.SHORT_STORIES.search(label) or _SERIES.search(label)
    if not (listed or is_series or _ruled(reading, placing, heads)):
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
