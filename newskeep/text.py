"""Plain text: white space, invisible characters, words and sentences of any language.

Everything here works on strings alone and takes time linear in their length. Words follow one rule for all scripts: a
run of letters and digits is a word, except that Chinese and Japanese, which part no words, count one word a character.
Not here: HTML (`newskeep.extract`), dates (`newskeep.dates`).
"""

from __future__ import annotations

import re
import unicodedata
from html import unescape

# Characters that print nothing: soft hyphen, zero-width space, marks of direction, byte-order marks, control
# characters. The zero-width joiner and non-joiner stay: Persian, Hindi and emoji are spelled with them.
_INVISIBLE = re.compile(
    "[\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f\u00ad\u200b\u200e\u200f\u202a-\u202e\u2060-\u2069\ufeff\ufff9-\ufffb]"
)
_UNSPACED = "\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\uff66-\uff9f\U00020000-\U0003ffff"
_WORD = re.compile(rf"[{_UNSPACED}]|[^\W_{_UNSPACED}]+")
_ASCII_WORD = re.compile(r"[a-z0-9]+")
_WESTERN_WORDS = bytes(byte if _WORD.match(bytes((byte,)).decode("cp1252", "replace")) else 0x20 for byte in range(256))
_UNSPACED_CHARACTER = re.compile(f"[{_UNSPACED}]")

# A sentence ends at a full stop with white space behind it, or at one of the marks that need none.
_SENTENCE_END = re.compile(r"""[.!?…؟।۔]+["'”’»«)\]]*(?=\s)|[。！？]+[」』）”]*""")


def word_set(listed: str) -> frozenset[str]:
    """Make a set of the words in a string, for lists that read better as lines than as a row of quotes."""
    return frozenset(listed.split())


_ABBREVIATIONS = word_set(
    """abs al art bzw ca cf co corp dr etc evtl fig gen gov hon hr ing jr lt ltd max min mio mr mrs ms mt nr no p pp
    prof rep rev sen sgt sr sra st str tel u usw vgl vs z zzgl"""
)


def strip_invisible(text: str) -> str:
    """Drop the characters that print nothing (soft hyphens, zero-width spaces, marks of direction, controls)."""
    return text if text.isprintable() else _INVISIBLE.sub("", text)


def fold_space(text: str | None) -> str:
    """Make every run of white space one blank, with none at the ends; invisible characters go. None gives ''."""
    if not text:
        return ""
    folded = " ".join(text.split())
    return folded if folded.isprintable() else " ".join(strip_invisible(folded).split())


def plain_words(text: str | None) -> str:
    """Turn text that may still hold HTML entities, even doubly escaped, into folded plain text."""
    if not text:
        return ""
    if "&" in text:
        text = unescape(unescape(text))
    return fold_space(text)


def words(text: str) -> list[str]:
    """List the words in lower case; a Chinese or Japanese character is a word of its own."""
    return _WORD.findall(text.lower())


def count_words(text: str) -> int:
    """Count the words as `words` lists them."""
    try:
        # Ten times as fast as matching, for the languages that these 256 characters are enough for.
        return len(
            (text.encode("ascii") if text.isascii() else text.encode("cp1252")).translate(_WESTERN_WORDS).split()
        )
    except UnicodeEncodeError:
        return len(_WORD.findall(text))


def comparison_key(text: str | None) -> str:
    """Give a form under which texts that differ in case, punctuation, width or white space alone are equal."""
    if not text:
        return ""
    if text.isascii():
        return " ".join(_ASCII_WORD.findall(text.lower()))
    return " ".join(_WORD.findall(unicodedata.normalize("NFKC", text).casefold()))


def fold_marks(text: str) -> str:
    """Drop accents and other combining marks and the case: `Février` gives `fevrier`."""
    if text.isascii():
        return text.lower()
    parts = unicodedata.normalize("NFKD", text.casefold())
    return "".join(mark for mark in parts if not unicodedata.combining(mark)).replace("ı", "i").replace("ł", "l")


def is_unspaced(text: str) -> bool:
    """Is most of this text written in a script that parts no words (Chinese, Japanese)?"""
    return len(_UNSPACED_CHARACTER.findall(text)) * 2 > len("".join(text.split())) > 0


def sentences(text: str) -> tuple[str, ...]:
    """Split text into its sentences, folded; initials, ordinals and common abbreviations end none.

    The split is made for comparing texts: it depends on nothing but the sentence and what stands beside it, so the same
    sentence comes out the same wherever it stands.
    """
    found: list[str] = []
    start = 0
    for match in _SENTENCE_END.finditer(text):
        if match[0][0] == "." and _is_abbreviation(text, match):
            continue
        _append(found, text[start : match.end()])
        start = match.end()
    _append(found, text[start:])
    return tuple(found)


def _append(found: list[str], sentence: str) -> None:
    folded = fold_space(sentence)
    if folded:
        found.append(folded)


def _is_abbreviation(text: str, stop: re.Match[str]) -> bool:
    if len(stop[0]) > 1:
        return False
    following = text[stop.end() : stop.end() + 8].lstrip()
    if following and following[0].islower():
        return True
    before = re.search(r"[^\W_]+$", text[max(0, stop.start() - 12) : stop.start()])
    if before is None:
        return False
    word = before[0]
    return (len(word) == 1 and word.isalpha()) or word.lower() in _ABBREVIATIONS or (word.isdigit() and len(word) <= 2)


def counted(value: int, one: str, many: str | None = None) -> str:
    """Write a number with its thing: `1 story`, `1,234 stories`. `many` None is `one` with an s."""
    return f"{value:,} {one if value == 1 else many or one + 's'}"
