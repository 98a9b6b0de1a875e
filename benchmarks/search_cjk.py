"""What it costs to find any two neighbouring characters of scripts that part no words, and whether they are found.

    python -m benchmarks.search_cjk [--stories 400]

Invents stories in four scripts, writes them into an index with their neighbours and into one without, and prints the
sizes of both beside the text. Then it looks for pairs of neighbouring characters of a hundred stories: recall, and how
many of the snippets show the pair.
"""

from __future__ import annotations

import argparse
import itertools
import random
import sqlite3
import tempfile
from datetime import UTC, datetime, timedelta
from pathlib import Path

from newskeep.identity import Choice
from newskeep.model import Block, BlockKind, StoryDraft
from newskeep.neighbours import is_close, neighbours
from newskeep.revise import Change, Intent
from newskeep.snippets import MATCH_END, MATCH_START
from storage.archive import Archive
from storage.search import SearchRequest
from storage.stories import Sighting

_LETTERS = {
    "Chinese": [chr(code) for code in range(0x4E00, 0x4E00 + 3500)],
    "Japanese": [chr(code) for code in (*range(0x3042, 0x3094), *range(0x30A2, 0x30F7), *range(0x4E00, 0x4E00 + 1800))],
    "Korean": [chr(code) for code in range(0xAC00, 0xAC00 + 1200)],
    "Thai": [chr(code) for code in (*range(0x0E01, 0x0E2F), *range(0x0E30, 0x0E3A), *range(0x0E40, 0x0E4D))],
}
_NOW = datetime(2026, 11, 22, tzinfo=UTC)
_PAIRS_A_STORY = 20


class Tongue:
    """Invents texts in one script: words of one to three letters, both by Zipf's law, in clauses."""

    def __init__(self, pick: random.Random, letters: list[str]) -> None:
        self._pick = pick
        weights = list(itertools.accumulate(1 / (rank + 2) for rank in range(len(letters))))
        self._words = ["".join(pick.choices(letters, cum_weights=weights, k=pick.randint(1, 3))) for _ in range(9000)]
        self._weights = list(itertools.accumulate(1 / (rank + 5) for rank in range(len(self._words))))

    def text(self, length: int = 1200) -> str:
        """A text of about so many characters."""
        clauses: list[str] = []
        while sum(map(len, clauses)) < length:
            words = self._pick.choices(self._words, cum_weights=self._weights, k=self._pick.randint(3, 9))
            clauses.append("".join(words))
        return "，".join(clauses) + "。"


def index_bytes(texts: list[str], *, with_neighbours: bool) -> int:
    """The size of a full-text index of these texts."""
    with sqlite3.connect(":memory:") as memory:
        options = "content='', tokenize='unicode61 remove_diacritics 2'"
        memory.execute(f"CREATE VIRTUAL TABLE t USING fts5(text, neighbours, {options})")
        rows = [(text, neighbours([text]) if with_neighbours else None) for text in texts]
        memory.executemany("INSERT INTO t VALUES (?, ?)", rows)
        memory.execute("INSERT INTO t(t) VALUES ('optimize')")
        (size,) = memory.execute("SELECT sum(length(block)) FROM t_data").fetchone()
    memory.close()
    return int(size)


def show_sizes(pick: random.Random, count: int) -> None:
    """Print what the neighbours cost, in bytes a byte of text."""
    print(f"{'script':<10} {'text KB':>8} {'index':>7} {'with neighbours':>16} {'column':>7}   (bytes a byte of text)")
    for script, letters in _LETTERS.items():
        tongue = Tongue(pick, letters)
        texts = [tongue.text() for _ in range(count)]
        size = sum(len(text.encode()) for text in texts)
        plain, full = (index_bytes(texts, with_neighbours=wanted) for wanted in (False, True))
        column = sum(len((neighbours([text]) or "").encode()) for text in texts)
        print(f"{script:<10} {size / 1000:>8.0f} {plain / size:>7.2f} {full / size:>16.2f} {column / size:>7.2f}")


def save(archive: Archive, number: int, text: str) -> int:
    """Keep one story; gives its id."""
    draft = StoryDraft(headline=text[:20], blocks=(Block(kind=BlockKind.PARAGRAPH, text=text[20:]),))
    url = f"https://post.example/{number}"
    sighting = Sighting(
        source="post",
        draft=draft,
        choice=Choice(story=None, url=url, aliases=(), rejected=(), rivals=(), reason=""),
        capture_id=1,
        captured_at=_NOW + timedelta(hours=number),
        payload_digest="0",
        extractor_version="1",
    )
    saved = archive.stories.save(Intent(change=Change.NEW, reason="invented"), sighting)
    assert saved is not None
    return saved.story_id


def show_recall(pick: random.Random) -> None:
    """Print how many pairs of neighbouring characters find the story they were taken from."""
    found = shown = asked = 0
    with tempfile.TemporaryDirectory() as folder, Archive(Path(folder)) as archive:
        tongues = [Tongue(pick, letters) for letters in _LETTERS.values()]
        texts = [pick.choice(tongues).text(400) for _ in range(100)]
        with archive.transaction():
            ids = [save(archive, number, text) for number, text in enumerate(texts)]
        for story_id, text in zip(ids, texts, strict=True):
            for _ in range(_PAIRS_A_STORY):
                place = pick.randrange(20, len(text) - 1)
                pair = text[place : place + 2]
                if not all(map(is_close, pair)):
                    continue
                asked += 1
                hits = archive.search.stories(SearchRequest(words=pair, limit=1000)).hits
                own = [hit for hit in hits if hit.story_id == story_id]
                found += bool(own)
                shown += any(f"{MATCH_START}{pair}{MATCH_END}" in hit.snippet for hit in own)
    print(f"{asked} pairs of 100 stories: recall {found / asked:.3f}, shown by the snippet {shown / asked:.3f}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--stories", type=int, default=400)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    pick = random.Random(options.seed)
    show_sizes(pick, options.stories)
    show_recall(pick)


if __name__ == "__main__":
    main()
