"""Words of scripts that part none: every two neighbouring characters as one token, for a tokenizer that knows blanks.

Chinese, Japanese, Korean, Thai, Lao, Khmer and Burmese are searched by their neighbours: `東京都` is indexed as the
words `東京`, `京都`, `都`, so that any two characters of it are found, one character as a beginning, and more as a
phrase. Words in other letters that stand among such characters keep their place as words: `2026年` is `2026`, `6年`,
`年`. The index itself needs nothing but SQLite's own tokenizer. Not here: how a query is put together
(`storage.query`).
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import pairwise, zip_longest

# Letters, their marks and digits of the scripts that part no words. Hangul is here for its endings, which are written
# on the word.
CLOSE_LETTERS = (
    "\u0e01-\u0e3a\u0e40-\u0e4e\u0e50-\u0e59\u0e81-\u0edf"  # Thai, Lao
    "\u1000-\u1049\u1050-\u109d\ua9e0-\ua9fe\uaa60-\uaa76\uaa7a-\uaa7f"  # Burmese
    "\u1780-\u17d3\u17d7\u17dc\u17dd\u17e0-\u17e9\u1980-\u19da\u1a20-\u1a99"  # Khmer, Tai Lue, Tai Tham
    "\u1100-\u11ff\u3131-\u318e\ua960-\ua97c\uac00-\ud7fb\uffa0-\uffdc"  # Hangul
    "\u3005-\u3007\u3021-\u3029\u303b\u3041-\u309a\u309d-\u309f\u30a1-\u30fa\u30fc-\u312f\u31a0-\u31bf\u31f0-\u31ff"
    "\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\uff66-\uff9f\U00020000-\U000323af"  # Han, Kana, Bopomofo
)
"""The inside of a character class of a regular expression."""
_CLOSE_CHARACTER = re.compile(f"[{CLOSE_LETTERS}]")
_RUN = re.compile(rf"(?:[{CLOSE_LETTERS}]|[^\W_])+")
_ALL_CLOSE = re.compile(f"[{CLOSE_LETTERS}]+")
_UNIT = re.compile(rf"[{CLOSE_LETTERS}]|(?:(?![{CLOSE_LETTERS}])[^\W_])+")
# Where those scripts have signs that `token_text` spells otherwise: not in Han, Kana and Hangul.
_SIGNED = re.compile("[\u0e00-\u1aff\u3099\u309a\ua9e0-\uaa7f]")
# Thai and Khmer pages part words by characters without width; what is typed has none.
_WIDTHLESS = dict.fromkeys(map(ord, "\u00ad\u200b\u200c\u200d\u2060\ufeff"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """Letters and digits with nothing between them, as somebody typed them.

    `tokens` stand side by side in the index where the run has characters of a script that parts no words; else they are
    the word itself. `is_close` tells which. With `is_beginning`, the last one stands for all tokens that begin so.
    """

    text: str
    tokens: tuple[str, ...]
    is_close: bool
    is_beginning: bool = False


def is_close(text: str) -> bool:
    """Is any character of this text of a script that parts no words?"""
    return not text.isascii() and _CLOSE_CHARACTER.search(text) is not None


def neighbours(texts: Iterable[str | None]) -> str | None:
    """Give the tokens of these texts, parted by blanks; None where nothing in them needs neighbours.

    Runs of other letters alone are left out: the tokenizer finds those by itself. No phrase reaches over the end of a
    run.
    """
    found: list[str] = []
    for text in texts:
        if text and is_close(text):
            for run in _RUN.findall(fold_close(text)):
                if _CLOSE_CHARACTER.search(run):
                    found += _tokens(run, with_last=True)
    joined = " ".join(found)
    return (token_text(joined) if _SIGNED.search(joined) else joined) if found else None


def runs_of(text: str) -> tuple[Run, ...]:
    """Split what somebody looks for into its runs."""
    return tuple(_run(run) for run in _RUN.findall(fold_close(text)))


def words_among(run: Run) -> tuple[str, ...]:
    """Split a run by script: the words in other letters, and the stretches between them."""
    return tuple(re.findall(rf"[{CLOSE_LETTERS}]+|(?:(?![{CLOSE_LETTERS}])[^\W_])+", run.text))


def fold_close(text: str) -> str:
    """Give the one form of characters that are written in several: wide and narrow, with their marks or beside them."""
    folded = unicodedata.normalize("NFKC", text.translate(_WIDTHLESS)).lower()
    # The one vowel of Thai and Lao that this takes apart is one key and one sign to everybody who writes it.
    return folded.replace("\u0e4d\u0e32", "\u0e33").replace("\u0ecd\u0eb2", "\u0eb3")


def token_text(text: str) -> str:
    """Spell characters that SQLite's tokenizer takes for blanks, vowel signs above all, by private ones.

    The same in the index and in a query, so nobody sees them.
    """
    return text if text.isascii() else text.translate(_SPELLING)


class _Spelling(dict[int, int]):
    """A table for `str.translate` that works out each character when it is first met."""

    def __missing__(self, code: int) -> int:
        # The tokenizer drops the accents of Latin, Greek and Cyrillic by itself.
        is_sign = 0x370 <= code <= 0xFFFF and unicodedata.category(chr(code)) in ("Mn", "Mc")
        self[code] = 0xF0000 + code if is_sign else code
        return self[code]


_SPELLING = _Spelling()


def _run(text: str) -> Run:
    if _CLOSE_CHARACTER.search(text) is None:
        return Run(text=text, tokens=(text,), is_close=False)
    tokens = _tokens(text, with_last=False) or [text]
    # A single letter or digit at an end may be a part of a word, as in the second half of `2026年` or the first of
    # `新iPhone`; a longer one at the end may be the beginning of a word.
    if len(tokens) > 1 and len(tokens[0]) == 1:
        del tokens[0]
    if len(tokens) > 1 and len(tokens[-1]) == 1:
        del tokens[-1]
    is_beginning = len(text) == 1 or _CLOSE_CHARACTER.match(text[-1]) is None
    return Run(text=text, tokens=tuple(map(token_text, tokens)), is_close=True, is_beginning=is_beginning)


def _tokens(run: str, *, with_last: bool) -> list[str]:
    if _ALL_CLOSE.fullmatch(run):
        found = [first + second for first, second in pairwise(run)]
        return [*found, run[-1]] if with_last else found
    units = _UNIT.findall(run)
    found = []
    for unit, following in zip_longest(units, units[1:]):
        is_word = not _CLOSE_CHARACTER.match(unit)
        if is_word:
            found.append(unit)
        if following:
            found.append(unit[-1] + following[0])
        elif with_last and not is_word:
            found.append(unit)
    return found
