"""From what somebody types to what FTS5 understands: pure, and safe for any input.

Words are all wanted; `"a phrase"` stands together; `elect*` is a beginning; `-word` or `NOT word` excludes; `OR` joins
its two neighbours. Everything else, stray quotes, brackets, `AND`, colons, is searched as words or dropped.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from newskeep.errors import SearchQueryError
from storage.values import plain

# A phrase in any kind of double quotes, or a run of anything but blanks.
_PIECE = re.compile(r"""(?P<minus>-)?["“”„«»](?P<phrase>[^"“”„«»]*)["“”„«»]?(?P<prefix>\*)?|(?P<word>[^\s"“”„«»]+)""")
_MAX_TERMS = 64
_OPERATION = "search"


@dataclass(frozen=True, slots=True, kw_only=True)
class Term:
    """One thing to look for: FTS5 text in quotes, with a star behind it for a beginning."""

    text: str
    is_excluded: bool


def fts_query(typed: str) -> str:
    """Turn typed words into an FTS5 query; SearchQueryError where nothing in them can be searched."""
    groups: list[list[str]] = []
    excluded: list[str] = []
    joins = negates = False
    for piece in _PIECE.finditer(str(plain(typed.replace("\0", " ")))):
        word = piece["word"]
        if word in ("OR", "|", "||"):
            joins = bool(groups)
        elif word == "NOT":
            negates = True
        elif word not in ("AND", "&", "&&"):
            term = _term(piece)
            if term is None:
                continue
            if term.is_excluded or negates:
                excluded.append(term.text)
            elif joins:
                groups[-1].append(term.text)
            else:
                groups.append([term.text])
            joins = negates = False
    if not groups:
        raise SearchQueryError(_explanation(typed, excluded), operation=_OPERATION)
    return _joined(groups[:_MAX_TERMS], excluded[:_MAX_TERMS])


def is_searchable(text: str) -> bool:
    """Is there a letter or digit in it? The index holds nothing else."""
    return any(character.isalnum() for character in text)


def _term(piece: re.Match[str]) -> Term | None:
    word, phrase = piece["word"], piece["phrase"]
    if word is None:
        return _quoted(phrase, is_prefix=bool(piece["prefix"]), is_excluded=bool(piece["minus"]))
    is_excluded = word[0] == "-" and word[1:2].isalnum()
    return _quoted(word.lstrip("-"), is_prefix=word.endswith("*"), is_excluded=is_excluded)


def _quoted(text: str, *, is_prefix: bool, is_excluded: bool) -> Term | None:
    if not is_searchable(text):
        return None
    # Inside quotes FTS5 splits by its own tokenizer and knows no operators.
    kept = text.rstrip("*").replace('"', " ")
    return Term(text=f'"{kept}" *' if is_prefix else f'"{kept}"', is_excluded=is_excluded)


def _joined(groups: list[list[str]], excluded: list[str]) -> str:
    wanted = " AND ".join(group[0] if len(group) == 1 else f"({' OR '.join(group)})" for group in groups)
    return f"({wanted}) NOT ({' OR '.join(excluded)})" if excluded else wanted


def _explanation(typed: str, excluded: list[str]) -> str:
    if excluded:
        return "only words to leave out are given; add one to look for"
    shown = " ".join(typed.split())[:80]
    return f"there is no word to look for in {shown!r}" if shown else "there is nothing to look for; give a word"
