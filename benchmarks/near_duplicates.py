"""How many copies are found and how many are claimed falsely, on edits like those that editors make.

    python -m benchmarks.near_duplicates [--texts FILE.jsonl] [--count 1500] [--seed 1] [--index-size 1000000]

Originals are kept in a real archive; each edited copy is then kept too, and counts as found where the archive links it
to its original. `--texts` takes stories from the `text` fields of a JSON-lines file; without it they are invented.
False are links between two originals: pairs chosen by chance, and for every original the three others that share most
of its rarer words (the same topic). Last, the index is filled with hashes of as many stories as asked and queried.
"""

from __future__ import annotations

import argparse
import json
import random
import tempfile
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

from benchmarks.archive_searches import time_calls
from benchmarks.invented_stories import Inventor
from newskeep.identity import Choice
from newskeep.model import Block, BlockKind, StoryDraft
from newskeep.near_duplicates import SKETCH_SIZE, CopyKind, compare, sentence_hashes
from newskeep.revise import Change, Intent
from newskeep.text import sentences, words
from storage.archive import Archive
from storage.connection import open_file
from storage.copies import CopyStore
from storage.news_schema import NEWS
from storage.stories import Sighting

Edit = Callable[[random.Random, list[str]], list[str]]
_NEIGHBOURS = 3
_COPY = 0
"""The id under which an edited copy is kept while it is looked at."""
_HASHES_OF_A_STORY = 30


def main() -> None:
    """Print recall by kind of edit, false links, and the cost of the index."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--texts", type=Path)
    parser.add_argument("--count", type=int, default=1500)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--index-size", type=int, default=1_000_000)
    asked = parser.parse_args()
    rng = random.Random(asked.seed)
    texts = list(_texts(asked.texts, asked.count, asked.seed))
    print(f"seed {asked.seed}: {len(texts)} originals of {sum(map(len, texts)) // len(texts):,} characters")
    with tempfile.TemporaryDirectory() as folder:
        _recall(Path(folder) / "recall", texts, rng)
        _false(texts, rng)
        _index(Path(folder) / "index", asked.index_size, rng)


def _texts(path: Path | None, count: int, seed: int) -> Iterator[str]:
    """Texts with sentences enough to be edited."""
    found = 0
    for text in _read(path) if path else (one.draft.text for one in Inventor(seed).stories(count)):
        paragraphs = [part for part in text.split("\n\n") if part.strip()]
        if len(paragraphs) >= 4 and len(sentence_hashes(text)) >= 6 and found < count:
            found += 1
            yield "\n\n".join(paragraphs)


def _read(path: Path) -> Iterator[str]:
    with path.open(encoding="utf-8") as lines:
        for line in lines:
            yield json.loads(line).get("text") or ""


def _one_sentence_changed(rng: random.Random, parts: list[str]) -> list[str]:
    at = rng.randrange(len(parts))
    said = list(sentences(parts[at]))
    said[rng.randrange(len(said))] = _own(rng)
    return [*parts[:at], " ".join(said), *parts[at + 1 :]]


def _one_paragraph_dropped(rng: random.Random, parts: list[str]) -> list[str]:
    at = rng.randrange(len(parts))
    return parts[:at] + parts[at + 1 :]


def _agency_copy(rng: random.Random, parts: list[str]) -> list[str]:
    return [f"LUNT ({rng.randrange(99)}) {_own(rng)}", *_one_paragraph_dropped(rng, parts), _own(rng)]


def _half_with_own_beginning(rng: random.Random, parts: list[str]) -> list[str]:
    return [f"{_own(rng)} {_own(rng)}", *parts[: (len(parts) + 1) // 2]]


def _grown(rng: random.Random, parts: list[str]) -> list[str]:
    added = [f"{_own(rng)} {_own(rng)}" for _ in range(max(1, len(parts) * 3 // 10))]
    return [*parts, *added]


_EDITS: dict[str, Edit] = {
    "one sentence changed": _one_sentence_changed,
    "one paragraph dropped": _one_paragraph_dropped,
    "agency copy": _agency_copy,
    "first half, own beginning": _half_with_own_beginning,
    "30 % of new text": _grown,
}


def _own(rng: random.Random) -> str:
    thing, place = rng.choice(("heron", "ferry", "tower")), rng.choice(("Lunt", "Osterby", "Mia"))
    return f"Our own reporter counted {rng.randrange(10**6)} visitors at the {thing} of {place} this morning."


def _recall(folder: Path, texts: list[str], rng: random.Random) -> None:
    with Archive(folder) as archive:
        run, store = archive.db.conn.execute, archive.copies
        run("PRAGMA foreign_keys = OFF")
        with archive.transaction():
            ids = {_keep(archive, number, text): number for number, text in enumerate(texts)}
        for name, edit in _EDITS.items():
            found = same = 0
            for number, text in enumerate(texts):
                hashes = sentence_hashes("\n\n".join(edit(rng, text.split("\n\n"))))
                with archive.transaction():
                    store.add(_COPY, hashes, store.related(hashes))
                    kinds = {ids[link.story_id]: link.kind for link in store.of(_COPY)}
                    for table, column in (("sentence_hashes", "story_id"), ("copies", "story_id")):
                        run(f"DELETE FROM {table} WHERE {column} = ?", (_COPY,))
                    run("DELETE FROM copy_clusters")
                found += number in kinds
                same += kinds.get(number) is CopyKind.SAME_TEXT
            print(f"  {name:28} found {found / len(texts):.3%}, as the same text {same / len(texts):.3%}")


def _keep(archive: Archive, number: int, text: str) -> int:
    draft = StoryDraft(
        headline=f"Story {number}",
        blocks=tuple(Block(kind=BlockKind.PARAGRAPH, text=part) for part in text.split("\n\n")),
    )
    url = f"https://paper-{number % 50}.example/{number}"
    sighting = Sighting(
        source=f"paper-{number % 50}",
        draft=draft,
        choice=Choice(story=None, url=url, aliases=(), rejected=(), rivals=(), reason=""),
        capture_id=number,
        captured_at=datetime(2026, 1, 1, tzinfo=UTC) + timedelta(minutes=number),
        payload_digest="",
        extractor_version="1",
    )
    saved = archive.stories.save(Intent(change=Change.NEW, reason="the first capture"), sighting)
    assert saved is not None
    return saved.story_id


def _false(texts: list[str], rng: random.Random) -> None:
    hashes = [sentence_hashes(text) for text in texts]
    chance = [tuple(rng.sample(range(len(texts)), 2)) for _ in range(20_000)]
    for name, pairs in (("the same topic", list(_neighbours(texts))), ("chosen by chance", chance)):
        kinds = Counter(compare(hashes[one], hashes[other]).kind for one, other in pairs)
        wrong = kinds[CopyKind.SAME_TEXT], kinds[CopyKind.RELATED]
        shares = " and ".join(
            f"{count / len(pairs):.3%} {kind}" for count, kind in zip(wrong, ("same", "related"), strict=True)
        )
        print(f"  false, {name:21} {shares} of {len(pairs):,} pairs")


def _neighbours(texts: list[str]) -> Iterator[tuple[int, int]]:
    """For each text the others that share most of its rarer words, each pair once."""
    holders: dict[str, list[int]] = defaultdict(list)
    for number, text in enumerate(texts):
        for word in set(words(text)):
            holders[word].append(number)
    rare = {word: found for word, found in holders.items() if 2 <= len(found) <= max(3, len(texts) // 40)}
    sharing: dict[int, Counter[int]] = defaultdict(Counter)
    for found in rare.values():
        for one in found:
            for other in found:
                if one != other:
                    sharing[one][other] += 1.0 / len(found)  # type: ignore[assignment]  # weights, not counts
    pairs = {
        (min(one, other), max(one, other))
        for one, others in sharing.items()
        for other, _ in others.most_common(_NEIGHBOURS)
    }
    yield from sorted(pairs)


def _index(folder: Path, size: int, rng: random.Random) -> None:
    with closing(open_file(folder, NEWS, read_only=False)) as file:
        run = file.connection
        run.execute("PRAGMA foreign_keys = OFF")
        for start in range(0, size, 10_000):
            run.execute("BEGIN")
            rows = (
                (rng.getrandbits(64) - 2**63, start + number) for number in range(10_000) for _ in range(SKETCH_SIZE)
            )
            run.executemany("INSERT OR IGNORE INTO sentence_hashes VALUES (?, ?)", rows)
            run.execute("COMMIT")
        run.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        known = [one for (one,) in run.execute("SELECT hash FROM sentence_hashes ORDER BY random() LIMIT 4000")]
        store = CopyStore(file)
        calls = [lambda asked=asked: store.candidates(asked) for asked in (_asked(rng, known) for _ in range(1000))]
        megabytes = (folder / NEWS.name).stat().st_size / 1e6
        print(f"  index of {size:,} stories: {megabytes:,.0f} MB, query {time_calls(calls)}")


def _asked(rng: random.Random, known: Iterable[int]) -> frozenset[int]:
    """The hashes of a story of which a few are in the index."""
    fresh = (rng.getrandbits(64) - 2**63 for _ in range(_HASHES_OF_A_STORY))
    return frozenset((*fresh, *rng.sample(list(known), 4)))


if __name__ == "__main__":
    main()
