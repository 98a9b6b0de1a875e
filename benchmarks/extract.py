"""CPU and memory of the extraction, beside trafilatura with metadata on the same pages in the same run.

    python -m benchmarks.extract [PLACE] [--pages N] [--passes 3] [--at-least RATIO] [--slowest SECONDS]

PLACE is a folder of saved pages or of labelled ones (`benchmarks.saved_pages`); without it the invented demo site is
read. Ours reads everything it knows (story, pictures, teasers, metadata with candidates), with the garbage collector
held off while it reads and run when it is done, as in a worker; trafilatura reads text and metadata. Both start from
the page's bytes. The two take turns page by page, and who goes first changes, so that whatever else the machine does
falls on both; compare ratios, not milliseconds. `--at-least` and `--slowest` make it fail where the median ratio, or
our slowest page, is worse.
"""

from __future__ import annotations

import argparse
import gc
import importlib
import logging
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import lxml.html

from benchmarks.saved_pages import SavedPage, capture_of, find_pages
from newskeep.errors import PageError
from newskeep.extract import extract_page
from pipelines import garbage

_ROOT = Path(__file__).resolve().parent.parent
STEPS = (
    ("parse", "newskeep.extract.page", "parse_page"),
    ("metadata", "newskeep.extract.page", "read_metadata"),
    ("family", "newskeep.extract.page", "find_regions"),
    ("body", "newskeep.extract.page", "read_body"),
    ("pictures", "newskeep.extract.body", "read_pictures"),
    ("teasers", "newskeep.extract.page", "find_teasers"),
)
"""Name, module and function of each step; pictures are read within the body and counted apart from it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Side:
    """One extractor and the CPU seconds it spent: a list for each page, a figure for each pass."""

    name: str
    read: Callable[[SavedPage, bytes], object]
    spent: dict[str, list[float]]

    def pass_ms(self, number: int) -> float:
        """CPU milliseconds a page in one pass."""
        return 1000 * statistics.fmean(seconds[number] for seconds in self.spent.values())

    def slowest(self) -> tuple[float, str]:
        """CPU seconds and name of the slowest page, each page at the best of its passes."""
        return max((min(seconds), name) for name, seconds in self.spent.items())


def main() -> None:
    """Measure what the command line asks for."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("place", type=Path, nargs="?")
    parser.add_argument("--pages", type=int, help="read so many pages, spread over the place")
    parser.add_argument("--passes", type=int, default=3)
    parser.add_argument("--at-least", type=float, metavar="RATIO")
    parser.add_argument("--slowest", type=float, metavar="SECONDS")
    parser.add_argument("--worker", action="store_true", help=argparse.SUPPRESS)
    asked = parser.parse_args()
    pages = spread(find_pages(asked.place), asked.pages)
    if asked.worker:
        _work(pages)
        return
    import trafilatura  # only here: a worker's memory is measured without it

    size = statistics.fmean(len(page.body()) for page in pages) / 1000
    print(f"{len(pages)} pages, {size:.0f} kB on average; {asked.passes} passes; trafilatura {trafilatura.__version__}")
    sides = _measure(pages, asked.passes)
    ratios = _print_sides(sides, asked.passes)
    _print_steps(pages)
    _print_memory(asked)
    _fail_where_worse(statistics.median(ratios), sides[0].slowest()[0], asked)


def spread(pages: list[SavedPage], count: int | None) -> list[SavedPage]:
    """So many of the pages, evenly over all of them."""
    if count is None or count >= len(pages):
        return pages
    return [pages[at * len(pages) // count] for at in range(count)]


def _measure(pages: list[SavedPage], passes: int) -> list[Side]:
    import trafilatura

    def read_theirs(page: SavedPage, body: bytes) -> object:
        return trafilatura.bare_extraction(body, url=page.url, with_metadata=True)

    logging.getLogger("trafilatura").setLevel(logging.CRITICAL)
    sides = [
        Side(name="newskeep", read=read_ours, spent={page.name: [] for page in pages}),
        Side(name="trafilatura", read=read_theirs, spent={page.name: [] for page in pages}),
        Side(name="bare lxml parse", read=_parse_bare, spent={page.name: [] for page in pages}),
    ]
    for page in pages[:5]:
        for side in sides:
            side.read(page, page.body())
    for number in range(passes):
        for at, page in enumerate(pages):
            body = page.body()
            for side in sides if (number + at) % 2 else sides[::-1]:
                gc.collect(1)  # so that neither side clears up after the other
                begun = time.process_time()
                side.read(page, body)
                side.spent[page.name].append(time.process_time() - begun)
    return sides


def read_ours(page: SavedPage, body: bytes) -> object:
    """Read a page as a worker does (`pipelines.worker`); a page that cannot be read costs what it costs."""
    with garbage.held_off():
        try:
            return extract_page(capture_of(page, body), None)
        except PageError as error:
            return error


def _parse_bare(page: SavedPage, body: bytes) -> object:
    return lxml.html.document_fromstring(body, parser=lxml.html.HTMLParser(encoding="utf-8"))


def _print_sides(sides: list[Side], passes: int) -> list[float]:
    for side in sides:
        figures = sorted(side.pass_ms(number) for number in range(passes))
        seconds, name = side.slowest()
        print(
            f"{side.name:<16} {statistics.median(figures):7.2f} CPU ms a page ({figures[0]:.2f} to {figures[-1]:.2f})"
            f"   slowest {seconds:.3f} s: {name}"
        )
    ours, theirs, bare = sides
    ratios = sorted(theirs.pass_ms(number) / ours.pass_ms(number) for number in range(passes))
    print(f"trafilatura : newskeep      {statistics.median(ratios):.2f}  ({ratios[0]:.2f} to {ratios[-1]:.2f})")
    costs = sorted(ours.pass_ms(number) / bare.pass_ms(number) for number in range(passes))
    print(f"newskeep : bare lxml parse  {statistics.median(costs):.2f}  ({costs[0]:.2f} to {costs[-1]:.2f})")
    return ratios


def _print_steps(pages: list[SavedPage]) -> None:
    """One more pass of ours, with a clock around each step."""
    spent = {name: 0.0 for name, _, _ in STEPS}
    begun = time.process_time()
    with _clocks(spent):
        for page in pages:
            read_ours(page, page.body())
    total = time.process_time() - begun
    rest = total - sum(spent.values())
    steps = {**spent, "the rest": rest}
    print("by step, CPU ms a page:  " + "  ".join(f"{name} {1000 * s / len(pages):.2f}" for name, s in steps.items()))


@contextmanager
def _clocks(spent: dict[str, float]) -> Iterator[None]:
    """Put a clock around each step; what an inner step spends is not counted in the one around it."""
    inner = [0.0]

    def timed(name: str, step: Callable[..., Any]) -> Callable[..., Any]:
        def run(*args: Any, **named: Any) -> Any:
            before, inner[0] = inner[0], 0.0
            begun = time.process_time()
            try:
                return step(*args, **named)
            finally:
                took = time.process_time() - begun
                spent[name] += took - inner[0]
                inner[0] = before + took

        return run

    originals = [(importlib.import_module(module), function) for _, module, function in STEPS]
    steps = [getattr(module, function) for module, function in originals]
    for (name, _, _), (module, function), step in zip(STEPS, originals, steps, strict=True):
        setattr(module, function, timed(name, step))
    try:
        yield
    finally:
        for (module, function), step in zip(originals, steps, strict=True):
            setattr(module, function, step)


def _print_memory(asked: argparse.Namespace) -> None:
    """Read all pages in a process of its own, which says how much it held at most."""
    place = [str(asked.place)] if asked.place is not None else []
    count = ["--pages", str(asked.pages)] if asked.pages is not None else []
    command = [sys.executable, "-m", "benchmarks.extract", *place, *count, "--worker"]
    done = subprocess.run(command, cwd=_ROOT, stdout=subprocess.PIPE, text=True, check=True)
    print(f"peak memory of a worker over all pages: {done.stdout.strip()}")


def _work(pages: list[SavedPage]) -> None:
    for page in pages:
        read_ours(page, page.body())
    print(f"{_peak_mib():.0f} MiB")


def _peak_mib() -> float:
    """The most memory this process has held."""
    try:
        lines = Path("/proc/self/status").read_text(encoding="ascii").splitlines()
    except OSError:
        import resource  # there is none on Windows

        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024**2  # bytes on macOS
    return next(int(line.split()[1]) / 1024 for line in lines if line.startswith("VmHWM:"))


def _fail_where_worse(ratio: float, slowest_seconds: float, asked: argparse.Namespace) -> None:
    if asked.at_least is not None and ratio < asked.at_least:
        raise SystemExit(f"the ratio is {ratio:.2f}: under {asked.at_least:g}")
    if asked.slowest is not None and slowest_seconds > asked.slowest:
        raise SystemExit(f"the slowest page took {slowest_seconds:.3f} s of CPU: over {asked.slowest:g}")


if __name__ == "__main__":
    main()
