"""Do two readings tell the same story? The one measure that identity and revisions share.

It looks at the words alone: how much of the shorter text stands in the longer one, and how many of a headline's words
are in the other. Words follow `newskeep.text`, so a Chinese or Japanese character counts as one. Copies across sources
are not judged here; that takes sentences (`near_duplicates`).
"""

from __future__ import annotations

from dataclasses import dataclass

from newskeep.text import comparison_key, words

# A story that was edited keeps most of its text; measured on edited copies, unrelated stories share under 2 %.
_CLEAR_SHARE = 0.25
_ANY_SHARE = 0.05
_ANY_HEADLINE_SHARE = 0.3
# Below so many runs of three words, a text says too little to be judged by.
_ENOUGH_RUNS = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class Telling:
    """A story's headline (None where there is none) and its text ('' where there is none)."""

    headline: str | None
    text: str


def clearly_agree(a: Telling, b: Telling) -> bool:
    """Is this surely one story? Enough of the text is the same or, where there is hardly any, the whole headline."""
    share = text_share(a.text, b.text)
    if share is not None:
        return share >= _CLEAR_SHARE
    key = comparison_key(a.headline)
    return bool(key) and key == comparison_key(b.headline)  # a headline of spaces tells nothing


def partly_agree(a: Telling, b: Telling) -> bool:
    """Does anything of headline and text agree? Two tellings too short to be compared are taken to agree."""
    text = text_share(a.text, b.text)
    headline = headline_share(a.headline, b.headline)
    if text is None and headline is None:
        return True
    return (text or 0.0) >= _ANY_SHARE or (headline or 0.0) >= _ANY_HEADLINE_SHARE


def text_share(a: str, b: str) -> float | None:
    """Give the part (0 to 1) of the shorter text's runs of three words that stands in the other; None if too short."""
    runs_a, runs_b = _runs(a), _runs(b)
    shorter = min(len(runs_a), len(runs_b))
    if shorter < _ENOUGH_RUNS:
        return None
    return len(runs_a & runs_b) / shorter


def headline_share(a: str | None, b: str | None) -> float | None:
    """Give the part (0 to 1) of the shorter headline's words that is in the other; None where one is missing."""
    words_a, words_b = _telling_words(a), _telling_words(b)
    if not words_a or not words_b:
        return None
    return len(words_a & words_b) / min(len(words_a), len(words_b))


def _telling_words(headline: str | None) -> set[str]:
    """The longer words; where there are none (Chinese, Japanese), all of them."""
    found = words(headline or "")
    return {word for word in found if len(word) > 3} or set(found)


def _runs(text: str) -> set[tuple[str, str, str]]:
    found = words(text)
    return set(zip(found, found[1:], found[2:], strict=False))
