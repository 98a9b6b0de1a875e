"""Feed broken pages to the extraction: no crash, no page over its time, no exception but PageError.

    python -m benchmarks.fuzz_extraction [PLACE] [--pages 10000] [--seed N] [--limit 0.3] [--only NUMBER] [--keep DIR]

PLACE is as in `benchmarks.saved_pages`; without it the pages come from the demo site and from `hostile_pages` in small.
Page NUMBER of a seed is the same in every run: `--only` reads that one alone, `--keep` writes every page that failed.
A page is read as a worker reads it, with the garbage collector held off meanwhile. One over the limit of CPU seconds is
read twice more, and the best of the three counts. The exit status is 1 where any failed.
"""

from __future__ import annotations

import argparse
import json
import random
import re
import secrets
import sys
import time
import traceback
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from benchmarks.hostile_pages import URL, hostile_pages
from benchmarks.mutations import mutate
from benchmarks.saved_pages import SavedPage, capture_of, find_pages
from commands.extract import as_plain
from newskeep.errors import ExtractionError, PageError
from newskeep.extract import extract_page
from newskeep.model import Capture, ExtractedPage
from pipelines import garbage

_CONTENT_TYPES = (
    "text/html", "text/html; charset=utf-8", "text/html; charset=iso-8859-1", "text/html; charset=gb2312", "text/plain",
    "text/html; charset=utf-16", "application/xhtml+xml; charset=none", "",
)  # fmt: skip
_FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff]")
_SMALL = 0.01


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """What came of one page: its CPU seconds, and what is wrong, None where nothing is."""

    number: int
    name: str
    seconds: float
    fault: str | None = None


def main() -> None:
    """Run what the command line asks for."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("place", type=Path, nargs="?")
    parser.add_argument("--pages", type=int, default=10_000)
    parser.add_argument("--seed", type=int, default=None)
    parser.add_argument("--limit", type=float, default=0.3, metavar="SECONDS")
    parser.add_argument("--only", type=int, metavar="NUMBER")
    parser.add_argument("--keep", type=Path, metavar="DIR")
    asked = parser.parse_args()
    seed = secrets.randbelow(10**9) if asked.seed is None else asked.seed
    print(f"seed {seed}", flush=True)
    fuzzer = Fuzzer(seeds_of(asked.place), seed)
    numbers = range(asked.pages) if asked.only is None else (asked.only,)
    sys.exit(_run(fuzzer, numbers, asked))


def _run(fuzzer: Fuzzer, numbers: range | tuple[int, ...], asked: argparse.Namespace) -> bool:
    faults: dict[str, list[int]] = {}
    slowest: list[Reading] = []
    spent = 0.0
    for number in numbers:
        reading = fuzzer.read(number, limit=asked.limit)
        spent += reading.seconds
        slowest = sorted([*slowest, reading], key=lambda one: -one.seconds)[:5]
        if reading.fault is None:
            continue
        kind = reading.fault.split("(", 1)[0]
        if kind not in faults:
            print(f"page {number} ({reading.name}): {reading.fault}", flush=True)
        faults.setdefault(kind, []).append(number)
        if asked.keep is not None:
            asked.keep.mkdir(parents=True, exist_ok=True)
            (asked.keep / f"{number}.html").write_bytes(fuzzer.capture(number)[1].body)
    print(f"{len(numbers)} mutated pages of {len(fuzzer.seeds)}, {1000 * spent / len(numbers):.1f} CPU ms a page")
    for reading in slowest:
        print(f"slow: page {reading.number} ({reading.name}) {reading.seconds:.3f} s")
    for kind, found in sorted(faults.items(), key=lambda item: -len(item[1])):
        print(f"{len(found)} times: {kind}   (pages {', '.join(map(str, found[:8]))})")
    print("no fault" if not faults else f"{sum(map(len, faults.values()))} pages failed")
    return bool(faults)


def seeds_of(place: Path | None) -> list[SavedPage]:
    """The pages that are broken: those of a place, or the demo site's and small hostile ones."""
    if place is not None:
        return find_pages(place)
    hostile = (SavedPage(name=name, url=URL, made=body) for name, body in hostile_pages(share=_SMALL))
    return [*find_pages(None), *hostile]


class Fuzzer:
    """Makes page after page out of some, and reads them. A page depends on the seed and its number alone."""

    def __init__(self, seeds: list[SavedPage], seed: int) -> None:
        self.seeds = seeds
        self.seed = seed

    def capture(self, number: int) -> tuple[str, Capture]:
        """The name of the page that was broken, and the capture that it has become."""
        chance = random.Random(f"{self.seed}/{number}")
        page = chance.choice(self.seeds)
        body = mutate(page.body(), chance, [chance.choice(self.seeds).body()])
        headers = (("Content-Type", chance.choice(_CONTENT_TYPES) if chance.random() < 0.2 else "text/html"),)
        return page.name, replace(capture_of(page, body), headers=headers)

    def read(self, number: int, *, limit: float) -> Reading:
        """Read one page, three times where it takes longer than the limit, which is in CPU seconds."""
        name, capture = self.capture(number)
        readings = [read_once(number, name, capture)]
        while readings[0].fault is None and readings[-1].seconds > limit and len(readings) < 3:
            readings.append(read_once(number, name, capture))
        best = min(readings, key=lambda one: one.seconds)
        if best.fault is None and best.seconds > limit:
            return replace(best, fault=f"over its time: {best.seconds:.3f} s, {len(capture.body) // 1000} kB")
        return best


def read_once(number: int, name: str, capture: Capture) -> Reading:
    """Read a capture, and say what is wrong with what came of it."""
    begun = time.process_time()
    page, fault = None, None
    with garbage.held_off():
        try:
            page = extract_page(capture, None)
        except ExtractionError as error:
            fault = f"{_where(error)}: {error.__cause__!r}"
        except PageError:
            pass  # a page that is none
        except BaseException as error:  # whatever it is: that is the question
            fault = f"no PageError: {error!r}"
    seconds = time.process_time() - begun
    if page is not None:
        fault = next(wrong_with(page), None)
    return Reading(number=number, name=name, seconds=seconds, fault=fault)


def _where(error: ExtractionError) -> str:
    """The places in the extraction that the fault came through, the innermost two."""
    cause = error.__cause__
    frames = traceback.extract_tb(cause.__traceback__) if cause is not None else []
    ours = [f"{Path(one.filename).name}:{one.lineno} {one.name}" for one in frames]
    return " > ".join(ours[-3:])


def wrong_with(page: ExtractedPage) -> Iterator[str]:
    """What no page may hold, whatever it was made of."""
    text = json.dumps(as_plain(page), ensure_ascii=False)
    # JSON writes control characters as escapes.
    stray = _FORBIDDEN.search(text) or re.search(r"(?<!\\)(?:\\\\)*\\u00[01][0-9a-f]", text)
    if stray:
        yield f"a character that no text may hold: {stray[0]!r} in {text[max(0, stray.start() - 60) : stray.start()]!r}"
    if [one.slot for one in page.teasers] != list(range(1, len(page.teasers) + 1)):
        yield "the slots of the teasers are not 1, 2, 3 …"
    for story in (page.main, *page.further):
        if story is not None and any(not block.text.strip() and block.url is None for block in story.blocks):
            yield "a block without text"


if __name__ == "__main__":
    main()
