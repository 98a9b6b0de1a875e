"""Pages that come as plain text: a story, then teasers under a heading, as text dumps of news pages read.

Nothing marks the parts but their order and wording: headline, picture text (the alternative text and the caption, often
the same line twice), credit, paragraphs; then a line such as "More from …" and other stories' pictures, credits and
first paragraphs. Such a dump names no address and, for teasers, no headline: both stay None.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from newskeep.extract import wording
from newskeep.extract.credits import clean_credit, is_empty_caption
from newskeep.extract.judge import is_sentence
from newskeep.extract.sites.cards import kind_of_heading
from newskeep.model import Block, BlockKind, Picture, StoryDraft, Teaser
from newskeep.text import fold_space

_BLANK_LINES = re.compile(r"\n[ \t\r\f\v]*\n\s*")
_BULLET = re.compile(r"^[•·▪◦‣*–-]\s+")
_AGENCY = re.compile(
    r"\bvia\b|/|\b(?:reuters|getty|dpa|afp|ap|epa|efe|press|photo|images?|courtesy|handout|illustration|shutterstock|imago|"
    r"tass|xinhua)\b|©",
    re.IGNORECASE,
)
_HOST = re.compile(r"(?:www\.)?[\w-]+\.[a-z]{2,6}")
_LONGEST_CREDIT_WORDS = 10
_LONGEST_HEADING = 60
_LONGEST_CROSSHEAD_WORDS = 9


@dataclass(frozen=True, slots=True, kw_only=True)
class PlainPage:
    """What a plain text says: one story and the teasers below it. `story` is None where there is no text."""

    story: StoryDraft | None
    teasers: tuple[Teaser, ...] = ()


def read_plain(text: str) -> PlainPage:
    """Read a page of plain text."""
    paragraphs = [folded for part in _BLANK_LINES.split(text) if (folded := fold_space(part))]
    if not paragraphs:
        return PlainPage(story=None)
    cut = next((at for at, line in enumerate(paragraphs) if at and _is_heading_of_others(line)), len(paragraphs))
    return PlainPage(story=_story(paragraphs[:cut]), teasers=_teasers(paragraphs[cut:]))


def _is_heading_of_others(line: str) -> bool:
    return len(line) <= _LONGEST_HEADING and not is_sentence(line) and wording.MORE_HEADING.match(line) is not None


def _story(paragraphs: list[str]) -> StoryDraft:
    headline, rest = paragraphs[0], paragraphs[1:]
    picture, used = _leading_picture(rest)
    blocks = tuple(_block(line, at, rest[used:]) for at, line in enumerate(rest[used:]))
    return StoryDraft(headline=headline, blocks=blocks, pictures=(picture,) if picture is not None else ())


def _leading_picture(lines: list[str]) -> tuple[Picture | None, int]:
    """The picture above the text, and the number of lines that told of it."""
    if len(lines) > 1 and lines[0] == lines[1]:
        credit = clean_credit(lines[2]) if len(lines) > 2 and is_credit(lines[2]) else None
        return Picture(url=None, alt=lines[0], caption=lines[1], credit=credit, lead=True), 3 if credit else 2
    if len(lines) > 2 and is_credit(lines[1]) and not is_credit(lines[0]):
        return Picture(url=None, caption=lines[0], credit=clean_credit(lines[1]), lead=True), 2
    return None, 0


def _block(line: str, at: int, lines: list[str]) -> Block:
    is_short = len(line.split()) <= _LONGEST_CROSSHEAD_WORDS and not is_sentence(line)
    if is_short and at + 1 < len(lines):
        return Block(kind=BlockKind.CROSSHEAD, text=line, level=2)
    return Block(kind=BlockKind.PARAGRAPH, text=line)


def is_credit(line: str) -> bool:
    """Does a line of its own read as a picture's credit?"""
    bare = _BULLET.sub("", line)
    if is_empty_caption(line):
        return False
    if len(bare.split()) > _LONGEST_CREDIT_WORDS or is_sentence(bare):
        return False
    return bare != line or _AGENCY.search(bare) is not None


def _teasers(lines: list[str]) -> tuple[Teaser, ...]:
    teasers: list[Teaser] = []
    heading: str | None = None
    block = 0
    at = 0
    while at < len(lines):
        if _is_heading_of_others(lines[at]):
            heading = lines[at]
            block += 1
            at += 1
            continue
        picture, texts, at = _next_teaser(lines, at)
        if texts or picture is not None:
            teasers.append(
                Teaser(
                    kind=kind_of_heading(heading),
                    slot=len(teasers) + 1,
                    block=block,
                    heading=heading,
                    standfirst=" ".join(texts) or None,
                    picture=picture,
                )
            )
    return tuple(teasers)


def _next_teaser(lines: list[str], at: int) -> tuple[Picture | None, list[str], int]:
    """One teaser from here: its picture's caption and credit, its paragraphs, and where the next one begins."""
    picture = None
    if is_empty_caption(lines[at]):
        # A film's teaser: all that is left of its player is this line, and at times the player's host below it.
        at += 2 if at + 1 < len(lines) and _HOST.fullmatch(lines[at + 1]) else 1
    elif at + 1 < len(lines) and is_credit(lines[at + 1]) and not is_credit(lines[at]):
        picture = Picture(url=None, caption=lines[at], credit=clean_credit(lines[at + 1]))
        at += 2
    texts: list[str] = []
    while at < len(lines):
        starts_next = at + 1 < len(lines) and is_credit(lines[at + 1])
        if _is_heading_of_others(lines[at]) or is_empty_caption(lines[at]):
            break
        if starts_next and (texts or picture is not None):
            break
        texts.append(lines[at])
        at += 1
    return picture, texts, at
