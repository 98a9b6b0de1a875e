"""How long each page of the reading room takes, with a writer at work, beside stock Datasette's nearest page.

    python -m benchmarks.archive --stories 100000 --keep DIR
    python -m benchmarks.reading DIR/home [--rounds 40] [--no-writer] [--no-stock] [--only search]

Two servers stand on the same archive: `newskeep serve`, and Datasette without the plugin and with its own settings. One
client asks both for page after page, each time for another word, story, source or day. Meanwhile another process writes
invented stories into the archive, twenty every half second, as the last stage of the pipeline does; `--no-writer`
where one is at work already. Wall times are those of the machine as it is; CPU is that of the server.
"""

from __future__ import annotations

import argparse
import os
import random
import socket
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

import httpx

from benchmarks.archive_searches import _words as words_by_commonness
from benchmarks.reading_panels import address, panel_paths
from storage.archive import Archive

_STOCK = """
import sys, uvicorn
from datasette.plugins import pm
if pm.has_plugin("newskeep"):
    pm.unregister(name="newskeep")
from datasette.app import Datasette
import asyncio
datasette = Datasette([sys.argv[1]])
asyncio.run(datasette.invoke_startup())
uvicorn.run(datasette.app(), port=int(sys.argv[2]), log_level="error")
"""


@dataclass(frozen=True, slots=True)
class Case:
    """A page: its path for each round, and that of stock Datasette's nearest page (None: it has none)."""

    name: str
    path: Callable[[int], str]
    nearest: Callable[[int], str] | None


@dataclass(frozen=True, slots=True)
class Timing:
    """Milliseconds: the half of the requests at most, all but one in twenty, CPU of each; and how many failed."""

    p50: float
    p95: float
    cpu: float
    failed: int

    def __str__(self) -> str:
        failed = f", {self.failed} failed" if self.failed else ""
        return f"p50 {self.p50:7.0f}  p95 {self.p95:7.0f}  CPU {self.cpu:7.1f}{failed}"


def main() -> int:
    """Print a line for each page; 1 where one of ours is above the limit."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("home", type=Path)
    parser.add_argument("--rounds", type=int, default=40)
    parser.add_argument("--no-writer", action="store_true")
    parser.add_argument("--no-stock", action="store_true")
    parser.add_argument("--only", default="", metavar="TEXT", help="pages whose name begins so")
    parser.add_argument("--limit", type=float, default=200.0, metavar="MS", help="which p95 is too much")
    asked = parser.parse_args()
    with Archive(asked.home) as archive:
        cases = [case for case in _cases(archive) if case.name.startswith(asked.only)]
        print(f"{archive.stories.count():,} stories; load of the machine {os.getloadavg()[0]:.1f}", flush=True)
    slow = []
    with _writer(asked.home, is_on=not asked.no_writer), _ours(asked.home) as ours, _stock(asked.home) as stock:
        for case in cases:
            timing = _measure(ours, [case.path(number) for number in range(asked.rounds)])
            line = f"{case.name:34} {timing}"
            if case.nearest is not None and not asked.no_stock:
                few = max(3, asked.rounds // 8)
                line += f"   | stock {_measure(stock, [case.nearest(number) for number in range(few)])}"
            print(line, flush=True)
            if timing.p95 > asked.limit:
                slow.append(case.name)
    print(f"above {asked.limit:g} ms: {', '.join(slow) or 'none'}; load {os.getloadavg()[0]:.1f}")
    return int(bool(slow))


@dataclass(slots=True)
class Server:
    """A server, by its process, and a client that stays connected to it."""

    pid: int
    client: httpx.Client

    def cpu_seconds(self) -> float:
        """What its process has used so far; 0 where the system does not say."""
        try:
            fields = Path(f"/proc/{self.pid}/stat").read_text(encoding="ascii").rpartition(") ")[2].split()
        except OSError:
            return 0.0
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def _measure(server: Server, paths: Sequence[str]) -> Timing:
    server.client.get(paths[0])
    taken, failed, before = [], 0, server.cpu_seconds()
    for path in paths:
        begin = time.perf_counter()
        answer = server.client.get(path)
        taken.append((time.perf_counter() - begin) * 1000)
        failed += answer.status_code != 200
    cpu = (server.cpu_seconds() - before) / len(paths) * 1000
    taken.sort()
    return Timing(taken[len(taken) // 2], taken[min(len(taken) - 1, int(len(taken) * 0.95))], cpu, failed)


def _cases(archive: Archive) -> Iterator[Case]:
    """Every page, each round with other words, stories, sources and days."""
    rng, words, run = random.Random(1), words_by_commonness(archive), archive.db.execute
    stories = _sample(run, rng)
    revised = [one for (one,) in run("SELECT story_id FROM story_facts WHERE revision_count > 1 LIMIT 50")] or stories
    sources = [one for (one,) in run("SELECT slug FROM sources ORDER BY slug")]
    sections = ["World", "Politics", "Business", "Science", "Culture", "Sport", "Opinion", "Local"]
    (last,) = run("SELECT max(moment) FROM story_facts").fetchone()
    newest = datetime.fromisoformat(last)
    days = [(newest - timedelta(days=rng.randrange(1, 60))).date().isoformat() for _ in range(40)]

    def pick(values: Sequence[object]) -> Callable[[int], object]:
        return lambda number: values[number % len(values)]

    source, section, day, story = pick(sources), pick(sections), pick(days), pick(stories)
    table = "/news/stories?_sort_desc=id"
    yield Case("front", lambda n: "/", lambda n: table)
    yield Case("front, a source", lambda n: address("/", source=source(n)), lambda n: f"{table}&source={source(n)}")
    yield Case(
        "front, a section", lambda n: address("/", section=section(n)), lambda n: f"{table}&section={section(n)}"
    )
    yield Case(
        "front, a section of a source",
        lambda n: address("/", source=source(n), section=section(n)),
        lambda n: f"{table}&section={section(n)}&source={source(n)}",
    )
    yield Case(
        "front, a day", lambda n: address("/", day=day(n)), lambda n: f"{table}&published_at__startswith={day(n)}"
    )
    for name, found in words.items():
        word = pick(found)
        yield Case(
            f"search, a {name} word",
            lambda n, word=word: address("/search", q=word(n)),  # type: ignore[misc]  # mypy knows no default here
            lambda n, word=word: f"/news/stories?_search={word(n)}",  # type: ignore[misc]
        )
    common, very = pick(words["common"]), pick(words["very common"])
    later = (newest - timedelta(days=30)).date().isoformat()
    filtered = {
        "search, two very common words": lambda n: address("/search", q=f"{very(n)} {very(n + 1)}"),
        "search, a phrase": lambda n: address("/search", q=f'"{very(n)} {very(n + 1)}"'),
        "search, a beginning": lambda n: address("/search", q=f"{str(common(n))[:4]}*"),
        "search, common, section, language": lambda n: address(
            "/search", q=common(n), section=section(n), language="en"
        ),
        "search, very common, last month": lambda n: address("/search", q=very(n), after=later, order="newest"),
        "search, very common, a source": lambda n: address("/search", q=very(n), source=source(n)),
        "search, author and has:revision": lambda n: address("/search", q=f"{common(n)} has:revision"),
        "search, fields alone": lambda n: address("/search", q=f"section:{section(n)} has:picture"),
        "search, page 20": lambda n: address("/search", q=common(n), offset=400),
        "search, teasers": lambda n: address("/search", **{"q": common(n), "in": "teasers"}),
    }
    for name, path in filtered.items():
        yield Case(name, path, None)
    yield Case("story", lambda n: f"/stories/{story(n)}", lambda n: f"/news/stories/{story(n)}")
    yield Case("story, JSON", lambda n: f"/stories/{story(n)}.json", lambda n: f"/news/stories/{story(n)}.json")
    changed = pick(revised)
    yield Case("diff", lambda n: f"/stories/{changed(n)}/diff/1/1", None)
    for name, (path, nearest) in panel_paths(archive).items():
        yield Case(name, path, nearest)
    yield Case("Datasette's database page", lambda n: "/news", lambda n: "/news")
    yield Case("Datasette's table page", lambda n: "/news/stories", lambda n: "/news/stories")


def _sample(run: Callable[..., sqlite3.Cursor], rng: random.Random) -> list[int]:
    """Stories from all over the archive."""
    first, last = run("SELECT min(id), max(id) FROM stories").fetchone()
    found = (
        run("SELECT id FROM stories WHERE id >= ? LIMIT 1", (rng.randint(first, last),)).fetchone() for _ in range(200)
    )
    return [one[0] for one in found if one]


@contextmanager
def _ours(home: Path) -> Iterator[Server]:
    port = _free_port()
    command = [sys.executable, "-m", "cli", "--home", str(home), "serve", "--port", str(port)]
    with _server(command, port) as server:
        yield server


@contextmanager
def _stock(home: Path) -> Iterator[Server]:
    port = _free_port()
    with _server([sys.executable, "-c", _STOCK, str(home / "news.db"), str(port)], port) as server:
        yield server


@contextmanager
def _server(command: Sequence[str], port: int) -> Iterator[Server]:
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        with httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=300) as client:
            for _ in range(240):
                try:
                    client.get("/-/versions.json")
                    break
                except httpx.ConnectError:
                    time.sleep(0.25)
            yield Server(process.pid, client)
    finally:
        process.terminate()
        process.wait(30)


@contextmanager
def _writer(home: Path, *, is_on: bool) -> Iterator[None]:
    if not is_on:
        yield
        return
    process = subprocess.Popen([sys.executable, "-m", "benchmarks.archive_writer", str(home)])
    try:
        yield
    finally:
        process.terminate()
        process.wait(60)


def _free_port() -> int:
    with closing(socket.socket()) as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


if __name__ == "__main__":
    sys.exit(main())
