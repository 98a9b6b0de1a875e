"""What differs between two readings of a story, word by word: by field, and in the text by paragraph.

Equal paragraphs are matched first, then the words between them. Both use the same method: what stands once on either
side and on both is an anchor (Bram Cohen's "patience" idea), and only the gaps between anchors are compared pair by
pair. So fifty thousand words take a moment, whatever they are, and the answer stays readable. A Chinese or Japanese
character is a word. How much a change weighs is said in `newskeep.change_weight`.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import pairwise

from newskeep.digests import content_of
from newskeep.model import StoryDraft

# A gap of so many pairs is compared pair by pair; a larger one without an anchor is shown as replaced.
_MOST_PAIRS = 40_000
_MOST_DEPTH = 24
_BREAK = "\n"
_UNSPACED = "\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\uff66-\uff9f\U00020000-\U0003ffff"
# Numbers and compounds stay whole (1,200 and mother-in-law), other signs stand for themselves.
_TOKEN = re.compile(rf"\n|[{_UNSPACED}]|[^\W_{_UNSPACED}]+(?:['’.,-][^\W_{_UNSPACED}]+)*|\S")


class Mark(StrEnum):
    """What became of some words."""

    SAME = "same"
    REMOVED = "removed"
    ADDED = "added"


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """Some words in a row. The pieces that are not REMOVED give the new text, those not ADDED the old one."""

    mark: Mark
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PartDiff:
    """One field or paragraph that changed. `paragraph` counts the new text's from 1, the old one's where it is gone.

    It is None outside the text.
    """

    field: str
    pieces: tuple[Piece, ...]
    paragraph: int | None = None

    @property
    def before(self) -> str:
        """The old words."""
        return "".join(piece.text for piece in self.pieces if piece.mark is not Mark.ADDED).strip()

    @property
    def after(self) -> str:
        """The new words."""
        return "".join(piece.text for piece in self.pieces if piece.mark is not Mark.REMOVED).strip()

    @property
    def is_whole(self) -> bool:
        """Is all of it new, or all of it gone?"""
        return len({piece.mark for piece in self.pieces}) == 1


@dataclass(frozen=True, slots=True, kw_only=True)
class StoryDiff:
    """All that changed, fields in the order of `digests.content_of`. The counts are of words, signs left out."""

    parts: tuple[PartDiff, ...]
    words_added: int
    words_removed: int


def diff_drafts(before: StoryDraft, after: StoryDraft) -> StoryDiff:
    """Compare two readings of a story in the fields by which a revision is told."""
    old, new = content_of(before), content_of(after)
    parts: list[PartDiff] = []
    for name in dict.fromkeys(("headline", *old, *new)):
        one, other = old.get(name, ()), new.get(name, ())
        if one != other:
            parts += _diff_lines(name, _lines(one), _lines(other))
    marks = [(piece.mark, count_words(piece.text)) for part in parts for piece in part.pieces]
    return StoryDiff(
        parts=tuple(parts),
        words_added=sum(count for mark, count in marks if mark is Mark.ADDED),
        words_removed=sum(count for mark, count in marks if mark is Mark.REMOVED),
    )


def diff_words(before: str, after: str) -> tuple[Piece, ...]:
    """Compare two texts word by word; white space between words does not count."""
    return _pieces(before, after, [_TOKEN.findall(before), _TOKEN.findall(after)])


def count_words(text: str) -> int:
    """Count the words as they are compared: runs of letters and digits, and Chinese and Japanese characters."""
    return sum(token[0].isalnum() for token in _TOKEN.findall(text))


def matches(a: Sequence[str], b: Sequence[str]) -> list[tuple[int, int]]:
    """Pair the places at which two sequences agree, in order; takes time about linear in their length."""
    found: list[tuple[int, int]] = []
    stack = [(0, len(a), 0, len(b), 0)]
    while stack:
        a_start, a_end, b_start, b_end, depth = stack.pop()
        while a_start < a_end and b_start < b_end and a[a_start] == b[b_start]:
            found.append((a_start, b_start))
            a_start, b_start = a_start + 1, b_start + 1
        while a_start < a_end and b_start < b_end and a[a_end - 1] == b[b_end - 1]:
            a_end, b_end = a_end - 1, b_end - 1
            found.append((a_end, b_end))
        if a_start == a_end or b_start == b_end:
            continue
        anchors = _anchors(a, b, (a_start, a_end, b_start, b_end)) if depth < _MOST_DEPTH else []
        if anchors:
            edges = [(a_start - 1, b_start - 1), *anchors, (a_end, b_end)]
            found += anchors
            stack += [(low[0] + 1, high[0], low[1] + 1, high[1], depth + 1) for low, high in pairwise(edges)]
        elif (a_end - a_start) * (b_end - b_start) <= _MOST_PAIRS:
            found += _common(a[a_start:a_end], b[b_start:b_end], a_start, b_start)
    found.sort()
    return found


def _anchors(a: Sequence[str], b: Sequence[str], span: tuple[int, int, int, int]) -> list[tuple[int, int]]:
    """The longest row of things that stand once on either side, in the same order on both."""
    a_start, a_end, b_start, b_end = span
    places = _once(b, b_start, b_end)
    pairs = [(place, places[token]) for token, place in _once(a, a_start, a_end).items() if token in places]
    pairs.sort()
    tails: list[int] = []
    last: list[int] = []
    before: list[int] = []
    for number, (_, place) in enumerate(pairs):
        at = bisect_left(tails, place)
        before.append(last[at - 1] if at else -1)
        if at == len(tails):
            tails.append(place)
            last.append(number)
        else:
            tails[at], last[at] = place, number
    row: list[tuple[int, int]] = []
    number = last[-1] if last else -1
    while number >= 0:
        row.append(pairs[number])
        number = before[number]
    return row[::-1]


def _once(tokens: Sequence[str], start: int, end: int) -> dict[str, int]:
    """Where each thing stands that stands once; signs alone are no anchor."""
    places: dict[str, int] = {}
    for place in range(start, end):
        token = tokens[place]
        places[token] = -1 if token in places else place
    return {token: place for token, place in places.items() if place >= 0 and token[:1].isalnum()}


def _common(a: Sequence[str], b: Sequence[str], a_at: int, b_at: int) -> list[tuple[int, int]]:
    """The longest common subsequence of two short sequences, by the table of all pairs."""
    width = len(b) + 1
    rows = [[0] * width]
    for token in reversed(a):
        below = rows[-1]
        row = [0] * width
        for place in range(len(b) - 1, -1, -1):
            row[place] = below[place + 1] + 1 if token == b[place] else max(below[place], row[place + 1])
        rows.append(row)
    rows.reverse()
    found: list[tuple[int, int]] = []
    i = j = 0
    while i < len(a) and j < len(b):
        if a[i] == b[j]:
            found.append((a_at + i, b_at + j))
            i, j = i + 1, j + 1
        elif rows[i + 1][j] >= rows[i][j + 1]:
            i += 1
        else:
            j += 1
    return found


def _lines(content: str | tuple[str, ...]) -> list[str]:
    # A list's items are lines of one block; they are compared as the paragraphs they look like.
    texts = (content,) if isinstance(content, str) else content
    return [line for text in texts for line in text.split("\n") if line]


def _diff_lines(name: str, before: list[str], after: list[str]) -> list[PartDiff]:
    parts: list[PartDiff] = []
    is_counted = name == "text"
    a_at = b_at = 0
    for a_place, b_place in [*matches(before, after), (len(before), len(after))]:
        if a_place > a_at or b_place > b_at:
            parts += _diff_gap(name, before[a_at:a_place], after[b_at:b_place], (a_at, b_at) if is_counted else None)
        a_at, b_at = a_place + 1, b_place + 1
    return parts


def _diff_gap(name: str, before: list[str], after: list[str], at: tuple[int, int] | None) -> list[PartDiff]:
    """Compare what stands between equal paragraphs as one text, so that a paragraph split in two is no change."""
    one, other = _BREAK.join(before), _BREAK.join(after)
    parts: list[PartDiff] = []
    old, new = at or (0, 0)
    line: list[Piece] = []
    for piece in (*_pieces(one, other, [_TOKEN.findall(one), _TOKEN.findall(other)]), None):
        texts = piece.text.split(_BREAK) if piece else ["", ""]
        for place, text in enumerate(texts):
            if place:
                parts += _part(name, line, (old, new) if at else None)
                line = []
                old += piece is None or piece.mark is not Mark.ADDED
                new += piece is None or piece.mark is not Mark.REMOVED
            if text and piece:
                line.append(Piece(mark=piece.mark, text=text))
    return parts


def _part(name: str, line: list[Piece], at: tuple[int, int] | None) -> list[PartDiff]:
    marks = {piece.mark for piece in line if piece.text.strip()}
    if not marks - {Mark.SAME}:
        return []
    number = None if at is None else (at[0] if marks == {Mark.REMOVED} else at[1]) + 1
    return [PartDiff(field=name, pieces=tuple(line), paragraph=number)]


def _pieces(before: str, after: str, tokens: list[list[str]]) -> tuple[Piece, ...]:
    old, new = tokens
    found = matches(old, new)
    pieces: list[Piece] = []
    old_edges, new_edges = _edges(before, old), _edges(after, new)
    i = j = 0
    for a_place, b_place in [*found, (len(old), len(new))]:
        removed = before[old_edges[i] : old_edges[a_place]]
        added = after[new_edges[j] : new_edges[b_place]]
        _add_change(pieces, removed, added)
        if a_place < len(old):
            _add(pieces, Mark.SAME, after[new_edges[b_place] : new_edges[b_place + 1]])
        i, j = a_place + 1, b_place + 1
    return tuple(pieces)


def _edges(text: str, tokens: list[str]) -> list[int]:
    """Where each token begins; the white space behind a token belongs to it."""
    edges: list[int] = []
    at = 0
    for token in tokens:
        at = text.index(token, at)
        edges.append(at)
        at += len(token)
    return [*edges, len(text)]


def _add_change(pieces: list[Piece], removed: str, added: str) -> None:
    """Add what changed, with the blank behind it outside where both sides have it."""
    tail = " " if removed.endswith(" ") and added.endswith(" ") else ""
    _add(pieces, Mark.REMOVED, removed.removesuffix(tail))
    _add(pieces, Mark.ADDED, added.removesuffix(tail))
    _add(pieces, Mark.SAME, tail)


def _add(pieces: list[Piece], mark: Mark, text: str) -> None:
    if not text:
        return
    if pieces and pieces[-1].mark is mark:
        text = pieces.pop().text + text
    pieces.append(Piece(mark=mark, text=text))
