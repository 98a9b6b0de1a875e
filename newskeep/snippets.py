"""Snippets: a piece of a story's text around what was looked for, with the matches marked.

The index knows words by tokens, and some scripts by pairs of characters; people want to see the text itself. So the
words are found again here in the text as it stands, without regard to case, accents and width, in time linear in it.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from typing import NamedTuple

from newskeep.neighbours import CLOSE_LETTERS, Run, is_close, runs_of, words_among
from newskeep.search_terms import Words

MATCH_START, MATCH_END = "\x02", "\x03"
"""What stands around a match; no stored text holds them, so they can be replaced by any markup."""

_WIDTH, _CLOSE_WIDTH = 220, 90
"""Characters of a snippet; fewer in scripts that say more with each."""
_MOST_CHARACTERS = 200_000
_MOST_MATCHES = 2_000
_REACH = 24
"""So many characters a cut may be moved to a better place."""
# A letter or digit of a script that parts words.
_LETTER = rf"[^\W_{CLOSE_LETTERS}]"
_IS_LETTER = re.compile(_LETTER).match
_WORD = re.compile(r"[^\W_]+")
_NOT_ASCII = re.compile(r"[^\x00-\x7f]")
_WIDTHLESS = "[\u00ad\u200b-\u200d\u2060\ufeff]*"
_BREAK = re.compile(r"\s|(?<=[。、，！？；：])")


class _Match(NamedTuple):
    """Where something was found, and the number of what was looked for."""

    begin: int
    end: int
    number: int


class Snippets:
    """Makes the snippets of one search."""

    def __init__(self, words: Iterable[Words]) -> None:
        patterns = dict.fromkeys(pattern for term in words for pattern in _patterns(term))
        self._patterns = tuple((re.compile(pattern.text), pattern.is_inside) for pattern in patterns)
        self._weights = tuple(pattern.weight for pattern in patterns)

    def of(self, texts: Sequence[str | None]) -> str:
        """Cut the piece with the most of what is looked for out of these texts, the first of equal ones.

        Where nothing is found it is the beginning of the first text there is; '' where there is none.
        """
        kept = [text[:_MOST_CHARACTERS] for text in texts if text]
        best, best_weight = "", 0
        for text in kept:
            matches = self._matches(text)
            begin, end, weight = _densest(matches, _width(text), self._weights)
            if weight > best_weight:
                best, best_weight = _cut(text, begin, end, matches), weight
        return best or (_cut(kept[0], 0, 0, []) if kept else "")

    def marked(self, text: str) -> str:
        """Mark every match in a text."""
        return _marked(text, 0, len(text), self._matches(text))

    def _matches(self, text: str) -> list[_Match]:
        folded, found = _folded(text), []
        for number, (pattern, is_inside) in enumerate(self._patterns):
            for match in islice(pattern.finditer(folded), _MOST_MATCHES):
                begin = match.start()
                # Looked at here and not in the pattern: one that begins with letters is found many times as fast.
                if is_inside or begin == 0 or not _IS_LETTER(folded, begin - 1):
                    found.append(_Match(begin, match.end(), number))
        return _apart(found)


def _apart(matches: list[_Match]) -> list[_Match]:
    """The matches in order, without those that begin inside another; of two at one place the longer."""
    kept: list[_Match] = []
    for match in sorted(matches, key=lambda match: (match.begin, -match.end)):
        if not kept or match.begin >= kept[-1].end:
            kept.append(match)
    return kept


class _Pattern(NamedTuple):
    """A regular expression over folded text. `is_inside` says that it may begin inside a word."""

    text: str
    is_inside: bool
    weight: int = 4


def _patterns(words: Words) -> Iterator[_Pattern]:
    """What the index finds by these words."""
    if is_close(words.text):
        for run in runs_of(words.text):
            yield _run_pattern(run)
            # Its pieces are found apart too, but one character by itself would mark half the text.
            pieces = [piece for text in words_among(run) for piece in runs_of(text)] if run.is_close else []
            yield from (_run_pattern(piece)._replace(weight=1) for piece in pieces if len(piece.text) > 1)
        return
    parts = [re.escape(part) for part in _WORD.findall(_folded(words.text))]
    if parts:
        ending = f"{_LETTER}*" if words.is_beginning else ""
        yield _Pattern(r"[\W_]+".join(parts) + rf"{ending}(?!{_LETTER})", is_inside=False)


def _run_pattern(run: Run) -> _Pattern:
    if run.is_close:
        return _Pattern(_WIDTHLESS.join(map(re.escape, _folded(run.text))), is_inside=True)
    return _Pattern(rf"{re.escape(_folded(run.text))}(?!{_LETTER})", is_inside=False)


def _densest(matches: list[_Match], width: int, weights: Sequence[int]) -> tuple[int, int, int]:
    """The stretch of at most `width` characters with the most different things found: begin, end, their weight."""
    best = (0, 0, 0)
    inside: Counter[int] = Counter()
    last = weight = 0
    for first, match in enumerate(matches):
        while last < len(matches) and (last == first or matches[last].end - match.begin <= width):
            number = matches[last].number
            weight += 0 if inside[number] else weights[number]
            inside[number] += 1
            last += 1
        if weight > best[2]:
            best = (match.begin, matches[last - 1].end, weight)
        inside[match.number] -= 1
        weight -= 0 if inside[match.number] else weights[match.number]
    return best


def _cut(text: str, begin: int, end: int, matches: list[_Match]) -> str:
    """The text from somewhat before `begin` to somewhat behind `end`, cut where it hurts least."""
    spare = max(0, _width(text) - (end - begin))
    start = max(0, begin - spare // 3)
    stop = min(len(text), max(end, start + _width(text)))
    if start > 0:
        gap = _BREAK.search(text, start, min(begin, start + _REACH))
        start = gap.end() if gap else _before_a_sign(text, start)
    if stop < len(text):
        gaps = list(_BREAK.finditer(text, max(end, stop - _REACH), stop))
        stop = gaps[-1].start() if gaps else max(end, _before_a_sign(text, stop))
    ends = ("…" * (start > 0), "…" * (stop < len(text)))
    return ends[0] + " ".join(_marked(text, start, stop, matches).split()) + ends[1]


def _marked(text: str, start: int, stop: int, matches: list[_Match]) -> str:
    parts: list[str] = []
    place = start
    for match in matches:
        if start <= match.begin and match.end <= stop:
            parts += [text[place : match.begin], MATCH_START, text[match.begin : match.end], MATCH_END]
            place = match.end
    return "".join([*parts, text[place:stop]])


def _before_a_sign(text: str, place: int) -> int:
    """The nearest place at or before this one where no vowel sign is torn from its letter."""
    while place > 0 and unicodedata.category(text[place])[0] == "M":
        place -= 1
    return place


def _width(text: str) -> int:
    return _CLOSE_WIDTH if is_close(text[:_WIDTH]) else _WIDTH


def _folded(text: str) -> str:
    """The text in lower case, without accents, in usual width; as many characters as before."""
    if text.isascii():
        return text.lower()
    if is_close(text[:_WIDTH]):
        return text.translate(_FOLDING)
    # Where few characters need the table, asking it for those alone is several times as fast.
    return _NOT_ASCII.sub(_fold_one, text).lower()


def _fold_one(found: re.Match[str]) -> str:
    return _FOLDING[ord(found[0])]


class _Folding(dict[int, str]):
    """A table for `str.translate` that works out each character when it is first met."""

    def __missing__(self, code: int) -> str:
        character = unicodedata.normalize("NFKC", chr(code))
        if len(character) > 1:
            character = chr(code)
        if not is_close(character):
            character = unicodedata.normalize("NFD", character)[0].lower()[0]
        self[code] = character
        return character


_FOLDING = _Folding()
