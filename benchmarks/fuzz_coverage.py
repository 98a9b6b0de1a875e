"""Feed broken pages to the extraction, led by what they reach: atheris keeps each page that ran code none had run.

    python -m benchmarks.fuzz_coverage [PLACE] [--runs 10000] [--seed N] [--kept DIR]

PLACE is as in `benchmarks.saved_pages`; without it the pages that are changed are the demo site's and small hostile
ones. Half of the changes are libFuzzer's own, which are blind to what a page is, half those of `benchmarks.mutations`.
What is wrong with a page is what `benchmarks.fuzz_extraction` holds to be wrong; the first such page ends the run and
is written to DIR (by default, the current folder) as `crash-…`. Time limits are the other fuzzer's business: code that
is watched is slow. Atheris comes with the development dependencies, on Linux and Python 3.11.
"""

from __future__ import annotations

import argparse
import random
import secrets
import sys
import tempfile
from pathlib import Path

_LONGEST = 200_000
_SECONDS_A_PAGE = 60


def main() -> None:
    """Run what the command line asks for; libFuzzer ends the process."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("place", type=Path, nargs="?")
    parser.add_argument("--runs", type=int, default=10_000)
    parser.add_argument("--seed", type=int, default=None)
    parser.add_argument("--kept", type=Path, default=Path(), metavar="DIR")
    asked = parser.parse_args()
    seed = 1 + secrets.randbelow(2**31 - 1) if asked.seed is None else asked.seed
    print(f"seed {seed}", flush=True)
    try:
        import atheris  # a development dependency, where there is one
    except ImportError as error:
        raise SystemExit(f"no atheris here: {error}") from error

    with atheris.instrument_imports(include=["newskeep"], enable_loader_override=False):
        # Only what is imported in here is watched.
        from benchmarks import fuzz_extraction
        from benchmarks.mutations import mutate
        from benchmarks.saved_pages import SavedPage, capture_of

    seeds = [page.body()[:_LONGEST] for page in fuzz_extraction.seeds_of(asked.place)]

    def read(data: bytes) -> None:
        page = SavedPage(name="", url=fuzz_extraction.URL, made=data)
        reading = fuzz_extraction.read_once(0, "", capture_of(page, data))
        if reading.fault is not None:
            raise RuntimeError(reading.fault)

    def change(data: bytes, longest: int, number: int) -> bytes:
        chance = random.Random(number)
        if chance.random() < 0.5:
            return bytes(atheris.Mutate(data, longest))
        return mutate(bytes(data), chance, seeds)[:longest]

    with tempfile.TemporaryDirectory() as corpus:
        for number, body in enumerate(seeds):
            Path(corpus, f"{number}.html").write_bytes(body)
        options = [f"-runs={asked.runs}", f"-seed={seed}", f"-max_len={_LONGEST}", f"-timeout={_SECONDS_A_PAGE}"]
        kept = f"-artifact_prefix={asked.kept.resolve()}/"
        atheris.Setup([sys.argv[0], corpus, *options, kept], read, custom_mutator=change)
        atheris.Fuzz()


if __name__ == "__main__":
    main()
