"""Beginnings of words, spelled out: `harb*` as the words of the index that begin so, where there are few enough.

FTS5 reads everything there is of all words that begin so before it gives the first story, which takes half a second at
a million stories. Words that are named one by one it reads as far as is asked for. Where too many begin so, the
commonest of them, as the newest stories have them, tell whether more stories match than are counted anyway.
"""

from __future__ import annotations

import re
import sqlite3
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from newskeep.marks import JOINT

SMALL_ARCHIVE = 50_000
"""Below so many stories, FTS5's own way takes a few hundredths of a second at most."""
_MOST_WORDS = 250
_SAMPLED_STORIES = 250
_FEWEST_SAMPLED = 10
"""A beginning that fewer of the sampled stories have is rare enough for FTS5's own way."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Spelled:
    """The words that begin in some way; `is_whole` tells whether there are no others."""

    words: tuple[str, ...]
    is_whole: bool


def spell(connection: sqlite3.Connection, beginning: str) -> Spelled | None:
    """Give the words of the stories' index that a beginning stands for; None where FTS5 is to look for them itself."""
    start = beginning.lower()
    if not start.isascii() or not start.isalnum() or story_rows(connection) < SMALL_ARCHIVE:
        return None
    words = list(_words(connection, start))
    if len(words) <= _MOST_WORDS:
        return Spelled(words=tuple(words), is_whole=True)
    stories, common = _sampled(connection, start)
    return Spelled(words=common, is_whole=False) if stories >= _FEWEST_SAMPLED else None


def story_rows(connection: sqlite3.Connection) -> int:
    """Tell how many stories the index holds, as it keeps count itself, without counting them."""
    found = connection.execute("SELECT block FROM stories_fts_data WHERE id = 1").fetchone()
    count = 0
    # SQLite's own way to write a number: seven bits a byte, the highest bit says that another follows.
    for byte in found[0][:9] if found and found[0] else b"":
        count = count << 7 | byte & 0x7F
        if byte < 0x80:
            break
    return count


def _words(connection: sqlite3.Connection, start: str) -> Iterator[str]:
    """The words with a beginning, in order, up to one more than are spelled out; marks are no words."""
    _open_vocabulary(connection)
    following, count = start, 0
    while count <= _MOST_WORDS:
        # One at a time, and each from behind the last: the vocabulary would go through all places of a word first.
        found = connection.execute(_NEXT_WORD, (following,)).fetchone()
        if found is None or not found[0].startswith(start):
            return
        name, joint, _ = found[0].partition(JOINT)
        following = name + (chr(ord(JOINT) + 1) if joint else "\x01")
        if not joint:
            yield name
            count += 1


def _open_vocabulary(connection: sqlite3.Connection) -> None:
    if connection.execute("SELECT 1 FROM sqlite_temp_schema WHERE name = 'story_vocabulary'").fetchone():
        return
    (is_read_only,) = connection.execute("PRAGMA query_only").fetchone()
    # A table of the connection's own, in memory: nothing is written to the archive.
    connection.execute("PRAGMA query_only = OFF")
    try:
        connection.execute("CREATE VIRTUAL TABLE temp.story_vocabulary USING fts5vocab(main, stories_fts, instance)")
    finally:
        connection.execute(f"PRAGMA query_only = {is_read_only}")


def _sampled(connection: sqlite3.Connection, start: str) -> tuple[int, tuple[str, ...]]:
    """How many of the newest stories have such a word, and which are the commonest there."""
    pattern, found, stories = re.compile(rf"\b{start}\w*"), Counter[str](), 0
    for headline, standfirst, captions, text in connection.execute(_NEWEST, (_SAMPLED_STORIES,)):
        words = pattern.findall(f"{headline} {standfirst} {captions} {text}".lower())
        stories += bool(words)
        found.update(dict.fromkeys(words, 1))
    return stories, tuple(word for word, _ in found.most_common(_MOST_WORDS))


_NEXT_WORD = "SELECT term FROM temp.story_vocabulary WHERE term >= ? LIMIT 1"
_NEWEST = "SELECT headline, standfirst, captions, text FROM stories ORDER BY id DESC LIMIT ?"
